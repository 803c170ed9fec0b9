//! One generation of an endpoint: its workers and the requests that wait for them.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::backoff::Backoff;
use super::demand::Demand;
use super::process::Process;
use super::slot::{Link, Refusal, Slot};
use super::spec::{EndpointSpec, Program};
use crate::platform::ids::WorkerId;

/// A worker that takes longer than this to start isn't waited for when requests are shared out.
pub(super) const SOON: Duration = Duration::from_secs(10);

/// Workers that were scaled down and may be asked for again.
const REMEMBERED: usize = 32;

#[derive(Debug)]
pub(super) struct Generation {
    pub(super) spec: Arc<EndpointSpec>,
    pub(super) phase: Phase,
    /// Whether a worker of it was ever healthy.
    pub(super) verified: bool,
    /// Whether one is to be started only to see whether it gets healthy.
    pub(super) to_verify: bool,
    /// What happened to it last.
    pub(super) reason: Option<String>,
    pub(super) workers: Vec<Worker>,
    pub(super) queue: VecDeque<Waiter>,
    pub(super) demand: Demand,
    pub(super) backoff: Backoff,
    /// Since when there have been fewer workers than wanted.
    pub(super) short_since: Option<Instant>,
    /// Workers that were scaled down, the latest last.
    pub(super) scaled_down: VecDeque<WorkerId>,
    pub(super) made: Instant,
}

/// What a generation is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// To become the serving one.
    Candidate,
    /// Gets the requests.
    Serving,
    /// Replaced.
    Retiring {
        /// When.
        since: Instant,
        /// When a caller of its own build was last here; it stays a little longer for those.
        used: Instant,
    },
    /// Never got healthy.
    Failed,
}

/// A place for a process.
#[derive(Debug)]
pub(super) struct Worker {
    pub(super) id: WorkerId,
    pub(super) step: Step,
    /// Counts its processes; what is heard of an earlier one is of no interest.
    pub(super) run: u64,
    /// Whether somebody is starting or following its process.
    pub(super) attended: bool,
    pub(super) process: Option<Arc<Process>>,
    pub(super) link: Option<Arc<Link>>,
    pub(super) restarts: u32,
    pub(super) reason: Option<String>,
}

/// What a worker is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Waits to be started.
    Waiting,
    /// Isn't healthy yet.
    Starting(Instant),
    /// Gets requests.
    Ready(Instant),
    /// Failed its last health check.
    Unhealthy(Instant),
    /// Finishes its requests and ends.
    Draining {
        /// When it has to be done with them.
        deadline: Instant,
        /// It was asked to end, and by when it has to have done so.
        asked: Option<Instant>,
    },
}

/// A request that waits.
#[derive(Debug)]
pub(super) struct Waiter {
    pub(super) number: u64,
    /// The one worker that it wants.
    pub(super) only: Option<WorkerId>,
    pub(super) answer: oneshot::Sender<Result<Slot, Refusal>>,
}

impl Worker {
    pub(super) fn new(id: WorkerId) -> Self {
        Self {
            id,
            step: Step::Waiting,
            run: 0,
            attended: false,
            process: None,
            link: None,
            restarts: 0,
            reason: None,
        }
    }

    pub(super) fn is_draining(&self) -> bool {
        matches!(self.step, Step::Draining { .. })
    }

    pub(super) fn is_ready(&self) -> bool {
        matches!(self.step, Step::Ready(_))
    }

    pub(super) fn requests(&self) -> usize {
        self.link.as_ref().map_or(0, |link| link.requests.load(Ordering::Relaxed))
    }

    /// Takes no more requests and ends after those it has.
    pub(super) fn drain(&mut self, deadline: Instant) {
        if !self.is_draining() {
            self.step = Step::Draining { deadline, asked: None };
        }
    }

    /// Its link, if it is ready and has fewer requests than this.
    fn with_room(&self, limit: usize) -> Option<&Arc<Link>> {
        let link = self.link.as_ref().filter(|_| self.is_ready())?;
        (link.requests.load(Ordering::Relaxed) < limit).then_some(link)
    }
}

