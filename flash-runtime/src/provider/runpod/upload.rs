//! An archive on its way to the platform.

use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use reqwest::Url;
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256 as Hasher};
use tokio::fs::File;
use tokio::io::{AsyncRead, AsyncReadExt, ReadBuf};

use super::fit::{IMAGE, Machine};
use super::{Runpod, document, read, refusal};
use crate::graphql::{Retry, http};
use crate::manifest::Manifest;
use crate::provider::{AppId, Archive, BuildId, EnvironmentId, ProviderError, Sha256};

/// For one try.
const LONGEST_TRY: Duration = Duration::from_secs(600);

const CHUNK: usize = 64 * 1024;

/// Where the platform wants the archive.
struct Place {
    url: Url,
    object: String,
}

impl Runpod {
    /// Brings an archive and its manifest to an app, as a new build. The build serves nobody until it is
    /// [activated](Self::activate).
    ///
    /// A program that this platform can't run is refused before anything is sent.
    ///
    /// # Errors
    /// See [`ProviderError`].
    pub async fn upload(
        &self,
        app: &AppId,
        archive: &Path,
        manifest: &Manifest,
    ) -> Result<Archive, ProviderError> {
        let Some(program) = &manifest.build else {
            return Err(ProviderError::invalid(
                "manifest.build",
                "is missing; build with `cargo flash build`",
            ));
        };
        let local = self.platform().await?.is_local();
        let machine = if local {
            Machine { os: std::env::consts::OS, arch: std::env::consts::ARCH, image: None }
        } else {
            Machine { os: "linux", arch: "x86_64", image: Some(IMAGE) }
        };
        machine.check(program)?;
        let (length, sha256) = measure(archive).await?;
        let place = self.prepare(app, length).await?;
        self.put(&place.url, archive, length, &sha256).await?;
        let build = self.finalize(app, &place.object, manifest).await?;
        Ok(Archive { build, sha256, program: program.clone() })
    }

    /// Makes a build the one that an environment runs.
    ///
    /// # Errors
    /// See [`ProviderError`]; doing it again is harmless.
    pub async fn activate(&self, environment: &EnvironmentId, build: &BuildId) -> Result<(), ProviderError> {
        let input = json!({ "input": { "flashEnvironmentId": environment, "flashBuildId": build } });
        let what = format!("the activation of build {build}");
        let done = self.graphql.mutation(document::ACTIVATE, &input).await;
        let data = done.map_err(|failure| refusal::of_mutation(&what, failure))?;
        read::text(&data["deployBuildToEnvironment"], "id").map(|_| ())
    }

