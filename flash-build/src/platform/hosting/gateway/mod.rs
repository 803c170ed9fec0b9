//! Requests on their way to a worker and back.
//!
//! | file | holds |
//! |---|---|
//! | `entry` | the two ways in: an endpoint's own URL, and the queue-based data plane `/v2` |
//! | `door` | keys |
//! | `passage` | a request from the door to its worker, and what is done when one doesn't answer |
//! | `headers` | what is read out of headers, and what doesn't go further |
//! | `upstream` | connections to workers |
//! | `body` | bodies while they stream |
//! | `upgrade` | connections that stop being HTTP |
//! | `steady` | a task that wakes itself while it runs |
//! | `refusal` | answers of the gateway's own |

mod body;
mod door;
mod entry;
mod headers;
mod passage;
mod ping;
mod refusal;
mod steady;
mod upgrade;
mod upstream;

pub use body::{Body, BodyError};
pub use steady::Steady;

pub(super) use ping::ping;
pub(super) use upstream::Pool;
