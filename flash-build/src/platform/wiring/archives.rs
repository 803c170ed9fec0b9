//! Archives, as the control plane asks for them.

use std::path::PathBuf;

use chrono::{DateTime, SecondsFormat, Utc};

use crate::platform::artifacts::{Artifact, ArtifactError, Artifacts};
use crate::platform::caller::Later;
use crate::platform::ids::AppId;
use crate::platform::services::{ArchiveError, Archives, Download, Upload};
use crate::platform::store::NewBuild;

impl Archives for Artifacts {
    fn prepare<'a>(&'a self, app: &'a AppId, length: u64) -> Later<'a, Result<Upload, ArchiveError>> {
        Box::pin(async move {
            let upload = self.prepare(app, length).await?;
            Ok(Upload {
                path_and_query: upload.url_path_and_query,
                object_key: upload.object_key,
                expires_at: moment(upload.expires_at),
            })
        })
    }

    fn finalise<'a>(
        &'a self,
        app: &'a AppId,
        object_key: &'a str,
    ) -> Later<'a, Result<NewBuild, ArchiveError>> {
        Box::pin(async move {
            let Artifact { sha256, length, object_key } = self.finalise(app, object_key).await?;
            Ok(NewBuild { object_key, sha256, length })
        })
    }

    fn download<'a>(&'a self, archive: &'a NewBuild) -> Later<'a, Result<Download, ArchiveError>> {
        Box::pin(async move {
            let (path_and_query, expires_at) = self.download_url(&artifact(archive)).await?;
            Ok(Download { path_and_query, expires_at: moment(expires_at) })
        })
    }

    fn unpacked<'a>(&'a self, archive: &'a NewBuild) -> Later<'a, Result<PathBuf, ArchiveError>> {
        Box::pin(async move { Ok(self.unpacked(&artifact(archive)).await?) })
    }
}

fn artifact(archive: &NewBuild) -> Artifact {
    let NewBuild { object_key, sha256, length } = archive.clone();
    Artifact { sha256, length, object_key }
}

fn moment(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

impl From<ArtifactError> for ArchiveError {
    fn from(error: ArtifactError) -> Self {
        let text = error.to_string();
        match error {
            ArtifactError::Store { .. } | ArtifactError::Full | ArtifactError::Damaged { .. } => {
                Self::Failed(text)
            }
            _ => Self::Refused(text),
        }
    }
}
