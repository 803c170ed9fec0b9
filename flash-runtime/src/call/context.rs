//! What a running call passes on to the calls it makes.

use std::time::{Duration, Instant};

use super::trace::{Trace, random_id};

tokio::task_local! {
    static CURRENT: Context;
}

/// Calls above one another; a chain longer than this is taken for a loop.
pub(crate) const MAX_DEPTH: u32 = 64;

/// The context of the call that is running: its deadline, its trace, its depth.
///
/// ```
/// // Outside of a call there is none.
/// assert!(flash::Context::current().is_none());
/// ```
#[derive(Debug, Clone)]
pub struct Context {
    pub(crate) deadline: Instant,
    pub(crate) trace: Trace,
    pub(crate) depth: u32,
    pub(crate) call_id: String,
}

impl Context {
    /// The context of the remote call that runs the current function, when one does.
    #[must_use]
    pub fn current() -> Option<Self> {
        CURRENT.try_with(Clone::clone).ok()
    }

    /// Time left for this call.
    #[must_use]
    pub fn remaining(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// The trace id, 32 hexadecimal digits, equal in all calls of one tree.
    #[must_use]
    pub fn trace_id(&self) -> String {
        self.trace.trace_id()
    }

    /// Id of this call, unique.
    #[must_use]
    pub fn call_id(&self) -> &str {
        &self.call_id
    }

    /// Calls above this one.
    #[must_use]
    pub fn depth(&self) -> u32 {
        self.depth
    }

    /// The context of a call that is about to leave, limited to `timeout`.
    pub(crate) fn outgoing(timeout: Duration) -> Self {
        let own = Instant::now() + timeout;
        let call_id = format!("{:016x}", random_id());
        match Self::current() {
            Some(above) => Self {
                deadline: own.min(above.deadline),
                trace: above.trace.child(),
                depth: above.depth + 1,
                call_id,
            },
            None => Self { deadline: own, trace: Trace::begin(), depth: 0, call_id },
        }
    }

    /// Runs a future in this context.
    pub(crate) async fn scope<F: Future>(self, future: F) -> F::Output {
        CURRENT.scope(self, future).await
    }

    /// Runs a closure in this context.
    pub(crate) fn sync_scope<T>(self, body: impl FnOnce() -> T) -> T {
        CURRENT.sync_scope(self, body)
    }
}
