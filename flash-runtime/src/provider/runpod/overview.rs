//! What the local platform tells of its endpoints beyond the cloud's protocol: generations, workers and reasons.

use serde_json::Value;

use super::Runpod;
use crate::provider::{EndpointId, Health, WorkerId, Workers};

/// Starts of a worker that failed before waiting for the next one is pointless.
const STARTS: u64 = 3;

/// An endpoint as the local platform shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Seen {
    /// The platform's own number of what is wanted; it has nothing to do with a deployment's.
    wanted: Option<u64>,
    /// The number of what answers requests.
    serving: Option<u64>,
    /// In words, with the reason behind a colon.
    state: String,
    workers: Vec<SeenWorker>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct SeenWorker {
    id: String,
    generation: Option<u64>,
    state: String,
    restarts: u64,
    reason: Option<String>,
}

/// How far the newest generation is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Rollout {
    /// It is the one that answers, or there is none before it.
    Done,
    /// The one before it still answers.
    UnderWay(Health),
    /// It won't get well by waiting.
    Failed(String),
}

impl Seen {
    fn of(value: &Value) -> Self {
        let text = |value: &Value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        let workers = value["workers"].as_array().map(Vec::as_slice).unwrap_or_default();
        let worker = |worker: &Value| SeenWorker {
            id: text(&worker["id"]).unwrap_or_default(),
            generation: worker["generation"].as_u64(),
            state: text(&worker["state"]).unwrap_or_default(),
            restarts: worker["restarts"].as_u64().unwrap_or(0),
            reason: text(&worker["reason"]),
        };
        Self {
            wanted: value["generation"].as_u64(),
            serving: value["serving"].as_u64(),
            state: text(&value["state"]).unwrap_or_default(),
            workers: workers.iter().map(worker).collect(),
        }
    }

    /// Workers of the newest generation.
    fn newest(&self) -> impl Iterator<Item = &SeenWorker> {
        self.workers.iter().filter(|worker| worker.generation.is_none() || worker.generation == self.wanted)
    }

    /// Why it isn't as it should be, in the platform's words.
    fn reason(&self) -> Option<String> {
        let of_workers = self.newest().find_map(|worker| worker.reason.clone());
        of_workers.or_else(|| self.state.split_once(": ").map(|(_, reason)| reason.to_owned()))
    }

    pub(super) fn rollout(&self) -> Rollout {
        let reason = || self.reason().unwrap_or_else(|| "no worker of it ever got healthy".to_owned());
        if self.state.starts_with("failed") {
            return Rollout::Failed(reason());
        }
        let (mut any, mut hopeless) = (false, true);
        for worker in self.newest() {
            any = true;
            hopeless &= worker.restarts >= STARTS && !is_ready(&worker.state);
        }
        if any && hopeless {
            return Rollout::Failed(reason());
        }
        match (self.serving, self.wanted) {
            (Some(serving), Some(wanted)) if serving != wanted => {
                Rollout::UnderWay(self.reason().map_or(Health::Starting, Health::Failing))
            }
            _ => Rollout::Done,
        }
    }

    pub(super) fn counts(&self) -> Workers {
        let mut counts = Workers::default();
        for worker in &self.workers {
            match worker.state.as_str() {
                "idle" => (counts.idle, counts.ready) = (counts.idle + 1, counts.ready + 1),
                "running" => (counts.running, counts.ready) = (counts.running + 1, counts.ready + 1),
                "initializing" => counts.initializing += 1,
                "throttled" => counts.throttled += 1,
                "unhealthy" => counts.unhealthy += 1,
                _ => {}
            }
        }
        counts
    }

    pub(super) fn health(&self) -> Health {
        if let Rollout::Failed(reason) = self.rollout() {
            return Health::Failing(reason);
        }
        let counts = self.counts();
        match self.reason() {
            _ if counts.ready > 0 => Health::Ready,
            Some(reason) => Health::Failing(reason),
            None if self.workers.is_empty() && self.state.starts_with("asleep") => Health::Resting,
            None => Health::Starting,
        }
    }

    pub(super) fn worker_ids(&self) -> Vec<WorkerId> {
        self.workers.iter().map(|worker| WorkerId::new(&*worker.id)).collect()
    }
}

fn is_ready(state: &str) -> bool {
    matches!(state, "idle" | "running")
}

impl Runpod {
    /// What the local platform tells of an endpoint; `None` when it doesn't know it, or doesn't tell us.
    pub(super) async fn seen(&self, endpoint: &EndpointId) -> Option<Seen> {
        let overview = self.get(self.addresses.overview()).await.ok()?;
        let environments = items(&overview["apps"]).iter().flat_map(|app| items(&app["environments"]));
        let mut endpoints = environments.flat_map(|environment| items(&environment["endpoints"]));
        endpoints.find(|found| found["id"].as_str() == Some(endpoint.as_str())).map(Seen::of)
    }
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn seen(value: &Value) -> Seen {
        Seen::of(value)
    }

    #[test]
    fn a_rollout_is_done_when_the_wanted_one_serves() {
        let of = |value: Value| seen(&value).rollout();
        assert_eq!(
            of(json!({"generation": 3, "serving": 3, "state": "asleep", "workers": []})),
            Rollout::Done
        );
        assert_eq!(of(json!({"generation": 1, "serving": null, "state": "asleep"})), Rollout::Done);
        let starting = json!({"generation": 3, "serving": 2, "state": "starting", "workers": [
            {"id": "w1", "generation": 2, "state": "idle", "restarts": 9, "reason": "long ago"},
            {"id": "w2", "generation": 3, "state": "initializing", "restarts": 0}]});
        assert_eq!(of(starting), Rollout::UnderWay(Health::Starting));
        let failing = json!({"generation": 3, "serving": 2, "state": "starting", "workers": [
            {"id": "w2", "generation": 3, "state": "throttled", "restarts": 1, "reason": "exit status 1"}]});
        assert_eq!(of(failing), Rollout::UnderWay(Health::Failing("exit status 1".into())));
        let hopeless = json!({"generation": 1, "serving": 1, "state": "serving", "workers": [
            {"id": "w2", "generation": 1, "state": "throttled", "restarts": 3, "reason": "exit status 1"}]});
        assert_eq!(of(hopeless), Rollout::Failed("exit status 1".into()));
        let mended = json!({"generation": 1, "serving": 1, "state": "serving", "workers": [
            {"id": "w2", "generation": 1, "state": "idle", "restarts": 7, "reason": "exit status 1"}]});
        assert_eq!(of(mended), Rollout::Done);
        assert_eq!(of(json!({"state": "failed: no handler"})), Rollout::Failed("no handler".into()));
    }

    #[test]
    fn health_is_told_by_what_runs() {
        let of = |value: Value| seen(&value).health();
        assert_eq!(of(json!({"state": "asleep", "workers": []})), Health::Resting);
        assert_eq!(
            of(json!({"state": "asleep: no active build", "workers": []})),
            Health::Failing("no active build".into())
        );
        let ready = json!({"state": "serving: w0 ended", "workers": [{"id": "w", "state": "running"}, {"state": "idle"}]});
        assert_eq!(of(ready.clone()), Health::Ready);
        assert_eq!(seen(&ready).counts(), Workers { ready: 2, idle: 1, running: 1, ..Workers::default() });
        assert_eq!(of(json!({"state": "serving", "workers": [{"state": "initializing"}]})), Health::Starting);
    }
}
