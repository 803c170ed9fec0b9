//! The data directory: what a platform keeps, for its owner alone and for one platform at a time.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::lock::Lock;
use super::private;
pub use super::private::PrivateError;

/// What the first key begins with, so that a leaked one is recognised.
const KEY_PREFIX: &str = "flash_";

/// The data directory of this process, locked.
#[derive(Debug)]
pub struct DataDirectory {
    path: PathBuf,
    _lock: Lock,
}

/// A running platform, as `platform.json` describes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Running {
    /// Where it answers, `127.0.0.1:8790`.
    pub address: std::net::SocketAddr,
    /// Its process.
    pub pid: u32,
    /// When it was started, RFC 3339.
    pub started: String,
    /// Its version.
    pub version: String,
}

impl Running {
    /// Its URL, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

/// The three secrets of a data directory. Never shown.
pub struct Keys {
    /// The account key of the user `local`.
    pub account: String,
    /// Encrypts secret values in the database.
    pub secrets: [u8; 32],
    /// Signs upload and download URLs.
    pub signing: [u8; 32],
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(..)")
    }
}

/// Why a data directory can't be used.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    /// The operating system refused.
    #[error("the data directory {} can't be used: {source}", path.display())]
    Io {
        /// Which file or directory.
        path: PathBuf,
        /// The reason.
        #[source]
        source: io::Error,
    },
    /// Another user's directory.
    #[error("the data directory {} belongs to user {owner}, not to user {user}", path.display())]
    Foreign {
        /// Which directory.
        path: PathBuf,
        /// Number of its owner.
        owner: u32,
        /// Number of this process's user.
        user: u32,
    },
    /// Others could look inside.
    #[error("the data directory {} is open to others (mode {mode:04o})", path.display())]
    Open {
        /// Which directory.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// Another platform uses it.
    #[error("a platform already uses {}{}", path.display(), named(.running.as_ref()))]
    Taken {
        /// Which directory.
        path: PathBuf,
        /// The other platform, when it has got as far as to say where it answers.
        running: Option<Running>,
    },
    /// One of the files is missing that belong together.
    #[error("{} is missing, and the data directory was used before", path.display())]
    Missing {
        /// Which file.
        path: PathBuf,
    },
    /// A key file.
    #[error(transparent)]
    Private(#[from] PrivateError),
    /// The system has no randomness to give.
    #[error("no random key can be made: {0}")]
    Random(getrandom::Error),
}

fn named(running: Option<&Running>) -> String {
    running.map_or_else(String::new, |running| {
        format!(": process {}, answering on {}", running.pid, running.url())
    })
}

impl DirectoryError {
    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Io { source, .. } if source.kind() == io::ErrorKind::StorageFull => {
                Some("free some space on the disk, nothing was lost".to_owned())
            }
            Self::Io { .. } | Self::Foreign { .. } => {
                Some("name a directory of your own with --data-dir or FLASH_PLATFORM_DIR".to_owned())
            }
            Self::Open { path, .. } => Some(format!("chmod 700 {}", path.display())),
            Self::Taken { path, .. } => Some(format!(
                "stop it with `cargo flash platform down --data-dir {}`, or use another directory",
                path.display()
            )),
            Self::Missing { path } => Some(format!(
                "restore {} from a backup, or begin anew with another directory: --data-dir",
                path.display()
            )),
            Self::Private(error) => error.help(),
            Self::Random(_) => None,
        }
    }
}

impl DataDirectory {
    /// Makes the directory if needed, checks whose it is, and locks it.
    ///
    /// # Errors
    /// It can't be made, is another user's, is open to others, or another platform uses it.
    pub fn open(path: &Path) -> Result<Self, DirectoryError> {
        let io = |path: &Path| {
            let path = path.to_owned();
            move |source| DirectoryError::Io { path, source }
        };
        DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(io(path))?;
        let path = fs::canonicalize(path).map_err(io(path))?;
        let metadata = fs::metadata(&path).map_err(io(&path))?;
        let (owner, user) = (metadata.uid(), nix::unistd::geteuid().as_raw());
        if owner != user {
            return Err(DirectoryError::Foreign { path, owner, user });
        }
        let mode = metadata.mode() & 0o7777;
        if mode & 0o077 != 0 {
            return Err(DirectoryError::Open { path, mode });
        }
        let lock = lock_path(&path);
        match Lock::take(&lock).map_err(io(&lock))? {
            Some(lock) => {
                let directory = Self { path, _lock: lock };
                // What a killed platform left.
                directory.retract();
                Ok(directory)
            }
            None => Err(DirectoryError::Taken { running: read_running(&path), path }),
        }
    }

