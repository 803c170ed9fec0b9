//! The parts, joined: each behind the doors' traits, on the one store, the archives and hosting.

mod office;
mod todo_stub;
mod volumes;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use super::artifacts::Artifacts;
use super::behind::{ServiceError, Services};
use super::run::{RunError, Workers};
use super::store::Store;

/// What the outside sees of a platform.
#[derive(Debug, Clone)]
pub(super) struct Outside {
    /// Where it answers.
    pub(super) address: SocketAddr,
    /// Its data directory.
    pub(super) directory: PathBuf,
}

/// The joined parts.
pub(super) struct Wired {
    pub(super) services: Services,
}

/// Joins the parts.
pub(super) async fn wire(
    store: Store,
    artifacts: Arc<Artifacts>,
    _outside: Outside,
) -> Result<Wired, RunError> {
    let store = Arc::new(store);
    let stub = Arc::new(todo_stub::Stub);
    let services = Services {
        keys: store.clone(),
        control: stub.clone(),
        gateway: stub.clone(),
        volumes: store.clone(),
        logs: stub,
        office: Arc::new(office::Desk { store: (*store).clone() }),
        artifacts,
    };
    Ok(Wired { services })
}

impl Wired {
    /// Ends what runs.
    pub(super) async fn shut_down(&self, _workers: Workers) {}
}

fn failed(error: impl std::fmt::Display) -> ServiceError {
    ServiceError(error.to_string())
}
