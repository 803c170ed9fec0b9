//! What the sources show against what the binary holds.

use std::collections::{BTreeMap, HashSet};

use super::{Finding, FindingKind, LinkedFunction, Place, Scan, SeenFunction, Severity, link};

/// A library or the program, as the comparison needs it.
#[derive(Debug, Clone, Default)]
pub(super) struct SeenCrate {
    /// 0 for the program.
    pub(super) at: usize,
    /// Name in module paths.
    pub(super) name: String,
    pub(super) package: String,
    /// How the program gets to it.
    pub(super) way: Vec<link::Step>,
}

/// Compares the sources with the records of the finished binary. What the scan found by itself is in the result too.
#[must_use]
pub fn cross_check(scan: &Scan, linked: &[LinkedFunction]) -> Vec<Finding> {
    let mut findings: Vec<Finding> =
        scan.findings.iter().filter(|finding| !owned_after_all(finding, linked)).cloned().collect();
    let mut taken: HashSet<usize> = HashSet::new();
    let missing: Vec<&SeenFunction> = match_up(scan, linked, &mut taken);

    let loaded = loaded(scan, linked, &missing);
    let mut lost: BTreeMap<usize, Vec<&SeenFunction>> = BTreeMap::new();
    for function in missing {
        match &function.compiled_out {
            Some(condition) => match linked.iter().position(|found| is_there(function, found)) {
                // A flag out of sight decided otherwise.
                Some(at) => {
                    taken.insert(at);
                }
                None => findings.push(compiled_out(function, condition)),
            },
            None if loaded.contains(&function.krate) => match &function.condition {
                Some(condition) => findings.push(compiled_out(function, condition)),
                None => findings.extend(unexplained(function, linked)),
            },
            None => lost.entry(function.krate).or_default().push(function),
        }
    }
    for functions in lost.values() {
        findings.extend(not_linked(scan, functions, &loaded));
    }
    for (at, function) in linked.iter().enumerate() {
        let class = scan.functions.iter().any(|seen| seen.class.as_ref() == Some(&function.name));
        if !taken.contains(&at) && !class {
            findings.push(not_seen(function));
        }
    }
    findings.sort();
    findings
}

/// The crates that are in the binary: those with a function that was found there, and those that alone have the name
/// in a record's module path, when a macro made the function.
fn loaded(scan: &Scan, linked: &[LinkedFunction], missing: &[&SeenFunction]) -> HashSet<usize> {
    let compiled = scan.functions.iter().filter(|function| function.compiled_out.is_none());
    let found = compiled.filter(|seen| !missing.iter().any(|missing| std::ptr::eq(*missing, *seen)));
    let mut loaded: HashSet<usize> = found.map(|function| function.krate).collect();
    for function in linked {
        let name = function.module.split("::").next();
        let mut named = scan.crates.iter().filter(|krate| name == Some(&krate.name));
        if let (Some(only), None) = (named.next(), named.next()) {
            loaded.insert(only.at);
        }
    }
    loaded
}

/// The seen functions without a record: first by name, package and module, then by name and package alone, because a
/// macro may place a function elsewhere.
fn match_up<'s>(
    scan: &'s Scan,
    linked: &[LinkedFunction],
    taken: &mut HashSet<usize>,
) -> Vec<&'s SeenFunction> {
    let mut open: Vec<&SeenFunction> = scan.functions.iter().collect();
    for by_module in [true, false] {
        open.retain(|seen| {
            // What is compiled out claims nothing: a twin under the opposite condition has the same name.
            let same = |function: &LinkedFunction| {
                function.name == seen.name
                    && function.package == seen.package
                    && (!by_module || function.module == seen.module)
            };
            let found = linked.iter().enumerate().filter(|(_, function)| same(function));
            let places: Vec<usize> = found.map(|(at, _)| at).collect();
            if seen.compiled_out.is_some() || places.is_empty() {
                return true;
            }
            if !by_module && places.iter().all(|place| taken.contains(place)) {
                return true;
            }
            taken.extend(places);
            false
        });
    }
    open
}

