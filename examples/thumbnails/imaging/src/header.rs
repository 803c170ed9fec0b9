//! What an image's first bytes tell.

use std::io::Cursor;

use image::codecs::jpeg::JpegDecoder;
use image::codecs::png::PngDecoder;
use image::metadata::Orientation;
use image::{ImageDecoder, ImageResult};
use serde::{Deserialize, Serialize};

use crate::{Format, ImageError};

/// Most pixels of an image: a photo of 50 megapixels is 200 MB when decoded.
pub const MAX_PIXELS: u64 = 50_000_000;

/// Format and size of an image, without its pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, flash::Type)]
pub struct Header {
    /// The format.
    pub format: Format,
    /// Pixels across, as shown: cameras store images lying on their side, too.
    pub width: u32,
    /// Pixels down, as shown.
    pub height: u32,
}

impl Header {
    /// Reads the header. Cheap, and enough to refuse what would not be decoded.
    ///
    /// # Errors
    /// All kinds but [`ImageError::Size`] and [`ImageError::Call`].
    pub fn read(image: &[u8]) -> Result<Self, ImageError> {
        Opened::new(image).map(|opened| opened.header)
    }
}

type Decoder<'a> = Box<dyn ImageDecoder + 'a>;

/// An image whose header is read and accepted.
pub(crate) struct Opened<'a> {
    pub(crate) header: Header,
    pub(crate) orientation: Orientation,
    pub(crate) decoder: Decoder<'a>,
}

impl<'a> Opened<'a> {
    pub(crate) fn new(image: &'a [u8]) -> Result<Self, ImageError> {
        let format = Format::of(image)?;
        let corrupt = |error: image::ImageError| ImageError::corrupt(format, &error);
        let mut decoder = decoder(format, image).map_err(corrupt)?;
        let (width, height) = decoder.dimensions();
        if u64::from(width) * u64::from(height) > MAX_PIXELS {
            return Err(ImageError::TooLarge { width, height, limit: MAX_PIXELS });
        }
        let orientation = decoder.orientation().map_err(corrupt)?;
        let (width, height) = if is_sideways(orientation) { (height, width) } else { (width, height) };
        Ok(Self { header: Header { format, width, height }, orientation, decoder })
    }
}

fn decoder(format: Format, image: &[u8]) -> ImageResult<Decoder<'_>> {
    let image = Cursor::new(image);
    Ok(match format {
        Format::Png => Box::new(PngDecoder::new(image)?),
        Format::Jpeg => Box::new(JpegDecoder::new(image)?),
    })
}

fn is_sideways(orientation: Orientation) -> bool {
    use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
    matches!(orientation, Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH)
}
