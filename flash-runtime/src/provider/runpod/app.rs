//! Apps, their environments and their builds.

use serde_json::{Value, json};

use super::{Runpod, document, read, refusal};
use crate::graphql::Failure;
use crate::provider::{AppId, BuildId, EnvironmentId, ProviderError};

/// An app with its environments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct App {
    /// The app.
    pub id: AppId,
    /// Its name, unique in the account.
    pub name: String,
    /// Its environments.
    pub environments: Vec<Environment>,
}

/// An environment of an app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    /// The environment.
    pub id: EnvironmentId,
    /// Its name, unique in the app.
    pub name: String,
    /// What runs there; none before the first activation.
    pub active_build: Option<BuildId>,
}

/// A build of an app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadedBuild {
    /// The build.
    pub id: BuildId,
    /// When it was made, as the platform writes times.
    pub created_at: Option<String>,
}

impl Environment {
    fn of(value: &Value) -> Result<Self, ProviderError> {
        Ok(Self {
            id: EnvironmentId::new(read::text(value, "id")?),
            name: read::text(value, "name")?,
            active_build: value["activeBuildId"].as_str().filter(|id| !id.is_empty()).map(BuildId::new),
        })
    }
}

impl Runpod {
    /// An app by its name.
    ///
    /// # Errors
    /// See [`ProviderError`]; an app that isn't there is no error.
    pub async fn app(&self, name: &str) -> Result<Option<App>, ProviderError> {
        let found = self.graphql.query(document::GET_APP_BY_NAME, &json!({ "flashAppName": name })).await;
        let Some(app) = present(found, "flashAppByName")? else { return Ok(None) };
        let environments = read::list(&app, "flashEnvironments")?.iter().map(Environment::of);
        Ok(Some(App {
            id: AppId::new(read::text(&app, "id")?),
            name: read::text(&app, "name")?,
            environments: environments.collect::<Result<_, _>>()?,
        }))
    }

    /// An app by its name, made when it isn't there.
    ///
    /// # Errors
    /// See [`ProviderError`].
    pub async fn ensure_app(&self, name: &str) -> Result<App, ProviderError> {
        if let Some(app) = self.app(name).await? {
            return Ok(app);
        }
        let created =
            self.graphql.mutation(document::CREATE_APP, &json!({ "input": { "name": name } })).await;
        // Names are unique: whoever made it, it is there now, or the failure says why not.
        match (self.app(name).await?, created) {
            (Some(app), _) => Ok(app),
            (None, Err(failure)) => {
                Err(refusal::of_mutation(&format!("the creation of app {name}"), failure))
            }
            (None, Ok(_)) => {
                Err(ProviderError::Protocol { reason: format!("app {name} was made and isn't there") })
            }
        }
    }

    /// An environment of an app by its name.
    ///
    /// # Errors
    /// See [`ProviderError`]; an environment that isn't there is no error.
    pub async fn environment(&self, app: &AppId, name: &str) -> Result<Option<Environment>, ProviderError> {
        let input = json!({ "input": { "flashAppId": app, "name": name } });
        let found = self.graphql.query(document::GET_ENVIRONMENT_BY_NAME, &input).await;
        present(found, "flashEnvironmentByName")?.map(|value| Environment::of(&value)).transpose()
    }

    /// An environment of an app by its name, made when it isn't there.
    ///
    /// # Errors
    /// See [`ProviderError`].
    pub async fn ensure_environment(&self, app: &AppId, name: &str) -> Result<Environment, ProviderError> {
        if let Some(environment) = self.environment(app, name).await? {
            return Ok(environment);
        }
        let input = json!({ "input": { "flashAppId": app, "name": name } });
        let created = self.graphql.mutation(document::CREATE_ENVIRONMENT, &input).await;
        match (self.environment(app, name).await?, created) {
            (Some(environment), _) => Ok(environment),
            (None, Err(failure)) => {
                Err(refusal::of_mutation(&format!("the creation of environment {name}"), failure))
            }
            (None, Ok(_)) => Err(ProviderError::Protocol {
                reason: format!("environment {name} was made and isn't there"),
            }),
        }
    }

    /// The builds of an app.
    ///
    /// # Errors
    /// See [`ProviderError`].
    pub async fn builds(&self, app: &AppId) -> Result<Vec<UploadedBuild>, ProviderError> {
        let found = self.graphql.query(document::LIST_BUILDS, &json!({ "flashAppId": app })).await;
        let Some(app) = present(found, "flashApp")? else {
            return Err(ProviderError::NotFound { what: format!("app {app}") });
        };
        let builds = read::list(&app, "flashBuilds")?.iter().map(|build| {
            let created_at = build["createdAt"].as_str().map(str::to_owned);
            Ok(UploadedBuild { id: BuildId::new(read::text(build, "id")?), created_at })
        });
        builds.collect()
    }
}

/// What a lookup found. Not being there is told by a message, by its wording.
fn present(found: Result<Value, Failure>, root: &str) -> Result<Option<Value>, ProviderError> {
    match found {
        Ok(data) => Ok(data.get(root).filter(|value| !value.is_null()).cloned()),
        Err(Failure::Refused(problems)) if problems.iter().all(refusal::is_absent) => Ok(None),
        Err(failure) => Err(refusal::of_query(failure)),
    }
}
