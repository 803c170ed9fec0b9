//! Expected errors and exit codes.

use std::error::Error;
use std::fmt;
use std::process::ExitCode;

use serde::Serialize;

/// How the command ends; the numbers are part of its interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Everything asked for is done.
    Done,
    /// Something failed, the command line's own mistakes included: 2, the convention
    /// for those, already means that changes are pending.
    Failed,
    /// Nothing failed, and there are changes to apply.
    Pending,
    /// What is deployed and what is to be deployed don't go together.
    Incompatible,
}

impl Exit {
    /// The process's exit code.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Pending => 2,
            Self::Incompatible => 3,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// An expected error: what failed, why, and what to do next.
///
/// ```
/// use flash_build::cli::Failure;
/// let failure = Failure::new("`shop` has no program")
///     .why("the package has no binary target")
///     .help("add src/main.rs");
/// assert_eq!(failure.to_string(), "`shop` has no program: the package has no binary target; add src/main.rs");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// What failed, one line in lower case.
    pub what: String,
    /// Why, in as many lines as it takes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub why: Vec<String>,
    /// The next command, or what to change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// How the process ends.
    #[serde(skip)]
    pub exit: Exit,
}

impl Failure {
    /// Something failed.
    #[must_use]
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), why: Vec::new(), help: None, exit: Exit::Failed }
    }

    /// Something failed because of another error, whose sources become the reasons.
    #[must_use]
    pub fn because(what: impl Into<String>, cause: &dyn Error) -> Self {
        let mut failure = Self::new(what).why(cause.to_string());
        let mut source = cause.source();
        while let Some(cause) = source {
            let text = cause.to_string();
            // Many errors repeat their source in their own text.
            if !failure.why.iter().any(|why| why.contains(&text)) {
                failure.why.push(text);
            }
            source = cause.source();
        }
        failure
    }

    /// Adds a reason; its lines are kept.
    #[must_use]
    pub fn why(mut self, why: impl AsRef<str>) -> Self {
        self.why.extend(why.as_ref().lines().map(str::to_owned));
        self
    }

    /// Says what to do next.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Ends the process with another code than 1.
    #[must_use]
    pub fn exit(mut self, exit: Exit) -> Self {
        self.exit = exit;
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        for (index, why) in self.why.iter().enumerate() {
            write!(f, "{}{why}", if index == 0 { ": " } else { "; " })?;
        }
        match &self.help {
            Some(help) => write!(f, "; {help}"),
            None => Ok(()),
        }
    }
}

impl Error for Failure {}
