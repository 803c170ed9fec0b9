//! A data directory with the command for it.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

pub(crate) struct Place {
    directory: tempfile::TempDir,
}

pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    /// The one document on standard output.
    pub(crate) fn document(&self) -> Value {
        serde_json::from_str(self.out.trim())
            .unwrap_or_else(|_| panic!("no document: {} {}", self.out, self.err))
    }
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap() }
    }

    /// On the file system of this directory.
    pub(crate) fn inside(directory: &Path) -> Self {
        Self { directory: tempfile::tempdir_in(directory).unwrap() }
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-flash"));
        command.args(["flash", "platform"]).args(arguments);
        for (name, _) in std::env::vars() {
            if name.starts_with("FLASH_") || name.starts_with("RUNPOD_") {
                command.env_remove(name);
            }
        }
        // A proxy must never see what is meant for loopback.
        command.env("http_proxy", "http://127.0.0.1:9").env("FLASH_PLATFORM_DIR", self.data());
        command.stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        said(self.command(arguments).output().unwrap())
    }

    /// Runs a command that must succeed.
    pub(crate) fn ok(&self, arguments: &[&str]) -> Said {
        let said = self.run(arguments);
        assert_eq!(said.code, 0, "{arguments:?}: {} {}", said.out, said.err);
        said
    }

    /// Starts the platform on any free port; the document that says where it answers.
    pub(crate) fn up(&self) -> Value {
        self.ok(&["up", "--detach", "--port", "0", "--json"]).document()
    }

    pub(crate) fn key(&self) -> String {
        std::fs::read_to_string(self.data().join("key")).unwrap()
    }

    pub(crate) fn address(&self) -> SocketAddr {
        let text = std::fs::read(self.data().join("platform.json")).unwrap();
        serde_json::from_slice::<Value>(&text).unwrap()["address"].as_str().unwrap().parse().unwrap()
    }

    /// Sends these bytes (`HOST` and `KEY` are put in) and gives status and answer.
    pub(crate) fn raw(&self, request: &str) -> (u16, String) {
        let address = self.address();
        let request =
            request.replace("HOST", &address.to_string()).replace("KEY", &self.key()).replace('\n', "\r\n");
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        // A refused body may reset the connection behind the answer.
        let _ = stream.read_to_end(&mut answer);
        let answer = String::from_utf8_lossy(&answer).into_owned();
        (answer.get(9..12).and_then(|status| status.parse().ok()).unwrap_or(0), answer)
    }

    pub(crate) fn get(&self, path: &str) -> (u16, String) {
        self.raw(&format!(
            "GET {path} HTTP/1.1\nHost: HOST\nAuthorization: Bearer KEY\nConnection: close\n\n"
        ))
    }

    pub(crate) fn post(&self, path: &str, key: Option<&str>, body: &str) -> (u16, String) {
        let key = key.map_or_else(String::new, |key| format!("Authorization: Bearer {key}\n"));
        let length = body.len();
        self.raw(&format!(
            "POST {path} HTTP/1.1\nHost: HOST\n{key}Content-Type: application/json\nConnection: close\n\
             Content-Length: {length}\n\n{body}"
        ))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.run(&["down"]);
    }
}

pub(crate) fn said(output: Output) -> Said {
    Said {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Ends a process the hard way, and waits until it is gone.
pub(crate) fn kill(pid: &Value) {
    let pid = i32::try_from(pid.as_i64().unwrap()).unwrap();
    nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), nix::sys::signal::Signal::SIGKILL).unwrap();
    while is_running(pid) {
        std::thread::yield_now();
    }
}

/// Whether a process still runs; one that nobody has asked for its end doesn't.
pub(crate) fn is_running(pid: i32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit(')').next().is_some_and(|rest| !matches!(rest.trim().chars().next(), None | Some('Z' | 'X')))
}

pub(crate) fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}
