//! Who may see what. Somebody else's document is not found, as if it weren't there.

use async_graphql::{Context, Result};

use super::refusal::Refusal;
use super::schema::ControlPlane;
use crate::platform::caller::{Caller, Scope};
use crate::platform::ids::{AppId, BuildId, EnvironmentId};
use crate::platform::store::{App, Build, Environment, StoreError};

pub(super) fn control<'a>(context: &Context<'a>) -> Result<&'a ControlPlane> {
    context.data::<ControlPlane>()
}

/// Whoever asks, with any key.
pub(super) fn caller<'a>(context: &Context<'a>) -> Result<&'a Caller> {
    match context.data::<Option<Caller>>()? {
        Some(caller) => Ok(caller),
        None => Err(Refusal::Unauthenticated.into()),
    }
}

/// Whoever asks, when that is the account itself.
pub(super) fn account<'a>(context: &Context<'a>) -> Result<&'a Caller> {
    let caller = caller(context)?;
    if caller.is_account() { Ok(caller) } else { Err(Refusal::WorkerKey.into()) }
}

/// The environment that the caller is bound to, if any.
pub(super) fn bound(caller: &Caller) -> Option<&EnvironmentId> {
    match &caller.scope {
        Scope::Account => None,
        Scope::Environment(id) => Some(id),
    }
}

/// The app that the caller is bound to, if any.
pub(super) async fn bound_app(context: &Context<'_>) -> Result<Option<AppId>> {
    let caller = caller(context)?;
    match bound(caller) {
        None => Ok(None),
        Some(id) => Ok(Some(control(context)?.store.environment(&caller.user, id).await?.app)),
    }
}

async fn within(context: &Context<'_>, app: &AppId, what: &'static str) -> Result<()> {
    match bound_app(context).await? {
        Some(own) if own != *app => Err(StoreError::NotFound(what).into()),
        _ => Ok(()),
    }
}

pub(super) async fn app(context: &Context<'_>, id: String) -> Result<App> {
    let app = control(context)?.store.app(&caller(context)?.user, &AppId::from(id)).await?;
    within(context, &app.id, "flash app").await?;
    Ok(app)
}

pub(super) async fn app_by_name(context: &Context<'_>, name: &str) -> Result<App> {
    let app = control(context)?.store.app_by_name(&caller(context)?.user, name).await?;
    within(context, &app.id, "flash app").await?;
    Ok(app)
}

pub(super) async fn environment(context: &Context<'_>, id: String) -> Result<Environment> {
    let caller = caller(context)?;
    let id = EnvironmentId::from(id);
    if bound(caller).is_some_and(|own| *own != id) {
        return Err(StoreError::NotFound("flash environment").into());
    }
    Ok(control(context)?.store.environment(&caller.user, &id).await?)
}

pub(super) async fn build(context: &Context<'_>, id: String) -> Result<Build> {
    let (control, caller, id) = (control(context)?, caller(context)?, BuildId::from(id));
    // An environment's key opens the build that its environment runs; another may be what a sibling runs.
    if let Some(own) = bound(caller)
        && control.store.environment(&caller.user, own).await?.active_build.as_ref() != Some(&id)
    {
        return Err(StoreError::NotFound("flash build").into());
    }
    Ok(control.store.build(&caller.user, &id).await?)
}
