//! Names for colours.

mod table;

use std::path::PathBuf;

use flash::Blob;
use image::{DynamicImage, Pixel};
use serde::{Deserialize, Serialize};

use crate::pixels::decode;
use crate::{IMAGING, ImageError, Rgb};
use table::Table;

/// Variable that names a file with another table of colours.
const TABLE_VARIABLE: &str = "THUMBNAILS_PALETTE";

/// A table of named colours, and for every possible colour the one that looks nearest.
///
/// The index takes far longer to make than to ask, which is why this is a class: each worker makes it once.
#[derive(Debug)]
pub struct Palette {
    table: Table,
}

/// Why there is no palette.
#[derive(Debug, thiserror::Error)]
pub enum PaletteError {
    /// The file can't be read.
    #[error("{}, which {TABLE_VARIABLE} names, can't be read: {cause}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// A line isn't `#rrggbb name`.
    #[error("line {line} of the table of colours: {reason}")]
    Line {
        /// Its number.
        line: usize,
        /// What is wrong.
        reason: String,
    },
    /// Too few or too many.
    #[error("a table of colours has 1 to 256 lines, not {0}")]
    Count(usize),
    /// The index was not finished.
    #[error("the index of colours was not finished: {0}")]
    Index(#[from] tokio::task::JoinError),
}

/// A colour of the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, flash::Type)]
pub struct Named {
    /// Its name.
    pub name: String,
    /// The colour itself.
    pub colour: Rgb,
}

/// A colour of an image.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, flash::Type)]
pub struct Swatch {
    /// Name of the nearest colour of the table.
    pub name: String,
    /// Mean of the pixels of that name.
    pub colour: Rgb,
    /// Their share of the image's visible pixels, from 0 to 1.
    pub share: f32,
}

#[flash::remote(resource = IMAGING)]
impl Palette {
    /// Reads the table and makes the index.
    async fn new() -> Result<Self, PaletteError> {
        // Some milliseconds of reading and computing, which would hold up the runtime's other tasks.
        let table = tokio::task::spawn_blocking(|| match std::env::var_os(TABLE_VARIABLE) {
            None => Table::css(),
            Some(path) => {
                let path = PathBuf::from(path);
                match std::fs::read_to_string(&path) {
                    Ok(text) => Table::parse(&text),
                    Err(cause) => Err(PaletteError::Unreadable { path, cause }),
                }
            }
        });
        Ok(Self { table: table.await?? })
    }

    /// The named colour that looks nearest.
    ///
    /// # Errors
    /// The call failed.
    #[flash(idempotent)]
    pub async fn name(&self, colour: Rgb) -> flash::Result<Named> {
        Ok(self.table.nearest(colour).clone())
    }

    /// The colours of an image, most frequent first, at most `most` of them.
    ///
    /// # Errors
    /// The image is refused, or the call failed.
    #[flash(idempotent, timeout = "30s")]
    pub fn dominant(&self, image: &Blob, most: usize) -> Result<Vec<Swatch>, ImageError> {
        let mut swatches = self.swatches(&decode(&image.bytes)?.1);
        swatches.truncate(most);
        Ok(swatches)
    }
}

impl Palette {
    /// Every named colour that the image has, most frequent first.
    fn swatches(&self, image: &DynamicImage) -> Vec<Swatch> {
        let mut sums = vec![[0_u64; 4]; self.table.len()];
        let mut add = |rgb: [u8; 3]| {
            let [count, red, green, blue] = &mut sums[self.table.index(rgb)];
            *count += 1;
            *red += u64::from(rgb[0]);
            *green += u64::from(rgb[1]);
            *blue += u64::from(rgb[2]);
        };
        match image {
            DynamicImage::ImageRgb8(image) => image.pixels().for_each(|pixel| add(pixel.0)),
            other => {
                let visible = |pixel: &&image::Rgba<u8>| pixel.0[3] >= 128;
                other.to_rgba8().pixels().filter(visible).for_each(|pixel| add(pixel.to_rgb().0));
            }
        }
        let total = sums.iter().map(|[count, ..]| count).sum::<u64>().max(1);
        let mut found: Vec<(usize, [u64; 4])> =
            sums.into_iter().enumerate().filter(|(_, [count, ..])| *count > 0).collect();
        found.sort_by_key(|(_, [count, ..])| std::cmp::Reverse(*count));
        let swatch = |(index, [count, red, green, blue]): (usize, [u64; 4])| Swatch {
            name: self.table.get(index).name.clone(),
            #[expect(clippy::cast_possible_truncation, reason = "a mean of bytes is a byte")]
            colour: Rgb([red, green, blue].map(|sum| (sum / count) as u8)),
            #[expect(clippy::cast_precision_loss, reason = "a share needs few digits")]
            share: count as f32 / total as f32,
        };
        found.into_iter().map(swatch).collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use flash::Blob;
    use image::{DynamicImage, Rgba, RgbaImage};
    use thumbnails_samples::badge;

    use super::{Palette, Swatch};
    use crate::{ImageError, Rgb};

    #[tokio::test]
    async fn names_of_colours() {
        let palette = Palette::new().await.unwrap();
        for (colour, name) in [([255, 99, 71], "tomato"), ([254, 100, 70], "tomato"), ([0, 0, 1], "black")] {
            assert_eq!(palette.name(Rgb(colour)).await.unwrap().name, name);
        }
    }

    #[tokio::test]
    async fn colours_of_an_image() {
        let palette = Palette::new().await.unwrap();
        let mut image = RgbaImage::from_pixel(10, 10, Rgba([70, 130, 180, 255]));
        (0..3).for_each(|x| image.put_pixel(x, 0, Rgba([255, 99, 71, 255])));
        (0..10).for_each(|x| image.put_pixel(x, 9, Rgba([0, 0, 0, 0])));
        let swatch = |name: &str, colour, share| Swatch { name: name.to_owned(), colour: Rgb(colour), share };
        assert_eq!(
            palette.swatches(&DynamicImage::from(image)),
            [swatch("steelblue", [70, 130, 180], 87.0 / 90.0), swatch("tomato", [255, 99, 71], 3.0 / 90.0)]
        );
        assert_eq!(palette.swatches(&DynamicImage::new_rgba8(4, 4)), []);
    }

    #[tokio::test]
    async fn only_images_have_colours() {
        let palette = Palette::new().await.unwrap();
        assert_eq!(palette.dominant(&Blob::new("image/png", badge(64)), 2).unwrap().len(), 2);
        let error = palette.dominant(&Blob::new("image/png", "text"), 2).unwrap_err();
        assert!(matches!(error, ImageError::Unsupported { .. }));
    }
}
