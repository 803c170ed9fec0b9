//! Whose archive it is: one of ours, which can run here, or one of the official Python command, which is kept and can't.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use flate2::read::GzDecoder;
use tar::EntryType;

use crate::archive::{ArchiveError, Contents, Limits, MANIFEST, verify};

/// A tar extension (a long name, a precise time) is short; a long one only eats memory.
const MAX_EXTENSION: u64 = 64 * 1024;

/// A sound archive.
#[derive(Debug)]
pub(super) enum Inspected {
    /// One of ours.
    Own(Box<Contents>),
    /// Something else, with the reason why it can't run here.
    Foreign(String),
}

/// Looks through a whole archive.
///
/// # Errors
/// It is damaged, over a limit, or holds what no sound archive holds.
pub(super) fn inspect(file: &mut File, limits: Limits) -> Result<Inspected, ArchiveError> {
    rewind(file)?;
    let error = match verify(&*file, limits) {
        Ok(contents) => return Ok(Inspected::Own(Box::new(contents))),
        Err(
            error @ (ArchiveError::Entry { .. } | ArchiveError::Contradiction(_) | ArchiveError::Manifest(_)),
        ) => error,
        Err(error) => return Err(error),
    };
    let manifest = match check(file, limits) {
        Ok(manifest) => manifest,
        // Both find the same entry; the first knows better what it should have been.
        Err(other) => return Err(if entry_of(&other) == entry_of(&error) { error } else { other }),
    };
    // Who says that it is one of ours is held to it.
    if manifest.as_ref().is_some_and(|manifest| manifest.get("build").is_some()) {
        return Err(error);
    }
    let reason = match manifest {
        Some(_) => "the archive was not made by `cargo flash build`; this platform runs no Python code",
        None => "the archive holds no flash_manifest.json, so there is nothing to run in it",
    };
    Ok(Inspected::Foreign(reason.to_owned()))
}

fn entry_of(error: &ArchiveError) -> Option<&str> {
    match error {
        ArchiveError::Entry { entry, .. } => Some(entry),
        _ => None,
    }
}

/// What is asked of an archive that isn't ours; its manifest.
fn check(file: &mut File, limits: Limits) -> Result<Option<serde_json::Value>, ArchiveError> {
    // Extensions first, since reading names puts them into memory.
    rewind(file)?;
    check_extensions(file, limits)?;
    rewind(file)?;
    check_entries(file, limits)
}

fn rewind(file: &mut File) -> Result<(), ArchiveError> {
    file.seek(SeekFrom::Start(0)).map(|_| ()).map_err(ArchiveError::Damaged)
}

fn inflate(file: &File, limits: Limits) -> impl Read {
    // Per entry a header and up to two extensions with theirs.
    let overhead = limits.entries.saturating_mul(8 * 1024);
    GzDecoder::new(file).take(limits.bytes.saturating_add(overhead))
}

fn check_extensions(file: &File, limits: Limits) -> Result<(), ArchiveError> {
    let mut archive = tar::Archive::new(inflate(file, limits));
    let (mut entries, mut bytes) = (0_u64, 0_u64);
    for entry in archive.entries().map_err(ArchiveError::Damaged)?.raw(true) {
        let entry = entry.map_err(ArchiveError::Damaged)?;
        let kind = entry.header().entry_type();
        let size = entry.size();
        bytes = bytes.saturating_add(size);
        if bytes > limits.bytes {
            return Err(ArchiveError::Limit { what: "bytes", limit: limits.bytes });
        }
        let is_extension = kind.is_pax_local_extensions()
            || kind.is_pax_global_extensions()
            || kind.is_gnu_longname()
            || kind.is_gnu_longlink();
        if is_extension {
            if size > MAX_EXTENSION {
                return Err(refused(&entry, "has an extension that is too long"));
            }
        } else {
            entries += 1;
        }
        if entries > limits.entries {
            return Err(ArchiveError::Limit { what: "entries", limit: limits.entries });
        }
    }
    Ok(())
}

fn check_entries(file: &File, limits: Limits) -> Result<Option<serde_json::Value>, ArchiveError> {
    let mut archive = tar::Archive::new(inflate(file, limits));
    let mut manifest = None;
    for entry in archive.entries().map_err(ArchiveError::Damaged)? {
        let mut entry = entry.map_err(ArchiveError::Damaged)?;
        let path = entry.path_bytes().into_owned();
        match entry.header().entry_type() {
            EntryType::Regular | EntryType::Directory => {}
            EntryType::Symlink | EntryType::Link => return Err(refused(&entry, "is a link")),
            _ => return Err(refused(&entry, "is no file")),
        }
        let Ok(name) = std::str::from_utf8(&path) else {
            return Err(refused(&entry, "has a name that is not UTF-8"));
        };
        if name.starts_with('/') || name.contains(['\\', '\0']) || name.split('/').any(|part| part == "..") {
            return Err(refused(&entry, "has a path that leads elsewhere"));
        }
        if name.trim_start_matches("./") == MANIFEST {
            let most = u64::try_from(flash::manifest::MAX_MANIFEST_BYTES).unwrap_or(u64::MAX);
            let mut json = Vec::new();
            (&mut entry).take(most).read_to_end(&mut json).map_err(ArchiveError::Damaged)?;
            let document: serde_json::Value = serde_json::from_slice(&json)
                .map_err(|error| refused(&entry, &format!("is no JSON document: {error}")))?;
            manifest = Some(document);
        }
    }
    Ok(manifest)
}

fn refused(entry: &tar::Entry<'_, impl Read>, reason: &str) -> ArchiveError {
    let entry = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
    ArchiveError::Entry { entry, reason: reason.to_owned() }
}
