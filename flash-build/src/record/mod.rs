//! Records: what the macros left in the binary for every annotated item.
//!
//! The format is described in `docs/records.md`. Reading is strict, never panics, and allocates no more than a
//! small multiple of the bytes it is given.

mod content;
mod cut;
mod error;
mod parse;

pub use content::{
    Argument, Class, Declared, Field, Function, Item, MainFunction, Origin, Record, ResourceDeclaration,
    Shape, TypeShape, Variant,
};
pub use cut::{FORMAT_VERSION, cut};
pub use error::{Fault, RecordError};
pub use parse::parse;

/// Reads the bytes of one section: all records, in the order of the section.
///
/// # Errors
/// The first thing that isn't a record, with its offset in the section.
pub fn read(section: &[u8]) -> Result<Vec<Record>, RecordError> {
    cut(section).map(|raw| raw.and_then(|raw| parse(&raw))).collect()
}

#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;
