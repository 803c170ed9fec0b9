//! The package's own manifest, as cargo understands it.
//!
//! `cargo metadata --no-deps` reads the workspace's manifests only. The whole graph would need every package of the lock
//! file on disk, and those that only another platform, a feature that is off or a test wants aren't there on a fresh
//! machine; the graph comes from the lock file instead.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use super::environment::Environment;
use super::failure::Failure;

/// The workspace, seen from one of its packages.
#[derive(Debug)]
pub(super) struct Project {
    /// The workspace's directory.
    pub(super) root: PathBuf,
    pub(super) package: Package,
    /// Every package of the workspace, by directory, with its library.
    pub(super) libraries: HashMap<PathBuf, Library>,
}

/// What can be named of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Library {
    Named(String),
    None,
}

#[derive(Debug, Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    workspace_root: PathBuf,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Package {
    pub(super) name: String,
    manifest_path: PathBuf,
    pub(super) dependencies: Vec<Dependency>,
    /// Feature -> what it turns on.
    pub(super) features: BTreeMap<String, Vec<String>>,
    targets: Vec<Target>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Dependency {
    pub(super) name: String,
    pub(super) rename: Option<String>,
    /// `None` for a normal dependency.
    pub(super) kind: Option<String>,
    #[serde(default)]
    pub(super) optional: bool,
    /// A triple or `cfg(..)`.
    pub(super) target: Option<String>,
    pub(super) path: Option<PathBuf>,
}

#[derive(Debug, Deserialize)]
struct Target {
    kind: Vec<String>,
    name: String,
}

pub(super) fn read(environment: &Environment) -> Result<Project, Failure> {
    let manifest = environment.manifest_dir.join("Cargo.toml");
    let mut command = Command::new(&environment.cargo);
    command
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline", "--manifest-path"])
        .arg(&manifest);
    let output = command
        .output()
        .map_err(|error| Failure::new(format!("`cargo metadata` can't be started: {error}")))?;
    if !output.status.success() {
        let reason = String::from_utf8_lossy(&output.stderr);
        return Err(Failure::new(format!("`cargo metadata` failed: {}", reason.trim())));
    }
    parse(&output.stdout, &manifest, environment)
}

fn parse(json: &[u8], manifest: &Path, environment: &Environment) -> Result<Project, Failure> {
    let metadata: Metadata = serde_json::from_slice(json)
        .map_err(|error| Failure::new(format!("`cargo metadata` answered something else: {error}")))?;
    let libraries = metadata
        .packages
        .iter()
        .filter_map(|package| Some((package.manifest_path.parent()?.to_path_buf(), library(package))));
    let libraries = libraries.collect();
    let mut packages = metadata.packages;
    // Links may lead to the directory by another name.
    let own = packages
        .iter()
        .position(|package| package.manifest_path == *manifest)
        .or_else(|| packages.iter().position(|package| package.name == environment.package));
    let package = match own {
        Some(own) => packages.swap_remove(own),
        None => {
            return Err(Failure::new(format!(
                "`cargo metadata` doesn't list the package `{}`",
                environment.package
            )));
        }
    };
    Ok(Project { root: metadata.workspace_root, package, libraries })
}

fn library(package: &Package) -> Library {
    let linkable =
        |target: &&Target| target.kind.iter().any(|kind| matches!(kind.as_str(), "lib" | "rlib" | "dylib"));
    match package.targets.iter().find(linkable) {
        Some(target) => Library::Named(target.name.replace('-', "_")),
        None => Library::None,
    }
}
