//! The platform as its users meet it: real processes, real sockets, a data directory of their own.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::needless_pass_by_value,
    reason = "a test may"
)]

mod app;
mod clients;
mod damage;
mod deploy;
mod doors;
mod full;
mod fuzz;
mod harness;
mod kills;
mod life;
mod scale;
mod walk;
