//! `new`, `up` and `call` over real programs, processes and sockets.
#![cfg(all(feature = "cli", unix))]
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod calls;
mod endings;
mod harness;
mod program;
mod restarts;
mod swaps;
