//! Builds, and the manifests that the State Manager keeps.

use async_graphql::{ComplexObject, Context, InputObject, Json, Object, Result, SimpleObject};
use serde_json::Value;

use super::access;
use crate::platform::ids::BuildId;
use crate::platform::store::Build;

/// A build.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(super) struct FlashBuild {
    id: String,
    flash_app_id: String,
    object_key: String,
    sha256: String,
    /// Rises with every change of the manifest; what `expectedRevision` is compared with.
    revision: i64,
    created_at: String,
    #[graphql(skip)]
    known: Value,
}

#[ComplexObject]
impl FlashBuild {
    /// The manifest, with the deployment state that clients keep in it.
    #[graphql(complexity = "10")]
    async fn manifest(&self, context: &Context<'_>) -> Result<Json<Value>> {
        match &self.known {
            Value::Null => Ok(Json(access::build(context, self.id.clone()).await?.manifest)),
            known => Ok(Json(known.clone())),
        }
    }
}

impl From<Build> for FlashBuild {
    fn from(build: Build) -> Self {
        Self {
            id: build.id.to_string(),
            flash_app_id: build.app.to_string(),
            object_key: build.archive.object_key,
            sha256: build.archive.sha256,
            revision: build.revision,
            created_at: build.created_at,
            known: build.manifest,
        }
    }
}

/// Queries of builds.
#[derive(Default)]
pub(super) struct BuildQuery;

#[Object]
impl BuildQuery {
    /// A build by its id.
    async fn flash_build(&self, context: &Context<'_>, flash_build_id: String) -> Result<FlashBuild> {
        access::build(context, flash_build_id).await.map(FlashBuild::from)
    }
}

/// A new manifest.
#[derive(InputObject)]
pub(super) struct UpdateFlashBuildManifestInput {
    flash_build_id: String,
    manifest: Json<Value>,
    /// Refuse when the manifest was changed since this revision.
    expected_revision: Option<i64>,
}

/// Mutations of builds.
#[derive(Default)]
pub(super) struct BuildMutation;

#[Object]
impl BuildMutation {
    /// Replaces a build's manifest, completely.
    async fn update_flash_build_manifest(
        &self,
        context: &Context<'_>,
        input: UpdateFlashBuildManifestInput,
    ) -> Result<FlashBuild> {
        let build = access::build(context, input.flash_build_id).await?;
        let control = access::control(context)?;
        let user = &access::caller(context)?.user;
        let Json(manifest) = input.manifest;
        let id = BuildId::from(build.id.as_str());
        Ok(control.store.replace_manifest(user, &id, &manifest, input.expected_revision).await?.into())
    }
}
