//! The crates whose sources count: the program and everything below it that can hold remote functions.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::path::PathBuf;

use cargo_metadata::{DependencyKind, Message, Package, PackageId, Target, TargetKind};
use cargo_platform::Cfg;

use super::Request;

/// Packages that are the SDK.
const SDK: &str = "flash-runtime";
const SDK_MACROS: &str = "flash-macros";

/// What a name means that a package's manifest brings into scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extern {
    Sdk,
    Crate(usize),
    Other,
}

/// A library, or the program's binary.
#[derive(Debug)]
pub(super) struct Crate {
    /// Name in module paths.
    pub(super) name: String,
    pub(super) package: String,
    pub(super) root: PathBuf,
    /// The package's directory.
    pub(super) directory: PathBuf,
    /// The conditions it is compiled under; several when it is compiled more than once.
    pub(super) sets: Vec<Vec<Cfg>>,
    pub(super) externs: HashMap<String, Extern>,
    /// In the workspace or beside it, so that a line can be added to it.
    pub(super) editable: bool,
    /// Depends on the SDK itself.
    pub(super) direct: bool,
    /// How the package calls the SDK.
    pub(super) sdk_name: Option<String>,
    /// Roots of all its package's targets.
    pub(super) targets: Vec<PathBuf>,
}

/// A version of the SDK in the graph.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct SdkVersion {
    pub(super) version: String,
    /// Packages that ask for it.
    pub(super) wanted_by: Vec<String>,
}

#[derive(Debug, Default)]
pub(super) struct Graph {
    /// The program is the first.
    pub(super) crates: Vec<Crate>,
    pub(super) sdk: Vec<SdkVersion>,
}

struct Edge<'a> {
    name: &'a str,
    to: &'a PackageId,
}

fn library(package: &Package) -> Option<&Target> {
    let kinds = [TargetKind::Lib, TargetKind::RLib, TargetKind::DyLib];
    package.targets.iter().find(|target| target.kind.iter().any(|kind| kinds.contains(kind)))
}

pub(super) fn graph(request: &Request<'_>) -> Graph {
    let packages: HashMap<&PackageId, &Package> =
        request.metadata.packages.iter().map(|p| (&p.id, p)).collect();
    let built = Built::new(request);
    let Some(program) = packages.get(request.package) else { return Graph::default() };
    let Some(binary) = built.program(program, request.binary) else { return Graph::default() };
    let edges = edges(request, &packages, binary.is_example());
    let reached = reached(request.package, &edges, |id| built.has(id));
    let is_sdk = |id: &PackageId| packages.get(id).is_some_and(|p| *p.name == SDK || *p.name == SDK_MACROS);
    let above = above(&reached, &edges, is_sdk);

    let mut places: HashMap<&PackageId, usize> = HashMap::new();
    let mut chosen: Vec<(&Package, &Target)> = vec![(program, binary)];
    for id in &reached {
        let Some(package) = packages.get(id).filter(|_| above.contains(id) && !is_sdk(id)) else {
            continue;
        };
        let direct = edges.get(id).is_some_and(|edges| edges.iter().any(|edge| is_sdk(edge.to)));
        if let Some(library) = library(package).filter(|_| direct || package.source.is_none()) {
            places.insert(&package.id, chosen.len());
            chosen.push((package, library));
        }
    }
    let mut crates = Vec::new();
    for (at, (package, target)) in chosen.iter().enumerate() {
        let mut externs = HashMap::new();
        let mut sdk_name = None;
        for edge in edges.get(&package.id).into_iter().flatten() {
            let meaning = match places.get(edge.to) {
                Some(place) => Extern::Crate(*place),
                None if is_sdk(edge.to) => Extern::Sdk,
                None => Extern::Other,
            };
            if packages.get(edge.to).is_some_and(|package| *package.name == SDK) {
                sdk_name = Some(edge.name.replace('-', "_"));
            }
            externs.insert(edge.name.replace('-', "_"), meaning);
        }
        // What isn't linked can be named too: an attribute of a procedural macro is not ours, whatever its name.
        for name in named(request, &package.id) {
            externs.entry(name.replace('-', "_")).or_insert(Extern::Other);
        }
        if at == 0
            && let (Some(own), Some(place)) = (library(package), places.get(&package.id))
        {
            externs.insert(own.name.replace('-', "_"), Extern::Crate(*place));
        }
        let sets = built.sets(package, target, request);
        crates.push(Crate {
            name: target.name.replace('-', "_"),
            package: package.name.to_string(),
            root: target.src_path.clone().into_std_path_buf(),
            directory: package
                .manifest_path
                .parent()
                .map(|dir| dir.to_path_buf().into_std_path_buf())
                .unwrap_or_default(),
            sets,
            direct: sdk_name.is_some(),
            externs,
            editable: package.source.is_none(),
            sdk_name,
            targets: package
                .targets
                .iter()
                .map(|target| target.src_path.clone().into_std_path_buf())
                .collect(),
        });
    }
    Graph { crates, sdk: sdk_versions(&reached, &packages, &edges) }
}

