//! How a request to the State Manager can fail.

use std::fmt;

/// What befell a request to the State Manager.
///
/// ```
/// use flash::state::StateError;
///
/// let error = StateError::NotFound { what: "environment env-1".into() };
/// assert_eq!(error.to_string(), "environment env-1 is not there");
/// assert!(!error.is_retryable());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum StateError {
    /// It isn't there.
    NotFound {
        /// What was looked for.
        what: String,
    },
    /// Somebody else wrote first; load again and decide again.
    Conflict {
        /// In the service's words.
        reason: String,
    },
    /// The key is missing, wrong, or not good for this.
    Unauthorized {
        /// In the service's words.
        reason: String,
    },
    /// The service can't be reached, or is busy. After a write nobody can say whether it was carried out; loading
    /// tells.
    Unavailable {
        /// What happened.
        reason: String,
    },
    /// The service said something that this version doesn't understand, or refused what was sent.
    Protocol {
        /// What it said.
        reason: String,
    },
}

impl StateError {
    /// Whether the same request may succeed later.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Unavailable { .. } | Self::Conflict { .. })
    }
}

impl fmt::Display for StateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound { what } => write!(f, "{what} is not there"),
            Self::Conflict { reason } => write!(f, "the state was changed by somebody else: {reason}"),
            Self::Unauthorized { reason } => write!(f, "not authorized: {reason}"),
            Self::Unavailable { reason } => write!(f, "the State Manager is not available: {reason}"),
            Self::Protocol { reason } => {
                write!(f, "the State Manager gave an answer that can't be used: {reason}")
            }
        }
    }
}

impl std::error::Error for StateError {}
