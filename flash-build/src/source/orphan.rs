//! Files with annotated items that no `mod` leads to.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::files::{ATTRIBUTE, Content, Files, walk};
use super::graph::{Crate, Graph};
use super::syntax::{Attribute, File, Item};

/// Files below the program's and the libraries' source directories.
pub(super) fn candidates(graph: &Graph) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut walked: HashSet<PathBuf> = HashSet::new();
    for krate in &graph.crates {
        let Some(directory) = krate.root.parent() else {
            continue;
        };
        if walked.insert(directory.to_path_buf()) {
            found.extend(walk(directory));
        }
    }
    found
}

/// A file that mentions the attribute: its place among the files, the line, and the crate it lies beside.
pub(super) struct Orphan {
    pub(super) file: usize,
    pub(super) line: u32,
    pub(super) krate: usize,
}

pub(super) fn orphans(graph: &Graph, files: &mut Files) -> Vec<Orphan> {
    let mut found = Vec::new();
    let unused: Vec<usize> = (0..files.all.len())
        .filter(|at| !files.all[*at].used && files.all[*at].text.contains(ATTRIBUTE))
        .collect();
    for file in unused {
        let path = &files.all[file].path;
        let Some(krate) = owner(graph, path) else {
            continue;
        };
        let name = graph.crates[krate].sdk_name.as_deref();
        if let (Some(name), Content::Parsed(parsed)) = (name, &files.all[file].content)
            && let Some(line) = mention(parsed, name)
        {
            found.push(Orphan { file, line, krate });
        }
    }
    found
}

fn owner(graph: &Graph, path: &Path) -> Option<usize> {
    let within =
        |krate: &Crate| krate.editable && path.starts_with(&krate.directory) && !other_target(krate, path);
    let mut owners: Vec<usize> = (0..graph.crates.len()).filter(|at| within(&graph.crates[*at])).collect();
    owners.sort_by_key(|at| std::cmp::Reverse(graph.crates[*at].directory.components().count()));
    owners.first().copied()
}

/// Examples, tests and benches are programs of their own.
fn other_target(krate: &Crate, path: &Path) -> bool {
    let Ok(inner) = path.strip_prefix(&krate.directory) else {
        return false;
    };
    let first = inner.components().next().map(|part| part.as_os_str().to_string_lossy().into_owned());
    krate.targets.iter().any(|target| target == path)
        || matches!(first.as_deref(), Some("examples" | "tests" | "benches" | "build.rs"))
}

/// Line of the first item with the attribute, as far as one file alone shows it.
fn mention(file: &File, sdk: &str) -> Option<u32> {
    let mut names: Vec<String> = Vec::new();
    aliases(&file.items, sdk, &mut names);
    let ours = |attributes: &[Attribute]| {
        attributes.iter().any(|attribute| match attribute.path.segments.as_slice() {
            [one] => names.contains(one),
            [first, .., last] => last == ATTRIBUTE && (first == sdk || names.contains(first)),
            [] => false,
        })
    };
    annotated(&file.items, &ours)
}

fn aliases(items: &[std::sync::Arc<Item>], sdk: &str, names: &mut Vec<String>) {
    for item in items {
        match &**item {
            Item::Use(found) if found.path.segments.first().is_some_and(|first| first == sdk) => {
                match (&found.name, found.path.segments.len()) {
                    (None, _) => names.push(ATTRIBUTE.to_owned()),
                    (Some(name), 1) => names.push(name.clone()),
                    (Some(name), _) if found.path.last() == ATTRIBUTE => names.push(name.clone()),
                    _ => {}
                }
            }
            Item::Module(module) => {
                aliases(module.inline.as_deref().unwrap_or_default(), sdk, names);
            }
            _ => {}
        }
    }
}

fn annotated(items: &[std::sync::Arc<Item>], ours: &dyn Fn(&[Attribute]) -> bool) -> Option<u32> {
    items.iter().find_map(|item| match &**item {
        Item::Function(function) if ours(&function.attributes) => Some(function.line),
        Item::Impl(block) if ours(&block.attributes) => block.methods.first().map(|method| method.line),
        Item::Module(module) => annotated(module.inline.as_deref()?, ours),
        _ => None,
    })
}
