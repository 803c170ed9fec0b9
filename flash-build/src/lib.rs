//! Build-script helper and, with the feature `cli`, the `cargo flash` command.

#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "cli")]
pub mod project;
