//! The State Manager: which build an environment runs, with the state of its deployment.
//!
//! ```no_run
//! use flash::provider::{EnvironmentId, SecretText};
//! use flash::state::{GraphqlStateManager, ResourceState, StateManager};
//!
//! # async fn example() -> Result<(), flash::state::StateError> {
//! let state = GraphqlStateManager::new("http://127.0.0.1:8787/graphql", SecretText::new("key"))?;
//! let environment = EnvironmentId::new("env-1");
//! let deployed = ResourceState::deployed("https://ep.example", "3fe4f5");
//! state.set_resource(&environment, "pricing", &deployed).await?;
//! # Ok(())
//! # }
//! ```

mod contract;
mod document;
mod error;
mod graphql;
mod resource;

pub use contract::{Answer, Edit, Loaded, Revision, StateManager};
pub use error::StateError;
pub use graphql::{GraphqlStateManager, Patience};
pub use resource::ResourceState;
