//! What the control plane needs of its neighbours, as traits, so that each part stands and is tested alone.

use std::path::PathBuf;

use super::caller::Later;
use super::hosting::EndpointSpec;
use super::ids::{AppId, EndpointId};
use super::store::NewBuild;

/// Takes, keeps and hands out archives.
pub trait Archives: Send + Sync {
    /// A place for an upload of this many bytes.
    fn prepare<'a>(&'a self, app: &'a AppId, length: u64) -> Later<'a, Result<Upload, ArchiveError>>;
    /// Verifies an upload and keeps it under its content.
    fn finalise<'a>(
        &'a self,
        app: &'a AppId,
        object_key: &'a str,
    ) -> Later<'a, Result<NewBuild, ArchiveError>>;
    /// Where an archive can be fetched for a while.
    fn download<'a>(&'a self, archive: &'a NewBuild) -> Later<'a, Result<Download, ArchiveError>>;
    /// The directory that holds the archive's content.
    fn unpacked<'a>(&'a self, archive: &'a NewBuild) -> Later<'a, Result<PathBuf, ArchiveError>>;
}

/// A place for an upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// Everything behind the platform's address; whoever has it may upload once.
    pub path_and_query: String,
    /// The name to finalise it by.
    pub object_key: String,
    /// When the place ends, RFC 3339.
    pub expires_at: String,
}

/// Where an archive can be fetched for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Download {
    /// Everything behind the platform's address.
    pub path_and_query: String,
    /// Until when, RFC 3339.
    pub expires_at: String,
}

/// Why an archive can't be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArchiveError {
    /// The upload or its name is at fault; the text says how.
    #[error("{0}")]
    Refused(String),
    /// The disk or the object store is at fault.
    #[error("the artifact store is temporarily unavailable: {0}")]
    Failed(String),
}

/// Runs endpoints. Both calls are repeatable and return at once.
pub trait Hosts: Send + Sync {
    /// What should run for an endpoint from now on.
    fn apply(&self, spec: EndpointSpec);
    /// Nothing should run for it any more.
    fn remove(&self, id: &EndpointId);
}
