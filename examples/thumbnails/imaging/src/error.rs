//! What can be wrong with an image.

use serde::{Deserialize, Serialize};

use crate::format::Format;

/// Why there is no thumbnail. It reaches the caller as it is, whichever endpoint found it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, flash::Type, thiserror::Error)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum ImageError {
    /// Neither PNG nor JPEG.
    #[error("the body begins with {found}, which is neither PNG nor JPEG")]
    Unsupported {
        /// What it begins with.
        found: String,
    },
    /// More pixels than a worker takes.
    #[error("{width} x {height} pixels are more than the {limit} that are taken")]
    TooLarge {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
        /// Most pixels.
        limit: u64,
    },
    /// It began well.
    #[error("the {format} image is damaged: {reason}")]
    Corrupt {
        /// What it claims to be.
        format: Format,
        /// What the decoder says.
        reason: String,
    },
    /// A thumbnail that can't be made.
    #[error("a {side} of {value} was asked for; it is 1 to {limit}")]
    Size {
        /// `width` or `height`.
        side: String,
        /// What was asked for.
        value: u32,
        /// Most.
        limit: u32,
    },
    /// The call itself failed.
    #[error("{error}")]
    Call {
        /// How.
        error: flash::Error,
    },
}

impl From<flash::Error> for ImageError {
    fn from(error: flash::Error) -> Self {
        Self::Call { error }
    }
}

impl ImageError {
    pub(crate) fn corrupt(format: Format, reason: &impl ToString) -> Self {
        Self::Corrupt { format, reason: reason.to_string() }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::ImageError;
    use crate::Format;

    #[test]
    fn every_kind_survives_the_wire() {
        let kinds = [
            ImageError::Unsupported { found: "`GIF8`".to_owned() },
            ImageError::TooLarge { width: 65_000, height: 65_000, limit: 1 },
            ImageError::corrupt(Format::Png, &"CRC error"),
            ImageError::Size { side: "width".to_owned(), value: 0, limit: 1 },
            flash::Error::of(flash::Outcome::NotSent, "connection refused").in_function("thumbnail").into(),
        ];
        for kind in kinds {
            let json = serde_json::to_string(&kind).unwrap();
            assert_eq!(serde_json::from_str::<ImageError>(&json).unwrap(), kind, "{json}");
        }
    }
}
