//! Hosting with real workers: processes, sockets, signals.
#![cfg(all(feature = "cli", target_os = "linux"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

mod backoff;
mod bounds;
mod front;
mod idle;
mod killed;
mod logs;
mod platform;
mod scaling;
mod swaps;
mod unpacked;
