//! What hosting tells about an endpoint.

use std::time::SystemTime;

use serde::Serialize;

use crate::platform::ids::{EndpointId, WorkerId};

/// An endpoint as it is, observed and not as wanted.
#[derive(Debug, Clone, Serialize)]
pub struct EndpointStatus {
    /// The endpoint.
    pub id: EndpointId,
    /// Its name.
    pub name: String,
    /// The generation that answers requests.
    pub serving: Option<u64>,
    /// Requests since the platform started, as Runpod counts them.
    pub jobs: JobCounts,
    /// Workers of all generations, as Runpod counts them.
    pub workers: WorkerCounts,
    /// From the oldest to the newest.
    pub generations: Vec<GenerationStatus>,
}

/// Requests of an endpoint.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct JobCounts {
    /// Answered with a status below 500.
    pub completed: u64,
    /// Answered with 500 or more, or lost.
    pub failed: u64,
    /// With a worker now.
    pub in_progress: u64,
    /// Waiting for a worker now.
    pub in_queue: u64,
    /// Sent again after a worker certainly hadn't got them.
    pub retried: u64,
}

/// Workers of an endpoint.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct WorkerCounts {
    /// Ready, without a request.
    pub idle: u64,
    /// Started, not healthy yet.
    pub initializing: u64,
    /// Healthy: idle or running.
    pub ready: u64,
    /// Ready, with a request.
    pub running: u64,
    /// Waiting to be started again.
    pub throttled: u64,
    /// Out of the pool after a failed health check.
    pub unhealthy: u64,
}

/// One generation of an endpoint.
#[derive(Debug, Clone, Serialize)]
pub struct GenerationStatus {
    /// Its number.
    pub generation: u64,
    /// What it is doing.
    pub phase: GenerationPhase,
    /// Whether a worker of it was ever healthy.
    pub verified: bool,
    /// Why it isn't where it should be, or what happened to it last.
    pub reason: Option<String>,
    /// Its workers.
    pub workers: Vec<WorkerStatus>,
}

/// What a generation is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GenerationPhase {
    /// Getting ready, while another one serves.
    Starting,
    /// Answers requests.
    Serving,
    /// Replaced; it finishes its requests.
    Draining,
    /// It could not become healthy; the one before it serves on.
    Failed,
}

/// One worker.
#[derive(Debug, Clone, Serialize)]
pub struct WorkerStatus {
    /// Its id, which it keeps when it is started again.
    pub id: WorkerId,
    /// Its process, while there is one.
    pub pid: Option<u32>,
    /// What it is doing.
    pub state: WorkerState,
    /// Since when its process runs, in milliseconds of Unix time.
    pub since: Option<u64>,
    /// How often it was started again.
    pub restarts: u32,
    /// Why it is not ready, or why it was started again last.
    pub reason: Option<String>,
    /// Requests that it has now.
    pub requests: u64,
    /// Its memory in bytes.
    pub rss: Option<u64>,
}

/// What a worker is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkerState {
    /// Started, not healthy yet.
    Initializing,
    /// Healthy, without a request.
    Idle,
    /// Healthy, with requests.
    Running,
    /// Waiting to be started again.
    Throttled,
    /// Out of the pool after a failed health check.
    Unhealthy,
    /// Finishing its requests, or asked to end.
    Draining,
}

impl WorkerState {
    /// Whether it takes requests.
    #[must_use]
    pub fn is_ready(self) -> bool {
        matches!(self, Self::Idle | Self::Running)
    }
}

impl WorkerCounts {
    pub(super) fn add(&mut self, state: WorkerState) {
        match state {
            WorkerState::Initializing => self.initializing += 1,
            WorkerState::Idle => {
                self.idle += 1;
                self.ready += 1;
            }
            WorkerState::Running => {
                self.running += 1;
                self.ready += 1;
            }
            WorkerState::Throttled => self.throttled += 1,
            WorkerState::Unhealthy => self.unhealthy += 1,
            // Runpod has no word for it; such a worker takes no more requests.
            WorkerState::Draining => {}
        }
    }
}

pub(super) fn millis(time: SystemTime) -> Option<u64> {
    u64::try_from(time.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_millis()).ok()
}

/// Resident memory of a process.
pub(super) fn rss(pid: u32) -> Option<u64> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/statm")).ok()?;
    let pages: u64 = text.split_whitespace().nth(1)?.parse().ok()?;
    Some(pages * u64::try_from(rustix::param::page_size()).ok()?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn counts_are_written_as_runpod_writes_them() {
        let mut workers = WorkerCounts::default();
        workers.add(WorkerState::Idle);
        workers.add(WorkerState::Running);
        let jobs = JobCounts { completed: 41, failed: 2, in_progress: 1, ..JobCounts::default() };
        assert_eq!(
            serde_json::json!({ "jobs": jobs, "workers": workers }),
            serde_json::json!({
                "jobs": {"completed":41,"failed":2,"inProgress":1,"inQueue":0,"retried":0},
                "workers": {"idle":1,"initializing":0,"ready":2,"running":1,"throttled":0,"unhealthy":0},
            })
        );
    }

    #[test]
    fn this_process_has_memory() {
        if cfg!(target_os = "linux") {
            assert!(rss(std::process::id()).unwrap() > 100_000);
        }
    }
}
