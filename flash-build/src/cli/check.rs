//! `cargo flash check`.

use super::{Context, Exit, Failure};
use crate::project::Project;

/// Options of `cargo flash check`.
#[derive(Debug, clap::Args)]
pub struct Check {}

impl Check {
    pub(super) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let project = Project::find(&context.options.selection)?;
        project.compile(context.options.selection.profile_or("dev"), context)?;
        Ok(Exit::Done)
    }
}
