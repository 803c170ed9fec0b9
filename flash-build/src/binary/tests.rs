#![allow(clippy::unwrap_used, clippy::panic)]

use object::write::{Object, StandardSegment};
use object::{Architecture, BinaryFormat, Endianness, SectionKind};
use proptest::prelude::*;

use super::*;
use crate::record::samples::function;

/// An object file with the bytes in the section for records.
fn object(format: BinaryFormat, arch: Architecture, section: &[u8]) -> Vec<u8> {
    let mut object = Object::new(format, arch, Endianness::Little);
    let segment = object.segment_name(StandardSegment::Data).to_vec();
    let name = if format == BinaryFormat::MachO { MACHO_SECTION } else { SECTION };
    let id = object.add_section(segment, name.to_vec(), SectionKind::Data);
    object.append_section_data(id, section, 1);
    object.write().unwrap()
}

fn parse(bytes: &[u8]) -> Result<Binary, BinaryError> {
    Binary::parse(bytes)
}

/// A universal file around slices.
fn universal(slices: &[Vec<u8>]) -> Vec<u8> {
    let mut head = 0xcafe_babe_u32.to_be_bytes().to_vec();
    head.extend(u32::try_from(slices.len()).unwrap().to_be_bytes());
    let mut offset = 4096_u32;
    let mut body: Vec<u8> = Vec::new();
    for slice in slices {
        let length = u32::try_from(slice.len()).unwrap();
        for word in [0x0100_0007, 3, offset, length, 12] {
            head.extend(word.to_be_bytes());
        }
        body.extend(slice);
        offset += length;
    }
    head.resize(4096, 0);
    head.extend(body);
    head
}

/// A PE file for x86-64 with one section.
fn pe(section: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = object::write::pe::Writer::new(true, 0x1000, 0x200, &mut bytes);
    writer.reserve_dos_header_and_stub();
    writer.reserve_nt_headers(16);
    let flags = object::pe::IMAGE_SCN_MEM_READ | object::pe::IMAGE_SCN_CNT_INITIALIZED_DATA;
    writer.reserve_section_headers(1);
    let length = u32::try_from(section.len()).unwrap();
    let range = writer.reserve_section(*b".flash\0\0", flags, length, length);
    writer.write_dos_header_and_stub().unwrap();
    writer.write_nt_headers(object::write::pe::NtHeaders {
        machine: object::pe::IMAGE_FILE_MACHINE_AMD64,
        time_date_stamp: 0,
        characteristics: object::pe::IMAGE_FILE_EXECUTABLE_IMAGE,
        major_linker_version: 0,
        minor_linker_version: 0,
        address_of_entry_point: 0,
        image_base: 0x0040_0000,
        major_operating_system_version: 0,
        minor_operating_system_version: 0,
        major_image_version: 0,
        minor_image_version: 0,
        major_subsystem_version: 0,
        minor_subsystem_version: 0,
        subsystem: object::pe::IMAGE_SUBSYSTEM_WINDOWS_CUI,
        dll_characteristics: object::pe::DllFlags(0),
        size_of_stack_reserve: 0,
        size_of_stack_commit: 0,
        size_of_heap_reserve: 0,
        size_of_heap_commit: 0,
    });
    writer.write_section_headers();
    writer.write_section(range.file_offset, section);
    bytes
}

#[test]
fn elf_and_macho_are_read() {
    let elf = parse(&object(BinaryFormat::Elf, Architecture::X86_64, &function())).unwrap();
    assert_eq!((elf.identity.os.as_str(), elf.identity.arch.as_str()), ("linux", "x86_64"));
    assert_eq!(elf.records.len(), 1);
    let macho = parse(&object(BinaryFormat::MachO, Architecture::Aarch64, &function())).unwrap();
    assert_eq!((macho.identity.os.as_str(), macho.identity.arch.as_str()), ("macos", "aarch64"));
    assert_eq!(macho.records, elf.records);
}

