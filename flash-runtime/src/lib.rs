//! Flash: annotate plain functions, run them in one process or as many endpoints, with ordinary calls in
//! between.

mod any_error;
pub mod argument;
mod blob;
pub mod call;
mod class;
mod error;
pub mod manifest;
#[doc(hidden)]
pub mod record;
pub mod registry;
pub mod reply;
pub mod route;
mod secret;
pub mod settings;
pub mod types;

pub use any_error::AnyError;
pub use blob::Blob;
pub use bytes::Bytes;
pub use call::Context;
pub use error::{Error, Outcome, Result};
pub use types::Type;
