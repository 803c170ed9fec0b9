//! The `cargo flash` command: its arguments, and one file per subcommand.

mod arguments;
mod build;
mod call;
mod check;
mod completions;
mod failure;
mod inspection;
mod new;
mod options;
mod output;
mod platform;
mod shell;
mod table;
mod terminal;
mod up;

use std::ffi::OsString;
use std::process::ExitCode;

pub use arguments::Arguments;
pub use failure::{Exit, Failure};
pub use inspection::{Inspection, Wishes, read_settings};
pub use options::{ColorWhen, Options, Selection};
pub(crate) use shell::quoted;
pub(crate) use table::Table;
pub use terminal::Terminal;

use arguments::Subcommand;

/// What every subcommand is given.
#[derive(Debug)]
pub struct Context {
    /// The options that all subcommands share.
    pub options: Options,
    /// Where progress, data and errors go.
    pub terminal: Terminal,
}

/// Runs the command with the process's arguments, the program's name first.
///
/// ```no_run
/// let code = flash_build::cli::run(["cargo-flash", "--help"].map(Into::into));
/// ```
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::read(arguments) {
        Ok(arguments) => arguments,
        Err(exit) => return exit.into(),
    };
    let context = Context { terminal: Terminal::new(&arguments.options), options: arguments.options };
    let outcome = match arguments.subcommand {
        Subcommand::Check(check) => check.run(&context),
        Subcommand::Build(build) => build.run(&context),
        Subcommand::Call(call) => call.run(&context),
        Subcommand::Completions(completions) => completions.run(&context),
        Subcommand::New(new) => new.run(&context),
        Subcommand::Platform(platform) => platform.run(&context),
        Subcommand::Up(up) => up.run(&context),
    };
    match outcome {
        Ok(exit) => exit.into(),
        Err(failure) => {
            context.terminal.failure(&failure);
            failure.exit.into()
        }
    }
}
