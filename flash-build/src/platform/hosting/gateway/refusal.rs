//! Answers of the gateway's own.
//!
//! Each is a problem document as a worker's (`docs/http.md`) and has `error` besides, the one field of Runpod's own
//! errors, so that callers of either kind understand it.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, Response, StatusCode};
use serde::Serialize;

use super::super::slot;
use super::body::Body;

/// An answer that no worker gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    /// What became of the request, in the words of `docs/http.md`.
    pub(super) outcome: &'static str,
    /// Runpod's text, or the one that says it shortest.
    pub(super) error: &'static str,
    /// What there is to say besides.
    pub(super) detail: String,
    pub(super) retry_after: Option<u64>,
}

#[derive(Serialize)]
struct Document<'a> {
    error: &'a str,
    #[serde(rename = "type")]
    kind: String,
    title: &'a str,
    status: u16,
    detail: &'a str,
    outcome: &'a str,
}

impl Refusal {
    pub(super) fn new(
        status: StatusCode,
        outcome: &'static str,
        error: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self { status, outcome, error, detail: detail.into(), retry_after: None }
    }

    pub(super) fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    pub(super) fn unknown_endpoint() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "endpoint not found", "there is no such endpoint")
    }

    pub(super) fn unauthorized() -> Self {
        let detail = "this needs the header `authorization: Bearer <key>` with a key for this endpoint";
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", "unauthorized", detail)
    }

    pub(super) fn no_workers(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "rejected", "no workers available", detail)
    }

    pub(super) fn too_large(limit: u64) -> Self {
        let detail = format!("the body is larger than the limit of {limit} bytes");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "bad-request", "payload too large", detail)
    }

    pub(super) fn into_response(self) -> Response<Body> {
        let document = Document {
            error: self.error,
            kind: format!("urn:flash:problem:{}", self.outcome),
            title: self.error,
            status: self.status.as_u16(),
            detail: &self.detail,
            outcome: self.outcome,
        };
        let json = serde_json::to_vec(&document).unwrap_or_default();
        let mut response = Response::new(Body::from(Bytes::from(json)));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = self.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl From<slot::Refusal> for Refusal {
    fn from(refusal: slot::Refusal) -> Self {
        match refusal {
            slot::Refusal::Gone => Self::unknown_endpoint(),
            slot::Refusal::NoRunner(reason) => Self::no_workers(reason),
            slot::Refusal::TooManyHeld(limit) => Self::new(
                StatusCode::TOO_MANY_REQUESTS,
                "rejected",
                "too many requests",
                format!("{limit} requests wait for a worker, as many as may"),
            )
            .retry_after(1),
            slot::Refusal::Failing(seconds) => {
                Self::no_workers("the endpoint's workers end before they are healthy; its status says why")
                    .retry_after(seconds)
            }
            slot::Refusal::AffinityGone => Self::new(
                StatusCode::NOT_FOUND,
                "rejected",
                "affinity_worker_gone",
                "the worker of `X-Runpod-Worker-Id` is no more",
            ),
        }
    }
}
