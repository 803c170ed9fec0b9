//! The user's workspace: which program is meant, and how cargo builds it.

mod compile;
mod dependency;
mod program;

use cargo_metadata::camino::{Utf8Path, Utf8PathBuf};
use cargo_metadata::{Metadata, MetadataCommand, Package};

pub use compile::Compiled;
pub use program::{Program, ProgramKind};

use crate::cli::{Failure, Selection};

/// The package whose functions are looked for.
pub const SDK: &str = "flash-runtime";

/// A workspace and the one program of it that is meant.
#[derive(Debug)]
pub struct Project {
    /// What cargo says of the workspace, dependencies included, for the machine that is built for.
    pub metadata: Metadata,
    /// The program that is meant.
    pub program: Program,
    /// How the program was chosen; cargo is called with the same words.
    pub selection: Selection,
}

impl Project {
    /// Finds the workspace around the working directory (or `--manifest-path`) and its program.
    ///
    /// # Errors
    /// No workspace, no program, or several of which none was chosen.
    pub fn find(selection: &Selection) -> Result<Self, Failure> {
        let metadata = metadata(selection)?;
        let program = Program::choose(&metadata, selection)?;
        Ok(Self { metadata, program, selection: selection.clone() })
    }

    /// The package of the program.
    #[must_use]
    pub fn package(&self) -> &Package {
        &self.metadata[&self.program.package_id]
    }

    /// The directory of the program's `Cargo.toml`; `flash.toml` and `.flash` are in it.
    #[must_use]
    pub fn directory(&self) -> &Utf8Path {
        self.package().manifest_path.parent().unwrap_or(&self.metadata.workspace_root)
    }

    /// Where `cargo flash build` writes.
    #[must_use]
    pub fn output_directory(&self) -> Utf8PathBuf {
        self.directory().join(".flash")
    }
}

/// The cargo that called us, or the one in the path.
pub(crate) fn cargo() -> std::process::Command {
    std::process::Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

fn metadata(selection: &Selection) -> Result<Metadata, Failure> {
    let mut command = MetadataCommand::new();
    if let Some(path) = &selection.manifest_path {
        command.manifest_path(path);
    }
    // All features: a dependency that is only there with a feature would be left out silently.
    let mut other = vec!["--all-features".to_owned()];
    if let Some(target) = &selection.target {
        other.push("--filter-platform".into());
        other.push(target.clone());
    }
    command.other_options(other);
    command.exec().map_err(|error| match error {
        cargo_metadata::Error::CargoMetadata { stderr } => Failure::new("cargo can't read the workspace")
            .why(stderr.trim().trim_start_matches("error: "))
            .help("run this inside a cargo package, or name one with --manifest-path"),
        error => Failure::because("cargo can't be asked about the workspace", &error),
    })
}
