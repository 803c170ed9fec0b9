//! Mach-O: Apple's systems.

use flash::manifest::Libc;
use object::macho;
use object::read::ReadRef;
use object::read::macho::{FatArch, LoadCommandVariant, MachHeader, MachOFatFile, Section, Segment};

use super::{BinaryError, Format, Identity, MACHO_SECTION, Slice, checked_size, slices};

/// There are fewer architectures than this; without a limit a small file could name one big slice a million times.
const MAX_SLICES: usize = 16;

pub(super) fn read<'a, Mach: MachHeader, R: ReadRef<'a>>(data: R) -> Result<Slice<'a>, BinaryError> {
    let header = Mach::parse(data, 0)?;
    let endian = header.endian()?;
    let mut os = "macos";
    let mut found = Vec::new();
    let mut commands = header.load_commands(endian, data, 0)?;
    while let Some(command) = commands.next()? {
        if let Some((segment, sections)) = Mach::Segment::from_command(command)? {
            let sections = segment.sections(endian, sections)?;
            for section in segment.section_offsets(endian, sections) {
                let (section, offset) = section?;
                if section.name() == MACHO_SECTION {
                    checked_size(section.size(endian).into())?;
                    let bytes = section.data(endian, data, offset)?;
                    found.push(bytes);
                }
            }
        } else if let LoadCommandVariant::BuildVersion(version, _) = command.variant()? {
            os = platform(version.platform.get(endian));
        }
    }
    let identity = Identity {
        format: Format::MachO,
        os: os.to_owned(),
        arch: arch(header.cputype(endian)).to_owned(),
        libc: None::<Libc>,
    };
    Ok(Slice { identity, sections: found })
}

pub(super) fn universal<'a, Fat: FatArch, R: ReadRef<'a>>(data: R) -> Result<Vec<Slice<'a>>, BinaryError> {
    let file = MachOFatFile::<Fat>::parse(data)?;
    if file.arches().len() > MAX_SLICES {
        return Err(damaged("a universal file with so many slices can't be true"));
    }
    let mut found = Vec::new();
    for arch in file.arches() {
        let (offset, size) = arch.file_range();
        if offset < 8 {
            // A slice that begins at the file's own head would be read without end.
            return Err(damaged("a slice of the universal file holds the file itself"));
        }
        let bytes =
            data.read_bytes_at(offset, size).map_err(|()| damaged("a slice lies outside of the file"))?;
        if matches!(object::FileKind::parse(bytes), Ok(object::FileKind::MachO32 | object::FileKind::MachO64))
        {
            found.extend(slices(bytes)?);
        }
    }
    Ok(found)
}

fn damaged(what: &'static str) -> BinaryError {
    BinaryError::Malformed(what)
}

fn platform(platform: macho::Platform) -> &'static str {
    match platform {
        macho::PLATFORM_IOS | macho::PLATFORM_IOSSIMULATOR => "ios",
        macho::PLATFORM_TVOS | macho::PLATFORM_TVOSSIMULATOR => "tvos",
        macho::PLATFORM_WATCHOS | macho::PLATFORM_WATCHOSSIMULATOR => "watchos",
        _ => "macos",
    }
}

fn arch(cpu: macho::CpuType) -> &'static str {
    match cpu {
        macho::CPU_TYPE_X86_64 => "x86_64",
        macho::CPU_TYPE_X86 => "x86",
        macho::CPU_TYPE_ARM64 => "aarch64",
        macho::CPU_TYPE_ARM => "arm",
        _ => "unknown",
    }
}
