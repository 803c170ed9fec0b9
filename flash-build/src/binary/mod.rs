//! A finished program: its records, and the machine it is for. Reading never runs it.

mod elf;
mod error;
mod identity;
mod macho;
mod pe;

use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;

use object::Endianness;
use object::read::{FileKind, ReadCache, ReadRef};

pub use error::BinaryError;
pub use identity::{Format, Identity};

use crate::record::{self, Record};

/// Name of the section in ELF and PE.
const SECTION: &[u8] = b".flash";
/// Name of the section in Mach-O.
const MACHO_SECTION: &[u8] = b"__flash";
/// The largest section that is read: a thousand functions need a third of a megabyte.
const MAX_SECTION_BYTES: u64 = 256 * 1024 * 1024;

/// What a finished program says of itself.
#[derive(Debug, Clone)]
pub struct Binary {
    /// The machine it is for.
    pub identity: Identity,
    /// All records, in the order of the binary.
    pub records: Vec<Record>,
}

/// What one object file holds; a universal Mach-O file has several.
struct Slice<'a> {
    identity: Identity,
    sections: Vec<&'a [u8]>,
}

impl Binary {
    /// Reads a program.
    ///
    /// Only headers and the section with the records are fetched, in plain reads: a mapping would end this process
    /// with a signal when a linker rewrites the file underneath.
    ///
    /// # Errors
    /// No object file, a damaged one, one without records, or records that can't be understood.
    pub fn read(path: &Path) -> Result<Self, BinaryError> {
        let file = File::open(path).map_err(BinaryError::Unreadable)?;
        let cache = ReadCache::new(file);
        Self::parse(&cache)
    }

    /// Reads a program out of anything that yields bytes.
    ///
    /// # Errors
    /// As [`Binary::read`].
    pub fn parse<'a, R: ReadRef<'a>>(data: R) -> Result<Self, BinaryError> {
        let slices = slices(data)?;
        let (first, others) = slices.split_first().ok_or(BinaryError::NotAnObject)?;
        let bodies = first.bodies()?;
        for other in others {
            // A universal file is one program for several machines; which slice was meant nobody said.
            if other.bodies()? != bodies {
                return Err(BinaryError::SlicesDiffer);
            }
        }
        Self::of_slice(first)
    }

    fn of_slice(slice: &Slice<'_>) -> Result<Self, BinaryError> {
        if slice.sections.is_empty() {
            return Err(BinaryError::NoRecords { identity: Box::new(slice.identity.clone()) });
        }
        let mut records = Vec::new();
        for section in &slice.sections {
            records.extend(record::read(section)?);
        }
        Ok(Self { identity: slice.identity.clone(), records })
    }
}

impl Binary {
    /// Reads a program, which may be one without any record.
    ///
    /// # Errors
    /// As [`Binary::read`] but for the missing section.
    pub fn read_any(path: &Path) -> Result<Self, BinaryError> {
        match Self::read(path) {
            Err(BinaryError::NoRecords { identity }) => Ok(Self { identity: *identity, records: Vec::new() }),
            other => other,
        }
    }
}

impl<'a> Slice<'a> {
    /// What the records say, whatever order the linker gave them.
    fn bodies(&self) -> Result<BTreeSet<&'a [u8]>, BinaryError> {
        let raw = self.sections.iter().flat_map(|section| record::cut(section));
        raw.map(|raw| Ok(raw?.body)).collect()
    }
}

fn slices<'a, R: ReadRef<'a>>(data: R) -> Result<Vec<Slice<'a>>, BinaryError> {
    let kind = FileKind::parse(data).map_err(|_| BinaryError::NotAnObject)?;
    Ok(match kind {
        FileKind::Elf32 => vec![elf::read::<object::elf::FileHeader32<Endianness>, R>(data)?],
        FileKind::Elf64 => vec![elf::read::<object::elf::FileHeader64<Endianness>, R>(data)?],
        FileKind::MachO32 => vec![macho::read::<object::macho::MachHeader32<Endianness>, R>(data)?],
        FileKind::MachO64 => vec![macho::read::<object::macho::MachHeader64<Endianness>, R>(data)?],
        FileKind::MachOFat32 => macho::universal::<object::macho::FatArch32, R>(data)?,
        FileKind::MachOFat64 => macho::universal::<object::macho::FatArch64, R>(data)?,
        FileKind::Pe32 => vec![pe::read::<object::pe::ImageNtHeaders32, R>(data)?],
        FileKind::Pe64 => vec![pe::read::<object::pe::ImageNtHeaders64, R>(data)?],
        _ => return Err(BinaryError::NotAnObject),
    })
}

fn checked_size(size: u64) -> Result<(), BinaryError> {
    if size > MAX_SECTION_BYTES {
        return Err(BinaryError::TooLarge { bytes: size });
    }
    Ok(())
}

#[cfg(test)]
mod tests;
