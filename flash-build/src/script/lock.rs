//! The dependency graph, out of `Cargo.lock`.
//!
//! It holds a little more than is built: optional and platform dependencies too. That is harmless here, because it only
//! decides which of the dependencies that *are* built get named.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::failure::Failure;

/// The package that remote functions need.
pub(super) const SDK: &str = "flash-runtime";

/// What the lock file says about packages.
#[derive(Debug, Default)]
pub(super) struct Graph {
    above: HashSet<String>,
    versions: HashMap<String, Vec<String>>,
}

impl Graph {
    /// Whether the SDK is somewhere below a package of this name.
    pub(super) fn is_above_sdk(&self, package: &str) -> bool {
        self.above.contains(package)
    }

    /// The locked versions of a package.
    pub(super) fn versions(&self, package: &str) -> &[String] {
        self.versions.get(package).map(Vec::as_slice).unwrap_or_default()
    }
}

pub(super) fn read(path: &Path) -> Result<Graph, Failure> {
    let wrong =
        |reason: &dyn std::fmt::Display| Failure::new(format!("{} can't be read: {reason}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| wrong(&error))?;
    parse(&text).map_err(|reason| wrong(&reason))
}

fn parse(text: &str) -> Result<Graph, String> {
    let document = DeTable::parse(text).map_err(|error| error.message().to_owned())?;
    let packages = document.get_ref().get("package").and_then(|packages| packages.get_ref().as_array());
    let mut graph = Graph::default();
    let mut parents: HashMap<&str, Vec<&str>> = HashMap::new();
    for package in packages.into_iter().flatten() {
        let Some(package) = package.get_ref().as_table() else { continue };
        let text = |key: &str| package.get(key).and_then(|value| value.get_ref().as_str());
        let Some(name) = text("name") else { continue };
        graph.versions.entry(name.to_owned()).or_default().extend(text("version").map(str::to_owned));
        let dependencies = package.get("dependencies").and_then(|list| list.get_ref().as_array());
        for dependency in dependencies.into_iter().flatten() {
            // `name`, or `name version (source)` where there are several.
            if let DeValue::String(dependency) = dependency.get_ref()
                && let Some(below) = dependency.split(' ').next()
            {
                parents.entry(below).or_default().push(name);
            }
        }
    }
    let mut next = vec![SDK];
    while let Some(below) = next.pop() {
        for parent in parents.get(below).into_iter().flatten() {
            if graph.above.insert((*parent).to_owned()) {
                next.push(parent);
            }
        }
    }
    Ok(graph)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn what_lies_above_the_sdk() {
        let package = |name: &str, below: &str| {
            format!("[[package]]\nname = \"{name}\"\nversion = \"1.0.0\"\ndependencies = [{below}]\n")
        };
        let text = package("app", "\"lib-x\", \"serde\"")
            + &package("lib-x", "\"lib-w 0.2.0\",")
            + &package("lib-w", "\"flash-runtime 0.1.0 (registry+x)\", \"lib-x\"")
            + &package("serde", "")
            + "[[package]]\nname = \"flash-runtime\"\nversion = \"0.1.0\"\n";
        let graph = parse(&text).unwrap();
        let above: Vec<bool> =
            ["app", "lib-x", "lib-w", "serde", "flash-runtime"].map(|name| graph.is_above_sdk(name)).into();
        assert_eq!(above, [true, true, true, false, false]);
        assert_eq!(graph.versions("lib-w"), ["1.0.0"]);
        assert!(!parse("version = 4\n").unwrap().is_above_sdk("app"));
        assert!(parse("package = [1, {}]").is_ok());
        assert!(parse("[[").is_err());
    }
}
