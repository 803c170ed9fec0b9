//! `cargo flash build`.

use super::{Context, Exit, Failure};
use crate::project::Project;

/// Options of `cargo flash build`.
#[derive(Debug, clap::Args)]
pub struct Build {}

impl Build {
    pub(super) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let project = Project::find(&context.options.selection)?;
        project.compile(context.options.selection.profile_or("release"), context)?;
        Ok(Exit::Done)
    }
}
