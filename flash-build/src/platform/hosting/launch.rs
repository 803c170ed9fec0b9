//! Starting a worker: what may run, in which environment, with which descriptors.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};

use command_fds::{CommandFdExt, FdMapping};
use socket2::{Domain, Socket, Type};

use super::log::LogFile;
use super::mark;
use super::process::Process;
use super::spec::{EndpointSpec, Program};
use crate::platform::ids::WorkerId;

/// The descriptor under which a worker finds its listening socket.
const LISTEN_FD: i32 = 3;

/// Requests that can wait at a worker's port until it answers.
const BACKLOG: i32 = 1024;

/// What an entry's name begins with.
const HANDLER: &str = "handler_";

/// Variables about how a worker is started, which are not the endpoint's to set.
const NOT_THE_SPECS: &[&str] = &["FLASH_PARENT_PIPE", "FLASH_SERVE", "FLASH_LISTEN_FD"];

/// What a worker's environment has of the platform's own, if the endpoint doesn't say otherwise.
const INHERITED: &[(&str, &str)] =
    &[("PATH", "/usr/local/bin:/usr/bin:/bin"), ("HOME", "/"), ("TMPDIR", "/tmp")];

/// All that is needed to start a worker.
#[derive(Debug)]
pub(super) struct Launch<'a> {
    pub(super) spec: &'a EndpointSpec,
    pub(super) worker: &'a WorkerId,
    pub(super) mark: &'a str,
    pub(super) log: &'a LogFile,
    pub(super) drain_ms: u128,
}

impl Launch<'_> {
    /// Starts the process with a socket that listens already, so that it can be asked at once.
    ///
    /// The socket is open in no other process: it goes with the worker, and it stays when the platform goes.
    /// Must run inside a tokio runtime, but blocks.
    ///
    /// # Errors
    /// The entry isn't one, or the system refuses the socket, the log or the process; in words.
    pub(super) fn start(&self) -> Result<(Process, SocketAddr), String> {
        let (directory, program) = handler(&self.spec.program)?;
        let failed = |what: &str| {
            let what = what.to_owned();
            move |error: io::Error| format!("{what}: {error}")
        };
        let listener = listen().map_err(failed("no port on 127.0.0.1"))?;
        let address = listener.local_addr().map_err(failed("no port on 127.0.0.1"))?;
        let output = self.log.open().map_err(failed("its log can't be opened"))?;
        let errors = output.try_clone().map_err(failed("its log can't be opened"))?;
        let mut command = Command::new(&program);
        self.environment(&mut command, address)?;
        command
            .current_dir(directory)
            .stdin(Stdio::null())
            .stdout(Stdio::from(output))
            .stderr(Stdio::from(errors))
            .process_group(0);
        let socket = FdMapping { parent_fd: OwnedFd::from(listener), child_fd: LISTEN_FD };
        command.fd_mappings(vec![socket]).map_err(|error| error.to_string())?;
        let cannot = |error: io::Error| format!("{} can't be started: {error}", program.display());
        let child = command.spawn().map_err(cannot)?;
        Process::of_child(child).map(|process| (process, address)).map_err(cannot)
    }

    fn environment(&self, command: &mut Command, address: SocketAddr) -> Result<(), String> {
        command.env_clear();
        for (name, default) in INHERITED {
            command.env(name, std::env::var_os(name).unwrap_or_else(|| default.into()));
        }
        command.env("FLASH_DRAIN_TIMEOUT_MS", self.drain_ms.to_string());
        for variable in &self.spec.variables {
            let name = &variable.name;
            if name.is_empty() || name.contains(['=', '\0']) || variable.value.contains('\0') {
                return Err(format!("the variable {name:?} can't be set: its name or value is none"));
            }
            if !NOT_THE_SPECS.contains(&name.as_str()) {
                command.env(name, &variable.value);
            }
        }
        if let Some(digest) = &self.spec.code_digest {
            command.env(mark::BUILD, digest);
        }
        command
            .env("FLASH_HOST", Ipv4Addr::LOCALHOST.to_string())
            .env("PORT", address.port().to_string())
            .env("FLASH_LISTEN_FD", LISTEN_FD.to_string())
            .env("FLASH_INSTANCE", self.worker.as_str())
            .env("RUNPOD_POD_ID", self.worker.as_str())
            .env("RUNPOD_ENDPOINT_ID", self.spec.id.as_str())
            .env(mark::PLATFORM, self.mark)
            .env(mark::GENERATION, self.spec.generation.to_string());
        Ok(())
    }
}

/// The one thing that may be started: an entry `handler_<resource>` directly inside the unpacked archive, which is a
/// file there or a link to one.
fn handler(program: &Program) -> Result<(PathBuf, PathBuf), String> {
    let (directory, entry) = match program {
        Program::Handler { directory, entry } => (directory, entry),
        Program::None(reason) => return Err(reason.clone()),
    };
    let is_name = matches!(Path::new(entry).components().collect::<Vec<_>>()[..], [Component::Normal(name)] if name == entry.as_str());
    if !is_name || !entry.starts_with(HANDLER) {
        return Err(format!("`{entry}` is not the name of a handler; only `{HANDLER}<resource>` is started"));
    }
    let unusable =
        |error: io::Error| format!("{} can't be started: {error}", directory.join(entry).display());
    let directory = directory.canonicalize().map_err(unusable)?;
    let program = directory.join(entry);
    let target = program.canonicalize().map_err(unusable)?;
    if target.parent() != Some(&directory) {
        return Err(format!("`{entry}` leads out of the archive's directory, to {}", target.display()));
    }
    if !target.metadata().map_err(unusable)?.is_file() {
        return Err(format!("`{entry}` is not a file"));
    }
    Ok((directory, program))
}

fn listen() -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn only_handlers_inside_the_archive_are_started() {
        let place = tempfile::tempdir().unwrap();
        let directory = place.path().join("archive");
        fs::create_dir_all(directory.join("handler_dir")).unwrap();
        fs::write(directory.join("app"), "").unwrap();
        fs::write(place.path().join("handler_outside"), "").unwrap();
        symlink("app", directory.join("handler_good")).unwrap();
        symlink("../handler_outside", directory.join("handler_out")).unwrap();
        symlink("/bin/sh", directory.join("handler_shell")).unwrap();
        symlink("nothing", directory.join("handler_gone")).unwrap();
        let check = |entry: &str| {
            handler(&Program::Handler { directory: directory.clone(), entry: entry.to_owned() })
        };
        assert_eq!(check("handler_good").unwrap().1, directory.canonicalize().unwrap().join("handler_good"));
        for (bad, why) in [
            ("app", "not the name of a handler"),
            ("../handler_outside", "not the name of a handler"),
            ("./handler_good", "not the name of a handler"),
            ("handler_good/", "not the name of a handler"),
            ("handler_dir/../handler_good", "not the name of a handler"),
            ("", "not the name of a handler"),
            ("handler_out", "leads out"),
            ("handler_shell", "leads out"),
            ("handler_dir", "not a file"),
            ("handler_gone", "can't be started"),
            ("handler_x; rm -rf /", "not the name of a handler"),
            ("handler_x; true", "can't be started"),
        ] {
            let error = check(bad).unwrap_err();
            assert!(error.contains(why), "{bad}: {error}");
        }
        assert_eq!(handler(&Program::None("an image".to_owned())).unwrap_err(), "an image");
    }
}
