//! The `cargo flash` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    flash_build::cli::run(std::env::args_os())
}
