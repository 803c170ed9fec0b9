//! What hosting needs to know once.

use std::path::PathBuf;
use std::time::Duration;

/// Where hosting keeps its files, and its limits.
#[derive(Debug, Clone)]
pub struct HostingSettings {
    /// A directory of its own: the mark of its workers and their logs. Made with mode 0700.
    pub directory: PathBuf,
    /// Bytes of output kept of one worker.
    pub log_bytes: u64,
    /// Logs kept of an endpoint's workers that ended.
    pub ended_logs: usize,
    /// Requests that may wait for a worker, per endpoint. Their bodies stay unread meanwhile.
    pub max_held: usize,
    /// How long a request may wait for a worker.
    pub hold: Duration,
    /// How long a request that insists on one worker may wait for it.
    pub strict_hold: Duration,
    /// Longest time from a worker's getting a request to the end of its answer.
    pub request_timeout: Duration,
    /// Largest body, in each direction.
    pub max_body_bytes: u64,
    /// Requests that one worker gets at once; it would answer more with 429.
    pub worker_concurrency: usize,
    /// How long a worker may take to become healthy.
    pub start_timeout: Duration,
    /// How long a worker may finish its requests once it is to end.
    pub drain_timeout: Duration,
    /// How long a replaced generation stays for callers of its own build after the last of them called.
    pub linger: Duration,
    /// Between two health checks of a worker.
    pub health_interval: Duration,
    /// How long a health check may take.
    pub health_timeout: Duration,
    /// Health checks that fail in a row before a worker is started again.
    pub health_failures: u32,
}

impl HostingSettings {
    /// The usual limits; those about requests are Runpod's.
    #[must_use]
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self {
            directory: directory.into(),
            log_bytes: 16 << 20,
            ended_logs: 5,
            max_held: 1000,
            hold: Duration::from_secs(120),
            strict_hold: Duration::from_secs(300),
            request_timeout: Duration::from_secs(330),
            max_body_bytes: 30 << 20,
            worker_concurrency: 1024,
            start_timeout: Duration::from_secs(120),
            drain_timeout: Duration::from_secs(30),
            linger: Duration::from_secs(2),
            health_interval: Duration::from_secs(5),
            health_timeout: Duration::from_secs(10),
            health_failures: 3,
        }
    }
}
