//! Looking at a program from all sides: its records, its sources, its settings.

use std::collections::HashSet;
use std::thread;
use std::time::Instant;

use flash::manifest::{Build, CallEdge};

use super::{Context, Failure};
use crate::assemble::{
    Assembled, Input, Inventory, Layout, Moment, Overrides, VARIABLE, assemble, hex_sha256_of,
};
use crate::binary::{Binary, Identity};
use crate::project::{Compiled, Project};
use crate::settings::Settings;
use crate::source::{self, LinkedFunction, Platform, Request, Scan};
use crate::validate::{NO_FUNCTION, NO_MAIN, Problem, Severity, Subject, validate};

/// What decides how a program is looked at.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Wishes {
    /// Environment of flash.toml whose settings count
    #[arg(long, value_name = "NAME")]
    pub env: Option<String>,
    /// Setting that lies over flash.toml, as in pricing.workers_max=3
    #[arg(long, value_name = "RESOURCE.KEY=VALUE")]
    pub set: Vec<String>,
}

/// A built program with everything that is known of it.
#[derive(Debug)]
pub struct Inspection {
    /// What cargo built.
    pub compiled: Compiled,
    /// The machine that it is for.
    pub identity: Identity,
    /// Its records.
    pub inventory: Inventory,
    /// Its settings.
    pub settings: Settings,
    /// The manifest.
    pub assembled: Assembled,
    /// What its sources say.
    pub scan: Scan,
    /// The time of its sources.
    pub moment: Moment,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
}

impl Inspection {
    /// Builds the program and looks at it.
    ///
    /// # Errors
    /// It doesn't compile or can't be read, or the settings have mistakes. Findings about the program itself are no
    /// error here.
    pub fn of(project: &Project, profile: &str, wishes: &Wishes, context: &Context) -> Result<Self, Failure> {
        let settings = read_settings(project)?;
        let overrides = Overrides::read(&wishes.set, std::env::var(VARIABLE).ok().as_deref())?;
        if let Some(environment) = &wishes.env {
            known_environment(&settings, environment)?;
        }
        let target = project.selection.target.as_deref();
        let (compiled, platform, moment) = thread::scope(|scope| {
            let platform = scope.spawn(|| Platform::of_target(target));
            let moment = scope.spawn(|| Moment::of_sources(project.directory()));
            (project.compile(profile, context), joined(platform), joined(moment))
        });
        let compiled = compiled?;
        let platform = platform?
            .map_err(|error| Failure::new("the compiler can't be asked about the platform").why(error))?;
        let name = &project.program.name;
        let unreadable = |error: &dyn std::error::Error| {
            Failure::because(format!("`{name}` can't be read"), error).why(compiled.executable.as_str())
        };
        let path = compiled.executable.as_std_path();
        let started = Instant::now();
        let binary = Binary::read_any(path).map_err(|error| unreadable(&error))?;
        let (count, took) = (binary.records.len(), started.elapsed());
        context.terminal.detail("Read", format!("{count} records in {took:.1?}"));
        let inventory = Inventory::of(binary.records, &Layout::of(&project.metadata));
        let request = Request {
            metadata: &project.metadata,
            package: &project.program.package_id,
            binary: name,
            messages: &compiled.messages,
            platform: &platform,
        };
        let (scan, digest) = thread::scope(|scope| {
            let digest = scope.spawn(|| hex_sha256_of(&mut std::fs::File::open(path)?));
            (source::scan(&request), joined(digest))
        });
        let build = Build {
            flash_version: env!("CARGO_PKG_VERSION").into(),
            binary: compiled.executable.file_name().unwrap_or(name).to_owned(),
            code_digest: digest?.map_err(|error| unreadable(&error))?,
            profile: compiled.profile.clone(),
            os: binary.identity.os.clone(),
            arch: binary.identity.arch.clone(),
            libc: binary.identity.libc.clone(),
        };
        let moment = moment??;
        let assembled = assemble(Input {
            package: &project.program.package,
            inventory: &inventory,
            settings: &settings,
            environment: wishes.env.as_deref(),
            overrides: &overrides,
            calls: edges(&scan, &inventory),
            build: Some(build),
            moment,
        });
        let identity = binary.identity;
        let subject = Subject {
            inventory: &inventory,
            assembled: &assembled,
            settings: &settings,
            overrides: &overrides,
            identity: &identity,
        };
        let mut problems = validate(&subject);
        if let Some(problem) = problems.iter_mut().find(|problem| problem.code == NO_FUNCTION)
            && let Some(missing) = project.missing_sdk()
        {
            problem.help = Some(format!(
                "{missing}, and put `#[flash::remote(resource = \"NAME\")]` before a function of it"
            ));
        }
        problems.extend(source::cross_check(&scan, &linked(&inventory)).into_iter().map(Problem::from));
        problems.extend(without_main(&inventory, &scan));
        problems.sort();
        Ok(Self { compiled, identity, inventory, settings, assembled, scan, moment, problems })
    }