/// All names that a package's dependencies have in its code.
fn named<'a>(request: &Request<'a>, package: &PackageId) -> impl Iterator<Item = &'a str> {
    let nodes = request.metadata.resolve.iter().flat_map(|resolve| &resolve.nodes);
    let own = nodes.filter(move |node| node.id == *package);
    own.flat_map(|node| node.deps.iter().map(|dependency| dependency.name.as_str()))
}

/// Normal dependencies, and for an example those of tests; what a procedural macro or a build script uses isn't in the program.
fn edges<'a>(
    request: &Request<'a>,
    packages: &HashMap<&'a PackageId, &'a Package>,
    is_example: bool,
) -> HashMap<&'a PackageId, Vec<Edge<'a>>> {
    let nodes = request.metadata.resolve.as_ref().map(|resolve| resolve.nodes.as_slice()).unwrap_or_default();
    let mut edges = HashMap::new();
    for node in nodes {
        let normal = node.deps.iter().filter(|dep| {
            let kinds = &dep.dep_kinds;
            let with_tests = is_example && node.id == *request.package;
            let linkable = |kind| match kind {
                DependencyKind::Normal => true,
                DependencyKind::Development => with_tests,
                _ => false,
            };
            kinds.is_empty() || kinds.iter().any(|kind| linkable(kind.kind))
        });
        let linked = normal.filter(|dep| {
            packages.get(&dep.pkg).is_some_and(|package| {
                *package.name == SDK_MACROS || !package.targets.iter().any(Target::is_proc_macro)
            })
        });
        edges.insert(&node.id, linked.map(|dep| Edge { name: &dep.name, to: &dep.pkg }).collect());
    }
    edges
}

fn reached<'a>(
    from: &'a PackageId,
    edges: &HashMap<&'a PackageId, Vec<Edge<'a>>>,
    built: impl Fn(&PackageId) -> bool,
) -> Vec<&'a PackageId> {
    let mut order = vec![from];
    let mut seen = HashSet::from([from]);
    let mut next = VecDeque::from([from]);
    while let Some(id) = next.pop_front() {
        for edge in edges.get(id).into_iter().flatten() {
            if built(edge.to) && seen.insert(edge.to) {
                order.push(edge.to);
                next.push_back(edge.to);
            }
        }
    }
    order
}

/// Those with the SDK somewhere below them.
fn above<'a>(
    reached: &[&'a PackageId],
    edges: &HashMap<&'a PackageId, Vec<Edge<'a>>>,
    is_sdk: impl Fn(&PackageId) -> bool,
) -> HashSet<&'a PackageId> {
    let mut parents: HashMap<&PackageId, Vec<&'a PackageId>> = HashMap::new();
    for id in reached {
        for edge in edges.get(id).into_iter().flatten() {
            parents.entry(edge.to).or_default().push(id);
        }
    }
    let mut above = HashSet::new();
    let mut next: Vec<&PackageId> = reached.iter().copied().filter(|id| is_sdk(id)).collect();
    while let Some(id) = next.pop() {
        for parent in parents.get(id).into_iter().flatten() {
            if above.insert(*parent) {
                next.push(parent);
            }
        }
    }
    above
}

