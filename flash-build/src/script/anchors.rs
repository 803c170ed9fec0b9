//! Which dependencies have to be named so that they are linked.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use cargo_platform::Platform;
use toml::de::DeTable;

use super::environment::Environment;
use super::lock::{Graph, SDK};
use super::manifest::{Dependency, Library, Package, Project};

/// What the direct dependencies come to.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Crate names to anchor, sorted.
    pub(super) names: Vec<String>,
    /// The name of the SDK in code.
    pub(super) sdk: Option<String>,
    /// Manifests that can change the names.
    pub(super) manifests: BTreeSet<PathBuf>,
}

pub(super) fn find(environment: &Environment, project: &Project, graph: &Graph) -> Found {
    let mut found = Found::default();
    let mut names = BTreeSet::new();
    for dependency in &project.package.dependencies {
        let is_sdk = dependency.name == SDK;
        if !(is_sdk || graph.is_above_sdk(&dependency.name))
            || !is_built(environment, &project.package, dependency)
        {
            continue;
        }
        if is_sdk {
            let plain = || "flash".to_owned();
            found.sdk = Some(dependency.rename.as_ref().map_or_else(plain, |name| name.replace('-', "_")));
            continue;
        }
        if let Some(path) = &dependency.path {
            found.manifests.insert(path.join("Cargo.toml"));
        }
        if let Library::Named(name) = library(environment, project, dependency, graph) {
            names.insert(dependency.rename.as_ref().map_or(name, |rename| rename.replace('-', "_")));
        }
    }
    found.names = names.into_iter().collect();
    found
}

/// Whether cargo builds a dependency for this target with these features.
fn is_built(environment: &Environment, package: &Package, dependency: &Dependency) -> bool {
    if dependency.kind.is_some() {
        return false;
    }
    let here = dependency.target.as_ref().is_none_or(|target| {
        Platform::from_str(target)
            .is_ok_and(|platform| platform.matches(&environment.target, &environment.cfgs))
    });
    here && (!dependency.optional || is_on(environment, package, dependency))
}

/// An optional dependency is built when a feature that is on names it, as `dep:x` or `x/feature`; `x?/feature` doesn't.
fn is_on(environment: &Environment, package: &Package, dependency: &Dependency) -> bool {
    let name = dependency.rename.as_ref().unwrap_or(&dependency.name);
    let on = package.features.iter().filter(|(feature, _)| environment.has_feature(feature));
    on.flat_map(|(_, turns_on)| turns_on).any(|value| match value.strip_prefix("dep:") {
        Some(named) => named == name,
        None => value.split_once('/').is_some_and(|(named, _)| named == name),
    })
}

/// The library's own name, from the workspace, the manifest beside us or the registry's copy of it.
fn library(environment: &Environment, project: &Project, dependency: &Dependency, graph: &Graph) -> Library {
    let usual = || dependency.name.replace('-', "_");
    if let Some(path) = &dependency.path {
        return match project.libraries.get(path) {
            Some(known) => known.clone(),
            None => Library::Named(library_name(path).unwrap_or_else(usual)),
        };
    }
    let copies = environment.registry_copies(&dependency.name, graph.versions(&dependency.name));
    Library::Named(copies.iter().find_map(|copy| library_name(copy)).unwrap_or_else(usual))
}

/// `name` of `[lib]` in a package's manifest.
fn library_name(package: &Path) -> Option<String> {
    let text = std::fs::read_to_string(package.join("Cargo.toml")).ok()?;
    let document = DeTable::parse(&text).ok()?;
    let name =
        document.get_ref().get("lib")?.get_ref().as_table()?.get("name")?.get_ref().as_str()?.to_owned();
    Some(name.replace('-', "_"))
}
