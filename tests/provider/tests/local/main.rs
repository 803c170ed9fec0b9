//! The cases against the local platform, started for it on a free port with a directory of its own.
//!
//! With SQLite first, then with PostgreSQL. `cargo test -p flash-provider-suite --test local [PART OF A NAME..]`

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, reason = "a test")]

mod build;
mod command;
mod database;
mod platform;

use std::process::ExitCode;
use std::sync::Arc;

use flash_provider_suite::{Options, run};

use self::database::Kind;
use self::platform::Platform;

fn main() -> ExitCode {
    let options = Options::from_arguments();
    if std::env::args().any(|argument| argument == "--list") {
        for case in options.cases() {
            println!("{}: test", case.name);
        }
        return ExitCode::SUCCESS;
    }
    let command = command::build();
    let builds = build::both(&command);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let mut failed = 0;
    for kind in Kind::wanted() {
        let platform = Arc::new(Platform::start(&command, kind));
        println!("\nthe local platform with {}", kind.name());
        let of_these = runtime.block_on(run(platform.clone(), builds.clone(), &options));
        if of_these > 0 {
            println!("the platform's own log:\n{}", platform.log());
        }
        failed += of_these;
    }
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
