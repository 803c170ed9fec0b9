//! The State Manager over GraphQL.

use std::sync::OnceLock;
use std::time::Duration;

use reqwest::Url;
use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::{Answer, Edit, Loaded, Revision, StateError, StateManager, document};
use crate::graphql::{Client, Failure, Problem, Retry, http};
use crate::manifest::Manifest;
use crate::provider::{BuildId, EnvironmentId, SecretText};

/// How long to wait, and how often to try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Tries of a query, and of a write that lost its answer.
    pub tries: u32,
    /// Pause before the second try; it doubles, up to 15 s, with jitter.
    pub first_pause: Duration,
    /// For one request.
    pub request: Duration,
    /// For a request with all its tries.
    pub deadline: Duration,
    /// How often an edit begins anew because somebody else was first.
    pub conflicts: u32,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            tries: 3,
            first_pause: Duration::from_secs(1),
            request: Duration::from_secs(10),
            deadline: Duration::from_secs(45),
            conflicts: 50,
        }
    }
}

/// A State Manager that is spoken to over GraphQL: the local platform's, with revisions, or Runpod's, without.
///
/// ```
/// use flash::provider::SecretText;
/// use flash::state::GraphqlStateManager;
///
/// let state = GraphqlStateManager::new("http://127.0.0.1:8787/graphql", SecretText::new("key"))?;
/// # Ok::<(), flash::state::StateError>(())
/// ```
#[derive(Debug)]
pub struct GraphqlStateManager {
    client: Client,
    patience: Patience,
    /// Whether the service counts revisions; found out with the first request.
    counts: OnceLock<bool>,
    /// Edits of this process take turns. Without revisions nothing else keeps them apart, with revisions it saves
    /// them from conflicts among themselves.
    turn: Mutex<()>,
}

impl GraphqlStateManager {
    /// The service at this URL, spoken to with this key.
    ///
    /// # Errors
    /// [`StateError::Protocol`] when it is no URL, or no HTTP client can be set up.
    pub fn new(url: &str, key: SecretText) -> Result<Self, StateError> {
        let protocol = |reason: String| StateError::Protocol { reason };
        let parsed = Url::parse(url).map_err(|error| protocol(format!("its address is no URL: {error}")))?;
        let http = http::client(&parsed).map_err(protocol)?;
        let client = Client::new(http, parsed, Some(key.into_inner()));
        let state =
            Self { client, patience: Patience::default(), counts: OnceLock::new(), turn: Mutex::new(()) };
        Ok(state.patient(Patience::default()))
    }

    /// With this patience.
    #[must_use]
    pub fn patient(mut self, patience: Patience) -> Self {
        let retry =
            Retry { tries: patience.tries, first_pause: patience.first_pause, ..Retry::CONTROL_PLANE };
        self.client = self.client.patient(retry, patience.request, patience.deadline);
        self.patience = patience;
        self
    }

    /// A query with `revision` where the service knows it, else without.
    async fn ask(&self, with: &str, without: &str, variables: &Value) -> Result<Value, Failure> {
        if self.counts.get() != Some(&false) {
            match self.client.query(with, variables).await {
                Err(Failure::Refused(problems))
                    if problems.iter().any(|p| p.is_unknown_field("revision")) =>
                {
                    let _ = self.counts.set(false);
                }
                settled => return settled,
            }
        }
        self.client.query(without, variables).await
    }

    async fn read(&self, environment: &EnvironmentId) -> Result<Loaded, StateError> {
        let variables = json!({ "flashEnvironmentId": environment });
        let what = || format!("environment {environment}");
        let data = self.ask(document::GET_ENVIRONMENT, document::GET_ENVIRONMENT_PLAIN, &variables).await;
        let data = data.map_err(|failure| of(failure, what()))?;
        let found = &data["flashEnvironment"];
        if found.is_null() {
            return Err(StateError::NotFound { what: what() });
        }
        let Some(build) = found["activeBuildId"].as_str().filter(|id| !id.is_empty()).map(BuildId::new)
        else {
            return Ok(Loaded { active_build: None, manifest: None, revision: revision(found) });
        };
        let what = || format!("build {build}");
        let data = self.ask(document::GET_BUILD, document::GET_BUILD_PLAIN, &json!({ "input": build })).await;
        let data = data.map_err(|failure| of(failure, what()))?;
        let found = &data["flashBuild"];
        if found.is_null() {
            return Err(StateError::NotFound { what: what() });
        }
        // The build's revision, not the environment's: it is of the manifest that came with it.
        let (manifest, revision) = (parse(&found["manifest"])?, revision(found));
        Ok(Loaded { active_build: Some(build), manifest, revision })
    }

