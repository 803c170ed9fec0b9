//! What one binary says of itself, read and run.

use std::fmt;
use std::path::Path;
use std::process::Command;

use flash_build::binary::Binary;
use flash_build::record::Item;
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
        let mut records = records(path);
        records.sort();
        let bytes = std::fs::read(path).unwrap();
        let file = object::File::parse(&*bytes).unwrap();
        let comment = file.section_by_name(".comment").unwrap().data().unwrap();
        let linked_by_lld = comment.windows(3).any(|word| word == b"LLD");
        let (backend, mut registry) = run(kind, path);
        registry.sort();
        Self { kind, linked_by_lld, backend, records, registry }
    }
}

/// Names of the functions that the file's records describe.
fn records(path: &Path) -> Vec<String> {
    let binary = Binary::read_any(path).unwrap();
    let names = binary.records.into_iter().filter_map(|record| match record.item {
        Item::Function(function) => Some(function.name),
        _ => None,
    });
    names.collect()
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