    async fn prepare(&self, app: &AppId, length: u64) -> Result<Place, ProviderError> {
        let input = json!({ "input": { "flashAppId": app, "tarballSize": length } });
        let prepared = self.graphql.mutation(document::PREPARE_UPLOAD, &input).await;
        let data =
            prepared.map_err(|failure| refusal::of_mutation("the preparation of an upload", failure))?;
        let place = &data["prepareFlashArtifactUpload"];
        let url = read::text(place, "uploadUrl")?;
        // The URL is a key of its own, so it stays out of the text.
        let url = Url::parse(&url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let url =
            url.ok_or_else(|| ProviderError::Protocol { reason: "an `uploadUrl` that is no URL".into() })?;
        Ok(Place { url, object: read::text(place, "objectKey")? })
    }

    /// Sends the bytes, without our key: the URL has all that it takes. Only trouble with the connection is a reason
    /// to try again; an answer is an answer.
    async fn put(
        &self,
        url: &Url,
        archive: &Path,
        length: u64,
        sha256: &Sha256,
    ) -> Result<(), ProviderError> {
        let retry = Retry {
            tries: self.patience.uploads,
            first_pause: self.patience.first_pause.saturating_mul(2),
            longest_pause: Duration::from_secs(30),
        };
        // The upload may go to another host than the platform's, so proxies are decided by its own URL.
        let client = http::client(url).map_err(|reason| ProviderError::Protocol { reason })?;
        let mut failed = 0;
        loop {
            let body = reqwest::Body::wrap(FileBody::open(archive, length).await?);
            let request = client
                .put(url.clone())
                .timeout(LONGEST_TRY)
                .header(CONTENT_TYPE, "application/gzip")
                .header(CONTENT_LENGTH, length)
                .body(body);
            let error = match request.send().await {
                Ok(response) if response.status().is_success() => break,
                Ok(response) => {
                    let status = response.status();
                    let said = http::body(response, 64 * 1024).await.unwrap_or_default();
                    let reason = format!("the upload was answered {status}: {}", http::excerpt(&said));
                    return Err(match status.is_server_error() {
                        true => ProviderError::Unavailable { reason },
                        false => ProviderError::invalid("archive", reason),
                    });
                }
                Err(error) => error,
            };
            failed += 1;
            let reason = http::causes(&error.without_url());
            if failed >= retry.tries {
                let reason = format!("the upload to {} failed {failed} times: {reason}", http::host(url));
                return Err(ProviderError::Unavailable { reason });
            }
            tokio::time::sleep(retry.pause(failed)).await;
        }
        // The file may have changed under our hands; then the platform has something that nobody knows.
        match measure(archive).await? {
            (_, now) if now == *sha256 => Ok(()),
            _ => Err(ProviderError::invalid(
                "archive",
                "changed while it was uploaded; build and upload again",
            )),
        }
    }

    async fn finalize(
        &self,
        app: &AppId,
        object: &str,
        manifest: &Manifest,
    ) -> Result<BuildId, ProviderError> {
        let manifest: Value = serde_json::from_str(&manifest.to_json())
            .map_err(|error| ProviderError::invalid("manifest", error.to_string()))?;
        let input = json!({ "input": { "flashAppId": app, "objectKey": object, "manifest": manifest } });
        let finalized = self.graphql.mutation(document::FINALIZE_UPLOAD, &input).await;
        let data =
            finalized.map_err(|failure| refusal::of_mutation("the registration of a build", failure))?;
        Ok(BuildId::new(read::text(&data["finalizeFlashArtifactUpload"], "id")?))
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> ProviderError {
    ProviderError::invalid("archive", format!("{} can't be read: {error}", path.display()))
}

/// Length and digest of a file.
async fn measure(path: &Path) -> Result<(u64, Sha256), ProviderError> {
    let failed = |error| unreadable(path, &error);
    let mut file = File::open(path).await.map_err(failed)?;
    let (mut hasher, mut length, mut chunk) = (Hasher::new(), 0, vec![0; CHUNK]);
    loop {
        match file.read(&mut chunk).await.map_err(failed)? {
            0 => return Ok((length, Sha256::finish(hasher))),
            count => {
                hasher.update(&chunk[..count]);
                length += count as u64;
            }
        }
    }
}

/// A file that is sent as it is read, so that an archive never lies in memory whole.
struct FileBody {
    file: File,
    path: PathBuf,
    left: u64,
}

impl FileBody {
    async fn open(path: &Path, length: u64) -> Result<Self, ProviderError> {
        let file = File::open(path).await.map_err(|error| unreadable(path, &error))?;
        Ok(Self { file, path: path.to_owned(), left: length })
    }
}

impl Body for FileBody {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        let mut chunk = vec![0; CHUNK.min(usize::try_from(self.left).unwrap_or(CHUNK))];
        let mut buffer = ReadBuf::new(&mut chunk);
        match Pin::new(&mut self.file).poll_read(context, &mut buffer) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Err(error)) => Poll::Ready(Some(Err(error))),
            Poll::Ready(Ok(())) if buffer.filled().is_empty() => {
                let reason = format!("{} became shorter while it was sent", self.path.display());
                Poll::Ready(Some(Err(std::io::Error::other(reason))))
            }
            Poll::Ready(Ok(())) => {
                let count = buffer.filled().len();
                chunk.truncate(count);
                self.left -= count as u64;
                Poll::Ready(Some(Ok(Frame::data(Bytes::from(chunk)))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
