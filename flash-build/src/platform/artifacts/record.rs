//! What is known of an upload, from its preparation until its URL has expired. On disk, so that a URL that was used
//! stays used whatever happens to the platform.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{Artifact, ArtifactError};
use crate::platform::ids::AppId;
use crate::platform::private;

/// An upload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Record {
    /// Whose it is.
    pub(super) app: AppId,
    /// How long it must be.
    pub(super) length: u64,
    /// When its URL expires, in seconds since 1970.
    pub(super) expires: i64,
    /// How far it is.
    pub(super) state: State,
}

/// How far an upload is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub(super) enum State {
    /// Nothing came yet.
    Waiting,
    /// The bytes are there.
    Stored {
        /// Their digest.
        sha256: String,
    },
    /// They were checked and are an artifact now.
    Finished {
        /// The artifact.
        artifact: Artifact,
    },
}

/// The records, a file each.
#[derive(Debug, Clone)]
pub(super) struct Records {
    directory: PathBuf,
}

impl Records {
    pub(super) const fn new(directory: PathBuf) -> Self {
        Self { directory }
    }

    pub(super) fn read(&self, id: &str) -> Result<Option<Record>, ArtifactError> {
        if !is_upload_id(id) {
            return Ok(None);
        }
        let bytes = private::read(&self.path(id)).map_err(|error| failed("read", error))?;
        bytes
            .map(|bytes| serde_json::from_slice(&bytes))
            .transpose()
            .map_err(|error| ArtifactError::of("read", Box::new(error)))
    }

    pub(super) fn write(&self, id: &str, record: &Record) -> Result<(), ArtifactError> {
        let json =
            serde_json::to_vec(record).map_err(|error| ArtifactError::of("written", Box::new(error)))?;
        private::write(&self.path(id), &json).map_err(|error| failed("written", error))
    }

    pub(super) fn remove(&self, id: &str) {
        let _ = fs::remove_file(self.path(id));
    }

    /// Uploads whose URLs expired before this time.
    pub(super) fn older_than(&self, time: i64) -> Vec<String> {
        let Ok(entries) = fs::read_dir(&self.directory) else { return Vec::new() };
        entries
            .filter_map(|entry| id_of(&entry.ok()?.path()))
            .filter(|id| !matches!(self.read(id), Ok(Some(record)) if record.expires >= time))
            .collect()
    }

    fn path(&self, id: &str) -> PathBuf {
        self.directory.join(format!("{id}.json"))
    }
}

fn failed(action: &'static str, error: private::PrivateError) -> ArtifactError {
    ArtifactError::of(action, Box::new(error))
}

fn id_of(path: &Path) -> Option<String> {
    let id = path.file_name()?.to_str()?.strip_suffix(".json")?;
    is_upload_id(id).then(|| id.to_owned())
}

fn is_upload_id(id: &str) -> bool {
    id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}
