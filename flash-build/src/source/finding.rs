//! What is worth telling about the sources.

use std::fmt;

use super::Place;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The build must not go on.
    Error,
    /// Probably not what was meant.
    Warning,
    /// Good to know.
    Note,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        })
    }
}

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingKind {
    /// Two versions of the SDK are in the graph.
    TwoVersions,
    /// Compiled in, but not in the binary.
    NotLinked,
    /// A file with annotated items that belongs to no module tree.
    Orphan,
    /// A file that can't be read or isn't Rust.
    Unreadable,
    /// Kept out of this build by `cfg`.
    CompiledOut,
    /// In the binary and not in the sources, as a macro makes it.
    NotSeen,
}

/// One thing found, ready to be printed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// What it is about.
    pub kind: FindingKind,
    /// Package concerned.
    pub package: String,
    /// Where it is.
    pub place: Option<Place>,
    /// What is wrong.
    pub message: String,
    /// What to do, for an error the exact line to add and the file.
    pub help: Option<String>,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.severity, self.message)?;
        if let Some(place) = &self.place {
            write!(f, "\n  at {place}")?;
        }
        if let Some(help) = &self.help {
            write!(f, "\n  help: {help}")?;
        }
        Ok(())
    }
}
