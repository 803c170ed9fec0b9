//! The crates that a user compiles, as lists that a change must change with it.
//!
//! `FLASH_UPDATE_SNAPSHOTS=1` rewrites `snapshots/`. The lists are those of the platform that runs the test.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use flash_build::template::{NewPackage, Sdk, Vcs};

/// Crates whose presence means that a C compiler, or a C library of the system, is needed.
const NATIVE: [&str; 8] =
    ["cc", "cmake", "nasm-rs", "bindgen", "pkg-config", "vcpkg", "autotools", "openssl-src"];

/// `-sys` crates that only declare what the operating system brings.
const DECLARATIONS: [&str; 4] = ["windows-sys", "linux-raw-sys", "core-foundation-sys", "fsevent-sys"];

#[test]
fn one_bare_dependency() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path().join("bare");
    let dependencies = format!("[dependencies]\nflash-runtime = {{ {} }}\n", sdk());
    write(&root, &dependencies);
    check(&root, "bare", 45);
}

#[test]
fn with_the_build_script() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path().join("script");
    let helper = Sdk::Path(repository().join("flash-build"));
    let dependencies = format!(
        "[dependencies]\nflash-runtime = {{ {} }}\n\n[build-dependencies]\nflash-build = {{ {helper} }}\n",
        sdk()
    );
    write(&root, &dependencies);
    fs::write(root.join("build.rs"), "fn main() {}\n").unwrap();
    check(&root, "script", 100);
}

#[test]
fn the_template_of_new_programs() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path().join("template");
    let package = NewPackage { path: root.clone(), name: None, vcs: Vcs::None, sdk: sdk() };
    package.create().unwrap();
    check(&root, "template", 100);
}

/// A package with these dependencies.
fn write(root: &Path, dependencies: &str) {
    let name = root.file_name().unwrap().to_str().unwrap();
    let package = format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
    fs::create_dir_all(root.join("src")).unwrap();
    fs::write(root.join("Cargo.toml"), format!("{package}\n[workspace]\n\n{dependencies}")).unwrap();
    fs::write(root.join("src/main.rs"), "fn main() {}\n").unwrap();
}

fn sdk() -> Sdk {
    Sdk::parse(repository().to_str().unwrap()).unwrap()
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Counts, forbids and compares the crates of a project.
fn check(root: &Path, name: &str, limit: usize) {
    // The versions that this repository tests with; it also spares the network.
    fs::copy(repository().join("Cargo.lock"), root.join("Cargo.lock")).unwrap();
    let crates = tree(root, &[]);
    assert!(crates.len() <= limit, "{} crates, at most {limit}: {crates:#?}", crates.len());
    let syn: Vec<&String> = crates.iter().filter(|line| line.starts_with("syn ")).collect();
    assert_eq!(syn.len(), 1, "one version of syn: {syn:?}");
    // On any platform, not only this one.
    for line in tree(root, &["--target", "all"]) {
        let name = line.split(' ').next().unwrap();
        let native = NATIVE.contains(&name) || (name.ends_with("-sys") && !DECLARATIONS.contains(&name));
        assert!(!native, "{line} needs more than a Rust compiler");
    }
    compare(name, &crates);
}

/// `name vX.Y.Z` of every crate but the project itself; build scripts' and macros' own included.
fn tree(root: &Path, more: &[&str]) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .current_dir(root)
        .args(["tree", "--offline", "--edges", "normal,build", "--prefix", "none", "--format", "{p}"])
        .args(more)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let lines = text.lines().skip(1).filter(|line| !line.is_empty());
    // Neither where the checkout is nor what kind of crate it is.
    lines.map(|line| line.split(" (").next().unwrap().to_owned()).collect()
}

/// The snapshot holds names only: versions are the lock file's business.
fn compare(name: &str, crates: &BTreeSet<String>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("snapshots/{name}.txt"));
    let names: Vec<&str> = crates.iter().map(|line| line.split(' ').next().unwrap()).collect();
    let now = format!("{} crates\n{}\n", names.len(), names.join("\n"));
    if std::env::var_os("FLASH_UPDATE_SNAPSHOTS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, now).unwrap();
        return;
    }
    if cfg!(target_os = "linux") {
        let before = fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(before, now, "the crates changed; FLASH_UPDATE_SNAPSHOTS=1 rewrites {}", path.display());
    }
}
