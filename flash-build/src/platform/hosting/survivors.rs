//! Processes that carry this data directory's mark: workers of an earlier platform, and what workers left behind.

use std::io;
use std::net::SocketAddr;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::time::SystemTime;

use rustix::process::Pid;

use super::error::HostingError;
use super::mark;
use crate::platform::ids::{EndpointId, WorkerId};

/// A process with the mark.
#[derive(Debug)]
pub(super) struct Survivor {
    pub(super) id: Pid,
    /// Taken before anything was read, so what was read is about this very process.
    pub(super) descriptor: OwnedFd,
    /// Whether it is a worker itself and not a process that one started.
    pub(super) leads: bool,
    pub(super) worker: WorkerId,
    /// What a worker says about itself; `None` if it isn't whole.
    pub(super) role: Option<Role>,
}

/// What a worker was started as.
#[derive(Debug)]
pub(super) struct Role {
    pub(super) endpoint: EndpointId,
    pub(super) generation: u64,
    pub(super) build: Option<String>,
    pub(super) address: SocketAddr,
    /// The key that it wants to be shown.
    pub(super) key: Option<String>,
    pub(super) since: SystemTime,
}

/// All processes with this mark.
///
/// # Errors
/// The system doesn't list processes.
#[cfg(target_os = "linux")]
pub(super) fn survivors(mark: &str) -> io::Result<Vec<Survivor>> {
    let marked = format!("{}={mark}", mark::PLATFORM);
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc")? {
        let Ok(entry) = entry else { continue };
        let Some(id) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        found.extend(proc::read(id, &marked));
    }
    Ok(found)
}

/// Elsewhere a process's environment is its own affair, so workers of an earlier platform aren't found.
#[cfg(not(target_os = "linux"))]
pub(super) fn survivors(_: &str) -> io::Result<Vec<Survivor>> {
    Ok(Vec::new())
}

/// Ends the workers that a platform left on this directory, and says how many there were. Only for whoever holds the
/// lock on the data: a platform that runs would start them again.
///
/// # Errors
/// The directory's mark can't be read.
pub fn end_survivors(directory: &Path) -> Result<usize, HostingError> {
    Ok(end_marked(&mark::of(directory)?, |_| true))
}

/// Ends the marked processes that are meant, and says how many there were.
pub(super) fn end_marked(mark: &str, wanted: impl Fn(&Survivor) -> bool) -> usize {
    let strays = survivors(mark).unwrap_or_default();
    let strays = strays.iter().filter(|process| wanted(process));
    strays.filter(|process| process.end()).count()
}

impl Survivor {
    /// Ends it at once; whether it was still there.
    #[cfg(target_os = "linux")]
    pub(super) fn end(&self) -> bool {
        rustix::process::pidfd_send_signal(&self.descriptor, rustix::process::Signal::KILL).is_ok()
    }

    /// See [`survivors`].
    #[cfg(not(target_os = "linux"))]
    pub(super) fn end(&self) -> bool {
        false
    }
}

#[cfg(target_os = "linux")]
mod proc {
    use std::fs;
    use std::net::{Ipv4Addr, SocketAddr};
    use std::time::{Duration, SystemTime};

    use rustix::process::{PidfdFlags, pidfd_open};

    use super::super::{mark, process};
    use super::{Role, Survivor};

