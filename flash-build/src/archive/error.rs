//! Why an archive can't be made or used.

use std::io;

/// Why an archive can't be made or used.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The operating system refused.
    #[error("{what} can't be {action}: {source}")]
    Io {
        /// Which file.
        what: String,
        /// What was tried.
        action: &'static str,
        /// The reason.
        #[source]
        source: io::Error,
    },
    /// Larger than allowed.
    #[error("the archive is larger than {} MiB; its largest entries are:\n{}", limit / (1024 * 1024), largest(.entries))]
    TooLarge {
        /// The limit, in bytes.
        limit: u64,
        /// The five largest entries and their sizes before compression.
        entries: Vec<(String, u64)>,
    },
    /// Something that must not be included.
    #[error("{0}")]
    Include(String),
    /// The gzip stream or the tar file in it is damaged.
    #[error("the archive is truncated or damaged: {0}")]
    Damaged(#[source] io::Error),
    /// An entry that a sound archive doesn't have.
    #[error("the archive's entry `{entry}` {reason}")]
    Entry {
        /// Name of the entry.
        entry: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The archive unpacks to more than allowed.
    #[error("the archive holds more than {limit} {what}")]
    Limit {
        /// What is counted.
        what: &'static str,
        /// The limit.
        limit: u64,
    },
    /// Manifest and content don't fit together.
    #[error("the archive contradicts its manifest: {0}")]
    Contradiction(String),
    /// The manifest can't be read.
    #[error(transparent)]
    Manifest(#[from] flash::manifest::ManifestError),
}

impl ArchiveError {
    pub(super) fn io(what: impl Into<String>, action: &'static str, source: io::Error) -> Self {
        Self::Io { what: what.into(), action, source }
    }

    pub(super) fn entry(entry: &str, reason: impl Into<String>) -> Self {
        Self::Entry { entry: entry.to_owned(), reason: reason.into() }
    }
}

fn largest(entries: &[(String, u64)]) -> String {
    let line = |(name, size): &(String, u64)| format!("{:>9.1} MiB  {name}", mebibytes(*size));
    entries.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[expect(clippy::cast_precision_loss, reason = "one decimal is shown")]
fn mebibytes(size: u64) -> f64 {
    size as f64 / (1024.0 * 1024.0)
}
