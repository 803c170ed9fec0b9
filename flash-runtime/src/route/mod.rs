//! Where a function runs: here, or at the endpoint that the manifest names.
//!
//! Every site has a slot of four bytes. On the way to a body that runs here it costs one atomic load; all
//! else is behind a cold call. Slots hold an index and not a pointer, so there is nothing to free and
//! nothing unsafe.

mod forced;
mod manifest_file;
mod slot;
mod table;
mod target;

pub(crate) use forced::{Forced, forced};
pub(crate) use manifest_file::load as load_manifest;
pub use slot::UNRESOLVED;
pub(crate) use table::install;
pub(crate) use table::{Assignment, assignment};
pub use target::Target;
