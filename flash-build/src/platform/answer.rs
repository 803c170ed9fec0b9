//! Answers of the platform, and reading what requests carry.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, Response, StatusCode};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Empty, Full};
use hyper::body::Body as _;
use hyper::body::Incoming;
use serde::Serialize;
use tokio::time::timeout;

/// Why a body broke off.
pub type BodyError = Box<dyn std::error::Error + Send + Sync>;
/// A body of any origin.
pub type Body = UnsyncBoxBody<Bytes, BodyError>;
/// An answer of any part of the platform.
pub type Answer = Response<Body>;

/// A body that is already there.
#[must_use]
pub fn full(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into()).map_err(|never| match never {}).boxed_unsync()
}

/// An answer without a body.
#[must_use]
pub fn empty(status: StatusCode) -> Answer {
    let mut answer = Response::new(Empty::new().map_err(|never| match never {}).boxed_unsync());
    *answer.status_mut() = status;
    answer
}

/// A JSON document that is already text.
#[must_use]
pub fn json_text(status: StatusCode, text: impl Into<Bytes>) -> Answer {
    let mut answer = Response::new(full(text));
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    // Answers hold keys and states; nothing between may keep them.
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

/// A JSON document.
#[must_use]
pub fn json(status: StatusCode, document: &impl Serialize) -> Answer {
    match serde_json::to_vec(document) {
        Ok(text) => json_text(status, text),
        Err(_) => refusal(StatusCode::INTERNAL_SERVER_ERROR, "the answer can't be written as JSON"),
    }
}

/// What went wrong, as all of Runpod's interfaces but GraphQL say it.
#[must_use]
pub fn refusal(status: StatusCode, text: &str) -> Answer {
    json_text(status, serde_json::json!({ "error": text }).to_string())
}

/// Why a body can't be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Larger than allowed.
    #[error("the body is larger than {0} bytes")]
    TooLarge(usize),
    /// The client paused for too long.
    #[error("the body took too long")]
    TooSlow,
    /// The connection broke.
    #[error("the body ended before its end")]
    Broken,
}

impl ReadError {
    /// The status that says so.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        match self {
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Broken => StatusCode::BAD_REQUEST,
        }
    }
}

/// Reads a whole body of at most `most` bytes; no pause in it may be longer than `pause`.
///
/// # Errors
/// It is too large, too slow, or breaks off.
pub async fn read(mut body: Incoming, most: usize, pause: Duration) -> Result<Bytes, ReadError> {
    let too_large = |length: u64| usize::try_from(length).map_or(true, |length| length > most);
    if too_large(body.size_hint().lower()) {
        return Err(ReadError::TooLarge(most));
    }
    let mut whole = BytesMut::new();
    while let Some(frame) = timeout(pause, body.frame()).await.map_err(|_| ReadError::TooSlow)? {
        let Ok(data) = frame.map_err(|_| ReadError::Broken)?.into_data() else { continue };
        if whole.len().saturating_add(data.len()) > most {
            return Err(ReadError::TooLarge(most));
        }
        if whole.is_empty() && body.is_end_stream() {
            return Ok(data);
        }
        whole.extend_from_slice(&data);
    }
    Ok(whole.freeze())
}
