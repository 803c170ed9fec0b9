//! The three steps of an upload.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use object_store::path::Path;
use object_store::{ObjectStoreExt, WriteMultipart};
use sha2::{Digest, Sha256};
use tokio::time::timeout;

use super::inspect::inspect;
use super::record::{Record, State};
use super::ticket::Ticket;
use super::{Artifact, ArtifactError, Artifacts, Upload, now, random_name};
use crate::archive::MAX_ARCHIVE_BYTES;
use crate::platform::directory::hex;
use crate::platform::ids::AppId;

/// Where uploads lie until they are checked.
pub(super) const FOLDER: &str = "uploads";
/// Bytes of an upload that may wait to be written, in parts of this size.
const PART: usize = 5 * 1024 * 1024;
const PARTS: usize = 4;
/// Longest pause inside an upload.
const PAUSE: Duration = Duration::from_secs(30);
/// How long an upload that was never finished is kept after its URL has expired, in seconds.
const GRACE: i64 = 3600;

impl Artifacts {
    /// A place for an archive of this size, and the URL to PUT it to.
    ///
    /// # Errors
    /// It is too large, or the data directory can't be written.
    pub async fn prepare(&self, app: &AppId, length: u64) -> Result<Upload, ArtifactError> {
        if length == 0 || length > MAX_ARCHIVE_BYTES {
            return Err(ArtifactError::Length { length, limit: MAX_ARCHIVE_BYTES });
        }
        self.forget_old().await;
        let id = random_name()?;
        let expires = now().saturating_add(self.lifetime);
        let record = Record { app: app.clone(), length, expires, state: State::Waiting };
        self.records.write(&id, &record)?;
        let object_key = format!("{FOLDER}/{id}");
        let ticket =
            Ticket { method: http::Method::PUT, object: object_key.clone(), length: Some(length), expires };
        Ok(Upload {
            url_path_and_query: self.signer.sign(&ticket),
            object_key,
            expires_at: chrono::DateTime::from_timestamp(expires, 0).unwrap_or_default(),
        })
    }

    /// Takes the bytes of an upload. One use is one success: after a broken one the same URL works again.
    pub(super) async fn receive(
        &self,
        object: &str,
        length: u64,
        body: Incoming,
    ) -> Result<(), ArtifactError> {
        let id = upload_id(object)?;
        let _used = self.use_alone(id)?;
        let mut record = self.record(id)?;
        if record.state != State::Waiting {
            return Err(ArtifactError::Forbidden("the URL was used before; ask for a new one"));
        }
        let announced = record.length;
        if announced != length {
            return Err(ArtifactError::Forbidden("the URL's signature doesn't fit this request"));
        }
        if let Some(received) = body.size_hint().exact()
            && received != announced
        {
            return Err(ArtifactError::OtherLength { announced, received });
        }
        let upload = self.store.put_multipart(&Path::from(object)).await.map_err(failed())?;
        let mut writer = WriteMultipart::new_with_chunk_size(upload, PART);
        let sha256 = match copy(body, announced, &mut writer).await {
            Ok(sha256) => sha256,
            Err(error) => {
                // What can't be removed now is removed at the next start.
                let _ = writer.abort().await;
                return Err(error);
            }
        };
        writer.finish().await.map_err(failed())?;
        record.state = State::Stored { sha256 };
        self.records.write(id, &record)
    }

