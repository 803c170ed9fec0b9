//! The machine that a program is for.

use std::fmt;

use flash::manifest::Libc;

/// The machine that a program is for, in Rust's words.
#[derive(Debug, Clone, PartialEq)]
pub struct Identity {
    /// Format of the file.
    pub format: Format,
    /// Operating system, `linux`.
    pub os: String,
    /// Architecture, `x86_64`.
    pub arch: String,
    /// The C library that has to be there; none for a static program.
    pub libc: Option<Libc>,
}

/// Format of a program file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Linux, the BSDs and more.
    Elf,
    /// Apple's systems.
    MachO,
    /// Windows.
    Pe,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Elf => "ELF",
            Self::MachO => "Mach-O",
            Self::Pe => "PE",
        })
    }
}
