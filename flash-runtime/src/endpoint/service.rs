//! From a request to its answer.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use http::{HeaderValue, Method, Request, Response, StatusCode};
use hyper::body::Incoming as HttpIncoming;

use super::Body;
use super::front::Relay;
use super::headers::{CallHead, authorized, call_id};
use super::problem::Problem;
use super::pulse::Pulse;
use super::receive::Unread;
use super::routes::Lookup;
use super::run::{Run, own_timeout};
use super::table::Place;
use super::text::{decode, query};
use super::worker::{Permit, Worker};
use crate::Outcome;
use crate::registry::Site;
use crate::reply::JSON;

/// Pause after which a caller that was turned away may try again.
const RETRY_AFTER: Duration = Duration::from_secs(1);

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
    let mut unread = Unread { body: Some(body), pulse, limit: worker.max_body };
    let (id, usable) = match call_id(&head.headers) {
        Ok(id) => (id, true),
        Err(fresh) => (fresh, false),
    };
    let asked = Asked { worker, head: &head, id: &id, usable };
    match asked.answer(&mut unread).await {
        Ok(response) => response,
        Err(problem) => unread.refuse(problem, &head).into_response(id),
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
    if let Some(instance) = &worker.instance {
        response.headers_mut().insert("flash-instance", instance.clone());
    }
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

/// A request that is not for `/ping`.
struct Asked<'a> {
    worker: &'a Arc<Worker>,
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
    async fn answer(&self, unread: &mut Unread<'_>) -> Result<Response<Body>, Problem> {
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
        match wanted.place {
            Place::Here(site) => {
                let name = site.name;
                self.run(site, call, wanted.texts, unread).await.map_err(|problem| problem.function(name))
            }
            Place::Behind(upstream) => {
                let permit = self.permit()?;
                let body = unread.take()?;
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
        site: &'static Site,
        call: CallHead,
        mut texts: Vec<(String, String)>,
        unread: &mut Unread<'_>,
    ) -> Result<Response<Body>, Problem> {
        let permit = self.permit()?;
        if let Some(pairs) = self.head.uri.query() {
            query(pairs, &mut texts).map_err(|piece| {
                Problem::bad_request(format!("`{piece}` in the query is not percent-encoded UTF-8"))
            })?;
        }
        let deadline = call.deadline(own_timeout(site), self.worker.call_timeout);
        let incoming = unread.arguments(&self.head.headers, texts, deadline).await?;
        let max_reply = call.max_reply.map_or(self.worker.max_body, |limit| limit.min(self.worker.max_body));
        Run { site, head: call, call_id: self.id, deadline, max_reply, permit }.run(incoming).await
    }

    fn permit(&self) -> Result<Permit, Problem> {
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
