//! The files that a program is built from, and what changed among them.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use ignore::WalkBuilder;

/// Larger files are compared by time and size alone.
const HASHED_UP_TO: u64 = 16 * 1024 * 1024;

/// The places to look at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sources {
    /// Directories of packages; ignored and hidden files in them don't count.
    pub packages: Vec<PathBuf>,
    /// Further files, which may be missing.
    pub files: Vec<PathBuf>,
    /// Directories that are built into.
    pub built: Vec<PathBuf>,
}

/// The sources as they were at one moment.
#[derive(Debug, Default)]
pub struct Snapshot {
    files: BTreeMap<PathBuf, Seen>,
    /// All directories, for whoever watches them.
    pub directories: Vec<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Seen {
    modified: Option<SystemTime>,
    size: u64,
    content: Option<u64>,
}

impl Sources {
    /// Looks at all files. Those that seem untouched since `earlier` aren't read again.
    #[must_use]
    pub fn look(&self, earlier: &Snapshot) -> Snapshot {
        let mut now = Snapshot::default();
        for package in &self.packages {
            let built = self.built.clone();
            let walk = WalkBuilder::new(package)
                .require_git(false)
                .filter_entry(move |entry| !built.iter().any(|built| built == entry.path()))
                .build();
            for entry in walk.flatten() {
                if entry.file_type().is_some_and(|kind| kind.is_dir()) {
                    now.directories.push(entry.into_path());
                } else {
                    now.add(entry.into_path(), earlier);
                }
            }
        }
        for file in &self.files {
            now.directories.extend(file.parent().map(Path::to_path_buf));
            now.add(file.clone(), earlier);
        }
        now.directories.sort();
        now.directories.dedup();
        now
    }
}

impl Snapshot {
    fn add(&mut self, path: PathBuf, earlier: &Self) {
        let Ok(metadata) = fs::metadata(&path) else {
            return;
        };
        if !metadata.is_file() {
            return;
        }
        let (modified, size) = (metadata.modified().ok(), metadata.len());
        let seen = match earlier.files.get(&path) {
            Some(seen) if seen.modified == modified && seen.size == size => *seen,
            _ => Seen { modified, size, content: digest(&path, size) },
        };
        self.files.insert(path, seen);
    }

    /// Takes over what an earlier look saw of the same files.
    pub(super) fn keep_from(&mut self, earlier: &Self) {
        for (path, seen) in &mut self.files {
            if let Some(before) = earlier.files.get(path) {
                *seen = *before;
            }
        }
    }

    /// The files that are new, gone, or say something else than before. Writing the same again is no change.
    #[must_use]
    pub fn changes_since(&self, earlier: &Self) -> Vec<PathBuf> {
        let changed = self.files.iter().filter(|(path, now)| match earlier.files.get(*path) {
            None => true,
            Some(before) => match (before.content, now.content) {
                (Some(before), Some(now)) => before != now,
                _ => before != *now,
            },
        });
        let gone = earlier.files.keys().filter(|path| !self.files.contains_key(*path));
        changed.map(|(path, _)| path).chain(gone).cloned().collect()
    }
}

fn digest(path: &Path, size: u64) -> Option<u64> {
    if size > HASHED_UP_TO {
        return None;
    }
    let mut hasher = DefaultHasher::new();
    fs::read(path).ok()?.hash(&mut hasher);
    Some(hasher.finish())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn write(root: &Path, name: &str, text: &str) {
        let path = root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    #[test]
    fn only_what_says_something_else_has_changed() {
        let place = tempfile::tempdir().unwrap();
        let root = place.path();
        for name in
            ["src/main.rs", "src/old.rs", "Cargo.toml", "target/debug/x", "notes/a.txt", ".flash/up.json"]
        {
            write(root, name, "one");
        }
        write(root, ".gitignore", "/notes\n");
        let config = root.join(".cargo/config.toml");
        let sources = Sources {
            packages: vec![root.into()],
            files: vec![config.clone()],
            built: vec![root.join("target")],
        };
        let before = sources.look(&Snapshot::default());
        assert!(before.directories.contains(&root.join("src")));
        assert!(!before.directories.iter().any(|directory| directory.ends_with("debug")));

        for name in ["target/debug/x", "notes/a.txt", ".flash/up.json"] {
            write(root, name, "two");
        }
        write(root, "Cargo.toml", "one");
        let after = sources.look(&before);
        assert!(after.changes_since(&before).is_empty(), "{:?}", after.changes_since(&before));

        write(root, "src/main.rs", "two");
        write(root, "src/new/mod.rs", "new");
        write(root, ".cargo/config.toml", "new");
        fs::remove_file(root.join("src/old.rs")).unwrap();
        let changes = sources.look(&after).changes_since(&after);
        let names = ["src/main.rs", "src/new/mod.rs", ".cargo/config.toml", "src/old.rs"];
        let mut expected = names.map(|name| root.join(name)).to_vec();
        let mut changes = changes;
        expected.sort();
        changes.sort();
        assert_eq!(changes, expected);
    }
}
