//! The control plane and the State Manager: Runpod's GraphQL operations, named and typed as real clients send them.
//!
//! | file | holds |
//! |---|---|
//! | `execute` | from a request's body to an answer's, HTTP-free |
//! | `limits` | what a document may cost, before anything is built from it |
//! | `refusal` | why an operation is refused, and its code |
//! | `access` | who may see what |
//! | one file per group of operations | its types, queries and mutations |

mod access;
mod account;
mod app;
mod artifact;
mod build;
mod endpoint;
mod endpoint_input;
mod environment;
mod execute;
mod hardware;
mod limits;
mod login;
mod platform;
mod refusal;
mod schema;
mod secret;
mod template;
mod volume;

pub use execute::{MAX_BODY_BYTES, execute};
pub use schema::{ControlPlane, Schema, schema};
