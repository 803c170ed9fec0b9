//! From a project to a program that can serve, with its manifest.

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;

use flash::manifest::Manifest;

use super::Sources;
use crate::cli::{Context, Failure, Inspection, Wishes};
use crate::project::Project;

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
/// It doesn't compile, has errors that `check` would show, or has no `#[flash::main]`.
pub fn build(project: &Project, wishes: &Wishes, context: &Context) -> Result<Built, Failure> {
    let profile = context.options.selection.profile_or("dev");
    let mut inspection = Inspection::of(project, profile, wishes, context)?;
    let name = &project.program.name;
    if !inspection.inventory.has_main && inspection.errors() == 0 {
        return Err(without_main(name, &inspection));
    }
    inspection.print_problems(context);
    match inspection.errors() {
        0 => {}
        1 => return Err(Failure::new(format!("`{name}` can't be served: it has an error"))),
        many => return Err(Failure::new(format!("`{name}` can't be served: it has {many} errors"))),
    }
    // What identifies a build has no meaning here, and would make each build differ from the last.
    inspection.assembled.manifest.build = None;
    Ok(Built {
        program: inspection.compiled.executable.into_std_path_buf(),
        manifest: inspection.assembled.manifest,
        sources: sources(project),
    })
}

/// The one line that makes the program serve, and where it goes.
fn without_main(name: &str, inspection: &Inspection) -> Failure {
    let failure = Failure::new(format!("`{name}` can't serve: its `fn main` is not Flash's"));
    let Some(main) = &inspection.scan.main else { return failure };
    let sdk = main.sdk_name.as_deref().unwrap_or("flash");
    failure.help(format!(
        "put `#[{sdk}::main]` before `fn main` at {}, in place of `#[tokio::main]` and the like",
        main.place
    ))
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