    /// Checks an upload and stores it by its content. Asked again, it gives the same answer.
    ///
    /// # Errors
    /// Nothing was uploaded, by this app at least, or it is no sound archive; such an upload is removed.
    pub async fn finalise(&self, app: &AppId, object_key: &str) -> Result<Artifact, ArtifactError> {
        let unknown = || ArtifactError::UnknownUpload(object_key.to_owned());
        let id = upload_id(object_key).map_err(|_| unknown())?;
        let _used = self.use_alone(id)?;
        let mut record = self.records.read(id)?.filter(|record| record.app == *app).ok_or_else(unknown)?;
        let sha256 = match record.state {
            State::Waiting => return Err(ArtifactError::NotUploaded(object_key.to_owned())),
            State::Finished { artifact } => return Ok(artifact),
            State::Stored { sha256 } => sha256,
        };
        let upload = Path::from(object_key);
        let artifact =
            Artifact { object_key: format!("sha256/{sha256}.tar.gz"), length: record.length, sha256 };
        let place = Path::from(artifact.object_key.as_str());
        // A platform that was killed right here had moved it already; and what was damaged since is mended by this.
        let there = self.exists(&place).await?
            && match self.verified_file(&place, &artifact).await {
                Ok(_) => true,
                Err(ArtifactError::Damaged { .. }) => false,
                Err(error) => return Err(error),
            };
        if !there {
            let mut file = self.verified_file(&upload, &artifact).await?;
            let limits = self.limits;
            let inspected = tokio::task::spawn_blocking(move || inspect(&mut file, limits))
                .await
                .map_err(|error| ArtifactError::of("checked", Box::new(error)))?;
            if let Err(error) = inspected {
                let _ = self.store.delete(&upload).await;
                self.records.remove(id);
                return Err(error.into());
            }
            self.store.rename(&upload, &place).await.map_err(failed())?;
        } else {
            let _ = self.store.delete(&upload).await;
        }
        record.state = State::Finished { artifact: artifact.clone() };
        self.records.write(id, &record)?;
        Ok(artifact)
    }

    fn record(&self, id: &str) -> Result<Record, ArtifactError> {
        self.records.read(id)?.ok_or(ArtifactError::Forbidden("there is no such upload; ask for a new URL"))
    }

    /// Removes uploads that nobody finished, and the memory of those that were.
    async fn forget_old(&self) {
        for id in self.records.older_than(now().saturating_sub(GRACE)) {
            if let Ok(_used) = self.use_alone(&id) {
                // Not there when it was finished.
                let _ = self.store.delete(&Path::from(format!("{FOLDER}/{id}"))).await;
                self.records.remove(&id);
            }
        }
    }

    fn use_alone(&self, id: &str) -> Result<InUse, ArtifactError> {
        let mut used = self.in_use.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if !used.insert(id.to_owned()) {
            return Err(ArtifactError::InUse(id.to_owned()));
        }
        Ok(InUse { id: id.to_owned(), all: Arc::clone(&self.in_use) })
    }
}

/// An upload that nobody else writes or checks meanwhile.
struct InUse {
    id: String,
    all: Arc<Mutex<HashSet<String>>>,
}

impl Drop for InUse {
    fn drop(&mut self) {
        self.all.lock().unwrap_or_else(std::sync::PoisonError::into_inner).remove(&self.id);
    }
}

fn failed() -> impl FnOnce(object_store::Error) -> ArtifactError {
    ArtifactError::store("written")
}

fn upload_id(object: &str) -> Result<&str, ArtifactError> {
    object
        .strip_prefix(FOLDER)
        .and_then(|rest| rest.strip_prefix('/'))
        .ok_or(ArtifactError::Forbidden("only uploads can be written"))
}

/// Copies exactly `announced` bytes and gives their digest.
async fn copy(
    mut body: Incoming,
    announced: u64,
    writer: &mut WriteMultipart,
) -> Result<String, ArtifactError> {
    let (mut received, mut digest) = (0_u64, Sha256::new());
    loop {
        let frame = timeout(PAUSE, body.frame()).await.map_err(|_| ArtifactError::Broken)?;
        let Some(frame) = frame else { break };
        let Ok(data): Result<Bytes, _> = frame.map_err(|_| ArtifactError::Broken)?.into_data() else {
            continue;
        };
        received = received.saturating_add(u64::try_from(data.len()).unwrap_or(u64::MAX));
        if received > announced {
            return Err(ArtifactError::OtherLength { announced, received });
        }
        digest.update(&data);
        writer.wait_for_capacity(PARTS).await.map_err(failed())?;
        writer.put(data);
    }
    if received != announced {
        return Err(ArtifactError::OtherLength { announced, received });
    }
    Ok(hex(&digest.finalize()))
}
