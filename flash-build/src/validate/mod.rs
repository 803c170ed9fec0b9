//! What is wrong with a program, each finding with its file and line.

mod carriage;
mod cycles;
mod names;
mod problem;
mod resources;
mod routes;
#[cfg(test)]
mod tests;

use flash::manifest::Manifest;

pub use problem::{Problem, Severity};

use crate::assemble::{Assembled, Inventory, Overrides, Sited};
use crate::binary::{Format, Identity};
use crate::record::Function;
use crate::settings::Settings;

/// Code of the problem that a program has no remote function.
pub const NO_FUNCTION: &str = "no-function";

/// Code of the problem that a program's `main` is not Flash's.
pub const NO_MAIN: &str = "no-main";

/// What is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The records.
    pub inventory: &'a Inventory,
    /// The manifest made of them.
    pub assembled: &'a Assembled,
    /// `flash.toml`.
    pub settings: &'a Settings,
    /// Settings of this run.
    pub overrides: &'a Overrides,
    /// The machine that the program is for.
    pub identity: &'a Identity,
}

/// Finds everything that is wrong, the worst first.
#[must_use]
pub fn validate(subject: &Subject<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let inventory = subject.inventory;
    if inventory.functions.is_empty() && inventory.classes.is_empty() {
        problems.push(
            Problem::error(NO_FUNCTION, "the program has no remote function")
                .help("add `#[flash::remote(resource = \"NAME\")]` to a function that is compiled into it"),
        );
    }
    problems.extend(names::check(inventory));
    problems.extend(resources::check(subject));
    problems.extend(routes::check(inventory));
    problems.extend(carriage::check(inventory));
    problems.extend(cycles::check(inventory, &subject.assembled.manifest));
    problems.extend(machine(subject.identity, &subject.assembled.manifest));
    problems.sort();
    problems.dedup();
    problems
}

fn machine(identity: &Identity, manifest: &Manifest) -> Option<Problem> {
    let foreign = identity.format != Format::Elf;
    (foreign && !manifest.resources.is_empty()).then(|| {
        let Identity { format, os, arch, .. } = identity;
        Problem::note(
            "foreign-machine",
            format!("the program is a {format} file for {os} on {arch}, and deployed workers run Linux"),
        )
        .help("to deploy it, build with `--target x86_64-unknown-linux-gnu`")
    })
}

/// The resource that a function really is on: a method is where its class is.
#[must_use]
pub fn resource_of<'a>(inventory: &'a Inventory, function: &'a Sited<Function>) -> &'a str {
    let class = function.item.class.as_deref();
    let class = class.and_then(|class| inventory.classes.iter().find(|known| known.item.name == class));
    class.map_or(&function.item.resource, |class| &class.item.resource)
}
