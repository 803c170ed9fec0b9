//! Apps.

use async_graphql::{ComplexObject, Context, InputObject, Object, Result, SimpleObject};

use super::access;
use super::build::FlashBuild;
use super::environment::FlashEnvironment;
use crate::platform::ids::AppId;
use crate::platform::store::App;

/// An application.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(super) struct FlashApp {
    id: String,
    name: String,
    created_at: String,
    #[graphql(skip)]
    row: AppId,
}

impl From<App> for FlashApp {
    fn from(app: App) -> Self {
        Self { id: app.id.to_string(), name: app.name, created_at: app.created_at, row: app.id }
    }
}

#[ComplexObject]
impl FlashApp {
    /// Its environments, the oldest first.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn flash_environments(&self, context: &Context<'_>) -> Result<Vec<FlashEnvironment>> {
        let own = access::bound(access::caller(context)?);
        let environments = access::control(context)?.store.environments(&self.row).await?;
        let visible = environments.into_iter().filter(|it| own.is_none_or(|own| *own == it.id));
        Ok(visible.map(FlashEnvironment::from).collect())
    }

    /// Its builds, the newest first.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn flash_builds(&self, context: &Context<'_>) -> Result<Vec<FlashBuild>> {
        let builds = access::control(context)?.store.builds(&self.row).await?;
        Ok(builds.into_iter().map(FlashBuild::from).collect())
    }
}

/// Queries of apps.
#[derive(Default)]
pub(super) struct AppQuery;

#[Object]
impl AppQuery {
    /// An app by its id.
    async fn flash_app(&self, context: &Context<'_>, flash_app_id: String) -> Result<FlashApp> {
        access::app(context, flash_app_id).await.map(FlashApp::from)
    }

    /// An app by its name.
    async fn flash_app_by_name(&self, context: &Context<'_>, flash_app_name: String) -> Result<FlashApp> {
        access::app_by_name(context, &flash_app_name).await.map(FlashApp::from)
    }
}

/// A new app.
#[derive(InputObject)]
pub(super) struct CreateFlashAppInput {
    name: String,
}

/// Mutations of apps.
#[derive(Default)]
pub(super) struct AppMutation;

#[Object]
impl AppMutation {
    /// Makes an app.
    async fn create_flash_app(&self, context: &Context<'_>, input: CreateFlashAppInput) -> Result<FlashApp> {
        let caller = access::account(context)?;
        Ok(access::control(context)?.store.create_app(&caller.user, &input.name).await?.into())
    }

    /// Deletes an app with its environments, endpoints and builds.
    async fn delete_flash_app(&self, context: &Context<'_>, flash_app_id: String) -> Result<Option<bool>> {
        let caller = access::account(context)?;
        let control = access::control(context)?;
        let gone = control.store.delete_app(&caller.user, &AppId::from(flash_app_id)).await?;
        control.desired.refresh(&gone).await?;
        Ok(Some(true))
    }
}
