//! Cutting a section into records.

use super::error::{Fault, RecordError};

const MAGIC: &[u8; 6] = b"\x7fFLASH";
const END_OF_MAGIC: u8 = b'\n';
const HEAD: usize = 12;

/// The format that this program reads.
pub const FORMAT_VERSION: u8 = 1;

/// A record that is cut out and not looked into yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RawRecord<'a> {
    /// Where in the section it begins.
    pub offset: usize,
    /// What follows the length.
    pub body: &'a [u8],
}

/// Walks over the records of a section; ends after the first error.
pub fn cut(section: &[u8]) -> impl Iterator<Item = Result<RawRecord<'_>, RecordError>> {
    let mut offset = 0;
    std::iter::from_fn(move || {
        let rest = section.get(offset..)?;
        // Linkers fill gaps and the end of a section with zeros.
        let padding = rest.iter().position(|byte| *byte != 0)?;
        offset += padding;
        let found = one(offset, &rest[padding..]);
        offset = match &found {
            Ok(record) => offset + HEAD + record.body.len(),
            Err(_) => section.len(),
        };
        Some(found)
    })
}

fn one(offset: usize, bytes: &[u8]) -> Result<RawRecord<'_>, RecordError> {
    let fault = |fault| RecordError { offset, fault };
    let known = bytes.len().min(MAGIC.len());
    if bytes[..known] != MAGIC[..known] {
        return Err(fault(Fault::Magic));
    }
    let Some((head, rest)) = bytes.split_first_chunk::<HEAD>() else {
        return Err(fault(Fault::Truncated { needed: HEAD, left: bytes.len() }));
    };
    let [_, _, _, _, _, _, version, end, length @ ..] = *head;
    // The version comes first: the bytes behind it are another version's own business.
    if version != FORMAT_VERSION {
        return Err(fault(Fault::Version { found: version }));
    }
    if end != END_OF_MAGIC {
        return Err(fault(Fault::Magic));
    }
    let length = usize::try_from(u32::from_le_bytes(length)).unwrap_or(usize::MAX);
    match rest.get(..length) {
        Some(body) => Ok(RawRecord { offset, body }),
        None => Err(fault(Fault::Truncated { needed: length, left: rest.len() })),
    }
}
