//! `cargo flash platform up`.

use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, ErrorKind};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::super::{Context, Exit, Failure, quoted};
use super::client::answers;
use super::place::{directory_failure, resolve};
use crate::platform::directory::{DataDirectory, DirectoryError, Running, key_path};
use crate::platform::run::{RunError, run};
use crate::platform::settings::{Flags, Settings};

/// How long another platform may take from its lock to its address.
const START: Duration = Duration::from_secs(60);
/// A log of the platform itself that is longer begins anew; the old one is kept beside it.
const MAX_LOG: u64 = 4 * 1024 * 1024;

/// Options of `cargo flash platform up`.
#[derive(Debug, clap::Args)]
pub struct Up {
    /// Run it in the background; does nothing when it already runs
    #[arg(short, long)]
    pub detach: bool,
    /// Port to listen on, 0 for any free one; without it that of FLASH_PLATFORM_ADDRESS, or 8790
    #[arg(long)]
    pub port: Option<u16>,
    /// Database to use: sqlite:FILE or postgres://..; without it FLASH_PLATFORM_DATABASE_URL, or a file in the data directory
    #[arg(long, value_name = "URL")]
    pub database_url: Option<String>,
    /// Where archives lie; without it FLASH_PLATFORM_ARTIFACTS, or the data directory
    #[arg(long, value_name = "PLACE")]
    pub artifacts: Option<String>,
    /// This is the process in the background.
    #[arg(long, hide = true, conflicts_with = "detach")]
    pub in_background: bool,
}

impl Up {
    pub(super) fn run(self, data_dir: Option<PathBuf>, context: &Context) -> Result<Exit, Failure> {
        let settings = resolve(Flags {
            data_dir,
            port: self.port,
            database: self.database_url.clone().map(Into::into),
            artifacts: self.artifacts.clone(),
        })?;
        if self.detach {
            return self.detach(&settings, context);
        }
        if self.in_background {
            // Fails when this process leads a session already, which is just as well.
            let _ = nix::unistd::setsid();
        }
        let data = DataDirectory::open(&settings.directory).map_err(|error| directory_failure(&error))?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::because("the platform can't be run", &error))?;
        let directory = data.path().to_path_buf();
        let ready = |running: &Running| {
            announce(running, &directory, context);
            if !self.in_background {
                context.terminal.help("stop it with Ctrl-C, or run it in the background with --detach");
            }
        };
        let outcome = runtime.block_on(run(settings, data, ready, |text| context.terminal.warning(text)));
        runtime.shutdown_timeout(Duration::from_secs(1));
        outcome.map(|()| Exit::Done).map_err(|error| failure(&error))
    }

    fn detach(&self, settings: &Settings, context: &Context) -> Result<Exit, Failure> {
        let directory = &settings.directory;
        if let Some(running) = await_running(directory)? {
            return Ok(self.found(&running, directory, context));
        }
        // Made and checked here already, since its log lies inside.
        let log = match DataDirectory::open(directory) {
            Ok(data) => data.path().join("platform.log"),
            Err(DirectoryError::Taken { .. }) => directory.join("platform.log"),
            Err(error) => return Err(directory_failure(&error)),
        };
        let mut child = self.spawn(directory, &log)?;
        match first_line(&mut child) {
            Ok(document) if document["ok"] == Value::Bool(true) => {
                let running = DataDirectory::running(directory).map_err(|error| directory_failure(&error))?;
                let running =
                    running.ok_or_else(|| Failure::new("the platform ended right after its start"))?;
                announce(&running, directory, context);
                Ok(Exit::Done)
            }
            outcome => {
                let _ = child.wait();
                // Another one may have been faster.
                if let Some(running) = await_running(directory)? {
                    return Ok(self.found(&running, directory, context));
                }
                Err(outcome.map_or_else(
                    |_| Failure::new("the platform ended at its start").why(format!("see {}", log.display())),
                    |document| told(&document),
                ))
            }
        }
    }

    fn found(&self, running: &Running, directory: &Path, context: &Context) -> Exit {
        if self.port.is_some_and(|port| port != 0 && port != running.address.port()) {
            context.terminal.warning(format_args!(
                "it already runs, on {}; `cargo flash platform down` stops it",
                running.address
            ));
        }
        announce(running, directory, context);
        Exit::Done
    }

    fn spawn(&self, directory: &Path, log: &Path) -> Result<Child, Failure> {
        let cannot = |error: &std::io::Error| Failure::because("the platform can't be started", error);
        if std::fs::metadata(log).is_ok_and(|metadata| metadata.len() > MAX_LOG) {
            let _ = std::fs::rename(log, log.with_extension("log.old"));
        }
        let log = OpenOptions::new()
            .append(true)
            .create(true)
            .mode(0o600)
            .open(log)
            .map_err(|error| cannot(&error))?;
        let mut command = Command::new(std::env::current_exe().map_err(|error| cannot(&error))?);
        command.args(["flash", "platform", "up", "--in-background", "--json", "--data-dir"]).arg(directory);
        if let Some(port) = self.port {
            command.args(["--port", &port.to_string()]);
        }
        if let Some(artifacts) = &self.artifacts {
            command.args(["--artifacts", artifacts]);
        }
        if let Some(url) = &self.database_url {
            // Everybody can read a process's arguments, and the address may hold a password.
            command.env("FLASH_PLATFORM_DATABASE_URL", url);
        }
        command
            .current_dir(directory)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .map_err(|error| cannot(&error))
    }
}

