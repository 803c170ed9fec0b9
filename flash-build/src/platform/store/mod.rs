//! The rows: SQLite in one file, or PostgreSQL, with the same tables and the same statements.
//!
//! | file | holds |
//! |---|---|
//! | `url`, `error`, `open` | which database, why not, opening and upgrading it |
//! | `writing` | one writer at a time |
//! | `token` | random ids and keys |
//! | one file per kind of row | its type and its statements |
//!
//! Every method is one transaction, and when it returns its write is on disk. Secret values and keys that have to be
//! shown again are sealed; of all others only digests are kept.

mod app;
mod auth_request;
mod build;
mod endpoint;
mod endpoint_settings;
mod environment;
mod error;
mod name;
mod network_volume;
mod open;
mod row;
mod secret;
mod template;
mod token;
mod url;
mod user;
mod writing;

use std::sync::Arc;

pub use app::App;
pub use auth_request::{AuthRequest, AuthStatus};
pub use build::{Build, NewBuild};
pub use endpoint::{Endpoint, SaveEndpoint, TemplateChoice};
pub use endpoint_settings::{EndpointSettings, EndpointType, FlashBoot, ScalerType};
pub use environment::{Environment, EnvironmentState};
pub use error::StoreError;
pub use network_volume::NetworkVolume;
pub use secret::SecretName;
pub use template::{EnvironmentVariable, PLACEHOLDER, SaveTemplate, Template, TemplateSettings};
pub use url::DatabaseUrl;
pub use user::User;

use crate::platform::secrets::Safe;

/// The database. Clones share it.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    /// Which it is, for messages.
    url: DatabaseUrl,
    pool: sqlx::AnyPool,
    safe: Safe,
    /// Writers queue here in order: SQLite's own waiting is a poll without order, and would let one starve.
    turn: tokio::sync::Mutex<()>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Store").field(&self.inner.url).finish()
    }
}