    /// Prints what is wrong; notes only when many words are wished.
    pub fn print_problems(&self, context: &Context) {
        Self::print(&self.problems, context);
    }

    /// Prints some problems.
    pub fn print<'p>(problems: impl IntoIterator<Item = &'p Problem>, context: &Context) {
        for problem in problems {
            match problem.severity {
                Severity::Error => context.terminal.error(problem),
                Severity::Warning => context.terminal.warning(problem),
                Severity::Note => context.terminal.note(problem),
            }
            if let Some(help) = problem.help.as_ref().filter(|_| context.terminal.shows(problem.severity)) {
                context.terminal.help(help);
            }
        }
    }

    /// How many errors there are.
    #[must_use]
    pub fn errors(&self) -> usize {
        self.problems.iter().filter(|problem| problem.is_error()).count()
    }
}

/// Reads `flash.toml` beside the program's `Cargo.toml`.
///
/// # Errors
/// All mistakes of the file.
pub fn read_settings(project: &Project) -> Result<Settings, Failure> {
    let found = Settings::read(project.directory().as_std_path()).map_err(|mistakes| {
        let lines: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
        let s = if lines.len() == 1 { "a mistake" } else { "mistakes" };
        Failure::new(format!("flash.toml has {s}")).why(lines.join("\n"))
    })?;
    Ok(found.unwrap_or_default())
}

fn known_environment(settings: &Settings, name: &str) -> Result<(), Failure> {
    if settings.environments.contains_key(name) {
        return Ok(());
    }
    let known: Vec<&str> = settings.environments.keys().map(String::as_str).collect();
    let known =
        if known.is_empty() { "it has none".to_owned() } else { format!("it has {}", known.join(", ")) };
    Err(Failure::new(format!("flash.toml has no environment `{name}`"))
        .why(known)
        .help(format!("add `[env.{name}.resources.NAME]`, or leave --env out")))
}

fn joined<T>(handle: thread::ScopedJoinHandle<'_, T>) -> Result<T, Failure> {
    handle.join().map_err(|_| Failure::new("a part of cargo flash has panicked").help("please report it"))
}

/// The calls between functions that are in the binary.
fn edges(scan: &Scan, inventory: &Inventory) -> Vec<CallEdge> {
    let names: HashSet<&str> =
        inventory.functions.iter().map(|function| function.item.name.as_str()).collect();
    let mut edges = scan.edges();
    edges.retain(|edge| {
        names.contains(edge.from.as_str()) && (!edge.resolved || names.contains(edge.to.as_str()))
    });
    edges
}

fn linked(inventory: &Inventory) -> Vec<LinkedFunction> {
    let functions = inventory.functions.iter().map(|function| LinkedFunction {
        name: function.item.name.clone(),
        module: function.module.clone(),
        package: function.package.clone(),
        file: function.located.place.file.clone(),
        line: function.item.line,
    });
    let classes = inventory.classes.iter().map(|class| LinkedFunction {
        name: class.item.name.clone(),
        module: class.module.clone(),
        package: class.package.clone(),
        file: class.located.place.file.clone(),
        line: class.item.line,
    });
    functions.chain(classes).collect()
}

/// Such a program runs by itself, and would run its own `main` wherever it is deployed.
fn without_main(inventory: &Inventory, scan: &Scan) -> Option<Problem> {
    let has_functions = !inventory.functions.is_empty() || !inventory.classes.is_empty();
    if inventory.has_main || !has_functions {
        return None;
    }
    let main = scan.main.as_ref();
    let sdk = main.and_then(|main| main.sdk_name.as_deref()).unwrap_or("flash");
    let problem = Problem::warning(NO_MAIN, "the program can't serve: its `fn main` is not Flash's")
        .help(format!("put `#[{sdk}::main]` before `fn main`, in place of `#[tokio::main]` and the like"));
    Some(main.map_or(problem.clone(), |main| problem.at(&main.place)))
}
