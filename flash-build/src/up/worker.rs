//! Keeps one worker alive: starts it, waits until it answers, starts it again when it ends.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use super::backoff::{Backoff, Next};
use super::child::{End, Launch, Running};
use super::log::Log;
use super::probe::Probe;

/// Lines of standard error in the notice of an end.
const NOTICE_LINES: usize = 3;

/// Lines of standard error in the report of a worker that never gets ready.
const REPORT_LINES: usize = 20;

/// What a worker is to do.
#[derive(Debug, Clone)]
pub enum Order {
    /// Run this. A different one than before replaces the running process without closing the socket.
    Run(Arc<Launch>),
    /// Finish the calls in flight and end.
    Stop,
    /// End at once.
    Kill,
}

/// What a worker tells.
#[derive(Debug)]
pub enum Event {
    /// It answers.
    Ready {
        /// Its name.
        name: String,
    },
    /// It ended too often before it ever answered.
    GaveUp {
        /// Its name.
        name: String,
        /// How it ended and what it wrote.
        report: String,
    },
    /// Its replacement ended before it answered; the process that was to be replaced serves on.
    Refused {
        /// Its name.
        name: String,
        /// How the replacement ended.
        report: String,
    },
}

/// One worker and what it needs to be kept alive.
#[derive(Debug)]
pub(super) struct Worker {
    /// Name of its resource.
    pub(super) name: String,
    /// Where its output goes.
    pub(super) log: Log,
    /// How its readiness is asked.
    pub(super) probe: Probe,
    /// How long it may finish its calls once it is to end.
    pub(super) drain: Duration,
    /// What it is to do; the last order counts.
    pub(super) orders: watch::Receiver<Order>,
    /// Who hears about it.
    pub(super) events: mpsc::Sender<Event>,
}

/// What ended a wait on a running process.
enum Turn {
    Ended(End),
    Ready,
    Ordered(Order),
}

/// The process that serves, and what it was started from.
struct Serving {
    running: Running,
    launch: Arc<Launch>,
    ready_since: Option<Instant>,
}

impl Worker {
    /// Keeps the worker alive until it is told to stop, or until it is no use.
    pub(super) async fn keep(mut self) {
        // Processes that were replaced and still finish their calls.
        let mut retiring = JoinSet::new();
        self.keep_one(&mut retiring).await;
        if matches!(self.order(), Order::Kill) {
            retiring.abort_all();
        }
        while retiring.join_next().await.is_some() {}
    }

    async fn keep_one(&mut self, retiring: &mut JoinSet<End>) {
        let mut backoff = Backoff::default();
        let Order::Run(mut launch) = self.order() else {
            return;
        };
        loop {
            let running = match launch.start(&self.log) {
                Ok(running) => running,
                Err(error) => {
                    let report = format!("{} can't be started: {error}", launch.program.display());
                    return self.give_up(report).await;
                }
            };
            let mut serving = Serving { running, launch, ready_since: None };
            let Some(end) = self.serve(&mut serving, retiring).await else {
                return;
            };
            match backoff.after_end(serving.ready_since.map(|since| since.elapsed())) {
                Next::GiveUp => return self.give_up(report(&end, &serving.running)).await,
                Next::Restart(rest) => {
                    self.log.note(notice(&end, &serving.running, rest)).await;
                    launch = match self.rest(rest).await {
                        None => serving.launch,
                        Some(Order::Run(newer)) => newer,
                        Some(Order::Stop | Order::Kill) => return,
                    };
                }
            }
        }
    }

    /// Follows a process until it ends unasked, which is what comes back, or until it has ended on order.
    async fn serve(&mut self, serving: &mut Serving, retiring: &mut JoinSet<End>) -> Option<End> {
        let mut order = None;
        loop {
            let turn = match order.take() {
                Some(order) => Turn::Ordered(order),
                None => self.turn(serving).await,
            };
            match turn {
                Turn::Ended(end) => return Some(end),
                Turn::Ready => {
                    serving.ready_since = Some(Instant::now());
                    self.tell(Event::Ready { name: self.name.clone() }).await;
                }
                Turn::Ordered(Order::Run(launch)) => {
                    order = self.replace(serving, launch, retiring).await;
                }
                Turn::Ordered(Order::Stop) => {
                    self.stop(&mut serving.running).await;
                    return None;
                }
                Turn::Ordered(Order::Kill) => {
                    serving.running.kill();
                    serving.running.wait().await;
                    return None;
                }
            }
        }
    }

