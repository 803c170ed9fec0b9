//! The front door: requests for functions of other endpoints are passed on to them.

use std::error::Error as StdError;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::{CONNECTION, HeaderMap, HeaderName, TE, TRAILER, TRANSFER_ENCODING, UPGRADE, VIA};
use http::request::Parts;
use http::{HeaderValue, Request, Response, StatusCode, Uri};
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};

use super::Body;
use super::body::{Bounded, Fault};
use super::headers::CallHead;
use super::problem::Problem;
use super::receive::fault_problem;
use super::worker::{Permit, Worker};
use crate::Outcome;
use crate::call::{Connections, Lease, Unanswered, header};

/// Pause after which an endpoint without a URL may have one.
const UNDEPLOYED_RETRY: Duration = Duration::from_secs(5);

/// An endpoint behind the front door.
#[derive(Debug)]
pub(super) struct Upstream {
    resource: String,
    /// `None` as long as it isn't deployed; the reason when its URL can't be used.
    connections: Option<Result<Connections<Bounded>, String>>,
}

impl Upstream {
    pub(super) fn new(resource: &str, url: Option<&str>) -> Self {
        let connections = url.map(Connections::to);
        Self { resource: resource.to_owned(), connections }
    }
}

/// A request on its way through.
pub(super) struct Relay<'a> {
    pub(super) worker: &'a Worker,
    pub(super) upstream: &'a Arc<Upstream>,
    pub(super) head: &'a Parts,
    /// Length of the path's front that the endpoint doesn't know.
    pub(super) prefix: usize,
    pub(super) id: &'a HeaderValue,
    pub(super) call: CallHead,
    pub(super) permit: Permit,
}

impl Relay<'_> {
    /// Passes the request on and its answer back; both bodies stream. The caller's own key goes along, and
    /// never another.
    pub(super) async fn pass(self, body: Bounded) -> Result<Response<Body>, Problem> {
        let resource = &self.upstream.resource;
        let connections = match &self.upstream.connections {
            Some(Ok(connections)) => connections,
            Some(Err(why)) => {
                self.log(why);
                return Err(Problem::new(
                    StatusCode::BAD_GATEWAY,
                    Outcome::NotSent,
                    format!("endpoint `{resource}` can't be reached: its URL is of no use"),
                ));
            }
            None => {
                return Err(Problem::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    Outcome::Rejected,
                    format!("endpoint `{resource}` is not deployed yet"),
                )
                .retry_after(UNDEPLOYED_RETRY));
            }
        };
        let door = &self.worker.door;
        if self.head.headers.get_all(VIA).iter().any(|doors| has_word(doors, door)) {
            return Err(Problem::new(
                StatusCode::LOOP_DETECTED,
                Outcome::TooDeep,
                format!("the manifest's URL of endpoint `{resource}` leads back to this front door"),
            ));
        }
        let deadline = self.call.deadline(None, self.worker.call_timeout);
        let request = self.request(body, deadline)?;
        let (response, lease) = tokio::time::timeout_at(deadline.into(), connections.send(request))
            .await
            .map_err(|_| Problem::deadline(format!("endpoint `{resource}` did not answer in time")))?
            .map_err(|unanswered| self.unanswered(&unanswered))?;
        let (mut head, body) = response.into_parts();
        strip(&mut head.headers);
        let mut relayed =
            Relayed { body, lease: Some(lease), upstream: Arc::clone(self.upstream), _permit: self.permit };
        relayed.keep_when_read();
        Ok(Response::from_parts(head, Body::Relayed(relayed)))
    }

    fn request(&self, body: Bounded, deadline: Instant) -> Result<Request<Bounded>, Problem> {
        let unsendable = || Problem::bad_request("the path can't be passed on");
        let uri = match self.prefix {
            0 => self.head.uri.path_and_query().cloned().map(Uri::from).ok_or_else(unsendable)?,
            prefix => {
                let whole = self.head.uri.path_and_query().ok_or_else(unsendable)?.as_str();
                whole.get(prefix..).and_then(|rest| rest.parse().ok()).ok_or_else(unsendable)?
            }
        };
        let mut request = Request::new(body);
        *request.method_mut() = self.head.method.clone();
        *request.uri_mut() = uri;
        let mut headers = self.head.headers.clone();
        strip(&mut headers);
        let left = deadline.saturating_duration_since(Instant::now()).as_millis();
        headers.insert(header::TIMEOUT, HeaderValue::from(u64::try_from(left).unwrap_or(u64::MAX)));
        headers.insert(header::CALL_ID, self.id.clone());
        if let Ok(via) = HeaderValue::try_from(format!("1.1 {}", self.worker.door)) {
            headers.append(VIA, via);
        }
        *request.headers_mut() = headers;
        Ok(request)
    }

    fn unanswered(&self, unanswered: &Unanswered) -> Problem {
        let cause = unanswered.cause.as_ref().map(|cause| cause as &(dyn StdError + 'static));
        if let Some(fault) = cause.and_then(fault) {
            return fault_problem(fault);
        }
        let resource = &self.upstream.resource;
        self.log(unanswered.error.message());
        let (outcome, what) = match unanswered.error.outcome() {
            Outcome::NotSent => (Outcome::NotSent, "could not be reached"),
            _ => (Outcome::MayHaveRun, "was lost before it answered"),
        };
        Problem::new(StatusCode::BAD_GATEWAY, outcome, format!("endpoint `{resource}` {what}"))
    }

    /// Addresses inside are for the log, not for callers.
    fn log(&self, why: &str) {
        let id = self.id.to_str().unwrap_or_default();
        crate::log::line(format_args!("call {id} to endpoint `{}`: {why}", self.upstream.resource));
    }
}

/// The fault of the caller's body among the causes of an error.
fn fault<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a Fault> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(fault) = error.downcast_ref() {
            return Some(fault);
        }
        next = error.source();
    }
    None
}

fn has_word(value: &HeaderValue, word: &str) -> bool {
    value.to_str().is_ok_and(|text| text.split([' ', ',']).any(|part| part == word))
}

/// Removes what concerns one connection only.
fn strip(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in named {
        headers.remove(name);
    }
    for name in [CONNECTION, TE, TRAILER, TRANSFER_ENCODING, UPGRADE] {
        headers.remove(name);
    }
    for name in ["keep-alive", "proxy-connection", "proxy-authorization", "proxy-authenticate"] {
        headers.remove(name);
    }
}

/// The body of an answer on its way back. Dropped before its end, it closes the connection to the endpoint,
/// which gives the call up there, too.
pub(super) struct Relayed {
    body: Incoming,
    lease: Option<Lease<Bounded>>,
    upstream: Arc<Upstream>,
    _permit: Permit,
}

impl Relayed {
    pub(super) fn poll_frame(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = ready!(std::pin::Pin::new(&mut self.body).poll_frame(cx));
        if matches!(frame, None | Some(Ok(_))) {
            self.keep_when_read();
        }
        Poll::Ready(frame)
    }

    pub(super) fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    pub(super) fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }

    /// Gives the connection back after the last piece; whoever sends this body may not ask for more.
    fn keep_when_read(&mut self) {
        if self.body.is_end_stream()
            && let Some(lease) = self.lease.take()
            && let Some(Ok(connections)) = &self.upstream.connections
        {
            connections.keep(lease);
        }
    }
}
