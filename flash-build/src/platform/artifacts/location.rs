//! Where archives lie.

use std::path::Path;
use std::sync::Arc;

use object_store::ObjectStore;
use object_store::local::LocalFileSystem;

use super::ArtifactError;

/// The store at a place, or in a folder of the data directory.
///
/// # Errors
/// The folder can't be used, or the place is of a kind that isn't known.
pub(super) fn open(place: Option<&str>, folder: &Path) -> Result<Arc<dyn ObjectStore>, ArtifactError> {
    let folder = match place {
        None => folder,
        Some(place) if place.starts_with("s3://") => return super::s3::open(place),
        Some(place) if place.contains("://") => {
            let text = format!("`{place}` is no place for artifacts; name a folder or s3://BUCKET/PREFIX");
            return Err(ArtifactError::of("opened", text.into()));
        }
        Some(place) => Path::new(place),
    };
    std::fs::create_dir_all(folder).map_err(ArtifactError::io("opened"))?;
    clean(folder).map_err(ArtifactError::io("cleaned"))?;
    let store = LocalFileSystem::new_with_prefix(folder).map_err(ArtifactError::store("opened"))?;
    // What was acknowledged survives the loss of power.
    Ok(Arc::new(store.with_fsync(true)))
}

/// Removes what uploads left that were under way when a platform was killed; the store names them with a `#`.
fn clean(folder: &Path) -> std::io::Result<()> {
    let uploads = folder.join(super::upload::FOLDER);
    let entries = match std::fs::read_dir(uploads) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let entry = entry?;
        if entry.file_name().to_string_lossy().contains('#') {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
