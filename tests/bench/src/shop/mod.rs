//! A generated library: 20 signatures over types of a shop, a few functions per file.

use std::fmt::Write as _;
use std::ops::Range;
use std::path::Path;

/// The types that the signatures use, with their derives in every variant.
const TYPES: &str = include_str!("templates/types.rs.txt");

/// One function of each signature; `_N` becomes the file's number, `#[remote]` the attribute or nothing.
const FUNCTIONS: &str = include_str!("templates/functions.rs.txt");

/// Which functions a library gets.
#[derive(Debug, Clone)]
pub struct Library {
    /// Numbers of its files; they keep names apart across libraries.
    pub files: Range<usize>,
    /// Functions in all.
    pub functions: usize,
    /// Whether they carry the attribute.
    pub annotated: bool,
}

impl Library {
    /// Writes `lib.rs` and the files beside it.
    ///
    /// # Errors
    /// A file can't be written.
    pub fn write(&self, directory: &Path) -> std::io::Result<()> {
        let mut library = format!(
            "//! {} functions.\n#![allow(dead_code, unused_imports)]\n\npub mod types;\n",
            self.functions
        );
        let per_file = self.functions.div_ceil(self.files.len().max(1));
        for (index, file) in self.files.clone().enumerate() {
            let first = index * per_file;
            let numbers = first.min(self.functions)..self.functions.min(first + per_file);
            std::fs::write(directory.join(format!("part{file}.rs")), self.file(file, numbers, per_file))?;
            let _ = writeln!(library, "pub mod part{file};");
        }
        std::fs::write(directory.join("types.rs"), TYPES)?;
        std::fs::write(directory.join("lib.rs"), library)
    }

    /// The functions of these numbers; every 20th has the same signature.
    fn file(&self, file: usize, numbers: Range<usize>, per_file: usize) -> String {
        let attribute = if self.annotated {
            format!("#[flash::remote(resource = \"part{}\")]", file % 5)
        } else {
            String::new()
        };
        let parts: Vec<&str> = FUNCTIONS.split("#[remote]").collect();
        let (head, bodies) = parts.split_at(1);
        let mut text = head.concat();
        for number in numbers {
            let (round, signature) = (number / bodies.len(), number % bodies.len());
            let mut body = bodies[signature].to_owned();
            for (callee, text) in bodies.iter().enumerate() {
                let name = text
                    .split_once("fn ")
                    .and_then(|(_, rest)| rest.split_once('('))
                    .map_or("", |(name, _)| name);
                let part = self.files.start + (round * bodies.len() + callee) / per_file;
                body = body.replace(&format!("@{name}"), &format!("crate::part{part}::{name}"));
            }
            text += &attribute;
            text += &body.replace("_N", &format!("_{}", self.files.start + round));
        }
        text
    }
}
