//! ELF: Linux, the BSDs.

use flash::manifest::Libc;
use object::Endian;
use object::elf;
use object::read::ReadRef;
use object::read::elf::{FileHeader, ProgramHeader, SectionHeader, SectionTable};

use super::{BinaryError, Format, Identity, SECTION, Slice, checked_size};

pub(super) fn read<'a, Elf: FileHeader, R: ReadRef<'a>>(data: R) -> Result<Slice<'a>, BinaryError> {
    let header = Elf::parse(data)?;
    let endian = header.endian()?;
    let sections = header.sections(endian, data)?;
    let mut found = Vec::new();
    for section in sections.iter() {
        if sections.section_name(endian, section).is_ok_and(|name| name == SECTION) {
            checked_size(section.sh_size(endian).into())?;
            found.push(section.data(endian, data)?);
        }
    }
    let interpreter = interpreter(header, endian, data)?;
    let identity = Identity {
        format: Format::Elf,
        os: os(header, interpreter).to_owned(),
        arch: arch(header, endian).to_owned(),
        libc: libc(interpreter, glibc_version(endian, data, &sections)?),
    };
    Ok(Slice { identity, sections: found })
}

fn arch<Elf: FileHeader>(header: &Elf, endian: Elf::Endian) -> &'static str {
    let big = endian.is_big_endian();
    let wide = header.is_class_64();
    match header.e_machine(endian) {
        elf::EM_X86_64 => "x86_64",
        elf::EM_386 => "x86",
        elf::EM_AARCH64 => "aarch64",
        elf::EM_ARM => "arm",
        elf::EM_RISCV if wide => "riscv64",
        elf::EM_RISCV => "riscv32",
        elf::EM_PPC64 if big => "powerpc64",
        elf::EM_PPC64 => "powerpc64le",
        elf::EM_PPC => "powerpc",
        elf::EM_S390 => "s390x",
        elf::EM_LOONGARCH => "loongarch64",
        elf::EM_MIPS if wide => "mips64",
        elf::EM_MIPS => "mips",
        _ => "unknown",
    }
}

/// The header's own field is Linux's zero nearly everywhere, so the loader tells.
fn os<Elf: FileHeader>(header: &Elf, interpreter: Option<&[u8]>) -> &'static str {
    match header.e_ident().os_abi {
        elf::ELFOSABI_FREEBSD => return "freebsd",
        elf::ELFOSABI_NETBSD => return "netbsd",
        elf::ELFOSABI_OPENBSD => return "openbsd",
        elf::ELFOSABI_SOLARIS => return "solaris",
        _ => {}
    }
    match interpreter {
        Some(path) if path.starts_with(b"/system/bin/linker") => "android",
        Some(path) if path.ends_with(b"ld-elf.so.1") => "freebsd",
        Some(path) if path.ends_with(b"ld.elf_so") => "netbsd",
        Some(path) if path.ends_with(b"/ld.so") => "openbsd",
        _ => "linux",
    }
}

fn interpreter<'a, Elf: FileHeader, R: ReadRef<'a>>(
    header: &Elf,
    endian: Elf::Endian,
    data: R,
) -> Result<Option<&'a [u8]>, BinaryError> {
    for segment in header.program_headers(endian, data)? {
        if let Some(path) = segment.interpreter(endian, data)? {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

fn libc(interpreter: Option<&[u8]>, glibc: Option<String>) -> Option<Libc> {
    let path = interpreter?;
    let has = |needle: &[u8]| path.windows(needle.len()).any(|window| window == needle);
    if has(b"ld-musl") {
        return Some(Libc { name: "musl".into(), version: None });
    }
    if glibc.is_some() || has(b"ld-linux") || has(b"/ld64.so") {
        return Some(Libc { name: "glibc".into(), version: glibc });
    }
    None
}

/// The highest `GLIBC_x.y` that the program asks for.
fn glibc_version<'a, Elf: FileHeader, R: ReadRef<'a>>(
    endian: Elf::Endian,
    data: R,
    sections: &SectionTable<'a, Elf, R>,
) -> Result<Option<String>, BinaryError> {
    let Some((needs, link)) = sections.gnu_verneed(endian, data)? else {
        return Ok(None);
    };
    let strings = sections.strings(endian, data, link)?;
    let mut highest: Option<Vec<u32>> = None;
    for need in needs {
        let (_, names) = need?;
        for name in names {
            let name = name?.name(endian, strings)?;
            highest = highest.max(version(name));
        }
    }
    Ok(highest.map(|parts| parts.iter().map(u32::to_string).collect::<Vec<_>>().join(".")))
}

/// `GLIBC_2.34` as numbers; `GLIBC_PRIVATE` and the like are no versions.
fn version(name: &[u8]) -> Option<Vec<u32>> {
    let digits = std::str::from_utf8(name.strip_prefix(b"GLIBC_")?).ok()?;
    digits.split('.').map(|part| part.parse().ok()).collect()
}
