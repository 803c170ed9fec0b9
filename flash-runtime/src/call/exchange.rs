//! One request and its answer.

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::time::Duration;

use super::{Connections, Context, header};
use crate::reply::{Answer, JSON};
use crate::secret::Secret;
use crate::{Blob, Error, Outcome};

/// Largest JSON object that travels in a header beside a raw body.
pub(crate) const MAX_ARGS_HEADER: usize = 64 * 1024;

/// A request that is ready to go.
pub(super) struct Exchange {
    pub(super) function: &'static str,
    pub(super) json: Vec<u8>,
    pub(super) raw: Option<Blob>,
    pub(super) context: Context,
    pub(super) key: Option<Secret>,
    pub(super) max_reply: usize,
}

impl Exchange {
    /// Sends the request and reads the whole answer.
    pub(super) async fn run(self, connections: &Connections) -> Result<Answer, Error> {
        let limit = self.max_reply;
        let (response, lease) =
            connections.send(self.request()?).await.map_err(|unanswered| unanswered.error)?;
        let (parts, body) = response.into_parts();
        let body = Limited::new(body, limit).collect().await.map_err(|error| {
            if error.is::<http_body_util::LengthLimitError>() {
                Error::of(
                    Outcome::Incompatible,
                    format!("the answer is larger than the limit of {limit} bytes"),
                )
            } else {
                Error::of(Outcome::MayHaveRun, format!("the connection was lost inside the answer: {error}"))
            }
        })?;
        connections.keep(lease);
        read_answer(parts.status, &parts.headers, body.to_bytes())
    }

    fn request(self) -> Result<Request<Full<Bytes>>, Error> {
        let unsent = |error: &dyn std::fmt::Display| {
            Error::of(Outcome::NotSent, format!("the request can't be written: {error}"))
        };
        let mut headers = HeaderMap::with_capacity(10);
        let mut put = |name: &'static str, value: String| {
            HeaderValue::try_from(value).map(|value| drop(headers.insert(name, value)))
        };
        let remaining = self.context.remaining().as_millis().max(1);
        put(header::TIMEOUT, remaining.to_string())
            .and_then(|()| put(header::CALL_ID, self.context.call_id.clone()))
            .and_then(|()| put(header::TRACEPARENT, self.context.trace.to_string()))
            .and_then(|()| put(header::DEPTH, self.context.depth.to_string()))
            .and_then(|()| put(header::MAX_REPLY, self.max_reply.to_string()))
            .map_err(|error| unsent(&error))?;
        if let Some(key) = &self.key {
            let mut value =
                HeaderValue::try_from(format!("Bearer {}", key.expose())).map_err(|error| unsent(&error))?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        let body = match self.raw {
            None => {
                headers.insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
                Bytes::from(self.json)
            }
            Some(blob) => {
                let kind = HeaderValue::try_from(blob.content_type).map_err(|error| unsent(&error))?;
                headers.insert(CONTENT_TYPE, kind);
                headers.insert(header::ARGS, args_header(&self.json).map_err(|error| unsent(&error))?);
                blob.bytes
            }
        };
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = path_of(self.function).parse().map_err(|error| unsent(&error))?;
        *request.headers_mut() = headers;
        Ok(request)
    }
}

/// The path of a function. Names are Rust's, so they may hold letters that a URL may not.
fn path_of(function: &str) -> String {
    let mut path = String::with_capacity(64);
    path.push_str("/execute/");
    for byte in function.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                path.push(char::from(byte));
            }
            other => path.push_str(&format!("%{other:02X}")),
        }
    }
    path
}

/// JSON as a header's value. JSON escapes all control characters but DEL.
fn args_header(json: &[u8]) -> Result<HeaderValue, http::header::InvalidHeaderValue> {
    if !json.contains(&0x7f) {
        return HeaderValue::from_bytes(json);
    }
    let mut escaped = Vec::with_capacity(json.len() + 16);
    for byte in json {
        match byte {
            0x7f => escaped.extend_from_slice(b"\\u007f"),
            other => escaped.push(*other),
        }
    }
    HeaderValue::from_bytes(&escaped)
}

