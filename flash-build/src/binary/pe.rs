//! PE: Windows.

use object::LittleEndian;
use object::pe;
use object::read::ReadRef;
use object::read::pe::ImageNtHeaders;

use super::{BinaryError, Format, Identity, SECTION, Slice, checked_size};

pub(super) fn read<'a, Pe: ImageNtHeaders, R: ReadRef<'a>>(data: R) -> Result<Slice<'a>, BinaryError> {
    let dos = pe::ImageDosHeader::parse(data)?;
    let mut offset = dos.nt_headers_offset().into();
    let (headers, _) = Pe::parse(data, &mut offset)?;
    let sections = headers.sections(data, offset)?;
    let mut found = Vec::new();
    for section in sections.iter() {
        if section.raw_name() == SECTION {
            checked_size(section.pe_file_range().1.into())?;
            found.push(section.pe_data(data)?);
        }
    }
    let arch = match headers.file_header().machine.get(LittleEndian) {
        pe::IMAGE_FILE_MACHINE_AMD64 => "x86_64",
        pe::IMAGE_FILE_MACHINE_I386 => "x86",
        pe::IMAGE_FILE_MACHINE_ARM64 => "aarch64",
        _ => "unknown",
    };
    let identity = Identity { format: Format::Pe, os: "windows".into(), arch: arch.into(), libc: None };
    Ok(Slice { identity, sections: found })
}
