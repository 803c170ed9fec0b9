//! Workers' output: one file each, to which the worker itself appends, so that it can go on while the platform is away.
//!
//! A file that somebody else has open can't be swapped for a fresh one, and copying and cutting it loses what is
//! written meanwhile. So its beginning is turned into a hole: positions stay what they are, and the disk gets
//! its room back.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::mark;
use crate::platform::ids::{EndpointId, WorkerId};

/// Holes consist of whole blocks of the file system.
const BLOCK: u64 = 64 * 1024;

/// Most bytes that one reading answers.
const MAX_CHUNK: u64 = 1 << 20;

/// Most bytes that are looked at for the last lines.
const TAIL_BYTES: u64 = 4096;

/// From where a log is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogPosition {
    /// From the oldest line that is kept.
    Start,
    /// From where an earlier reading ended, its `next`.
    At(u64),
    /// The last so many bytes, from the beginning of a line.
    Last(u64),
}

/// A part of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogChunk {
    /// What the worker wrote.
    pub bytes: Vec<u8>,
    /// Where to read on.
    pub next: u64,
    /// Whether there is more already.
    pub more: bool,
}

/// The logs of all workers, a directory per endpoint.
#[derive(Debug, Clone)]
pub(super) struct Logs {
    directory: PathBuf,
}

/// The log of one worker.
#[derive(Debug, Clone)]
pub(super) struct LogFile(PathBuf);

impl Logs {
    pub(super) fn new(directory: &Path) -> io::Result<Self> {
        let directory = directory.join("logs");
        mark::private_directory(&directory)?;
        Ok(Self { directory })
    }

    pub(super) fn of(&self, endpoint: &EndpointId, worker: &WorkerId) -> LogFile {
        LogFile(self.folder(endpoint).join(format!("{worker}.log")))
    }

    /// The log of a worker of whatever endpoint, if there is one.
    pub(super) fn find(&self, worker: &WorkerId) -> io::Result<LogFile> {
        let unknown = || io::Error::new(io::ErrorKind::NotFound, format!("no log of a worker `{worker}`"));
        if !mark::is_worker_id(worker.as_str()) {
            return Err(unknown());
        }
        let name = format!("{worker}.log");
        let mut folders = fs::read_dir(&self.directory)?.filter_map(Result::ok);
        let found = folders.find_map(|folder| {
            let path = folder.path().join(&name);
            path.is_file().then_some(LogFile(path))
        });
        found.ok_or_else(unknown)
    }

    /// Removes the oldest logs of an endpoint's ended workers.
    pub(super) fn forget(&self, endpoint: &EndpointId, keep: usize, is_running: impl Fn(&str) -> bool) {
        let Ok(entries) = fs::read_dir(self.folder(endpoint)) else { return };
        let mut ended: Vec<_> = entries
            .filter_map(Result::ok)
            .filter(|entry| {
                entry.path().file_stem().and_then(|name| name.to_str()).is_some_and(|name| !is_running(name))
            })
            .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
            .collect();
        ended.sort();
        for (_, path) in ended.iter().take(ended.len().saturating_sub(keep)) {
            let _ = fs::remove_file(path);
        }
        if keep == 0 {
            let _ = fs::remove_dir(self.folder(endpoint));
        }
    }

    /// Ids come from the platform and are plain; anything else must still not lead out of here.
    fn folder(&self, endpoint: &EndpointId) -> PathBuf {
        let safe = |c: char| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '_' };
        self.directory.join(format!("e-{}", endpoint.as_str().chars().map(safe).collect::<String>()))
    }
}

impl LogFile {
    /// The file, for a worker to append to.
    pub(super) fn open(&self) -> io::Result<File> {
        if let Some(folder) = self.0.parent() {
            mark::private_directory(folder)?;
        }
        OpenOptions::new().append(true).create(true).mode(0o600).open(&self.0)
    }

    /// Its end, where the next line will be.
    pub(super) fn end(&self) -> u64 {
        fs::metadata(&self.0).map_or(0, |metadata| metadata.len())
    }

    /// Gives the disk back what exceeds the limit, the oldest first.
    pub(super) fn rotate(&self, limit: u64) -> io::Result<()> {
        let file = OpenOptions::new().write(true).read(true).open(&self.0)?;
        let end = file.metadata()?.len();
        let start = start(&file, end)?;
        if end - start <= limit {
            return Ok(());
        }
        // Half of it stays, so that this isn't done for every line.
        let hole = (end - limit / 2) / BLOCK * BLOCK;
        if hole <= start || punch(&file, hole).is_ok() {
            return Ok(());
        }
        // A file system without holes.
        file.set_len(0)
    }

    pub(super) fn read(&self, from: LogPosition) -> io::Result<LogChunk> {
        let mut file = File::open(&self.0)?;
        let end = file.metadata()?.len();
        let start = start(&file, end)?;
        let (mut at, whole_lines) = match from {
            LogPosition::Start => (start, start > 0),
            // A position beyond the end is from before the file was emptied.
            LogPosition::At(at) if at > end => (start, start > 0),
            LogPosition::At(at) => (at.max(start), at < start),
            LogPosition::Last(bytes) => {
                (end.saturating_sub(bytes).max(start), bytes < end - start || start > 0)
            }
        };
        if whole_lines {
            at = next_line(&file, at, end)?;
        }
        file.seek(SeekFrom::Start(at))?;
        let mut bytes = Vec::new();
        file.take(MAX_CHUNK.min(end.saturating_sub(at))).read_to_end(&mut bytes)?;
        let next = at + u64::try_from(bytes.len()).unwrap_or_default();
        Ok(LogChunk { bytes, next, more: next < end })
    }

