//! Archives, unpacked: once, whole or not at all.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use object_store::path::Path as ObjectPath;

use super::fit::misfit;
use super::inspect::{Inspected, inspect};
use super::{Artifact, ArtifactError, Artifacts, random_name};
use crate::archive::{Limits, unpack};

impl Artifacts {
    /// Where an artifact lies unpacked. It is unpacked when asked for the first time.
    ///
    /// # Errors
    /// It is not there, damaged, or nothing that this machine can run; the text of
    /// [`NoRunner`](ArtifactError::NoRunner) is meant for people.
    pub async fn unpacked(&self, artifact: &Artifact) -> Result<PathBuf, ArtifactError> {
        let digest = &artifact.sha256;
        if digest.len() != 64 || !digest.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(ArtifactError::Missing(digest.clone()));
        }
        let place = self.unpacked.join(digest);
        if place.is_dir() {
            return Ok(place);
        }
        let _alone = self.unpacking.lock().await;
        // Somebody else may just have done it.
        if place.is_dir() {
            return Ok(place);
        }
        let object = ObjectPath::from(artifact.object_key.as_str());
        let mut file = self.verified_file(&object, artifact).await?;
        let beside = self.scratch.join(random_name()?);
        let limits = self.limits;
        let to = place.clone();
        tokio::task::spawn_blocking(move || {
            let done = put(&mut file, &beside, &to, limits);
            if done.is_err() {
                let _ = fs::remove_dir_all(&beside);
            }
            done
        })
        .await
        .map_err(|error| ArtifactError::of("unpacked", Box::new(error)))??;
        Ok(place)
    }
}

fn put(file: &mut File, beside: &Path, place: &Path, limits: Limits) -> Result<(), ArtifactError> {
    let contents = match inspect(file, limits)? {
        Inspected::Foreign(reason) => return Err(ArtifactError::NoRunner(reason)),
        Inspected::Own(contents) => contents,
    };
    if let Some(reason) = contents.manifest.build.as_ref().and_then(misfit) {
        return Err(ArtifactError::NoRunner(reason));
    }
    io::Seek::rewind(file).map_err(ArtifactError::io("read"))?;
    unpack(&*file, beside, limits)?;
    let written = sync(beside).and_then(|()| fs::rename(beside, place));
    let parent = place.parent().unwrap_or(place);
    written.and_then(|()| File::open(parent)?.sync_all()).map_err(ArtifactError::io("unpacked"))
}

/// Makes everything below a directory last, so that a directory with its final name is never half empty.
fn sync(directory: &Path) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            sync(&entry.path())?;
        } else if kind.is_file() {
            File::open(entry.path())?.sync_all()?;
        }
    }
    File::open(directory)?.sync_all()
}
