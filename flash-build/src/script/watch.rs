//! What makes cargo run the build script again: manifests, the lock file and `flash.toml`, never sources.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::environment::Environment;
use crate::settings::FILE_NAME;

/// Directory in `OUT_DIR` that stands for a `flash.toml` that isn't there.
const STAND_IN: &str = "flash-watch";

#[derive(Debug)]
pub(super) struct Watched {
    files: BTreeSet<PathBuf>,
    settings: PathBuf,
    stand_in: PathBuf,
}

impl Watched {
    pub(super) fn new(environment: &Environment) -> Self {
        Self {
            files: BTreeSet::new(),
            settings: environment.manifest_dir.join(FILE_NAME),
            stand_in: environment.out_dir.join(STAND_IN),
        }
    }

    /// A file that isn't there would make cargo run the script, and compile the package, every time.
    pub(super) fn file(&mut self, path: &Path) {
        if path.is_file() {
            self.files.insert(path.to_path_buf());
        }
    }

    /// `flash.toml`, also when it comes only later. Cargo looks through a directory and follows the links in it: a
    /// link that leads nowhere is passed over, and leads to a new file as soon as there is one.
    pub(super) fn settings(&mut self) {
        if self.settings.is_file() {
            self.files.insert(self.settings.clone());
        } else if stand_in(&self.stand_in, &self.settings).is_ok() {
            self.files.insert(self.stand_in.clone());
        }
    }

    pub(super) fn directives(&self) -> impl Iterator<Item = String> {
        let files = self.files.iter().map(|path| format!("cargo::rerun-if-changed={}", path.display()));
        files.chain(["cargo::rerun-if-env-changed=CARGO_HOME".to_owned()])
    }
}

fn stand_in(directory: &Path, file: &Path) -> std::io::Result<()> {
    let link = directory.join(FILE_NAME);
    if std::fs::read_link(&link).is_ok_and(|target| target == file) {
        return Ok(());
    }
    std::fs::create_dir_all(directory)?;
    let _ = std::fs::remove_file(&link);
    symlink(file, &link)?;
    // Newer than the script's own start, it would count as a change.
    std::fs::File::open(directory)?.set_modified(std::time::UNIX_EPOCH)
}

#[cfg(unix)]
fn symlink(to: &Path, link: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(to, link)
}

#[cfg(windows)]
fn symlink(to: &Path, link: &Path) -> std::io::Result<()> {
    std::os::windows::fs::symlink_file(to, link)
}

#[cfg(not(any(unix, windows)))]
fn symlink(_: &Path, _: &Path) -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
}