fn sdk_versions(
    reached: &[&PackageId],
    packages: &HashMap<&PackageId, &Package>,
    edges: &HashMap<&PackageId, Vec<Edge<'_>>>,
) -> Vec<SdkVersion> {
    let mut versions: BTreeMap<&PackageId, SdkVersion> = BTreeMap::new();
    for id in reached {
        for edge in edges.get(id).into_iter().flatten() {
            let Some(sdk) = packages.get(edge.to).filter(|package| *package.name == SDK) else {
                continue;
            };
            let version = versions
                .entry(edge.to)
                .or_insert_with(|| SdkVersion { version: sdk.version.to_string(), wanted_by: Vec::new() });
            if let Some(package) = packages.get(id) {
                version.wanted_by.push(package.name.to_string());
            }
        }
    }
    versions.into_values().collect()
}

/// What cargo's messages say about each package.
struct Built<'a> {
    artifacts: HashMap<&'a PackageId, Vec<&'a cargo_metadata::Artifact>>,
    cfgs: HashMap<&'a PackageId, Vec<Cfg>>,
}

impl<'a> Built<'a> {
    fn new(request: &Request<'a>) -> Self {
        let mut built = Self { artifacts: HashMap::new(), cfgs: HashMap::new() };
        for message in request.messages {
            match message {
                Message::CompilerArtifact(artifact) if !artifact.profile.test => {
                    built.artifacts.entry(&artifact.package_id).or_default().push(artifact);
                }
                Message::BuildScriptExecuted(script) => {
                    let cfgs = script.cfgs.iter().filter_map(|cfg| cfg.parse().ok());
                    built.cfgs.entry(&script.package_id).or_default().extend(cfgs);
                }
                _ => {}
            }
        }
        built
    }

    /// The binary or example of that name, whichever was built.
    fn program<'p>(&self, package: &'p Package, name: &str) -> Option<&'p Target> {
        let named = package.targets.iter().filter(|target| target.name == name);
        let runs: Vec<&Target> = named.filter(|target| target.is_bin() || target.is_example()).collect();
        let artifacts = self.artifacts.get(&package.id).map(Vec::as_slice).unwrap_or_default();
        let was_built =
            |target: &&&Target| artifacts.iter().any(|found| found.target.src_path == target.src_path);
        let first = runs.iter().find(|target| target.is_bin()).or(runs.first());
        runs.iter().find(was_built).or(first).copied()
    }

    fn has(&self, id: &PackageId) -> bool {
        self.artifacts.is_empty() || self.artifacts.contains_key(id)
    }

    fn sets(&self, package: &Package, target: &Target, request: &Request<'_>) -> Vec<Vec<Cfg>> {
        let artifacts = self.artifacts.get(&package.id).into_iter().flatten();
        let own = artifacts.filter(|artifact| artifact.target.src_path == target.src_path);
        let script = self.cfgs.get(&package.id).map(Vec::as_slice).unwrap_or_default();
        let mut sets: Vec<Vec<Cfg>> = own
            .map(|artifact| set(request, &artifact.features, script, Some(artifact.profile.debug_assertions)))
            .collect();
        if sets.is_empty() {
            let nodes =
                request.metadata.resolve.as_ref().map(|resolve| resolve.nodes.as_slice()).unwrap_or_default();
            let features: Vec<String> = nodes
                .iter()
                .filter(|node| node.id == package.id)
                .flat_map(|node| node.features.iter().map(ToString::to_string))
                .collect();
            sets.push(set(request, &features, script, None));
        }
        sets
    }
}

fn set(
    request: &Request<'_>,
    features: &[String],
    script: &[Cfg],
    debug_assertions: Option<bool>,
) -> Vec<Cfg> {
    let name = |name: &str| cargo_platform::Ident { name: name.to_owned(), raw: false };
    let debug = Cfg::Name(name("debug_assertions"));
    let mut set: Vec<Cfg> = request.platform.set().iter().chain(script).cloned().collect();
    if let Some(on) = debug_assertions {
        set.retain(|cfg| *cfg != debug);
        set.extend(on.then_some(debug));
    }
    set.extend(features.iter().map(|feature| Cfg::KeyPair(name("feature"), feature.clone())));
    set
}
