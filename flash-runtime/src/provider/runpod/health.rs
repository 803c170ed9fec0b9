//! Whether an endpoint answers.

use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::AUTHORIZATION;
use serde_json::Value;
use tokio::time::Instant;

use super::Runpod;
use super::endpoint::Endpoint;
use super::overview::Rollout;
use super::platform::Platform;
use crate::graphql::http;
use crate::provider::{
    Deployment, EndpointId, Health, Progress, ProviderError, Watch, WorkerId, WorkerLog, Workers,
};

/// For one question; a platform holds it while a worker starts.
const QUESTION: Duration = Duration::from_secs(10);

const MAX_ANSWER_BYTES: usize = 4 << 20;

/// Lines of a worker that go into the reason why it doesn't get well.
const LAST_LINES: usize = 5;

impl Runpod {
    /// Comes back when the endpoint answers, or rests where nobody can ask it without giving it work. A question that
    /// fails is asked again until the time is up.
    pub(super) async fn until_well(
        &self,
        platform: &Platform,
        endpoint: &Endpoint,
        url: &str,
        deployment: &Deployment,
        watch: &Watch<'_>,
    ) -> Result<Health, ProviderError> {
        if endpoint.workers_max == 0 {
            return Ok(Health::Resting);
        }
        let end = Instant::now() + self.patience.ready;
        let mut told = None;
        let mut pause = self.patience.poll;
        loop {
            let seen = if platform.is_local() { self.seen(&endpoint.id).await } else { None };
            let health = match seen.map(|seen| seen.rollout()) {
                Some(Rollout::Failed(reason)) => {
                    let reason = self.reason(&endpoint.id, &Health::Failing(reason)).await;
                    return Err(ProviderError::Unhealthy { endpoint: endpoint.id.clone(), reason });
                }
                Some(Rollout::UnderWay(health)) => health,
                _ if platform.has_ingress(endpoint) => {
                    self.ping(url, &deployment.archive.program.code_digest, end).await?
                }
                _ => match self.workers(&endpoint.id).await {
                    Ok(workers) => by_workers(endpoint, workers),
                    Err(reason) => Health::Failing(reason),
                },
            };
            if matches!(health, Health::Ready | Health::Resting) {
                return Ok(health);
            }
            if told.as_ref() != Some(&health) {
                watch(Progress::Waiting { endpoint: endpoint.id.clone(), health: health.clone() });
                told = Some(health.clone());
            }
            if Instant::now() + pause >= end {
                let reason = self.reason(&endpoint.id, &health).await;
                return Err(ProviderError::Unhealthy { endpoint: endpoint.id.clone(), reason });
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 3 / 2).min(self.patience.poll * 20);
        }
    }

    /// One question. Only a refused key is final.
    async fn ping(&self, url: &str, code: &str, end: Instant) -> Result<Health, ProviderError> {
        let key = http::bearer(&self.key).map_err(|reason| ProviderError::Unauthorized { reason })?;
        let left = end.saturating_duration_since(Instant::now()).max(Duration::from_millis(50));
        let request = self
            .http
            .get(format!("{}/ping", url.trim_end_matches('/')))
            .timeout(QUESTION.min(left))
            .header(AUTHORIZATION, key)
            // Where two generations run behind one URL, it is the new one's answer that counts.
            .header("flash-build", code);
        let response = match request.send().await {
            Ok(response) => response,
            Err(error) if error.is_timeout() => return Ok(Health::Starting),
            Err(error) => return Ok(Health::Failing(http::causes(&error))),
        };
        let status = response.status();
        let said = http::body(response, MAX_ANSWER_BYTES)
            .await
            .map_or_else(|error| error, |bytes| reason_in(&bytes));
        match status {
            StatusCode::OK => Ok(Health::Ready),
            StatusCode::NO_CONTENT => Ok(Health::Starting),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(ProviderError::Unauthorized {
                reason: format!("the endpoint doesn't accept the key: {said}"),
            }),
            status => Ok(Health::Failing(format!("{status}: {said}"))),
        }
    }

    /// The platform's count of an endpoint's workers.
    pub(super) async fn workers(&self, endpoint: &EndpointId) -> Result<Workers, String> {
        let answer = self.get(self.addresses.queue(endpoint.as_str(), &["health"])).await?;
        let counts = &answer["workers"];
        if !counts.is_object() {
            return Err("its health has no `workers`".to_owned());
        }
        let count =
            |name: &str| counts[name].as_u64().and_then(|count| u32::try_from(count).ok()).unwrap_or(0);
        Ok(Workers {
            ready: count("ready"),
            idle: count("idle"),
            running: count("running"),
            initializing: count("initializing"),
            throttled: count("throttled"),
            unhealthy: count("unhealthy"),
        })
    }

