//! What comes back from a call.

use reqwest::header::CONTENT_TYPE;
use reqwest::{Response, StatusCode};

use super::pretty::pretty;
use crate::cli::Failure;

/// A reply that is kept in memory is at most this long; `--output` writes longer ones as they come.
const LONGEST_IN_MEMORY: usize = 256 * 1024 * 1024;

/// The kinds of answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// The function's result as JSON.
    Json,
    /// The function's result as bytes.
    Raw,
    /// Something went wrong.
    Problem,
}

/// An answer that has begun.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its content type, empty when there is none.
    pub content_type: String,
    response: Response,
}

impl From<Response> for Answer {
    fn from(response: Response) -> Self {
        let content_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        Self {
            status: response.status(),
            content_type: content_type.unwrap_or_default().to_owned(),
            response,
        }
    }
}

impl Answer {
    /// What kind of answer this is.
    #[must_use]
    pub fn shape(&self) -> Shape {
        let media = self.content_type.split(';').next().unwrap_or_default().trim();
        match (self.status.is_success(), media) {
            (false, _) => Shape::Problem,
            (true, "application/json" | "") => Shape::Json,
            (true, media) if media.ends_with("+json") => Shape::Json,
            (true, _) => Shape::Raw,
        }
    }

    /// The whole body.
    ///
    /// # Errors
    /// The connection breaks, or the body is too long to be kept.
    pub async fn bytes(mut self) -> Result<Vec<u8>, Failure> {
        let mut bytes = Vec::new();
        while let Some(chunk) = self.chunk().await? {
            if bytes.len() + chunk.len() > LONGEST_IN_MEMORY {
                return Err(
                    Failure::new("the reply is longer than 256 MiB").help("write it to a file with --output")
                );
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }

    /// The body piece by piece.
    ///
    /// # Errors
    /// The connection breaks.
    pub async fn chunk(
        &mut self,
    ) -> Result<Option<impl AsRef<[u8]> + std::ops::Deref<Target = [u8]>>, Failure> {
        self.response.chunk().await.map_err(|error| Failure::because("the reply broke off", &error))
    }
}

/// A JSON result for standard output: indented for a reader, else as it came.
///
/// # Errors
/// Not JSON, whatever its content type says.
pub fn json_text(body: &[u8], for_reader: bool) -> Result<String, Failure> {
    let value: &serde_json::value::RawValue = serde_json::from_slice(body)
        .map_err(|error| Failure::because("the reply is not the JSON it claims to be", &error))?;
    Ok(if for_reader { pretty(value.get()) } else { value.get().to_owned() })
}
