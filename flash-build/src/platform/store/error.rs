//! Why the store refuses or fails.

use crate::platform::secrets::SealError;

/// Why an operation of the store didn't happen. Nothing was written then.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No such row, or it belongs to somebody else.
    #[error("{0} not found")]
    NotFound(&'static str),
    /// The name is taken.
    #[error("{0}")]
    Exists(String),
    /// What was asked for makes no sense.
    #[error("{0}")]
    Invalid(String),
    /// A field is out of range; the text names it.
    #[error("{field} {reason}")]
    Field {
        /// As it is named on the wire.
        field: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// Somebody else wrote in between.
    #[error(
        "revision conflict: expected {expected}, found {found}; read the document again and repeat the change"
    )]
    Conflict {
        /// The revision that the writer had read.
        expected: i64,
        /// The revision as it is.
        found: i64,
    },
    /// A file that isn't a database, or a damaged one.
    #[error(
        "{database} is damaged or no database ({reason}); move it away together with its -wal and -shm files \
         and restore a copy, or start with an empty one"
    )]
    Damaged {
        /// Which.
        database: String,
        /// What was found.
        reason: String,
    },
    /// Written by a later version.
    #[error(
        "{database} was written by a newer cargo flash (its schema is {found}, this one knows {known}); \
         use that version, or another data directory (FLASH_PLATFORM_DIR)"
    )]
    Newer {
        /// Which.
        database: String,
        /// The version of its tables.
        found: i64,
        /// The latest version that is known here.
        known: i64,
    },
    /// No file can be opened, or no server answers.
    #[error("can't open {database}: {reason}; {advice}")]
    Unreachable {
        /// Which.
        database: String,
        /// What happened.
        reason: String,
        /// What to do next.
        advice: &'static str,
    },
    /// A sealed value doesn't open.
    #[error(transparent)]
    Sealed(#[from] SealError),
    /// A row that this version can't read.
    #[error("a stored {0} can't be read: {1}")]
    Row(&'static str, String),
    /// The database failed in the middle; the disk may be full or the server gone.
    #[error("the database is temporarily unavailable: {0}")]
    Database(#[from] sqlx::Error),
}

impl StoreError {
    pub(super) fn invalid(text: impl Into<String>) -> Self {
        Self::Invalid(text.into())
    }
}
