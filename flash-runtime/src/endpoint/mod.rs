//! The worker's side: from a request to a function and back.
//!
//! `server` accepts connections, `connection` serves one, `service` finds out what a request wants, `run`
//! runs it here and `front` passes it on; what goes wrong becomes a `problem`.

mod body;
mod connection;
mod front;
#[cfg(test)]
mod fuzz;
mod headers;
mod problem;
mod pulse;
mod receive;
mod routes;
mod run;
mod server;
mod service;
mod stop;
mod table;
mod text;
mod watched;
mod worker;

use body::Body;
pub(crate) use server::Server;
