//! Workers as processes.

use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use crate::client::{Answer, Client, KEY, request};

/// Longest wait for anything a worker should do.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A worker, killed when dropped.
pub struct Worker {
    child: Child,
    pub stdin: Option<ChildStdin>,
    pub address: SocketAddr,
    log: Receiver<String>,
}

/// The manifest of the tests: `main` and `other` with `/{id}`-like routes, `open` public.
pub fn manifest(urls: &[(&str, SocketAddr)]) -> PathBuf {
    let mut manifest: serde_json::Value = serde_json::from_str(include_str!("manifest.json")).unwrap();
    for (resource, address) in urls {
        manifest["resources"][resource]["endpoint_url"] = format!("http://{address}").into();
    }
    write_manifest(&manifest.to_string())
}

pub fn write_manifest(text: &str) -> PathBuf {
    use std::sync::atomic::{AtomicU32, Ordering};
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name =
        format!("flash-endpoint-{}-{}.json", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::File::create(&path).unwrap().write_all(text.as_bytes()).unwrap();
    path
}

/// A worker's command; it only has the variables given here.
pub fn command(variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .env_clear()
        .env("FLASH_API_KEY", KEY)
        .env("FLASH_HOST", "127.0.0.1")
        .env("PORT", "0")
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    command
}

impl Worker {
    /// A worker of the resource `main`.
    pub fn start() -> Self {
        Self::with(&[("FLASH_RESOURCE_NAME", "main")])
    }

    pub fn with(variables: &[(&str, &str)]) -> Self {
        Self::behind(variables, &[])
    }

    /// A worker whose manifest knows these endpoints.
    pub fn behind(variables: &[(&str, &str)], urls: &[(&str, SocketAddr)]) -> Self {
        let manifest = manifest(urls);
        let mut command = command(variables);
        command.env("FLASH_MANIFEST_PATH", &manifest);
        Self::run(command)
    }

    pub fn run(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let (sender, log) = channel();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        let stdin = child.stdin.take();
        let mut worker = Self { child, stdin, address: "127.0.0.1:0".parse().unwrap(), log };
        let line = worker.line(" listening on http://");
        worker.address = line.rsplit('/').next().unwrap().parse().unwrap();
        worker
    }

    /// The next line of the log that contains this.
    #[track_caller]
    pub fn line(&self, text: &str) -> String {
        let mut before = Vec::new();
        loop {
            match self.log.recv_timeout(PATIENCE) {
                Ok(line) if line.contains(text) => return line,
                Ok(line) => before.push(line),
                Err(RecvTimeoutError::Timeout) => panic!("no line with {text:?} in {before:#?}"),
                Err(RecvTimeoutError::Disconnected) => panic!("ended without {text:?}: {before:#?}"),
            }
        }
    }

    pub fn client(&self) -> Client {
        Client::to(self.address)
    }

    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Answer {
        self.client().send(request(method, path, headers, body.as_ref())).answer_to(method)
    }

    /// Calls a function with JSON.
    pub fn execute(&self, function: &str, json: &str) -> Answer {
        let path = format!("/execute/{function}");
        self.ask("POST", &path, &[("content-type", "application/json")], json)
    }

    pub fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([&format!("-{name}"), &id]).status().unwrap().success());
    }

    pub fn wait(&mut self) -> ExitStatus {
        let start = std::time::Instant::now();
        while start.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("the worker did not end");
    }

    /// Whether the process has ended.
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
