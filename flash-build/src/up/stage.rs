//! What a session runs from: its own copy of the program, so that building again doesn't pull it away, and the
//! manifest with the addresses of this session.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use flash::manifest::Manifest;

/// The name that a handler would have decides a role; the copy must never have it.
const HANDLER: &str = "handler_";

/// The directory `.flash/run`, emptied at the start and at the end.
#[derive(Debug)]
pub struct Stage {
    directory: PathBuf,
    generations: u32,
}

/// What one build runs from.
#[derive(Debug, Clone)]
pub struct Generation {
    /// The program.
    pub program: PathBuf,
    /// The manifest.
    pub manifest: PathBuf,
}

impl Stage {
    /// An empty stage in a project's `.flash`.
    ///
    /// # Errors
    /// The directory can't be emptied or made.
    pub fn new(output: &Path) -> io::Result<Self> {
        let directory = output.join("run");
        match fs::remove_dir_all(&directory) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        fs::create_dir_all(&directory)?;
        Ok(Self { directory, generations: 0 })
    }

    /// Puts a build on the stage, beside the earlier ones.
    ///
    /// # Errors
    /// The program can't be copied or the manifest not written.
    pub fn put(&mut self, program: &Path, manifest: &Manifest) -> io::Result<Generation> {
        self.generations += 1;
        let directory = self.directory.join(self.generations.to_string());
        fs::create_dir_all(&directory)?;
        let copy = directory.join(copy_name(program));
        fs::copy(program, &copy)?;
        let document = directory.join("flash_manifest.json");
        fs::write(&document, serde_json::to_vec_pretty(manifest)?)?;
        Ok(Generation { program: copy, manifest: document })
    }

    /// Whether this program is the one on the stage.
    #[must_use]
    pub fn has(&self, program: &Path) -> bool {
        let copy = self.directory.join(self.generations.to_string()).join(copy_name(program));
        let size = |path: &Path| fs::metadata(path).map(|metadata| metadata.len()).ok();
        size(program) == size(&copy)
            && matches!((fs::read(program), fs::read(&copy)), (Ok(one), Ok(other)) if one == other)
    }

    /// Removes the builds before the last one.
    pub fn forget_earlier(&self) {
        for generation in 1..self.generations {
            let _ = fs::remove_dir_all(self.directory.join(generation.to_string()));
        }
    }
}

fn copy_name(program: &Path) -> String {
    let name = program.file_name().unwrap_or_default().to_string_lossy();
    name.strip_prefix(HANDLER).unwrap_or(&name).to_owned()
}

impl Drop for Stage {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.directory);
    }
}
