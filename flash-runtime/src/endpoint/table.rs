//! What a process answers: each function and each route, and where it runs. Built once, from a role and a
//! manifest.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use http::Method;

use super::front::Upstream;
use super::routes::{Lookup, Route, Routes, shape};
use crate::manifest::Manifest;
use crate::registry::{Site, duplicates, find, sites};
use crate::route::{Assignment, assignment};
use crate::settings::Role;
use crate::similar::similar;
use crate::{Error, Outcome};

/// Where a function runs, as a server sees it.
#[derive(Debug, Clone)]
pub(super) enum Place {
    Here(&'static Site),
    /// On the endpoint of this resource; the front door passes requests on.
    Behind(Arc<Upstream>),
    /// On this resource, which this server has no business with.
    Elsewhere(String),
    /// In this program, but the manifest doesn't list it.
    Unlisted,
}

/// See the module.
#[derive(Debug)]
pub(super) struct Table {
    functions: HashMap<String, Place>,
    routes: Routes,
}

impl Table {
    /// # Errors
    /// Program and manifest don't fit together: names used twice, functions that the program lacks, routes
    /// that can't be.
    pub(super) fn new(role: &Role, manifest: &Manifest) -> Result<Self, Error> {
        check(role, manifest)?;
        let upstreams = upstreams(role, manifest);
        let place = |name: &str| match assignment(role, manifest, name) {
            Assignment::Here => find(name).map(Place::Here),
            Assignment::Resource(resource) => Some(match upstreams.get(resource) {
                Some(upstream) => Place::Behind(Arc::clone(upstream)),
                None => Place::Elsewhere(resource.to_owned()),
            }),
            Assignment::Unknown => Some(Place::Unlisted),
        };
        let names = manifest
            .resources
            .values()
            .flat_map(|resource| resource.callables().map(|(name, ..)| name))
            .chain(sites().map(|site| site.name.to_owned()));
        let functions = names.filter_map(|name| place(&name).map(|place| (name, place))).collect();
        let mut table = Self { functions, routes: Routes::default() };
        table.add_routes(role, manifest, place)?;
        Ok(table)
    }

    fn add_routes(
        &mut self,
        role: &Role,
        manifest: &Manifest,
        place: impl Fn(&str) -> Option<Place>,
    ) -> Result<(), Error> {
        let mut bare = Vec::new();
        let mut shapes: BTreeMap<(Method, String), usize> = BTreeMap::new();
        for (resource, routes) in &manifest.routes {
            if matches!(role, Role::Endpoint(own) if own != resource) {
                continue;
            }
            let public = manifest.resources.get(resource).is_some_and(|resource| resource.public);
            for (route, function) in routes {
                let bad = |why: &dyn std::fmt::Display| {
                    startup(format!("the manifest's route `{route}` of resource `{resource}` {why}"))
                };
                let (method, path) = route
                    .split_once(' ')
                    .and_then(|(method, path)| Some((Method::from_bytes(method.as_bytes()).ok()?, path)))
                    .filter(|(_, path)| path.starts_with('/'))
                    .ok_or_else(|| bad(&"is not a method and a path"))?;
                // A public route would open what another resource keeps closed.
                if manifest.resource_of(function) != Some(resource) {
                    return Err(bad(&format_args!("leads to `{function}`, which isn't on this resource")));
                }
                let place = place(function).ok_or_else(|| {
                    bad(&format_args!("leads to `{function}`, which is not in this program"))
                })?;
                if matches!(role, Role::Endpoint(_)) {
                    let route = Route { place, public, prefix: 0 };
                    self.routes
                        .insert(&method, path, route)
                        .map_err(|why| bad(&format_args!("fails: {why}")))?;
                    continue;
                }
                let prefix = format!("/{resource}");
                let entry = Route { place: place.clone(), public, prefix: prefix.len() };
                self.routes
                    .insert(&method, &format!("{prefix}{path}"), entry)
                    .map_err(|why| bad(&format_args!("fails: {why}")))?;
                *shapes.entry((method.clone(), shape(path))).or_default() += 1;
                bare.push((method, path, Route { place, public, prefix: 0 }));
            }
        }
        for (method, path, route) in bare {
            if shapes.get(&(method.clone(), shape(path))) == Some(&1) {
                // A bare path that is also another resource's path with its name in front stays that one's.
                let _ = self.routes.insert(&method, path, route);
            }
        }
        Ok(())
    }

    /// The function of this wire name.
    pub(super) fn function(&self, name: &str) -> Option<&Place> {
        self.functions.get(name)
    }

    pub(super) fn route<'t, 'p>(&'t self, method: &Method, path: &'p str) -> Lookup<'t, 'p> {
        self.routes.find(method, path)
    }

    /// A sentence about a function that doesn't exist.
    pub(super) fn unknown(&self, name: &str) -> String {
        let known = self.functions.iter().filter(|(_, place)| !matches!(place, Place::Unlisted));
        match similar(name, known.map(|(name, _)| name.as_str())).as_slice() {
            [] => format!("there is no function `{name}`"),
            near => format!("there is no function `{name}`; did you mean `{}`?", near.join("` or `")),
        }
    }
}

/// The endpoints behind a front door.
fn upstreams(role: &Role, manifest: &Manifest) -> BTreeMap<String, Arc<Upstream>> {
    if *role != Role::Mothership {
        return BTreeMap::new();
    }
    let behind = manifest.resources.iter().filter(|(name, _)| role.resource() != Some(name));
    behind
        .map(|(name, resource)| {
            (name.clone(), Arc::new(Upstream::new(name, resource.endpoint_url.as_deref())))
        })
        .collect()
}

/// Whether this program can be what the manifest says it is.
fn check(role: &Role, manifest: &Manifest) -> Result<(), Error> {
    if let Some(duplicate) = duplicates().first() {
        return Err(startup(duplicate.to_string()));
    }
    if let Role::Endpoint(name) = role
        && !manifest.resources.contains_key(name)
    {
        let known: Vec<&str> = manifest.resources.keys().map(String::as_str).collect();
        return Err(startup(format!(
            "the manifest has no resource `{name}`; it lists `{}`",
            known.join("`, `")
        )));
    }
    let own = manifest.resources.iter().filter(|(name, _)| match role.resource() {
        Some(own) => own == *name,
        None => true,
    });
    for (resource, entry) in own {
        let missing: Vec<String> =
            entry.callables().map(|(name, ..)| name).filter(|name| find(name).is_none()).collect();
        if !missing.is_empty() {
            return Err(startup(format!(
                "the manifest puts `{}` on resource `{resource}`, but this program doesn't have it; the manifest \
                 is of another build, run `cargo flash build`",
                missing.join("`, `")
            )));
        }
    }
    Ok(())
}

fn startup(why: String) -> Error {
    Error::of(Outcome::Unrouted, why)
}
