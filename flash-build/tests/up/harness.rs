//! A running `up`, and what it says.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;
use serde_json::Value;

/// Nothing here takes longer, compiling a small program on a busy machine included.
pub(crate) const LIMIT: Duration = Duration::from_secs(120);

/// `cargo flash up`, killed with this value.
pub(crate) struct Up {
    child: Child,
    lines: Receiver<String>,
    /// Everything that was read from standard error.
    pub(crate) said: Vec<String>,
    /// The document that `up` writes when all answers.
    pub(crate) document: Value,
}

impl Up {
    /// Starts it and waits until the program answers.
    pub(crate) fn start(command: Command) -> Self {
        let mut up = Self::begin(command);
        let mut line = String::new();
        let out = up.child.stdout.take().unwrap();
        BufReader::new(out).read_line(&mut line).unwrap();
        match serde_json::from_str(&line) {
            Ok(document) => up.document = document,
            Err(error) => panic!("{error}: {line}\n{}", up.rest()),
        }
        if up.document["ok"] != true {
            panic!("{line}\n{}", up.rest());
        }
        up
    }

    /// Starts it without waiting.
    pub(crate) fn begin(mut command: Command) -> Self {
        let mut child = command
            .args(["--json", "--color", "never"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // As a shell does with a job, so that a signal can go to all of it.
            .process_group(0)
            .spawn()
            .unwrap();
        let err = child.stderr.take().unwrap();
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(err).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Self { child, lines, said: Vec::new(), document: Value::Null }
    }

    /// Waits for a line on standard error that contains a text, and gives it back.
    pub(crate) fn wait_for(&mut self, text: &str) -> String {
        let end = Instant::now() + LIMIT;
        loop {
            match self.lines.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    self.said.push(line.clone());
                    if line.contains(text) {
                        return line;
                    }
                }
                Err(error) => panic!("{error} while waiting for `{text}` in:\n{}", self.said.join("\n")),
            }
        }
    }

    fn rest(&mut self) -> String {
        while let Ok(line) = self.lines.recv_timeout(Duration::from_secs(5)) {
            self.said.push(line);
        }
        self.said.join("\n")
    }

    /// Where the program answers.
    pub(crate) fn url(&self) -> String {
        self.document["url"].as_str().unwrap().to_owned()
    }

    /// Its process id.
    pub(crate) fn id(&self) -> i32 {
        i32::try_from(self.child.id()).unwrap()
    }

    /// Sends it a signal.
    pub(crate) fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.id()), signal).unwrap();
    }

    /// Sends a signal to its whole process group, as a terminal does for Ctrl-C.
    pub(crate) fn signal_group(&self, signal: Signal) {
        killpg(Pid::from_raw(self.id()), signal).unwrap();
    }

    /// Waits for its end; also gives what it wrote to standard error in all.
    pub(crate) fn wait(mut self) -> (ExitStatus, String) {
        let end = Instant::now() + LIMIT;
        loop {
            match self.lines.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(line) => self.said.push(line),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("it doesn't end:\n{}", self.said.join("\n")),
            }
        }
        let status = self.child.wait().unwrap();
        (status, self.said.join("\n"))
    }

    /// What it writes to standard output until it ends.
    pub(crate) fn output(&mut self) -> String {
        let mut text = String::new();
        self.child.stdout.take().unwrap().read_to_string(&mut text).unwrap();
        text
    }
}

impl Drop for Up {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The children of a process.
pub(crate) fn children(of: i32) -> Vec<i32> {
    let output = Command::new("ps").args(["-A", "-o", "pid=,ppid="]).output().unwrap();
    String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .filter_map(|line| {
            let mut numbers = line.split_whitespace().map(|number| number.parse::<i32>().unwrap());
            let (id, parent) = (numbers.next()?, numbers.next()?);
            (parent == of).then_some(id)
        })
        .collect()
}

/// Waits until none of these processes is left.
pub(crate) fn wait_until_gone(ids: &[i32]) {
    let end = Instant::now() + Duration::from_secs(10);
    for id in ids {
        while kill(Pid::from_raw(*id), None).is_ok() {
            assert!(Instant::now() < end, "process {id} of {ids:?} is still there");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}
