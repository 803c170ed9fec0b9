//! Environments, and which build is active in them.

use async_graphql::{ComplexObject, Context, InputObject, Object, Result, SimpleObject};

use super::access;
use super::artifact::FlashArtifact;
use super::endpoint::Endpoint;
use super::secret::FlashSecret;
use super::volume::NetworkVolume;
use crate::platform::ids::{AppId, BuildId, EndpointId, EnvironmentId};
use crate::platform::store::{EndpointSettings, Environment, EnvironmentState, SaveEndpoint, TemplateChoice};

/// An environment.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(super) struct FlashEnvironment {
    id: String,
    name: String,
    flash_app_id: String,
    state: EnvironmentState,
    active_build_id: Option<String>,
    /// Rises with every activation and every change of the active build's manifest; equals that build's.
    revision: i64,
    created_at: String,
    #[graphql(skip)]
    row: EnvironmentId,
}

impl From<Environment> for FlashEnvironment {
    fn from(environment: Environment) -> Self {
        Self {
            id: environment.id.to_string(),
            name: environment.name,
            flash_app_id: environment.app.to_string(),
            state: environment.state,
            active_build_id: environment.active_build.map(|id| id.to_string()),
            revision: environment.revision,
            created_at: environment.created_at,
            row: environment.id,
        }
    }
}

#[ComplexObject]
impl FlashEnvironment {
    /// Its endpoints, by name.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn endpoints(&self, context: &Context<'_>) -> Result<Vec<Endpoint>> {
        let caller = access::caller(context)?;
        let endpoints = access::control(context)?.store.endpoints_of(&self.row).await?;
        Ok(endpoints.into_iter().map(|endpoint| Endpoint::seen_by(caller, endpoint)).collect())
    }

    /// The volumes that were added to it.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn network_volumes(&self, context: &Context<'_>) -> Result<Vec<NetworkVolume>> {
        let volumes = access::control(context)?.store.network_volumes(&access::caller(context)?.user).await?;
        let own = volumes.into_iter().filter(|volume| volume.environment.as_ref() == Some(&self.row));
        Ok(own.map(NetworkVolume::from).collect())
    }

    /// The archive of the active build.
    async fn active_artifact(&self, context: &Context<'_>) -> Result<Option<FlashArtifact>> {
        let Some(build) = &self.active_build_id else { return Ok(None) };
        let build = access::build(context, build.clone()).await?;
        FlashArtifact::of(context, &build.archive).await.map(Some)
    }

    /// The names of its secrets.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn secrets(&self, context: &Context<'_>) -> Result<Vec<FlashSecret>> {
        let names = access::control(context)?.store.secret_names(&self.row).await?;
        Ok(names.into_iter().map(FlashSecret::from).collect())
    }
}

/// Which environment.
#[derive(InputObject)]
pub(super) struct FlashEnvironmentByNameInput {
    flash_app_id: String,
    name: String,
}

/// Queries of environments.
#[derive(Default)]
pub(super) struct EnvironmentQuery;

#[Object]
impl EnvironmentQuery {
    /// An environment by its id.
    async fn flash_environment(
        &self,
        context: &Context<'_>,
        flash_environment_id: String,
    ) -> Result<FlashEnvironment> {
        access::environment(context, flash_environment_id).await.map(FlashEnvironment::from)
    }

    /// An environment by its name.
    async fn flash_environment_by_name(
        &self,
        context: &Context<'_>,
        input: FlashEnvironmentByNameInput,
    ) -> Result<FlashEnvironment> {
        let (control, caller) = (access::control(context)?, access::caller(context)?);
        let app = AppId::from(input.flash_app_id);
        let found = control.store.environment_by_name(&caller.user, &app, &input.name).await?;
        access::environment(context, found.id.to_string()).await.map(FlashEnvironment::from)
    }
}

/// A new environment.
#[derive(InputObject)]
pub(super) struct CreateFlashEnvironmentInput {
    flash_app_id: String,
    name: String,
}

/// Which build, where.
#[derive(InputObject)]
pub(super) struct DeployBuildToEnvironmentInput {
    flash_environment_id: String,
    flash_build_id: String,
}

/// A state as the client sees it.
#[derive(InputObject)]
pub(super) struct UpdateFlashEnvironmentInput {
    flash_environment_id: String,
    status: EnvironmentState,
}

/// Which endpoint, where.
#[derive(InputObject)]
pub(super) struct AddEndpointToEnvironmentInput {
    flash_environment_id: String,
    endpoint_id: String,
}

/// Mutations of environments.
#[derive(Default)]
pub(super) struct EnvironmentMutation;

#[Object]
impl EnvironmentMutation {
    /// Makes an environment.
    async fn create_flash_environment(
        &self,
        context: &Context<'_>,
        input: CreateFlashEnvironmentInput,
    ) -> Result<FlashEnvironment> {
        let caller = access::account(context)?;
        let app = AppId::from(input.flash_app_id);
        Ok(access::control(context)?.store.create_environment(&caller.user, &app, &input.name).await?.into())
    }

    /// Makes a build the active one; the workers of the environment's endpoints are replaced.
    async fn deploy_build_to_environment(
        &self,
        context: &Context<'_>,
        input: DeployBuildToEnvironmentInput,
    ) -> Result<FlashEnvironment> {
        let caller = access::account(context)?;
        let control = access::control(context)?;
        let id = EnvironmentId::from(input.flash_environment_id);
        let environment =
            control.store.activate(&caller.user, &id, &BuildId::from(input.flash_build_id)).await?;
        control.desired.refresh_environment(&id).await?;
        Ok(environment.into())
    }

    /// Sets the state as the client sees it.
    async fn update_flash_environment(
        &self,
        context: &Context<'_>,
        input: UpdateFlashEnvironmentInput,
    ) -> Result<FlashEnvironment> {
        let environment = access::environment(context, input.flash_environment_id).await?;
        let user = &access::caller(context)?.user;
        let store = &access::control(context)?.store;
        Ok(store.set_environment_state(user, &environment.id, input.status).await?.into())
    }

    /// Deletes an environment with its endpoints.
    async fn delete_flash_environment(
        &self,
        context: &Context<'_>,
        flash_environment_id: String,
    ) -> Result<Option<bool>> {
        let caller = access::account(context)?;
        let control = access::control(context)?;
        let gone = control
            .store
            .delete_environment(&caller.user, &EnvironmentId::from(flash_environment_id))
            .await?;
        control.desired.refresh(&gone).await?;
        Ok(Some(true))
    }

    /// Moves an endpoint into an environment.
    async fn add_endpoint_to_flash_environment(
        &self,
        context: &Context<'_>,
        input: AddEndpointToEnvironmentInput,
    ) -> Result<Endpoint> {
        let caller = access::account(context)?;
        let control = access::control(context)?;
        let save = SaveEndpoint {
            id: Some(EndpointId::from(input.endpoint_id)),
            name: None,
            environment: Some(EnvironmentId::from(input.flash_environment_id)),
            template: TemplateChoice::Keep,
            settings: &Option::<EndpointSettings>::unwrap_or_default,
        };
        let endpoint = control.store.save_endpoint(&caller.user, save).await?;
        control.desired.refresh(std::slice::from_ref(&endpoint.id)).await?;
        Ok(Endpoint::seen_by(caller, endpoint))
    }
}
