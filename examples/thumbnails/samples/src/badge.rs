//! A round badge on nothing: a drawing with transparency.

use image::codecs::png::PngEncoder;
use image::{Rgba, RgbaImage};

/// A PNG of this many pixels squared: transparent corners, a ring, a bolt.
///
/// # Panics
/// `side` is 0.
#[must_use]
pub fn badge(side: u32) -> Vec<u8> {
    let mut image = RgbaImage::new(side, side);
    #[expect(clippy::cast_precision_loss, reason = "sides are small")]
    for (x, y, pixel) in image.enumerate_pixels_mut() {
        let at = |value: u32| (value as f32 + 0.5) / side as f32 * 2.0 - 1.0;
        *pixel = Rgba(drawing(at(x), at(y), 2.0 / side as f32));
    }
    let mut png = Vec::new();
    #[expect(clippy::expect_used, reason = "documented, and memory takes what is written")]
    image.write_with_encoder(PngEncoder::new(&mut png)).expect("the side fits a PNG");
    png
}

/// Corners of the bolt.
const BOLT: [(f32, f32); 6] =
    [(0.14, -0.72), (-0.40, 0.10), (-0.04, 0.10), (-0.16, 0.70), (0.40, -0.16), (0.04, -0.16)];

fn drawing(x: f32, y: f32, pixel: f32) -> [u8; 4] {
    let radius = x.hypot(y);
    let [red, green, blue] = if is_inside(x, y) {
        [255, 215, 0]
    } else if radius > 0.82 {
        [65, 105, 225]
    } else {
        [25, 25, 112]
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
    let alpha = (((0.96 - radius) / pixel).clamp(0.0, 1.0) * 255.0) as u8;
    [red, green, blue, alpha]
}

/// Whether a ray from the point crosses the bolt's sides an odd number of times.
fn is_inside(x: f32, y: f32) -> bool {
    let next = BOLT.iter().cycle().skip(1);
    let crossed = BOLT
        .iter()
        .zip(next)
        .filter(|((ax, ay), (bx, by))| (*ay > y) != (*by > y) && x < (bx - ax) * (y - ay) / (by - ay) + ax);
    crossed.count() % 2 == 1
}
