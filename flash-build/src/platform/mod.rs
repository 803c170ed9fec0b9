//! The local platform: one process on loopback that hosts endpoints and speaks Runpod's own protocol.
//!
//! | module | holds | knows nothing of |
//! |---|---|---|
//! | [`ids`] | a type for every kind of id | everything else |
//! | [`settings`] | flags, environment variables, defaults | everything else |
//! | [`directory`] | the data directory: lock, keys, where the platform answers | HTTP |
//! | [`secrets`] | values that are encrypted at rest | where they are kept |
//! | [`store`] | the rows, in SQLite or PostgreSQL | GraphQL, processes |
//! | [`state`] | deployment state inside manifests | the database |
//! | [`caller`] | who asks, by which key | HTTP |
//! | [`doors`] | which requests are let in | what they ask for |
//! | [`artifacts`] | archives: upload, check, storage, unpacking | the database |
//! | [`behind`] | what stands behind the doors, by traits | HTTP connections |
//! | [`serve`], [`dispatch`] | the listener, and which path leads where | what is behind the doors |
//! | [`run`] | the whole of it, from the lock on the data to the last answer | |
//! | [`graphql`] | control plane and State Manager, HTTP-free | processes |
//! | [`services`] | what the control plane needs of archives and hosting | how they do it |
//! | [`desired`] | from rows to what should run | GraphQL, processes |
//! | [`hosting`] | workers, their scaling, and the gateway in front of them | GraphQL, the database |

pub mod answer;
pub mod artifacts;
pub mod behind;
pub mod caller;
pub mod desired;
pub mod directory;
pub mod dispatch;
pub mod doors;
pub mod graphql;
pub mod hosting;
pub mod ids;
mod lock;
mod occupant;
mod private;
pub mod rest;
pub mod run;
pub mod secrets;
pub mod serve;
pub mod services;
pub mod settings;
pub mod state;
pub mod store;
mod wiring;

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may")]
mod standin;
#[cfg(test)]
mod tests;
