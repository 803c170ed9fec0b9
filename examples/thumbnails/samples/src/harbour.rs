//! A harbour at dusk, photo-like: gradients, fine structure, grain.

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::{Rgb, RgbImage};

use crate::noise::{cloudy, grain, mix};

type Colour = [f32; 3];

/// Height of the water line, with the image's height as the unit.
const WATER: f32 = 0.62;
const SUN: (f32, f32) = (0.98, 0.5);

/// The view as a JPEG of this size.
///
/// # Panics
/// A side is 0 or above 65535.
#[must_use]
pub fn harbour(width: u32, height: u32) -> Vec<u8> {
    let mut jpeg = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut jpeg, 82);
    #[expect(clippy::expect_used, reason = "documented, and memory takes what is written")]
    view(width, height).write_with_encoder(encoder).expect("the sides fit a JPEG");
    jpeg
}

/// The view as a PNG of this size, which is large: about two bytes per pixel.
///
/// # Panics
/// A side is 0.
#[must_use]
pub fn harbour_png(width: u32, height: u32) -> Vec<u8> {
    let mut png = Vec::new();
    #[expect(clippy::expect_used, reason = "documented, and memory takes what is written")]
    view(width, height).write_with_encoder(PngEncoder::new(&mut png)).expect("the sides fit a PNG");
    png
}

fn view(width: u32, height: u32) -> RgbImage {
    let mut image = RgbImage::new(width, height);
    #[expect(clippy::cast_precision_loss, reason = "sides are small")]
    for (x, y, pixel) in image.enumerate_pixels_mut() {
        let (u, v) = (x as f32 / height as f32, y as f32 / height as f32);
        let noise = (grain(x.cast_signed(), y.cast_signed()) - 0.5) * 0.025;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
        let byte = |value: f32| ((value + noise).clamp(0.0, 1.0) * 255.0) as u8;
        *pixel = Rgb(scene(u, v).map(byte));
    }
    image
}

fn scene(u: f32, v: f32) -> Colour {
    if v < WATER {
        return land(u, v);
    }
    let depth = (v - WATER) / (1.0 - WATER);
    // Ripples are long and flat, and larger when near.
    let ripple = cloudy(u * 14.0 / (0.3 + depth), v * 160.0 / (0.3 + depth), 3) - 0.5;
    let mirrored = WATER - (v - WATER) * 1.15;
    let image = land(u + ripple * 0.08 * (0.2 + depth), mirrored + ripple * 0.10 * (0.1 + depth));
    let deep = blend(image, [0.05, 0.10, 0.19], 0.30 + 0.35 * depth);
    let path = (-((u - SUN.0) / (0.05 + 0.10 * depth)).powi(2)).exp() * (ripple * 4.0).clamp(0.0, 1.0);
    blend(deep, [1.0, 0.78, 0.45], path * 0.9)
}

fn land(u: f32, v: f32) -> Colour {
    let mut colour = sky(u, v);
    let ridges: [(f32, f32, f32, Colour); 3] = [
        (0.50, 0.13, 2.2, [0.62, 0.42, 0.47]),
        (0.55, 0.11, 3.7, [0.36, 0.27, 0.38]),
        (0.60, 0.07, 6.1, [0.16, 0.15, 0.23]),
    ];
    for (base, tall, wide, tint) in ridges {
        let ridge = base + 0.04 - tall * cloudy(u * wide, base * 40.0, 6);
        let wood = cloudy(u * 60.0, v * 60.0, 3) * 0.12;
        colour = blend(colour, tint.map(|value| value * (0.92 + wood)), edge(v - ridge));
    }
    colour = lighthouse(u, v, colour);
    for (at, size, sail) in
        [(0.62, 0.20, [0.93, 0.88, 0.80]), (1.20, 0.14, [0.80, 0.29, 0.22]), (0.86, 0.08, [0.9, 0.85, 0.8])]
    {
        colour = boat(u, v, at, size, sail, colour);
    }
    colour
}

