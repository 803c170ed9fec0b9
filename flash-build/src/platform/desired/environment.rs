//! What all endpoints of an environment share.

use std::path::PathBuf;

use flash::manifest::Manifest;

use super::{Specs, program};
use crate::platform::ids::{BuildId, EndpointId, EnvironmentId, UserId};
use crate::platform::secrets::Secret;
use crate::platform::store::StoreError;

/// An environment with what its workers need of it.
pub(super) struct Surroundings {
    pub(super) id: EnvironmentId,
    pub(super) environment: String,
    pub(super) app: String,
    pub(super) worker_key: Secret,
    /// The active build, if any.
    pub(super) build: Option<ActiveBuild>,
    /// The endpoint of the mothership, if there is one.
    pub(super) mothership: Option<EndpointId>,
}

/// The build that runs.
pub(super) struct ActiveBuild {
    pub(super) id: BuildId,
    pub(super) code_digest: Option<String>,
    /// Its program, or why it has none.
    pub(super) program: Result<(Manifest, PathBuf), String>,
}

impl Surroundings {
    pub(super) async fn read(specs: &Specs, user: &UserId, id: &EnvironmentId) -> Result<Self, StoreError> {
        let environment = specs.store.environment(user, id).await?;
        let app = specs.store.app(user, &environment.app).await?;
        let build = match &environment.active_build {
            Some(build) => Some(ActiveBuild::read(specs, user, build).await?),
            None => None,
        };
        let endpoints = specs.store.endpoints_of(id).await?;
        let mothership =
            endpoints.into_iter().find(|endpoint| program::is_mothership(&endpoint.name, build.as_ref()));
        Ok(Self {
            id: id.clone(),
            environment: environment.name,
            app: app.name,
            worker_key: specs.store.worker_key(id).await?,
            build,
            mothership: mothership.map(|endpoint| endpoint.id),
        })
    }
}

impl ActiveBuild {
    async fn read(specs: &Specs, user: &UserId, id: &BuildId) -> Result<Self, StoreError> {
        let build = specs.store.build(user, id).await?;
        let manifest =
            Manifest::parse(build.manifest.to_string().as_bytes()).map_err(|error| error.to_string());
        let code_digest =
            manifest.as_ref().ok().and_then(|manifest| Some(manifest.build.as_ref()?.code_digest.clone()));
        let program = match manifest {
            Ok(manifest) if manifest.build.is_none() => Err(format!(
                "build {id} holds no program of Flash for Rust, and this platform starts no others"
            )),
            Ok(manifest) => match specs.archives.unpacked(&build.archive).await {
                Ok(directory) => Ok((manifest, directory)),
                Err(error) => Err(format!("the archive of build {id} can't be used: {error}")),
            },
            Err(error) => Err(format!("build {id}: {error}")),
        };
        Ok(Self { id: build.id, code_digest, program })
    }
}
