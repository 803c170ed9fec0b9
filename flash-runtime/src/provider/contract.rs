//! What every platform can do for us.

use std::future::Future;
use std::pin::Pin;

use super::{
    Change, Deployed, Deployment, EndpointId, EnvironmentId, Health, Listed, Name, Observed, ProviderError,
    Removal, WorkerLog,
};

/// What a provider answers in time. Boxed, so that a platform can be chosen while the program runs.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, ProviderError>> + Send + 'a>>;

/// What a platform can do that not every platform can.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Capabilities {
    /// Two generations of an endpoint run side by side behind its one URL.
    pub generations: bool,
    /// The platform keeps as many workers as are wanted, and starts failed ones again.
    pub supervises_replicas: bool,
    /// A queue-based endpoint answers HTTP requests, too.
    pub http_ingress_for_queue_based: bool,
}

/// A step of a deployment, told while it happens.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Progress {
    /// The endpoint is there, written or not.
    Settled {
        /// The endpoint.
        endpoint: EndpointId,
        /// What was done.
        change: Change,
    },
    /// It was asked how it is.
    Waiting {
        /// The endpoint.
        endpoint: EndpointId,
        /// What it said.
        health: Health,
    },
}

/// Whoever wants to know of the steps of a deployment. It is called between requests and should return at once.
pub type Watch<'w> = dyn Fn(Progress) + Send + Sync + 'w;

/// Wants to know nothing.
pub fn quiet(_: Progress) {}

/// A platform from the client's side.
///
/// Everything can be done again: what is so already is left alone and nothing is written. Success is what was seen
/// afterwards, never what was asked for.
///
/// ```
/// use flash::provider::Provider;
///
/// fn is_object_safe(_: &dyn Provider) {}
/// ```
pub trait Provider: Send + Sync {
    /// What the platform can do.
    ///
    /// # Errors
    /// It can't be asked.
    fn capabilities(&self) -> Answer<'_, Capabilities>;

    /// Makes the endpoint be as described: creates it, changes it, or leaves it. Comes back when it answers, or when
    /// it rests and the platform has no way to ask it.
    ///
    /// # Errors
    /// See [`ProviderError`]; after an [`Unhealthy`](ProviderError::Unhealthy) the endpoint is there.
    fn deploy<'a>(&'a self, deployment: &'a Deployment, watch: &'a Watch<'a>) -> Answer<'a, Deployed>;

    /// As [`deploy`](Self::deploy), for an endpoint that must be there.
    ///
    /// # Errors
    /// [`NotFound`](ProviderError::NotFound) when it isn't; else as [`deploy`](Self::deploy).
    fn update<'a>(
        &'a self,
        endpoint: &'a EndpointId,
        deployment: &'a Deployment,
        watch: &'a Watch<'a>,
    ) -> Answer<'a, Deployed>;

    /// Removes an endpoint with all its workers, and comes back when it is gone.
    ///
    /// # Errors
    /// See [`ProviderError`]; an endpoint that isn't there is no error.
    fn undeploy<'a>(&'a self, endpoint: &'a EndpointId) -> Answer<'a, Removal>;

    /// How the endpoint of a resource is; `None` when there is none. Wakes no worker.
    ///
    /// # Errors
    /// [`NotFound`](ProviderError::NotFound) when there is no such environment.
    fn observe<'a>(&'a self, environment: &'a EnvironmentId, name: &'a Name) -> Answer<'a, Option<Observed>>;

    /// All endpoints of an environment, whoever made them.
    ///
    /// # Errors
    /// [`NotFound`](ProviderError::NotFound) when there is no such environment.
    fn endpoints<'a>(&'a self, environment: &'a EnvironmentId) -> Answer<'a, Vec<Listed>>;

    /// The last lines of an endpoint's workers, as far as the platform keeps them.
    ///
    /// # Errors
    /// [`NotFound`](ProviderError::NotFound) when there is no such endpoint.
    fn logs<'a>(&'a self, endpoint: &'a EndpointId) -> Answer<'a, Vec<WorkerLog>>;
}
