//! The build script: what a package's dependency graph and its `flash.toml` have to say to its code.
//!
//! A dependency that nobody names in code isn't linked, and its remote functions are lost. So every direct dependency
//! with the SDK below it is named here. Sources are never read.

mod anchors;
mod environment;
mod failure;
mod generated;
mod lock;
mod manifest;
mod watch;

use std::path::Path;

use environment::Environment;
use failure::Failure;

use crate::settings::Settings;

/// Name of the file in `OUT_DIR` that `#[flash::main]` and `flash::anchor!()` include.
const OUTPUT: &str = "flash.rs";

/// Writes what `#[flash::main]` and `flash::anchor!()` include; the one line of a `build.rs`.
///
/// ```no_run
/// // in `fn main` of build.rs
/// flash_build::build();
/// ```
///
/// Mistakes are told to cargo in words, and the build fails with them.
#[allow(clippy::print_stdout, reason = "cargo reads a build script's standard output")]
pub fn build() {
    let (directives, outcome) = run();
    for directive in directives {
        println!("{directive}");
    }
    if let Err(failure) = outcome {
        for message in failure.messages() {
            println!("cargo::error={message}");
        }
        std::process::exit(1);
    }
}

fn run() -> (Vec<String>, Result<(), Failure>) {
    let mut directives = Vec::new();
    let outcome = generate(&mut directives);
    (directives, outcome)
}

fn generate(directives: &mut Vec<String>) -> Result<(), Failure> {
    let environment = Environment::read()?;
    let project = manifest::read(&environment)?;
    let mut watched = watch::Watched::new(&environment);
    watched.file(&environment.manifest_dir.join("Cargo.toml"));
    watched.file(&project.root.join("Cargo.toml"));

    let lock = project.root.join("Cargo.lock");
    let mut anchors = Vec::new();
    let mut sdk = None;
    // A package out of a registry may come without a lock file, and then nothing is known of its graph.
    if lock.is_file() {
        watched.file(&lock);
        let graph = lock::read(&lock)?;
        let found = anchors::find(&environment, &project, &graph);
        for manifest in &found.manifests {
            watched.file(manifest);
        }
        anchors = found.names;
        sdk = found.sdk;
    }
    watched.settings();
    directives.extend(watched.directives());

    let settings = Settings::read(&environment.manifest_dir).map_err(Failure::mistakes)?.unwrap_or_default();
    let resources = settings.resource_names();
    if sdk.is_none() && !resources.is_empty() && lock.is_file() {
        directives.push(
            "cargo::warning=flash.toml names resources, but this package doesn't depend on flash-runtime itself, so no \
             constants are generated for them"
                .to_owned(),
        );
    }
    let text = generated::text(&environment, &anchors, sdk.as_deref(), &resources)?;
    write_if_changed(&environment.out_dir.join(OUTPUT), &text)
}

/// An unchanged file keeps its time, so that cargo doesn't compile again what includes it.
fn write_if_changed(path: &Path, text: &str) -> Result<(), Failure> {
    if std::fs::read(path).is_ok_and(|found| found == text.as_bytes()) {
        return Ok(());
    }
    std::fs::write(path, text)
        .map_err(|error| Failure::new(format!("{} can't be written: {error}", path.display())))
}
