//! The local platform: one process on loopback that hosts endpoints and speaks Runpod's own protocol.
//!
//! | module | holds | knows nothing of |
//! |---|---|---|
//! | [`ids`] | a type for every kind of id | everything else |
//! | [`store`] | the rows, in SQLite or PostgreSQL | GraphQL, processes |
//! | [`state`] | deployment state inside manifests | the database |
//! | [`graphql`] | control plane and State Manager, HTTP-free | processes |
//! | [`services`] | what the control plane needs of archives and hosting | how they do it |
//! | [`desired`] | from rows to what should run | GraphQL, processes |
//! | [`hosting`] | workers, their scaling, and the gateway in front of them | GraphQL, the database |

pub mod caller;
pub mod desired;
pub mod graphql;
pub mod hosting;
pub mod ids;
pub mod secrets;
pub mod services;
pub mod state;
pub mod store;
