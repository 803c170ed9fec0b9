//! One endpoint: its generations, who gets which worker, and what is heard of them.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Instant;

use tokio::sync::{Notify, oneshot, watch};

use super::generation::{Generation, Phase, Step, Waiter, Worker};
use super::hosting::Shared;
use super::keeper::{Action, Turn};
use super::process::Process;
use super::slot::{Affinity, Ask, Held, Link, Refusal, Slot};
use super::spec::{EndpointSpec, Program};
use crate::platform::ids::{EndpointId, WorkerId};

#[derive(Debug)]
pub(super) struct Endpoint {
    pub(super) id: EndpointId,
    pub(super) shared: Arc<Shared>,
    /// The newest specification: who may call, and how long.
    gate: RwLock<Arc<EndpointSpec>>,
    state: Mutex<State>,
    /// Something happened that the keeper should look at.
    pub(super) wake: Notify,
    /// Turns true when it was removed and its last worker is gone.
    pub(super) gone: watch::Sender<bool>,
    pub(super) counts: Counts,
    /// Whether another one with the same id took its place, to which the logs belong then.
    pub(super) succeeded: AtomicBool,
}

/// Requests so far.
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub(super) completed: AtomicU64,
    pub(super) failed: AtomicU64,
    pub(super) retried: AtomicU64,
}

#[derive(Debug, Default)]
pub(super) struct State {
    /// From the oldest to the newest.
    pub(super) generations: Vec<Generation>,
    pub(super) removed: bool,
    /// Waiters so far.
    waiters: u64,
}

/// What comes of asking for a worker.
#[derive(Debug)]
pub(super) enum Acquired {
    Slot(Slot),
    Held(Held),
    Refused(Refusal),
}

impl State {
    pub(super) fn serving(&self) -> Option<&Generation> {
        self.generations.iter().find(|generation| generation.phase == Phase::Serving)
    }

    /// The generation that a request goes to: the one of the caller's build if it lives, else the serving one.
    fn chosen(&mut self, build: Option<&str>) -> Option<&mut Generation> {
        let serving = self.generations.iter().position(|one| one.phase == Phase::Serving);
        let is_of = |generation: &Generation, build| generation.spec.code_digest.as_deref() == Some(build);
        if let Some(build) = build
            && !serving.is_some_and(|at| is_of(&self.generations[at], build))
            && let Some(at) = self.generations.iter().rposition(|one| {
                matches!(one.phase, Phase::Retiring { .. }) && is_of(one, build) && one.ready() > 0
            })
        {
            let retiring = &mut self.generations[at];
            if let Phase::Retiring { used, .. } = &mut retiring.phase {
                *used = Instant::now();
            }
            return Some(retiring);
        }
        serving.map(|at| &mut self.generations[at])
    }

    fn worker(&mut self, id: &WorkerId, run: u64) -> Option<(&mut Generation, usize)> {
        self.generations.iter_mut().find_map(|generation| {
            let at = generation.workers.iter().position(|worker| worker.id == *id && worker.run == run)?;
            Some((generation, at))
        })
    }
}

impl Endpoint {
    pub(super) fn new(shared: Arc<Shared>, spec: EndpointSpec) -> Arc<Self> {
        Arc::new(Self {
            id: spec.id.clone(),
            shared,
            gate: RwLock::new(Arc::new(spec)),
            state: Mutex::default(),
            wake: Notify::new(),
            gone: watch::Sender::new(false),
            counts: Counts::default(),
            succeeded: AtomicBool::new(false),
        })
    }