/// The platform on a directory; waits for one that is just starting, or whose end isn't over yet.
fn await_running(directory: &Path) -> Result<Option<Running>, Failure> {
    let begun = Instant::now();
    loop {
        let fail = |error: DirectoryError| directory_failure(&error);
        let running = DataDirectory::running(directory).map_err(fail)?;
        // One that was killed keeps the lock, and its socket, until the last of its threads is gone.
        if let Some(running) = running
            && answers(&running)?
        {
            return Ok(Some(running));
        }
        if !DataDirectory::is_taken(directory).map_err(fail)? {
            return Ok(None);
        }
        if begun.elapsed() > START {
            return Err(Failure::new(format!("a platform holds {} and doesn't answer", directory.display())));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// One document, or two lines of data; the key itself is never printed.
fn announce(running: &Running, directory: &Path, context: &Context) {
    let key = key_path(directory);
    if context.terminal.is_json() {
        context.terminal.document(&json!({
            "ok": true, "url": running.url(), "address": running.address, "pid": running.pid,
            "started": running.started, "dataDirectory": directory, "keyFile": key,
        }));
        return;
    }
    context.terminal.status("Running", format_args!("process {}, key in {}", running.pid, key.display()));
    context.terminal.data(format_args!("{}\n{}\n", running.url(), directory.display()));
}

/// What the process in the background says first: its document, when it answers or when it fails.
fn first_line(child: &mut Child) -> Result<Value, std::io::Error> {
    let output = child.stdout.take().ok_or(ErrorKind::BrokenPipe)?;
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line)?;
    serde_json::from_str(&line).map_err(std::io::Error::from)
}

/// A failure of the process in the background, in its own words.
fn told(document: &Value) -> Failure {
    let error = &document["error"];
    let mut failure = Failure::new(error["what"].as_str().unwrap_or("the platform ended at its start"));
    for why in error["why"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        failure = failure.why(why);
    }
    match error["help"].as_str() {
        Some(help) => failure.help(help),
        None => failure,
    }
}

fn failure(error: &RunError) -> Failure {
    let failure = Failure::new(error.to_string());
    match error.help() {
        Some(help) => failure.help(help),
        None => failure,
    }
}

/// What official clients need to talk to this platform, for a shell.
pub(super) fn exports(running: &Running, directory: &Path) -> String {
    let url = running.url();
    let key = quoted(&key_path(directory).to_string_lossy());
    format!(
        "export RUNPOD_API_BASE_URL={url}\n\
         export RUNPOD_ENDPOINT_BASE_URL={url}/v2\n\
         export RUNPOD_REST_API_URL={url}/rest\n\
         export RUNPOD_HAPI_URL={url}/hapi\n\
         export RUNPOD_CONSOLE_URL={url}/console\n\
         export RUNPOD_API_KEY=\"$(cat {key})\"\n"
    )
}
