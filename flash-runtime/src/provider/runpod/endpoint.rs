//! Making, changing, finding and removing endpoints.

use serde_json::{Value, json};

use super::{Runpod, document, input, read, refusal, template};
use crate::graphql::Failure;
use crate::provider::{
    BuildId, Change, Deployment, EndpointId, EnvironmentId, Listed, Name, ProviderError, Removal,
};

/// An endpoint as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Endpoint {
    pub id: EndpointId,
    pub template: String,
    pub queue_based: bool,
    pub workers_min: u64,
    pub workers_max: u64,
}

impl Endpoint {
    fn of(value: &Value) -> Result<Self, ProviderError> {
        Ok(Self {
            id: EndpointId::new(read::text(value, "id")?),
            template: read::text(value, "templateId")?,
            queue_based: value["type"].as_str() != Some("LB"),
            workers_min: value["workersMin"].as_u64().unwrap_or(0),
            workers_max: value["workersMax"].as_u64().unwrap_or(1),
        })
    }
}

impl Runpod {
    /// What an environment runs, and its endpoints.
    pub(super) async fn surroundings(
        &self,
        environment: &EnvironmentId,
    ) -> Result<(Option<BuildId>, Vec<Listed>), ProviderError> {
        let variables = json!({ "flashEnvironmentId": environment });
        let data =
            self.graphql.query(document::GET_ENVIRONMENT, &variables).await.map_err(refusal::of_query)?;
        let found = &data["flashEnvironment"];
        if found.is_null() {
            return Err(ProviderError::NotFound { what: format!("environment {environment}") });
        }
        let listed = read::list(found, "endpoints")?.iter().map(|entry| {
            Ok(Listed {
                endpoint: EndpointId::new(read::text(entry, "id")?),
                name: read::text(entry, "name")?,
            })
        });
        let active = found["activeBuildId"].as_str().filter(|id| !id.is_empty()).map(BuildId::new);
        Ok((active, listed.collect::<Result<_, ProviderError>>()?))
    }

    /// Refuses a deployment of a build that its environment doesn't run: whatever was written, the workers would run
    /// the other one, or wait for this one in vain.
    pub(super) async fn runs(&self, deployment: &Deployment) -> Result<(), ProviderError> {
        let (active, _) = self.surroundings(&deployment.environment).await?;
        if active.as_ref() == Some(&deployment.archive.build) {
            return Ok(());
        }
        let runs = active.map_or_else(|| "no build yet".to_owned(), |build| format!("build {build}"));
        let reason =
            format!("is {}, but the environment runs {runs}; activate it first", deployment.archive.build);
        Err(ProviderError::invalid("archive.build", reason))
    }

    /// The endpoint of a resource. When there are several, which two deployers at once can bring about where the
    /// platform doesn't prevent it, it is the oldest: everybody agrees on that one.
    pub(super) async fn find(
        &self,
        environment: &EnvironmentId,
        name: &Name,
    ) -> Result<Option<Endpoint>, ProviderError> {
        let (_, listed) = self.surroundings(environment).await?;
        let mut ids: Vec<EndpointId> = listed
            .into_iter()
            .filter(|entry| is_called(&entry.name, name))
            .map(|entry| entry.endpoint)
            .collect();
        if ids.len() > 1 {
            self.oldest_first(&mut ids).await?;
        }
        match ids.first() {
            Some(id) => self.endpoint(id).await,
            None => Ok(None),
        }
    }

    async fn oldest_first(&self, ids: &mut [EndpointId]) -> Result<(), ProviderError> {
        let data =
            self.graphql.query(document::LIST_ENDPOINTS, &json!({})).await.map_err(refusal::of_query)?;
        let all = read::list(&data["myself"], "endpoints")?;
        // Times are all of one form, so their texts are in the order of the times.
        let made = |id: &EndpointId| {
            let entry = all.iter().find(|entry| entry["id"].as_str() == Some(id.as_str()));
            entry.and_then(|entry| entry["createdAt"].as_str()).map(str::to_owned)
        };
        ids.sort_by_cached_key(|id| (made(id), id.clone()));
        Ok(())
    }

