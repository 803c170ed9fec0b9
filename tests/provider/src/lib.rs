//! What every provider must do: cases that deploy a real build, call it over HTTP, change and remove it.
//!
//! A case knows a provider by its trait alone. What lies outside of it, as making an environment and uploading a build,
//! is the [`Ground`]'s, which each platform brings along. `docs/conformance.md` lists the cases; a test keeps it true.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, reason = "cases are tests")]

mod case;
mod cases;
mod fixture;
mod ground;
mod http;
mod page;
mod run;

pub use case::{Case, Outcome};
pub use cases::all;
pub use fixture::{Builds, Fixture};
pub use ground::{Ground, Later, LocalBuild};
pub use page::compare;
pub use run::{Options, run};

/// The code on the page compiles.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/provider.md")]
pub struct ProviderPage;
