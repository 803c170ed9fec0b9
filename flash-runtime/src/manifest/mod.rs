//! The manifest: which function lives on which resource.
//!
//! The document is the one of the specification; everything Flash adds is optional, and fields that this
//! version doesn't know survive a round trip.

mod document;
mod parse;

pub use document::{Argument, Build, CallEdge, Function, Libc, Manifest, Method, Resource, ResourceType};
pub use parse::{MAX_MANIFEST_BYTES, ManifestError};
