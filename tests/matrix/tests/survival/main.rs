//! Which remote functions survive linking, over every way to build: see `docs/survival.md`, which this test
//! keeps. It reads the records out of each binary and runs it, and compares both with what is expected.
//!
//! A slice of the matrix by default, all of it with `FLASH_MATRIX=all`; `FLASH_UPDATE_DOCS=1` rewrites the page.

#![cfg(all(target_os = "linux", target_arch = "x86_64", target_env = "gnu"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

mod configuration;
mod fixture;
mod page;
mod place;
mod program;

use configuration::Configuration;
use fixture::Fixture;
use place::Place;
use program::Program;

#[test]
fn every_linked_function_survives() {
    let fixture = Fixture::prepare();
    let whole = std::env::var("FLASH_MATRIX").is_ok_and(|value| value == "all");
    let configurations = if whole { Configuration::all() } else { Configuration::slice() };
    let mut lines = Vec::new();
    let mut surprises = Vec::new();
    for configuration in &configurations {
        let programs = fixture.build(configuration);
        for program in &programs {
            check_build(program, configuration);
            surprises.extend(check(program, configuration));
        }
        lines.push(page::line(configuration, &programs));
    }
    assert!(surprises.is_empty(), "not what was expected:\n{}", surprises.join("\n"));
    page::compare(&lines, whole);
}

/// The program was built the way its line in the table says.
fn check_build(program: &Program, configuration: &Configuration) {
    assert_eq!(
        program.linked_by_lld, configuration.default_linker,
        "{}: the linker of {configuration}; LLD names itself in `.comment`",
        program.kind
    );
    assert_eq!(program.backend, configuration.backend(), "{}: the registry of {configuration}", program.kind);
}

/// Every name that the records or the registry have too many or too few.
fn check(program: &Program, configuration: &Configuration) -> Vec<String> {
    let expected: Vec<&str> = Place::expected_in(program.kind);
    [("records", &program.records), ("registry", &program.registry)]
        .into_iter()
        .filter(|(_, found)| **found != expected)
        .map(|(side, found)| {
            format!("{configuration}: {}, {side}:\n  {found:?}\nexpected:\n  {expected:?}", program.kind)
        })
        .collect()
}
