//! How large a thumbnail becomes.

use crate::ImageError;

/// Largest side of a thumbnail.
pub const MAX_SIDE: u32 = 4096;

/// Side of the square that a thumbnail fits into when nothing is asked for.
const DEFAULT_SIDE: u32 = 256;

/// The largest size within `width` and `height` that keeps the image's shape; never larger than the image.
pub(crate) fn fit(
    (across, down): (u32, u32),
    width: Option<u32>,
    height: Option<u32>,
) -> Result<(u32, u32), ImageError> {
    for (side, asked) in [("width", width), ("height", height)] {
        if let Some(value) = asked.filter(|value| !(1..=MAX_SIDE).contains(value)) {
            return Err(ImageError::Size { side: side.to_owned(), value, limit: MAX_SIDE });
        }
    }
    let (width, height) = match (width, height) {
        (None, None) => (DEFAULT_SIDE, DEFAULT_SIDE),
        (width, height) => (width.unwrap_or(MAX_SIDE), height.unwrap_or(MAX_SIDE)),
    };
    let ratio = (f64::from(width) / f64::from(across)).min(f64::from(height) / f64::from(down)).min(1.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a ratio is from 0 to 1")]
    let scaled = |side: u32| ((f64::from(side) * ratio).round() as u32).max(1);
    Ok((scaled(across), scaled(down)))
}

#[cfg(test)]
mod tests {
    use super::{ImageError, MAX_SIDE, fit};

    #[test]
    fn keeps_the_shape() {
        assert_eq!(fit((1536, 1024), Some(240), None), Ok((240, 160)));
        assert_eq!(fit((1536, 1024), None, Some(240)), Ok((360, 240)));
        assert_eq!(fit((1536, 1024), Some(300), Some(100)), Ok((150, 100)));
        assert_eq!(fit((1536, 1024), None, None), Ok((256, 171)));
    }

    #[test]
    fn never_enlarges_and_never_vanishes() {
        assert_eq!(fit((100, 50), Some(200), None), Ok((100, 50)));
        assert_eq!(fit((5000, 1), Some(10), None), Ok((10, 1)));
    }

    #[test]
    fn refuses_what_is_no_size() {
        let refused = |side: &str, value| ImageError::Size { side: side.to_owned(), value, limit: MAX_SIDE };
        assert_eq!(fit((10, 10), Some(0), None), Err(refused("width", 0)));
        assert_eq!(fit((10, 10), Some(10), Some(5000)), Err(refused("height", 5000)));
    }
}
