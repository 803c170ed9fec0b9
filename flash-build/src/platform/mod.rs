//! The local platform: one process on loopback that hosts endpoints and speaks Runpod's own protocol.
//!
//! | module | holds | knows nothing of |
//! |---|---|---|
//! | [`ids`] | a type for every kind of id | everything else |
//! | [`store`] | the rows, in SQLite or PostgreSQL | GraphQL, processes |
//! | [`state`] | deployment state inside manifests | the database |
//! | [`hosting`] | workers, their scaling, and the gateway in front of them | GraphQL, the database |

pub mod caller;
pub mod hosting;
pub mod ids;
pub mod secrets;
pub mod state;
pub mod store;
