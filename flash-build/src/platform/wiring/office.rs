//! What `cargo flash platform` shows: rows and what hosting observes, side by side.

use std::sync::Arc;

use serde_json::{Value, json};

use super::Outside;
use super::logs::Logbook;
use crate::platform::behind::{Office, ServiceError};
use crate::platform::caller::{Caller, Later};
use crate::platform::graphql::{ControlPlane, Schema};
use crate::platform::hosting::{EndpointStatus, GenerationPhase, Hosting};
use crate::platform::store::{Endpoint, EndpointType, Store};

/// Answers the command.
pub(super) struct Desk {
    pub(super) store: Store,
    pub(super) hosting: Arc<Hosting>,
    pub(super) logs: Arc<Logbook>,
    pub(super) schema: Schema,
    pub(super) outside: Outside,
}

impl Desk {
    async fn overview(&self, caller: &Caller) -> Result<Value, ServiceError> {
        let mut endpoints = self.store.endpoints(&caller.user).await.map_err(super::failed)?;
        let mut apps = Vec::new();
        for app in self.store.apps(&caller.user).await.map_err(super::failed)? {
            let mut environments = Vec::new();
            for environment in self.store.environments(&app.id).await.map_err(super::failed)? {
                let (own, others): (Vec<_>, Vec<_>) = endpoints
                    .into_iter()
                    .partition(|endpoint| endpoint.environment.as_ref() == Some(&environment.id));
                endpoints = others;
                environments.push(json!({
                    "id": environment.id,
                    "name": environment.name,
                    "state": environment.state.as_str(),
                    "activeBuildId": environment.active_build,
                    "endpoints": own.iter().map(|endpoint| self.endpoint(endpoint)).collect::<Vec<_>>(),
                }));
            }
            apps.push(json!({ "id": app.id, "name": app.name, "environments": environments }));
        }
        let others: Vec<Value> = endpoints.iter().map(|endpoint| self.endpoint(endpoint)).collect();
        Ok(json!({ "apps": apps, "endpoints": others, "memory": { "platform": own_memory() } }))
    }

    fn endpoint(&self, row: &Endpoint) -> Value {
        let seen = self.hosting.observe(&row.id);
        let mut workers = Vec::new();
        for generation in seen.iter().flat_map(|seen| &seen.generations) {
            for worker in &generation.workers {
                let mut worker = serde_json::to_value(worker).unwrap_or_default();
                worker["generation"] = generation.generation.into();
                workers.push(worker);
            }
        }
        json!({
            "id": row.id,
            "name": row.name,
            "kind": match row.settings.kind { EndpointType::Qb => "QB", EndpointType::Lb => "LB" },
            "url": format!("http://{}/endpoints/{}", self.outside.address, row.id),
            "workersMin": row.settings.workers_min,
            "workersMax": row.settings.workers_max,
            "generation": row.generation,
            "serving": seen.as_ref().and_then(|seen| seen.serving),
            "state": seen.as_ref().map_or_else(|| "not hosted".to_owned(), state),
            "jobs": seen.as_ref().map(|seen| seen.jobs),
            "workers": workers,
        })
    }
}

impl Office for Desk {
    fn status<'a>(&'a self, caller: &'a Caller) -> Later<'a, Result<Value, ServiceError>> {
        Box::pin(self.overview(caller))
    }

    fn logs<'a>(
        &'a self,
        caller: &'a Caller,
        endpoint: Option<String>,
        from: Option<String>,
    ) -> Later<'a, Result<Value, ServiceError>> {
        Box::pin(async move { self.logs.page(caller, endpoint.as_deref(), from.as_deref()).await })
    }

    fn decide<'a>(
        &'a self,
        caller: &'a Caller,
        request: String,
        approve: bool,
    ) -> Later<'a, Result<(), ServiceError>> {
        Box::pin(async move {
            if !approve {
                return self.store.deny_auth_request(&request).await.map_err(super::failed);
            }
            self.store.approve_auth_request(&request, &caller.user).await.map_err(super::failed)?;
            // The new key may call the account's endpoints, too.
            match self.schema.data::<ControlPlane>() {
                Some(control) => control.desired.refresh_account(&caller.user).await.map_err(super::failed),
                None => Ok(()),
            }
        })
    }
}

/// An endpoint's state in a few words: what its newest generation does, and why it doesn't serve.
fn state(seen: &EndpointStatus) -> String {
    let Some(newest) = seen.generations.last() else { return "asleep".to_owned() };
    let word = match newest.phase {
        GenerationPhase::Starting => "starting",
        GenerationPhase::Serving if newest.workers.is_empty() => "asleep",
        GenerationPhase::Serving => "serving",
        GenerationPhase::Draining => "draining",
        GenerationPhase::Failed => "failed",
    };
    match &newest.reason {
        Some(reason) => format!("{word}: {reason}"),
        None => word.to_owned(),
    }
}

/// Resident memory of this process, in bytes.
fn own_memory() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}
