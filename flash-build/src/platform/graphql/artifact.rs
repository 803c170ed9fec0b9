//! Uploads of archives.

use async_graphql::{Context, InputObject, Json, Object, Result, SimpleObject};
use serde_json::Value;

use super::access;
use super::build::FlashBuild;
use super::refusal::Refusal;
use crate::platform::ids::AppId;
use crate::platform::store::NewBuild;

/// Where an upload goes.
#[derive(SimpleObject)]
pub(super) struct FlashArtifactUpload {
    upload_url: String,
    object_key: String,
    expires_at: String,
}

/// Where an archive can be fetched for a while.
#[derive(SimpleObject)]
pub(super) struct FlashArtifact {
    object_key: String,
    download_url: String,
    expires_at: String,
    sha256: String,
}

impl FlashArtifact {
    pub(super) async fn of(context: &Context<'_>, archive: &NewBuild) -> Result<Self> {
        let control = access::control(context)?;
        let download = control.archives.download(archive).await?;
        Ok(Self {
            object_key: archive.object_key.clone(),
            download_url: format!("{}{}", control.address, download.path_and_query),
            expires_at: download.expires_at,
            sha256: archive.sha256.clone(),
        })
    }
}

/// An upload to come.
#[derive(InputObject)]
pub(super) struct PrepareFlashArtifactUploadInput {
    flash_app_id: String,
    /// Bytes.
    tarball_size: i64,
}

/// An upload that came.
#[derive(InputObject)]
pub(super) struct FinalizeFlashArtifactUploadInput {
    flash_app_id: String,
    object_key: String,
    /// Clients of early 2026 sent none.
    manifest: Option<Json<Value>>,
}

/// Mutations of uploads.
#[derive(Default)]
pub(super) struct ArtifactMutation;

#[Object]
impl ArtifactMutation {
    /// Asks for a place to upload an archive to.
    async fn prepare_flash_artifact_upload(
        &self,
        context: &Context<'_>,
        input: PrepareFlashArtifactUploadInput,
    ) -> Result<FlashArtifactUpload> {
        access::account(context)?;
        let control = access::control(context)?;
        let app = access::app(context, input.flash_app_id).await?;
        let length =
            u64::try_from(input.tarball_size).ok().filter(|length| *length > 0).ok_or_else(|| {
                Refusal::Invalid(format!(
                    "tarballSize is {}, expected the archive's bytes",
                    input.tarball_size
                ))
            })?;
        let upload = control.archives.prepare(&app.id, length).await?;
        Ok(FlashArtifactUpload {
            upload_url: format!("{}{}", control.address, upload.path_and_query),
            object_key: upload.object_key,
            expires_at: upload.expires_at,
        })
    }

    /// Verifies what was uploaded and records it as a build. The same object may be finalised again, for another
    /// build of the same archive.
    async fn finalize_flash_artifact_upload(
        &self,
        context: &Context<'_>,
        input: FinalizeFlashArtifactUploadInput,
    ) -> Result<FlashBuild> {
        let caller = access::account(context)?;
        let control = access::control(context)?;
        let app = AppId::from(input.flash_app_id);
        control.store.app(&caller.user, &app).await?;
        let archive = match control.store.archive(&app, &input.object_key).await? {
            Some(known) => known,
            None => control.archives.finalise(&app, &input.object_key).await?,
        };
        let manifest =
            input.manifest.map_or_else(|| Value::Object(serde_json::Map::new()), |Json(value)| value);
        Ok(control.store.create_build(&caller.user, &app, &archive, &manifest).await?.into())
    }
}
