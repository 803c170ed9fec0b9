//! What a request's headers say about the call.

use std::time::{Duration, Instant};

use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};

use super::problem::Problem;
use crate::call::{MAX_DEPTH, Trace, header, random_id};
use crate::secret::Secret;
use crate::{Error, Outcome};

/// Longest deadline that is kept; a longer one means the same and can't overflow a clock.
const MAX_TIMEOUT: Duration = Duration::from_secs(7 * 24 * 3600);
/// Longest call id.
const MAX_CALL_ID: usize = 128;

/// What the caller says about its call.
#[derive(Debug)]
pub(super) struct CallHead {
    arrived: Instant,
    timeout: Option<Duration>,
    pub(super) trace: Option<Trace>,
    pub(super) depth: u32,
    pub(super) max_reply: Option<usize>,
}

impl CallHead {
    /// # Errors
    /// A header whose value can't be used; the answer names it. A malformed trace counts as absent, as its
    /// standard asks.
    pub(super) fn read(headers: &HeaderMap) -> Result<Self, Problem> {
        let timeout = number::<u64>(headers, header::TIMEOUT)?;
        let depth = number::<u32>(headers, header::DEPTH)?.unwrap_or(0);
        let head = Self {
            arrived: Instant::now(),
            timeout: timeout.map(|ms| Duration::from_millis(ms).min(MAX_TIMEOUT)),
            trace: headers.get(header::TRACEPARENT).and_then(|value| Trace::parse(value.to_str().ok()?)),
            depth,
            max_reply: number(headers, header::MAX_REPLY)?,
        };
        if depth > MAX_DEPTH {
            return Err(Error::of(
                Outcome::TooDeep,
                format!(
                    "{depth} calls are above this one, more than {MAX_DEPTH}; a call cycle across endpoints?"
                ),
            )
            .into());
        }
        Ok(head)
    }

    /// When the call must have ended: the caller's limit or the function's, whichever is shorter, and
    /// `default` when there is neither.
    pub(super) fn deadline(&self, function: Option<Duration>, default: Duration) -> Instant {
        let limit = match (self.timeout, function) {
            (Some(caller), Some(function)) => caller.min(function),
            (Some(limit), None) | (None, Some(limit)) => limit,
            (None, None) => default,
        };
        self.arrived + limit.min(MAX_TIMEOUT)
    }
}

fn number<T: std::str::FromStr>(headers: &HeaderMap, name: &'static str) -> Result<Option<T>, Problem> {
    let Some(value) = headers.get(name) else { return Ok(None) };
    match value.to_str().ok().and_then(|text| text.parse().ok()) {
        Some(number) => Ok(Some(number)),
        None => Err(Problem::bad_request(format!("the header `{name}` is not a number in range"))),
    }
}

/// The call's id: the caller's, or a new one.
///
/// # Errors
/// The caller's can't be used; a new one to answer with.
pub(super) fn call_id(headers: &HeaderMap) -> Result<HeaderValue, HeaderValue> {
    match headers.get(header::CALL_ID) {
        None => Ok(new_id()),
        Some(id)
            if id.len() <= MAX_CALL_ID
                && !id.is_empty()
                && id.as_bytes().iter().all(u8::is_ascii_graphic) =>
        {
            Ok(id.clone())
        }
        Some(_) => Err(new_id()),
    }
}

fn new_id() -> HeaderValue {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut rest = random_id();
    let mut text = [0; 16];
    for at in (0..text.len()).rev() {
        text[at] = DIGITS[(rest & 15) as usize];
        rest >>= 4;
    }
    HeaderValue::from_bytes(&text).unwrap_or(HeaderValue::from_static("0"))
}

/// Whether the request shows this key.
pub(super) fn authorized(headers: &HeaderMap, key: &Secret) -> bool {
    let Some(value) = headers.get(AUTHORIZATION) else { return false };
    match value.as_bytes().split_at_checked(7) {
        Some((scheme, shown)) => scheme.eq_ignore_ascii_case(b"bearer ") && key.matches(shown.trim_ascii()),
        None => false,
    }
}

/// The content type when it is something else than JSON. A body without one counts as JSON.
pub(super) fn raw_type(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    let Some(value) = headers.get(CONTENT_TYPE) else { return Ok(None) };
    let text =
        value.to_str().map_err(|_| Problem::bad_request("the header `content-type` is not plain text"))?;
    let essence = text.split(';').next().unwrap_or(text).trim();
    let ends_with = |end: &str| {
        essence
            .len()
            .checked_sub(end.len())
            .and_then(|at| essence.get(at..))
            .is_some_and(|tail| tail.eq_ignore_ascii_case(end))
    };
    let is_json =
        essence.is_empty() || essence.eq_ignore_ascii_case("application/json") || ends_with("+json");
    Ok((!is_json).then_some(text))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::time::Duration;

    use http::{HeaderMap, HeaderValue};

    use super::{CallHead, authorized, call_id, raw_type};
    use crate::secret::Secret;

    fn headers(name: &'static str, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name.parse().unwrap(), HeaderValue::from_str(value).unwrap())])
    }

    #[test]
    fn bad_values_name_their_header() {
        for (name, value) in [
            ("flash-timeout-ms", "soon"),
            ("flash-timeout-ms", "-1"),
            ("flash-depth", "99999999999"),
            ("flash-max-reply", "1k"),
        ] {
            let problem = CallHead::read(&headers(name, value)).unwrap_err();
            assert!(String::from_utf8_lossy(&problem.to_json("")).contains(name), "{name}");
        }
        assert!(CallHead::read(&headers("traceparent", "nonsense")).unwrap().trace.is_none());
        assert!(CallHead::read(&headers("flash-depth", "65")).is_err());
        for (id, fits) in [("a-1", true), ("a b", false), ("", false), (&"x".repeat(129), false)] {
            assert_eq!(call_id(&headers("flash-call-id", id)).is_ok(), fits, "{id}");
        }
    }

    #[test]
    fn the_shorter_deadline_counts() {
        let (ms, default) = (Duration::from_millis, Duration::from_secs(60));
        let head = CallHead::read(&headers("flash-timeout-ms", "50")).unwrap();
        let after = |head: &CallHead, own| head.deadline(own, default) - head.arrived;
        assert_eq!(after(&head, Some(ms(20))), ms(20));
        assert_eq!(after(&head, Some(ms(90))), ms(50));
        assert_eq!(after(&CallHead::read(&HeaderMap::new()).unwrap(), None), default);
        // No clock overflows, whatever a caller says.
        let _ = after(&CallHead::read(&headers("flash-timeout-ms", "18446744073709551615")).unwrap(), None);
    }

    #[test]
    fn keys() {
        let key = Secret::new("k1".to_owned());
        for (value, fits) in [
            ("Bearer k1", true),
            ("bearer  k1", true),
            ("Bearer k2", false),
            ("Bearer", false),
            ("Basic k1", false),
            ("k1", false),
        ] {
            assert_eq!(authorized(&headers("authorization", value), &key), fits, "{value}");
        }
        assert!(!authorized(&HeaderMap::new(), &key));
    }

    #[test]
    fn content_types() {
        for json in ["application/json", "Application/JSON; charset=utf-8", "application/problem+json", ""] {
            assert_eq!(raw_type(&headers("content-type", json)).unwrap(), None, "{json}");
        }
        for raw in ["image/png", "text/plain; charset=utf-8", "application/x-www-form-urlencoded"] {
            assert_eq!(raw_type(&headers("content-type", raw)).unwrap(), Some(raw));
        }
    }
}
