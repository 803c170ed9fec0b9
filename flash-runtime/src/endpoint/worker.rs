//! What all connections of a server share.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use http::HeaderValue;

use super::pulse::Patience;
use super::table::Table;
use crate::secret::Secret;

/// See the module.
#[derive(Debug)]
pub(super) struct Worker {
    pub(super) table: Table,
    /// What callers must show.
    pub(super) key: Secret,
    /// Told to whoever asks with `/ping`.
    pub(super) instance: Option<HeaderValue>,
    /// What requests that this front door passes on are marked with, so that it knows them again.
    pub(super) door: String,
    /// Largest body of a request or a reply.
    pub(super) max_body: usize,
    /// Deadline of a call that has none of its own.
    pub(super) call_timeout: Duration,
    pub(super) patience: Patience,
    pub(super) max_concurrency: usize,
    /// Calls running now.
    pub(super) running: AtomicUsize,
    pub(super) draining: AtomicBool,
}

/// The right to run one call, given back when dropped.
#[derive(Debug)]
pub(super) struct Permit(Arc<Worker>);

impl Worker {
    /// A permit, unless too many calls run already. Two atomic operations per call; nobody waits.
    pub(super) fn admit(self: &Arc<Self>) -> Option<Permit> {
        let permit = Permit(Arc::clone(self));
        let before = self.running.fetch_add(1, Ordering::Relaxed);
        (before < self.max_concurrency).then_some(permit)
    }

    pub(super) fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::Relaxed);
    }
}
