//! The question whether a worker is healthy.

use http::header::HOST;
use http::{HeaderValue, Request, StatusCode, Uri};

use super::super::slot::Link;
use super::body::Outgoing;
use super::upstream::{Unanswered, Upstream};

/// Asks a worker's `/ping`, on a connection of its own: one that is kept may be of an earlier mind.
///
/// # Errors
/// No answer, and why; or the answer is another process's.
pub(in super::super) async fn ping(link: &Link) -> Result<StatusCode, String> {
    let mut request = Request::new(Outgoing::Empty);
    *request.uri_mut() = Uri::from_static("/ping");
    request.headers_mut().insert(HOST, HeaderValue::from_static("localhost"));
    let mut upstream = Upstream::connect(link.address)
        .await
        .map_err(|error| format!("it can't be connected to: {error}"))?;
    let answer = upstream.send(request).await.map_err(|failed| match failed {
        Unanswered::Unsent(_, why) => format!("it doesn't take requests: {why}"),
        Unanswered::Lost(error) => format!("it closed the connection: {error}"),
    })?;
    // Some programs don't say who they are; one that says it is somebody else, is.
    let named = answer.headers().get("flash-instance");
    if named.is_some_and(|name| name.as_bytes() != link.worker.as_str().as_bytes()) {
        return Err("another process answers at its port".to_owned());
    }
    Ok(answer.status())
}
