//! `cargo flash build`.

use std::fs;
use std::io;
use std::time::{Duration, Instant};

use cargo_metadata::camino::Utf8Path;
use flash::manifest::{Manifest, Resource, ResourceChange};
use serde_json::{Value, json};

use super::inspection::{Inspection, Wishes};
use super::output::cannot_make;
use super::table::Table;
use super::{Context, Exit, Failure};
use crate::archive::{self, ArchiveError, Assets, MAX_ARCHIVE_BYTES, Packed, Packing};
use crate::assemble::config_hash;
use crate::project::Project;
use crate::validate::{NO_MAIN, Problem};

/// The archive's file, in the output directory.
const ARCHIVE: &str = "archive.tar.gz";
const MIB: u64 = 1024 * 1024;

/// Options of `cargo flash build`.
#[derive(Debug, clap::Args)]
pub struct Build {
    #[command(flatten)]
    wishes: Wishes,
    /// Largest size of the archive in MiB
    #[arg(long, value_name = "MIB", default_value_t = MAX_ARCHIVE_BYTES / MIB, value_parser = clap::value_parser!(u64).range(1..=1_048_576))]
    max_archive_size: u64,
}

impl Build {
    pub(super) fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let started = Instant::now();
        let terminal = &context.terminal;
        let project = Project::find(&context.options.selection)?;
        let profile = context.options.selection.profile_or("release");
        let mut inspection = Inspection::of(&project, profile, &self.wishes, context)?;
        let output = project.output_directory();
        if inspection.errors() == 0 {
            tell_what_the_archive_lacks(&mut inspection.problems, &output);
        }
        // What is about the archive is told when there is one.
        let (late, early): (Vec<_>, Vec<_>) = inspection
            .problems
            .iter()
            .partition(|problem| problem.code == NO_MAIN && inspection.errors() == 0);
        Inspection::print(early, context);
        refuse_errors(&project, &inspection)?;
        let manifest = &inspection.assembled.manifest;
        prepare(&output).map_err(|error| cannot_make(output.as_std_path(), &error))?;
        let manifest_path = output.join(archive::MANIFEST);
        let before = former(&manifest_path);
        let assets = archive::collect(project.directory().as_std_path(), &inspection.settings.app.include)
            .map_err(|error| refused(&error))?;
        tell(&assets, context);
        let packing = Packing {
            manifest,
            program: inspection.compiled.executable.as_std_path(),
            assets: &assets,
            moment: inspection.moment,
            limit: self.max_archive_size.saturating_mul(MIB),
        };
        let packed =
            archive::pack(&packing, output.join(ARCHIVE).as_std_path()).map_err(|error| refused(&error))?;
        // Last, so that it never describes an archive that isn't there.
        write_if_changed(&manifest_path, &manifest.to_json())
            .map_err(|error| Failure::because(format!("{manifest_path} can't be written"), &error))?;
        let rows = rows(manifest, before.as_ref());
        if terminal.is_json() {
            terminal.document(&document(&inspection, &packed, &manifest_path, &rows));
        } else {
            terminal.data(table(&rows, manifest, &packed));
        }
        let took = started.elapsed().saturating_sub(inspection.compiled.duration);
        let (path, size) = (shown(&project, &packed), mebibytes(packed.size));
        terminal.status("Packed", format!("{path} ({size}) in {}", seconds(took)));
        Inspection::print(late, context);
        Ok(Exit::Done)
    }
}

/// A program whose `main` is its own builds, and its archive has nothing that serves.
fn tell_what_the_archive_lacks(problems: &mut [Problem], output: &Utf8Path) {
    for problem in problems.iter_mut().filter(|problem| problem.code == NO_MAIN) {
        problem.message = format!(
            "the archive just written, {}, can't serve: its `fn main` is not Flash's, so each endpoint would run the program's own",
            output.join(ARCHIVE)
        );
        problem.help = problem.help.take().map(|help| format!("{help}, and build again"));
    }
}

fn refuse_errors(project: &Project, inspection: &Inspection) -> Result<(), Failure> {
    let errors: Vec<&str> = inspection
        .problems
        .iter()
        .filter(|problem| problem.is_error())
        .map(|problem| problem.message.as_str())
        .collect();
    if errors.is_empty() {
        return Ok(());
    }
    let s = if errors.len() == 1 { "" } else { "s" };
    Err(Failure::new(format!(
        "`{}` can't be built because of {} error{s}",
        project.program.name,
        errors.len()
    ))
    .help("`cargo flash check` shows them with the whole program; nothing was written"))
}

fn refused(error: &ArchiveError) -> Failure {
    let failure = Failure::because("the archive can't be made", error);
    match error {
        ArchiveError::TooLarge { .. } => {
            failure.help("leave files out in .flashignore, or raise the limit with --max-archive-size")
        }
        _ => failure,
    }
}

/// What git shall not see and a clean-up may take.
fn prepare(output: &Utf8Path) -> io::Result<()> {
    fs::create_dir_all(output)?;
    write_if_changed(&output.join(".gitignore"), "*\n")
}

