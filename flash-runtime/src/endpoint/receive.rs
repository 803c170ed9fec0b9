//! From a request's body to arguments, or to a refusal.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, EXPECT, HeaderMap};
use http::{StatusCode, request::Parts};
use http_body_util::BodyExt;
use hyper::body::{Body as HttpBody, Incoming as HttpIncoming};

use super::body::{Bounded, Fault};
use super::headers::raw_type;
use super::problem::Problem;
use super::pulse::Pulse;
use crate::argument::Incoming;
use crate::call::header;
use crate::{Blob, Outcome};

/// How long the rest of a body is read that nobody wants, so that its sender gets to read the answer.
const LINGER: Duration = Duration::from_secs(2);

/// A request's body, until somebody takes it.
pub(super) struct Unread<'a> {
    pub(super) body: Option<HttpIncoming>,
    pub(super) pulse: &'a Arc<Pulse>,
    /// Largest body that is taken.
    pub(super) limit: usize,
}

impl Unread<'_> {
    /// The body, for whoever reads it.
    ///
    /// # Errors
    /// It announces more than the limit.
    pub(super) fn take(&mut self) -> Result<Bounded, Problem> {
        let Some(inner) = self.body.take() else {
            return Err(Problem::bad_request("the body was read already"));
        };
        Bounded::new(inner, self.limit, Arc::clone(self.pulse)).map_err(|(fault, rest)| {
            self.body = Some(rest);
            fault_problem(&fault)
        })
    }

    /// Reads what the request brings for the arguments.
    ///
    /// # Errors
    /// The body's type is of no use, or the body didn't arrive.
    pub(super) async fn arguments(
        &mut self,
        headers: &HeaderMap,
        texts: Vec<(String, String)>,
        deadline: Instant,
    ) -> Result<Incoming, Problem> {
        if headers.get(CONTENT_ENCODING).is_some_and(|coding| coding.as_bytes() != b"identity") {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                Outcome::BadRequest,
                "bodies are taken without a content encoding",
            ));
        }
        let beside = headers.get(header::ARGS);
        let raw_type = match raw_type(headers)? {
            // Arguments beside the body say that it is raw, even where it is JSON by its type.
            None if beside.is_some() => Some(content_type(headers)),
            other => other,
        };
        let mut bounded = self.take()?;
        let bytes = match bounded.whole(deadline).await {
            Ok(bytes) => bytes,
            Err(fault) => {
                self.body = Some(bounded.into_rest());
                return Err(fault_problem(&fault));
            }
        };
        Ok(match raw_type {
            None => Incoming { json: bytes, texts, raw: None },
            Some(kind) => Incoming {
                json: beside.map(|json| Bytes::copy_from_slice(json.as_bytes())).unwrap_or_default(),
                texts,
                raw: Some(Blob::new(kind, bytes)),
            },
        })
    }

    /// Lets the rest of a refused body run out, for a while: closing a connection on a sender makes most
    /// systems throw away the answer it hasn't read yet.
    pub(super) fn refuse(self, problem: Problem, head: &Parts) -> Problem {
        let Some(mut rest) = self.body.filter(|rest| !rest.is_end_stream()) else { return problem };
        // Whoever waits to be asked for the body isn't sending.
        if !head.headers.contains_key(EXPECT) {
            tokio::spawn(async move {
                let all = async { while let Some(Ok(_)) = rest.frame().await {} };
                let _ = tokio::time::timeout(LINGER, all).await;
            });
        }
        problem.close()
    }
}

fn content_type(headers: &HeaderMap) -> &str {
    headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or(Blob::OCTET_STREAM)
}

/// The answer to a body that did not arrive.
pub(super) fn fault_problem(fault: &Fault) -> Problem {
    match fault {
        Fault::TooLarge(_) => {
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, Outcome::BadRequest, fault.to_string())
        }
        Fault::Deadline => Problem::deadline(fault.to_string()),
        Fault::Lost(_) => Problem::bad_request(fault.to_string()).close(),
    }
}
