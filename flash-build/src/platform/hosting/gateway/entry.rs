//! The ways in: an endpoint's own URL, and the queue-based data plane.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use hyper::body::{Body as _, Incoming};
use serde_json::json;

use super::super::endpoint::Endpoint;
use super::super::hosting::Hosting;
use super::super::spec::Kind;
use super::body::Body;
use super::door::{Shown, shown};
use super::passage::Passage;
use super::refusal::Refusal;
use crate::platform::ids::EndpointId;

/// Operations on jobs, which no worker takes over HTTP.
const JOB_OPERATIONS: &[&str] =
    &["run", "runsync", "status", "status-sync", "stream", "cancel", "retry", "purge-queue", "requests"];

impl Hosting {
    /// Answers a request for an endpoint's own URL. `path` is what follows the endpoint in it, with its slash; the
    /// query is the request's.
    pub async fn handle(&self, id: EndpointId, path: &str, request: Request<Incoming>) -> Response<Body> {
        let body = has_body(&request);
        let result = match self.endpoint(&id) {
            Some(endpoint) => enter(endpoint, path, request).await,
            None => Err(Refusal::unknown_endpoint()),
        };
        result.unwrap_or_else(|refusal| refused(refusal, body))
    }

    /// Answers a request for the queue-based data plane, `/v2/{id}{path}`.
    pub async fn data_plane(&self, id: EndpointId, path: &str, request: Request<Incoming>) -> Response<Body> {
        let body = has_body(&request);
        let result = match self.endpoint(&id) {
            Some(endpoint) => operation(endpoint, path, request).await,
            None => Err(Refusal::unknown_endpoint()),
        };
        result.unwrap_or_else(|refusal| refused(refusal, body))
    }
}

fn has_body(request: &Request<Incoming>) -> bool {
    !request.body().is_end_stream()
}

/// A connection whose request was not read to its end is closed behind the answer, and the caller must know before it sends
/// the next request into it.
fn refused(refusal: Refusal, body: bool) -> Response<Body> {
    let mut response = refusal.into_response();
    if body {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

async fn enter(
    endpoint: Arc<Endpoint>,
    path: &str,
    request: Request<Incoming>,
) -> Result<Response<Body>, Refusal> {
    let spec = endpoint.gate();
    let shown = shown(request.headers(), &spec);
    let is_ping = path == "/ping" && matches!(*request.method(), Method::GET | Method::HEAD);
    if shown == Shown::Nothing {
        if is_ping {
            // Anybody may ask, and so nobody wakes a worker by asking.
            return Ok(health_of(&endpoint));
        }
        if !spec.public {
            return Err(Refusal::unauthorized());
        }
    }
    Passage { endpoint, spec, shown }.pass(path, request).await
}

/// What the edge knows of an endpoint's health, in the words of `/ping`.
fn health_of(endpoint: &Endpoint) -> Response<Body> {
    let workers = endpoint.observe().workers;
    let (status, text) = if workers.ready > 0 {
        (StatusCode::OK, r#"{"status":"healthy"}"#)
    } else if workers.throttled + workers.unhealthy > 0 {
        (StatusCode::SERVICE_UNAVAILABLE, r#"{"status":"unhealthy"}"#)
    } else {
        // Also scaled to zero: the first request starts a worker.
        (StatusCode::NO_CONTENT, "")
    };
    let mut response = Response::new(Body::from(Bytes::from_static(text.as_bytes())));
    *response.status_mut() = status;
    if !text.is_empty() {
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    response
}

async fn operation(
    endpoint: Arc<Endpoint>,
    path: &str,
    request: Request<Incoming>,
) -> Result<Response<Body>, Refusal> {
    let spec = endpoint.gate();
    let shown = shown(request.headers(), &spec);
    if shown == Shown::Nothing {
        return Err(Refusal::unauthorized());
    }
    if spec.kind == Kind::LoadBalanced {
        let detail = "the endpoint is load-balanced; call it at its own URL";
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "bad-request", "not allowed for QB API", detail));
    }
    let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    match first {
        "health" if *request.method() == Method::GET => {
            let status = endpoint.observe();
            Ok(document(&json!({ "jobs": status.jobs, "workers": status.workers })))
        }
        "metrics" if *request.method() == Method::GET => {
            let status = endpoint.observe();
            let ready: Vec<_> = status
                .generations
                .iter()
                .flat_map(|generation| &generation.workers)
                .filter(|worker| worker.state.is_ready())
                .map(|worker| worker.id.as_str())
                .collect();
            Ok(document(&json!({ "workers": status.workers, "readyWorkers": ready })))
        }
        "execute" => Passage { endpoint, spec, shown }.pass(path, request).await,
        operation if JOB_OPERATIONS.contains(&operation) => Err(Refusal::new(
            StatusCode::NOT_IMPLEMENTED,
            "rejected",
            "jobs are not supported yet",
            "this platform runs no jobs yet; call functions with `POST /execute/{function}`",
        )),
        _ => Err(Refusal::new(StatusCode::NOT_FOUND, "not-found", "not found", "there is no such operation")),
    }
}

fn document(value: &serde_json::Value) -> Response<Body> {
    let mut response = Response::new(Body::from(Bytes::from(value.to_string())));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
