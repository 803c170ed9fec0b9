//! `cargo flash completions`.

use clap::CommandFactory;
use clap_complete::Shell;

use super::{Arguments, Context, Exit, Failure};

/// Options of `cargo flash completions`.
#[derive(Debug, clap::Args)]
pub struct Completions {
    /// Shell to write them for
    #[arg(value_enum)]
    pub shell: Shell,
}

impl Completions {
    pub(super) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let mut script = Vec::new();
        let mut command = Arguments::command();
        // Shells complete the name of a program; `cargo flash` itself is completed by cargo's own script.
        clap_complete::generate(self.shell, &mut command, "cargo-flash", &mut script);
        let script = String::from_utf8(script)
            .map_err(|error| Failure::because("the completions are not text", &error))?;
        context.terminal.data(script);
        Ok(Exit::Done)
    }
}
