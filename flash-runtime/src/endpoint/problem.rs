//! Problem documents (RFC 9457): every answer that isn't a result.

use std::borrow::Cow;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ALLOW, CONNECTION, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, Response, StatusCode};
use serde::Serialize;
use serde_json::value::RawValue;

use super::Body;
use crate::argument::{BadArgument, BadArguments};
use crate::call::header;
use crate::{Error, Outcome};

/// A request that got no result, and why. Boxed, so that the good path carries a pointer's worth of it.
#[derive(Debug)]
pub(super) struct Problem(Box<Inner>);

#[derive(Debug)]
struct Inner {
    status: StatusCode,
    outcome: Outcome,
    detail: Cow<'static, str>,
    function: Option<Cow<'static, str>>,
    arguments: Vec<BadArgument>,
    expected: Option<Vec<&'static str>>,
    error: Option<Bytes>,
    allow: Option<String>,
    retry_after: Option<u64>,
    close: bool,
}

impl Problem {
    pub(super) fn new(status: StatusCode, outcome: Outcome, detail: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            status,
            outcome,
            detail: detail.into(),
            function: None,
            arguments: Vec::new(),
            expected: None,
            error: None,
            allow: None,
            retry_after: None,
            close: false,
        }))
    }

    /// A malformed request.
    pub(super) fn bad_request(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, Outcome::BadRequest, detail)
    }

    /// A body that came too slowly. What is left of it would be taken for the next request, so the
    /// connection ends.
    pub(super) fn too_slow() -> Self {
        Self::new(StatusCode::REQUEST_TIMEOUT, Outcome::BadRequest, "the request came too slowly").close()
    }

    /// A time that ran out.
    pub(super) fn deadline(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::GATEWAY_TIMEOUT, Outcome::Deadline, detail)
    }

    /// A function's own error.
    pub(super) fn application(error: Bytes) -> Self {
        let mut problem = Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            Outcome::Application,
            "the function returned an error",
        );
        problem.0.error = Some(error);
        problem
    }

    /// Arguments that the function can't take.
    pub(super) fn arguments(bad: BadArguments) -> Self {
        let detail = bad.to_string();
        match bad {
            BadArguments::Syntax(_) => Self::bad_request(detail),
            BadArguments::Raw(_) => {
                Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, Outcome::BadRequest, detail)
            }
            BadArguments::Arguments { bad, expected } => {
                let mut problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, Outcome::BadArguments, detail);
                problem.0.arguments = bad;
                problem.0.expected = Some(expected);
                problem
            }
        }
    }

    /// Names the function.
    pub(super) fn function(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.0.function.get_or_insert(name.into());
        self
    }

    /// Says when trying again may help.
    pub(super) fn retry_after(mut self, pause: Duration) -> Self {
        self.0.retry_after = Some(pause.as_secs().max(1));
        self
    }

    /// Says which methods there are.
    pub(super) fn allow(mut self, methods: String) -> Self {
        self.0.allow = Some(methods);
        self
    }

    /// Ends the connection after the answer.
    pub(super) fn close(mut self) -> Self {
        self.0.close = true;
        self
    }

    /// The answer.
    pub(super) fn into_response(self, call_id: HeaderValue) -> Response<Body> {
        let json = self.to_json(call_id.to_str().unwrap_or_default());
        let mut response = Response::new(Body::from(json));
        *response.status_mut() = self.0.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CALL_ID, call_id);
        if let Some(seconds) = self.0.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(value) = self.0.allow.and_then(|methods| HeaderValue::try_from(methods).ok()) {
            headers.insert(ALLOW, value);
        }
        if self.0.status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if self.0.close {
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }

    pub(super) fn to_json(&self, call_id: &str) -> Bytes {
        let inner = &*self.0;
        let document = Document {
            kind: format!("urn:flash:problem:{}", inner.outcome.as_str()),
            title: title(inner.outcome),
            status: inner.status.as_u16(),
            detail: &inner.detail,
            outcome: inner.outcome,
            function: inner.function.as_deref(),
            call_id,
            arguments: inner
                .arguments
                .iter()
                .map(|a| Argument { name: &a.name, reason: &a.reason })
                .collect(),
            expected: inner.expected.as_deref(),
            error: inner.error.as_deref().and_then(|json| serde_json::from_slice(json).ok()),
        };
        serde_json::to_vec(&document).unwrap_or_default().into()
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let mut problem = Self::new(status(error.outcome()), error.outcome(), error.message().to_owned());
        if let Some(function) = error.function() {
            problem = problem.function(function.to_owned());
        }
        match error.retry_after() {
            Some(pause) => problem.retry_after(pause),
            None => problem,
        }
    }
}

