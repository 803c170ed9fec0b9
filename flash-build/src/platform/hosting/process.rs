//! A worker's process, started by this platform or by the one before it.

use std::io;
use std::process::Child;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use rustix::process::{Pid, Signal, kill_process_group};

use crate::up::End;

/// How a process ended.
#[derive(Debug)]
pub(super) enum Ending {
    /// As its parent learnt.
    Known(End),
    /// It was started by an earlier platform, so only the system's first process learns how.
    Unknown,
}

impl std::fmt::Display for Ending {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Known(end) => end.fmt(f),
            Self::Unknown => f.write_str("ended; how is unknown, an earlier platform had started it"),
        }
    }
}

/// A process, which also leads a process group.
#[derive(Debug)]
pub(super) struct Process {
    id: Pid,
    handle: handle::Handle,
    /// Kept unreaped until its group is ended: until then its number can't go to another process.
    child: Mutex<Option<Child>>,
    since: SystemTime,
}

impl Process {
    /// The process just started.
    ///
    /// # Errors
    /// The system gives no handle for it; it is ended then.
    pub(super) fn of_child(mut child: Child) -> io::Result<Self> {
        let opened = pid(child.id()).and_then(|id| handle::Handle::open(id).map(|handle| (id, handle)));
        match opened {
            Ok((id, handle)) => {
                Ok(Self { id, handle, child: Mutex::new(Some(child)), since: SystemTime::now() })
            }
            Err(error) => {
                let _ = child.kill();
                let _ = child.wait();
                Err(error)
            }
        }
    }

    /// A process that an earlier platform started.
    #[cfg(target_os = "linux")]
    pub(super) fn taken_over(
        id: Pid,
        descriptor: std::os::fd::OwnedFd,
        since: SystemTime,
    ) -> io::Result<Self> {
        Ok(Self { id, handle: handle::Handle::new(descriptor)?, child: Mutex::new(None), since })
    }

    pub(super) fn id(&self) -> u32 {
        u32::try_from(self.id.as_raw_nonzero().get()).unwrap_or_default()
    }

    pub(super) fn since(&self) -> SystemTime {
        self.since
    }

    /// Waits for its end, ends what is left of its group, and says how it ended. To be awaited once.
    pub(super) async fn ended(&self) -> Ending {
        self.handle.ended(&self.child).await;
        let child = self.child.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(mut child) = child else { return Ending::Unknown };
        let _ = kill_process_group(self.id, Signal::KILL);
        Ending::Known(match child.wait() {
            Ok(status) => End::from(status),
            Err(error) => End::Unknown(error.to_string()),
        })
    }

    /// Asks it to finish its requests and end.
    pub(super) fn ask_to_end(&self) {
        self.handle.signal(self.id, Signal::TERM);
    }

    /// Ends it, and everything it started, at once.
    pub(super) fn kill(&self) {
        // The group surely has the number only as long as its leader is there.
        if self.handle.signal(self.id, Signal::KILL) {
            let _ = kill_process_group(self.id, Signal::KILL);
        }
    }
}

pub(super) fn pid(id: u32) -> io::Result<Pid> {
    i32::try_from(id)
        .ok()
        .and_then(Pid::from_raw)
        .ok_or_else(|| io::Error::other("the process has no usable id"))
}

/// Linux names a process by a descriptor, which never comes to mean another one.
#[cfg(target_os = "linux")]
mod handle {
    use super::{Child, Mutex, Pid, Signal, io};
    use std::os::fd::OwnedFd;

    use rustix::process::{PidfdFlags, pidfd_open, pidfd_send_signal};
    use tokio::io::Interest;
    use tokio::io::unix::AsyncFd;

    #[derive(Debug)]
    pub(super) struct Handle(AsyncFd<OwnedFd>);

    impl Handle {
        pub(super) fn open(id: Pid) -> io::Result<Self> {
            Self::new(pidfd_open(id, PidfdFlags::empty())?)
        }

        #[expect(deprecated, reason = "its replacement is unsafe; an `OwnedFd` is open as long as it lives")]
        pub(super) fn new(descriptor: OwnedFd) -> io::Result<Self> {
            AsyncFd::with_interest(descriptor, Interest::READABLE).map(Self)
        }

        pub(super) async fn ended(&self, _: &Mutex<Option<Child>>) {
            // It is readable from the process's end on.
            let _ = self.0.readable().await;
        }

        /// Whether there was a process to get it.
        pub(super) fn signal(&self, _: Pid, signal: Signal) -> bool {
            pidfd_send_signal(self.0.get_ref(), signal).is_ok()
        }
    }
}

/// Elsewhere only children are known, whose numbers stay theirs until they are reaped.
#[cfg(not(target_os = "linux"))]
mod handle {
    use super::{Child, Mutex, Pid, PoisonError, Signal, io};
    use std::time::Duration;

    use rustix::process::kill_process;

    const LOOK: Duration = Duration::from_millis(50);

    #[derive(Debug)]
    pub(super) struct Handle;

    impl Handle {
        pub(super) fn open(_: Pid) -> io::Result<Self> {
            Ok(Self)
        }

        pub(super) async fn ended(&self, child: &Mutex<Option<Child>>) {
            loop {
                let running = match &mut *child.lock().unwrap_or_else(PoisonError::into_inner) {
                    Some(child) => matches!(child.try_wait(), Ok(None)),
                    None => false,
                };
                if !running {
                    return;
                }
                tokio::time::sleep(LOOK).await;
            }
        }

        pub(super) fn signal(&self, id: Pid, signal: Signal) -> bool {
            kill_process(id, signal).is_ok()
        }
    }
}
