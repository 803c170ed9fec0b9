//! Flash: annotate plain functions, run them in one process or as many endpoints, with ordinary calls in
//! between.

// The macros name this crate by its public name, in its own tests and examples, too.
extern crate self as flash;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private1;
mod any_error;
pub mod argument;
mod blob;
mod call;
mod class;
mod endpoint;
mod environment;
mod error;
mod foreign_error;
#[cfg(feature = "mothership")]
mod graphql;
mod log;
pub mod manifest;
#[cfg(feature = "mothership")]
pub mod provider;
mod record;
pub mod registry;
pub mod reply;
mod resource;
mod route;
mod secret;
mod settings;
mod similar;
mod start;
#[cfg(feature = "mothership")]
pub mod state;
pub mod types;
mod unwind;

/// The pages' code, for the tests of this crate.
#[cfg(doctest)]
mod pages {
    #[doc = include_str!("../../README.md")]
    mod readme {}
    #[doc = include_str!("../../docs/writing.md")]
    mod writing {}
}

pub use any_error::AnyError;
pub use blob::Blob;
pub use bytes::Bytes;
pub use call::Context;
pub use error::{Error, Outcome, Result};
pub use flash_macros::Type;
#[doc = include_str!("docs/main.md")]
pub use flash_macros::main;
#[doc = include_str!("docs/remote.md")]
pub use flash_macros::remote;
#[doc = include_str!("docs/resource.md")]
pub use flash_macros::resource;
pub use resource::{
    CpuInstance, CudaVersion, DataCenter, Gpu, LoadBalancerSlsResource, ResourceName, ServerlessResource,
};
pub use start::serve_resource;
pub use types::Type;

/// Includes what the build script generated, where `#[flash::main]` doesn't: in tests and libraries.
///
/// Needs a build script that calls `flash_build::build()`. It names every dependency with remote functions,
/// so that they are linked, and brings the module `resources` with a constant per resource of `flash.toml`.
///
/// ```ignore
/// flash::anchor!();
/// ```
#[macro_export]
macro_rules! anchor {
    () => {
        include!(concat!(env!("OUT_DIR"), "/flash.rs"));
    };
}