#[derive(Serialize)]
struct Document<'a> {
    #[serde(rename = "type")]
    kind: String,
    title: &'a str,
    status: u16,
    detail: &'a str,
    outcome: Outcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    function: Option<&'a str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    call_id: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    arguments: Vec<Argument<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<&'a [&'static str]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a RawValue>,
}

#[derive(Serialize)]
struct Argument<'a> {
    name: &'a str,
    reason: &'a str,
}

/// The status of a failure that a run came back with.
fn status(outcome: Outcome) -> StatusCode {
    match outcome {
        Outcome::BadRequest => StatusCode::BAD_REQUEST,
        Outcome::Unauthorized => StatusCode::UNAUTHORIZED,
        Outcome::NotFound => StatusCode::NOT_FOUND,
        Outcome::Misdirected => StatusCode::MISDIRECTED_REQUEST,
        Outcome::BadArguments => StatusCode::UNPROCESSABLE_ENTITY,
        Outcome::NotSent | Outcome::MayHaveRun | Outcome::Unrouted => StatusCode::BAD_GATEWAY,
        Outcome::Rejected => StatusCode::SERVICE_UNAVAILABLE,
        Outcome::Deadline => StatusCode::GATEWAY_TIMEOUT,
        Outcome::TooDeep => StatusCode::LOOP_DETECTED,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn title(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Application => "The function returned an error",
        Outcome::NotSent => "The endpoint was not reached",
        Outcome::MayHaveRun => "The endpoint was lost",
        Outcome::Rejected => "Not now",
        Outcome::Deadline => "The time ran out",
        Outcome::Cancelled => "The call was given up",
        Outcome::Panicked => "The function panicked",
        Outcome::Incompatible => "Caller and function don't understand each other",
        Outcome::Unauthorized => "No key, or a wrong one",
        Outcome::Misdirected => "The function is on another endpoint",
        Outcome::NotFound => "Not found",
        Outcome::BadArguments => "The arguments don't fit",
        Outcome::BadRequest => "The request can't be used",
        Outcome::Init => "The class could not be constructed",
        Outcome::WouldDeadlock => "The call would never end",
        Outcome::Unrouted => "The call has no route",
        Outcome::TooDeep => "Too many calls above one another",
        Outcome::Internal => "The endpoint failed",
    }
}

#[cfg(test)]
mod tests {
    use super::Problem;
    use crate::argument::{BadArgument, BadArguments};

    #[test]
    fn documents() {
        let own = Problem::application(r#"{"code":7}"#.into()).function("f");
        assert_eq!(
            own.to_json("c1"),
            r#"{"type":"urn:flash:problem:application","title":"The function returned an error","status":500,"detail":"the function returned an error","outcome":"application","function":"f","call_id":"c1","error":{"code":7}}"#
        );
        let bad = vec![BadArgument { name: "n".into(), reason: "is missing".into() }];
        let json = Problem::arguments(BadArguments::Arguments { bad, expected: vec!["n"] }).to_json("");
        let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
        assert_eq!(json["arguments"][0]["reason"], "is missing");
        assert_eq!((&json["expected"][0], &json["status"]), (&"n".into(), &422.into()));
    }
}
