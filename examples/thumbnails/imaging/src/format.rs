//! The formats that are read and written.

use std::fmt;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::ImageError;

/// An image format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, flash::Type)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Png, Self::Jpeg];

    /// The format that an image begins like.
    ///
    /// # Errors
    /// [`ImageError::Unsupported`].
    pub fn of(image: &[u8]) -> Result<Self, ImageError> {
        match Self::ALL.into_iter().find(|format| image.starts_with(format.signature())) {
            Some(format) => Ok(format),
            None if image.is_empty() => Err(ImageError::Unsupported { found: "nothing".to_owned() }),
            None => Err(ImageError::Unsupported {
                found: format!("`{}`", image[..image.len().min(8)].escape_ascii()),
            }),
        }
    }

    /// The format that a file's name promises.
    #[must_use]
    pub fn of_name(file: &Path) -> Option<Self> {
        match file.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "png" => Some(Self::Png),
            "jpg" | "jpeg" => Some(Self::Jpeg),
            _ => None,
        }
    }

    /// The media type.
    #[must_use]
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
        }
    }

    fn signature(self) -> &'static [u8] {
        match self {
            Self::Png => b"\x89PNG\r\n\x1a\n",
            Self::Jpeg => b"\xff\xd8\xff",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Png => "PNG",
            Self::Jpeg => "JPEG",
        })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Format, ImageError};

    #[test]
    fn bytes_decide() {
        assert_eq!(Format::of(b"\x89PNG\r\n\x1a\nrest"), Ok(Format::Png));
        assert_eq!(Format::of(b"\xff\xd8\xff\xe0"), Ok(Format::Jpeg));
        let gif = ImageError::Unsupported { found: "`GIF89a\\x01\\x00`".to_owned() };
        assert_eq!(Format::of(b"GIF89a\x01\x00\x01"), Err(gif));
        assert_eq!(Format::of(b""), Err(ImageError::Unsupported { found: "nothing".to_owned() }));
    }

    #[test]
    fn names_promise() {
        assert_eq!(Format::of_name(Path::new("a/b.JPG")), Some(Format::Jpeg));
        assert_eq!(Format::of_name(Path::new("b.gif")), None);
    }
}
