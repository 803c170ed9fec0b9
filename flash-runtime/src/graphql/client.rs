//! Sending documents.

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use reqwest::{Response, StatusCode, Url};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::{Failure, Problem, Retry, http};
use crate::secret::Secret;

/// Answers are manifests at most, and those have a limit of their own.
const MAX_ANSWER_BYTES: usize = crate::manifest::MAX_MANIFEST_BYTES + (1 << 20);

/// A service at one URL, spoken to with one key.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    url: Url,
    key: Option<Secret>,
    retry: Retry,
    /// For one try.
    request_timeout: Duration,
    /// For all tries with their pauses.
    deadline: Duration,
}

impl Client {
    /// A client of the service at this URL.
    pub(crate) fn new(http: reqwest::Client, url: Url, key: Option<Secret>) -> Self {
        let (request_timeout, deadline) = (Duration::from_secs(30), Duration::from_secs(120));
        Self { http, url, key, retry: Retry::CONTROL_PLANE, request_timeout, deadline }
    }

    /// With this patience.
    pub(crate) fn patient(mut self, retry: Retry, request_timeout: Duration, deadline: Duration) -> Self {
        (self.retry, self.request_timeout, self.deadline) = (retry, request_timeout, deadline);
        self
    }

    /// `data` of a query. It is sent again when the network, the service or its messages say that it may help.
    pub(crate) async fn query(&self, document: &str, variables: &Value) -> Result<Value, Failure> {
        self.exchange(document, variables, Failure::is_passing).await
    }

    /// `data` of a mutation. It is sent once, unless no connection came about: then nothing was carried out.
    pub(crate) async fn mutation(&self, document: &str, variables: &Value) -> Result<Value, Failure> {
        self.exchange(document, variables, |failure| matches!(failure, Failure::NotSent(_))).await
    }

    async fn exchange(
        &self,
        document: &str,
        variables: &Value,
        again: impl Fn(&Failure) -> bool,
    ) -> Result<Value, Failure> {
        let end = Instant::now() + self.deadline;
        let mut failed = 0;
        loop {
            let failure = match self.send(document, variables, end).await {
                Err(failure) if again(&failure) => failure,
                settled => return settled,
            };
            failed += 1;
            let pause = self.retry.pause(failed);
            if failed >= self.retry.tries || Instant::now() + pause >= end {
                return Err(failure.after(failed));
            }
            tokio::time::sleep(pause).await;
        }
    }

    async fn send(&self, document: &str, variables: &Value, end: Instant) -> Result<Value, Failure> {
        let body = json!({ "query": document, "variables": variables }).to_string();
        let left = end.saturating_duration_since(Instant::now());
        let mut request = self
            .http
            .post(self.url.clone())
            .timeout(self.request_timeout.min(left))
            .header(CONTENT_TYPE, "application/json")
            .body(body);
        if let Some(key) = &self.key {
            request = request.header(AUTHORIZATION, http::bearer(key).map_err(Failure::Unauthorized)?);
        }
        match request.send().await {
            Ok(response) => read(response).await,
            Err(error) => Err(unanswered(&self.url, &error)),
        }
    }
}

fn unanswered(url: &Url, error: &reqwest::Error) -> Failure {
    let host = http::host(url);
    if error.is_connect() {
        Failure::NotSent(format!("{host} can't be reached: {}", http::causes(error)))
    } else if error.is_timeout() {
        Failure::Lost(format!("{host} gave no answer in time"))
    } else {
        Failure::Lost(format!("the connection to {host} was lost: {}", http::causes(error)))
    }
}

async fn read(response: Response) -> Result<Value, Failure> {
    let (status, host) = (response.status(), http::host(response.url()));
    let lost = |error: String| Failure::Lost(format!("the answer of {host} was lost: {error}"));
    let bytes = http::body(response, MAX_ANSWER_BYTES).await.map_err(lost)?;
    let document: Option<Value> = serde_json::from_slice(&bytes).ok();
    let errors = document.as_ref().and_then(|document| document.get("errors"));
    let problems = errors.map(Problem::all).filter(|problems| !problems.is_empty());
    let said = match &problems {
        Some(problems) => Failure::Refused(problems.clone()).to_string(),
        None => http::excerpt(&bytes),
    };
    if matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
        return Err(Failure::Unauthorized(format!("{host} doesn't accept the key: {said}")));
    }
    if status == StatusCode::TOO_MANY_REQUESTS {
        return Err(Failure::Unavailable(format!("{host} has too many requests: {said}")));
    }
    if status.is_server_error() {
        return Err(Failure::Lost(format!("{host} answered {status}: {said}")));
    }
    if let Some(problems) = problems {
        return Err(match problems.iter().all(Problem::is_unauthorized) {
            true => Failure::Unauthorized(format!("{host} doesn't accept the key: {said}")),
            false => Failure::Refused(problems),
        });
    }
    match document.and_then(|mut document| document.get_mut("data").map(Value::take)) {
        Some(data) if status.is_success() && data.is_object() => Ok(data),
        _ => Err(Failure::Protocol(format!(
            "{host} answered {status} with something else than GraphQL: {said}"
        ))),
    }
}