    /// The last lines after a position that aren't blank, oldest first.
    pub(super) fn last_lines(&self, since: u64, count: usize) -> Vec<String> {
        let end = self.end();
        let from = since.max(end.saturating_sub(TAIL_BYTES));
        let Ok(chunk) = self.read(LogPosition::At(from)) else { return Vec::new() };
        let text = String::from_utf8_lossy(&chunk.bytes);
        let lines: Vec<_> = text.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect();
        lines[lines.len().saturating_sub(count)..].to_vec()
    }
}

/// Where the hole at the beginning ends.
#[cfg(target_os = "linux")]
fn start(file: &File, end: u64) -> io::Result<u64> {
    match rustix::fs::seek(file, rustix::fs::SeekFrom::Data(0)) {
        Ok(start) => Ok(start.min(end)),
        // Nothing but a hole, or nothing at all.
        Err(rustix::io::Errno::NXIO) => Ok(end),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(target_os = "linux"))]
fn start(_: &File, _: u64) -> io::Result<u64> {
    Ok(0)
}

#[cfg(target_os = "linux")]
fn punch(file: &File, until: u64) -> io::Result<()> {
    use rustix::fs::{FallocateFlags, fallocate};
    Ok(fallocate(file, FallocateFlags::PUNCH_HOLE | FallocateFlags::KEEP_SIZE, 0, until)?)
}

#[cfg(not(target_os = "linux"))]
fn punch(_: &File, _: u64) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// The position after the next end of a line; a line that never ends is cut.
fn next_line(file: &File, mut at: u64, end: u64) -> io::Result<u64> {
    let first = at;
    let mut piece = [0; 4096];
    while at < end {
        let read = file.read_at(&mut piece, at)?;
        if read == 0 || at - first > MAX_CHUNK {
            return Ok(first);
        }
        if let Some(found) = piece[..read].iter().position(|byte| *byte == b'\n') {
            return Ok(at + u64::try_from(found).unwrap_or_default() + 1);
        }
        at += u64::try_from(read).unwrap_or_default();
    }
    Ok(first)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::io::Write;
    use std::os::unix::fs::MetadataExt;

    use super::*;

    fn logs() -> (tempfile::TempDir, Logs, EndpointId, WorkerId) {
        let place = tempfile::tempdir().unwrap();
        let logs = Logs::new(place.path()).unwrap();
        (place, logs, EndpointId::from("e1"), mark::new_worker().unwrap())
    }

    #[test]
    fn a_full_log_loses_its_oldest_lines_and_no_others() {
        let (_place, logs, endpoint, worker) = logs();
        let log = logs.of(&endpoint, &worker);
        // The worker keeps this open all the time.
        let mut output = log.open().unwrap();
        let (mut read, mut at, mut written) = (Vec::new(), 0, 0);
        for round in 0..40 {
            for _ in 0..1000 {
                writeln!(output, "line {written:>60}").unwrap();
                written += 1;
            }
            log.rotate(512 * 1024).unwrap();
            // A reader that keeps up sees everything.
            let chunk = log.read(LogPosition::At(at)).unwrap();
            assert!(!chunk.more || round == 0);
            at = chunk.next;
            read.extend(chunk.bytes);
        }
        assert_eq!(String::from_utf8(read).unwrap().lines().count(), written);
        let disk = fs::metadata(&log.0).unwrap().blocks() * 512;
        assert!(disk <= 600 * 1024, "{disk}");

        let kept = log.read(LogPosition::Start).unwrap();
        let kept = String::from_utf8(kept.bytes).unwrap();
        assert!(kept.lines().all(|line| line.starts_with("line ") && line.len() == 65), "{kept}");
        assert!(kept.lines().count() > 1000);
        assert!(kept.ends_with(&format!("{}\n", written - 1)));
        // A reader that was away gets what is left.
        assert_eq!(log.read(LogPosition::At(5)).unwrap().bytes, kept.as_bytes());
    }

    #[test]
    fn the_end_of_a_log() {
        let (_place, logs, endpoint, worker) = logs();
        let log = logs.of(&endpoint, &worker);
        write!(log.open().unwrap(), "old\none\n\ntwo\nthree").unwrap();
        assert_eq!(log.last_lines(4, 2), ["two", "three"]);
        assert_eq!(log.last_lines(4, 9), ["one", "two", "three"]);
        assert_eq!(log.read(LogPosition::Last(7)).unwrap().bytes, b"three");
        let whole = log.read(LogPosition::Last(1000)).unwrap();
        assert_eq!((whole.bytes.len(), whole.next, whole.more), (18, 18, false));
        assert!(log.read(LogPosition::At(18)).unwrap().bytes.is_empty());
        // As after the file was emptied for want of holes.
        assert_eq!(log.read(LogPosition::At(19)).unwrap().bytes.len(), 18);
    }

    #[test]
    fn logs_are_found_by_worker_and_forgotten_when_old() {
        let (_place, logs, endpoint, worker) = logs();
        writeln!(logs.of(&endpoint, &worker).open().unwrap(), "hello").unwrap();
        assert_eq!(logs.find(&worker).unwrap().read(LogPosition::Start).unwrap().bytes, b"hello\n");
        for bad in ["", "..", "../e-e1/x", "aaaaaaaaaaaaaa"] {
            let error = logs.find(&WorkerId::from(bad)).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::NotFound, "{bad}");
        }
        logs.forget(&endpoint, 0, |name| name == worker.as_str());
        assert!(logs.find(&worker).is_ok());
        logs.forget(&endpoint, 0, |_| false);
        assert!(logs.find(&worker).is_err());
        let strange = logs.of(&EndpointId::from("../../x"), &worker);
        assert!(strange.0.starts_with(&logs.directory) && !strange.0.display().to_string().contains(".."));
    }
}
