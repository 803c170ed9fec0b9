//! Why an artifact can't be had.

use std::error::Error;
use std::io;

use http::StatusCode;

use crate::archive::ArchiveError;

/// Why an artifact can't be had.
#[derive(Debug, thiserror::Error)]
pub enum ArtifactError {
    /// The size is nothing, or more than the limit.
    #[error("an archive must have between 1 and {limit} bytes, not {length}")]
    Length {
        /// The wished size.
        length: u64,
        /// The largest size.
        limit: u64,
    },
    /// No such upload for this app.
    #[error("upload not found: {0}")]
    UnknownUpload(String),
    /// Prepared, and never sent.
    #[error("nothing was uploaded to {0} yet; PUT the archive to its upload URL first")]
    NotUploaded(String),
    /// The same upload is written or checked at this moment.
    #[error("the upload {0} is in use; try again later")]
    InUse(String),
    /// The URL's signature, time or use.
    #[error("{0}")]
    Forbidden(&'static str),
    /// Other bytes than were announced.
    #[error("{announced} bytes were announced, {received} came")]
    OtherLength {
        /// What the URL was made for.
        announced: u64,
        /// What came, at least.
        received: u64,
    },
    /// The client stopped sending.
    #[error("the upload broke off; nothing of it was kept")]
    Broken,
    /// The archive is no sound archive.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The stored bytes are not those that were stored.
    #[error("the stored artifact {sha256} is damaged: its bytes have the digest {found}")]
    Damaged {
        /// The digest it was stored by.
        sha256: String,
        /// The digest it has.
        found: String,
    },
    /// No such artifact.
    #[error("artifact not found: {0}")]
    Missing(String),
    /// The archive is stored, but this platform can't run it.
    #[error("{0}")]
    NoRunner(String),
    /// The disk is full.
    #[error("the disk is full; free some space and try again, nothing was lost")]
    Full,
    /// The store or the file system.
    #[error("artifacts can't be {action}: {source}")]
    Store {
        /// What was tried.
        action: &'static str,
        /// The reason.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
}

impl ArtifactError {
    pub(super) fn store(action: &'static str) -> impl FnOnce(object_store::Error) -> Self {
        move |error| Self::of(action, Box::new(error))
    }

    pub(super) fn io(action: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |error| Self::of(action, Box::new(error))
    }

    pub(super) fn of(action: &'static str, source: Box<dyn Error + Send + Sync>) -> Self {
        let mut cause: Option<&(dyn Error + 'static)> = Some(source.as_ref());
        while let Some(error) = cause {
            if error.downcast_ref::<io::Error>().is_some_and(|error| {
                matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
            }) {
                return Self::Full;
            }
            cause = error.source();
        }
        Self::Store { action, source }
    }

    /// The status that says so.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::Length { .. } | Self::OtherLength { .. } | Self::Broken | Self::Archive(_) => {
                StatusCode::BAD_REQUEST
            }
            Self::UnknownUpload(_) | Self::Missing(_) => StatusCode::NOT_FOUND,
            Self::NotUploaded(_) | Self::InUse(_) | Self::NoRunner(_) => StatusCode::CONFLICT,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::Full => StatusCode::INSUFFICIENT_STORAGE,
            Self::Damaged { .. } | Self::Store { .. } => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}
