//! What a running `up` leaves for `call` and for people: `.flash/up.json` and `.flash/up.key`.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::Unreadable;

/// `call` holds the lock for a moment to see whether `up` does; that is no second `up`.
const LOCK_PATIENCE: Duration = Duration::from_millis(300);

/// A running `up`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Where the program answers, without a slash at the end.
    pub url: String,
    /// The key that calls must show.
    pub key: String,
    /// Process id of `up`.
    pub pid: u32,
    /// `one process` or `processes`.
    pub mode: String,
    /// When it was started, RFC 3339.
    pub started: String,
    /// The manifest it runs with.
    pub manifest: PathBuf,
}

/// The right to run `up` in a project. Another process can't have it until this one ends, in whatever way.
#[derive(Debug)]
pub struct SessionLock {
    directory: PathBuf,
    _file: File,
}

impl Session {
    /// The running `up` of a project, if there is one. `directory` is its `.flash`.
    ///
    /// # Errors
    /// One runs, and what it wrote about itself can't be read.
    pub fn running(directory: &Path) -> Result<Option<Self>, Unreadable> {
        let Ok(file) = File::open(lock_path(directory)) else { return Ok(None) };
        match file.try_lock_shared() {
            Err(TryLockError::WouldBlock) => Self::read(directory).map(Some),
            Ok(()) | Err(TryLockError::Error(_)) => Ok(None),
        }
    }

    fn read(directory: &Path) -> Result<Self, Unreadable> {
        let path = json_path(directory);
        let read = fs::read(&path).and_then(|json| serde_json::from_slice(&json).map_err(io::Error::from));
        read.map_err(|error| Unreadable { path, pid: pid_of_owner(directory), error })
    }
}

/// Whoever has the lock wrote its number into it.
fn pid_of_owner(directory: &Path) -> Option<u32> {
    fs::read_to_string(lock_path(directory)).ok()?.trim().parse().ok()
}

/// Why `up` can't have the project.
#[derive(Debug)]
pub enum LockError {
    /// Another `up` runs.
    Running(Box<Session>),
    /// Another `up` runs and has not said where, or what it said is lost.
    Unreadable(Unreadable),
    /// The directory or the file in it can't be written.
    Io(PathBuf, io::Error),
}

impl SessionLock {
    /// Takes the project for this process.
    ///
    /// # Errors
    /// Another `up` has it, or `.flash` can't be written.
    pub fn take(directory: &Path) -> Result<Self, LockError> {
        let path = lock_path(directory);
        let io = |error| LockError::Io(path.clone(), error);
        fs::create_dir_all(directory).map_err(io)?;
        // The key must not end up in a repository.
        let ignore = directory.join(".gitignore");
        if !ignore.exists() {
            fs::write(&ignore, "*\n").map_err(io)?;
        }
        let mut file = OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(io)?;
        let begun = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::Error(error)) => return Err(io(error)),
                Err(TryLockError::WouldBlock) if begun.elapsed() < LOCK_PATIENCE => {
                    std::thread::sleep(Duration::from_millis(10));
                }
                Err(TryLockError::WouldBlock) => {
                    return Err(match Session::read(directory) {
                        Ok(session) => LockError::Running(Box::new(session)),
                        Err(unreadable) => LockError::Unreadable(unreadable),
                    });
                }
            }
        }
        file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id())).map_err(io)?;
        let lock = Self { directory: directory.to_path_buf(), _file: file };
        lock.remove();
        Ok(lock)
    }

    /// Tells the world where the program answers.
    ///
    /// # Errors
    /// The files can't be written.
    pub fn publish(&self, session: &Session) -> io::Result<()> {
        let json = serde_json::to_vec_pretty(session)?;
        write_private(&key_path(&self.directory), session.key.as_bytes())?;
        write_private(&json_path(&self.directory), &json)
    }

    fn remove(&self) {
        let _ = fs::remove_file(json_path(&self.directory));
        let _ = fs::remove_file(key_path(&self.directory));
    }
}

impl Drop for SessionLock {
    fn drop(&mut self) {
        self.remove();
    }
}

