//! How a library can be made part of the program: which line to add to which file.

use std::collections::{HashMap, VecDeque};

use super::files::Files;
use super::graph::{Extern, Graph};

/// One `use .. as _;` between the program and a library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    /// The crate that does the naming.
    pub(super) from: usize,
    /// Its root file.
    pub(super) file: String,
    /// The name it knows the other by.
    pub(super) name: String,
    /// Whether the name occurs in its code already.
    pub(super) named: bool,
}

/// Every step from the program to a library; empty when the way leads through packages that can't be changed.
pub(super) fn way(graph: &Graph, files: &Files, to: usize, show: impl Fn(usize) -> String) -> Vec<Step> {
    let mut before: HashMap<usize, (usize, String)> = HashMap::new();
    let mut next = VecDeque::from([0]);
    while let Some(at) = next.pop_front() {
        let mut names: Vec<(&String, usize)> = graph.crates[at]
            .externs
            .iter()
            .filter_map(|(name, meaning)| match meaning {
                Extern::Crate(other) => Some((name, *other)),
                _ => None,
            })
            .collect();
        names.sort();
        for (name, other) in names {
            if other != 0 && graph.crates[at].editable && !before.contains_key(&other) {
                before.insert(other, (at, name.clone()));
                next.push_back(other);
            }
        }
    }
    let mut steps = Vec::new();
    let mut at = to;
    while let Some((from, name)) = before.get(&at) {
        let krate = &graph.crates[*from];
        let beside = krate.root.parent().unwrap_or(&krate.root);
        let named = files
            .all
            .iter()
            .any(|file| file.used && file.path.starts_with(beside) && names(&file.text, name));
        steps.push(Step { from: *from, file: show(*from), name: name.clone(), named });
        at = *from;
    }
    steps.reverse();
    steps
}

/// Whether a name stands in a text as a word, outside line comments.
fn names(text: &str, name: &str) -> bool {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(name).any(|(at, _)| {
        let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
        !text[line..at].contains("//")
            && !text[..at].ends_with(word)
            && !text[at + name.len()..].starts_with(word)
    })
}

/// The steps to take in words.
pub(super) fn help(steps: &[Step], package: &str, program: &str, loaded: impl Fn(usize) -> bool) -> String {
    let Some(last) = steps.last() else {
        return format!(
            "only packages from elsewhere depend on `{package}`; add it to the dependencies of `{program}` and name it \
             there with `use {} as _;`",
            package.replace('-', "_")
        );
    };
    // A crate with functions in the binary is loaded, so nothing before it is missing.
    let from = steps.iter().rposition(|step| loaded(step.from)).unwrap_or(0);
    let mut open: Vec<&Step> = steps[from..].iter().filter(|step| !step.named).collect();
    if open.is_empty() {
        open = steps[from..].iter().collect();
    }
    if open.is_empty() {
        open.push(last);
    }
    let lines: Vec<String> =
        open.iter().map(|step| format!("`use {} as _;` to {}", step.name, step.file)).collect();
    format!("add {}", lines.join(" and "))
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn a_name_counts_as_a_word_in_code() {
        assert!(names("fn f() { lib_w::x() }", "lib_w"));
        assert!(names("// no\nuse lib_w;", "lib_w"));
        assert!(!names("use lib_wide;", "lib_w"));
        assert!(!names("use my_lib_w;", "lib_w"));
        assert!(!names("/// see lib_w", "lib_w"));
    }
}
