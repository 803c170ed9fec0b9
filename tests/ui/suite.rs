//! What the compiler says about misuse of the macros, and that legal patterns compile. `README.md` says how to
//! add a case.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

#[test]
fn messages() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("fail/*/*.rs");
    cases.pass("pass/*.rs");
}

/// `docs/macro-errors.md` lists every case, with its first message and the number of its errors.
#[test]
fn the_page_of_mistakes_is_true() {
    let page = std::fs::read_to_string(ui().join("../../docs/macro-errors.md")).unwrap();
    let mut listed = BTreeSet::new();
    for row in page.lines().filter(|line| line.ends_with(".rs` |")) {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        let case = cells.last().unwrap().trim_matches('`').to_owned();
        assert!(ui().join(&case).is_file(), "{case} is listed and doesn't exist");
        if case.starts_with("fail/") {
            let [_, count, text, _] = cells[..] else { panic!("{row}") };
            let errors = errors(&ui().join(&case));
            assert_eq!(errors.first().map(String::as_str), Some(text), "first error of {case}");
            assert_eq!(errors.len().to_string(), count, "number of errors of {case}");
        }
        listed.insert(case);
    }
    let unlisted: Vec<String> = cases().into_iter().filter(|case| !listed.contains(case)).collect();
    assert!(unlisted.is_empty(), "cases that docs/macro-errors.md doesn't list: {unlisted:?}");
}

/// No error is about what the macros made of the user's code.
#[test]
fn no_error_is_out_of_generated_code() {
    for case in cases().iter().filter(|case| case.starts_with("fail/")) {
        let text = expected(&ui().join(case));
        assert!(!text.contains("this error originates in the"), "{case}");
        assert!(!text.contains("\nwarning"), "{case} has a warning");
        // Text of the standard library is there or not, depending on what is installed.
        assert!(!text.contains("$RUST"), "{case} quotes the standard library");
    }
}

fn ui() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Paths of all cases.
fn cases() -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![ui().join("fail"), ui().join("pass")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let below = path.strip_prefix(ui()).unwrap();
                found.push(below.iter().map(|part| part.to_str().unwrap()).collect::<Vec<_>>().join("/"));
            }
        }
    }
    found
}

fn expected(case: &Path) -> String {
    let path = case.with_extension("stderr");
    std::fs::read_to_string(&path).unwrap_or_else(|_| panic!("{} is missing", path.display()))
}

/// The first lines of a case's errors.
fn errors(case: &Path) -> Vec<String> {
    let text = expected(case);
    text.lines().filter(|line| line.starts_with("error")).map(str::to_owned).collect()
}
