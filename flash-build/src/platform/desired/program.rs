//! What a worker of an endpoint runs.

use flash::manifest::{Manifest, Resource};
use serde_json::Value;

use super::environment::{ActiveBuild, Surroundings};
use crate::assemble::MOTHERSHIP;
use crate::platform::hosting::Program;
use crate::platform::store::{Endpoint, Template};

/// An endpoint's part in its app.
pub(super) struct Role {
    /// The manifest's resource, or the endpoint's name where there is none.
    pub(super) resource: String,
    /// What a worker runs.
    pub(super) program: Program,
    /// Names of the secrets that the resource asks for.
    pub(super) secrets: Vec<String>,
    /// Whether it is the front door.
    pub(super) is_mothership: bool,
    /// Whether declared routes need no key.
    pub(super) public: bool,
}

/// Finds the part that an endpoint plays.
pub(super) fn role(endpoint: &Endpoint, template: &Template, surroundings: Option<&Surroundings>) -> Role {
    let build = surroundings.and_then(|it| it.build.as_ref());
    let mut role = Role {
        resource: endpoint.name.clone(),
        program: Program::None(String::new()),
        secrets: Vec::new(),
        is_mothership: is_mothership(&endpoint.name, build),
        public: false,
    };
    let (manifest, directory) = match (surroundings, build.map(|build| &build.program)) {
        (None, _) => {
            role.program = Program::None(format!(
                "it belongs to no environment: this platform runs handlers of uploaded builds and no images ({})",
                template.settings.image_name
            ));
            return role;
        }
        (Some(_), None) => {
            role.program = Program::None("its environment has no active build yet".into());
            return role;
        }
        (Some(_), Some(Err(reason))) => {
            role.program = Program::None(reason.clone());
            return role;
        }
        (Some(_), Some(Ok(program))) => program,
    };
    let named = template.variables.iter().find(|variable| variable.key == "FLASH_RESOURCE_NAME");
    let names = named.map(|variable| variable.value.as_str()).into_iter().chain(names(&endpoint.name));
    let found = names.into_iter().find_map(|name| manifest.resources.get_key_value(name));
    let entry = match found {
        Some((name, resource)) => {
            role.resource.clone_from(name);
            role.public = resource.public;
            role.secrets = secrets(resource);
            Some(resource.handler_file.clone())
        }
        // A mothership without functions of its own is no resource; every entry is the same program.
        None if role.is_mothership => {
            manifest.resources.values().next().map(|resource| resource.handler_file.clone())
        }
        None => None,
    };
    role.program = match entry {
        None => Program::None(format!(
            "the active build has no resource `{}`; it has {}",
            endpoint.name,
            manifest.resources.keys().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
        )),
        Some(entry) if plain(&entry) => Program::Handler { directory: directory.clone(), entry },
        Some(entry) => Program::None(format!("`{}` is no name of a handler", entry.escape_debug())),
    };
    role
}

/// Whether an endpoint of this name is the mothership: by the reserved name, or because the manifest says so.
pub(super) fn is_mothership(name: &str, build: Option<&ActiveBuild>) -> bool {
    let manifest = build.and_then(|build| build.program.as_ref().ok()).map(|(manifest, _)| manifest);
    let declared = |manifest: &Manifest, name: &str| {
        manifest
            .resources
            .get(name)
            .is_some_and(|it| it.extra.get("is_mothership") == Some(&Value::Bool(true)))
    };
    names(name).any(|name| name == MOTHERSHIP || manifest.is_some_and(|manifest| declared(manifest, name)))
}

/// The name, and without what clients add: `live-` in development, `-fb` with flashboot in early 2026.
fn names(name: &str) -> impl Iterator<Item = &str> {
    let bare = name.strip_prefix("live-").unwrap_or(name);
    [Some(name), Some(bare), bare.strip_suffix("-fb")].into_iter().flatten()
}

/// The manifest comes from the client, so its entry may be anything.
fn plain(entry: &str) -> bool {
    entry.starts_with("handler_") && !entry.contains(['/', '\\', '\0'])
}

fn secrets(resource: &Resource) -> Vec<String> {
    let names = resource.config.get("secrets").and_then(Value::as_array).into_iter().flatten();
    names.filter_map(Value::as_str).map(str::to_owned).collect()
}