    async fn write(
        &self,
        environment: &EnvironmentId,
        based_on: &Loaded,
        manifest: &Manifest,
    ) -> Result<Revision, StateError> {
        let Some(build) = &based_on.active_build else {
            return Err(StateError::NotFound {
                what: format!("an active build of environment {environment}"),
            });
        };
        let document: Value = serde_json::from_str(&manifest.to_json()).map_err(|error| {
            StateError::Protocol { reason: format!("the manifest can't be written: {error}") }
        })?;
        let mut input = json!({ "flashBuildId": build, "manifest": document });
        let text = match based_on.revision {
            Revision::At(revision) => {
                input["expectedRevision"] = revision.into();
                document::UPDATE
            }
            Revision::Unguarded => document::UPDATE_PLAIN,
        };
        match self.client.mutation(text, &json!({ "input": input })).await {
            Ok(data) if data["updateFlashBuildManifest"].is_object() => {
                Ok(revision(&data["updateFlashBuildManifest"]))
            }
            Ok(_) => {
                Err(StateError::Protocol { reason: "an answer without `updateFlashBuildManifest`".into() })
            }
            // It may have been written. What is there now tells, and when it is what we sent, it is all the same who
            // sent it.
            Err(Failure::Lost(reason)) => match self.read(environment).await {
                Ok(now)
                    if now.active_build.as_ref() == Some(build)
                        && now.manifest.as_ref() == Some(manifest) =>
                {
                    Ok(now.revision)
                }
                _ => Err(StateError::Unavailable { reason }),
            },
            Err(failure) => Err(of(failure, format!("build {build}"))),
        }
    }

    async fn edited(&self, environment: &EnvironmentId, edit: &Edit<'_>) -> Result<Revision, StateError> {
        let _mine = self.turn.lock().await;
        let mut conflicts = 0;
        loop {
            let loaded = self.read(environment).await?;
            let Some(before) = &loaded.manifest else {
                return Err(StateError::NotFound {
                    what: format!("an active build of environment {environment}"),
                });
            };
            let mut manifest = before.clone();
            edit(&mut manifest)?;
            if manifest == *before {
                return Ok(loaded.revision);
            }
            match self.write(environment, &loaded, &manifest).await {
                Err(StateError::Conflict { .. }) if conflicts < self.patience.conflicts => conflicts += 1,
                settled => return settled,
            }
            // Whoever lost waits a moment of its own, or the same ones would meet again.
            let pause = Retry {
                tries: 0,
                first_pause: Duration::from_millis(2),
                longest_pause: Duration::from_millis(100),
            };
            tokio::time::sleep(pause.pause(conflicts)).await;
        }
    }
}

impl StateManager for GraphqlStateManager {
    fn load<'a>(&'a self, environment: &'a EnvironmentId) -> Answer<'a, Loaded> {
        Box::pin(self.read(environment))
    }

    fn replace<'a>(
        &'a self,
        environment: &'a EnvironmentId,
        based_on: &'a Loaded,
        manifest: &'a Manifest,
    ) -> Answer<'a, Revision> {
        Box::pin(async move {
            let _mine = self.turn.lock().await;
            if !based_on.revision.is_guarded() {
                // All that can be done here: to see whether somebody wrote since.
                let now = self.read(environment).await?;
                if now.active_build != based_on.active_build || now.manifest != based_on.manifest {
                    return Err(StateError::Conflict { reason: "it is not what was loaded any more".into() });
                }
            }
            self.write(environment, based_on, manifest).await
        })
    }

    fn edit<'a>(&'a self, environment: &'a EnvironmentId, edit: &'a Edit<'a>) -> Answer<'a, Revision> {
        Box::pin(self.edited(environment, edit))
    }
}

fn revision(object: &Value) -> Revision {
    object["revision"].as_u64().map_or(Revision::Unguarded, Revision::At)
}

fn parse(value: &Value) -> Result<Option<Manifest>, StateError> {
    if value.is_null() {
        return Ok(None);
    }
    let parsed = Manifest::parse(value.to_string().as_bytes());
    parsed.map(Some).map_err(|error| StateError::Protocol { reason: error.to_string() })
}

fn of(failure: Failure, what: String) -> StateError {
    let reason = failure.to_string();
    match failure {
        Failure::Unauthorized(_) => StateError::Unauthorized { reason },
        Failure::NotSent(_) | Failure::Unavailable(_) | Failure::Lost(_) => {
            StateError::Unavailable { reason }
        }
        Failure::Protocol(_) => StateError::Protocol { reason },
        Failure::Refused(problems) => {
            let any = |is: fn(&Problem) -> bool| problems.iter().any(is);
            if any(|problem| {
                problem.is(&["CONFLICT", "REVISION_CONFLICT"])
                    || problem.says(&["expected revision", "revision conflict"])
            }) {
                StateError::Conflict { reason }
            } else if any(|problem| problem.is(&["NOT_FOUND"]) || problem.says(&["not found"])) {
                StateError::NotFound { what }
            } else if any(Problem::is_passing) {
                StateError::Unavailable { reason }
            } else {
                StateError::Protocol { reason }
            }
        }
    }
}
