//! What tells the workers of one data directory from all other processes: variables of their environment, which a
//! process can't lose and nobody else sets.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use super::HostingError;
use crate::platform::ids::WorkerId;

/// The data directory a worker belongs to.
pub(super) const PLATFORM: &str = "FLASH_PLATFORM_ID";
/// The generation it was started for.
pub(super) const GENERATION: &str = "FLASH_PLATFORM_GENERATION";
/// Digest of the code of that generation.
pub(super) const BUILD: &str = "FLASH_PLATFORM_BUILD";

/// Letters of a worker's id; Runpod's have as many.
const WORKER_ID: usize = 14;

/// The mark of a data directory, made at its first use.
pub(super) fn of(directory: &Path) -> Result<String, HostingError> {
    private_directory(directory).map_err(|source| HostingError::Directory {
        path: directory.into(),
        what: "made",
        source,
    })?;
    let path = directory.join("id");
    match fs::read_to_string(&path) {
        Ok(id) if is_mark(&id) => return Ok(id),
        // A cut file is what a crash between two writes leaves; no worker can have that mark.
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(source) => return Err(HostingError::Directory { path, what: "read", source }),
    }
    let id = random(32)?;
    write_whole(&path, id.as_bytes()).map_err(|source| HostingError::Directory {
        path,
        what: "written",
        source,
    })?;
    Ok(id)
}

fn is_mark(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = path.with_extension("new");
    let mut file =
        fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&beside, path)
}

/// A directory that only its owner can enter.
pub(super) fn private_directory(path: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// An id for a new worker.
pub(super) fn new_worker() -> Result<WorkerId, HostingError> {
    random(WORKER_ID).map(WorkerId::from)
}

/// Whether this can be the id of a worker, and so part of a path.
pub(super) fn is_worker_id(text: &str) -> bool {
    text.len() == WORKER_ID && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

fn random(letters: usize) -> Result<String, HostingError> {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut bytes = vec![0_u8; letters];
    getrandom::fill(&mut bytes).map_err(|error| HostingError::Random(error.to_string()))?;
    Ok(bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_directory_keeps_its_mark() {
        let place = tempfile::tempdir().unwrap();
        let directory = place.path().join("a/b");
        let mark = of(&directory).unwrap();
        assert_eq!(of(&directory).unwrap(), mark);
        assert_eq!(fs::metadata(&directory).unwrap().permissions().mode() & 0o777, 0o700);
        assert_eq!(fs::metadata(directory.join("id")).unwrap().permissions().mode() & 0o777, 0o600);
        fs::write(directory.join("id"), "cut").unwrap();
        assert_ne!(of(&directory).unwrap(), mark);
    }

    #[test]
    fn worker_ids_are_safe_in_paths() {
        let id = new_worker().unwrap();
        assert!(is_worker_id(id.as_str()));
        for bad in ["", "..", "../../etc/pass", "abcdefghijklm/", "ABCDEFGHIJKLMN"] {
            assert!(!is_worker_id(bad), "{bad}");
        }
    }
}
