//! From the request to what the sources hold.

use std::path::Path;

use super::annotated::{Annotated, annotated, is_main};
use super::check::SeenCrate;
use super::files::{Content, Files, tidy};
use super::graph::{Crate, Graph, graph};
use super::resolve::Resolver;
use super::tree::Tree;
use super::{
    Finding, FindingKind, Place, ProgramMain, Request, Scan, SeenFunction, Severity, calls, link, orphan,
};

/// Reads the sources of a program and of every library below it that can hold remote functions.
///
/// What can't be read or parsed becomes a finding; nothing is run.
#[must_use]
pub fn scan(request: &Request<'_>) -> Scan {
    let graph = graph(request);
    let workspace = tidy(request.metadata.workspace_root.as_std_path());
    let mut files = Files::default();
    files.load(orphan::candidates(&graph));
    let mut tree = Tree::build(&graph, files);
    parse_aliased(&mut tree);

    let place = |files: &Files, file: usize, line: u32| place(&workspace, &files.all[file].path, line);
    let mut resolver = Resolver::new(&graph, &mut tree);
    let found = annotated(&mut resolver);
    let main = main(&mut resolver, &graph, &place);
    let calls = calls::calls(&mut resolver, &found, place);
    let mut functions = functions(&tree, &graph, &found, &place);
    functions.sort_by(|a, b| (&a.package, &a.place, &a.name).cmp(&(&b.package, &b.place, &b.name)));

    let mut findings = two_versions(&graph);
    mark_other_targets(&graph, &mut tree, &workspace);
    for orphan in orphan::orphans(&graph, &mut tree.files) {
        let at = place(&tree.files, orphan.file, orphan.line);
        findings.push(Finding {
            severity: Severity::Warning,
            kind: FindingKind::Orphan,
            package: graph.crates[orphan.krate].package.clone(),
            message: format!(
                "{} has remote functions and is in no module tree, so it is not compiled",
                at.file
            ),
            help: Some("declare it with `mod` where it belongs, or delete it".to_owned()),
            place: Some(at),
        });
    }
    findings.extend(unreadable(&tree, &graph, &place));
    findings.sort();
    let crates = crates(&graph, &tree.files, &functions, |krate| place_of_root(&workspace, &graph, krate));
    Scan { functions, calls, main, findings, crates }
}

fn place_of_root(workspace: &Path, graph: &Graph, krate: usize) -> String {
    place(workspace, &graph.crates[krate].root, 1).file
}

fn place(workspace: &Path, file: &Path, line: u32) -> Place {
    let shown = file.strip_prefix(workspace).unwrap_or(file);
    Place { file: shown.to_string_lossy().replace('\\', "/"), line }
}

/// `pub use flash::remote as job` lets other files use an attribute that the first look didn't search for.
fn parse_aliased(tree: &mut Tree) {
    let mut known: Vec<String> = Vec::new();
    loop {
        let mut aliases: Vec<String> = Vec::new();
        for module in &tree.modules {
            for (name, paths) in &module.names.uses {
                let ours = |path: &super::syntax::Path| {
                    path.last() == super::files::ATTRIBUTE || known.iter().any(|known| known == path.last())
                };
                if name != super::files::ATTRIBUTE && name != "_" && paths.iter().any(|(path, _)| ours(path))
                {
                    aliases.push(name.clone());
                }
            }
        }
        aliases.retain(|alias| !known.contains(alias));
        if aliases.is_empty() {
            return;
        }
        tree.ensure_all(&aliases);
        known.extend(aliases);
    }
}

fn main(
    resolver: &mut Resolver<'_>,
    graph: &Graph,
    place: &impl Fn(&Files, usize, u32) -> Place,
) -> Option<ProgramMain> {
    let root = *resolver.tree.roots.first()?;
    let sdk_name = graph.crates.first()?.sdk_name.clone();
    let written = resolver.tree.modules[root].names.functions.get("main").cloned().unwrap_or_default();
    let function = written.into_iter().min_by_key(|id| resolver.tree.functions[*id].blocked.is_some());
    let line = function.and_then(|id| Some(resolver.tree.functions[id].syntax()?.line)).unwrap_or(1);
    let annotated = function.is_some_and(|id| is_main(resolver, id));
    let file = resolver.tree.modules[root].file;
    Some(ProgramMain { annotated, sdk_name, place: place(&resolver.tree.files, file, line) })
}

