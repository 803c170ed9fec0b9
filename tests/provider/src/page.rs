//! The page that lists the cases.

use std::path::Path;

const BEGIN: &str = "<!-- the test writes from here -->\n";
const END: &str = "<!-- to here -->";

/// Fails when `docs/conformance.md` lists other cases; `FLASH_UPDATE_DOCS=1` rewrites it.
pub fn compare() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/conformance.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once(BEGIN).expect("the page marks where the table begins");
    let (table, after) = rest.split_once(END).expect("the page marks where the table ends");
    let rows: String =
        crate::all().iter().map(|case| format!("| `{}` | {} |\n", case.name, case.what.trim())).collect();
    let written = format!("| case | what must hold |\n|---|---|\n{rows}");
    if table == written {
        return;
    }
    assert!(
        std::env::var_os("FLASH_UPDATE_DOCS").is_some(),
        "docs/conformance.md differs; FLASH_UPDATE_DOCS=1 rewrites it. Now:\n{written}"
    );
    std::fs::write(&path, format!("{before}{BEGIN}{written}{END}{after}")).unwrap();
}
