//! A request from the door to its worker, and the answer back.

use std::error::Error as StdError;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use http::header::AUTHORIZATION;
use http::request::Parts;
use http::{HeaderValue, Method, Request, Response, StatusCode, Uri, Version};
use hyper::body::{Body as HttpBody, Incoming};
use tokio::time::{Instant, timeout, timeout_at};

use super::super::endpoint::{Acquired, Endpoint};
use super::super::slot::{Affinity, Ask, Held, Slot};
use super::super::spec::EndpointSpec;
use super::body::{Body, BodyError, Outgoing};
use super::door::Shown;
use super::headers::{self, affinity, content_length, strip, wants_upgrade};
use super::refusal::Refusal;
use super::upgrade;
use super::upstream::{Unanswered, Upstream};

/// Workers that are tried, each of which certainly didn't get the request.
const TRIES: usize = 5;

/// A request that has passed the door.
pub(super) struct Passage {
    pub(super) endpoint: Arc<Endpoint>,
    pub(super) spec: Arc<EndpointSpec>,
    pub(super) shown: Shown,
}

/// What a request wants of a worker, read before its headers change.
struct Wish {
    build: Option<HeaderValue>,
    affinity: Affinity,
}

impl Passage {
    /// Passes the request on and its answer back; both bodies stream. While it waits for a worker its body stays
    /// unread, so that what waits costs no memory.
    pub(super) async fn pass(
        &self,
        path: &str,
        mut request: Request<Incoming>,
    ) -> Result<Response<Body>, Refusal> {
        let limit = self.endpoint.shared.settings.max_body_bytes;
        if content_length(request.headers()).is_some_and(|length| length > limit) {
            return Err(Refusal::too_large(limit));
        }
        let upgraded = wants_upgrade(request.headers()).then(|| hyper::upgrade::on(&mut request));
        let (parts, body) = request.into_parts();
        let wish =
            Wish { build: parts.headers.get(headers::BUILD).cloned(), affinity: affinity(&parts.headers) };
        let body = if body.is_end_stream() {
            Outgoing::Empty
        } else {
            Outgoing::Passed { body, limit, left: limit }
        };
        let is_head = parts.method == Method::HEAD;
        let mut request = outgoing(parts, path, body, upgraded.is_some())?;
        if let Some(upgraded) = upgraded {
            let slot = self.slot(&wish).await?;
            self.authorize(&mut request, &slot);
            // Boxed, as all that is rare here, so that the others needn't carry the room for it.
            return Box::pin(upgrade::pass(slot, request, upgraded, self.deadline(), limit)).await;
        }
        let mut tries = 0;
        loop {
            let slot = self.slot(&wish).await?;
            self.authorize(&mut request, &slot);
            let deadline = self.deadline();
            let answer = timeout_at(deadline, send(&slot, request)).await;
            match answer {
                Ok(Ok((response, upstream))) => {
                    return self.answer(response, upstream, slot, deadline, is_head);
                }
                Ok(Err(Unanswered::Unsent(again, why))) => {
                    self.endpoint.unhealthy(slot.link(), &format!("it can't be reached: {why}"));
                    slot.link().check.notify_one();
                    tries += 1;
                    if tries == TRIES {
                        return Err(self.failed(Refusal::new(
                            StatusCode::BAD_GATEWAY,
                            "not-sent",
                            "bad gateway",
                            "no worker could be reached",
                        )));
                    }
                    self.endpoint.counts.retried.fetch_add(1, Ordering::Relaxed);
                    request = *again;
                }
                Ok(Err(Unanswered::Lost(error))) => return Err(self.failed(lost(&error))),
                Err(_) => return Err(self.failed(late())),
            }
        }
    }

    /// A place at a worker, waited for if need be.
    async fn slot(&self, wish: &Wish) -> Result<Slot, Refusal> {
        let build = wish.build.as_ref().and_then(|build| build.to_str().ok());
        let ask = Ask { build, affinity: wish.affinity.clone() };
        match self.endpoint.acquire(&ask) {
            Acquired::Slot(slot) => Ok(slot),
            Acquired::Refused(refusal) => Err(refusal.into()),
            Acquired::Held(held) => Box::pin(self.wait(held)).await,
        }
    }

    async fn wait(&self, mut held: Held) -> Result<Slot, Refusal> {
        let settings = &self.endpoint.shared.settings;
        let limit = if held.strict { settings.strict_hold } else { settings.hold };
        match timeout(limit, &mut held.answer).await {
            Ok(Ok(Ok(slot))) => Ok(slot),
            Ok(Ok(Err(refusal))) => Err(refusal.into()),
            Ok(Err(_)) => Err(Refusal::unknown_endpoint()),
            Err(_) if held.strict => Err(Refusal::new(
                StatusCode::BAD_REQUEST,
                "rejected",
                "worker_timeout",
                "the worker of `X-Runpod-Worker-Id` had no room in time",
            )),
            Err(_) => Err(Refusal::no_workers(format!(
                "no worker became ready within {}",
                humantime::format_duration(limit)
            ))
            .retry_after(1)),
        }
    }

