//! Secrets of an environment: set and listed, never read back.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};

use super::access;
use crate::platform::ids::EnvironmentId;
use crate::platform::secrets::Secret;
use crate::platform::store::SecretName;

/// That a secret exists.
#[derive(SimpleObject)]
pub(super) struct FlashSecret {
    name: String,
    changed_at: String,
}

impl From<SecretName> for FlashSecret {
    fn from(secret: SecretName) -> Self {
        Self { name: secret.name, changed_at: secret.changed_at }
    }
}

/// A secret and its value.
#[derive(InputObject)]
pub(super) struct SetFlashSecretInput {
    flash_environment_id: String,
    name: String,
    #[graphql(secret)]
    value: String,
}

/// Which secret.
#[derive(InputObject)]
pub(super) struct DeleteFlashSecretInput {
    flash_environment_id: String,
    name: String,
}

/// Mutations of secrets.
#[derive(Default)]
pub(super) struct SecretMutation;

#[Object]
impl SecretMutation {
    /// Sets a secret; the workers of the environment are replaced.
    async fn set_flash_secret(
        &self,
        context: &Context<'_>,
        input: SetFlashSecretInput,
    ) -> Result<FlashSecret> {
        let caller = access::account(context)?;
        let control = access::control(context)?;
        let id = EnvironmentId::from(input.flash_environment_id);
        let value = Secret::new(input.value);
        let secret = control.store.set_secret(&caller.user, &id, &input.name, &value).await?;
        control.desired.refresh_environment(&id).await?;
        Ok(secret.into())
    }

    /// Forgets a secret; the workers of the environment are replaced.
    async fn delete_flash_secret(
        &self,
        context: &Context<'_>,
        input: DeleteFlashSecretInput,
    ) -> Result<Option<bool>> {
        let caller = access::account(context)?;
        let control = access::control(context)?;
        let id = EnvironmentId::from(input.flash_environment_id);
        control.store.delete_secret(&caller.user, &id, &input.name).await?;
        control.desired.refresh_environment(&id).await?;
        Ok(Some(true))
    }
}
