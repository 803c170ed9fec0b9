//! A place at a worker for one request, and the wait for one.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use http::HeaderValue;
use tokio::sync::{Notify, oneshot};

use super::endpoint::Endpoint;
use super::gateway::Pool;
use crate::platform::ids::WorkerId;

/// What the gateway knows of one process of a worker.
#[derive(Debug)]
pub(super) struct Link {
    /// The worker.
    pub(super) worker: WorkerId,
    /// Its id as callers see it.
    pub(super) header: HeaderValue,
    /// Where it listens.
    pub(super) address: SocketAddr,
    /// What it wants to be shown in place of the caller's key.
    pub(super) authorization: Option<HeaderValue>,
    /// Connections to it.
    pub(super) pool: Pool,
    /// Requests that it has; changed under the endpoint's lock.
    pub(super) requests: AtomicUsize,
    /// Wakes the health check out of its turn.
    pub(super) check: Notify,
}

impl Link {
    pub(super) fn new(worker: WorkerId, address: SocketAddr, key: Option<&str>) -> Self {
        let authorization =
            key.and_then(|key| HeaderValue::try_from(format!("Bearer {key}")).ok()).map(|mut value| {
                value.set_sensitive(true);
                value
            });
        Self {
            header: HeaderValue::from_str(worker.as_str()).unwrap_or(HeaderValue::from_static("")),
            worker,
            address,
            authorization,
            pool: Pool::default(),
            requests: AtomicUsize::new(0),
            check: Notify::new(),
        }
    }
}

/// A request's place at a worker, given back when dropped.
#[derive(Debug)]
pub(super) struct Slot {
    endpoint: Arc<Endpoint>,
    link: Arc<Link>,
    generation: u64,
}

impl Slot {
    /// To be made under the endpoint's lock, with everything counted already.
    pub(super) fn new(endpoint: Arc<Endpoint>, link: Arc<Link>, generation: u64) -> Self {
        Self { endpoint, link, generation }
    }

    pub(super) fn link(&self) -> &Arc<Link> {
        &self.link
    }

    pub(super) fn pool(&self) -> &Pool {
        &self.link.pool
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.endpoint.release(&self.link, self.generation);
    }
}

/// A request that waits for a slot; dropped, it waits no more.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) endpoint: Arc<Endpoint>,
    pub(super) number: u64,
    pub(super) answer: oneshot::Receiver<Result<Slot, Refusal>>,
    /// Whether it waits for one certain worker.
    pub(super) strict: bool,
}

impl Drop for Held {
    fn drop(&mut self) {
        // A slot that was handed out but not taken is given back by its own drop.
        self.endpoint.give_up(self.number);
    }
}

/// Why a request gets no worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The endpoint was removed.
    Gone,
    /// Nothing runs here, and why.
    NoRunner(String),
    /// As many requests wait as may.
    TooManyHeld(usize),
    /// Workers keep failing; the time in seconds after which another try is made.
    Failing(u64),
    /// The worker that the request insists on is no more.
    AffinityGone,
}

/// What a request asks for.
#[derive(Debug, Default)]
pub(super) struct Ask<'a> {
    /// The caller's build.
    pub(super) build: Option<&'a str>,
    /// A worker it wants.
    pub(super) affinity: Affinity,
}

/// A worker that a request wants.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) enum Affinity {
    /// Any.
    #[default]
    Any,
    /// This one, if it can be.
    Prefer(WorkerId),
    /// This one and no other.
    Strict(WorkerId),
    /// This one and no other, started again if it was scaled down.
    StrictResume(WorkerId),
}
