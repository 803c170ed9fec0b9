//! The parts, joined: each behind the traits of the doors and of the control plane.

mod archives;
mod control;
mod gateway;
mod logs;
mod office;
mod volumes;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use super::artifacts::Artifacts;
use super::behind::{ServiceError, Services};
use super::desired::{Desired, Specs};
use super::graphql::{ControlPlane, schema};
use super::hosting::{AtShutdown, Hosting, HostingSettings};
use super::run::RunError;
use super::store::Store;

/// What the outside sees of a platform.
#[derive(Debug, Clone)]
pub(super) struct Outside {
    /// Where it answers.
    pub(super) address: SocketAddr,
    /// Where hosting keeps its files.
    pub(super) hosting: PathBuf,
}

/// The joined parts.
pub(super) struct Wired {
    pub(super) services: Services,
    hosting: Arc<Hosting>,
}

/// Joins the parts. Workers of an earlier platform on the same data are taken over, the others started.
pub(super) async fn wire(
    store: Store,
    artifacts: Arc<Artifacts>,
    outside: Outside,
) -> Result<Wired, RunError> {
    let address = format!("http://{}", outside.address);
    let specs = Specs::new(store.clone(), artifacts.clone(), address.clone());
    let wanted = specs.all().await?;
    let hosting = Hosting::start(HostingSettings::new(&outside.hosting), wanted).await?;
    let desired = Desired::new(specs, hosting.clone());
    let control = ControlPlane { store: store.clone(), archives: artifacts.clone(), desired, address };
    let schema = schema(control);
    let logs = Arc::new(logs::Logbook { store: store.clone(), hosting: hosting.clone() });
    let office = office::Desk {
        store: store.clone(),
        hosting: hosting.clone(),
        logs: logs.clone(),
        schema: schema.clone(),
        outside,
    };
    let services = Services {
        keys: Arc::new(store.clone()),
        control: Arc::new(control::Graph(schema)),
        gateway: hosting.clone(),
        volumes: Arc::new(store),
        logs,
        office: Arc::new(office),
        artifacts,
    };
    Ok(Wired { services, hosting })
}

impl Wired {
    /// Ends what runs.
    pub(super) async fn shut_down(&self, workers: AtShutdown) {
        self.hosting.shut_down(workers).await;
    }
}

fn failed(error: impl std::fmt::Display) -> ServiceError {
    ServiceError(error.to_string())
}
