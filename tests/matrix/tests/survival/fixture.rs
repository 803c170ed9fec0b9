//! The fixture workspace and its builds.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::configuration::Configuration;
use crate::program::{Kind, Program};

/// A workspace of its own below this package.
pub(crate) struct Fixture {
    root: PathBuf,
    /// One for all configurations.
    target: PathBuf,
}

impl Fixture {
    /// Gives it the repository's lock file, so that it compiles the same versions and needs no network.
    pub(crate) fn prepare() -> Self {
        let package = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = package.join("fixture");
        let lock = package.join("../../Cargo.lock");
        std::fs::copy(&lock, root.join("Cargo.lock")).unwrap();
        // Beside this test's own directory, whatever the target directory is.
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("matrix");
        Self { root, target }
    }

    /// The three programs of a configuration, read and run at once: the next build may replace them.
    pub(crate) fn build(&self, configuration: &Configuration) -> Vec<Program> {
        let output = Command::new(env!("CARGO"))
            .current_dir(&self.root)
            .args(["build", "--offline", "--package", "app", "--bins", "--examples", "--tests"])
            .args(["--message-format", "json-render-diagnostics", "--profile", configuration.profile()])
            .args(["--features", &configuration.features()])
            .arg("--target-dir")
            .arg(&self.target)
            // The flags of the outer build would make other programs than the table says.
            .env_remove("RUSTFLAGS")
            .env_remove("CARGO_ENCODED_RUSTFLAGS")
            .stderr(Stdio::inherit())
            .output()
            .unwrap();
        assert!(output.status.success(), "the fixture doesn't build: {configuration}");
        let mut programs: Vec<Program> = String::from_utf8(output.stdout)
            .unwrap()
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap())
            .filter_map(|message| {
                let path = message["executable"].as_str()?.to_owned();
                let kind = match message["target"]["kind"][0].as_str()? {
                    "bin" => Kind::Bin,
                    "example" => Kind::Example,
                    "test" => Kind::Test,
                    other => panic!("a target of kind {other}"),
                };
                Some(Program::inspect(kind, Path::new(&path)))
            })
            .collect();
        programs.sort_by_key(|program| program.kind);
        let kinds: Vec<Kind> = programs.iter().map(|program| program.kind).collect();
        assert!(kinds == [Kind::Bin, Kind::Example, Kind::Test], "one program of each kind");
        programs
    }
}