impl Generation {
    pub(super) fn new(spec: Arc<EndpointSpec>, phase: Phase, to_verify: bool) -> Self {
        let demand = Demand::new(spec.scaling.requests_per_worker);
        Self {
            spec,
            phase,
            verified: false,
            to_verify,
            reason: None,
            workers: Vec::new(),
            queue: VecDeque::new(),
            demand,
            backoff: Backoff::default(),
            short_since: None,
            scaled_down: VecDeque::new(),
            made: Instant::now(),
        }
    }

    pub(super) fn number(&self) -> u64 {
        self.spec.generation
    }

    pub(super) fn can_start(&self) -> bool {
        matches!(self.spec.program, Program::Handler { .. })
    }

    pub(super) fn max(&self) -> usize {
        usize::try_from(self.spec.scaling.max).unwrap_or(usize::MAX)
    }

    pub(super) fn min(&self) -> usize {
        usize::try_from(self.spec.scaling.min).unwrap_or(usize::MAX).min(self.max())
    }

    /// Workers that aren't on their way out.
    pub(super) fn active(&self) -> usize {
        self.workers.iter().filter(|worker| !worker.is_draining()).count()
    }

    pub(super) fn ready(&self) -> usize {
        self.workers.iter().filter(|worker| worker.is_ready()).count()
    }

    /// The same specification but for its scaling and its callers, which replace nothing.
    pub(super) fn update(&mut self, spec: Arc<EndpointSpec>) {
        self.demand.set_per_worker(spec.scaling.requests_per_worker);
        self.spec = spec;
    }

    /// The ready worker with the fewest requests below a limit. Of equals the first, so that the last ones rest.
    pub(super) fn least_loaded(&self, limit: usize) -> Option<Arc<Link>> {
        let links = self.workers.iter().filter_map(|worker| worker.with_room(limit));
        links.min_by_key(|link| link.requests.load(Ordering::Relaxed)).cloned()
    }

    /// A certain worker, if it is ready and has room.
    pub(super) fn with_room(&self, worker: &WorkerId, limit: usize) -> Option<Arc<Link>> {
        self.find(worker)?.with_room(limit).cloned()
    }

    pub(super) fn find(&self, id: &WorkerId) -> Option<&Worker> {
        self.workers.iter().find(|worker| worker.id == *id)
    }

    pub(super) fn find_mut(&mut self, id: &WorkerId) -> Option<&mut Worker> {
        self.workers.iter_mut().find(|worker| worker.id == *id)
    }

    /// How many requests a worker may have. Workers that start, or are about to, have their share kept for them, so
    /// that those that are ready don't swallow a whole burst; what exceeds it waits a moment.
    pub(super) fn share(&self, now: Instant, limit: usize) -> usize {
        let (mut coming, mut stuck) = (0, 0);
        for worker in &self.workers {
            match worker.step {
                Step::Ready(_) => coming += 1,
                Step::Starting(since) if now.duration_since(since) < SOON => coming += 1,
                Step::Draining { .. } => {}
                _ => stuck += 1,
            }
        }
        if self.can_start() && self.backoff.until(now).is_none() {
            let wanted = self.demand.level().min(self.max());
            coming = coming.max(wanted.saturating_sub(stuck));
        }
        self.demand.requests().div_ceil(coming.max(1)).max(self.demand.per_worker()).min(limit)
    }

    pub(super) fn remember(&mut self, id: WorkerId) {
        if self.scaled_down.len() == REMEMBERED {
            self.scaled_down.pop_front();
        }
        self.scaled_down.push_back(id);
    }

    /// Refuses all that wait.
    pub(super) fn refuse_all(&mut self, refusal: &Refusal) {
        for waiter in self.queue.drain(..) {
            self.demand.leave();
            let _ = waiter.answer.send(Err(refusal.clone()));
        }
    }

    /// No worker takes more requests.
    pub(super) fn drain_all(&mut self, deadline: Instant) {
        for worker in &mut self.workers {
            worker.drain(deadline);
        }
    }
}
