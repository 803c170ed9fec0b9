//! A session from its first process to its last.

use std::collections::BTreeSet;
use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use flash::manifest::Manifest;
use tokio::task::JoinHandle;

use super::overview::{self, Row};
use super::watch::{Watch, named};
use super::{
    App, Built, Event, Interrupts, Log, Mode, Probe, Session, SessionLock, Setting, Sockets, Stage,
    random_key,
};
use crate::cli::{Failure, Terminal};

/// Who waits longer than this for the program to answer is told what is missing.
const SLOW_START: Duration = Duration::from_secs(10);

/// How a session runs.
#[derive(Debug)]
pub struct Settings {
    /// In one process or in many.
    pub mode: Mode,
    /// How long a process may finish its calls.
    pub drain: Duration,
    /// The program's directory.
    pub directory: PathBuf,
    /// Its `.flash`.
    pub output: PathBuf,
    /// Where to tell about it.
    pub terminal: Terminal,
}

/// Builds the program again.
pub type Rebuild = Arc<dyn Fn() -> Result<Built, Failure> + Send + Sync>;

/// A session on its way.
pub struct Serving {
    settings: Settings,
    lock: SessionLock,
    sockets: Sockets,
    stage: Stage,
    app: App,
    session: Session,
    manifest: Manifest,
    /// Workers that don't answer yet.
    waiting: BTreeSet<String>,
    /// When this build was started.
    since: Instant,
    /// What was shown last.
    announced: Vec<Row>,
}

impl std::fmt::Debug for Serving {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Serving").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// Runs a program until a signal ends it; with `watching`, each change of its sources replaces it.
///
/// # Errors
/// It can't be started, or one of its processes never answers.
pub async fn serve(
    settings: Settings,
    lock: SessionLock,
    sockets: Sockets,
    built: Built,
    watching: Option<(Watch, Rebuild)>,
) -> Result<(), Failure> {
    let mut interrupts = Interrupts::take().map_err(|error| cant_start(&error))?;
    let (log, writer) = Log::start(&settings.terminal);
    let mut serving = Serving::new(settings, lock, sockets, &built, log)?;
    let outcome = match serving.run(&built) {
        Ok(()) => serving.follow(&mut interrupts, watching).await,
        Err(failure) => Err(failure),
    };
    match &outcome {
        Ok(signal) => serving.stop(signal, &mut interrupts).await,
        Err(_) => serving.app.kill().await,
    }
    drop(serving);
    writer.finish();
    outcome.map(|_| ())
}

fn cant_start(error: &dyn Error) -> Failure {
    Failure::because("the program can't be started", error)
}

impl Serving {
    fn new(
        settings: Settings,
        lock: SessionLock,
        sockets: Sockets,
        built: &Built,
        log: Log,
    ) -> Result<Self, Failure> {
        let key = random_key().map_err(|error| cant_start(&error))?;
        let stage = Stage::new(&settings.output).map_err(|error| cant_start(&error))?;
        let probe = Probe::new().map_err(|error| cant_start(&error))?;
        let session = Session {
            url: sockets.url(),
            key,
            pid: std::process::id(),
            mode: settings.mode.as_str().to_owned(),
            started: humantime::format_rfc3339_seconds(SystemTime::now()).to_string(),
            manifest: PathBuf::new(),
        };
        Ok(Self {
            app: App::new(settings.mode.door(), log, probe, settings.drain),
            settings,
            lock,
            sockets,
            stage,
            session,
            manifest: built.manifest.clone(),
            waiting: BTreeSet::new(),
            since: Instant::now(),
            announced: Vec::new(),
        })
    }

    /// Runs this build, in the place of the one before.
    fn run(&mut self, built: &Built) -> Result<(), Failure> {
        let mode = self.settings.mode;
        self.sockets.fit(&built.manifest, mode).map_err(|error| cant_start(&error))?;
        let addressed = self.sockets.manifest(&built.manifest);
        let generation = self.stage.put(&built.program, &addressed).map_err(|error| cant_start(&error))?;
        let launches = self.sockets.launches(
            mode,
            Setting {
                program: &generation.program,
                directory: &self.settings.directory,
                manifest: &generation.manifest,
                key: &self.session.key,
                drain: self.settings.drain,
            },
        );
        self.session.manifest = generation.manifest;
        self.manifest = built.manifest.clone();
        self.waiting = launches.iter().map(|(name, _)| name.clone()).collect();
        self.since = Instant::now();
        self.app.run(launches);
        Ok(())
    }

