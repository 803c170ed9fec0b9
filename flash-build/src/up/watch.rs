//! Waiting for a change of the sources.

use std::path::{Path, PathBuf};
use std::time::Duration;

use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::mpsc;

use super::sources::{Snapshot, Sources};

/// An editor writes several files, or one in several steps: it has finished when it was quiet for so long.
const QUIET: Duration = Duration::from_millis(80);

/// Watches the sources. The system's notices only wake it; what changed is seen by comparing the files, so
/// temporary files of editors and rewritten but equal files don't count.
pub struct Watch {
    watcher: RecommendedWatcher,
    wakes: mpsc::Receiver<()>,
    sources: Sources,
    snapshot: Snapshot,
    /// A wake was taken and the files not compared yet.
    woken: bool,
}

impl std::fmt::Debug for Watch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watch").field("sources", &self.sources).finish_non_exhaustive()
    }
}

impl Watch {
    /// Watches from now on.
    ///
    /// # Errors
    /// The system can't watch files.
    pub fn new(sources: Sources) -> notify::Result<Self> {
        // One wake that waits is enough, however many notices there are.
        let (sender, wakes) = mpsc::channel(1);
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            if event.is_ok_and(|event| matches!(event.kind, EventKind::Access(_))) {
                return;
            }
            let _ = sender.try_send(());
        })?;
        let mut watch =
            Self { watcher, wakes, sources: Sources::default(), snapshot: Snapshot::default(), woken: false };
        watch.look_at(sources);
        Ok(watch)
    }

    /// Looks at other places from now on. What was known of a file stays what it is compared with.
    pub fn look_at(&mut self, sources: Sources) {
        if self.sources != sources {
            let mut snapshot = sources.look(&self.snapshot);
            snapshot.keep_from(&self.snapshot);
            self.sources = sources;
            self.remember(snapshot);
        }
    }

    fn remember(&mut self, snapshot: Snapshot) {
        for directory in &snapshot.directories {
            if !self.snapshot.directories.contains(directory) {
                // A directory that is already gone again has nothing to tell.
                let _ = self.watcher.watch(directory, RecursiveMode::NonRecursive);
            }
        }
        self.snapshot = snapshot;
    }

    /// Comes back with the files that changed since the last time. May be dropped and called again.
    pub async fn changed(&mut self) -> Vec<PathBuf> {
        loop {
            if !self.woken && self.wakes.recv().await.is_none() {
                // Never: the watcher holds the other end.
                return std::future::pending().await;
            }
            self.woken = true;
            while let Ok(Some(())) = tokio::time::timeout(QUIET, self.wakes.recv()).await {}
            self.woken = false;
            let snapshot = self.sources.look(&self.snapshot);
            let changes = snapshot.changes_since(&self.snapshot);
            self.remember(snapshot);
            if !changes.is_empty() {
                return changes;
            }
        }
    }
}

/// The changed files in a few words: `src/lib.rs and 2 more`.
#[must_use]
pub(super) fn named(changes: &[PathBuf], directory: &Path) -> String {
    let Some(first) = changes.first() else {
        return String::new();
    };
    let first = first.strip_prefix(directory).unwrap_or(first).display();
    match changes.len() {
        1 => first.to_string(),
        many => format!("{first} and {} more", many - 1),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[tokio::test]
    async fn changes_in_new_directories_are_seen_too() {
        let place = tempfile::tempdir().unwrap();
        let root = place.path().canonicalize().unwrap();
        let mut watch = Watch::new(Sources { packages: vec![root.clone()], ..Sources::default() }).unwrap();
        let soon = Duration::from_secs(10);

        std::fs::create_dir(root.join("deep")).unwrap();
        std::fs::write(root.join("deep/a.rs"), "a").unwrap();
        let changes = tokio::time::timeout(soon, watch.changed()).await.unwrap();
        assert_eq!(named(&changes, &root), "deep/a.rs");

        std::fs::write(root.join("deep/a.rs"), "b").unwrap();
        std::fs::write(root.join("b.rs"), "b").unwrap();
        let changes = tokio::time::timeout(soon, watch.changed()).await.unwrap();
        assert_eq!(named(&changes, &root), "b.rs and 1 more");
    }
}
