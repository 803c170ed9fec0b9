//! Providers and the State Manager's client, over real sockets against a small platform that remembers what it was sent.

#![allow(clippy::unwrap_used, clippy::expect_used, unreachable_pub, reason = "a test")]

mod cloud;
mod deploy;
mod documents;
mod endings;
mod retries;
mod start;
mod state;
mod stub;
mod upload;
mod world;
