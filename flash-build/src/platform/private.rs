//! Files that only their owner may read, written whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Key files are tiny; a larger one is something else.
const MAX_BYTES: u64 = 4096;

/// Why a private file can't be used.
#[derive(Debug, thiserror::Error)]
pub enum PrivateError {
    /// The operating system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// The reason.
        #[source]
        source: io::Error,
    },
    /// Others could read or change it.
    #[error("{} can be read by others (mode {mode:04o}); whoever read it has the key", path.display())]
    Open {
        /// Which file.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// Another user's file.
    #[error("{} belongs to user {owner}", path.display())]
    Foreign {
        /// Which file.
        path: PathBuf,
        /// Number of its owner.
        owner: u32,
    },
    /// Not what was written.
    #[error("{} is damaged: {reason}", path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        reason: &'static str,
    },
}

impl PrivateError {
    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Io { source, .. } if source.kind() == io::ErrorKind::StorageFull => {
                Some("free some space on the disk, nothing was lost".to_owned())
            }
            Self::Io { .. } => None,
            Self::Open { path, .. } => Some(format!("chmod 600 {}", path.display())),
            Self::Foreign { .. } => Some("use a data directory of your own: --data-dir".to_owned()),
            Self::Damaged { path, .. } => Some(format!(
                "restore {} from a backup; without it what it protects can't be read",
                path.display()
            )),
        }
    }
}

/// The content of a private file; none when it isn't there.
///
/// # Errors
/// It can't be read, belongs to another user, or others may read it.
pub(super) fn read(path: &Path) -> Result<Option<Vec<u8>>, PrivateError> {
    let io = |source| PrivateError::Io { path: path.to_owned(), source };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(io(error)),
    };
    let metadata = file.metadata().map_err(io)?;
    if metadata.uid() != nix::unistd::geteuid().as_raw() {
        return Err(PrivateError::Foreign { path: path.to_owned(), owner: metadata.uid() });
    }
    let mode = metadata.mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(PrivateError::Open { path: path.to_owned(), mode });
    }
    if !metadata.is_file() || metadata.len() > MAX_BYTES {
        return Err(PrivateError::Damaged { path: path.to_owned(), reason: "it is no key file" });
    }
    let mut bytes = Vec::new();
    file.take(MAX_BYTES).read_to_end(&mut bytes).map_err(io)?;
    Ok(Some(bytes))
}

/// Writes beside and renames, so that a reader never sees half of it; lasting when this returns.
///
/// # Errors
/// The directory can't be written.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), PrivateError> {
    let io = |source| PrivateError::Io { path: path.to_owned(), source };
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".new-{}", std::process::id()));
    let beside = path.with_file_name(name);
    let _ = fs::remove_file(&beside);
    let written = (|| {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&beside, path)?;
        match path.parent() {
            Some(parent) => File::open(parent)?.sync_all(),
            None => Ok(()),
        }
    })();
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written.map_err(io)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn only_the_owner_reads() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("key");
        assert!(read(&path).unwrap().is_none());
        write(&path, b"secret").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        assert_eq!(read(&path).unwrap().unwrap(), b"secret");
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1, "nothing is left beside it");
        for mode in [0o640, 0o604, 0o660] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let error = read(&path).unwrap_err();
            assert!(error.help().unwrap().contains("chmod 600"), "{error}");
            assert!(!error.to_string().contains("secret"));
        }
    }
}
