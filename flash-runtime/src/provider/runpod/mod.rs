//! Runpod, and the local platform, which speaks the same protocol.
//!
//! What was never run against the real service is listed in `docs/provider.md`.

mod address;
mod app;
mod deploy;
mod document;
mod endpoint;
mod fit;
mod health;
mod input;
mod key;
mod overview;
mod platform;
mod read;
mod refusal;
mod start;
mod template;
mod upload;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::OnceCell;

pub use address::Addresses;
pub use app::{App, Environment, UploadedBuild};
pub use key::Key;

use crate::graphql::{self, Retry, http};
use crate::provider::{
    Answer, Capabilities, Deployed, Deployment, EndpointId, EnvironmentId, Listed, Name, Observed, Provider,
    ProviderError, Removal, SecretText, Watch, WorkerLog,
};
use crate::secret::Secret;

type Turns = HashMap<(EnvironmentId, Name), Arc<tokio::sync::Mutex<()>>>;

/// How long to wait for what, and how often to try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Tries of a query.
    pub tries: u32,
    /// Pause before the second try; it doubles, up to 15 s.
    pub first_pause: Duration,
    /// For one request.
    pub request: Duration,
    /// For a request with all its tries.
    pub deadline: Duration,
    /// Tries of an upload.
    pub uploads: u32,
    /// Until a deployed endpoint answers.
    pub ready: Duration,
    /// Until a removed endpoint is gone.
    pub removed: Duration,
    /// Between two questions whether it is so yet.
    pub poll: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            tries: 4,
            first_pause: Duration::from_secs(1),
            request: Duration::from_secs(30),
            deadline: Duration::from_secs(120),
            uploads: 3,
            ready: Duration::from_secs(600),
            removed: Duration::from_secs(120),
            poll: Duration::from_millis(250),
        }
    }
}

/// A platform that speaks Runpod's protocol.
///
/// ```
/// use flash::provider::SecretText;
/// use flash::provider::runpod::{Addresses, Runpod};
///
/// let local = Addresses::at("http://127.0.0.1:8787")?;
/// let provider = Runpod::new(local, SecretText::new("key"))?;
/// # Ok::<(), flash::provider::ProviderError>(())
/// ```
#[derive(Debug)]
pub struct Runpod {
    addresses: Addresses,
    key: Secret,
    http: reqwest::Client,
    graphql: graphql::Client,
    patience: Patience,
    platform: OnceCell<platform::Platform>,
    turns: Mutex<Turns>,
}

impl Runpod {
    /// The platform at these addresses, spoken to with this key.
    ///
    /// # Errors
    /// [`ProviderError::Protocol`] when no HTTP client can be set up.
    pub fn new(addresses: Addresses, key: SecretText) -> Result<Self, ProviderError> {
        let http = http::client(&addresses.graphql()).map_err(|reason| ProviderError::Protocol { reason })?;
        let key = key.into_inner();
        let graphql = graphql::Client::new(http.clone(), addresses.graphql(), Some(key.clone()));
        let (platform, turns) = (OnceCell::new(), Mutex::default());
        let provider = Self { addresses, key, http, graphql, patience: Patience::default(), platform, turns };
        Ok(provider.patient(Patience::default()))
    }

    /// The platform that the environment's variables name, with the key that is found there or in the usual files.
    ///
    /// # Errors
    /// A variable that is no URL, or no key.
    pub fn from_environment() -> Result<Self, ProviderError> {
        let addresses = Addresses::read(|name| std::env::var(name).ok())?;
        Self::new(addresses, Key::from_environment()?.value)
    }

    /// With this patience.
    #[must_use]
    pub fn patient(mut self, patience: Patience) -> Self {
        let retry =
            Retry { tries: patience.tries, first_pause: patience.first_pause, ..Retry::CONTROL_PLANE };
        self.graphql = self.graphql.patient(retry, patience.request, patience.deadline);
        self.patience = patience;
        self
    }

    /// Where the platform is.
    #[must_use]
    pub fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    fn turn(&self, environment: &EnvironmentId, name: &Name) -> Arc<tokio::sync::Mutex<()>> {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(turns.entry((environment.clone(), name.clone())).or_default())
    }

    async fn observed(
        &self,
        environment: &EnvironmentId,
        name: &Name,
    ) -> Result<Option<Observed>, ProviderError> {
        let platform = self.platform().await?;
        let Some(endpoint) = self.find(environment, name).await? else { return Ok(None) };
        let mark = self.template(&endpoint.template).await?.mark();
        let (health, workers) = self.health(platform, &endpoint).await;
        let url = platform.url(&self.addresses, &endpoint);
        let (generation, digest) = mark.map(|mark| (mark.generation, mark.digest)).unzip();
        Ok(Some(Observed { endpoint: endpoint.id, url, generation, digest, health, workers }))
    }
}

impl Provider for Runpod {
    fn capabilities(&self) -> Answer<'_, Capabilities> {
        Box::pin(async { Ok(self.platform().await?.capabilities) })
    }

    fn deploy<'a>(&'a self, deployment: &'a Deployment, watch: &'a Watch<'a>) -> Answer<'a, Deployed> {
        Box::pin(self.bring_about(None, deployment, watch))
    }

    fn update<'a>(
        &'a self,
        endpoint: &'a EndpointId,
        deployment: &'a Deployment,
        watch: &'a Watch<'a>,
    ) -> Answer<'a, Deployed> {
        Box::pin(self.bring_about(Some(endpoint), deployment, watch))
    }

    fn undeploy<'a>(&'a self, endpoint: &'a EndpointId) -> Answer<'a, Removal> {
        Box::pin(self.remove(endpoint))
    }

    fn observe<'a>(&'a self, environment: &'a EnvironmentId, name: &'a Name) -> Answer<'a, Option<Observed>> {
        Box::pin(self.observed(environment, name))
    }

    fn endpoints<'a>(&'a self, environment: &'a EnvironmentId) -> Answer<'a, Vec<Listed>> {
        Box::pin(async { Ok(self.surroundings(environment).await?.1) })
    }

    fn logs<'a>(&'a self, endpoint: &'a EndpointId) -> Answer<'a, Vec<WorkerLog>> {
        Box::pin(self.last_lines(endpoint))
    }
}

/// What is sent to make an endpoint, for the tests of the types that it is made from.
#[cfg(test)]
pub(super) fn sent(deployment: &Deployment) -> serde_json::Value {
    let mut fields = input::endpoint(deployment);
    let env: Vec<_> =
        template::variables(deployment, None).iter().map(|variable| variable.to_json(false)).collect();
    fields.insert("template".into(), input::template(deployment, &env).unwrap_or_default());
    fields.into()
}
