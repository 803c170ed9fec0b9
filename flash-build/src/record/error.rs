//! What can be wrong with a record.

use super::cut::FORMAT_VERSION;

/// A record that can't be read, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at byte {offset} of the records: {fault}")]
pub struct RecordError {
    /// Offset in the section.
    pub offset: usize,
    /// What is wrong there.
    pub fault: Fault,
}

/// What is wrong with a record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Neither padding nor the beginning of a record.
    #[error("no record begins here; the section is corrupted")]
    Magic,
    /// Another format.
    #[error(
        "the record has format {found}, this program reads {}; use a `cargo flash` of the same version as `flash-runtime`",
        FORMAT_VERSION
    )]
    Version {
        /// The version found.
        found: u8,
    },
    /// The section ends inside the record.
    #[error("the record needs {needed} more bytes and {left} are left; the binary is truncated or corrupted")]
    Truncated {
        /// Bytes that should follow.
        needed: usize,
        /// Bytes that do.
        left: usize,
    },
    /// The body isn't UTF-8.
    #[error("the record is not UTF-8; the section is corrupted")]
    Encoding,
    /// A field is missing.
    #[error("the record has {found} fields and needs {needed}; the section is corrupted")]
    Fields {
        /// Fields that there must be.
        needed: usize,
        /// Fields that there are.
        found: usize,
    },
    /// A field can't be understood.
    #[error("field {field} can't be read: {reason}")]
    Content {
        /// Number of the field.
        field: usize,
        /// Why, with line and column for JSON.
        reason: String,
    },
}
