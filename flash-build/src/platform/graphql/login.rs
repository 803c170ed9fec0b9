//! Logins: the only operations without a key.

use async_graphql::{Context, Object, Result, SimpleObject};

use super::access;
use crate::platform::store::{AuthRequest, AuthStatus};

/// A login.
#[derive(SimpleObject)]
pub(super) struct FlashAuthRequest {
    id: String,
    status: AuthStatus,
    expires_at: String,
    /// The account key, in the first answer after the approval and never again.
    api_key: Option<String>,
}

impl From<AuthRequest> for FlashAuthRequest {
    fn from(request: AuthRequest) -> Self {
        Self {
            id: request.id,
            status: request.status,
            expires_at: request.expires_at,
            api_key: request.api_key.map(|key| key.reveal().to_owned()),
        }
    }
}

/// Queries of logins.
#[derive(Default)]
pub(super) struct LoginQuery;

#[Object]
impl LoginQuery {
    /// What became of a login.
    async fn flash_auth_request_status(
        &self,
        context: &Context<'_>,
        flash_auth_request_id: String,
    ) -> Result<FlashAuthRequest> {
        Ok(access::control(context)?.store.poll_auth_request(&flash_auth_request_id).await?.into())
    }
}

/// Mutations of logins.
#[derive(Default)]
pub(super) struct LoginMutation;

#[Object]
impl LoginMutation {
    /// Begins a login; somebody approves it at a terminal.
    async fn create_flash_auth_request(&self, context: &Context<'_>) -> Result<FlashAuthRequest> {
        Ok(access::control(context)?.store.create_auth_request().await?.into())
    }
}
