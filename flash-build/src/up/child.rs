//! One process of the program: how it is started, watched and ended.

use std::fmt;
use std::net::{SocketAddr, TcpListener};
use std::os::fd::OwnedFd;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use command_fds::{CommandFdExt, FdMapping};
use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;
use tokio::process::{Child, ChildStdin, Command};
use tokio::task::JoinHandle;

use super::log::{Log, Stream, Tail};

/// The descriptor under which a child finds its listening socket.
const LISTEN_FD: i32 = 3;

/// Output may still be on its way when a process has ended; a process of its own that it left behind may
/// hold the pipe open for ever.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// Processes started so far.
static STARTS: AtomicU64 = AtomicU64::new(1);

/// What decides the role of a process is set for each child and never inherited.
const NOT_INHERITED: &[&str] = &[
    "FLASH_RESOURCE_NAME",
    "FLASH_IS_MOTHERSHIP",
    "FLASH_SERVE",
    "FLASH_ENV",
    "FLASH_MANIFEST_PATH",
    "FLASH_HOST",
    "PORT",
    "RUNPOD_API_KEY",
];

/// All that is needed to start a process, as often as necessary.
#[derive(Debug, Clone)]
pub struct Launch {
    /// The program.
    pub program: PathBuf,
    /// Its working directory.
    pub directory: PathBuf,
    /// What its environment has beyond that of `up`.
    pub variables: Vec<(String, String)>,
    /// Where its listening socket is.
    pub address: SocketAddr,
    /// Its listening socket. It stays open here, so callers wait while there is no process behind it.
    pub listener: Arc<TcpListener>,
}

/// A process that was started.
#[derive(Debug)]
pub struct Running {
    child: Child,
    instance: String,
    id: Pid,
    /// Closes with this process, however it ends; the child then ends too.
    _parent_pipe: Option<ChildStdin>,
    pumps: Vec<JoinHandle<()>>,
    tail: Tail,
}

impl Launch {
    /// Starts the process; its output goes to `log`.
    ///
    /// # Errors
    /// The program can't be started.
    pub fn start(&self, log: &Log) -> std::io::Result<Running> {
        let instance = STARTS.fetch_add(1, Ordering::Relaxed).to_string();
        let mut command = Command::new(&self.program);
        for name in NOT_INHERITED {
            command.env_remove(name);
        }
        command
            .current_dir(&self.directory)
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .env("FLASH_LISTEN_FD", LISTEN_FD.to_string())
            .env("FLASH_PARENT_PIPE", "stdin")
            .env("FLASH_INSTANCE", &instance)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // A Ctrl-C at the terminal is for `up` alone, which then ends its children in order.
            .process_group(0)
            .kill_on_drop(true);
        let socket = OwnedFd::from(self.listener.try_clone()?);
        command
            .fd_mappings(vec![FdMapping { parent_fd: socket, child_fd: LISTEN_FD }])
            .map_err(std::io::Error::other)?;
        let mut child = command.spawn()?;
        let id = child.id().and_then(|id| i32::try_from(id).ok()).map(Pid::from_raw);
        let id = id.ok_or_else(|| std::io::Error::other("the process has no id"))?;
        let tail = Tail::default();
        let mut pumps = Vec::new();
        if let Some(out) = child.stdout.take() {
            pumps.push(tokio::spawn(log.clone().pump(out, Stream::Out, None)));
        }
        if let Some(err) = child.stderr.take() {
            pumps.push(tokio::spawn(log.clone().pump(err, Stream::Err, Some(tail.clone()))));
        }
        Ok(Running { id, instance, _parent_pipe: child.stdin.take(), child, pumps, tail })
    }
}

impl Running {
    /// Its process id.
    #[must_use]
    pub fn id(&self) -> i32 {
        self.id.as_raw()
    }

    /// The name by which it is told from others on the same socket.
    #[must_use]
    pub fn instance(&self) -> &str {
        &self.instance
    }

    /// What it wrote last to standard error.
    #[must_use]
    pub(super) fn tail(&self) -> &Tail {
        &self.tail
    }

    /// Waits for its end and for its last words. May be dropped and called again.
    pub async fn wait(&mut self) -> End {
        let end = match self.child.wait().await {
            Ok(status) => End::from(status),
            Err(error) => End::Unknown(error.to_string()),
        };
        let all = async {
            // A handle must not be awaited again once it has answered, should this wait be repeated.
            while let Some(pump) = self.pumps.last_mut() {
                let _ = pump.await;
                self.pumps.pop();
            }
        };
        if tokio::time::timeout(LAST_WORDS, all).await.is_err() {
            self.pumps.iter().for_each(JoinHandle::abort);
        }
        self.pumps.clear();
        end
    }

    /// Asks it to finish its calls and end.
    pub fn ask_to_end(&self) {
        if self.child.id().is_some() {
            let _ = kill(self.id, Signal::SIGTERM);
        }
    }

    /// Ends it, and everything it started, at once.
    pub fn kill(&self) {
        // An id is still this process's own until its end has been collected.
        if self.child.id().is_some() {
            let _ = killpg(self.id, Signal::SIGKILL);
        }
    }

    /// Asks it to end, and ends it when it doesn't within `limit`.
    pub async fn end_within(&mut self, limit: Duration) -> End {
        self.ask_to_end();
        if let Ok(end) = tokio::time::timeout(limit, self.wait()).await {
            return end;
        }
        self.kill();
        self.wait().await
    }
}

/// How a process ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// By itself, with this code.
    Code(i32),
    /// By a signal.
    Signal(i32),
    /// The system didn't say.
    Unknown(String),
}

impl From<ExitStatus> for End {
    fn from(status: ExitStatus) -> Self {
        match (status.code(), status.signal()) {
            (Some(code), _) => Self::Code(code),
            (None, Some(signal)) => Self::Signal(signal),
            (None, None) => Self::Unknown(status.to_string()),
        }
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => write!(f, "exited with code {code}"),
            Self::Signal(number) => match Signal::try_from(*number) {
                Ok(signal) => write!(f, "was ended by signal {number} ({signal})"),
                Err(_) => write!(f, "was ended by signal {number}"),
            },
            Self::Unknown(text) => write!(f, "ended: {text}"),
        }
    }
}
