//! `cargo flash check` and `build` as a user runs them, on real programs that cargo really compiles.
#![cfg(feature = "cli")]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

mod archives;
mod choices;
mod findings;
mod program;
