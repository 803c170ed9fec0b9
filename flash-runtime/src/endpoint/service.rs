//! From a request to its answer.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, EXPECT};
use http::request::Parts;
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::BodyExt;
use hyper::body::{Body as HttpBody, Incoming as HttpIncoming};

use super::Body;
use super::body::{Bounded, Fault};
use super::front::Relay;
use super::headers::{CallHead, authorized, call_id, raw_type};
use super::problem::Problem;
use super::pulse::Pulse;
use super::routes::Lookup;
use super::run::{Run, own_timeout};
use super::table::Place;
use super::text::{decode, query};
use super::worker::Worker;
use crate::argument::Incoming;
use crate::call::header;
use crate::reply::JSON;
use crate::{Blob, Outcome};

/// Pause after which a caller that was turned away may try again.
const RETRY_AFTER: Duration = Duration::from_secs(1);
/// How long the rest of a body is read that nobody wants, so that its sender gets to read the answer.
const LINGER: Duration = Duration::from_secs(2);

/// The answer to any request.
pub(super) async fn answer(
    worker: &Arc<Worker>,
    pulse: &Arc<Pulse>,
    request: Request<HttpIncoming>,
) -> Response<Body> {
    let (head, body) = request.into_parts();
    if head.uri.path() == "/ping" {
        return ping(worker, &head.method);
    }
    let mut body = Some(body);
    let (id, usable) = match call_id(&head.headers) {
        Ok(id) => (id, true),
        Err(fresh) => (fresh, false),
    };
    let request = Asked { worker, pulse, head: &head, id: &id, usable };
    match request.answer(&mut body).await {
        Ok(response) => response,
        Err(problem) => {
            let problem = match body {
                Some(rest) if !rest.is_end_stream() => refuse_rest(problem, &head, rest),
                _ => problem,
            };
            problem.into_response(id)
        }
    }
}

fn ping(worker: &Worker, method: &Method) -> Response<Body> {
    let (status, text) = match *method {
        Method::GET | Method::HEAD if worker.is_draining() => {
            (StatusCode::SERVICE_UNAVAILABLE, r#"{"status":"draining"}"#)
        }
        Method::GET | Method::HEAD => (StatusCode::OK, r#"{"status":"healthy"}"#),
        _ => return other_methods("GET, HEAD").into_response(HeaderValue::from_static("ping")),
    };
    let mut response = Response::new(Body::from(Bytes::from_static(text.as_bytes())));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
    response
}

fn other_methods(methods: &str) -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        Outcome::NotFound,
        format!("this path answers to {methods} only"),
    )
    .allow(methods.to_owned())
}

/// Lets the rest of a refused body run out, for a while: closing a connection on a sender makes most
/// systems throw away the answer it hasn't read yet.
fn refuse_rest(problem: Problem, head: &Parts, mut rest: HttpIncoming) -> Problem {
    // Whoever waits to be asked for the body isn't sending.
    if !head.headers.contains_key(EXPECT) {
        tokio::spawn(async move {
            let all = async { while let Some(Ok(_)) = rest.frame().await {} };
            let _ = tokio::time::timeout(LINGER, all).await;
        });
    }
    problem.close()
}

/// A request that is not for `/ping`.
struct Asked<'a> {
    worker: &'a Arc<Worker>,
    pulse: &'a Arc<Pulse>,
    head: &'a Parts,
    id: &'a HeaderValue,
    /// Whether the id is the caller's or, when it had none, ours; not so when the caller's was unusable.
    usable: bool,
}

/// What a request is for.
struct Wanted<'a> {
    place: &'a Place,
    /// Wire name as far as the request names it.
    name: &'a str,
    public: bool,
    /// Length of the path's front that the endpoint behind doesn't know.
    prefix: usize,
    /// Parameters of the path.
    texts: Vec<(String, String)>,
}

impl<'a> Asked<'a> {
    async fn answer(&self, body: &mut Option<HttpIncoming>) -> Result<Response<Body>, Problem> {
        let wanted = self.wanted();
        if !wanted.as_ref().is_ok_and(|wanted| wanted.public)
            && !authorized(&self.head.headers, &self.worker.key)
        {
            return Err(Problem::new(
                StatusCode::UNAUTHORIZED,
                Outcome::Unauthorized,
                "this needs the header `authorization: Bearer <key>` with the endpoint's key",
            ));
        }
        let wanted = wanted?;
        if !self.usable {
            return Err(Problem::bad_request(
                "the header `flash-call-id` is not a word of at most 128 visible ASCII letters",
            ));
        }
        let call = CallHead::read(&self.head.headers)?;
        if self.worker.is_draining() {
            return Err(self.rejected(StatusCode::SERVICE_UNAVAILABLE, "the endpoint is draining"));
        }
        match wanted.place {
            Place::Here(site) => {
                let name = site.name;
                self.run(site, call, wanted.texts, body).await.map_err(|problem| problem.function(name))
            }
            Place::Behind(upstream) => {
                let permit = self.permit()?;
                let body = self.bounded(body)?;
                Relay {
                    worker: self.worker,
                    upstream,
                    head: self.head,
                    prefix: wanted.prefix,
                    id: self.id,
                    call,
                    permit,
                }
                .pass(body)
                .await
            }
            Place::Elsewhere(resource) => Err(misdirected(
                wanted.name,
                &format!("is assigned to resource `{resource}`, not to this one"),
            )),
            Place::Unlisted => {
                Err(misdirected(wanted.name, "is not assigned to any resource by this endpoint's manifest"))
            }
        }
    }