    pub(super) fn read(id: u32, marked: &str) -> Option<Survivor> {
        // Most processes are dismissed by this read; those of other users can't be read at all.
        let has_mark = |environment: &[u8]| {
            environment.split(|byte| *byte == 0).any(|variable| variable == marked.as_bytes())
        };
        if !has_mark(&fs::read(format!("/proc/{id}/environ")).ok()?) {
            return None;
        }
        let pid = process::pid(id).ok()?;
        let descriptor = pidfd_open(pid, PidfdFlags::empty()).ok()?;
        let environment = fs::read(format!("/proc/{id}/environ")).ok()?;
        if !has_mark(&environment) {
            return None;
        }
        let stat = Stat::read(id)?;
        let variables: Vec<(&str, &str)> = environment
            .split(|byte| *byte == 0)
            .filter_map(|variable| std::str::from_utf8(variable).ok()?.split_once('='))
            .collect();
        let variable =
            |name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        let role = || {
            Some(Role {
                endpoint: variable("RUNPOD_ENDPOINT_ID")?.into(),
                generation: variable(mark::GENERATION)?.parse().ok()?,
                build: variable(mark::BUILD),
                address: SocketAddr::from((Ipv4Addr::LOCALHOST, variable("PORT")?.parse().ok()?)),
                key: variable("FLASH_API_KEY"),
                since: stat.since(),
            })
        };
        Some(Survivor {
            id: pid,
            descriptor,
            leads: stat.group == id,
            worker: variable("RUNPOD_POD_ID")?.into(),
            role: role(),
        })
    }

    /// The parts of `/proc/<pid>/stat` that matter here.
    struct Stat {
        group: u32,
        /// Ticks since the machine started.
        started: u64,
    }

    impl Stat {
        fn read(id: u32) -> Option<Self> {
            let text = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
            // The program's name, in parentheses, may contain anything.
            let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
            Some(Self { group: fields.get(2)?.parse().ok()?, started: fields.get(19)?.parse().ok()? })
        }

        fn since(&self) -> SystemTime {
            let uptime = fs::read_to_string("/proc/uptime").ok();
            let uptime: f64 =
                uptime.and_then(|text| text.split_whitespace().next()?.parse().ok()).unwrap_or_default();
            let ticks = rustix::param::clock_ticks_per_second().max(1);
            #[expect(clippy::cast_precision_loss, reason = "hundredths of seconds since boot")]
            let age = uptime - self.started as f64 / ticks as f64;
            SystemTime::now() - Duration::try_from_secs_f64(age).unwrap_or_default()
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::os::unix::process::CommandExt;
    use std::process::Command;

    use super::*;

    #[test]
    fn marked_processes_are_found_and_ended() {
        let mark = mark::new_worker().unwrap().to_string();
        let mut worker = Command::new("sleep")
            .arg("60")
            .env_clear()
            .env(mark::PLATFORM, &mark)
            .env("RUNPOD_POD_ID", "w1")
            .env("RUNPOD_ENDPOINT_ID", "e1")
            .env(mark::GENERATION, "7")
            .env("PORT", "4000")
            .process_group(0)
            .spawn()
            .unwrap();
        let mut left = Command::new("sleep")
            .arg("60")
            .env_clear()
            .env(mark::PLATFORM, &mark)
            .env("RUNPOD_POD_ID", "w2")
            .spawn()
            .unwrap();
        let mut other = Command::new("sleep").arg("60").env(mark::PLATFORM, "other").spawn().unwrap();

        let mut found = survivors(&mark).unwrap();
        found.sort_by(|a, b| a.worker.cmp(&b.worker));
        assert_eq!(found.len(), 2, "{found:?}");
        let role = found[0].role.as_ref().unwrap();
        assert!(found[0].leads && found[0].id.as_raw_nonzero().get().unsigned_abs() == worker.id());
        assert_eq!((role.endpoint.as_str(), role.generation, role.address.port()), ("e1", 7, 4000));
        assert!(role.since.elapsed().unwrap() < std::time::Duration::from_secs(30));
        assert!(!found[1].leads && found[1].role.is_none());

        assert_eq!(end_marked(&mark, |process| process.worker.as_str() == "w2"), 1);
        assert!(!left.wait().unwrap().success());
        assert!(worker.try_wait().unwrap().is_none());
        assert_eq!(end_marked(&mark, |_| true), 1);
        assert!(!worker.wait().unwrap().success());
        assert!(other.try_wait().unwrap().is_none());
        other.kill().unwrap();
        other.wait().unwrap();
    }
}
