//! What stands behind the doors, each part by a trait, so that none knows how another is built.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, StatusCode};
use hyper::body::Incoming;
use serde::{Deserialize, Serialize};

use super::answer::Answer;
use super::artifacts::Artifacts;
use super::caller::{Caller, Keys, Later};
use super::ids::{EndpointId, WorkerId};

/// Everything behind the doors.
#[derive(Clone)]
pub struct Services {
    /// Whose key it is.
    pub keys: Arc<dyn Keys>,
    /// GraphQL.
    pub control: Arc<dyn ControlPlane>,
    /// Endpoints.
    pub gateway: Arc<dyn Gateway>,
    /// Network volumes.
    pub volumes: Arc<dyn Volumes>,
    /// What workers wrote.
    pub logs: Arc<dyn WorkerLogs>,
    /// What `cargo flash platform` asks.
    pub office: Arc<dyn Office>,
    /// Archives.
    pub artifacts: Arc<Artifacts>,
}

/// GraphQL, free of HTTP.
pub trait ControlPlane: Send + Sync {
    /// Runs the operation in a body. Without a caller only the login is allowed.
    fn execute(&self, caller: Option<Caller>, body: Bytes) -> Later<'_, (StatusCode, Vec<u8>)>;
}

/// The way to endpoints. It checks callers itself, since each endpoint has its own.
pub trait Gateway: Send + Sync {
    /// A request to an endpoint; `path` is what stands behind the endpoint's own prefix, with its slash.
    fn endpoint(&self, id: EndpointId, path: String, request: Request<Incoming>) -> Later<'_, Answer>;
    /// A request to the queue of an endpoint, `/v2/{id}/..`.
    fn queue(&self, id: EndpointId, path: String, request: Request<Incoming>) -> Later<'_, Answer>;
}

/// A network volume.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Volume {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its size in GB.
    pub size: u32,
    /// Where it lies.
    pub data_center_id: String,
}

/// A network volume to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewVolume {
    /// Its name.
    pub name: String,
    /// Its size in GB.
    pub size: u32,
    /// Where it shall lie.
    pub data_center_id: String,
}

/// Something behind the doors failed; the text may be shown to the client.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ServiceError(pub String);

/// Network volumes.
pub trait Volumes: Send + Sync {
    /// The caller's volumes.
    fn list<'a>(&'a self, caller: &'a Caller) -> Later<'a, Result<Vec<Volume>, ServiceError>>;
    /// Makes a volume.
    fn create<'a>(&'a self, caller: &'a Caller, volume: NewVolume)
    -> Later<'a, Result<Volume, ServiceError>>;
}

/// The log of a worker, as Runpod's log host gives it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct LogLines {
    /// What the worker itself wrote.
    pub container: Vec<String>,
    /// What befell it.
    pub system: Vec<String>,
}

/// What workers wrote.
pub trait WorkerLogs: Send + Sync {
    /// The lines of one of the caller's workers; none when it has no such worker.
    fn lines<'a>(&'a self, caller: &'a Caller, worker: WorkerId) -> Later<'a, Option<LogLines>>;
}

/// What `cargo flash platform` asks, for accounts only.
pub trait Office: Send + Sync {
    /// Apps, environments, endpoints, workers, memory.
    fn status<'a>(&'a self, caller: &'a Caller) -> Later<'a, Result<serde_json::Value, ServiceError>>;
    /// What was logged from a position on, of one endpoint or of all.
    fn logs<'a>(
        &'a self,
        caller: &'a Caller,
        endpoint: Option<String>,
        from: Option<String>,
    ) -> Later<'a, Result<serde_json::Value, ServiceError>>;
    /// Lets a login in, or not.
    fn decide<'a>(
        &'a self,
        caller: &'a Caller,
        request: String,
        approve: bool,
    ) -> Later<'a, Result<(), ServiceError>>;
}
