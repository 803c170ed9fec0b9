//! Making thumbnails.

use fast_image_resize::Resizer;
use flash::Blob;
use image::DynamicImage;

use crate::pixels::{decode, encode};
use crate::size::fit;
use crate::{Format, IMAGING, ImageError};

/// Makes a thumbnail that fits into `width` and `height`, in `format` or the image's own.
///
/// A plain `fn`, since it computes and never waits: requests run it beside the async tasks, on threads that
/// may be busy.
///
/// # Errors
/// The image or the size is refused, or the call failed.
#[flash::remote(resource = IMAGING, timeout = "30s", idempotent)]
pub fn thumbnail(
    image: &Blob,
    width: Option<u32>,
    height: Option<u32>,
    format: Option<Format>,
) -> Result<Blob, ImageError> {
    let (own, image) = decode(&image.bytes)?;
    let size = fit((image.width(), image.height()), width, height)?;
    let small = resize(image, size)?;
    let format = format.unwrap_or(own);
    Ok(Blob::new(format.content_type(), encode(&small, format)?))
}

fn resize(image: DynamicImage, (width, height): (u32, u32)) -> Result<DynamicImage, ImageError> {
    if (image.width(), image.height()) == (width, height) {
        return Ok(image);
    }
    let mut small = DynamicImage::new(width, height, image.color());
    Resizer::new()
        .resize(&image, &mut small, None)
        .map_err(|error| flash::Error::new(format!("the image can't be resized: {error}")))?;
    Ok(small)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use flash::Blob;
    use thumbnails_samples::{badge, harbour};

    use super::thumbnail;
    use crate::pixels::decode;
    use crate::{Format, Header};

    #[test]
    fn a_photo_becomes_small_and_stays_itself() {
        let photo = harbour(900, 600);
        let small = thumbnail(&Blob::new("image/jpeg", photo.clone()), Some(90), None, None).unwrap();
        assert_eq!(small.content_type, "image/jpeg");
        let header = Header::read(&small.bytes).unwrap();
        assert_eq!((header.format, header.width, header.height), (Format::Jpeg, 90, 60));

        // Its pixels are near the mean of those that they stand for.
        let (large, small) = (decode(&photo).unwrap().1.to_rgb8(), decode(&small.bytes).unwrap().1.to_rgb8());
        let mut difference = 0.0;
        for (x, y, pixel) in small.enumerate_pixels() {
            let block = image::imageops::crop_imm(&large, x * 10, y * 10, 10, 10).to_image();
            let mean = block.pixels().map(|pixel| f64::from(pixel.0[1])).sum::<f64>() / 100.0;
            difference += (mean - f64::from(pixel.0[1])).abs();
        }
        difference /= f64::from(90 * 60);
        assert!(difference < 6.0, "green differs by {difference} on average");
    }

    #[test]
    fn transparency_stays() {
        let small = thumbnail(&Blob::new("image/png", badge(256)), Some(32), None, None).unwrap();
        assert_eq!(small.content_type, "image/png");
        let image = decode(&small.bytes).unwrap().1.into_rgba8();
        assert_eq!((image.get_pixel(0, 0).0[3], image.get_pixel(16, 16).0[3]), (0, 255));
    }

    #[test]
    fn formats_are_turned_into_one_another() {
        let small = thumbnail(&Blob::new("image/png", badge(64)), None, None, Some(Format::Jpeg)).unwrap();
        assert_eq!(Format::of(&small.bytes), Ok(Format::Jpeg));
        let small =
            thumbnail(&Blob::new("image/jpeg", harbour(64, 64)), None, None, Some(Format::Png)).unwrap();
        assert_eq!((Format::of(&small.bytes), small.content_type.as_str()), (Ok(Format::Png), "image/png"));
    }
}