    async fn turn(&mut self, serving: &mut Serving) -> Turn {
        let asking = serving.ready_since.is_none();
        tokio::select! {
            end = serving.running.wait() => Turn::Ended(end),
            () = self.probe.until_ready(&serving.launch, None), if asking => Turn::Ready,
            order = next_order(&mut self.orders) => Turn::Ordered(order),
        }
    }

    /// Starts a process beside the serving one, on the same socket; once it answers, the old one finishes its
    /// calls and ends. Gives back an order that came in between.
    async fn replace(
        &mut self,
        serving: &mut Serving,
        launch: Arc<Launch>,
        retiring: &mut JoinSet<End>,
    ) -> Option<Order> {
        let mut next = match launch.start(&self.log) {
            Ok(running) => running,
            Err(error) => {
                let report = format!("{} can't be started: {error}", launch.program.display());
                self.tell(Event::Refused { name: self.name.clone(), report }).await;
                return None;
            }
        };
        let instance = next.instance().to_owned();
        let answers = tokio::select! {
            end = next.wait() => {
                let report = format!("the process {end} before it answered");
                self.tell(Event::Refused { name: self.name.clone(), report }).await;
                return None;
            }
            order = next_order(&mut self.orders) => {
                next.kill();
                next.wait().await;
                return Some(order);
            }
            () = self.probe.until_ready(&launch, Some(&instance)) => true,
            _ = serving.running.wait() => false,
        };
        let old = std::mem::replace(serving, Serving { running: next, launch, ready_since: None });
        if answers {
            serving.ready_since = Some(Instant::now());
            let (mut running, drain) = (old.running, self.drain);
            retiring.spawn(async move { running.end_within(drain).await });
            self.tell(Event::Ready { name: self.name.clone() }).await;
        }
        None
    }

    /// Waits for the calls in flight, unless an order to kill comes first.
    async fn stop(&mut self, running: &mut Running) {
        let killed = async { while !matches!(next_order(&mut self.orders).await, Order::Kill) {} };
        tokio::select! {
            _ = running.end_within(self.drain) => return,
            () = killed => {}
        }
        running.kill();
        running.wait().await;
    }

    /// Rests before the next start; an order ends the rest.
    async fn rest(&mut self, time: Duration) -> Option<Order> {
        tokio::time::timeout(time, next_order(&mut self.orders)).await.ok()
    }

    fn order(&mut self) -> Order {
        self.orders.borrow_and_update().clone()
    }

    async fn tell(&self, event: Event) {
        let _ = self.events.send(event).await;
    }

    async fn give_up(&self, report: String) {
        self.tell(Event::GaveUp { name: self.name.clone(), report }).await;
    }
}

/// The next order; when nobody is left to give one, the end.
async fn next_order(orders: &mut watch::Receiver<Order>) -> Order {
    match orders.changed().await {
        Ok(()) => orders.borrow_and_update().clone(),
        Err(_) => Order::Kill,
    }
}

fn notice(end: &End, running: &Running, rest: Duration) -> String {
    let mut text = format!("the process {end}; starting it again in {} ms", rest.as_millis());
    for line in running.tail().last(NOTICE_LINES) {
        text.push_str("\n  last words: ");
        text.push_str(&line);
    }
    text
}

fn report(end: &End, running: &Running) -> String {
    let mut text = format!("the process {end} before it answered");
    let lines = running.tail().last(REPORT_LINES);
    if lines.is_empty() {
        text.push_str("; it wrote nothing to standard error");
    }
    for line in lines {
        text.push_str("\n  ");
        text.push_str(&line);
    }
    text
}
