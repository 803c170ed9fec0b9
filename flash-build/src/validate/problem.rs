//! One thing that is wrong.

use std::fmt;

use serde::Serialize;

pub use crate::source::Severity;
use crate::source::{Finding, FindingKind, Place};

/// One thing that is wrong, with its places and the way out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// How bad it is.
    pub severity: Severity,
    /// A short name that stays the same, for programs that read the output.
    pub code: &'static str,
    /// Where it is; the first place is the one to go to.
    pub places: Vec<Place>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

impl Problem {
    /// Something that the build can't go on with.
    #[must_use]
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message)
    }

    /// Something that probably wasn't meant.
    #[must_use]
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message)
    }

    /// Something good to know.
    #[must_use]
    pub fn note(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, message)
    }

    fn new(severity: Severity, code: &'static str, message: impl Into<String>) -> Self {
        Self { severity, code, places: Vec::new(), message: message.into(), help: None }
    }

    /// Adds a place.
    #[must_use]
    pub fn at(mut self, place: &Place) -> Self {
        self.places.push(place.clone());
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Whether the build can't go on.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        for (index, place) in self.places.iter().enumerate() {
            write!(f, "\n{} {place}", if index == 0 { "at" } else { "and at" })?;
        }
        Ok(())
    }
}

impl From<Finding> for Problem {
    fn from(finding: Finding) -> Self {
        let code = match finding.kind {
            FindingKind::TwoVersions => "two-versions",
            FindingKind::NotLinked => "not-linked",
            FindingKind::Orphan => "orphan",
            FindingKind::Unreadable => "unreadable",
            FindingKind::CompiledOut => "compiled-out",
            FindingKind::NotSeen => "not-seen",
        };
        Self {
            severity: finding.severity,
            code,
            places: finding.place.into_iter().collect(),
            message: finding.message,
            help: finding.help,
        }
    }
}

impl Serialize for Problem {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Document<'a> {
            severity: String,
            code: &'a str,
            message: &'a str,
            places: Vec<PlaceDocument<'a>>,
            #[serde(skip_serializing_if = "Option::is_none")]
            help: Option<&'a str>,
        }
        #[derive(Serialize)]
        struct PlaceDocument<'a> {
            file: &'a str,
            line: u32,
        }
        let places = self.places.iter().map(|place| PlaceDocument { file: &place.file, line: place.line });
        Document {
            severity: self.severity.to_string(),
            code: self.code,
            message: &self.message,
            places: places.collect(),
            help: self.help.as_deref(),
        }
        .serialize(serializer)
    }
}
