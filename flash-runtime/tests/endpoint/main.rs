//! The endpoint server over real processes and sockets.
//!
//! Workers are this test program, started again with the variables of a worker: it has the functions of
//! `sites`, registered by hand as the attribute would register them.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests say what is wrong by panicking")]
#![allow(unreachable_pub, reason = "modules of one test program")]

mod client;
mod drain;
mod execute;
mod front;
mod limits;
mod process;
mod routes;
mod sites;
mod start;

/// What the workers run; without a role it returns at once.
#[test]
#[ignore = "the other tests start it as a worker"]
fn worker() {
    flash::__private1::serve_if_asked();
}