    /// The last lines of those workers whose ids the platform tells.
    pub(super) async fn last_lines(&self, endpoint: &EndpointId) -> Result<Vec<WorkerLog>, ProviderError> {
        let Some(found) = self.endpoint(endpoint).await? else {
            return Err(ProviderError::NotFound { what: format!("endpoint {endpoint}") });
        };
        let ids = if self.platform().await?.is_local() {
            self.seen(endpoint).await.map(|seen| seen.worker_ids()).unwrap_or_default()
        } else if found.queue_based {
            let metrics = self.get(self.addresses.queue(endpoint.as_str(), &["metrics"])).await;
            let metrics = metrics.map_err(|reason| ProviderError::Unavailable { reason })?;
            items(&metrics["readyWorkers"]).iter().filter_map(Value::as_str).map(WorkerId::new).collect()
        } else {
            // The cloud names the workers of queue-based endpoints only.
            Vec::new()
        };
        let mut logs = Vec::new();
        for id in ids {
            // A worker that has gone since has no lines any more.
            let Ok(answer) = self.get(self.addresses.logs(id.as_str())).await else { continue };
            let lines = ["system", "container"].into_iter().flat_map(|source| {
                items(&answer[source]).iter().filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>()
            });
            logs.push(WorkerLog { worker: id, lines: lines.collect() });
        }
        Ok(logs)
    }

    /// Why an endpoint doesn't get well: what it said last, and the last lines of its workers.
    async fn reason(&self, endpoint: &EndpointId, health: &Health) -> String {
        let mut reason = match health {
            Health::Failing(reason) => reason.clone(),
            other => format!("still {other} after {:?}", self.patience.ready),
        };
        for log in self.last_lines(endpoint).await.unwrap_or_default() {
            let from = log.lines.len().saturating_sub(LAST_LINES);
            for line in &log.lines[from..] {
                reason.push_str("; ");
                reason.push_str(line.trim());
            }
        }
        reason
    }

    /// A document of the data plane.
    pub(super) async fn get(&self, url: reqwest::Url) -> Result<Value, String> {
        let key = http::bearer(&self.key)?;
        let sent = self.http.get(url).timeout(QUESTION).header(AUTHORIZATION, key).send().await;
        let response = sent.map_err(|error| http::causes(&error))?;
        let status = response.status();
        let bytes = http::body(response, MAX_ANSWER_BYTES).await?;
        match status.is_success() {
            true => serde_json::from_slice(&bytes).map_err(|_| format!("no JSON: {}", http::excerpt(&bytes))),
            false => Err(format!("{status}: {}", reason_in(&bytes))),
        }
    }

    /// How an endpoint is, without waking a worker.
    pub(super) async fn health(&self, platform: &Platform, endpoint: &Endpoint) -> (Health, Option<Workers>) {
        if platform.is_local()
            && let Some(seen) = self.seen(&endpoint.id).await
        {
            return (seen.health(), Some(seen.counts()));
        }
        if !endpoint.queue_based {
            // Asked over the queue the cloud refuses; asked at its own URL a worker may be woken.
            return (if endpoint.workers_max == 0 { Health::Resting } else { Health::Unknown }, None);
        }
        match self.workers(&endpoint.id).await {
            Ok(workers) => (by_workers(endpoint, workers), Some(workers)),
            Err(reason) => (Health::Failing(reason), None),
        }
    }
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn by_workers(endpoint: &Endpoint, workers: Workers) -> Health {
    if workers.ready + workers.idle + workers.running > 0 {
        Health::Ready
    } else if workers.unhealthy > 0 {
        Health::Failing(format!("{} of its workers failed", workers.unhealthy))
    } else if workers.initializing + workers.throttled == 0 && endpoint.workers_min == 0 {
        Health::Resting
    } else {
        Health::Starting
    }
}

/// What an error document says in words, else how it begins.
fn reason_in(bytes: &[u8]) -> String {
    let document: Option<Value> = serde_json::from_slice(bytes).ok();
    let said = document.as_ref().and_then(|document| {
        ["detail", "error", "message", "title"].into_iter().find_map(|field| document[field].as_str())
    });
    said.map_or_else(|| http::excerpt(bytes), |text| http::excerpt(text.as_bytes()))
}
