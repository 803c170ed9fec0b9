//! Making an archive.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use flash::manifest::Manifest;
use flate2::{Compression, GzBuilder};
use sha2::{Digest, Sha256};
use tar::{EntryType, Header};

use super::{ArchiveError, Assets, HANDLER, MANIFEST};
use crate::assemble::Moment;

/// What goes into an archive.
#[derive(Debug)]
pub struct Packing<'a> {
    /// The manifest; its `build.binary` names the program.
    pub manifest: &'a Manifest,
    /// The program.
    pub program: &'a Path,
    /// Further files.
    pub assets: &'a Assets,
    /// The time of all entries.
    pub moment: Moment,
    /// Largest size of the archive in bytes.
    pub limit: u64,
}

/// An archive that was made.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Packed {
    /// Where it is.
    pub path: PathBuf,
    /// Its size in bytes.
    pub size: u64,
    /// Its SHA-256.
    pub digest: String,
    /// Number of entries.
    pub entries: usize,
}

/// Where an entry's bytes come from.
enum Content<'a> {
    Text(&'a str),
    File { path: &'a Path, size: u64, executable: bool },
    Link(&'a str),
}

/// Writes an archive; the file at `path` is replaced once the new one is whole, and only when they differ.
///
/// # Errors
/// A file can't be read or written, two entries have one name, or the archive grows over the limit.
pub fn pack(packing: &Packing<'_>, path: &Path) -> Result<Packed, ArchiveError> {
    let text = packing.manifest.to_json();
    let entries = entries(packing, &text)?;
    let shown = || path.display().to_string();
    let temporary = path.with_extension(format!("tmp{}", std::process::id()));
    let written = File::create(&temporary)
        .map_err(|error| ArchiveError::io(temporary.display().to_string(), "written", error))
        .and_then(|file| write(&entries, packing, file));
    let replaced = written.and_then(|(size, digest)| {
        let same = fs::metadata(path).is_ok_and(|old| old.len() == size)
            && digest_of(path).is_ok_and(|old| old == digest);
        if !same {
            fs::rename(&temporary, path).map_err(|error| ArchiveError::io(shown(), "written", error))?;
        }
        Ok(Packed { path: path.to_owned(), size, digest, entries: entries.len() })
    });
    // Gone already when it was renamed.
    let _ = fs::remove_file(&temporary);
    replaced
}

fn digest_of(path: &Path) -> io::Result<String> {
    crate::assemble::hex_sha256_of(&mut File::open(path)?)
}

fn entries<'a>(
    packing: &'a Packing<'_>,
    manifest: &'a str,
) -> Result<BTreeMap<String, Content<'a>>, ArchiveError> {
    let binary = packing.manifest.build.as_ref().map_or("", |build| build.binary.as_str());
    let size = fs::metadata(packing.program).map_err(|error| ArchiveError::io(binary, "read", error))?.len();
    let mut entries = BTreeMap::from([(MANIFEST.to_owned(), Content::Text(manifest))]);
    let mut add = |name: String, content: Content<'a>, what: &str| {
        let clash = |name: &str| {
            Err(ArchiveError::entry(name, format!("is needed twice, also for {what}; rename one of them")))
        };
        match entries.insert(name.clone(), content) {
            None => Ok(()),
            Some(_) => clash(&name),
        }
    };
    add(binary.to_owned(), Content::File { path: packing.program, size, executable: true }, "the program")?;
    let handlers: BTreeSet<&String> =
        packing.manifest.resources.values().map(|resource| &resource.handler_file).collect();
    for handler in handlers {
        add(handler.clone(), Content::Link(binary), "a handler")?;
    }
    for (name, asset) in &packing.assets.files {
        if name.starts_with(HANDLER) && !name.contains('/') {
            return Err(ArchiveError::entry(name, "has a name that only handlers may have; rename the file"));
        }
        let content = Content::File { path: &asset.path, size: asset.size, executable: asset.executable };
        add(name.clone(), content, "an included file")?;
    }
    Ok(entries)
}

fn write(
    entries: &BTreeMap<String, Content<'_>>,
    packing: &Packing<'_>,
    file: File,
) -> Result<(u64, String), ArchiveError> {
    let measured =
        Measured { inner: BufWriter::new(file), size: 0, limit: packing.limit, digest: Sha256::new() };
    // The fast level: programs shrink to nearly the same and are packed five times as quickly.
    let gzip = GzBuilder::new().write(measured, Compression::fast());
    let mut archive = tar::Builder::new(gzip);
    for (name, content) in entries {
        append(&mut archive, name, content, packing.moment)
            .map_err(|error| explain(error, name, entries, packing.limit))?;
    }
    let finished = archive.into_inner().and_then(flate2::write::GzEncoder::finish);
    let mut measured = finished.map_err(|error| explain(error, "archive.tar.gz", entries, packing.limit))?;
    measured.inner.flush().map_err(|error| ArchiveError::io("the archive", "written", error))?;
    let digest = measured.digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok((measured.size, digest))
}

fn append(
    archive: &mut tar::Builder<impl Write>,
    name: &str,
    content: &Content<'_>,
    moment: Moment,
) -> io::Result<()> {
    let mut header = Header::new_ustar();
    header.set_path(name)?;
    header.set_mtime(moment.0);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mode(match content {
        Content::Text(_) | Content::File { executable: false, .. } => 0o644,
        Content::File { executable: true, .. } => 0o755,
        Content::Link(_) => 0o777,
    });
    match content {
        Content::Text(text) => {
            header.set_size(u64::try_from(text.len()).unwrap_or(u64::MAX));
            header.set_cksum();
            archive.append(&header, text.as_bytes())
        }
        Content::Link(target) => {
            header.set_entry_type(EntryType::Symlink);
            header.set_link_name(target)?;
            header.set_size(0);
            header.set_cksum();
            archive.append(&header, io::empty())
        }
        Content::File { path, size, .. } => {
            header.set_size(*size);
            header.set_cksum();
            let mut file = File::open(path)?.take(*size);
            archive.append(&header, &mut file)?;
            // A file that shrank would shift every entry behind it.
            if file.limit() > 0 {
                return Err(io::Error::other("the file changed while it was read; try again"));
            }
            Ok(())
        }
    }
}

fn explain(
    error: io::Error,
    name: &str,
    entries: &BTreeMap<String, Content<'_>>,
    limit: u64,
) -> ArchiveError {
    if !error.get_ref().is_some_and(|inner| inner.is::<OverLimit>()) {
        return ArchiveError::io(name, "packed", error);
    }
    let size = |content: &Content<'_>| match content {
        Content::Text(text) => u64::try_from(text.len()).unwrap_or(u64::MAX),
        Content::File { size, .. } => *size,
        Content::Link(_) => 0,
    };
    let mut sizes: Vec<(String, u64)> =
        entries.iter().map(|(name, content)| (name.clone(), size(content))).collect();
    sizes.sort_by_key(|(_, size)| std::cmp::Reverse(*size));
    sizes.truncate(5);
    ArchiveError::TooLarge { limit, entries: sizes }
}

/// A writer that counts, hashes and stops at the limit.
struct Measured<W> {
    inner: W,
    size: u64,
    limit: u64,
    digest: Sha256,
}

#[derive(Debug, thiserror::Error)]
#[error("the archive is larger than its limit")]
struct OverLimit;

impl<W: Write> Write for Measured<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.size = self.size.saturating_add(u64::try_from(written).unwrap_or(u64::MAX));
        if self.size > self.limit {
            return Err(io::Error::other(OverLimit));
        }
        self.digest.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
