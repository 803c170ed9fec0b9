//! Archives: a signed URL to upload to, a check, storage by content, and unpacking.
//!
//! `prepare` -> PUT by the client -> `finalise` -> [`Artifact`], whose bytes never change again. Each time they
//! are read their digest is checked.

mod error;
mod fit;
mod inspect;
mod location;
mod record;
mod s3;
mod stored;
mod ticket;
mod unpacked;
mod upload;
mod web;

#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use object_store::ObjectStore;
use serde::{Deserialize, Serialize};

pub use error::ArtifactError;
pub use web::answer;

use crate::archive::Limits;
use crate::platform::directory::{DataDirectory, DirectoryError};
use record::Records;
use ticket::Signer;

/// How long signed URLs last, in seconds.
const LIFETIME: i64 = 3600;

/// An archive that was checked and stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Artifact {
    /// The digest of its bytes, in hexadecimal.
    pub sha256: String,
    /// Its size in bytes.
    pub length: u64,
    /// Its name in the store.
    pub object_key: String,
}

/// A prepared upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// Where to PUT it: path and query below the platform's own URL.
    pub url_path_and_query: String,
    /// How to name it to `finalise`.
    pub object_key: String,
    /// Until when.
    pub expires_at: chrono::DateTime<chrono::Utc>,
}

/// All archives of a platform.
#[derive(Debug)]
pub struct Artifacts {
    store: Arc<dyn ObjectStore>,
    records: Records,
    /// Uploads that are written or checked at this moment.
    in_use: Arc<Mutex<HashSet<String>>>,
    signer: Signer,
    unpacked: PathBuf,
    /// One archive is unpacked at a time.
    unpacking: tokio::sync::Mutex<()>,
    scratch: PathBuf,
    limits: Limits,
    lifetime: i64,
}

impl Artifacts {
    /// The archives of a data directory, or those of a store elsewhere, `s3://bucket/prefix` or a folder.
    ///
    /// # Errors
    /// A directory can't be made, or the place can't be understood.
    pub fn open(
        directory: &DataDirectory,
        signing: [u8; 32],
        place: Option<&str>,
    ) -> Result<Self, ArtifactError> {
        let inside = |name| {
            directory
                .inside(name)
                .map_err(|error: DirectoryError| ArtifactError::of("opened", Box::new(error)))
        };
        let store = location::open(place, &inside("artifacts")?)?;
        let artifacts = Self {
            store,
            records: Records::new(inside("uploads")?),
            in_use: Arc::default(),
            signer: Signer::new(signing),
            unpacked: inside("unpacked")?,
            unpacking: tokio::sync::Mutex::new(()),
            scratch: inside("scratch")?,
            limits: Limits::default(),
            lifetime: LIFETIME,
        };
        artifacts.clean()?;
        Ok(artifacts)
    }

    /// Asks the store something, so that wrong credentials show at the start and not with the first upload.
    ///
    /// # Errors
    /// It doesn't answer, or refuses.
    pub async fn check(&self) -> Result<(), ArtifactError> {
        self.exists(&object_store::path::Path::from("sha256/none")).await.map(|_| ())
    }

    /// Removes what a killed platform was just writing.
    fn clean(&self) -> Result<(), ArtifactError> {
        let failed = ArtifactError::io("cleaned");
        (|| {
            for entry in std::fs::read_dir(&self.scratch)? {
                let path = entry?.path();
                if path.is_dir() { std::fs::remove_dir_all(path)? } else { std::fs::remove_file(path)? }
            }
            Ok(())
        })()
        .map_err(failed)
    }
}

fn now() -> i64 {
    chrono::Utc::now().timestamp()
}

/// A name that nobody else has.
fn random_name() -> Result<String, ArtifactError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| ArtifactError::of("named", Box::new(error)))?;
    Ok(crate::platform::directory::hex(&bytes))
}
