//! The whole platform, from the lock on its data to the last answer.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use super::artifacts::{ArtifactError, Artifacts};
use super::caller::KeyDigest;
use super::directory::{DataDirectory, DirectoryError, Running};
use super::dispatch::Front;
use super::doors::Names;
use super::hosting::{AtShutdown, HostingError};
use super::occupant::occupant;
use super::secrets::Safe;
use super::serve::{Limits, Listening};
use super::settings::Settings;
use super::store::{DatabaseUrl, Store, StoreError};
use super::wiring::{Outside, wire};

/// The account that everything belongs to.
const LOCAL_USER: &str = "local";

/// Why a platform can't run.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The data directory.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// The address.
    #[error("{address} can't be listened on: {reason}")]
    Listen {
        /// Which address.
        address: SocketAddr,
        /// The system's reason, or who has it.
        reason: String,
    },
    /// The database's address.
    #[error("the database URL can't be understood: {0}")]
    Database(String),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The archives.
    #[error(transparent)]
    Artifacts(#[from] ArtifactError),
    /// The workers.
    #[error(transparent)]
    Hosting(#[from] HostingError),
    /// The operating system refused.
    #[error("signals can't be received: {0}")]
    Signals(#[source] io::Error),
}

impl RunError {
    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Directory(error) => error.help(),
            Self::Listen { .. } => Some("choose another port with --port, or 0 for any free one".to_owned()),
            Self::Database(_) => Some("change --database-url or FLASH_PLATFORM_DATABASE_URL".to_owned()),
            Self::Store(_) | Self::Artifacts(_) | Self::Hosting(_) | Self::Signals(_) => None,
        }
    }
}

/// Runs a platform until a signal ends it: SIGTERM, SIGINT and SIGHUP end its workers too, SIGUSR1 leaves them.
///
/// # Errors
/// It can't begin.
pub async fn run(
    settings: Settings,
    data: DataDirectory,
    ready: impl FnOnce(&Running),
    warn: impl Fn(&str),
) -> Result<(), RunError> {
    let mut ends = Ends::take().map_err(RunError::Signals)?;
    // Taken first, so that a port that can't be had costs nothing.
    let listening = listen(settings.address)?;
    let address = listening.address();
    let keys = data.keys()?;
    let url = database(&settings, data.database_file())?;
    let store = Store::open(&url, Safe::new(&keys.secrets)).await?;
    let user = store.ensure_user(LOCAL_USER).await?;
    store.add_account_key(&user.id, KeyDigest::of(&keys.account)).await?;
    let artifacts = Arc::new(Artifacts::open(&data, keys.signing, settings.artifacts.as_deref())?);
    artifacts.check().await?;
    let outside = Outside { address, hosting: data.inside("workers")? };
    let wired = wire(store.clone(), artifacts, outside).await?;
    let (stop, stopped) = watch::channel(false);
    let front = Arc::new(Front::new(Names::new(address, &settings.names), wired.services.clone()));
    let serving = tokio::spawn(listening.serve(front, Limits::default(), stopped));
    let running = Running {
        address,
        pid: std::process::id(),
        started: chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    data.publish(&running)?;
    ready(&running);
    let workers = ends.next().await;
    stop.send_replace(true);
    let finish = async {
        let _ = serving.await;
        wired.shut_down(workers).await;
        store.close().await;
    };
    tokio::select! {
        () = finish => {}
        _ = ends.next() => warn("ended at once by a second signal; requests under way were cut off"),
    }
    // Unlocked last: the next platform finds everything at rest.
    drop(data);
    Ok(())
}

fn listen(address: SocketAddr) -> Result<Listening, RunError> {
    Listening::bind(address).map_err(|error| {
        let reason = match error.kind() {
            io::ErrorKind::AddrInUse => match occupant(address) {
                Some(other) => format!("{other} has it"),
                None => "another program has it".to_owned(),
            },
            _ => error.to_string(),
        };
        RunError::Listen { address, reason }
    })
}

fn database(settings: &Settings, usual: impl AsRef<Path>) -> Result<DatabaseUrl, RunError> {
    match &settings.database {
        Some(address) => address.reveal().parse().map_err(RunError::Database),
        None => Ok(DatabaseUrl::Sqlite(usual.as_ref().to_path_buf())),
    }
}

/// The signals that end a platform.
struct Ends {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
    hang_up: tokio::signal::unix::Signal,
    leave: tokio::signal::unix::Signal,
}

impl Ends {
    fn take() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hang_up: signal(SignalKind::hangup())?,
            leave: signal(SignalKind::user_defined1())?,
        })
    }

    async fn next(&mut self) -> AtShutdown {
        tokio::select! {
            _ = self.terminate.recv() => AtShutdown::Stop,
            _ = self.interrupt.recv() => AtShutdown::Stop,
            _ = self.hang_up.recv() => AtShutdown::Stop,
            _ = self.leave.recv() => AtShutdown::Leave,
        }
    }
}