    /// Shows the worker its own key instead of the caller's. What else a caller of a public endpoint shows goes nowhere: it
    /// may be a key to something else here.
    fn authorize(&self, request: &mut Request<Outgoing>, slot: &Slot) {
        match &slot.link().authorization {
            Some(key) if self.shown == Shown::Key => request.headers_mut().insert(AUTHORIZATION, key.clone()),
            _ => request.headers_mut().remove(AUTHORIZATION),
        };
    }

    fn deadline(&self) -> Instant {
        let limit = self.endpoint.shared.settings.request_timeout;
        Instant::now() + self.spec.execution_timeout.map_or(limit, |own| own.min(limit))
    }

    fn answer(
        &self,
        response: Response<Incoming>,
        upstream: Upstream,
        slot: Slot,
        deadline: Instant,
        is_head: bool,
    ) -> Result<Response<Body>, Refusal> {
        let limit = self.endpoint.shared.settings.max_body_bytes;
        if !is_head && response.body().size_hint().lower() > limit {
            return Err(self.failed(too_large_answer(limit)));
        }
        let counts = &self.endpoint.counts;
        let count = if response.status().is_server_error() { &counts.failed } else { &counts.completed };
        count.fetch_add(1, Ordering::Relaxed);
        let (mut head, body) = response.into_parts();
        strip(&mut head.headers);
        head.headers.insert(headers::WORKER, slot.link().header.clone());
        let body = Body::relayed(body, upstream, slot, deadline, limit);
        Ok(Response::from_parts(head, body))
    }

    fn failed(&self, refusal: Refusal) -> Refusal {
        self.endpoint.counts.failed.fetch_add(1, Ordering::Relaxed);
        refusal
    }
}

/// Sends a request on a connection that rested, or on a new one.
async fn send(
    slot: &Slot,
    mut request: Request<Outgoing>,
) -> Result<(Response<Incoming>, Upstream), Unanswered> {
    while let Some(mut upstream) = slot.pool().take() {
        match upstream.send(request).await {
            Ok(response) => return Ok((response, upstream)),
            Err(Unanswered::Unsent(again, _)) => request = *again,
            Err(lost) => return Err(lost),
        }
    }
    let mut upstream = match Box::pin(Upstream::connect(slot.link().address)).await {
        Ok(upstream) => upstream,
        Err(error) => return Err(Unanswered::Unsent(Box::new(request), error.to_string())),
    };
    upstream.send(request).await.map(|response| (response, upstream))
}

/// The request as the worker gets it.
fn outgoing(
    mut parts: Parts,
    path: &str,
    body: Outgoing,
    keep_upgrade: bool,
) -> Result<Request<Outgoing>, Refusal> {
    let upgrade = parts.headers.get(http::header::UPGRADE).cloned().filter(|_| keep_upgrade);
    strip(&mut parts.headers);
    if let Some(upgrade) = upgrade {
        parts.headers.insert(http::header::CONNECTION, HeaderValue::from_static("upgrade"));
        parts.headers.insert(http::header::UPGRADE, upgrade);
    }
    if parts.uri.path() != path || parts.uri.authority().is_some() {
        parts.uri = relative(path, parts.uri.query()).ok_or_else(|| {
            Refusal::new(StatusCode::BAD_REQUEST, "bad-request", "bad request", "the path can't be passed on")
        })?;
    }
    let mut request = Request::new(body);
    *request.method_mut() = parts.method;
    *request.uri_mut() = parts.uri;
    *request.headers_mut() = parts.headers;
    *request.version_mut() = Version::HTTP_11;
    Ok(request)
}

fn relative(path: &str, query: Option<&str>) -> Option<Uri> {
    let mut text = String::with_capacity(path.len() + query.map_or(0, str::len) + 2);
    if !path.starts_with('/') {
        text.push('/');
    }
    text.push_str(path);
    if let Some(query) = query {
        text.push('?');
        text.push_str(query);
    }
    text.try_into().ok()
}

fn too_large_answer(limit: u64) -> Refusal {
    let detail = format!("the answer is larger than the limit of {limit} bytes");
    Refusal::new(StatusCode::BAD_GATEWAY, "incompatible", "answer too large", detail)
}

pub(super) fn late() -> Refusal {
    Refusal::new(StatusCode::GATEWAY_TIMEOUT, "deadline", "timeout", "the worker did not answer in time")
}

/// A worker that went, or a caller's body that did.
pub(super) fn lost(error: &hyper::Error) -> Refusal {
    let mut cause = error.source();
    while let Some(error) = cause {
        match error.downcast_ref() {
            Some(BodyError::TooLarge(limit)) => return Refusal::too_large(*limit),
            Some(_) => {
                let detail = "the request's body ended early";
                return Refusal::new(StatusCode::BAD_REQUEST, "bad-request", "bad request", detail);
            }
            None => cause = error.source(),
        }
    }
    let detail = "the worker was lost before it answered; the request may have run";
    Refusal::new(StatusCode::BAD_GATEWAY, "may-have-run", "bad gateway", detail)
}
