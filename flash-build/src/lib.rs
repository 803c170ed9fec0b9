//! Build-script helper of Flash and, with the feature `cli`, the `cargo flash` command.

#[cfg(feature = "cli")]
pub mod archive;
#[cfg(feature = "cli")]
pub mod assemble;
#[cfg(feature = "cli")]
pub mod binary;
#[cfg(feature = "cli")]
pub mod call;
#[cfg(feature = "cli")]
pub mod cli;
#[cfg(all(feature = "cli", feature = "platform"))]
pub mod platform;
#[cfg(feature = "cli")]
pub mod project;
#[cfg(feature = "cli")]
pub mod record;
mod script;
pub mod settings;
#[cfg(feature = "cli")]
pub mod source;
#[cfg(feature = "cli")]
pub mod template;
#[cfg(feature = "cli")]
pub mod up;
#[cfg(feature = "cli")]
pub mod validate;

pub use script::build;
