//! `cargo flash platform`.

mod approve;
mod client;
mod down;
mod logs;
mod place;
mod status;
mod up;

use std::path::PathBuf;

use super::{Context, Exit, Failure};
use place::Place;

/// Options of `cargo flash platform`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  cargo flash platform up --detach
  cargo flash platform status
  cargo flash platform logs --follow
  cargo flash platform down")]
pub struct Platform {
    /// Directory of the platform's data; without it FLASH_PLATFORM_DIR, or a directory for programs' data
    #[arg(long, value_name = "DIR", global = true)]
    pub data_dir: Option<PathBuf>,
    /// What to do.
    #[command(subcommand)]
    pub action: Action,
}

/// What `cargo flash platform` can do.
#[derive(Debug, clap::Subcommand)]
pub enum Action {
    /// Run the platform, here or in the background
    Up(up::Up),
    /// Show apps, environments, endpoints, workers and memory
    Status(status::Status),
    /// Print what workers write
    Logs(logs::Logs),
    /// Let a login in
    Approve(approve::Approve),
    /// Stop the platform and its workers
    Down(down::Down),
}

impl Platform {
    pub(super) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let data_dir = self.data_dir;
        match self.action {
            Action::Up(up) => up.run(data_dir, context),
            Action::Status(status) => status.run(&Place::find(data_dir)?, context),
            Action::Logs(logs) => logs.run(&Place::find(data_dir)?, context),
            Action::Approve(approve) => approve.run(&Place::find(data_dir)?, context),
            Action::Down(down) => down.run(&Place::find(data_dir)?, context),
        }
    }
}
