//! How a request to a GraphQL service can end without data.

use std::fmt;

use serde_json::Value;

/// No data came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The key is missing, wrong, or not good for this.
    Unauthorized(String),
    /// No connection came about, so it certainly wasn't carried out.
    NotSent(String),
    /// The service turned it away for now.
    Unavailable(String),
    /// It was sent and no answer says what became of it.
    Lost(String),
    /// The service read it and says no.
    Refused(Vec<Problem>),
    /// The answer isn't what the service is known to say.
    Protocol(String),
}

/// One entry of `errors`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// What it says.
    pub message: String,
    /// `extensions.code`, upper-cased.
    pub code: Option<String>,
    /// `extensions.field`: which input it is about.
    pub field: Option<String>,
}

impl Failure {
    /// Whether asking again may help.
    pub(crate) fn is_passing(&self) -> bool {
        match self {
            Self::NotSent(_) | Self::Unavailable(_) | Self::Lost(_) => true,
            Self::Refused(problems) => problems.iter().any(Problem::is_passing),
            Self::Unauthorized(_) | Self::Protocol(_) => false,
        }
    }

    /// The same, with the number of tries.
    pub(super) fn after(self, tries: u32) -> Self {
        let counted = |text: String| format!("{text} (tried {tries} times)");
        match self {
            Self::NotSent(text) => Self::NotSent(counted(text)),
            Self::Unavailable(text) => Self::Unavailable(counted(text)),
            Self::Lost(text) => Self::Lost(counted(text)),
            other => other,
        }
    }
}

/// What a message of a service contains that will get well by itself.
const PASSING: [&str; 5] = [
    "try again later",
    "internal server error",
    "service unavailable",
    "too many requests",
    "temporarily unavailable",
];

impl Problem {
    /// The entries of `errors`; those without a message show as they came.
    pub(crate) fn all(errors: &Value) -> Vec<Self> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let Some(entries) = errors.as_array() else {
            return vec![Self { message: errors.to_string(), code: None, field: None }];
        };
        let entries = entries.iter().map(|entry| Self {
            message: text(&entry["message"]).unwrap_or_else(|| entry.to_string()),
            code: text(&entry["extensions"]["code"]).map(|code| code.to_uppercase()),
            field: text(&entry["extensions"]["field"]),
        });
        entries.collect()
    }

    /// Whether it will get well by itself.
    pub(crate) fn is_passing(&self) -> bool {
        self.says(&PASSING)
    }

    /// Whether it is about the key.
    pub(crate) fn is_unauthorized(&self) -> bool {
        self.is(&["UNAUTHENTICATED", "UNAUTHORIZED", "FORBIDDEN"])
            || self.says(&["unauthorized", "not authenticated"])
    }

    /// Whether the message contains one of these, whatever the case.
    pub(crate) fn says(&self, words: &[&str]) -> bool {
        let message = self.message.to_lowercase();
        words.iter().any(|word| message.contains(word))
    }

    /// Whether the code is one of these.
    pub(crate) fn is(&self, codes: &[&str]) -> bool {
        self.code.as_deref().is_some_and(|code| codes.contains(&code))
    }

    /// Whether the service doesn't know what was asked for by this name.
    pub(crate) fn is_unknown_field(&self, field: &str) -> bool {
        self.says(&[
            "cannot query field",
            "unknown field",
            "unknown argument",
            "is not defined",
            "no such field",
        ]) && self.message.contains(field)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unauthorized(text)
            | Self::NotSent(text)
            | Self::Unavailable(text)
            | Self::Lost(text)
            | Self::Protocol(text) => f.write_str(text),
            Self::Refused(problems) => {
                let messages: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
                f.write_str(&messages.join("; "))
            }
        }
    }
}

impl std::error::Error for Failure {}