    /// The platform that uses a directory now.
    ///
    /// # Errors
    /// The directory can't be read.
    pub fn running(path: &Path) -> Result<Option<Running>, DirectoryError> {
        let lock = lock_path(path);
        match Lock::is_held(&lock) {
            Ok(true) => Ok(read_running(path)),
            Ok(false) => Ok(None),
            Err(source) => Err(DirectoryError::Io { path: lock, source }),
        }
    }

    /// Whether a process holds the directory, be it that it doesn't answer yet or no more.
    ///
    /// # Errors
    /// The directory can't be read.
    pub fn is_taken(path: &Path) -> Result<bool, DirectoryError> {
        let lock = lock_path(path);
        Lock::is_held(&lock).map_err(|source| DirectoryError::Io { path: lock, source })
    }

    /// Tells the world where the platform answers.
    ///
    /// # Errors
    /// The file can't be written.
    pub fn publish(&self, running: &Running) -> Result<(), DirectoryError> {
        let json = serde_json::to_vec_pretty(running).unwrap_or_default();
        Ok(private::write(&running_path(&self.path), &json)?)
    }

    fn retract(&self) {
        let _ = fs::remove_file(running_path(&self.path));
    }

    /// The keys; made at the first start. A key that is missing later is not replaced, since what it protects
    /// would be lost without a word.
    ///
    /// # Errors
    /// A file can't be read or written, is open to others, or is missing.
    pub fn keys(&self) -> Result<Keys, DirectoryError> {
        // Written last, so it being there means that the others were written.
        let account = key_path(&self.path);
        let used = account.exists() || self.database_file().exists();
        let secrets = binary_key(&self.path.join("secrets.key"), used)?;
        let signing = binary_key(&self.path.join("signing.key"), used)?;
        let account = match read_key(&self.path)? {
            Some(key) => key,
            None if used => return Err(DirectoryError::Missing { path: account }),
            None => {
                let key = format!("{KEY_PREFIX}{}", hex(&random()?));
                private::write(&account, key.as_bytes())?;
                key
            }
        };
        Ok(Keys { account, secrets, signing })
    }

    /// The directory itself.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where the embedded database lies.
    #[must_use]
    pub fn database_file(&self) -> PathBuf {
        self.path.join("flash.db")
    }

    /// A directory inside, made when needed.
    ///
    /// # Errors
    /// It can't be made.
    pub fn inside(&self, name: &str) -> Result<PathBuf, DirectoryError> {
        let path = self.path.join(name);
        match DirBuilder::new().recursive(true).mode(0o700).create(&path) {
            Ok(()) => Ok(path),
            Err(source) => Err(DirectoryError::Io { path, source }),
        }
    }
}

impl Drop for DataDirectory {
    fn drop(&mut self) {
        self.retract();
    }
}

/// Where the account key of a data directory lies.
#[must_use]
pub fn key_path(directory: &Path) -> PathBuf {
    directory.join("key")
}

/// The account key of a data directory; none before the first start.
///
/// # Errors
/// The file can't be read, is open to others, or is damaged.
pub fn read_key(directory: &Path) -> Result<Option<String>, DirectoryError> {
    let path = key_path(directory);
    let Some(bytes) = private::read(&path)? else { return Ok(None) };
    let text = String::from_utf8(bytes).unwrap_or_default();
    let key = text.trim();
    if key.len() < 32 || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(PrivateError::Damaged { path, reason: "it holds no key" }.into());
    }
    Ok(Some(key.to_owned()))
}

