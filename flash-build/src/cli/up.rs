//! `cargo flash up`.

use std::io::ErrorKind;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::output::cannot_make;
use super::{Context, Exit, Failure, Wishes};
use crate::project::Project;
use crate::up::{
    LockError, Mode, Port, Rebuild, SessionLock, Settings, Sockets, Unreadable, Watch, build, serve, sources,
};

/// The port that is tried first.
const USUAL_PORT: u16 = 8888;

/// Options of `cargo flash up`.
#[derive(Debug, clap::Args)]
pub struct Up {
    /// One process per endpoint, with a front door before them
    #[arg(long)]
    pub processes: bool,
    /// Build again when a source changes, and replace the program without losing a call
    #[arg(short, long)]
    pub watch: bool,
    /// Port to answer on; without it 8888, or the next free one
    #[arg(long)]
    pub port: Option<u16>,
    /// Address to answer on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub host: IpAddr,
    /// How long calls may take to finish when a process is to end
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = humantime::parse_duration)]
    pub drain: Duration,
    #[command(flatten)]
    wishes: Wishes,
}

impl Up {
    pub(super) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let project = Project::find(&context.options.selection)?;
        let lock = take(project.output_directory().as_std_path())?;
        // A port that can't be had is known before anything is compiled.
        let sockets = self.open_sockets()?;
        let watching = self.watching(&project, context)?;
        let built = build(&project, &self.wishes, context)?;
        let settings = Settings {
            mode: if self.processes { Mode::Split } else { Mode::Whole },
            drain: self.drain,
            directory: project.directory().as_std_path().to_path_buf(),
            output: project.output_directory().into_std_path_buf(),
            terminal: context.terminal.clone(),
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::because("the program can't be supervised", &error))?;
        let outcome = runtime.block_on(serve(settings, lock, sockets, built, watching));
        // A build that is still going on is not waited for.
        runtime.shutdown_background();
        outcome.map(|()| Exit::Done)
    }

    /// The watch begins before the first build, so that nothing is missed while it goes on.
    fn watching(&self, project: &Project, context: &Context) -> Result<Option<(Watch, Rebuild)>, Failure> {
        if !self.watch {
            return Ok(None);
        }
        let watch = Watch::new(sources(project))
            .map_err(|error| Failure::because("the sources can't be watched", &error))?;
        let context = Context { options: context.options.clone(), terminal: context.terminal.clone() };
        let wishes = self.wishes.clone();
        let rebuild: Rebuild =
            Arc::new(move || build(&Project::find(&context.options.selection)?, &wishes, &context));
        Ok(Some((watch, rebuild)))
    }

    fn open_sockets(&self) -> Result<Sockets, Failure> {
        let port = self.port.map_or(Port::From(USUAL_PORT), Port::Exactly);
        Sockets::open(self.host, port).map_err(|error| {
            let wanted = self.port.unwrap_or(USUAL_PORT);
            let failure = Failure::because(format!("{} port {wanted} can't be had", self.host), &error);
            match error.kind() {
                ErrorKind::AddrInUse => failure.help("leave --port away to get the next free one"),
                ErrorKind::AddrNotAvailable => failure.help("name an address of this machine with --host"),
                _ => failure,
            }
        })
    }
}

/// `call` and `up` say the same of a session that can't be read.
pub(super) fn lost(unreadable: &Unreadable) -> Failure {
    let process = unreadable.pid.map_or_else(String::new, |pid| format!(", process {pid}"));
    Failure::new(format!("`cargo flash up` runs here{process}, and doesn't say where it answers"))
        .why(unreadable.to_string())
        .help(unreadable.way_out())
}

fn take(output: &Path) -> Result<SessionLock, Failure> {
    SessionLock::take(output).map_err(|error| match error {
        LockError::Running(session) => {
            Failure::new(format!("`cargo flash up` already runs here, process {}", session.pid))
                .why(format!("it answers on {}", session.url))
                .help("stop it with Ctrl-C at its terminal, or with `kill` and its number")
        }
        LockError::Unreadable(unreadable) => lost(&unreadable),
        LockError::Io(path, error) => cannot_make(&path, &error),
    })
}
