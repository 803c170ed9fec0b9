//! What one binary says of itself, read and run.

use std::fmt;
use std::path::Path;
use std::process::Command;

use object::{Object as _, ObjectSection as _};

/// Which of the fixture's programs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Bin,
    Example,
    Test,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bin => "the program",
            Self::Example => "the example",
            Self::Test => "the test binary",
        })
    }
}

/// One binary's functions.
pub(crate) struct Program {
    pub(crate) kind: Kind,
    pub(crate) linked_by_lld: bool,
    /// What the running program says keeps its registry.
    pub(crate) backend: String,
    /// Names of the records in the file, sorted.
    pub(crate) records: Vec<String>,
    /// Names that the running program listed, sorted.
    pub(crate) registry: Vec<String>,
}

impl Program {
    /// Reads the file, then runs it.
    pub(crate) fn inspect(kind: Kind, path: &Path) -> Self {
        let bytes = std::fs::read(path).unwrap();
        let file = object::File::parse(&*bytes).unwrap();
        let section = |name| file.section_by_name(name).map_or(&[][..], |section| section.data().unwrap());
        let mut records = records(section(".flash"));
        records.sort();
        let linked_by_lld = section(".comment").windows(3).any(|word| word == b"LLD");
        let (backend, mut registry) = run(kind, path);
        registry.sort();
        Self { kind, linked_by_lld, backend, records, registry }
    }
}

/// Names of the functions among the records of a section. It follows `docs/records.md` and stops at the first
/// byte that isn't explained there.
fn records(mut section: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    loop {
        let padding = section.iter().take_while(|byte| **byte == 0).count();
        section = &section[padding..];
        if section.is_empty() {
            return names;
        }
        let rest = section.strip_prefix(b"\x7fFLASH\x01\n").expect("a record begins with its magic");
        let (length, rest) = rest.split_first_chunk().expect("a record has a length");
        let (body, rest) = rest.split_at(u32::from_le_bytes(*length) as usize);
        let head = str::from_utf8(body).unwrap().split('\x1e').next().unwrap();
        let head: serde_json::Value = serde_json::from_str(head).unwrap();
        if head["kind"] == "fn" {
            names.push(head["name"].as_str().unwrap().to_owned());
        }
        section = rest;
    }
}

/// The registry's backend and names: lines `backend name`, which libtest surrounds with its own.
fn run(kind: Kind, path: &Path) -> (String, Vec<String>) {
    let mut command = Command::new(path);
    if kind == Kind::Test {
        command.arg("--nocapture");
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}: {output:?}", path.display());
    let text = String::from_utf8(output.stdout).unwrap();
    let mut backend = String::new();
    let names = text
        .lines()
        .filter_map(|line| line.strip_prefix("site "))
        .map(|line| {
            let (by, name) = line.split_once(' ').expect("backend and name");
            backend = by.to_owned();
            name.to_owned()
        })
        .collect();
    (backend, names)
}