fn binary_key(path: &Path, used: bool) -> Result<[u8; 32], DirectoryError> {
    match private::read(path)? {
        Some(bytes) => bytes.try_into().map_err(|_| {
            PrivateError::Damaged { path: path.to_owned(), reason: "it must hold 32 bytes" }.into()
        }),
        None if used => Err(DirectoryError::Missing { path: path.to_owned() }),
        None => {
            let key = random()?;
            private::write(path, &key)?;
            Ok(key)
        }
    }
}

/// Random bytes for a key.
fn random() -> Result<[u8; 32], DirectoryError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(DirectoryError::Random)?;
    Ok(bytes)
}

/// Bytes in hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn read_running(directory: &Path) -> Option<Running> {
    serde_json::from_slice(&private::read(&running_path(directory)).ok()??).ok()
}

fn running_path(directory: &Path) -> PathBuf {
    directory.join("platform.json")
}

fn lock_path(directory: &Path) -> PathBuf {
    directory.join("lock")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().mode() & 0o777
    }

    #[test]
    fn everything_is_the_owners_alone() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("deep/data");
        let directory = DataDirectory::open(&path).unwrap();
        let keys = directory.keys().unwrap();
        assert_eq!(mode(&path), 0o700);
        for name in ["key", "secrets.key", "signing.key", "lock"] {
            assert_eq!(mode(&path.join(name)), 0o600, "{name}");
        }
        assert_ne!(keys.secrets, keys.signing);
        let again = directory.keys().unwrap();
        assert_eq!((again.account, again.secrets), (keys.account, keys.secrets));
        assert_eq!(format!("{:?}", directory.keys().unwrap()), "Keys(..)");
    }

    #[test]
    fn a_directory_that_others_can_read_is_refused_with_the_fix() {
        let place = tempfile::tempdir().unwrap();
        for mode in [0o755, 0o710, 0o701] {
            fs::set_permissions(place.path(), fs::Permissions::from_mode(mode)).unwrap();
            let error = DataDirectory::open(place.path()).unwrap_err();
            assert!(matches!(error, DirectoryError::Open { .. }), "{error}");
            assert!(error.help().unwrap().starts_with("chmod 700 "), "{error}");
        }
        fs::set_permissions(place.path(), fs::Permissions::from_mode(0o700)).unwrap();
        DataDirectory::open(place.path()).unwrap();
    }

    #[test]
    fn a_second_platform_learns_who_is_there() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("data");
        assert_eq!(DataDirectory::running(&path).unwrap(), None);
        let directory = DataDirectory::open(&path).unwrap();
        let running = Running {
            address: "127.0.0.1:4711".parse().unwrap(),
            pid: 42,
            started: "2026-01-12T10:30:00Z".to_owned(),
            version: "0.1.0".to_owned(),
        };
        directory.publish(&running).unwrap();
        assert_eq!(mode(&path.join("platform.json")), 0o600);
        assert_eq!(DataDirectory::running(&path).unwrap(), Some(running));
        let text = DataDirectory::open(&path).unwrap_err().to_string();
        assert!(text.contains("process 42") && text.contains("http://127.0.0.1:4711"), "{text}");
        drop(directory);
        assert_eq!(DataDirectory::running(&path).unwrap(), None);
        assert!(!path.join("platform.json").exists());
    }

    #[test]
    fn a_lost_or_damaged_key_is_named_and_not_replaced() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("data");
        let directory = DataDirectory::open(&path).unwrap();
        directory.keys().unwrap();
        for name in ["secrets.key", "signing.key"] {
            let kept = fs::read(path.join(name)).unwrap();
            fs::remove_file(path.join(name)).unwrap();
            let error = directory.keys().unwrap_err();
            assert!(error.to_string().contains(name) && error.help().unwrap().contains("restore"), "{error}");
            private::write(&path.join(name), &kept[1..]).unwrap();
            assert!(directory.keys().unwrap_err().to_string().contains("damaged"));
            private::write(&path.join(name), &kept).unwrap();
        }
        private::write(&path.join("key"), b"").unwrap();
        assert!(directory.keys().unwrap_err().to_string().contains("damaged"));
    }
}
