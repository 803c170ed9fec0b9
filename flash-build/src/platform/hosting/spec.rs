//! What hosting is told about an endpoint: the desired state, whole, every time.

use std::path::PathBuf;
use std::time::Duration;

use crate::platform::ids::{BuildId, EndpointId, EnvironmentId};

/// What should run for an endpoint.
#[derive(Debug, Clone, PartialEq)]
pub struct EndpointSpec {
    /// The endpoint.
    pub id: EndpointId,
    /// Its name; `FLASH_RESOURCE_NAME` of its workers.
    pub name: String,
    /// Queue-based or load-balanced.
    pub kind: Kind,
    /// Where it belongs; endpoints outside an environment have no archive and no runner.
    pub environment: Option<EnvironmentId>,
    /// Rises whenever workers have to be replaced: new archive, new variables, new hardware.
    pub generation: u64,
    /// The build of this generation. A request with the header `flash-build` of another generation
    /// that still runs goes to that one.
    pub build: Option<BuildId>,
    /// Digest of the program's code, as callers send it in `flash-build`.
    pub code_digest: Option<String>,
    /// What a worker runs.
    pub program: Program,
    /// The worker's environment, complete but for what hosting alone knows (port, worker id).
    pub variables: Vec<Variable>,
    /// How many workers, when.
    pub scaling: Scaling,
    /// Longest time for one request; none means the platform's own limit.
    pub execution_timeout: Option<Duration>,
    /// SHA-256 of the keys that may call it.
    pub callers: Vec<[u8; 32]>,
    /// What the gateway shows the worker in place of the caller's key.
    pub worker_key: String,
    /// Whether requests without a key pass the gateway; the worker then opens its declared routes only.
    pub public: bool,
}

/// How work arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// As jobs, and over `/execute`.
    QueueBased,
    /// As HTTP requests on declared routes.
    LoadBalanced,
}

/// What a worker runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Program {
    /// An entry of an unpacked, verified archive.
    Handler {
        /// Where the archive lies unpacked; the working directory.
        directory: PathBuf,
        /// `handler_<resource>`, directly inside.
        entry: String,
    },
    /// Nothing that this platform runs, with the reason to show.
    None(String),
}

/// A variable of a worker's environment. Its value never shows in a log.
#[derive(Clone, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

impl std::fmt::Debug for Variable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}=..", self.name)
    }
}

/// How many workers, when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scaling {
    /// Workers that always run.
    pub min: u32,
    /// Workers at most, per generation.
    pub max: u32,
    /// Requests that one worker may have at once before another is wanted (`scalerValue` of `REQUEST_COUNT`).
    pub requests_per_worker: u32,
    /// How long a worker beyond `min` may rest before it ends.
    pub idle_timeout: Duration,
}
