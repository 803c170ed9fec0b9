//! What a case needs of a platform besides its provider.

use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;

use flash::manifest::Manifest;
use flash::provider::{Archive, EndpointId, EnvironmentId, Provider};
use flash::state::StateManager;

/// Something that a platform does in time. It panics when it can't.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A build on this machine, as `cargo flash build` makes it.
#[derive(Debug, Clone)]
pub struct LocalBuild {
    /// `archive.tar.gz`.
    pub archive: PathBuf,
    /// What is in it.
    pub manifest: Manifest,
}

/// A platform as the cases need it.
pub trait Ground: Send + Sync {
    /// A provider of its own, that shares nothing in memory with others.
    fn provider(&self) -> Arc<dyn Provider>;

    /// A provider with a key that the platform doesn't know.
    fn stranger(&self) -> Arc<dyn Provider>;

    /// A client of its own of the State Manager that belongs to the platform, where there is one.
    fn state(&self) -> Option<Arc<dyn StateManager>>;

    /// A new environment of this name, in an app of its own.
    fn environment<'a>(&'a self, name: &'a str) -> Later<'a, EnvironmentId>;

    /// Uploads a build and makes it the one that the environment runs.
    fn publish<'a>(&'a self, environment: &'a EnvironmentId, build: &'a LocalBuild) -> Later<'a, Archive>;

    /// The key that callers of endpoints show.
    fn caller_key(&self) -> String;

    /// Everything that the platform answers about an endpoint and its template, as text.
    fn told_about<'a>(&'a self, endpoint: &'a EndpointId) -> Later<'a, String>;

    /// The environment of a worker's process; `None` where it can't be looked into.
    fn environment_of(&self, process: u64) -> Option<Vec<String>>;

    /// Whether a worker's process is gone; `None` where it can't be seen.
    fn is_gone(&self, process: u64) -> Option<bool>;
}