/// What the caller must know of a problem document.
#[derive(Deserialize)]
struct Problem<'a> {
    outcome: Outcome,
    #[serde(default)]
    detail: String,
    #[serde(default)]
    function: Option<String>,
    #[serde(default, borrow)]
    error: Option<&'a RawValue>,
}

/// The answer that a response stands for.
pub(crate) fn read_answer(status: StatusCode, headers: &HeaderMap, body: Bytes) -> Result<Answer, Error> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if status == StatusCode::OK {
        let content_type = text(CONTENT_TYPE).unwrap_or(Blob::OCTET_STREAM).to_owned();
        return Ok(Answer::Value { content_type, bytes: body });
    }
    let mut error = match serde_json::from_slice::<Problem<'_>>(&body) {
        Ok(Problem { outcome: Outcome::Application, error: Some(own), .. }) => {
            return Ok(Answer::Application(Bytes::copy_from_slice(own.get().as_bytes())));
        }
        Ok(problem) => {
            let error = Error::of(problem.outcome, problem.detail);
            match problem.function {
                Some(function) => error.in_function(&function),
                None => error,
            }
        }
        // Something in between answered: a proxy, or a server that isn't ours.
        Err(_) => Error::of(foreign(status), format!("the answer was {status} without a problem document")),
    };
    if let Some(seconds) = text(RETRY_AFTER).and_then(|value| value.parse().ok()) {
        error = error.with_retry_after(Duration::from_secs(seconds));
    }
    Err(error)
}

fn foreign(status: StatusCode) -> Outcome {
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Outcome::Unauthorized,
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => Outcome::NotFound,
        StatusCode::MISDIRECTED_REQUEST => Outcome::Misdirected,
        StatusCode::TOO_MANY_REQUESTS => Outcome::Rejected,
        StatusCode::GATEWAY_TIMEOUT => Outcome::Deadline,
        // These are about the request as it was written, so it can't have got through.
        StatusCode::BAD_REQUEST
        | StatusCode::LENGTH_REQUIRED
        | StatusCode::PAYLOAD_TOO_LARGE
        | StatusCode::URI_TOO_LONG
        | StatusCode::UNSUPPORTED_MEDIA_TYPE
        | StatusCode::EXPECTATION_FAILED
        | StatusCode::UPGRADE_REQUIRED
        | StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => Outcome::BadRequest,
        // Of the others, 408 and 499 among them, some are about an endpoint that took too long.
        _ => Outcome::MayHaveRun,
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, StatusCode};

    use super::{args_header, read_answer};
    use crate::Outcome;
    use crate::reply::Answer;

    #[test]
    fn answers() {
        let read = |status: u16, body: &'static str| {
            read_answer(StatusCode::from_u16(status).unwrap(), &HeaderMap::new(), body.into())
        };
        let own = read(500, r#"{"outcome":"application","error":{"code":7},"detail":"x"}"#).unwrap();
        assert!(matches!(own, Answer::Application(json) if json == r#"{"code":7}"#));
        let refused = read(421, r#"{"outcome":"misdirected","detail":"not here"}"#).unwrap_err();
        assert_eq!((refused.outcome(), refused.message()), (Outcome::Misdirected, "not here"));
        assert_eq!(read(502, "<html>").unwrap_err().outcome(), Outcome::MayHaveRun);
        assert_eq!(read(404, "").unwrap_err().outcome(), Outcome::NotFound);
        assert_eq!(read(413, "").unwrap_err().outcome(), Outcome::BadRequest);
        for late in [408, 499, 460] {
            assert!(!read(late, "").unwrap_err().outcome().is_certainly_not_run(), "{late}");
        }
    }

    #[test]
    fn any_name_is_a_path() {
        for (name, path) in
            [("a-b", "a-b"), ("Model.run", "Model.run"), ("gr\u{f6}\u{df}e", "gr%C3%B6%C3%9Fe")]
        {
            assert_eq!(super::path_of(name), format!("/execute/{path}"));
        }
    }

    #[test]
    fn any_json_fits_a_header() {
        let json = serde_json::to_vec("a\u{7f}\n\u{e9}").unwrap();
        let value = args_header(&json).unwrap();
        assert_eq!(serde_json::from_slice::<String>(value.as_bytes()).unwrap(), "a\u{7f}\n\u{e9}");
    }
}
