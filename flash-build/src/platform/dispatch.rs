//! Which path leads where, and what a request must bring to get there.

use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use hyper::body::Incoming;

use super::answer::{Answer, json_text, read, refusal};
use super::artifacts;
use super::behind::Services;
use super::caller::Caller;
use super::doors::{self, Names, Place, Refusal, bearer, wants_json};
use super::ids::EndpointId;
use super::rest;

/// Largest document of the control plane. Manifests are the largest; one of 10,000 functions has 6 MB.
const MAX_DOCUMENT: usize = 32 * 1024 * 1024;
/// Without a key there is the login only, which is short.
const MAX_STRANGER: usize = 16 * 1024;
/// Longest pause inside a body.
pub(super) const PAUSE: Duration = Duration::from_secs(10);

/// The doors, and what stands behind them.
pub struct Front {
    names: Names,
    services: Services,
}

impl Front {
    /// Lets requests for these names in.
    #[must_use]
    pub const fn new(names: Names, services: Services) -> Self {
        Self { names, services }
    }

    /// Answers a request.
    pub async fn answer(&self, request: Request<Incoming>) -> Answer {
        match self.route(request).await {
            Ok(answer) => answer,
            Err(refusal) => refusal.answer(),
        }
    }

    async fn route(&self, request: Request<Incoming>) -> Result<Answer, Refusal> {
        doors::refuse_browsers(request.headers())?;
        if let Place::Endpoint(id) = self.names.place(request.uri(), request.headers())? {
            let path = request.uri().path().to_owned();
            return Ok(self.services.gateway.endpoint(id, path, request).await);
        }
        let path = request.uri().path();
        if let Some(rest) = path.strip_prefix("/endpoints/") {
            let (id, path) = endpoint(rest)?;
            return Ok(self.services.gateway.endpoint(id, path, request).await);
        }
        if let Some(rest) = path.strip_prefix("/v2/") {
            let (id, path) = endpoint(rest)?;
            return Ok(self.services.gateway.queue(id, path, request).await);
        }
        if let Some(object) = path.strip_prefix("/artifacts/") {
            let object = object.to_owned();
            return Ok(artifacts::answer(&self.services.artifacts, &object, request).await);
        }
        if path == "/healthz" {
            return only(&request, &Method::GET, || json_text(StatusCode::OK, r#"{"status":"healthy"}"#));
        }
        if let Some(page) = path.strip_prefix("/console/") {
            return only(&request, &Method::GET, || rest::console(page, request.uri().query()));
        }
        if path == "/graphql" {
            return self.graphql(request).await;
        }
        let area = path.split('/').nth(1).unwrap_or_default();
        if !matches!(area, "rest" | "hapi" | "platform") {
            return Ok(refusal(StatusCode::NOT_FOUND, "there is nothing here"));
        }
        let caller = self.caller(&request).await?.ok_or_else(Refusal::unknown_key)?;
        if !caller.is_account() {
            let text = "a worker's key may call endpoints and the State Manager only";
            return Err(Refusal::new(StatusCode::FORBIDDEN, text));
        }
        let (parts, body) = request.into_parts();
        let body = if matches!(parts.method, Method::GET | Method::HEAD | Method::DELETE) {
            Bytes::new()
        } else {
            wants_json(&parts.headers)?;
            document(body, MAX_DOCUMENT).await?
        };
        let ask = rest::Ask {
            method: &parts.method,
            path: parts.uri.path(),
            query: parts.uri.query().unwrap_or_default(),
            body: &body,
            caller: &caller,
        };
        Ok(rest::answer(&self.services, &ask).await)
    }

    async fn graphql(&self, request: Request<Incoming>) -> Result<Answer, Refusal> {
        if request.method() != Method::POST {
            return Err(Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "GraphQL takes POST only"));
        }
        wants_json(request.headers())?;
        let caller = self.caller(&request).await?;
        let most = if caller.is_some() { MAX_DOCUMENT } else { MAX_STRANGER };
        let body = document(request.into_body(), most).await?;
        let (status, text) = self.services.control.execute(caller, body).await;
        Ok(json_text(status, text))
    }

    /// Who asks; none without a key, and a refusal for a key that nobody has.
    async fn caller(&self, request: &Request<Incoming>) -> Result<Option<Caller>, Refusal> {
        match bearer(request.headers())? {
            None => Ok(None),
            Some(key) => match self.services.keys.caller(key).await {
                Some(caller) => Ok(Some(caller)),
                None => Err(Refusal::unknown_key()),
            },
        }
    }
}

async fn document(body: Incoming, most: usize) -> Result<Bytes, Refusal> {
    read(body, most, PAUSE).await.map_err(|error| Refusal::new(error.status(), error.to_string()))
}

/// `ab12/path` as the endpoint and `/path`.
fn endpoint(rest: &str) -> Result<(EndpointId, String), Refusal> {
    let (id, path) = rest.find('/').map_or((rest, "/"), |slash| rest.split_at(slash));
    if doors::is_id(id) {
        Ok((id.into(), path.to_owned()))
    } else {
        Err(Refusal::new(StatusCode::NOT_FOUND, "no endpoint has such an id"))
    }
}

fn only(
    request: &Request<Incoming>,
    method: &Method,
    answer: impl FnOnce() -> Answer,
) -> Result<Answer, Refusal> {
    if request.method() == method {
        Ok(answer())
    } else {
        Err(Refusal::new(StatusCode::METHOD_NOT_ALLOWED, format!("only {method} is possible here")))
    }
}
