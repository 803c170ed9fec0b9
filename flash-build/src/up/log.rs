//! One stream of output out of many processes: every line whole, with the name of its endpoint.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};
use tokio::sync::mpsc;

use crate::cli::Terminal;

/// A longer line is cut into pieces, so that a process which never ends its line can't fill the memory.
const MAX_LINE_BYTES: u64 = 64 * 1024;

/// Lines on the way to the terminal. When it is full the processes wait, as they would for the terminal.
const QUEUE_LINES: usize = 1024;

/// How many lines of standard error are kept for the report of an end.
const TAIL_LINES: usize = 20;

/// Colours of the names, in the order of the endpoints. Red is left to problems.
const COLOURS: [&str; 6] = ["\x1b[36m", "\x1b[32m", "\x1b[35m", "\x1b[33m", "\x1b[34m", "\x1b[96m"];

/// Where a line belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stream {
    /// Standard output.
    Out,
    /// Standard error.
    Err,
}

struct Line {
    stream: Stream,
    prefix: Arc<Prefix>,
    text: Vec<u8>,
}

/// What stands before each line of a process; nothing when there is only one.
#[derive(Debug, Default)]
struct Prefix {
    plain: String,
    coloured: String,
}

/// The way into the merged stream; cheap to clone.
#[derive(Debug, Clone)]
pub struct Log {
    quiet: bool,
    lines: mpsc::Sender<Line>,
    prefix: Arc<Prefix>,
}

impl std::fmt::Debug for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Line").field("stream", &self.stream).finish_non_exhaustive()
    }
}

/// The thread that writes; it ends when every [`Log`] is gone.
#[derive(Debug)]
pub struct LogWriter(JoinHandle<()>);

impl LogWriter {
    /// Waits until everything is written.
    pub fn finish(self) {
        let _ = self.0.join();
    }
}

impl Log {
    /// Starts the stream onto this process's own standard output and error, or, when data is JSON, onto standard
    /// error alone.
    #[must_use]
    pub fn start(terminal: &Terminal) -> (Self, LogWriter) {
        let error_only = terminal.is_json();
        let out_coloured = terminal.is_coloured(&io::stdout());
        let err_coloured = terminal.is_coloured(&io::stderr());
        let (lines, mut queue) = mpsc::channel::<Line>(QUEUE_LINES);
        let thread = std::thread::spawn(move || {
            // A closed pipe is no reason to stop: the processes must still be able to write.
            while let Some(line) = queue.blocking_recv() {
                let _ = match line.stream {
                    Stream::Out if !error_only => io::stdout().write_all(&line.rendered(out_coloured)),
                    _ => io::stderr().write_all(&line.rendered(err_coloured)),
                };
                if queue.is_empty() {
                    let _ = io::stdout().flush();
                }
            }
        });
        (Self { quiet: terminal.is_quiet(), lines, prefix: Arc::default() }, LogWriter(thread))
    }

    /// The same stream for one endpoint, its name padded to `width`.
    #[must_use]
    pub fn named(&self, name: &str, width: usize, index: usize) -> Self {
        let colour = COLOURS[index % COLOURS.len()];
        let prefix = Prefix {
            plain: format!("{name:width$} | "),
            coloured: format!("{colour}{name:width$} |\x1b[0m "),
        };
        Self { quiet: self.quiet, lines: self.lines.clone(), prefix: Arc::new(prefix) }
    }

    /// A line of `up` itself, on standard error.
    pub async fn note(&self, text: impl AsRef<str>) {
        for line in text.as_ref().lines() {
            self.line(Stream::Err, line.as_bytes().to_vec()).await;
        }
    }

    async fn line(&self, stream: Stream, text: Vec<u8>) {
        let _ = self.lines.send(Line { stream, prefix: Arc::clone(&self.prefix), text }).await;
    }