    /// An endpoint by its id.
    pub(super) async fn endpoint(&self, id: &EndpointId) -> Result<Option<Endpoint>, ProviderError> {
        match self.graphql.query(document::GET_ENDPOINT, &json!({ "id": id })).await {
            Ok(data) if data["myself"]["endpoint"].is_null() => Ok(None),
            Ok(data) => Endpoint::of(&data["myself"]["endpoint"]).map(Some),
            Err(Failure::Refused(problems)) if problems.iter().all(refusal::is_absent) => Ok(None),
            Err(failure) => Err(refusal::of_query(failure)),
        }
    }

    /// Makes the endpoint. A lost answer is settled by looking whether it is there now; only when it isn't, it is asked
    /// for once more.
    pub(super) async fn create(&self, deployment: &Deployment) -> Result<(Endpoint, Change), ProviderError> {
        let mut made = self.create_once(deployment).await;
        if matches!(made, Err(ProviderError::UnknownOutcome { .. })) {
            if let Some(endpoint) = self.find(&deployment.environment, &deployment.name).await? {
                return Ok((endpoint, Change::Created));
            }
            made = self.create_once(deployment).await;
        }
        let made = made?;
        let agreed = self.find(&deployment.environment, &deployment.name).await?;
        match agreed {
            Some(agreed) if agreed.id != made.id => {
                // Another deployer was first. Its endpoint stays, ours has served nobody yet.
                self.remove(&made.id).await?;
                Ok((agreed, Change::Updated))
            }
            _ => Ok((made, Change::Created)),
        }
    }

    async fn create_once(&self, deployment: &Deployment) -> Result<Endpoint, ProviderError> {
        let mut fields = input::endpoint(deployment);
        let marked = self.platform().await?.is_local();
        let env: Vec<Value> =
            template::variables(deployment, None).iter().map(|variable| variable.to_json(marked)).collect();
        fields.insert("template".into(), input::template(deployment, &env)?);
        let saved = self.graphql.mutation(document::SAVE_ENDPOINT, &json!({ "input": fields })).await;
        let what = format!("the creation of endpoint {}", deployment.name);
        let data = saved.map_err(|failure| refusal::of_mutation(&what, failure))?;
        Endpoint::of(&data["saveEndpoint"])
    }

    /// Changes the endpoint, template last: its start command says which deployment this is, so one that was cut off in
    /// between is done again.
    pub(super) async fn change(
        &self,
        endpoint: &Endpoint,
        before: &template::Template,
        deployment: &Deployment,
    ) -> Result<(), ProviderError> {
        let fields = input::update(deployment, &endpoint.id, &endpoint.template);
        let saved = self.graphql.mutation(document::SAVE_ENDPOINT, &json!({ "input": fields })).await;
        let what = format!("the change of endpoint {}", endpoint.id);
        saved.map_err(|failure| refusal::of_mutation(&what, failure))?;
        self.save_template(before, deployment).await
    }

    /// Removes the endpoint and makes sure of it.
    pub(super) async fn remove(&self, id: &EndpointId) -> Result<Removal, ProviderError> {
        if self.endpoint(id).await?.is_none() {
            return Ok(Removal::WasAbsent);
        }
        let deleted = self.graphql.mutation(document::DELETE_ENDPOINT, &json!({ "id": id })).await;
        match deleted {
            Ok(data) if data.get("deleteEndpoint").is_some() => {}
            Ok(_) => {
                return Err(ProviderError::Protocol { reason: "an answer without `deleteEndpoint`".into() });
            }
            // What became of it shows below.
            Err(Failure::Lost(_)) => {}
            Err(Failure::Refused(problems)) if problems.iter().all(refusal::is_absent) => {}
            Err(failure) => {
                return Err(refusal::of_mutation(&format!("the removal of endpoint {id}"), failure));
            }
        }
        let end = tokio::time::Instant::now() + self.patience.removed;
        while self.endpoint(id).await?.is_some() {
            if tokio::time::Instant::now() + self.patience.poll >= end {
                return Err(ProviderError::UnknownOutcome {
                    what: format!("the removal of endpoint {id}"),
                    reason: format!("it is still there after {:?}", self.patience.removed),
                });
            }
            tokio::time::sleep(self.patience.poll).await;
        }
        Ok(Removal::Removed)
    }
}

/// Whether an endpoint of this name is the resource's. The platform once added `-fb` to some names.
fn is_called(found: &str, name: &Name) -> bool {
    found == name.as_str() || found.strip_suffix("-fb") == Some(name.as_str())
}
