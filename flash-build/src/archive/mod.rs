//! The archive: everything that a platform needs to start the endpoints.
//!
//! A gzipped tar file with `flash_manifest.json`, the one program, a link `handler_<resource>` to it for every
//! resource, and the assets that `flash.toml` includes. The same content gives the same bytes.

mod assets;
mod error;
mod open;
mod secret;
#[cfg(test)]
mod tests;
mod write;

pub use assets::{Asset, Assets, collect};
pub use error::ArchiveError;
pub use open::{Contents, Limits, unpack, verify};
pub use write::{Packed, Packing, pack};

/// Name of the manifest in the archive.
pub const MANIFEST: &str = "flash_manifest.json";
/// What the names of entries that start an endpoint begin with.
pub const HANDLER: &str = "handler_";
/// The largest archive that platforms take, in bytes.
pub const MAX_ARCHIVE_BYTES: u64 = 500 * 1024 * 1024;
