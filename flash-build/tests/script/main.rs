//! The build script in real workspaces, built by real cargo.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../support/mod.rs"]
mod support;

mod anchors;
mod rerun;
mod settings;
mod speed;

use std::path::PathBuf;

use support::{Workspace, package};

const MAIN: &str = "mod generated { include!(concat!(env!(\"OUT_DIR\"), \"/flash.rs\")); }\n";
const BUILD: &str = "//! Generates `flash.rs`.\nfn main() { flash_build::build(); }\n";

/// Libraries with a mark that shows in a binary when they are linked.
fn marked(name: &str) -> String {
    let mark = format!("<<{name} is linked>>");
    format!("#[used]\nstatic MARK: [u8; {}] = *b\"{mark}\";\n", mark.len())
}

/// A program `app` with a build script, over the given dependencies.
fn program(manifest: &str, members: &[&str], main: &str) -> Workspace {
    let listed: Vec<String> = ["app"].iter().chain(members).map(|name| format!("\"{name}\"")).collect();
    let workspace = Workspace::new(&[
        ("Cargo.toml", &format!("[workspace]\nresolver = \"3\"\nmembers = [{}]\n", listed.join(", "))),
        ("app/src/main.rs", &format!("{MAIN}fn main() {{ {main} }}\n")),
        ("app/build.rs", BUILD),
        // The versions that this repository was built with, which are on this machine.
        ("Cargo.lock", include_str!("../../../Cargo.lock")),
    ]);
    // Cargo puts programs of one name in one place, and all fixtures share a target directory.
    let test = std::thread::current().name().unwrap_or_default().replace("::", "_");
    let helper = format!(
        "\n[[bin]]\nname = \"app_{test}\"\npath = \"src/main.rs\"\n\n[build-dependencies]\nflash-build = {{ path = {:?} }}\n",
        env!("CARGO_MANIFEST_DIR")
    );
    workspace.write("app/Cargo.toml", &(package("app", manifest) + &helper));
    workspace
}

fn library(workspace: &Workspace, name: &str, dependencies: &str) {
    workspace
        .write(&format!("{name}/Cargo.toml"), &package(name, &format!("[dependencies]\n{dependencies}")));
    workspace.write(&format!("{name}/src/lib.rs"), &marked(name));
}

const SDK: &str = "flash-runtime = { path = \"../sdk\" }\n";

/// Builds `app`; the text of the generated file and the path of the binary.
fn build(workspace: &Workspace, arguments: &[&str]) -> (String, PathBuf) {
    let mut all = vec!["build", "-p", "app", "--message-format", "json"];
    all.extend(arguments);
    let printed = workspace.cargo_ok(&all);
    let messages: Vec<serde_json::Value> =
        printed.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of_app =
        |message: &&serde_json::Value| message["package_id"].as_str().is_some_and(|id| id.contains("/app#"));
    let text = |key: &str| {
        messages.iter().filter(of_app).find_map(|message| message[key].as_str()).map(PathBuf::from).unwrap()
    };
    (std::fs::read_to_string(text("out_dir").join("flash.rs")).unwrap(), text("executable"))
}

/// The anchored names.
fn anchored(generated: &str) -> Vec<&str> {
    generated.lines().filter_map(|line| line.strip_prefix("extern crate ")?.strip_suffix(" as _;")).collect()
}

fn is_linked(binary: &std::path::Path, name: &str) -> bool {
    let bytes = std::fs::read(binary).unwrap();
    let mark = format!("<<{name} is linked>>");
    bytes.windows(mark.len()).any(|window| window == mark.as_bytes())
}