    pub(super) fn gate(&self) -> Arc<EndpointSpec> {
        Arc::clone(&self.gate.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the wanted state over. `to_verify`: whether a first generation has to show that it can get healthy.
    pub(super) fn apply(&self, spec: EndpointSpec, to_verify: bool) {
        let spec = Arc::new(spec);
        let mut state = self.state();
        let newest = state.generations.iter().map(Generation::number).max();
        match newest {
            _ if state.removed => return,
            // Late news about what was replaced.
            Some(newest) if spec.generation < newest => return,
            Some(newest) if spec.generation == newest => {
                if let Some(generation) = state.generations.iter_mut().find(|one| one.number() == newest) {
                    generation.update(Arc::clone(&spec));
                }
            }
            Some(_) => {
                let now = Instant::now();
                for generation in &mut state.generations {
                    if matches!(generation.phase, Phase::Candidate | Phase::Failed) {
                        generation.phase = Phase::Retiring { since: now, used: now };
                        generation.drain_all(now + self.shared.settings.drain_timeout);
                    }
                }
                state.generations.push(Generation::new(Arc::clone(&spec), Phase::Candidate, true));
            }
            None => {
                state.generations.push(Generation::new(Arc::clone(&spec), Phase::Serving, to_verify));
            }
        }
        *self.gate.write().unwrap_or_else(PoisonError::into_inner) = spec;
        drop(state);
        self.wake.notify_one();
    }

    /// A generation of which only running workers are known.
    pub(super) fn add_earlier(&self, spec: EndpointSpec) {
        let mut state = self.state();
        for generation in &mut state.generations {
            generation.phase = Phase::Candidate;
        }
        state.generations.insert(0, Generation::new(Arc::new(spec), Phase::Serving, false));
    }

    /// The numbers of its generations.
    pub(super) fn generations(&self) -> Vec<u64> {
        self.state().generations.iter().map(Generation::number).collect()
    }

    /// No requests from now on; workers end after those they have.
    pub(super) fn remove(&self) {
        let now = Instant::now();
        let mut state = self.state();
        state.removed = true;
        for generation in &mut state.generations {
            generation.phase = Phase::Retiring { since: now, used: now };
            generation.refuse_all(&Refusal::Gone);
            generation.drain_all(now + self.shared.settings.drain_timeout);
        }
        drop(state);
        self.wake.notify_one();
    }

    /// One look of the keeper; `None` when its work is done.
    pub(super) fn turn(self: &Arc<Self>) -> Option<(Vec<Action>, Option<Instant>)> {
        let mut state = self.state();
        let mut turn =
            Turn { now: Instant::now(), settings: &self.shared.settings, actions: Vec::new(), next: None };
        turn.take(&mut state)?;
        for generation in &mut state.generations {
            self.hand_out(generation);
        }
        Some((turn.actions, turn.next))
    }

    /// A worker for a request, at once or later.
    pub(super) fn acquire(self: &Arc<Self>, ask: &Ask<'_>) -> Acquired {
        let limit = self.shared.settings.worker_concurrency;
        let mut state = self.state();
        let number = state.waiters;
        state.waiters += 1;
        if state.removed {
            return Acquired::Refused(Refusal::Gone);
        }
        let Some(generation) = state.chosen(ask.build) else { return Acquired::Refused(Refusal::Gone) };
        generation.demand.enter();
        let least_loaded = || match generation.queue.is_empty() {
            true => generation.least_loaded(generation.share(Instant::now(), limit)),
            false => None,
        };
        let link = match &ask.affinity {
            Affinity::Any => least_loaded(),
            Affinity::Prefer(worker) => generation.with_room(worker, limit).or_else(least_loaded),
            Affinity::Strict(worker) | Affinity::StrictResume(worker) => generation.with_room(worker, limit),
        };
        self.look_for_more(generation);
        if let Some(link) = link {
            link.requests.fetch_add(1, Ordering::Relaxed);
            return Acquired::Slot(Slot::new(Arc::clone(self), link, generation.number()));
        }
        match self.may_wait(generation, ask) {
            Err(refusal) => {
                generation.demand.leave();
                Acquired::Refused(refusal)
            }
            Ok(only) => {
                let (sender, answer) = oneshot::channel();
                let strict = only.is_some();
                generation.queue.push_back(Waiter { number, only, answer: sender });
                self.hand_out(generation);
                Acquired::Held(Held { endpoint: Arc::clone(self), number, answer, strict })
            }
        }
    }

    /// Whether a request may wait, and for which worker alone.
    fn may_wait(&self, generation: &mut Generation, ask: &Ask<'_>) -> Result<Option<WorkerId>, Refusal> {
        let now = Instant::now();
        if let Program::None(reason) = &generation.spec.program
            && generation.workers.is_empty()
        {
            return Err(Refusal::NoRunner(reason.clone()));
        }
        if generation.backoff.is_hopeless()
            && generation.ready() == 0
            && let Some(until) = generation.backoff.until(now)
        {
            return Err(Refusal::Failing(until.duration_since(now).as_secs() + 1));
        }
        if generation.max() == 0 && generation.workers.is_empty() {
            return Err(Refusal::NoRunner("the endpoint may have no workers: its maximum is 0".to_owned()));
        }
        if generation.queue.len() >= self.shared.settings.max_held {
            return Err(Refusal::TooManyHeld(self.shared.settings.max_held));
        }
        let (worker, resume) = match &ask.affinity {
            Affinity::Any | Affinity::Prefer(_) => return Ok(None),
            Affinity::Strict(worker) => (worker, false),
            Affinity::StrictResume(worker) => (worker, true),
        };
        if generation.find(worker).is_some_and(|worker| !worker.is_draining()) {
            return Ok(Some(worker.clone()));
        }
        let known = generation.scaled_down.iter().position(|known| known == worker);
        match known {
            // While its last process ends, its place is taken.
            Some(at)
                if resume && generation.find(worker).is_none() && generation.active() < generation.max() =>
            {
                generation.scaled_down.remove(at);
                generation.workers.push(Worker::new(worker.clone()));
                self.wake.notify_one();
                Ok(Some(worker.clone()))
            }
            _ => Err(Refusal::AffinityGone),
        }
    }

    fn look_for_more(&self, generation: &Generation) {
        let wanted = generation.demand.level().min(generation.max());
        // The first request of all needs no counting to see that it needs somebody.
        if wanted > generation.workers.len() || wanted > generation.active() {
            self.wake.notify_one();
        }
    }

    /// Gives waiting requests to workers that have room.
    fn hand_out(self: &Arc<Self>, generation: &mut Generation) {
        if generation.queue.is_empty() {
            return;
        }
        let limit = self.shared.settings.worker_concurrency;
        let share = generation.share(Instant::now(), limit);
        let (mut at, mut full) = (0, false);
        while at < generation.queue.len() {
            let link = match &generation.queue[at].only {
                Some(worker) => generation.with_room(worker, limit),
                None if full => None,
                None => {
                    let link = generation.least_loaded(share);
                    full = link.is_none();
                    link
                }
            };
            let Some(link) = link else {
                at += 1;
                continue;
            };
            let Some(waiter) = generation.queue.remove(at) else { return };
            link.requests.fetch_add(1, Ordering::Relaxed);
            let slot = Slot::new(Arc::clone(self), link, generation.number());
            // Whoever gives up takes itself out of the queue first, under this lock, so this is always received.
            let _ = waiter.answer.send(Ok(slot));
        }
    }

    /// Takes a place at a worker back.
    pub(super) fn release(self: &Arc<Self>, link: &Arc<Link>, generation: u64) {
        let mut state = self.state();
        let left = link.requests.fetch_sub(1, Ordering::Relaxed) - 1;
        let Some(generation) = state.generations.iter_mut().find(|one| one.number() == generation) else {
            return;
        };
        generation.demand.leave();
        self.hand_out(generation);
        if left == 0 && generation.find(&link.worker).is_some_and(Worker::is_draining) {
            self.wake.notify_one();
        }
    }

    /// A waiting request gives up.
    pub(super) fn give_up(&self, number: u64) {
        let mut state = self.state();
        for generation in &mut state.generations {
            if let Some(at) = generation.queue.iter().position(|waiter| waiter.number == number) {
                generation.queue.remove(at);
                generation.demand.leave();
                return;
            }
        }
    }

    /// A worker's process runs.
    pub(super) fn launched(&self, id: &WorkerId, run: u64, process: &Arc<Process>, link: &Arc<Link>) {
        let mut state = self.state();
        if let Some((generation, at)) = state.worker(id, run) {
            let worker = &mut generation.workers[at];
            worker.process = Some(Arc::clone(process));
            worker.link = Some(Arc::clone(link));
        }
        drop(state);
        self.wake.notify_one();
    }

    /// Takes over a worker that an earlier platform started.
    pub(super) fn took_over(
        &self,
        generation: u64,
        id: &WorkerId,
        process: &Arc<Process>,
        link: &Arc<Link>,
    ) -> bool {
        let mut state = self.state();
        let Some(generation) = state.generations.iter_mut().find(|one| one.number() == generation) else {
            return false;
        };
        generation.workers.push(Worker {
            step: Step::Starting(Instant::now()),
            run: 1,
            attended: true,
            process: Some(Arc::clone(process)),
            link: Some(Arc::clone(link)),
            ..Worker::new(id.clone())
        });
        true
    }

    /// A worker answered its health check.
    pub(super) fn healthy(self: &Arc<Self>, id: &WorkerId, run: u64) {
        let mut state = self.state();
        let Some((generation, at)) = state.worker(id, run) else { return };
        let worker = &mut generation.workers[at];
        if !matches!(worker.step, Step::Starting(_) | Step::Unhealthy(_)) {
            return;
        }
        worker.step = Step::Ready(Instant::now());
        generation.verified = true;
        generation.backoff.started();
        self.hand_out(generation);
        self.wake.notify_one();
    }

    /// A worker failed its health check, or couldn't be reached.
    pub(super) fn unhealthy(&self, link: &Arc<Link>, reason: &str) {
        let mut state = self.state();
        for generation in &mut state.generations {
            let Some(worker) = generation.find_mut(&link.worker) else { continue };
            if worker.is_ready() && worker.link.as_ref().is_some_and(|known| Arc::ptr_eq(known, link)) {
                worker.step = Step::Unhealthy(Instant::now());
                worker.reason = Some(reason.to_owned());
            }
        }
    }

    /// A worker's process ended, or could not be started.
    pub(super) fn ended(self: &Arc<Self>, id: &WorkerId, run: u64, reason: String) {
        let now = Instant::now();
        let mut state = self.state();
        let removed = state.removed;
        let Some((generation, at)) = state.worker(id, run) else { return };
        let worker = &mut generation.workers[at];
        worker.attended = false;
        worker.process = None;
        worker.link = None;
        let served = match worker.step {
            Step::Ready(since) | Step::Unhealthy(since) => Some(now.duration_since(since)),
            _ => None,
        };
        let is_draining = worker.is_draining();
        let is_wanted =
            matches!(generation.phase, Phase::Serving | Phase::Candidate) && generation.can_start();
        if is_draining || removed || !is_wanted {
            generation.workers.remove(at);
        } else {
            let worker = &mut generation.workers[at];
            worker.restarts += 1;
            worker.reason = Some(reason.clone());
            worker.step = Step::Waiting;
            generation.reason = Some(reason);
            let rest = generation.backoff.ended(served, now);
            if generation.backoff.is_hopeless()
                && generation.phase == Phase::Serving
                && generation.ready() == 0
            {
                generation.refuse_all(&Refusal::Failing(rest.as_secs() + 1));
            }
        }
        self.hand_out(generation);
        let running: Vec<WorkerId> = state
            .generations
            .iter()
            .flat_map(|generation| generation.workers.iter().map(|worker| worker.id.clone()))
            .collect();
        drop(state);
        let keep = self.shared.settings.ended_logs;
        self.shared.logs.forget(&self.id, keep, |name| running.iter().any(|id| id.as_str() == name));
        self.wake.notify_one();
    }
}
