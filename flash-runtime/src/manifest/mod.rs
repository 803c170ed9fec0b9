//! The manifest: which function lives on which resource.
//!
//! The document is the one of the specification; everything Flash adds is optional, and fields that this
//! version doesn't know survive a round trip.

mod canonical;
mod difference;
mod document;
mod parse;

pub use canonical::canonical;
pub use difference::{Differences, ResourceChange};
pub use document::{Argument, Build, CallEdge, Function, Libc, Manifest, Method, Resource, ResourceType};
pub use parse::{MAX_MANIFEST_BYTES, ManifestError};