/// A file that is written anew makes build scripts of the package run again.
fn write_if_changed(path: &Utf8Path, text: &str) -> io::Result<()> {
    if fs::read(path).is_ok_and(|old| old == text.as_bytes()) {
        return Ok(());
    }
    let temporary = path.with_extension(format!("tmp{}", std::process::id()));
    fs::write(&temporary, text)?;
    fs::rename(&temporary, path)
}

/// The last build, if its manifest can be read.
fn former(path: &Utf8Path) -> Option<Manifest> {
    Manifest::parse(&fs::read(path).ok()?).ok()
}

fn tell(assets: &Assets, context: &Context) {
    for (name, reason) in &assets.left_out {
        context.terminal.warning(format!("`{name}` matches `include` and is left out: {reason}"));
    }
    for pattern in &assets.unmatched {
        context.terminal.warning(format!("`include` pattern `{pattern}` matches no file"));
    }
}

/// A line of the closing table.
struct Row {
    name: String,
    functions: usize,
    routes: usize,
    config: String,
    interface: String,
    change: String,
}

fn rows(manifest: &Manifest, before: Option<&Manifest>) -> Vec<Row> {
    let changes = before.map(|before| manifest.changes_since(before));
    let change = |name: &str| match &changes {
        None => "first build".to_owned(),
        Some(changes) => changes.get(name).map_or_else(String::new, describe),
    };
    let row = |(name, resource): (&String, &Resource)| Row {
        name: name.clone(),
        functions: resource.callables().count(),
        routes: manifest.routes.get(name).map_or(0, std::collections::BTreeMap::len),
        config: config_hash(resource),
        interface: resource.interface_digest.clone().unwrap_or_default(),
        change: change(name),
    };
    let mut rows: Vec<Row> = manifest.resources.iter().map(row).collect();
    for (name, change) in changes.iter().flatten().filter(|(_, change)| **change == ResourceChange::Removed) {
        let (config, interface) = (String::new(), String::new());
        rows.push(Row {
            name: name.clone(),
            functions: 0,
            routes: 0,
            config,
            interface,
            change: describe(change),
        });
    }
    rows
}

fn describe(change: &ResourceChange) -> String {
    let differences = match change {
        ResourceChange::New => return "new".into(),
        ResourceChange::Removed => return "removed".into(),
        ResourceChange::Kept(differences) if differences.is_empty() => return "unchanged".into(),
        ResourceChange::Kept(differences) => differences,
    };
    let mut words: Vec<String> =
        [(differences.config, "config"), (differences.interface, "interface"), (differences.code, "code")]
            .into_iter()
            .filter(|(differs, _)| *differs)
            .map(|(_, word)| word.to_owned())
            .collect();
    words.extend(differences.added.iter().map(|name| format!("+{name}")));
    words.extend(differences.removed.iter().map(|name| format!("-{name}")));
    words.join(", ")
}

fn table(rows: &[Row], manifest: &Manifest, packed: &Packed) -> String {
    let short = |digest: &str| digest.get(..8).unwrap_or("-").to_owned();
    let code = manifest.build.as_ref().map_or("-", |build| build.code_digest.as_str());
    let mut table = Table::new([
        "endpoint",
        "functions",
        "routes",
        "config",
        "code",
        "interface",
        "since the last build",
    ]);
    for row in rows {
        let gone = row.config.is_empty();
        table.row([
            row.name.clone(),
            row.functions.to_string(),
            row.routes.to_string(),
            short(&row.config),
            if gone { "-".to_owned() } else { short(code) },
            short(&row.interface),
            row.change.clone(),
        ]);
    }
    format!(
        "{}\n{} entries, {}, sha256 {}\n",
        table.render(0),
        packed.entries,
        mebibytes(packed.size),
        packed.digest
    )
}

fn document(inspection: &Inspection, packed: &Packed, manifest_path: &Utf8Path, rows: &[Row]) -> Value {
    let endpoints: Vec<Value> = rows
        .iter()
        .map(|row| {
            json!({"name": row.name, "functions": row.functions, "routes": row.routes, "config_hash": row.config,
                "interface_digest": row.interface, "change": row.change})
        })
        .collect();
    json!({
        "ok": true,
        "manifest_path": manifest_path,
        "archive": packed,
        "endpoints": endpoints,
        "build": inspection.assembled.manifest.build,
        "problems": inspection.problems,
    })
}

fn shown(project: &Project, packed: &Packed) -> String {
    let path = Utf8Path::from_path(&packed.path);
    let inner = path.and_then(|path| path.strip_prefix(&project.metadata.workspace_root).ok());
    inner.map_or_else(|| packed.path.display().to_string(), ToString::to_string)
}

#[expect(clippy::cast_precision_loss, reason = "one decimal is shown")]
fn mebibytes(size: u64) -> String {
    if size < MIB {
        format!("{:.1} KiB", size as f64 / 1024.0)
    } else {
        format!("{:.1} MiB", size as f64 / MIB as f64)
    }
}

fn seconds(duration: Duration) -> String {
    format!("{:.2}s", duration.as_secs_f64())
}
