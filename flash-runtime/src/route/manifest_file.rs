//! Finding and reading the manifest.

use std::path::{Path, PathBuf};

use crate::manifest::{MAX_MANIFEST_BYTES, Manifest};
use crate::settings::Settings;
use crate::{Error, Outcome};

/// The file's name.
const FILE: &str = "flash_manifest.json";

/// The manifest of this process and where it was found: `FLASH_MANIFEST_PATH`, beside the binary, or in the
/// working directory. With an explicit path nothing else is tried.
///
/// # Errors
/// None was found, or the one found can't be used.
pub(crate) fn load(settings: &Settings) -> Result<(Manifest, PathBuf), Error> {
    if let Some(path) = &settings.manifest_path {
        return read(path);
    }
    let beside = std::env::current_exe().ok().and_then(|exe| {
        let exe = exe.canonicalize().unwrap_or(exe);
        Some(exe.parent()?.join(FILE))
    });
    let candidates: Vec<PathBuf> = beside.into_iter().chain([PathBuf::from(FILE)]).collect();
    match candidates.iter().find(|path| path.is_file()) {
        Some(path) => read(path),
        None => Err(Error::of(
            Outcome::Unrouted,
            format!(
                "no manifest: FLASH_MANIFEST_PATH is not set, and {} doesn't exist; run `cargo flash build`",
                candidates.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(" or "),
            ),
        )),
    }
}

fn read(path: &Path) -> Result<(Manifest, PathBuf), Error> {
    let failed =
        |why: &dyn std::fmt::Display| Error::of(Outcome::Unrouted, format!("{}: {why}", path.display()));
    let size = std::fs::metadata(path).map_err(|error| failed(&error))?.len();
    if size > MAX_MANIFEST_BYTES as u64 {
        return Err(failed(&format_args!("{size} bytes are more than a manifest may have")));
    }
    let json = std::fs::read(path).map_err(|error| failed(&error))?;
    Ok((Manifest::parse(&json).map_err(|error| failed(&error))?, path.to_owned()))
}
