//! What `docs/platform.md` shows is what happens.

use std::path::Path;
use std::process::Command;

use super::harness::{Place, said};

/// The commands of the section, as they stand on the page.
fn commands() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let page = std::fs::read_to_string(root.join("docs/platform.md")).unwrap();
    let section = page.split_once("## From a build to an answer").unwrap().1;
    section.split_once("```sh\n").unwrap().1.split_once("```").unwrap().0.to_owned()
}

#[test]
fn a_build_goes_to_an_answer_as_the_page_shows() {
    let place = Place::new();
    let command = Path::new(env!("CARGO_BIN_EXE_cargo-flash")).parent().unwrap();
    let path = format!("{}:{}", command.display(), std::env::var("PATH").unwrap());
    let mut bash = Command::new("bash");
    bash.args(["-euo", "pipefail", "-c", &commands()])
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap())
        .env("PATH", path)
        .env("CARGO_NET_OFFLINE", "true")
        .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap())
        .env("FLASH_PLATFORM_DIR", place.data())
        .env("FLASH_PLATFORM_ADDRESS", "127.0.0.1:0");
    let said = said(bash.output().unwrap());
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    assert!(said.out.contains(r#"{"word":"be","times":2}"#), "{}", said.out);
    assert!(said.out.contains(r#"["one","two"]"#), "{}", said.out);
    assert!(said.out.contains("my-flash-app / production  DEPLOYED"), "{}", said.out);
}
