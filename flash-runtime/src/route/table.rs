//! All slots of this process, set together from a role and a manifest.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, OnceLock, RwLock};

use super::slot::{HERE, UNRESOLVED};
use super::{Target, load_manifest};
use crate::manifest::Manifest;
use crate::registry::{Site, sites};
use crate::settings::{Role, Settings};
use crate::{Error, Outcome};

/// Targets by slot: slot 2 is the first. Never shrinks, so that a slot read a moment ago stays valid.
static TARGETS: RwLock<Vec<Arc<Target>>> = RwLock::new(Vec::new());
const FIRST: u32 = HERE + 1;

/// Where one function runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Assignment<'a> {
    Here,
    /// On this resource, elsewhere.
    Resource(&'a str),
    /// The manifest doesn't know it.
    Unknown,
}

/// Where a process of this role runs a function, by this manifest.
pub(crate) fn assignment<'a>(role: &Role, manifest: &'a Manifest, function: &str) -> Assignment<'a> {
    if matches!(role, Role::Local | Role::Everything) {
        return Assignment::Here;
    }
    match manifest.resource_of(function) {
        Some(resource) if role.resource() == Some(resource) => Assignment::Here,
        Some(resource) => Assignment::Resource(resource),
        None => Assignment::Unknown,
    }
}

/// Sets every slot of this process.
pub(crate) fn install(role: &Role, manifest: &Manifest) {
    let mut targets = write();
    let mut by_resource: BTreeMap<&str, u32> = BTreeMap::new();
    for site in sites() {
        let slot = match assignment(role, manifest, site.name) {
            Assignment::Here => HERE,
            Assignment::Resource(resource) => *by_resource.entry(resource).or_insert_with(|| {
                let url = manifest.resources.get(resource).and_then(|entry| entry.endpoint_url.as_deref());
                push(&mut targets, Target::new(resource, url))
            }),
            Assignment::Unknown => push(
                &mut targets,
                Target::unrouted(Error::of(
                    Outcome::Unrouted,
                    "the manifest doesn't list this function; build and deploy again",
                )),
            ),
        };
        site.slot.store(slot, Ordering::Release);
    }
}

/// The route of a site whose slot isn't "here".
pub(super) fn resolve(site: &'static Site) -> Option<Arc<Target>> {
    resolve_all();
    match site.slot.load(Ordering::Acquire) {
        HERE => None,
        slot => {
            let targets = TARGETS.read().unwrap_or_else(std::sync::PoisonError::into_inner);
            targets.get((slot.saturating_sub(FIRST)) as usize).cloned()
        }
    }
}

/// Sets the slots on the first call of a process that has not been told its routes.
fn resolve_all() {
    static ONCE: OnceLock<()> = OnceLock::new();
    ONCE.get_or_init(|| {
        let unresolved = sites().any(|site| site.slot.load(Ordering::Acquire) == UNRESOLVED);
        if !unresolved {
            return;
        }
        let routed = Settings::get().map_err(Clone::clone).and_then(|settings| match settings.role {
            Role::Local | Role::Everything => {
                here();
                Ok(())
            }
            _ => load_manifest(settings).map(|(manifest, _)| install(&settings.role, &manifest)),
        });
        if let Err(error) = routed {
            let slot = push(&mut write(), Target::unrouted(error));
            for site in sites() {
                site.slot.store(slot, Ordering::Release);
            }
        }
    });
}

/// Runs everything in this process.
fn here() {
    for site in sites() {
        site.slot.store(HERE, Ordering::Release);
    }
}

fn write() -> std::sync::RwLockWriteGuard<'static, Vec<Arc<Target>>> {
    TARGETS.write().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn push(targets: &mut Vec<Arc<Target>>, target: Target) -> u32 {
    targets.push(Arc::new(target));
    u32::try_from(targets.len() - 1).map_or(u32::MAX, |index| index + FIRST)
}
