//! The caller's side: what a call carries, how it travels, and how it ended.

mod blocking;
mod connections;
mod context;
mod exchange;
pub(crate) mod header;
mod remote;
mod trace;

pub(crate) use blocking::block_on;
pub(crate) use connections::{Connections, Lease, Unanswered};
pub use context::Context;
pub(crate) use context::MAX_DEPTH;
use exchange::MAX_ARGS_HEADER;
pub use remote::Called;
pub(crate) use trace::{Trace, random_id};
