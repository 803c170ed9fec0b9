//! Platforms from the client's side: one trait, one module per platform.
//!
//! ```no_run
//! use flash::provider::{Deployment, Provider, quiet};
//!
//! # async fn example(deployment: Deployment) -> Result<(), flash::provider::ProviderError> {
//! let provider = flash::provider::runpod::Runpod::from_environment()?;
//! let deployed = provider.deploy(&deployment, &quiet).await?;
//! println!("{} answers at {}", deployment.name, deployed.url);
//! # Ok(())
//! # }
//! ```

mod config;
mod contract;
mod deployment;
mod error;
mod field;
mod hardware;
mod id;
mod name;
mod observation;
pub mod runpod;
mod scaling;
mod secret;
#[cfg(test)]
mod tests;

pub use config::ResourceConfig;
pub use contract::{Answer, Capabilities, Progress, Provider, Watch, quiet};
pub use deployment::{Archive, Deployment, Generation, IdempotencyKey, Kind, Secrets, Sha256};
pub use error::ProviderError;
pub use hardware::{Gpu, Hardware};
pub use id::{AppId, BuildId, EndpointId, EnvironmentId, WorkerId};
pub use name::Name;
pub use observation::{Change, Deployed, Health, Listed, Observed, Removal, WorkerLog, Workers};
pub use scaling::{Scaler, Scaling};
pub use secret::SecretText;
