//! What an endpoint looks like from outside.

use super::endpoint::Endpoint;
use super::generation::{Generation, Phase, Step, Worker};
use super::status::{
    EndpointStatus, GenerationPhase, GenerationStatus, WorkerCounts, WorkerState, WorkerStatus, millis, rss,
};

impl Endpoint {
    pub(super) fn observe(&self) -> EndpointStatus {
        let jobs = self.jobs();
        let state = self.state();
        let serving = state.serving().map(Generation::number);
        let mut generations: Vec<_> = state.generations.iter().map(generation).collect();
        drop(state);
        let mut workers = WorkerCounts::default();
        for worker in generations.iter_mut().flat_map(|generation| &mut generation.workers) {
            workers.add(worker.state);
            worker.rss = worker.pid.and_then(rss);
        }
        EndpointStatus {
            id: self.id.clone(),
            name: self.gate().name.clone(),
            serving,
            jobs,
            workers,
            generations,
        }
    }
}

fn generation(generation: &Generation) -> GenerationStatus {
    GenerationStatus {
        generation: generation.number(),
        phase: match generation.phase {
            Phase::Candidate => GenerationPhase::Starting,
            Phase::Serving => GenerationPhase::Serving,
            Phase::Retiring { .. } => GenerationPhase::Draining,
            Phase::Failed => GenerationPhase::Failed,
        },
        verified: generation.verified,
        reason: match &generation.spec.program {
            super::Program::None(reason) => Some(reason.clone()),
            super::Program::Handler { .. } => generation.reason.clone(),
        },
        workers: generation.workers.iter().map(worker).collect(),
    }
}

fn worker(worker: &Worker) -> WorkerStatus {
    let requests = worker.requests() as u64;
    WorkerStatus {
        id: worker.id.clone(),
        pid: worker.process.as_ref().map(|process| process.id()),
        state: match worker.step {
            Step::Waiting => WorkerState::Throttled,
            Step::Starting(_) => WorkerState::Initializing,
            Step::Ready(_) if requests > 0 => WorkerState::Running,
            Step::Ready(_) => WorkerState::Idle,
            Step::Unhealthy(_) => WorkerState::Unhealthy,
            Step::Draining { .. } => WorkerState::Draining,
        },
        since: worker.process.as_ref().and_then(|process| millis(process.since())),
        restarts: worker.restarts,
        reason: worker.reason.clone(),
        requests,
        rss: None,
    }
}
