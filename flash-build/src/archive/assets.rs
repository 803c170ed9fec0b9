//! The files that `include` of `flash.toml` names.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use ignore::{DirEntry, WalkBuilder};

use super::{ArchiveError, secret};

/// Name of the file with patterns of what is left out, in the syntax of `.gitignore`.
const IGNORE_FILE: &str = ".flashignore";
/// Directories that are never looked into.
const CLOSED: [&str; 3] = [".git", ".flash", "target"];

/// A file that travels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// Where it is.
    pub path: PathBuf,
    /// Its size in bytes.
    pub size: u64,
    /// Whether its owner may execute it.
    pub executable: bool,
}

/// What the patterns found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Assets {
    /// Name in the archive -> file.
    pub files: BTreeMap<String, Asset>,
    /// Files that match and never travel, with the reason.
    pub left_out: Vec<(String, &'static str)>,
    /// Patterns that match nothing.
    pub unmatched: Vec<String>,
}

/// Finds the files of a directory that match the patterns; a pattern that matches a directory means all of it.
///
/// # Errors
/// A pattern that isn't one or leads out of the directory, a symbolic link that does, or a file that can't be read.
pub fn collect(directory: &Path, patterns: &[String]) -> Result<Assets, ArchiveError> {
    let mut assets = Assets::default();
    if patterns.is_empty() {
        return Ok(assets);
    }
    let globs = globs(patterns)?;
    let root = fs::canonicalize(directory)
        .map_err(|error| ArchiveError::io(directory.display().to_string(), "found", error))?;
    let mut matched = vec![false; patterns.len()];
    for entry in walk(&root, patterns) {
        let entry =
            entry.map_err(|error| ArchiveError::Include(format!("an asset can't be read: {error}")))?;
        let Some(name) = archive_name(&root, entry.path())? else { continue };
        let hits = globs.matches(&name);
        let is_directory = entry.file_type().is_some_and(|kind| kind.is_dir());
        if hits.is_empty() || is_directory {
            continue;
        }
        for hit in hits {
            if let Some(matched) = matched.get_mut(hit / 2) {
                *matched = true;
            }
        }
        match name.split('/').find_map(secret::reason) {
            Some(reason) => assets.left_out.push((name, reason)),
            None => {
                let asset = asset(&root, &entry, &name)?;
                assets.files.insert(name, asset);
            }
        }
    }
    assets.left_out.sort_unstable();
    let unmatched = patterns.iter().zip(matched).filter(|(_, matched)| !matched);
    assets.unmatched = unmatched.map(|(pattern, _)| pattern.clone()).collect();
    Ok(assets)
}

/// Two globs per pattern: the name itself, and everything below it.
fn globs(patterns: &[String]) -> Result<GlobSet, ArchiveError> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let wrong = |reason: String| ArchiveError::Include(format!("`include` pattern `{pattern}` {reason}"));
        let trimmed = pattern.trim_end_matches('/');
        let leads_out = trimmed.split(['/', '\\']).any(|part| part == "..");
        if trimmed.is_empty() || Path::new(trimmed).is_absolute() || trimmed.starts_with('/') || leads_out {
            return Err(wrong("leads out of the package; write it relative to flash.toml".into()));
        }
        for text in [trimmed.to_owned(), format!("{trimmed}/**")] {
            let glob = GlobBuilder::new(&text).literal_separator(true).build();
            set.add(glob.map_err(|error| wrong(format!("can't be understood: {}", error.kind())))?);
        }
    }
    set.build()
        .map_err(|error| ArchiveError::Include(format!("the `include` patterns are too large: {error}")))
}

fn walk(root: &Path, patterns: &[String]) -> ignore::Walk {
    // A walk into directories that no pattern can reach would read the whole package for one file.
    let bases: Vec<PathBuf> = patterns.iter().map(|pattern| base(pattern)).collect();
    let start = root.to_owned();
    let reachable = move |entry: &DirEntry| {
        if !entry.file_type().is_some_and(|kind| kind.is_dir()) {
            return true;
        }
        if entry.depth() > 0 && entry.file_name().to_str().is_some_and(|name| CLOSED.contains(&name)) {
            return false;
        }
        let Ok(inner) = entry.path().strip_prefix(&start) else { return false };
        bases.iter().any(|base| base.starts_with(inner) || inner.starts_with(base))
    };
    WalkBuilder::new(root)
        .standard_filters(false)
        .add_custom_ignore_filename(IGNORE_FILE)
        .follow_links(false)
        .filter_entry(reachable)
        .sort_by_file_name(Ord::cmp)
        .build()
}

/// The part of a pattern before its first wildcard.
fn base(pattern: &str) -> PathBuf {
    let plain = |part: &&str| !part.contains(['*', '?', '[', '{', '\\']);
    pattern.split('/').take_while(plain).filter(|part| *part != ".").collect()
}

/// The path inside of the package with forward slashes; none for the package itself.
fn archive_name(root: &Path, path: &Path) -> Result<Option<String>, ArchiveError> {
    let Ok(inner) = path.strip_prefix(root) else { return Ok(None) };
    let mut parts = Vec::new();
    for part in inner.components() {
        let part = part.as_os_str().to_str().ok_or_else(|| {
            ArchiveError::Include(format!("the name of `{}` is not UTF-8; rename it", inner.display()))
        })?;
        parts.push(part);
    }
    Ok((!parts.is_empty()).then(|| parts.join("/")))
}

fn asset(root: &Path, entry: &DirEntry, name: &str) -> Result<Asset, ArchiveError> {
    if entry.path_is_symlink() {
        let target =
            fs::canonicalize(entry.path()).map_err(|error| ArchiveError::io(name, "followed", error))?;
        let Ok(inside) = target.strip_prefix(root) else {
            return Err(ArchiveError::Include(format!(
                "the symbolic link `{name}` leads out of the package, to {}; copy the file, or leave the link out in {IGNORE_FILE}",
                target.display()
            )));
        };
        let hidden = |part: &str| CLOSED.contains(&part) || secret::reason(part).is_some();
        if inside.components().any(|part| part.as_os_str().to_str().is_none_or(hidden)) {
            return Err(ArchiveError::Include(format!(
                "the symbolic link `{name}` leads to {}, which never travels; leave it out in {IGNORE_FILE}",
                inside.display()
            )));
        }
    }
    let data = fs::metadata(entry.path()).map_err(|error| ArchiveError::io(name, "read", error))?;
    if !data.is_file() {
        let reason = if data.is_dir() {
            "is a link to a directory; include the directory itself"
        } else {
            "is neither a file nor a directory"
        };
        return Err(ArchiveError::Include(format!("`{name}` {reason}")));
    }
    Ok(Asset { path: entry.path().to_owned(), size: data.len(), executable: is_executable(&data) })
}

#[cfg(unix)]
fn is_executable(data: &fs::Metadata) -> bool {
    std::os::unix::fs::PermissionsExt::mode(&data.permissions()) & 0o100 != 0
}

#[cfg(not(unix))]
fn is_executable(_: &fs::Metadata) -> bool {
    false
}
