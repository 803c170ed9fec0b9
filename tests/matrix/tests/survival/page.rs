//! The page that shows the matrix.

use std::path::Path;

use crate::configuration::Configuration;
use crate::place::PLACES;
use crate::program::Program;

const BEGIN: &str = "<!-- the test writes from here -->\n";
const END: &str = "<!-- to here -->";

/// One configuration's line.
pub(crate) fn line(configuration: &Configuration, programs: &[Program]) -> String {
    let mut line = format!("| {configuration} |");
    for place in &PLACES {
        let program = programs.iter().find(|program| program.kind == place.kind).unwrap();
        let has = |names: &[String]| names.iter().any(|name| name == place.function);
        line += match (has(&program.records), has(&program.registry)) {
            (true, true) => " yes |",
            (false, false) => " no |",
            (true, false) => " record only |",
            (false, true) => " registry only |",
        };
    }
    line
}

/// Fails when the page says otherwise. A slice compares its own lines only.
pub(crate) fn compare(lines: &[String], whole: bool) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/survival.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once(BEGIN).expect("the page marks where the table begins");
    let (table, after) = rest.split_once(END).expect("the page marks where the table ends");
    if !whole {
        for line in lines {
            assert!(
                table.lines().any(|written| written == line),
                "docs/survival.md lacks this line; run with FLASH_MATRIX=all FLASH_UPDATE_DOCS=1\n{line}"
            );
        }
        return;
    }
    let written = format!("{}{}\n", header(), lines.join("\n"));
    if table == written {
        return;
    }
    assert!(
        std::env::var_os("FLASH_UPDATE_DOCS").is_some(),
        "docs/survival.md differs; FLASH_UPDATE_DOCS=1 rewrites it. Now:\n{written}"
    );
    std::fs::write(&path, format!("{before}{BEGIN}{written}{END}{after}")).unwrap();
}

fn header() -> String {
    let headings: Vec<&str> = PLACES.iter().map(|place| place.heading).collect();
    let rule = "---|".repeat(headings.len() + 3);
    format!("| profile | linker | registry | {} |\n|{rule}\n", headings.join(" | "))
}
