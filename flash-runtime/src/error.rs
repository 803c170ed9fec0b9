//! What can befall a call.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How a call ended without a result of the function.
///
/// The difference that matters is whether the function may have run; [`is_certainly_not_run`] says so. It is
/// said of the function that [`Error::function`] names: a function that ran and passes on the failure of a
/// call of its own with `?` returns that call's outcome.
///
/// [`is_certainly_not_run`]: Self::is_certainly_not_run
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Outcome {
    /// The function ran and returned its own error.
    Application,
    /// The request never left, or never arrived.
    NotSent,
    /// The connection was lost after the request was sent.
    MayHaveRun,
    /// The endpoint was too busy, starting or draining; nothing ran.
    Rejected,
    /// The time ran out.
    Deadline,
    /// The call was given up by its caller.
    Cancelled,
    /// The function panicked.
    Panicked,
    /// Caller and callee don't understand each other's types.
    Incompatible,
    /// No key, or a wrong one.
    Unauthorized,
    /// The function isn't assigned to the endpoint that was asked.
    Misdirected,
    /// No such function or route.
    NotFound,
    /// The arguments don't fit the function.
    BadArguments,
    /// The request is malformed, too large or too slow.
    BadRequest,
    /// The class could not be constructed.
    Init,
    /// A blocking call inside a single-threaded runtime, which would never end.
    WouldDeadlock,
    /// This process can't route the call: no manifest, no such function in it, or no URL.
    Unrouted,
    /// Too many calls above one another; most likely a cycle.
    TooDeep,
    /// The endpoint failed in a way it could not name.
    Internal,
}

impl Outcome {
    /// The name in problem documents, `may-have-run`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Application => "application",
            Self::NotSent => "not-sent",
            Self::MayHaveRun => "may-have-run",
            Self::Rejected => "rejected",
            Self::Deadline => "deadline",
            Self::Cancelled => "cancelled",
            Self::Panicked => "panicked",
            Self::Incompatible => "incompatible",
            Self::Unauthorized => "unauthorized",
            Self::Misdirected => "misdirected",
            Self::NotFound => "not-found",
            Self::BadArguments => "bad-arguments",
            Self::BadRequest => "bad-request",
            Self::Init => "init",
            Self::WouldDeadlock => "would-deadlock",
            Self::Unrouted => "unrouted",
            Self::TooDeep => "too-deep",
            Self::Internal => "internal",
        }
    }

    /// Whether it is certain that the function did not run.
    #[must_use]
    pub fn is_certainly_not_run(self) -> bool {
        matches!(
            self,
            Self::NotSent
                | Self::Rejected
                | Self::Unauthorized
                | Self::Misdirected
                | Self::NotFound
                | Self::BadArguments
                | Self::BadRequest
                | Self::WouldDeadlock
                | Self::Unrouted
                | Self::TooDeep
        )
    }
}

/// The result of a remote function that has no error type of its own.
///
/// Its `?` takes failed calls. A body that uses `?` on other errors returns `Result<T, flash::AnyError>`, see
/// [`AnyError`](crate::AnyError), or an error type of its own.
pub type Result<T> = std::result::Result<T, Error>;

/// A call that failed, or an error raised in a remote function.
///
/// ```
/// use flash::{Error, Outcome};
///
/// let error = Error::new("no such order");
/// assert_eq!(error.outcome(), Outcome::Application);
/// assert_eq!(error.to_string(), "no such order");
/// ```
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Error(Box<Inner>);

#[derive(Clone, PartialEq, Serialize, Deserialize)]
struct Inner {
    outcome: Outcome,
    message: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    function: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    retry_after_ms: Option<u64>,
}

impl Error {
    /// An error of the function itself.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self::of(Outcome::Application, message)
    }

    /// A failure of this kind.
    #[must_use]
    pub fn of(outcome: Outcome, message: impl Into<String>) -> Self {
        Self(Box::new(Inner { outcome, message: message.into(), function: None, retry_after_ms: None }))
    }

    /// Names the function whose call failed, unless a call below it did already.
    #[must_use]
    pub fn in_function(mut self, name: &str) -> Self {
        if self.0.function.is_none() {
            self.0.function = Some(name.to_owned());
        }
        self
    }

    /// Says when trying again may help.
    #[must_use]
    pub fn with_retry_after(mut self, pause: Duration) -> Self {
        self.0.retry_after_ms = Some(u64::try_from(pause.as_millis()).unwrap_or(u64::MAX));
        self
    }

    /// What befell the call.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.0.outcome
    }

    /// The sentence, without the function's name.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The remote function whose call failed.
    #[must_use]
    pub fn function(&self) -> Option<&str> {
        self.0.function.as_deref()
    }

    /// When trying again may help.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after_ms.map(Duration::from_millis)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.outcome != Outcome::Application {
            match &self.0.function {
                Some(function) => write!(f, "call of `{function}` failed ({}): ", self.0.outcome.as_str())?,
                None => write!(f, "{}: ", self.0.outcome.as_str())?,
            }
        }
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("outcome", &self.0.outcome)
            .field("message", &self.0.message)
            .field("function", &self.0.function)
            .finish()
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::{Error, Outcome};

    #[test]
    fn names_agree_with_serde() {
        for outcome in [Outcome::MayHaveRun, Outcome::BadArguments, Outcome::WouldDeadlock, Outcome::Init] {
            assert_eq!(serde_json::to_value(outcome).unwrap(), outcome.as_str());
        }
    }

    #[test]
    fn innermost_function_is_kept() {
        let error = Error::of(Outcome::NotSent, "connection refused").in_function("a").in_function("b");
        assert_eq!(error.to_string(), "call of `a` failed (not-sent): connection refused");
    }
}
