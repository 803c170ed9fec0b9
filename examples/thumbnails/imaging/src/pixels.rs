//! Between an image's bytes and its pixels.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::{ColorType, DynamicImage, Rgb, RgbImage, RgbaImage};

use crate::header::Opened;
use crate::{Format, ImageError};

/// Quality of JPEG output; above it thumbnails grow without looking better.
const JPEG_QUALITY: u8 = 85;

/// An image's format, and its pixels as shown, with 8 bits per channel.
pub(crate) fn decode(bytes: &[u8]) -> Result<(Format, DynamicImage), ImageError> {
    let Opened { header, orientation, decoder } = Opened::new(bytes)?;
    let corrupt = |reason: &dyn ToString| ImageError::corrupt(header.format, &reason.to_string());
    if header.format == Format::Jpeg && !ends(bytes) {
        return Err(corrupt(&"it ends before its last line"));
    }
    let mut image = DynamicImage::from_decoder(decoder).map_err(|error| corrupt(&error))?;
    image.apply_orientation(orientation);
    let image = match image.color() {
        ColorType::L8 | ColorType::La8 | ColorType::Rgb8 | ColorType::Rgba8 => image,
        ColorType::L16 => image.into_luma8().into(),
        ColorType::La16 => image.into_luma_alpha8().into(),
        color if color.has_alpha() => image.into_rgba8().into(),
        _ => image.into_rgb8().into(),
    };
    Ok((header.format, image))
}

/// Whether a JPEG has its end marker. The decoder fills what is missing with grey.
fn ends(jpeg: &[u8]) -> bool {
    let mut at = 2;
    // Segments up to the first scan; embedded previews in them have end markers of their own.
    while let Some(&[0xff, marker, high, low]) = jpeg.get(at..at + 4) {
        at += 2 + usize::from(u16::from_be_bytes([high, low]));
        if marker == 0xda {
            return jpeg.get(at..).is_some_and(|scan| scan.windows(2).any(|pair| pair == [0xff, 0xd9]));
        }
    }
    // Fill bytes or something rarer before the first scan: the decoder shall judge.
    true
}

/// An image in this format.
pub(crate) fn encode(image: &DynamicImage, format: Format) -> Result<Vec<u8>, ImageError> {
    let mut out = Cursor::new(Vec::new());
    let written = match (format, image) {
        (Format::Png, _) => image.write_with_encoder(PngEncoder::new(&mut out)),
        (Format::Jpeg, DynamicImage::ImageRgba8(image)) => {
            on_white(image).write_with_encoder(JpegEncoder::new_with_quality(&mut out, JPEG_QUALITY))
        }
        (Format::Jpeg, DynamicImage::ImageLumaA8(_)) => on_white(&image.to_rgba8())
            .write_with_encoder(JpegEncoder::new_with_quality(&mut out, JPEG_QUALITY)),
        (Format::Jpeg, _) => image.write_with_encoder(JpegEncoder::new_with_quality(&mut out, JPEG_QUALITY)),
    };
    written.map_err(|error| flash::Error::new(format!("the thumbnail can't be written: {error}")))?;
    Ok(out.into_inner())
}

/// JPEG knows no transparency; white is what pages are.
fn on_white(image: &RgbaImage) -> RgbImage {
    let mut opaque = RgbImage::new(image.width(), image.height());
    for (to, from) in opaque.pixels_mut().zip(image.pixels()) {
        let [red, green, blue, alpha] = from.0.map(u32::from);
        #[expect(clippy::cast_possible_truncation, reason = "a mean of bytes is a byte")]
        let over = |value: u32| ((value * alpha + 255 * (255 - alpha) + 127) / 255) as u8;
        *to = Rgb([over(red), over(green), over(blue)]);
    }
    opaque
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use image::{DynamicImage, RgbaImage};
    use thumbnails_samples::{badge, harbour};

    use super::{decode, encode};
    use crate::header::{Header, MAX_PIXELS};
    use crate::{Format, ImageError};

    #[test]
    fn reads_both_formats() {
        let (format, image) = decode(&harbour(320, 200)).unwrap();
        assert_eq!((format, image.width(), image.height()), (Format::Jpeg, 320, 200));
        let (format, image) = decode(&badge(64)).unwrap();
        assert_eq!((format, image.width(), image.height()), (Format::Png, 64, 64));
        assert!(image.color().has_alpha());
    }

    #[test]
    fn truncated_anywhere_is_an_error() {
        for image in [harbour(160, 100), badge(64)] {
            for length in (0..image.len() - 2).step_by(41) {
                let error = decode(&image[..length]).map(|_| ()).unwrap_err();
                let expected = matches!(error, ImageError::Corrupt { .. } | ImageError::Unsupported { .. });
                assert!(expected, "{length} of {}: {error}", image.len());
            }
        }
    }

    #[test]
    fn damaged_anywhere_never_panics() {
        for image in [harbour(160, 100), badge(64)] {
            for at in (0..image.len()).step_by(29) {
                let mut damaged = image.clone();
                damaged[at] ^= 0x5a;
                let _ = decode(&damaged);
            }
        }
    }

    #[test]
    fn huge_dimensions_are_refused_by_the_header() {
        // A PNG of 33 bytes that claims 60000 x 60000 pixels, 14 GB when decoded.
        let mut png = badge(16);
        png[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
        png[20..24].copy_from_slice(&60_000_u32.to_be_bytes());
        let crc = crc32(&png[12..29]);
        png[29..33].copy_from_slice(&crc.to_be_bytes());
        let refused = ImageError::TooLarge { width: 60_000, height: 60_000, limit: MAX_PIXELS };
        assert_eq!(Header::read(&png), Err(refused.clone()));
        assert_eq!(decode(&png).unwrap_err(), refused);

        let mut jpeg = harbour(16, 16);
        let frame = jpeg.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
        jpeg[frame + 5..frame + 9].copy_from_slice(&[0xff; 4]);
        let refused = ImageError::TooLarge { width: 65_535, height: 65_535, limit: MAX_PIXELS };
        assert_eq!(Header::read(&jpeg), Err(refused));
    }

    /// The check sum of PNG chunks.
    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |crc, byte| {
            (0..8)
                .fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg()))
        })
    }

    #[test]
    fn cameras_that_lie_on_their_side() {
        let mut jpeg = harbour(64, 32);
        // An EXIF segment with one entry: orientation 6, to be turned by 90 degrees.
        let exif =
            b"\xff\xe1\x00\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
        jpeg.splice(2..2, exif.iter().copied());
        let header = Header::read(&jpeg).unwrap();
        assert_eq!((header.width, header.height), (32, 64));
        let (_, image) = decode(&jpeg).unwrap();
        assert_eq!((image.width(), image.height()), (32, 64));
    }

    #[test]
    fn transparency_becomes_white_in_jpeg() {
        let clear = DynamicImage::from(RgbaImage::new(8, 8));
        let (_, image) = decode(&encode(&clear, Format::Jpeg).unwrap()).unwrap();
        assert!(image.to_rgb8().pixels().all(|pixel| pixel.0 == [255; 3]));
    }
}
