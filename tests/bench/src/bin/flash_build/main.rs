//! What `cargo flash build` takes on a workspace of 500 source files with 1,000 annotated functions that cargo
//! has compiled before.
//!
//! `cargo run --release -p flash-bench --bin flash_build [rounds]`
//!
//! The floor beside it is `cargo build --release` with nothing to do, which every build contains.

#![allow(clippy::print_stdout, reason = "it prints its figures")]

mod workspace;

use std::error::Error;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use flash_build::binary::Binary;
use workspace::Workspace;

/// The command is this program itself: what is measured contains the start of a process.
const COMMAND: &str = "flash";

const READ_LIMIT: Duration = Duration::from_millis(10);
const BUILD_LIMIT: Duration = Duration::from_secs(1);

fn main() -> Result<ExitCode, Box<dyn Error>> {
    if std::env::args().nth(1).as_deref() == Some(COMMAND) {
        return Ok(flash_build::cli::run(std::env::args_os()));
    }
    let rounds = std::env::args().nth(1).map_or(Ok(9), |text| text.parse::<usize>())?.max(1);
    let workspace = Workspace::create()?;
    println!("compiling {} functions in {} files", workspace::FUNCTIONS, workspace::FILES);
    workspace.cargo_build()?;
    let this = std::env::current_exe()?;
    workspace.run(&this, &[COMMAND, "build"])?;

    let mut nothing = Vec::new();
    let mut build = Vec::new();
    let mut read = Vec::new();
    let mut count = 0;
    for _ in 0..rounds {
        nothing.push(timed(|| workspace.cargo_build())?.1);
        build.push(timed(|| workspace.run(&this, &[COMMAND, "build"]))?.1);
        let (records, took) = timed(|| Ok(Binary::read(&workspace.program())?.records))?;
        read.push(took);
        count = records.len();
    }
    if count < workspace::FUNCTIONS {
        return Err(format!("only {count} records in the binary").into());
    }
    println!("ms, median of {rounds} (best)");
    line("cargo build, nothing to do", &nothing, None);
    line("cargo flash build", &build, Some(BUILD_LIMIT));
    line(&format!("reading {count} records"), &read, Some(READ_LIMIT));
    let held = median(&build) < BUILD_LIMIT && median(&read) < READ_LIMIT;
    if held { Ok(ExitCode::SUCCESS) } else { Err("slower than its limit".into()) }
}

fn timed<T>(work: impl FnOnce() -> Result<T, Box<dyn Error>>) -> Result<(T, Duration), Box<dyn Error>> {
    let start = Instant::now();
    Ok((work()?, start.elapsed()))
}

fn line(what: &str, times: &[Duration], limit: Option<Duration>) {
    let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
    let (median, best) = (median(times), times.iter().min().copied().unwrap_or_default());
    let verdict = limit.map_or(String::new(), |limit| {
        format!("  limit {}: {}", limit.as_millis(), if median < limit { "held" } else { "BROKEN" })
    });
    println!("{what:<28} {:8.1}  ({:.1}){verdict}", milliseconds(median), milliseconds(best));
}

fn median(times: &[Duration]) -> Duration {
    let mut sorted = times.to_vec();
    sorted.sort();
    sorted[sorted.len() / 2]
}
