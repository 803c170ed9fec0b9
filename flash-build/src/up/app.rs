//! All workers of a session together.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use super::child::Launch;
use super::log::Log;
use super::probe::Probe;
use super::worker::{Event, Order, Worker};

/// Events that may wait; a worker that has more to tell waits itself.
const EVENTS: usize = 64;

/// The workers of a running program.
#[derive(Debug)]
pub struct App {
    workers: BTreeMap<String, Kept>,
    door: String,
    log: Log,
    probe: Probe,
    drain: Duration,
    sender: mpsc::Sender<Event>,
    events: mpsc::Receiver<Event>,
}

#[derive(Debug)]
struct Kept {
    orders: watch::Sender<Order>,
    task: JoinHandle<()>,
}

impl App {
    /// No workers yet. `door` is the name of the one that callers reach, which stops first.
    #[must_use]
    pub fn new(door: &str, log: Log, probe: Probe, drain: Duration) -> Self {
        let (sender, events) = mpsc::channel(EVENTS);
        Self { workers: BTreeMap::new(), door: door.to_owned(), log, probe, drain, sender, events }
    }

    /// Runs these: starts those that are new, replaces those that run, stops those that are no longer wanted.
    pub fn run(&mut self, launches: Vec<(String, Launch)>) {
        for (name, kept) in &self.workers {
            if launches.iter().all(|(wanted, _)| wanted != name) {
                kept.orders.send_replace(Order::Stop);
            }
        }
        let apart = launches.len() > 1;
        let width = launches.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        for (index, (name, launch)) in launches.into_iter().enumerate() {
            let order = Order::Run(Arc::new(launch));
            if let Some(kept) = self.workers.get(&name)
                && !kept.task.is_finished()
            {
                kept.orders.send_replace(order);
                continue;
            }
            let (orders, receiver) = watch::channel(order);
            let worker = Worker {
                log: if apart { self.log.named(&name, width, index) } else { self.log.clone() },
                name: name.clone(),
                probe: self.probe.clone(),
                drain: self.drain,
                orders: receiver,
                events: self.sender.clone(),
            };
            let task = tokio::spawn(worker.keep());
            self.workers.insert(name, Kept { orders, task });
        }
    }

    /// The next thing that happens. May be dropped and asked again.
    pub async fn event(&mut self) -> Event {
        match self.events.recv().await {
            Some(event) => event,
            // Never, since a sender is kept here.
            None => std::future::pending().await,
        }
    }

    /// Stops the door, so that nothing new comes in, and then the others: each finishes its calls first.
    /// May be dropped and called again.
    pub async fn stop(&mut self) {
        // Whoever tells something now must not wait for a listener.
        self.events.close();
        let door = self.door.clone();
        self.stop_some(|name| name == door).await;
        self.stop_some(|_| true).await;
    }

    async fn stop_some(&mut self, wanted: impl Fn(&str) -> bool) {
        let mut chosen: Vec<&mut Kept> =
            self.workers.iter_mut().filter(|(name, _)| wanted(name)).map(|(_, kept)| kept).collect();
        for kept in &chosen {
            // An order to kill that was already given must not be taken back.
            kept.orders.send_if_modified(|order| {
                let run = matches!(order, Order::Run(_));
                if run {
                    *order = Order::Stop;
                }
                run
            });
        }
        for kept in &mut chosen {
            if !kept.task.is_finished() {
                let _ = (&mut kept.task).await;
            }
        }
    }

    /// Ends all of them at once.
    pub async fn kill(&mut self) {
        for kept in self.workers.values() {
            kept.orders.send_replace(Order::Kill);
        }
        self.stop().await;
    }
}