#[test]
fn pe_is_read_without_its_padding() {
    let pe = parse(&pe(&function())).unwrap();
    assert_eq!((pe.identity.os.as_str(), pe.identity.arch.as_str()), ("windows", "x86_64"));
    assert_eq!(pe.records.len(), 1);
}

#[test]
fn universal_file_is_read_when_its_slices_agree() {
    let one = object(BinaryFormat::MachO, Architecture::X86_64, &function());
    let other = object(BinaryFormat::MachO, Architecture::Aarch64, &function());
    assert_eq!(parse(&universal(&[one.clone(), other])).unwrap().records.len(), 1);
    let different = object(BinaryFormat::MachO, Architecture::Aarch64, &[]);
    assert!(matches!(parse(&universal(&[one, different])), Err(BinaryError::SlicesDiffer)));
}

#[test]
fn universal_file_that_holds_itself_is_refused() {
    let mut bytes = universal(&[vec![1; 8]]);
    bytes[16..20].copy_from_slice(&0_u32.to_be_bytes());
    assert!(parse(&bytes).unwrap_err().to_string().contains("holds the file itself"));
}

#[test]
fn refusals_name_the_reason() {
    let text = |bytes: &[u8]| parse(bytes).unwrap_err().to_string();
    assert_eq!(
        text(b"#!/bin/sh\necho hello, this is no program\n"),
        "the file is not a program in ELF, Mach-O or PE format"
    );
    assert_eq!(text(b""), "the file is not a program in ELF, Mach-O or PE format");
    let empty = Object::new(BinaryFormat::Elf, Architecture::X86_64, Endianness::Little).write().unwrap();
    assert_eq!(
        text(&empty),
        "the ELF file has no section with records, so no annotated function is linked into it"
    );
    let whole = object(BinaryFormat::Elf, Architecture::X86_64, &function());
    assert!(text(&whole[..whole.len() / 2]).starts_with("the file is truncated or damaged"));
    assert!(
        text(&object(BinaryFormat::Elf, Architecture::X86_64, b"nonsense"))
            .starts_with("at byte 0 of the records")
    );
}

#[test]
fn this_test_program_has_an_identity() {
    let path = std::env::current_exe().unwrap();
    let cache = ReadCache::new(File::open(path).unwrap());
    let slices = slices(&cache).unwrap();
    let identity = &slices[0].identity;
    assert_eq!(
        (identity.os.as_str(), identity.arch.as_str()),
        (std::env::consts::OS, std::env::consts::ARCH)
    );
    if cfg!(target_env = "gnu") {
        let libc = identity.libc.clone().unwrap();
        assert_eq!(libc.name, "glibc");
        assert!(libc.version.unwrap().starts_with("2."));
    }
}

proptest! {
    #[test]
    fn garbage_behind_a_magic_never_panics(kind in 0_usize..6, bytes in proptest::collection::vec(any::<u8>(), 0..1024)) {
        let magic: [&[u8]; 6] = [b"\x7fELF\x02\x01\x01", b"\x7fELF\x01\x02\x01", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe\0\0\0\x02", b"MZ", b""];
        let _ = parse(&[magic[kind], &bytes].concat());
    }

    #[test]
    fn mutated_and_truncated_programs_never_panic(
        format in 0_usize..4,
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = match format {
            0 => object(BinaryFormat::Elf, Architecture::X86_64, &function()),
            1 => object(BinaryFormat::MachO, Architecture::Aarch64, &function()),
            2 => universal(&[object(BinaryFormat::MachO, Architecture::X86_64, &function())]),
            _ => pe(&function()),
        };
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        let _ = parse(&bytes);
        let cut = cut.index(bytes.len());
        let _ = parse(&bytes[..cut]);
        let _ = Binary::parse(&ReadCache::new(std::io::Cursor::new(&bytes[..cut])));
    }
}
