//! From a project to a program that can serve, with its manifest.

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;

use cargo_metadata::camino::{Utf8Path, Utf8PathBuf};
use flash::manifest::Manifest;

use super::Sources;
use crate::assemble::{Input, Inventory, Layout, Moment, Overrides, VARIABLE, assemble};
use crate::binary::Binary;
use crate::cli::{Context, Failure};
use crate::project::Project;
use crate::settings::Settings;
use crate::validate::{Problem, Severity, Subject, validate};

/// A built program that can serve.
#[derive(Debug)]
pub struct Built {
    /// The program.
    pub program: PathBuf,
    /// Its manifest, without addresses.
    pub manifest: Manifest,
    /// What it was built from.
    pub sources: Sources,
}

/// Builds a program that can serve.
///
/// # Errors
/// It doesn't compile, has no remote functions or no `#[flash::main]`, or its `flash.toml` has mistakes.
pub fn build(project: &Project, context: &Context) -> Result<Built, Failure> {
    let compiled = project.compile(context.options.selection.profile_or("dev"), context)?;
    let name = &project.program.name;
    let binary = Binary::read(compiled.executable.as_std_path())
        .map_err(|error| Failure::because(format!("`{name}` can't be served"), &error))?;
    let inventory = Inventory::of(binary.records, &Layout::of(&project.metadata));
    if !inventory.has_main {
        return Err(without_main(project));
    }
    let settings = Settings::read(project.directory().as_std_path()).map_err(|mistakes| {
        let lines: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
        Failure::new("flash.toml has mistakes").why(lines.join("\n"))
    })?;
    let settings = settings.unwrap_or_default();
    let assembled = assemble(Input {
        package: &project.program.package,
        inventory: &inventory,
        settings: &settings,
        environment: None,
        overrides: &Overrides::read(&[], std::env::var(VARIABLE).ok().as_deref())?,
        calls: Vec::new(),
        build: None,
        moment: Moment::of_sources(project.directory())?,
    });
    let (inventory, identity) = (&inventory, &binary.identity);
    let subject = Subject { inventory, assembled: &assembled, settings: &settings, identity };
    refuse_errors(name, &validate(&subject), context)?;
    Ok(Built {
        program: compiled.executable.into_std_path_buf(),
        manifest: assembled.manifest,
        sources: sources(project),
    })
}

/// Warnings are told; errors end it.
fn refuse_errors(name: &str, problems: &[Problem], context: &Context) -> Result<(), Failure> {
    let (errors, others): (Vec<_>, Vec<_>) = problems.iter().partition(|problem| problem.is_error());
    for warning in others.iter().filter(|problem| problem.severity == Severity::Warning) {
        context.terminal.warning(warning);
    }
    let Some(first) = errors.first() else { return Ok(()) };
    let why: Vec<String> = errors.iter().map(ToString::to_string).collect();
    let failure = Failure::new(format!("`{name}` can't be served")).why(why.join("\n"));
    Err(match (&first.help, errors.len()) {
        (Some(help), 1) => failure.help(help),
        (None, 1) => failure,
        _ => failure.help("`cargo flash check` shows how to mend each"),
    })
}

/// The packages that the program is made of and that lie on this machine, and what decides how they are built.
#[must_use]
pub fn sources(project: &Project) -> Sources {
    let metadata = &project.metadata;
    let nodes: HashMap<_, _> =
        metadata.resolve.iter().flat_map(|resolve| &resolve.nodes).map(|node| (&node.id, node)).collect();
    let mut reached = BTreeSet::new();
    let mut open = vec![&project.program.package_id];
    while let Some(id) = open.pop() {
        if reached.insert(id)
            && let Some(node) = nodes.get(id)
        {
            open.extend(&node.dependencies);
        }
    }
    let local =
        metadata.packages.iter().filter(|package| package.source.is_none() && reached.contains(&package.id));
    let root = metadata.workspace_root.as_std_path();
    Sources {
        packages: local
            .filter_map(|package| package.manifest_path.parent())
            .map(|directory| directory.as_std_path().to_path_buf())
            .collect(),
        files: ["Cargo.toml", "Cargo.lock", ".cargo/config.toml"].map(|name| root.join(name)).to_vec(),
        built: vec![metadata.target_directory.clone().into(), project.output_directory().into()],
    }
}

/// The one line that makes the program serve, and where it goes.
fn without_main(project: &Project) -> Failure {
    let failure = Failure::new(format!("`{}` can't serve: it has no `#[flash::main]`", project.program.name));
    let Some(file) = source_file(project) else { return failure };
    let shown = file.strip_prefix(&project.metadata.workspace_root).unwrap_or(&file);
    match main_place(&file) {
        Some(MainPlace { line, runtime: Some(runtime) }) => {
            failure.help(format!("replace `#[{runtime}]` at {shown}:{line} by `#[flash::main]`"))
        }
        Some(MainPlace { line, runtime: None }) => {
            failure.help(format!("put `#[flash::main]` before `fn main` at {shown}:{line}"))
        }
        None => failure.help(format!("put `#[flash::main]` before `fn main` in {shown}")),
    }
}

fn source_file(project: &Project) -> Option<Utf8PathBuf> {
    let targets = &project.package().targets;
    let named = targets.iter().filter(|target| target.name == project.program.name);
    named.filter(|target| target.is_bin() || target.is_example()).map(|target| target.src_path.clone()).next()
}

struct MainPlace {
    line: usize,
    /// An attribute that makes a runtime, which would be one too many.
    runtime: Option<String>,
}

fn main_place(file: &Utf8Path) -> Option<MainPlace> {
    let syntax = syn::parse_file(&std::fs::read_to_string(file).ok()?).ok()?;
    syntax.items.iter().find_map(|item| {
        let syn::Item::Fn(function) = item else { return None };
        if function.sig.ident != "main" {
            return None;
        }
        let runtime = function.attrs.iter().find_map(|attribute| {
            let path = attribute.path();
            (path.segments.len() > 1 && path.segments.last()?.ident == "main").then(|| {
                let names: Vec<String> =
                    path.segments.iter().map(|segment| segment.ident.to_string()).collect();
                (names.join("::"), attribute.pound_token.spans[0].start().line)
            })
        });
        Some(match runtime {
            Some((name, line)) => MainPlace { line, runtime: Some(name) },
            None => MainPlace { line: function.sig.fn_token.span.start().line, runtime: None },
        })
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_line_of_main_is_found() {
        let place = tempfile::tempdir().unwrap();
        let file = Utf8PathBuf::try_from(place.path().join("main.rs")).unwrap();
        std::fs::write(&file, "use a::b;\n\n/// Docs.\nfn main() {}\n").unwrap();
        let found = main_place(&file).unwrap();
        assert_eq!((found.line, found.runtime), (4, None));
        std::fs::write(&file, "#[tokio::main(flavor = \"current_thread\")]\nasync fn main() {}\n").unwrap();
        let found = main_place(&file).unwrap();
        assert_eq!((found.line, found.runtime.as_deref()), (1, Some("tokio::main")));
        std::fs::write(&file, "not rust").unwrap();
        assert!(main_place(&file).is_none());
    }
}
