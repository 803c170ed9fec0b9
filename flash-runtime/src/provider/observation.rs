//! What a provider saw.

use std::fmt;

use super::{EndpointId, Generation, Sha256, WorkerId};

/// What a deployment came to. Every field was observed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deployed {
    /// The endpoint.
    pub endpoint: EndpointId,
    /// Where it answers.
    pub url: String,
    /// What was done to get there.
    pub change: Change,
    /// How it is.
    pub health: Health,
}

/// What a deployment did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Change {
    /// It made the endpoint.
    Created,
    /// It changed the endpoint.
    Updated,
    /// The endpoint was so already; nothing was written.
    Unchanged,
}

/// How an endpoint is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Health {
    /// It answered.
    Ready,
    /// A worker is coming.
    Starting,
    /// No worker is there and none is wanted until work comes.
    Resting,
    /// The platform doesn't tell without waking a worker.
    Unknown,
    /// It doesn't get well; in the platform's words.
    Failing(String),
}

/// An endpoint as the platform shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observed {
    /// The endpoint.
    pub endpoint: EndpointId,
    /// Where it answers.
    pub url: String,
    /// The deployment that it is at, when a provider of this kind made it.
    pub generation: Option<Generation>,
    /// The digest of that deployment.
    pub digest: Option<Sha256>,
    /// How it is, as far as it can be told without waking a worker.
    pub health: Health,
    /// Its workers, where the platform tells.
    pub workers: Option<Workers>,
}

/// Workers of an endpoint by what they do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Workers {
    /// Take work.
    pub ready: u32,
    /// Ready without work.
    pub idle: u32,
    /// At work.
    pub running: u32,
    /// Not ready yet.
    pub initializing: u32,
    /// Held back by the platform.
    pub throttled: u32,
    /// Failed.
    pub unhealthy: u32,
}

/// An endpoint of an environment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listed {
    /// The endpoint.
    pub endpoint: EndpointId,
    /// Its name, whoever gave it.
    pub name: String,
}

/// What the removal of an endpoint came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Removal {
    /// It is gone, as the platform confirmed.
    Removed,
    /// It wasn't there; nothing was written.
    WasAbsent,
}

/// The last lines of a worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerLog {
    /// The worker.
    pub worker: WorkerId,
    /// Its lines, oldest first.
    pub lines: Vec<String>,
}

impl fmt::Display for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ready => f.write_str("ready"),
            Self::Starting => f.write_str("starting"),
            Self::Resting => f.write_str("resting"),
            Self::Unknown => f.write_str("unknown"),
            Self::Failing(reason) => write!(f, "failing: {reason}"),
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Unchanged => "unchanged",
        })
    }
}
