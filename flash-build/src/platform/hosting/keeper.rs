//! Brings an endpoint's workers to what is wanted: looks at everything, every time, and does what is due.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::attendant;
use super::endpoint::{Endpoint, State};
use super::generation::{Generation, Phase, SOON, Step, Worker};
use super::mark;
use super::process::Process;
use super::settings::HostingSettings;
use super::slot::{Link, Refusal};
use super::spec::EndpointSpec;
use crate::platform::ids::WorkerId;

/// How long more workers must have been wanted before they are started beside ready ones: a burst that the ready ones
/// are done with sooner starts none.
const PAUSE: Duration = Duration::from_millis(50);

/// How long a worker without requests may take to end.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// Something to be done outside of the lock.
#[derive(Debug)]
pub(super) enum Action {
    /// Start a worker.
    Start {
        /// Which.
        worker: WorkerId,
        /// Its how manieth process this is.
        run: u64,
        /// What it runs.
        spec: Arc<EndpointSpec>,
    },
    /// Ask a process to end.
    Ask(Arc<Process>, Arc<Link>),
    /// End a process and its group.
    Kill(Arc<Process>),
}

/// Follows an endpoint until it was removed and its last worker is gone.
pub(super) async fn keep(endpoint: Arc<Endpoint>) {
    loop {
        let Some((actions, next)) = endpoint.turn() else { break };
        for action in actions {
            act(&endpoint, action);
        }
        let next = next.map(tokio::time::Instant::from_std);
        tokio::select! {
            () = endpoint.wake.notified() => {}
            () = async { match next {
                Some(next) => tokio::time::sleep_until(next).await,
                None => std::future::pending().await,
            } } => {}
            () = endpoint.shared.left() => return,
        }
    }
    if !endpoint.succeeded.load(Ordering::Relaxed) {
        endpoint.shared.logs.forget(&endpoint.id, 0, |_| false);
    }
    endpoint.gone.send_replace(true);
}

fn act(endpoint: &Arc<Endpoint>, action: Action) {
    match action {
        Action::Start { worker, run, spec } => {
            tokio::spawn(attendant::start(Arc::clone(endpoint), worker, run, spec));
        }
        Action::Ask(process, link) => {
            // A worker waits for the connections that are open.
            link.pool.close();
            process.ask_to_end();
        }
        Action::Kill(process) => process.kill(),
    }
}

/// One look at an endpoint.
pub(super) struct Turn<'a> {
    pub(super) now: Instant,
    pub(super) settings: &'a HostingSettings,
    pub(super) actions: Vec<Action>,
    /// When to look again, if nothing happens before.
    pub(super) next: Option<Instant>,
}

