//! `cargo flash new`.

use std::path::PathBuf;

use super::{Context, Exit, Failure, quoted};
use crate::template::{NewPackage, Sdk, Vcs};

/// Options of `cargo flash new`.
#[derive(Debug, clap::Args)]
pub struct New {
    /// Directory of the new program; missing or empty
    pub path: PathBuf,
    /// Name of the package, when it is not that of the directory
    #[arg(long)]
    pub name: Option<String>,
    /// Version control: git unless there is a repository around it, or none
    #[arg(long, value_enum, value_name = "VCS")]
    pub vcs: Option<VcsName>,
    /// Version of the SDK, or the directory of a checkout
    #[arg(long, value_name = "VERSION|PATH", value_parser = Sdk::parse)]
    pub sdk: Option<Sdk>,
}

/// Version control systems, by cargo's names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum VcsName {
    /// Git
    Git,
    /// No version control
    None,
}

impl New {
    pub(super) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let package = NewPackage {
            path: self.path,
            name: self.name,
            vcs: match self.vcs {
                None | Some(VcsName::Git) => Vcs::Default,
                Some(VcsName::None) => Vcs::None,
            },
            sdk: self.sdk.unwrap_or_else(Sdk::of_this_command),
        };
        let name = package.create()?;
        let place = package.path.display();
        context.terminal.status("Created", format_args!("`{name}` in {place}"));
        if context.terminal.is_json() {
            let path = std::path::absolute(&package.path).unwrap_or_else(|_| package.path.clone());
            context.terminal.document(&serde_json::json!({ "ok": true, "name": name, "path": path }));
        } else {
            context
                .terminal
                .status("Next", format_args!("cd {} && cargo flash up", quoted(&place.to_string())));
        }
        Ok(Exit::Done)
    }
}