fn sky(u: f32, v: f32) -> Colour {
    let low = (v / WATER).clamp(0.0, 1.0);
    let mut colour = blend([0.13, 0.22, 0.45], [0.97, 0.62, 0.40], low.powf(1.7));
    let away = ((u - SUN.0).powi(2) + (v - SUN.1).powi(2)).sqrt();
    colour = blend(colour, [1.0, 0.86, 0.58], (-away * 5.0).exp() * 0.9);
    colour = blend(colour, [1.0, 0.97, 0.85], edge(0.035 - away));
    let cloud = (cloudy(u * 3.0, v * 11.0, 6) - 0.48).max(0.0) * 3.0;
    let lit = blend([0.45, 0.36, 0.48], [1.0, 0.73, 0.60], low);
    blend(colour, lit, (cloud * (1.1 - low)).clamp(0.0, 0.85))
}

fn lighthouse(u: f32, v: f32, mut colour: Colour) -> Colour {
    let rock = WATER + 0.01
        - 0.09 * (1.0 - ((u - 0.24) / 0.2).powi(2)).max(0.0).sqrt()
        - 0.02 * cloudy(u * 30.0, 3.0, 4);
    let half = mix(0.018, 0.030, ((v - 0.22) / 0.34).clamp(0.0, 1.0));
    if v > 0.22 && (u - 0.24).abs() < half {
        let round = 1.0 - 0.6 * ((u - 0.24 + half * 0.5) / half / 1.6).abs();
        let stripe = (v * 14.0).fract() < 0.5;
        let tint: Colour = if stripe { [0.82, 0.20, 0.17] } else { [0.95, 0.91, 0.87] };
        colour = tint.map(|value| value * round);
    }
    if (0.17..0.22).contains(&v) && (u - 0.24).abs() < 0.013 {
        colour = [1.0, 0.93, 0.62];
    }
    if (0.15..0.17).contains(&v) && (u - 0.24).abs() < 0.6 * (v - 0.15) + 0.004 {
        colour = [0.25, 0.08, 0.09];
    }
    let glow = (-((u - 0.24).powi(2) + (v - 0.195).powi(2)).sqrt() * 16.0).exp();
    colour = blend(colour, [1.0, 0.9, 0.6], glow * 0.55);
    let stone = 0.55 + 0.9 * cloudy(u * 45.0, v * 45.0, 5);
    blend(colour, [0.17, 0.14, 0.15].map(|value| value * stone), edge(v - rock))
}

fn boat(u: f32, v: f32, at: f32, size: f32, sail: Colour, colour: Colour) -> Colour {
    // The boat's own measure: the mast is 1 high, the water is at 0.
    let (x, y) = ((u - at) / size, (WATER - v) / size);
    let hull = y < 0.13 && y > -0.02 && x > -0.42 + (0.13 - y) * 0.6 && x < 0.5 - (0.13 - y) * 1.2;
    let mast = x.abs() < 0.012 && (0.1..1.0).contains(&y);
    let main = (0.18..0.97).contains(&y) && x < -0.02 && x > -0.36 * (0.97 - y) / 0.79;
    let jib = (0.16..0.85).contains(&y) && x > 0.03 && x < 0.40 * (0.85 - y) / 0.69;
    if hull {
        [0.20, 0.13, 0.11].map(|value| value * (0.7 + 2.5 * y.max(0.0)))
    } else if mast {
        [0.30, 0.22, 0.16]
    } else if main || jib {
        let shade = 0.78 + 0.5 * x.abs() - if jib { 0.12 } else { 0.0 };
        sail.map(|value| value * shade)
    } else {
        colour
    }
}

fn blend(a: Colour, b: Colour, t: f32) -> Colour {
    std::array::from_fn(|channel| mix(a[channel], b[channel], t))
}

/// 0 outside, 1 inside, soft for about a pixel.
fn edge(inside: f32) -> f32 {
    (inside * 900.0).clamp(0.0, 1.0)
}
