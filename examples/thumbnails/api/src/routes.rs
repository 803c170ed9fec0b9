//! What callers from outside can ask for.

use flash::Blob;
use serde::{Deserialize, Serialize};
use thumbnails_imaging::{
    Format, Header, ImageError, MAX_PIXELS, MAX_SIDE, Named, Palette, Rgb, Swatch, thumbnail,
};
use tokio::task::block_in_place;

/// Open to everyone: browsers have no key.
#[flash::resource]
const API: flash::LoadBalancerSlsResource =
    flash::LoadBalancerSlsResource::new("api").workers(1, 3).scale_by_requests(32).public();

/// Colours in an [`Inspection`].
const COLOURS: usize = 5;

/// What an image is, and what it looks like.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, flash::Type)]
pub struct Inspection {
    /// The format, by its content.
    pub format: Format,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Bytes of the file.
    pub bytes: usize,
    /// Its colours, most frequent first.
    pub colours: Vec<Swatch>,
}

/// What the service takes and makes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, flash::Type)]
pub struct Formats {
    /// Formats of images and thumbnails.
    pub formats: Vec<Format>,
    /// Most pixels of an image.
    pub max_pixels: u64,
    /// Largest side of a thumbnail.
    pub max_side: u32,
}

/// Makes a thumbnail that fits into `width` and `height`, in `format` or the image's own.
///
/// # Errors
/// The image or the size is refused, or the call failed.
#[flash::remote(resource = API, method = "POST", path = "/thumbnails", timeout = "30s", idempotent)]
pub async fn make_thumbnail(
    image: Blob,
    width: Option<u32>,
    height: Option<u32>,
    format: Option<Format>,
) -> Result<Blob, ImageError> {
    // The header is enough to refuse most bad images before megabytes of them travel on.
    Header::read(&image.bytes)?;
    // A plain `fn` keeps its thread for as long as it runs, here or elsewhere; others wait on this one, too.
    block_in_place(|| thumbnail(&image, width, height, format))
}

/// Tells an image's format, size and colours.
///
/// # Errors
/// The image is refused, or the call failed.
#[flash::remote(resource = API, method = "POST", path = "/inspect", timeout = "30s", idempotent)]
pub async fn inspect(image: Blob) -> Result<Inspection, ImageError> {
    let Header { format, width, height } = Header::read(&image.bytes)?;
    let colours = block_in_place(|| Palette::remote().dominant(&image, COLOURS))?;
    Ok(Inspection { format, width, height, bytes: image.bytes.len(), colours })
}

/// Finds the named colour that looks nearest.
///
/// # Errors
/// The call failed.
#[flash::remote(resource = API, method = "GET", path = "/colours/{colour}", idempotent)]
pub async fn name_colour(colour: Rgb) -> flash::Result<Named> {
    Palette::remote().name(colour).await
}

/// Lists what the service takes and makes.
///
/// # Errors
/// The call failed.
#[flash::remote(resource = API, method = "GET", path = "/formats", idempotent)]
pub async fn formats() -> flash::Result<Formats> {
    Ok(Formats { formats: Format::ALL.to_vec(), max_pixels: MAX_PIXELS, max_side: MAX_SIDE })
}
