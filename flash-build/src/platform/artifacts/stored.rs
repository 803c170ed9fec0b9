//! Reading what is stored. No byte leaves here whose digest was not checked.

use std::fs::File;
use std::io::{self, Read, Seek, Write};

use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use object_store::path::Path;
use object_store::{GetResult, GetResultPayload, ObjectStoreExt};
use sha2::{Digest, Sha256};

use super::ticket::Ticket;
use super::{Artifact, ArtifactError, Artifacts, now, random_name};
use crate::platform::answer::BodyError;
use crate::platform::directory::hex;

impl Artifacts {
    /// A URL to GET an artifact from, path and query, and until when it works.
    ///
    /// # Errors
    /// There is no such artifact.
    pub async fn download_url(
        &self,
        artifact: &Artifact,
    ) -> Result<(String, chrono::DateTime<chrono::Utc>), ArtifactError> {
        if !self.exists(&Path::from(artifact.object_key.as_str())).await? {
            return Err(ArtifactError::Missing(artifact.object_key.clone()));
        }
        let expires = now().saturating_add(self.lifetime);
        let object = artifact.object_key.clone();
        let ticket = Ticket { method: http::Method::GET, object, length: None, expires };
        let until = chrono::DateTime::from_timestamp(expires, 0).unwrap_or_default();
        Ok((self.signer.sign(&ticket), until))
    }

    pub(super) async fn exists(&self, place: &Path) -> Result<bool, ArtifactError> {
        match self.store.head(place).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(ArtifactError::store("read")(error)),
        }
    }

    async fn get(&self, place: &Path) -> Result<GetResult, ArtifactError> {
        match self.store.get(place).await {
            Ok(result) => Ok(result),
            Err(object_store::Error::NotFound { .. }) => Err(ArtifactError::Missing(place.to_string())),
            Err(error) => Err(ArtifactError::store("read")(error)),
        }
    }

    /// The bytes of an object as a file, at its beginning, after their digest was found to be right.
    pub(super) async fn verified_file(
        &self,
        place: &Path,
        artifact: &Artifact,
    ) -> Result<File, ArtifactError> {
        let file = match self.get(place).await?.payload {
            GetResultPayload::File(file, _) => file,
            GetResultPayload::Stream(stream) => self.download(stream).await?,
        };
        let (found, file) = tokio::task::spawn_blocking(move || digest(file))
            .await
            .map_err(|error| ArtifactError::of("read", Box::new(error)))?
            .map_err(ArtifactError::io("read"))?;
        if found == artifact.sha256 {
            Ok(file)
        } else {
            Err(ArtifactError::Damaged { sha256: artifact.sha256.clone(), found })
        }
    }

    /// A file without a name, so that it is gone with its last user.
    async fn download(
        &self,
        mut stream: impl Stream<Item = object_store::Result<Bytes>> + Unpin,
    ) -> Result<File, ArtifactError> {
        let path = self.scratch.join(random_name()?);
        let mut file = File::options()
            .read(true)
            .write(true)
            .create_new(true)
            .open(&path)
            .map_err(ArtifactError::io("read"))?;
        std::fs::remove_file(&path).map_err(ArtifactError::io("read"))?;
        while let Some(chunk) = stream.next().await {
            let chunk = chunk.map_err(ArtifactError::store("read"))?;
            file = tokio::task::spawn_blocking(move || file.write_all(&chunk).map(|()| file))
                .await
                .map_err(|error| ArtifactError::of("read", Box::new(error)))?
                .map_err(ArtifactError::io("read"))?;
        }
        Ok(file)
    }

    /// The bytes of an artifact for a client, with their number. The last of them come only when all were right.
    pub(super) async fn stream(
        &self,
        object: &str,
    ) -> Result<(u64, impl Stream<Item = Result<Bytes, BodyError>> + Send + use<>), ArtifactError> {
        let sha256 = object
            .strip_prefix("sha256/")
            .and_then(|rest| rest.strip_suffix(".tar.gz"))
            .ok_or_else(|| ArtifactError::Missing(object.to_owned()))?
            .to_owned();
        let result = self.get(&Path::from(object)).await?;
        let length = result.meta.size;
        let state = (result.into_stream(), Sha256::new(), None::<Bytes>, sha256);
        let stream = stream::try_unfold(state, |(mut chunks, mut digest, mut held, sha256)| async move {
            loop {
                match chunks.next().await {
                    Some(chunk) => {
                        let chunk = chunk?;
                        digest.update(&chunk);
                        if let Some(ready) = held.replace(chunk) {
                            return Ok(Some((ready, (chunks, digest, held, sha256))));
                        }
                    }
                    None => {
                        let found = hex(&digest.clone().finalize());
                        if found != sha256 {
                            return Err(ArtifactError::Damaged { sha256, found }.into());
                        }
                        return Ok(held.take().map(|last| (last, (chunks, digest, None, sha256))));
                    }
                }
            }
        });
        Ok((length, stream))
    }
}

fn digest(mut file: File) -> io::Result<(String, File)> {
    file.rewind()?;
    let mut digest = Sha256::new();
    let mut buffer = vec![0; 256 * 1024];
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            length => digest.update(&buffer[..length]),
        }
    }
    file.rewind()?;
    Ok((hex(&digest.finalize()), file))
}
