//! The command, built by the cargo that runs the test.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// The root of the workspace.
pub(crate) fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Builds `cargo-flash` and tells where it is; `FLASH_SUITE_COMMAND` names one that is to be used as it is.
pub(crate) fn build() -> PathBuf {
    if let Some(given) = std::env::var_os("FLASH_SUITE_COMMAND") {
        return given.into();
    }
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .current_dir(workspace())
        .args(["build", "--package", "flash-build", "--features", "cli", "--bin", "cargo-flash"])
        .args(["--message-format", "json-render-diagnostics"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let messages = String::from_utf8(output.stdout).unwrap();
    let mut executables = messages.lines().filter_map(|line| {
        let message: Value = serde_json::from_str(line).ok()?;
        let is_command = message["target"]["name"] == "cargo-flash";
        message["executable"].as_str().filter(|_| is_command).map(PathBuf::from)
    });
    executables.next_back().expect("cargo says where it put the command")
}
