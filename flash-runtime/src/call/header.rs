//! Names of the headers that a call carries; `docs/http.md` lists them.

/// Time left, in milliseconds.
pub(crate) const TIMEOUT: &str = "flash-timeout-ms";
/// Id of the call.
pub(crate) const CALL_ID: &str = "flash-call-id";
/// W3C trace context.
pub(crate) const TRACEPARENT: &str = "traceparent";
/// Number of calls above this one.
pub(crate) const DEPTH: &str = "flash-depth";
/// Largest reply that the caller takes, in bytes.
pub(crate) const MAX_REPLY: &str = "flash-max-reply";
/// The arguments beside a raw body, as a JSON object.
pub(crate) const ARGS: &str = "flash-args";
