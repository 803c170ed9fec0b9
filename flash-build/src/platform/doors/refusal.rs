//! Why a request isn't let in.

use http::StatusCode;
use http::header::WWW_AUTHENTICATE;

use crate::platform::answer::{Answer, json_text};

/// Why a request isn't let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The status of the answer.
    pub status: StatusCode,
    /// What is wrong and what would be right.
    pub text: String,
}

impl Refusal {
    /// Refuses with these words.
    #[must_use]
    pub fn new(status: StatusCode, text: impl Into<String>) -> Self {
        Self { status, text: text.into() }
    }

    /// No key, or none that is known.
    #[must_use]
    pub fn unknown_key() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "the key is missing or unknown; send `Authorization: Bearer KEY`")
    }

    /// The answer. It has both forms of an error, the one of GraphQL and that of everything else.
    #[must_use]
    pub fn answer(&self) -> Answer {
        let document = serde_json::json!({ "error": self.text, "errors": [{ "message": self.text }] });
        let mut answer = json_text(self.status, document.to_string());
        if self.status == StatusCode::UNAUTHORIZED {
            let scheme = http::HeaderValue::from_static("Bearer");
            answer.headers_mut().insert(WWW_AUTHENTICATE, scheme);
        }
        answer
    }
}