impl Turn<'_> {
    /// Does what is due; `None` once there is nothing left to be done, ever.
    pub(super) fn take(&mut self, state: &mut State) -> Option<()> {
        self.promote(state);
        let level = state.serving().map_or(0, |serving| serving.demand.level());
        for generation in &mut state.generations {
            match generation.phase {
                Phase::Retiring { since, used } => self.retire(generation, since, used),
                Phase::Failed => generation.drain_all(self.now + self.settings.drain_timeout),
                Phase::Candidate => self.scale(generation, level.max(1)),
                Phase::Serving => self.scale(generation, generation.demand.level()),
            }
            self.step(generation);
        }
        state.generations.retain(|generation| {
            !(matches!(generation.phase, Phase::Retiring { .. }) && generation.workers.is_empty())
        });
        (!state.removed || !state.generations.is_empty()).then_some(())
    }

    fn at(&mut self, when: Instant) {
        self.next = Some(self.next.map_or(when, |next| next.min(when)));
    }

    /// Lets the candidate serve once it has shown that it can.
    fn promote(&mut self, state: &mut State) {
        let Some(new) = state.generations.iter().position(|one| one.phase == Phase::Candidate) else {
            return;
        };
        let Some(old) = state.generations.iter().position(|one| one.phase == Phase::Serving) else {
            if let Some(candidate) = state.generations.get_mut(new) {
                candidate.phase = Phase::Serving;
            }
            return;
        };
        let candidate = &state.generations[new];
        let serving = &state.generations[old];
        let proven = candidate.ready() >= candidate.min().max(1) || candidate.max() == 0;
        // What can't be started again and doesn't run is no use to anybody.
        let nothing_to_keep = !serving.can_start() && serving.workers.is_empty();
        if !proven && !nothing_to_keep {
            return;
        }
        let digest = candidate.spec.code_digest.clone();
        let serving = &mut state.generations[old];
        // Callers of the old build may come for as long as it lives; nobody can ask for it by another name.
        let lingers = serving.spec.code_digest.is_some() && serving.spec.code_digest != digest;
        let used =
            if lingers { self.now } else { self.now.checked_sub(self.settings.linger).unwrap_or(self.now) };
        serving.phase = Phase::Retiring { since: self.now, used };
        let mut waiting = std::mem::take(&mut serving.queue);
        for _ in &waiting {
            serving.demand.leave();
        }
        let candidate = &mut state.generations[new];
        candidate.phase = Phase::Serving;
        while let Some(waiter) = waiting.pop_front() {
            if waiter.only.is_some() {
                let _ = waiter.answer.send(Err(Refusal::AffinityGone));
            } else {
                candidate.demand.enter();
                candidate.queue.push_back(waiter);
            }
        }
    }

    fn retire(&mut self, generation: &mut Generation, since: Instant, used: Instant) {
        let end = since + self.settings.drain_timeout;
        let quiet = (used + self.settings.linger).min(end);
        if self.now >= quiet {
            generation.drain_all(end);
        } else {
            self.at(quiet);
        }
    }

    fn scale(&mut self, generation: &mut Generation, level: usize) {
        let (min, max) = (generation.min(), generation.max());
        let is_candidate = generation.phase == Phase::Candidate;
        if generation.backoff.is_hopeless() {
            generation.to_verify = false;
            if is_candidate {
                generation.phase = Phase::Failed;
                generation.drain_all(self.now + LAST_WORDS);
                return;
            }
        }
        let proof = usize::from(is_candidate || generation.to_verify && !generation.verified);
        let floor = min.max(proof).min(max);
        let target = if generation.can_start() { level.max(floor).min(max) } else { 0 };
        self.grow(generation, target, is_candidate || generation.active() < floor);
        // What a candidate will have to carry shows only once it serves.
        self.shrink(generation, if is_candidate { target } else { floor }, max);
    }

    fn grow(&mut self, generation: &mut Generation, target: usize, is_urgent: bool) {
        let active = generation.active();
        if active >= target {
            generation.short_since = None;
            return;
        }
        if !is_urgent && generation.ready() > 0 {
            let due = *generation.short_since.get_or_insert(self.now) + PAUSE;
            if self.now < due {
                return self.at(due);
            }
        }
        generation.short_since = None;
        for _ in active..target {
            match mark::new_worker() {
                Ok(id) => generation.workers.push(Worker::new(id)),
                Err(error) => generation.reason = Some(error.to_string()),
            }
        }
    }

    fn shrink(&mut self, generation: &mut Generation, floor: usize, max: usize) {
        let idle = generation.spec.scaling.idle_timeout;
        let mut active = generation.active();
        while active > floor {
            if active <= max {
                let Some(left) = generation.demand.resting(active) else { return self.at(self.now + idle) };
                let begun = generation.workers.iter().filter_map(|worker| match worker.step {
                    Step::Starting(since) | Step::Ready(since) => Some(since),
                    _ => None,
                });
                let rests_since = begun.chain(left).fold(generation.made, Instant::max);
                if self.now < rests_since + idle {
                    return self.at(rests_since + idle);
                }
            }
            self.drain_one(generation);
            active -= 1;
        }
    }

    /// Drains the worker that will be missed least.
    fn drain_one(&self, generation: &mut Generation) {
        let worth = |worker: &Worker| match worker.step {
            Step::Waiting => 0,
            Step::Unhealthy(_) => 1,
            Step::Starting(_) => 2,
            Step::Ready(_) => 3 + worker.requests(),
            Step::Draining { .. } => usize::MAX,
        };
        let deadline = self.now + self.settings.drain_timeout;
        if let Some(worker) = generation.workers.iter_mut().rev().min_by_key(|worker| worth(worker)) {
            worker.drain(deadline);
            let id = worker.id.clone();
            generation.remember(id);
        }
    }

    /// What each worker needs next.
    fn step(&mut self, generation: &mut Generation) {
        generation.workers.retain(|worker| worker.attended || !worker.is_draining());
        let rest = generation.backoff.until(self.now);
        for at in 0..generation.workers.len() {
            let spec = &generation.spec;
            let worker = &mut generation.workers[at];
            match &mut worker.step {
                Step::Waiting => match rest {
                    Some(until) => self.at(until),
                    None => {
                        worker.run += 1;
                        worker.attended = true;
                        worker.step = Step::Starting(self.now);
                        self.actions.push(Action::Start {
                            worker: worker.id.clone(),
                            run: worker.run,
                            spec: Arc::clone(spec),
                        });
                    }
                },
                Step::Draining { deadline, asked } => {
                    // Without a process it is just being started; it will be looked at again then.
                    let (Some(process), Some(link)) = (&worker.process, &worker.link) else { continue };
                    let is_idle = link.requests.load(Ordering::Relaxed) == 0;
                    if asked.is_none() && is_idle {
                        *asked = Some(self.now + LAST_WORDS);
                        self.actions.push(Action::Ask(Arc::clone(process), Arc::clone(link)));
                    }
                    let due = asked.unwrap_or(*deadline);
                    if self.now >= due {
                        self.actions.push(Action::Kill(Arc::clone(process)));
                        // Nothing survives this; should the system be slow, it is tried again.
                        (*deadline, *asked) = (self.now + LAST_WORDS, Some(self.now + LAST_WORDS));
                    }
                    let due = asked.unwrap_or(*deadline);
                    self.at(due);
                }
                // From then on the requests that wait for it are shared out among the others.
                Step::Starting(since) if self.now < *since + SOON => {
                    let slow = *since + SOON;
                    self.at(slow);
                }
                Step::Starting(_) | Step::Ready(_) | Step::Unhealthy(_) => {}
            }
        }
    }
}
