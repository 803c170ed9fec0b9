//! Requests to a GraphQL service: what is sent, when it is sent again, and how it can fail.

mod client;
mod failure;
pub(crate) mod http;
mod retry;

pub(crate) use client::Client;
pub(crate) use failure::{Failure, Problem};
pub(crate) use retry::Retry;