    /// Passes on what a process writes until it closes its end, and keeps the last of it in `tail`.
    pub(super) async fn pump(self, source: impl AsyncRead + Unpin, stream: Stream, tail: Option<Tail>) {
        let mut source = BufReader::new(source);
        loop {
            let mut text = Vec::new();
            match (&mut source).take(MAX_LINE_BYTES).read_until(b'\n', &mut text).await {
                Ok(0) | Err(_) => return,
                Ok(_) => {}
            }
            while matches!(text.last(), Some(b'\n' | b'\r')) {
                text.pop();
            }
            if let Some(tail) = &tail {
                tail.push(String::from_utf8_lossy(&text).into_owned());
            }
            if self.quiet && stream == Stream::Err && is_status(&text) {
                continue;
            }
            self.line(stream, text).await;
        }
    }
}

/// What an endpoint says when all is well; whatever else a program writes may be an error.
fn is_status(line: &[u8]) -> bool {
    let line = String::from_utf8_lossy(line);
    line.starts_with("flash: ")
        && (line.contains(" listening on http://") || line.contains(" draining, calls under way: "))
}

impl Line {
    fn rendered(&self, coloured: bool) -> Vec<u8> {
        let prefix = if coloured { &self.prefix.coloured } else { &self.prefix.plain };
        let mut bytes = Vec::with_capacity(prefix.len() + self.text.len() + 1);
        bytes.extend_from_slice(prefix.as_bytes());
        bytes.extend_from_slice(&self.text);
        bytes.push(b'\n');
        bytes
    }
}

/// The last lines that a process wrote to standard error.
#[derive(Debug, Clone, Default)]
pub(super) struct Tail(Arc<Mutex<VecDeque<String>>>);

impl Tail {
    fn push(&self, line: String) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() == TAIL_LINES {
            lines.pop_front();
        }
        lines.push_back(line);
    }

    /// The last `count` lines that aren't blank, oldest first.
    #[must_use]
    pub(super) fn last(&self, count: usize) -> Vec<String> {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let spoken: Vec<_> = lines.iter().filter(|line| !line.trim().is_empty()).cloned().collect();
        spoken[spoken.len().saturating_sub(count)..].to_vec()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn channel() -> (Log, mpsc::Receiver<Line>) {
        let (lines, queue) = mpsc::channel(64);
        (Log { quiet: false, lines, prefix: Arc::default() }.named("a", 3, 0), queue)
    }

    #[tokio::test]
    async fn lines_come_whole_with_their_name() {
        let (log, mut queue) = channel();
        let tail = Tail::default();
        log.pump(&b"one\r\n\ntwo \xff"[..], Stream::Err, Some(tail.clone())).await;
        let mut seen = Vec::new();
        while let Ok(line) = queue.try_recv() {
            seen.push(line.rendered(false));
        }
        assert_eq!(seen, [&b"a   | one\n"[..], b"a   | \n", b"a   | two \xff\n"]);
        assert_eq!(tail.last(5), ["one", "two \u{fffd}"]);
        assert_eq!(tail.last(1), ["two \u{fffd}"]);
    }

    #[tokio::test]
    async fn quiet_leaves_out_what_is_no_error() {
        let said = b"flash: web listening on http://127.0.0.1:80\nflash: call 1 of `f` panicked: no\noh no\n\
            flash: web draining, calls under way: 0\n";
        for (quiet, expected) in [(false, 4), (true, 2)] {
            let (log, mut queue) = channel();
            let tail = Tail::default();
            Log { quiet, ..log }.pump(&said[..], Stream::Err, Some(tail.clone())).await;
            assert_eq!(std::iter::from_fn(|| queue.try_recv().ok()).count(), expected);
            assert_eq!(tail.last(9).len(), 4, "the report of an end has all");
        }
    }

    #[tokio::test]
    async fn a_line_without_end_is_cut() {
        let (log, mut queue) = channel();
        let endless = vec![b'x'; 2 * 64 * 1024 + 1];
        log.pump(&endless[..], Stream::Out, None).await;
        let sizes: Vec<_> =
            std::iter::from_fn(|| queue.try_recv().ok()).map(|line| line.text.len()).collect();
        assert_eq!(sizes, [64 * 1024, 64 * 1024, 1]);
    }

    #[test]
    fn the_tail_forgets_what_is_old() {
        let tail = Tail::default();
        for n in 0..100 {
            tail.push(n.to_string());
        }
        assert_eq!(tail.last(1000).len(), TAIL_LINES);
        assert_eq!(tail.last(1), ["99"]);
    }
}
