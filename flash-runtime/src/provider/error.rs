//! How a request to a platform can fail.

use std::fmt;

use super::EndpointId;

/// What befell a request to a platform, by what the caller can do about it.
///
/// ```
/// use flash::provider::ProviderError;
///
/// let error = ProviderError::invalid("workersMax", "is 1, less than workersMin 2");
/// assert_eq!(error.to_string(), "`workersMax` can't be deployed: is 1, less than workersMin 2");
/// assert!(!error.is_retryable());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProviderError {
    /// The key is missing, wrong, or not good for this.
    Unauthorized {
        /// In the platform's words.
        reason: String,
    },
    /// The request can't be carried out as it is.
    Invalid {
        /// What is wrong with it; empty when the platform doesn't say.
        field: String,
        /// Why.
        reason: String,
    },
    /// The account may not have more of it.
    Quota {
        /// In the platform's words.
        reason: String,
    },
    /// It isn't there.
    NotFound {
        /// What was looked for.
        what: String,
    },
    /// The platform didn't carry it out; later it may.
    Unavailable {
        /// What happened.
        reason: String,
    },
    /// Sent, and nobody can say whether it was carried out. Deploying again settles it.
    UnknownOutcome {
        /// What was sent.
        what: String,
        /// What happened.
        reason: String,
    },
    /// Carried out, and no worker of the endpoint got well in time.
    Unhealthy {
        /// The endpoint; it stays as it is.
        endpoint: EndpointId,
        /// The last that was seen of it.
        reason: String,
    },
    /// The platform said something that this version doesn't understand.
    Protocol {
        /// What it said.
        reason: String,
    },
}

impl ProviderError {
    /// An [`Invalid`](Self::Invalid) of this field.
    #[must_use]
    pub fn invalid(field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Invalid { field: field.into(), reason: reason.into() }
    }

    /// Whether the same request may succeed later without a change.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Unavailable { .. } | Self::UnknownOutcome { .. })
    }
}

impl fmt::Display for ProviderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unauthorized { reason } => write!(f, "not authorized: {reason}"),
            Self::Invalid { field, reason } if field.is_empty() => write!(f, "refused: {reason}"),
            Self::Invalid { field, reason } => write!(f, "`{field}` can't be deployed: {reason}"),
            Self::Quota { reason } => write!(f, "the account's limit is reached: {reason}"),
            Self::NotFound { what } => write!(f, "{what} is not there"),
            Self::Unavailable { reason } => write!(f, "the platform is not available: {reason}"),
            Self::UnknownOutcome { what, reason } => {
                write!(f, "nobody knows whether {what} was carried out ({reason}); deploy again to settle it")
            }
            Self::Unhealthy { endpoint, reason } => {
                write!(f, "endpoint {endpoint} doesn't get well: {reason}")
            }
            Self::Protocol { reason } => {
                write!(f, "the platform gave an answer that makes no sense: {reason}")
            }
        }
    }
}

impl std::error::Error for ProviderError {}
