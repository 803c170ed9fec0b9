//! Looking into an archive that comes from elsewhere, and unpacking it.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use flash::manifest::Manifest;
use flate2::read::GzDecoder;
use sha2::{Digest, Sha256};
use tar::EntryType;

use super::{ArchiveError, HANDLER, MANIFEST};

/// What an archive may hold.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Number of entries.
    pub entries: u64,
    /// Bytes of all entries together, unpacked.
    pub bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { entries: 100_000, bytes: 4 * 1024 * 1024 * 1024 }
    }
}

/// What a sound archive holds.
#[derive(Debug, Clone)]
pub struct Contents {
    /// The manifest.
    pub manifest: Manifest,
    /// Name of the program.
    pub binary: String,
    /// All entries in their order, with their unpacked sizes.
    pub entries: Vec<(String, u64)>,
}

/// Reads a whole archive without writing anything, and checks it against its manifest.
///
/// # Errors
/// Damaged, over a limit, with an entry that leads elsewhere, or not what its manifest says.
pub fn verify(archive: impl Read, limits: Limits) -> Result<Contents, ArchiveError> {
    Reading::new(None, limits).run(archive)
}

/// Unpacks an archive into a directory, which must not exist or be empty, and checks it as [`verify`] does.
///
/// # Errors
/// As [`verify`], or a file can't be written. What was unpacked until then is left for the caller to remove.
pub fn unpack(archive: impl Read, directory: &Path, limits: Limits) -> Result<Contents, ArchiveError> {
    let shown = || directory.display().to_string();
    fs::create_dir_all(directory).map_err(|error| ArchiveError::io(shown(), "made", error))?;
    let mut inside = fs::read_dir(directory).map_err(|error| ArchiveError::io(shown(), "read", error))?;
    if inside.next().is_some() {
        let error = io::Error::from(io::ErrorKind::DirectoryNotEmpty);
        return Err(ArchiveError::io(shown(), "unpacked into", error));
    }
    Reading::new(Some(directory), limits).run(archive)
}

struct Reading<'a> {
    directory: Option<&'a Path>,
    limits: Limits,
    seen: BTreeSet<String>,
    entries: Vec<(String, u64)>,
    links: Vec<(String, String)>,
    manifest: Option<Manifest>,
    digests: Vec<(String, String)>,
    bytes: u64,
}

impl<'a> Reading<'a> {
    fn new(directory: Option<&'a Path>, limits: Limits) -> Self {
        Self {
            directory,
            limits,
            seen: BTreeSet::new(),
            entries: Vec::new(),
            links: Vec::new(),
            manifest: None,
            digests: Vec::new(),
            bytes: 0,
        }
    }

    fn run(mut self, archive: impl Read) -> Result<Contents, ArchiveError> {
        // Headers and padding count too, so that a bomb of them has an end.
        let most =
            self.limits.bytes.saturating_add(self.limits.entries.saturating_mul(1024)).saturating_add(10_240);
        let mut unpacked = GzDecoder::new(archive).take(most);
        {
            let mut archive = tar::Archive::new(&mut unpacked);
            // Raw entries: extensions are headers of their own and are refused like any other strange entry, instead of
            // being read into memory whatever their size.
            for entry in archive.entries().map_err(ArchiveError::Damaged)?.raw(true) {
                self.entry(entry.map_err(ArchiveError::Damaged)?)?;
            }
        }
        // The end of the stream carries its checksum; without reading it a cut would go unnoticed.
        io::copy(&mut unpacked, &mut io::sink()).map_err(ArchiveError::Damaged)?;
        if unpacked.limit() == 0 {
            return Err(ArchiveError::Limit { what: "bytes", limit: self.limits.bytes });
        }
        self.finish()
    }

    fn entry(&mut self, mut entry: tar::Entry<'_, impl Read>) -> Result<(), ArchiveError> {
        let path = entry.path_bytes().into_owned();
        let name = safe_name(&path)?;
        if !self.seen.insert(name.clone()) {
            return Err(ArchiveError::entry(&name, "is there twice"));
        }
        if u64::try_from(self.seen.len()).unwrap_or(u64::MAX) > self.limits.entries {
            return Err(ArchiveError::Limit { what: "entries", limit: self.limits.entries });
        }
        let size = entry.size();
        self.bytes = self.bytes.saturating_add(size);
        if self.bytes > self.limits.bytes {
            return Err(ArchiveError::Limit { what: "bytes", limit: self.limits.bytes });
        }
        match entry.header().entry_type() {
            EntryType::Regular => self.file(&name, &mut entry)?,
            EntryType::Symlink if is_handler(&name) => {
                let target = entry.link_name_bytes().map(|target| target.into_owned()).unwrap_or_default();
                let target = String::from_utf8(target).unwrap_or_default();
                self.links.push((name.clone(), target));
            }
            EntryType::Symlink | EntryType::Link => {
                return Err(ArchiveError::entry(&name, "is a link, and only handlers may be links"));
            }
            kind => {
                let kind = kind.as_byte().escape_ascii();
                return Err(ArchiveError::entry(&name, format!("is no file (type `{kind}`)")));
            }
        }
        self.entries.push((name, size));
        Ok(())
    }