    /// Follows what happens until a signal comes, whose name is given back.
    async fn follow(
        &mut self,
        interrupts: &mut Interrupts,
        watching: Option<(Watch, Rebuild)>,
    ) -> Result<&'static str, Failure> {
        let (mut watch, rebuild) = watching.unzip();
        let mut building: Option<JoinHandle<Result<Built, Failure>>> = None;
        loop {
            let all_answer = self.waiting.is_empty();
            tokio::select! {
                signal = interrupts.next() => return Ok(signal),
                () = tokio::time::sleep(SLOW_START), if !all_answer => self.tell_who_is_missing(),
                event = self.app.event() => self.heard(event, watch.is_some())?,
                changes = changed(&mut watch), if building.is_none() => {
                    if let Some(rebuild) = rebuild.clone() {
                        let names = named(&changes, &self.settings.directory);
                        self.settings.terminal.status("Changed", format_args!("{names}; building, the old build serves on"));
                        building = Some(tokio::task::spawn_blocking(move || rebuild()));
                    }
                }
                built = finished(&mut building) => {
                    building = None;
                    self.rebuilt(built, watch.as_mut());
                }
            }
        }
    }

    fn heard(&mut self, event: Event, watching: bool) -> Result<(), Failure> {
        match event {
            Event::Ready { name } => {
                if self.waiting.remove(&name) && self.waiting.is_empty() {
                    self.all_answer()?;
                }
            }
            Event::GaveUp { name, report } => {
                let failure = Failure::new(format!("`{name}` doesn't start")).why(report);
                if !watching {
                    return Err(failure);
                }
                self.settings.terminal.failure(&failure.help("mend it; the next change starts it again"));
            }
            Event::Refused { name, report } => {
                let failure = Failure::new(format!("the new `{name}` doesn't start; the old one serves on"));
                self.settings.terminal.failure(&failure.why(report));
            }
        }
        Ok(())
    }

    fn all_answer(&mut self) -> Result<(), Failure> {
        self.lock.publish(&self.session).map_err(|error| cant_start(&error))?;
        self.stage.forget_earlier();
        let rows = overview::rows(&self.manifest);
        if self.announced.is_empty() {
            self.announce(&rows);
        } else {
            let taken = format!("{:.0?}", self.since.elapsed());
            self.settings.terminal.status("Replaced", format_args!("the old build in {taken}"));
            if self.announced != rows {
                self.settings.terminal.data(format_args!("\n{}\n", overview::table(&rows)));
            }
        }
        self.announced = rows;
        Ok(())
    }

    fn rebuilt(&mut self, built: Result<Built, Failure>, watch: Option<&mut Watch>) {
        let terminal = self.settings.terminal.clone();
        let built = match built {
            Ok(built) => built,
            Err(failure) => {
                terminal.failure(&failure);
                return terminal.status("Waiting", "for the next change; the old build serves on");
            }
        };
        if let Some(watch) = watch {
            watch.look_at(built.sources.clone());
        }
        if self.manifest == built.manifest && self.stage.has(&built.program) && self.waiting.is_empty() {
            return terminal.status("Unchanged", "the program is the same as before");
        }
        if let Err(failure) = self.run(&built) {
            terminal.failure(&failure);
        }
    }

    async fn stop(&mut self, signal: &str, interrupts: &mut Interrupts) {
        let limit = humantime::format_duration(self.settings.drain);
        self.settings.terminal.status(
            "Stopping",
            format_args!("on {signal}; calls in flight have {limit}, another Ctrl-C ends them"),
        );
        let insisted = tokio::select! {
            () = self.app.stop() => false,
            _ = interrupts.next() => true,
        };
        if insisted {
            self.app.kill().await;
        }
    }

    fn tell_who_is_missing(&self) {
        let names = self.waiting.iter().cloned().collect::<Vec<_>>().join(", ");
        self.settings.terminal.warning(format!("still waiting for an answer of: {names}"));
    }

    fn announce(&self, rows: &[Row]) {
        let (terminal, session) = (&self.settings.terminal, &self.session);
        let key_file = self.settings.output.join("up.key");
        let here = std::env::current_dir().unwrap_or_default();
        let key_file = key_file.strip_prefix(&here).unwrap_or(&key_file);
        let curl = overview::curl(&self.manifest, &session.url, key_file);
        if terminal.is_json() {
            terminal.document(&serde_json::json!({
                "ok": true, "url": session.url, "mode": session.mode, "pid": session.pid, "started": session.started,
                "key_file": key_file, "functions": rows, "curl": curl,
            }));
            return;
        }
        let project = &self.manifest.project_name;
        terminal.status(
            "Serving",
            format_args!("`{project}` on {} ({}); Ctrl-C stops it", session.url, session.mode),
        );
        terminal.data(format_args!("\n{}\n", overview::table(rows)));
        if let Some(curl) = curl {
            terminal.data(format_args!("{curl}\n\n"));
        }
    }
}

/// The next change of the sources; never without a watch.
async fn changed(watch: &mut Option<Watch>) -> Vec<PathBuf> {
    match watch {
        Some(watch) => watch.changed().await,
        None => std::future::pending().await,
    }
}

/// The outcome of the build that is going on; never without one.
async fn finished(building: &mut Option<JoinHandle<Result<Built, Failure>>>) -> Result<Built, Failure> {
    match building {
        Some(building) => match building.await {
            Ok(built) => built,
            Err(error) => Err(Failure::because("the build was cut off", &error)),
        },
        None => std::future::pending().await,
    }
}