/// A fresh bearer key: 32 random bytes in hexadecimal.
///
/// # Errors
/// The system has no randomness to give.
pub fn random_key() -> Result<String, getrandom::Error> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Writes beside and renames, so that a reader never sees half of it; only the owner can read it.
fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = path.with_extension(format!("new-{}", std::process::id()));
    let _ = fs::remove_file(&beside);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside)?;
    file.write_all(bytes)?;
    fs::rename(&beside, path)
}

fn json_path(directory: &Path) -> PathBuf {
    directory.join("up.json")
}

fn key_path(directory: &Path) -> PathBuf {
    directory.join("up.key")
}

fn lock_path(directory: &Path) -> PathBuf {
    directory.join("up.lock")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn session() -> Session {
        Session {
            url: "http://127.0.0.1:8888".to_owned(),
            key: random_key().unwrap(),
            pid: 7,
            mode: "processes".to_owned(),
            started: "2026-01-12T10:30:00Z".to_owned(),
            manifest: "m.json".into(),
        }
    }

    #[test]
    fn a_session_lives_as_long_as_its_lock() {
        let place = tempfile::tempdir().unwrap();
        let directory = place.path().join(".flash");
        assert_eq!(Session::running(&directory).unwrap(), None);
        let lock = SessionLock::take(&directory).unwrap();
        assert_eq!(fs::read_to_string(directory.join(".gitignore")).unwrap(), "*\n");
        let session = session();
        lock.publish(&session).unwrap();
        for name in ["up.json", "up.key"] {
            let mode = fs::metadata(directory.join(name)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
        assert_eq!(fs::read_to_string(directory.join("up.key")).unwrap(), session.key);
        assert_eq!(Session::running(&directory).unwrap(), Some(session.clone()));
        match SessionLock::take(&directory) {
            Err(LockError::Running(other)) => assert_eq!(*other, session),
            other => panic!("{other:?}"),
        }
        drop(lock);
        assert!(!directory.join("up.json").exists() && !directory.join("up.key").exists());
        assert_eq!(Session::running(&directory).unwrap(), None);
    }

    #[test]
    fn a_lost_session_names_its_file_and_its_process() {
        let place = tempfile::tempdir().unwrap();
        let lock = SessionLock::take(place.path()).unwrap();
        let own = std::process::id();
        let told = |text: Option<&str>| {
            match text {
                Some(text) => fs::write(place.path().join("up.json"), text).unwrap(),
                None => fs::remove_file(place.path().join("up.json")).unwrap(),
            }
            let Err(LockError::Unreadable(second)) = SessionLock::take(place.path()) else { panic!() };
            let call = Session::running(place.path()).unwrap_err();
            assert_eq!((call.to_string(), call.way_out()), (second.to_string(), second.way_out()));
            assert!(call.to_string().contains("/up.json"), "{call}");
            assert!(call.way_out().contains(&format!("`kill {own}`")), "{}", call.way_out());
            (call.to_string(), call.way_out())
        };
        assert!(told(Some("{")).0.contains("can't be read: EOF"));
        assert!(told(Some("{}")).0.contains("missing field `url`"));
        let (what, help) = told(None);
        assert!(
            what.ends_with("is not there") && help.starts_with("if it is still building"),
            "{what} {help}"
        );
        fs::write(place.path().join("up.lock"), "").unwrap();
        assert_eq!(Session::running(place.path()).unwrap_err().pid, None);
        drop(lock);
    }

    #[test]
    fn what_a_killed_up_left_behind_is_ignored() {
        let place = tempfile::tempdir().unwrap();
        let lock = SessionLock::take(place.path()).unwrap();
        lock.publish(&session()).unwrap();
        let stale = fs::read(place.path().join("up.json")).unwrap();
        drop(lock);
        fs::write(place.path().join("up.json"), stale).unwrap();
        assert_eq!(Session::running(place.path()).unwrap(), None);
        assert!(SessionLock::take(place.path()).is_ok());
        assert!(!place.path().join("up.json").exists());
    }

    #[test]
    fn keys_are_long_and_never_the_same() {
        let (a, b) = (random_key().unwrap(), random_key().unwrap());
        assert_eq!(a.len(), 64);
        assert_ne!(a, b);
    }
}
