//! What differs between two builds.

use std::collections::BTreeMap;

use super::{Manifest, Resource};

/// What became of a resource from one manifest to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResourceChange {
    /// It wasn't there before.
    New,
    /// It isn't there any more.
    Removed,
    /// It is in both.
    Kept(Differences),
}

/// In what ways a resource differs from its former self.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Differences {
    /// Type, configuration, routes or functions are declared otherwise.
    pub config: bool,
    /// Callers of the old interface don't fit the new one.
    pub interface: bool,
    /// The program is another one.
    pub code: bool,
    /// Wire names that are new on the resource.
    pub added: Vec<String>,
    /// Wire names that have gone from it.
    pub removed: Vec<String>,
}

impl Differences {
    /// Whether nothing differs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Manifest {
    /// What has become of every resource since `old`, by name. Deployment state doesn't count.
    #[must_use]
    pub fn changes_since(&self, old: &Self) -> BTreeMap<String, ResourceChange> {
        let code = digest(self) != digest(old);
        let mut changes = BTreeMap::new();
        for (name, resource) in &self.resources {
            let change = match old.resources.get(name) {
                None => ResourceChange::New,
                Some(before) => ResourceChange::Kept(differences(resource, before, code)),
            };
            changes.insert(name.clone(), change);
        }
        for name in old.resources.keys().filter(|name| !self.resources.contains_key(*name)) {
            changes.insert(name.clone(), ResourceChange::Removed);
        }
        changes
    }
}

fn digest(manifest: &Manifest) -> Option<&str> {
    manifest.build.as_ref().map(|build| build.code_digest.as_str())
}

fn differences(now: &Resource, before: &Resource, code: bool) -> Differences {
    let names =
        |resource: &Resource| -> Vec<String> { resource.callables().map(|(name, ..)| name).collect() };
    let (have, had) = (names(now), names(before));
    Differences {
        config: now.declared() != before.declared(),
        interface: now.interface_digest != before.interface_digest,
        code,
        added: have.iter().filter(|name| !had.contains(name)).cloned().collect(),
        removed: had.iter().filter(|name| !have.contains(name)).cloned().collect(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn manifest(resources: &str, code: &str) -> Manifest {
        let text = format!(
            r#"{{"version":"1.0","generated_at":"","project_name":"p","function_registry":{{}},"resources":{{{resources}}},
            "build":{{"flash_version":"","binary":"","code_digest":"{code}","profile":"","os":"","arch":""}}}}"#
        );
        Manifest::parse(text.as_bytes()).unwrap()
    }

    const A: &str = r#""a":{"resource_type":"ServerlessResource","handler_file":"","functions":[
        {"name":"f","module":"m","is_async":true,"is_class":false}],"interface_digest":"1"}"#;

    #[test]
    fn nothing_changed() {
        let changes = manifest(A, "1").changes_since(&manifest(A, "1"));
        assert!(matches!(&changes["a"], ResourceChange::Kept(differences) if differences.is_empty()));
    }

    #[test]
    fn everything_that_can_change() {
        let new = A.replace("\"f\"", "\"g\"").replace(r#"digest":"1""#, r#"digest":"2""#);
        let changes = manifest(&new, "2").changes_since(&manifest(A, "1"));
        let ResourceChange::Kept(differences) = &changes["a"] else { unreachable!() };
        assert!(differences.config && differences.interface && differences.code);
        assert_eq!(
            (&differences.added[..], &differences.removed[..]),
            (&["g".to_owned()][..], &["f".to_owned()][..])
        );
        let changes = manifest(&A.replacen("\"a\"", "\"b\"", 1), "1").changes_since(&manifest(A, "1"));
        assert_eq!((&changes["a"], &changes["b"]), (&ResourceChange::Removed, &ResourceChange::New));
    }
}
