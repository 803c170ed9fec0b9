//! Bytes with a content type.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

/// A raw body: bytes and what they are.
///
/// As an argument it takes the request's raw body, as a result it becomes the reply's; the content type
/// travels in its header.
///
/// ```
/// let image = flash::Blob::new("image/png", vec![0x89, b'P', b'N', b'G']);
/// assert_eq!(image.content_type, "image/png");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blob {
    /// Media type, `image/png`.
    pub content_type: String,
    /// The content.
    pub bytes: Bytes,
}

impl Blob {
    /// Content type of bytes that nothing is known of.
    pub const OCTET_STREAM: &'static str = "application/octet-stream";

    /// A blob of this type.
    pub fn new(content_type: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        Self { content_type: content_type.into(), bytes: bytes.into() }
    }
}

impl From<Vec<u8>> for Blob {
    fn from(bytes: Vec<u8>) -> Self {
        Self::from(Bytes::from(bytes))
    }
}

impl From<Bytes> for Blob {
    fn from(bytes: Bytes) -> Self {
        Self::new(Self::OCTET_STREAM, bytes)
    }
}
