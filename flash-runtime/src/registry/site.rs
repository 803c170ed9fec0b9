//! One remote function of this process.

use std::sync::atomic::AtomicU32;

use super::Handler;

/// What the attribute leaves in the program for each function: a name, a way in, and a route slot.
#[derive(Debug)]
pub struct Site {
    /// Wire name, `Class.method` for methods.
    pub name: &'static str,
    /// The resource named by the attribute.
    pub resource: &'static str,
    /// Wire names of the arguments in order.
    pub arguments: &'static [&'static str],
    /// Decodes a request and runs the body.
    pub handler: Handler,
    /// Longest run time in milliseconds; 0 when the attribute sets none.
    pub timeout_ms: u64,
    /// Whether running it twice is harmless.
    pub idempotent: bool,
    /// The function's record; referring to it here keeps it in the binary even where `#[used]` doesn't.
    pub record: &'static [u8],
    /// Where calls go; read on every call. See `route`.
    pub slot: AtomicU32,
}
