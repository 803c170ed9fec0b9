//! What `cargo flash platform` shows: rows and what hosting observes, side by side.

use serde_json::{Value, json};

use crate::platform::behind::{Office, ServiceError};
use crate::platform::caller::{Caller, Later};
use crate::platform::store::Store;

/// Answers the command.
pub(super) struct Desk {
    pub(super) store: Store,
}

impl Office for Desk {
    fn status<'a>(&'a self, caller: &'a Caller) -> Later<'a, Result<Value, ServiceError>> {
        Box::pin(async move {
            let mut apps = Vec::new();
            for app in self.store.apps(&caller.user).await.map_err(super::failed)? {
                apps.push(json!({ "id": app.id, "name": app.name }));
            }
            Ok(json!({ "apps": apps }))
        })
    }

    fn logs<'a>(
        &'a self,
        _: &'a Caller,
        _endpoint: Option<String>,
        _from: Option<String>,
    ) -> Later<'a, Result<Value, ServiceError>> {
        Box::pin(async { Ok(json!({ "lines": [], "next": "", "more": false })) })
    }

    fn decide<'a>(
        &'a self,
        caller: &'a Caller,
        request: String,
        approve: bool,
    ) -> Later<'a, Result<(), ServiceError>> {
        Box::pin(async move {
            let decided = if approve {
                self.store.approve_auth_request(&request, &caller.user).await
            } else {
                self.store.deny_auth_request(&request).await
            };
            decided.map_err(super::failed)
        })
    }
}
