//! What one case works with.

use std::collections::BTreeMap;
use std::sync::Arc;

use flash::provider::{
    Archive, Deployed, Deployment, EnvironmentId, Generation, Name, Provider, ProviderError, quiet,
};

use crate::{Ground, LocalBuild};

/// The topology example, built twice.
#[derive(Debug, Clone)]
pub struct Builds {
    /// As it is.
    pub first: LocalBuild,
    /// With another configuration, so another archive.
    pub second: LocalBuild,
}

/// What one case works with: a platform, and an environment of its own on it.
pub struct Fixture {
    /// The platform.
    pub ground: Arc<dyn Ground>,
    /// The builds.
    pub builds: Builds,
    /// The case's own environment, with the first build active.
    pub environment: EnvironmentId,
    /// The first build as the platform has it.
    pub archive: Archive,
}

/// The load-balanced resource of the example.
pub(crate) const LOAD_BALANCED: &str = "endpoint_2";
/// Its queue-based one.
pub(crate) const QUEUE_BASED: &str = "endpoint_1";

impl Fixture {
    /// A fixture for the case of this name.
    pub async fn prepare(ground: Arc<dyn Ground>, builds: Builds, case: &str) -> Self {
        let environment = ground.environment(case).await;
        let archive = ground.publish(&environment, &builds.first).await;
        Self { ground, builds, environment, archive }
    }

    /// The deployment of a resource of the first build, with one worker that always runs.
    #[must_use]
    pub fn deployment(&self, resource: &str, generation: u64) -> Deployment {
        self.of(&self.builds.first, &self.archive, resource, generation)
    }

    /// The same of any build.
    #[must_use]
    pub fn of(&self, build: &LocalBuild, archive: &Archive, resource: &str, generation: u64) -> Deployment {
        let (name, environment) = (Name::parse(resource).unwrap(), self.environment.clone());
        let mut deployment =
            Deployment::of(&build.manifest, &name, environment, archive.clone(), Generation(generation))
                .unwrap();
        deployment.config.scaling.min = Some(1);
        deployment.config.scaling.max = Some(1);
        deployment
    }

    /// Deploys the load-balanced resource.
    pub async fn deployed(&self, provider: &dyn Provider, generation: u64) -> Deployed {
        provider.deploy(&self.deployment(LOAD_BALANCED, generation), &quiet).await.unwrap()
    }

    /// A deployment whose workers can't start: a variable of the SDK's own has a value that makes no sense.
    #[must_use]
    pub fn broken(&self, generation: u64) -> Deployment {
        let mut deployment = self.deployment(LOAD_BALANCED, generation);
        deployment.injected = BTreeMap::from([("FLASH_MAX_BODY_BYTES".to_owned(), "plenty".to_owned())]);
        deployment
    }

    /// The example's route that says which process answers.
    pub async fn process(&self, deployed: &Deployed) -> u64 {
        let (status, answer) =
            crate::http::get(&deployed.url, "/api/status", &self.ground.caller_key()).await;
        assert_eq!(status, 200, "{answer}");
        answer["process"].as_u64().unwrap_or_else(|| panic!("no process in {answer}"))
    }

    /// The resource's name.
    #[must_use]
    pub fn load_balanced(&self) -> Name {
        Name::parse(LOAD_BALANCED).unwrap()
    }
}

/// Panics unless it is this kind of error.
pub(crate) fn refused<T: std::fmt::Debug>(
    result: Result<T, ProviderError>,
    is: fn(&ProviderError) -> bool,
) -> ProviderError {
    match result {
        Err(error) if is(&error) => error,
        other => panic!("another outcome was expected than {other:?}"),
    }
}
