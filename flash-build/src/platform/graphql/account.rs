//! Who one is, and what one has.

use async_graphql::{ComplexObject, Context, InputObject, Object, Result, SimpleObject};

use super::access;
use super::app::FlashApp;
use super::endpoint::Endpoint;
use super::volume::NetworkVolume;
use crate::platform::ids::EndpointId;
use crate::platform::store::StoreError;

/// The account.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(super) struct User {
    id: String,
    name: String,
    pub_key: Option<String>,
}

#[ComplexObject]
impl User {
    /// All apps, by name.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn flash_apps(&self, context: &Context<'_>) -> Result<Vec<FlashApp>> {
        let own = access::bound_app(context).await?;
        let apps = access::control(context)?.store.apps(&access::caller(context)?.user).await?;
        let visible = apps.into_iter().filter(|app| own.as_ref().is_none_or(|own| *own == app.id));
        Ok(visible.map(FlashApp::from).collect())
    }

    /// All endpoints, by name.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn endpoints(&self, context: &Context<'_>) -> Result<Vec<Endpoint>> {
        let caller = access::caller(context)?;
        let own = access::bound(caller);
        let endpoints = access::control(context)?.store.endpoints(&caller.user).await?;
        let visible =
            endpoints.into_iter().filter(|it| own.is_none_or(|own| it.environment.as_ref() == Some(own)));
        Ok(visible.map(|endpoint| Endpoint::seen_by(caller, endpoint)).collect())
    }

    /// One endpoint; null when there is none.
    async fn endpoint(&self, context: &Context<'_>, id: String) -> Result<Option<Endpoint>> {
        let caller = access::caller(context)?;
        let found = access::control(context)?.store.endpoint(&caller.user, &EndpointId::from(id)).await;
        match found {
            Ok(it) if access::bound(caller).is_some_and(|own| it.environment.as_ref() != Some(own)) => {
                Ok(None)
            }
            Ok(endpoint) => Ok(Some(Endpoint::seen_by(caller, endpoint))),
            Err(StoreError::NotFound(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// All network volumes, by name.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn network_volumes(&self, context: &Context<'_>) -> Result<Vec<NetworkVolume>> {
        let caller = access::caller(context)?;
        let own = access::bound(caller);
        let volumes = access::control(context)?.store.network_volumes(&caller.user).await?;
        let visible =
            volumes.into_iter().filter(|it| own.is_none_or(|own| it.environment.as_ref() == Some(own)));
        Ok(visible.map(NetworkVolume::from).collect())
    }
}

/// Queries about oneself.
#[derive(Default)]
pub(super) struct AccountQuery;

#[Object]
impl AccountQuery {
    /// The account whose key this is.
    async fn myself(&self, context: &Context<'_>) -> Result<User> {
        let user = access::control(context)?.store.user(&access::caller(context)?.user).await?;
        Ok(User { id: user.id.to_string(), name: user.name, pub_key: user.public_key })
    }
}

/// What to change of one's account.
#[derive(InputObject)]
pub(super) struct UpdateUserSettingsInput {
    pub_key: String,
}

/// Mutations of oneself.
#[derive(Default)]
pub(super) struct AccountMutation;

#[Object]
impl AccountMutation {
    /// Sets the SSH key.
    async fn update_user_settings(
        &self,
        context: &Context<'_>,
        input: UpdateUserSettingsInput,
    ) -> Result<User> {
        let caller = access::account(context)?;
        let user = access::control(context)?.store.set_public_key(&caller.user, &input.pub_key).await?;
        Ok(User { id: user.id.to_string(), name: user.name, pub_key: user.public_key })
    }
}