/// Whether a record is this very function's, and not its twin's under the opposite condition.
fn is_there(seen: &SeenFunction, found: &LinkedFunction) -> bool {
    (&seen.name, &seen.package, &seen.module, seen.place.line)
        == (&found.name, &found.package, &found.module, found.line)
}

fn compiled_out(function: &SeenFunction, condition: &str) -> Finding {
    Finding {
        severity: Severity::Note,
        kind: FindingKind::CompiledOut,
        package: function.package.clone(),
        place: Some(function.place.clone()),
        message: format!("`{}` is compiled out by `cfg({condition})`", function.name),
        help: None,
    }
}

/// The crate is there and the function isn't, which no missing `use` explains.
fn unexplained(function: &SeenFunction, linked: &[LinkedFunction]) -> Option<Finding> {
    let siblings = |class: &String| linked.iter().any(|found| found.name.split('.').next() == Some(class));
    if function.class.as_ref().is_some_and(siblings) {
        return None;
    }
    Some(Finding {
        severity: Severity::Error,
        kind: FindingKind::NotLinked,
        package: function.package.clone(),
        place: Some(function.place.clone()),
        message: format!(
            "`{}` of package `{}` is not in the binary, although others of its package are",
            function.name, function.package
        ),
        help: Some(
            "if a macro or a `--cfg` flag keeps it out, write the condition on the function; otherwise rebuild with \
             `cargo clean`"
                .to_owned(),
        ),
    })
}

fn not_linked(scan: &Scan, functions: &[&SeenFunction], loaded: &HashSet<usize>) -> Option<Finding> {
    let first = functions.first()?;
    let of_crate = scan.crates.iter().find(|krate| krate.at == first.krate)?;
    let program = scan.crates.iter().find(|krate| krate.at == 0).map_or("", |krate| krate.package.as_str());
    let mut listed: Vec<String> = functions
        .iter()
        .take(3)
        .map(|function| format!("`{}` ({})", function.name, function.place))
        .collect();
    if functions.len() > listed.len() {
        listed.push(format!("{} more", functions.len() - listed.len()));
    }
    if of_crate.at == 0 {
        return Some(Finding {
            severity: Severity::Error,
            kind: FindingKind::NotLinked,
            package: first.package.clone(),
            place: Some(first.place.clone()),
            message: format!(
                "no record of the program's own functions is in the binary: {}",
                listed.join(", ")
            ),
            help: Some(
                "the binary was built from other sources, or its records were removed; build it again"
                    .to_owned(),
            ),
        });
    }
    let help = link::help(&of_crate.way, &of_crate.package, program, |at| loaded.contains(&at));
    Some(Finding {
        severity: Severity::Error,
        kind: FindingKind::NotLinked,
        package: first.package.clone(),
        place: Some(first.place.clone()),
        message: format!(
            "nothing refers to package `{}`, so it is not linked and its remote functions are lost: {}",
            first.package,
            listed.join(", ")
        ),
        help: Some(help),
    })
}

fn not_seen(function: &LinkedFunction) -> Finding {
    Finding {
        severity: Severity::Note,
        kind: FindingKind::NotSeen,
        package: function.package.clone(),
        place: Some(Place { file: function.file.clone(), line: function.line }),
        message: format!(
            "`{}` is in the binary and was not seen in the sources; a macro makes it, so calls from it are not listed",
            function.name
        ),
        help: None,
    }
}

/// A file that a macro includes looks like an orphan until a record names it.
fn owned_after_all(finding: &Finding, linked: &[LinkedFunction]) -> bool {
    let Some(place) = finding.place.as_ref().filter(|_| finding.kind == FindingKind::Orphan) else {
        return false;
    };
    linked.iter().any(|function| {
        let file = function.file.replace('\\', "/");
        let ends = |long: &str, short: &str| long == short || long.ends_with(&format!("/{short}"));
        function.package == finding.package && (ends(&place.file, &file) || ends(&file, &place.file))
    })
}
