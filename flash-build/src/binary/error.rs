//! Why a program can't be read.

use super::Identity;
use crate::record::RecordError;

/// Why a program can't be read.
#[derive(Debug, thiserror::Error)]
pub enum BinaryError {
    /// The operating system refused.
    #[error("the file can't be read: {0}")]
    Unreadable(#[source] std::io::Error),
    /// Not ELF, Mach-O or PE.
    #[error("the file is not a program in ELF, Mach-O or PE format")]
    NotAnObject,
    /// The headers point outside of the file or contradict themselves.
    #[error("the file is truncated or damaged: {0}")]
    Damaged(object::Error),
    /// Parts of the file contradict each other.
    #[error("the file is truncated or damaged: {0}")]
    Malformed(&'static str),
    /// No section with records.
    #[error("the {} file has no section with records, so no annotated function is linked into it", identity.format)]
    NoRecords {
        /// What is known of the file nevertheless.
        identity: Box<Identity>,
    },
    /// A section that can't be true.
    #[error(
        "the section with the records claims {bytes} bytes, more than the limit of {}",
        super::MAX_SECTION_BYTES
    )]
    TooLarge {
        /// What it claims.
        bytes: u64,
    },
    /// A universal file whose slices are different programs.
    #[error("the slices of the universal file have different records; build for one target at a time")]
    SlicesDiffer,
    /// A record that can't be understood.
    #[error(transparent)]
    Record(#[from] RecordError),
}

impl From<object::Error> for BinaryError {
    fn from(error: object::Error) -> Self {
        Self::Damaged(error)
    }
}
