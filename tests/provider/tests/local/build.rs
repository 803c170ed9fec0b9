//! The topology example, built by the command.

use std::path::Path;
use std::process::Command;

use flash::manifest::Manifest;
use flash_provider_suite::{Builds, LocalBuild};

use super::command::workspace;

/// The example as it is, and with another configuration. What is built lies in cargo's own directory.
pub(crate) fn both(command: &Path) -> Builds {
    Builds {
        first: one(command, "first", &[]),
        second: one(command, "second", &["--set", "endpoint_2.env.BUILD=second"]),
    }
}

fn one(command: &Path, name: &str, options: &[&str]) -> LocalBuild {
    let example = workspace().join("examples/topology");
    let output = Command::new(command)
        .current_dir(&example)
        .args(["flash", "build", "--profile", "dev", "--package", "my-flash-app"])
        .args(options)
        // Set by the cargo that runs this test, for another package.
        .env_remove("CARGO_MANIFEST_DIR")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let written = example.join(".flash");
    let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&kept).unwrap();
    let archive = kept.join("archive.tar.gz");
    std::fs::copy(written.join("archive.tar.gz"), &archive).unwrap();
    let manifest = Manifest::parse(&std::fs::read(written.join("flash_manifest.json")).unwrap()).unwrap();
    LocalBuild { archive, manifest }
}