fn functions(
    tree: &Tree,
    graph: &Graph,
    found: &Annotated,
    place: &impl Fn(&Files, usize, u32) -> Place,
) -> Vec<SeenFunction> {
    let seen = found.functions.iter().filter_map(|(id, remote)| {
        let function = &tree.functions[*id];
        let module = &tree.modules[function.module];
        let syntax = function.syntax()?;
        Some(SeenFunction {
            name: remote.name.clone(),
            ident: syntax.name.clone(),
            class: remote.class.clone(),
            module: module.path.clone(),
            package: graph.crates[module.krate].package.clone(),
            place: place(&tree.files, function.file, syntax.line),
            compiled_out: remote.blocked.clone(),
            condition: function.unsure.clone().or_else(|| remote.unsure.clone()),
            krate: module.krate,
        })
    });
    seen.collect()
}

fn two_versions(graph: &Graph) -> Vec<Finding> {
    if graph.sdk.len() < 2 {
        return Vec::new();
    }
    let named: Vec<String> = graph
        .sdk
        .iter()
        .map(|sdk| format!("{} (wanted by {})", sdk.version, sdk.wanted_by.join(", ")))
        .collect();
    let package = graph.crates.first().map(|krate| krate.package.clone()).unwrap_or_default();
    vec![Finding {
        severity: Severity::Error,
        kind: FindingKind::TwoVersions,
        package,
        place: None,
        message: format!(
            "the program links {} versions of flash-runtime: {}",
            named.len(),
            named.join(" and ")
        ),
        help: Some(
            "let all packages ask for the same version; each version has a registry of its own".to_owned(),
        ),
    }]
}

/// Modules of the package's other binaries, examples and tests aren't orphans.
fn mark_other_targets(graph: &Graph, tree: &mut Tree, workspace: &Path) {
    let mut others = Graph::default();
    for krate in graph.crates.iter().filter(|krate| krate.editable && krate.direct) {
        for target in &krate.targets {
            let beside = krate.root.parent().is_some_and(|directory| target.starts_with(directory));
            let known = graph.crates.iter().any(|other| other.root == *target);
            if beside && !known && target.starts_with(workspace) {
                others.crates.push(Crate {
                    name: krate.name.clone(),
                    package: krate.package.clone(),
                    root: target.clone(),
                    directory: krate.directory.clone(),
                    sets: krate.sets.clone(),
                    externs: std::collections::HashMap::new(),
                    editable: true,
                    direct: true,
                    sdk_name: krate.sdk_name.clone(),
                    targets: Vec::new(),
                });
            }
        }
    }
    if !others.crates.is_empty() {
        let files = std::mem::take(&mut tree.files);
        tree.files = Tree::build(&others, files).files;
    }
}

fn unreadable(tree: &Tree, graph: &Graph, place: &impl Fn(&Files, usize, u32) -> Place) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, file) in tree.files.all.iter().enumerate().filter(|(_, file)| file.used) {
        let Content::Broken(line, reason) = &file.content else {
            continue;
        };
        let owner = graph.crates.iter().find(|krate| file.path.starts_with(&krate.directory));
        findings.push(Finding {
            severity: Severity::Warning,
            kind: FindingKind::Unreadable,
            package: owner.map(|krate| krate.package.clone()).unwrap_or_default(),
            place: Some(place(&tree.files, at, *line)),
            message: format!("the file can't be scanned for remote functions: {reason}"),
            help: None,
        });
    }
    findings
}

fn crates(
    graph: &Graph,
    files: &Files,
    functions: &[SeenFunction],
    show: impl Fn(usize) -> String,
) -> Vec<SeenCrate> {
    let holds = |at: &usize| *at == 0 || functions.iter().any(|function| function.krate == *at);
    let held = (0..graph.crates.len()).filter(holds);
    held.map(|at| SeenCrate {
        at,
        name: graph.crates[at].name.clone(),
        package: graph.crates[at].package.clone(),
        way: link::way(graph, files, at, &show),
    })
    .collect()
}