    /// Finds out what the request is for.
    fn wanted(&self) -> Result<Wanted<'a>, Problem> {
        let path = self.head.uri.path();
        if let Some(name) = path.strip_prefix("/execute/") {
            if self.head.method != Method::POST {
                return Err(other_methods("POST"));
            }
            let decoded = decode(name, false).unwrap_or_default();
            return match self.worker.table.function(&decoded) {
                Some(place) => Ok(Wanted { place, name, public: false, prefix: 0, texts: Vec::new() }),
                None => Err(not_found(self.worker.table.unknown(&decoded))),
            };
        }
        match self.worker.table.route(&self.head.method, path) {
            Lookup::Route(route, params) => {
                let mut texts = Vec::with_capacity(params.len());
                for (name, value) in params.iter() {
                    let value = decode(value, false).ok_or_else(|| {
                        Problem::bad_request(format!("`{value}` in the path is not percent-encoded UTF-8"))
                    })?;
                    texts.push((name.to_owned(), value.into_owned()));
                }
                Ok(Wanted {
                    place: &route.place,
                    name: path,
                    public: route.public,
                    prefix: route.prefix,
                    texts,
                })
            }
            Lookup::OtherMethods(methods) => Err(other_methods(&methods)),
            Lookup::Nothing => Err(not_found(format!("there is no route `{} {path}`", self.head.method))),
        }
    }

    async fn run(
        &self,
        site: &'static crate::registry::Site,
        call: CallHead,
        mut texts: Vec<(String, String)>,
        body: &mut Option<HttpIncoming>,
    ) -> Result<Response<Body>, Problem> {
        let permit = self.permit()?;
        if let Some(pairs) = self.head.uri.query() {
            query(pairs, &mut texts).map_err(|piece| {
                Problem::bad_request(format!("`{piece}` in the query is not percent-encoded UTF-8"))
            })?;
        }
        let deadline = call.deadline(own_timeout(site), self.worker.call_timeout);
        let incoming = self.incoming(texts, body, deadline).await?;
        let max_reply = call.max_reply.map_or(self.worker.max_body, |limit| limit.min(self.worker.max_body));
        Run { site, head: call, call_id: self.id, deadline, max_reply, permit }.run(incoming).await
    }

    /// Reads what the request brings for the arguments.
    async fn incoming(
        &self,
        texts: Vec<(String, String)>,
        body: &mut Option<HttpIncoming>,
        deadline: Instant,
    ) -> Result<Incoming, Problem> {
        let headers = &self.head.headers;
        if headers.get(CONTENT_ENCODING).is_some_and(|coding| coding.as_bytes() != b"identity") {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                Outcome::BadRequest,
                "bodies are taken without a content encoding",
            ));
        }
        let raw_type = raw_type(headers)?;
        let beside = headers.get(header::ARGS);
        if raw_type.is_none() && beside.is_some() {
            return Err(Problem::bad_request(
                "the header `flash-args` goes with a body that isn't JSON; send these arguments in the body",
            ));
        }
        let mut bounded = self.bounded(body)?;
        let bytes = match bounded.whole(deadline).await {
            Ok(bytes) => bytes,
            Err(fault) => {
                *body = Some(bounded.into_rest());
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

    fn bounded(&self, body: &mut Option<HttpIncoming>) -> Result<Bounded, Problem> {
        let Some(inner) = body.take() else { return Err(Problem::bad_request("the body was read already")) };
        Bounded::new(inner, self.worker.max_body, Arc::clone(self.pulse)).map_err(|(fault, rest)| {
            *body = Some(rest);
            fault_problem(&fault)
        })
    }

    fn permit(&self) -> Result<super::worker::Permit, Problem> {
        self.worker.admit().ok_or_else(|| {
            self.rejected(
                StatusCode::TOO_MANY_REQUESTS,
                format!("{} calls are running, as many as may", self.worker.max_concurrency),
            )
        })
    }

    fn rejected(&self, status: StatusCode, why: impl Into<std::borrow::Cow<'static, str>>) -> Problem {
        Problem::new(status, Outcome::Rejected, why).retry_after(RETRY_AFTER)
    }
}

fn misdirected(name: &str, why: &str) -> Problem {
    Problem::new(StatusCode::MISDIRECTED_REQUEST, Outcome::Misdirected, format!("`{name}` {why}"))
        .function(name.to_owned())
}

fn not_found(why: String) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, Outcome::NotFound, why)
}

/// The answer to a body that did not arrive.
pub(super) fn fault_problem(fault: &Fault) -> Problem {
    match fault {
        Fault::TooLarge(_) => {
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, Outcome::BadRequest, fault.to_string())
        }
        Fault::Deadline => Problem::deadline("the body did not arrive in time"),
        Fault::Lost(_) => Problem::bad_request(fault.to_string()).close(),
    }
}