    fn file(&mut self, name: &str, entry: &mut tar::Entry<'_, impl Read>) -> Result<(), ArchiveError> {
        if name == MANIFEST {
            let most = u64::try_from(flash::manifest::MAX_MANIFEST_BYTES).unwrap_or(u64::MAX);
            let mut json = Vec::new();
            entry.take(most.saturating_add(1)).read_to_end(&mut json).map_err(ArchiveError::Damaged)?;
            self.manifest = Some(Manifest::parse(&json)?);
            return match self.target(name) {
                Some(path) => fs::write(path, json).map_err(|error| ArchiveError::io(name, "written", error)),
                None => Ok(()),
            };
        }
        let executable = entry.header().mode().is_ok_and(|mode| mode & 0o100 != 0);
        let mut file = self
            .target(name)
            .map(|path| create(&path, executable))
            .transpose()
            .map_err(|error| ArchiveError::io(name, "written", error))?;
        let mut digest = Sha256::new();
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let length = entry.read(&mut buffer).map_err(ArchiveError::Damaged)?;
            if length == 0 {
                break;
            }
            digest.update(&buffer[..length]);
            if let Some(file) = &mut file {
                file.write_all(&buffer[..length])
                    .map_err(|error| ArchiveError::io(name, "written", error))?;
            }
        }
        if executable && !name.contains('/') {
            let text = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
            self.digests.push((name.to_owned(), text));
        }
        Ok(())
    }

    fn target(&self, name: &str) -> Option<PathBuf> {
        self.directory.map(|directory| directory.join(name))
    }

    fn finish(self) -> Result<Contents, ArchiveError> {
        let contradiction = |text: String| Err(ArchiveError::Contradiction(text));
        let Some(manifest) = self.manifest else { return contradiction(format!("there is no {MANIFEST}")) };
        let Some(build) = &manifest.build else {
            return contradiction("it doesn't say which program it belongs to".into());
        };
        let binary = build.binary.clone();
        match self.digests.iter().find(|(name, _)| *name == binary) {
            None => return contradiction(format!("the program `{binary}` is not there")),
            Some((_, digest)) if *digest != build.code_digest => {
                return contradiction(format!(
                    "the program `{binary}` is another one, its digest is {digest}"
                ));
            }
            Some(_) => {}
        }
        if let Some((name, target)) = self.links.iter().find(|(_, target)| *target != binary) {
            return Err(ArchiveError::entry(name, format!("links to `{target}` and not to the program")));
        }
        for (resource, declared) in &manifest.resources {
            if self.links.iter().all(|(name, _)| *name != declared.handler_file) {
                return contradiction(format!(
                    "resource `{resource}` has no entry `{}`",
                    declared.handler_file
                ));
            }
        }
        if let Some(directory) = self.directory {
            for (name, target) in &self.links {
                link(target, directory, name).map_err(|error| ArchiveError::io(name, "made", error))?;
            }
        }
        Ok(Contents { manifest, binary, entries: self.entries })
    }
}

fn is_handler(name: &str) -> bool {
    name.starts_with(HANDLER) && !name.contains('/')
}

/// The name when it stays below the directory and means the same on every system.
fn safe_name(path: &[u8]) -> Result<String, ArchiveError> {
    let shown = String::from_utf8_lossy(path).into_owned();
    let refused = |reason: &str| Err(ArchiveError::entry(&shown, reason));
    let Ok(name) = std::str::from_utf8(path) else { return refused("has a name that is not UTF-8") };
    if name.starts_with('/') || name.contains([':', '\\', '\0']) {
        return refused("has an absolute or foreign path");
    }
    if name.len() > 1024 || name.split('/').count() > 64 {
        return refused("has a path that is too long");
    }
    if name.split('/').any(|part| matches!(part, "" | "." | "..")) {
        return refused("has a path with empty, `.` or `..` parts");
    }
    Ok(name.to_owned())
}

fn create(path: &Path, executable: bool) -> io::Result<File> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, if executable { 0o755 } else { 0o644 });
    #[cfg(not(unix))]
    let _ = executable;
    options.open(path)
}

#[cfg(unix)]
fn link(target: &str, directory: &Path, name: &str) -> io::Result<()> {
    std::os::unix::fs::symlink(target, directory.join(name))
}

#[cfg(not(unix))]
fn link(target: &str, directory: &Path, name: &str) -> io::Result<()> {
    fs::hard_link(directory.join(target), directory.join(name))
}
