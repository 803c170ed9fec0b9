//! The generated functions: 20 signatures over types of a shop, in files of 20 functions.

use std::fmt::Write as _;
use std::path::Path;

/// Functions per file, one of each signature.
const PER_FILE: usize = 20;

/// The types that the signatures use, with their derives in every variant.
const TYPES: &str = include_str!("templates/types.rs.txt");

/// One function of each signature; `_N` becomes the file's number, `#[remote]` the attribute or nothing.
const FUNCTIONS: &str = include_str!("templates/functions.rs.txt");

/// Writes a library of `count` functions.
pub(crate) fn write(directory: &Path, count: usize, annotated: bool) -> std::io::Result<()> {
    let mut library = format!("//! {count} functions.\n#![allow(dead_code)]\n\npub mod types;\n");
    for file in 0..count.div_ceil(PER_FILE) {
        let functions = PER_FILE.min(count - file * PER_FILE);
        let text = module(file, functions, annotated);
        std::fs::write(directory.join(format!("part{file}.rs")), text)?;
        let _ = writeln!(library, "pub mod part{file};");
    }
    std::fs::write(directory.join("types.rs"), TYPES)?;
    std::fs::write(directory.join("lib.rs"), library)
}

fn module(file: usize, functions: usize, annotated: bool) -> String {
    let attribute =
        if annotated { format!("#[flash::remote(resource = \"part{}\")]", file % 5) } else { String::new() };
    let mut parts = FUNCTIONS.split("#[remote]");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts.take(functions) {
        text += &attribute;
        text += part;
    }
    text.replace("_N", &format!("_{file}"))
}
