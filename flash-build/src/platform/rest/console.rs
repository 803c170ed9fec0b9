//! The page that a login opens in a browser. It approves nothing: that takes the account's key, at a terminal.

use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_FRAME_OPTIONS};
use http::{HeaderValue, Response, StatusCode};

use crate::platform::answer::{Answer, full, refusal};

/// The page of a login, `flash/login?request=ID`.
#[must_use]
pub fn console(page: &str, query: Option<&str>) -> Answer {
    if page != "flash/login" {
        return refusal(StatusCode::NOT_FOUND, "there is nothing here");
    }
    let request = query
        .unwrap_or_default()
        .split('&')
        .find_map(|pair| pair.strip_prefix("request="))
        // Only what can be an id is repeated; everything else could be meant for the page.
        .filter(|id| (1..=64).contains(&id.len()))
        .filter(|id| id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'))
        .unwrap_or("REQUEST");
    let text = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Flash login</title>\n\
         <h1>A command wants to log in</h1>\n\
         <p>If that was you, let it in at a terminal of the account that runs this platform:</p>\n\
         <pre>cargo flash platform approve {request}</pre>\n\
         <p>If it was not, refuse it:</p>\n\
         <pre>cargo flash platform approve --deny {request}</pre>\n</html>\n"
    );
    let mut answer = Response::new(full(text));
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'"));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}
