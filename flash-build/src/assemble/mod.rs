//! From records to the manifest.

mod digest;
mod entry;
mod interface;
mod inventory;
mod layout;
mod moment;
mod overrides;
mod resolve;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use flash::manifest::{Build, CallEdge, Function, Manifest, Resource, ResourceType};
use serde_json::Map;

pub use digest::{config_hash, hex_sha256, hex_sha256_of};
pub use entry::MOTHERSHIP;
pub use interface::{TypeGraph, resource_digest};
pub use inventory::{Inventory, Sited};
pub use layout::{Layout, Located};
pub use moment::Moment;
pub use overrides::{Overrides, VARIABLE};
pub use resolve::{Resolved, Source, Sourced, defaults};

use crate::settings::Settings;

/// Everything that the manifest is made of.
#[derive(Debug)]
pub struct Input<'a> {
    /// Name of the application when `flash.toml` has none.
    pub package: &'a str,
    /// The records.
    pub inventory: &'a Inventory,
    /// `flash.toml`.
    pub settings: &'a Settings,
    /// The environment whose settings count, if any.
    pub environment: Option<&'a str>,
    /// Settings of this run.
    pub overrides: &'a Overrides,
    /// Calls between functions.
    pub calls: Vec<CallEdge>,
    /// What was built.
    pub build: Option<Build>,
    /// When.
    pub moment: Moment,
}

/// The manifest, and what it was resolved from.
#[derive(Debug, Clone)]
pub struct Assembled {
    /// The document.
    pub manifest: Manifest,
    /// Every resource's settings with their origins, those without functions included.
    pub resolved: BTreeMap<String, Resolved>,
}

/// Makes the manifest. Mistakes of the user don't stop it; [`crate::validate`] reports them.
#[must_use]
pub fn assemble(input: Input<'_>) -> Assembled {
    let graph = TypeGraph::of(&input.inventory.types);
    let mut entries = entry::entries(input.inventory, &graph);
    let resolved = resolved(&input, &entries);
    let mut manifest = Manifest {
        version: "1.0".into(),
        generated_at: input.moment.rfc3339(),
        project_name: input.settings.app.name.clone().unwrap_or_else(|| input.package.to_owned()),
        function_registry: BTreeMap::new(),
        resources: BTreeMap::new(),
        routes: BTreeMap::new(),
        calls: input.calls,
        build: input.build,
        extra: Map::new(),
    };
    manifest.calls.sort();
    manifest.calls.dedup();
    for (name, settings) in &resolved {
        let functions = entries.remove(name).unwrap_or_default();
        if functions.is_empty() {
            // Nothing to run; an endpoint for it would only cost.
            continue;
        }
        for function in &functions {
            manifest.function_registry.insert(function.name.clone(), name.clone());
        }
        let resource = resource(name, settings, functions);
        let routes = routes(&resource);
        if !routes.is_empty() {
            manifest.routes.insert(name.clone(), routes);
        }
        manifest.resources.insert(name.clone(), resource);
    }
    Assembled { manifest, resolved }
}

fn resolved(input: &Input<'_>, entries: &BTreeMap<String, Vec<Function>>) -> BTreeMap<String, Resolved> {
    let mut names: BTreeSet<&str> = entries.keys().map(String::as_str).collect();
    names.extend(input.inventory.resources.iter().map(|declared| declared.item.declared.name.as_str()));
    names.extend(input.settings.resources.keys().map(String::as_str));
    if let Some(environment) = input.environment.and_then(|name| input.settings.environments.get(name)) {
        names.extend(environment.resources.keys().map(String::as_str));
    }
    let resolve = |name: &str| {
        let code = input.inventory.resources.iter().find(|declared| declared.item.declared.name == name);
        let code = code.map(|declared| (&declared.item.declared, &declared.located.place));
        let mut resolved = Resolved::of(name, code, input.settings, input.environment, input.overrides);
        if resolved.resource_type.is_none() {
            let functions = entries.get(name).map(Vec::as_slice).unwrap_or_default();
            let value = type_of(functions);
            let source = if functions.is_empty() { Source::Default } else { Source::Functions };
            resolved.resource_type = Some(Sourced { value, source });
        }
        resolved
    };
    names.into_iter().map(|name| (name.to_owned(), resolve(name))).collect()
}

/// Load-balanced when anything of it has a route.
fn type_of(functions: &[Function]) -> ResourceType {
    let routed = |function: &Function| {
        function.http_path.is_some() || function.methods.iter().any(|method| method.http_path.is_some())
    };
    if functions.iter().any(routed) { ResourceType::LoadBalancer } else { ResourceType::Serverless }
}

fn resource(name: &str, settings: &Resolved, functions: Vec<Function>) -> Resource {
    let kind = settings.resource_type.as_ref().map(|sourced| sourced.value.clone());
    let mut resource = Resource {
        resource_type: kind.unwrap_or(ResourceType::Serverless),
        handler_file: format!("handler_{name}"),
        functions,
        config: settings.config(),
        public: settings.public.as_ref().is_some_and(|sourced| sourced.value),
        interface_digest: None,
        config_hash: None,
        endpoint_url: None,
        status: None,
        extra: Map::new(),
    };
    let digests: BTreeMap<String, String> = resource
        .callables()
        .filter_map(|(name, function, method)| {
            let digest = method.map_or(&function.interface_digest, |method| &method.interface_digest);
            Some((name, digest.clone()?))
        })
        .collect();
    if !digests.is_empty() {
        resource.interface_digest = Some(resource_digest(&digests));
    }
    resource
}

fn routes(resource: &Resource) -> BTreeMap<String, String> {
    let route = |(name, function, method): (String, &Function, Option<&flash::manifest::Method>)| {
        let (verb, path) = match method {
            Some(method) => (&method.http_method, &method.http_path),
            None => (&function.http_method, &function.http_path),
        };
        Some((format!("{} {}", verb.as_ref()?, path.as_ref()?), name))
    };
    resource.callables().filter_map(route).collect()
}
