//! `cargo flash platform down`.

use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::super::{Context, Exit, Failure};
use super::place::{Place, directory_failure};
use crate::platform::directory::DataDirectory;
use crate::platform::hosting::end_survivors;

/// Options of `cargo flash platform down`.
#[derive(Debug, clap::Args)]
pub struct Down {
    /// Leave the workers running, for the next platform on the same data to take over
    #[arg(long)]
    pub keep_workers: bool,
    /// How long requests under way may take
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = humantime::parse_duration)]
    pub timeout: Duration,
}

/// Ends the workers of a platform that was killed; how many there were.
fn left_behind(place: &Place) -> Result<usize, Failure> {
    if !place.directory.exists() {
        return Ok(0);
    }
    let fail = |error| directory_failure(&error);
    // Locked meanwhile, so that no platform begins to take them over.
    let data = DataDirectory::open(&place.directory).map_err(fail)?;
    let workers = data.inside("workers").map_err(fail)?;
    end_survivors(&workers)
        .map_err(|error| Failure::because("the workers that are left can't be ended", &error))
}

impl Down {
    pub(super) fn run(self, place: &Place, context: &Context) -> Result<Exit, Failure> {
        let terminal = &context.terminal;
        let Some(running) = place.running()? else {
            if DataDirectory::is_taken(&place.directory).map_err(|error| directory_failure(&error))? {
                return Err(Failure::new("a platform is just starting or stopping there")
                    .help("try again in a moment"));
            }
            let workers = if self.keep_workers { 0 } else { left_behind(place)? };
            let more = if workers == 0 { String::new() } else { format!(", workers ended: {workers}") };
            terminal.status("Stopped", format_args!("already, {}{more}", place.directory.display()));
            if terminal.is_json() {
                terminal.document(&serde_json::json!({ "ok": true, "stopped": false, "workers": workers }));
            }
            return Ok(Exit::Done);
        };
        // The directory is locked, so the process that wrote its number there still lives.
        let signal = if self.keep_workers { Signal::SIGUSR1 } else { Signal::SIGTERM };
        let pid = i32::try_from(running.pid).map_err(|_| Failure::new("platform.json is damaged"))?;
        terminal.status("Stopping", format_args!("process {pid}"));
        kill(Pid::from_raw(pid), signal)
            .map_err(|error| Failure::because(format!("process {pid} can't be stopped"), &error))?;
        let begun = Instant::now();
        while DataDirectory::is_taken(&place.directory).map_err(|error| directory_failure(&error))? {
            if begun.elapsed() > self.timeout {
                return Err(Failure::new(format!("process {pid} has not stopped yet"))
                    .why("requests under way take longer, or it hangs")
                    .help(format!("wait, or end it with `kill -9 {pid}`; the next start takes over")));
            }
            // A lock can't be waited for with a limit.
            std::thread::sleep(Duration::from_millis(20));
        }
        let left = if self.keep_workers { ", workers left running" } else { "" };
        terminal.status("Stopped", format_args!("{}{left}", running.url()));
        if terminal.is_json() {
            terminal.document(&serde_json::json!({ "ok": true, "stopped": true, "pid": pid }));
        }
        Ok(Exit::Done)
    }
}
