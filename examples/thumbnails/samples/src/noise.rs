//! Noise that is the same everywhere and always.

/// A value from 0 to 1 for a point of a grid.
pub(crate) fn grain(x: i32, y: i32) -> f32 {
    let mut bits = x.cast_unsigned().wrapping_mul(0x85eb_ca6b) ^ y.cast_unsigned().wrapping_mul(0xc2b2_ae35);
    bits = (bits ^ (bits >> 15)).wrapping_mul(0x2c1b_3c6d);
    bits = (bits ^ (bits >> 12)).wrapping_mul(0x297a_2d39);
    bits ^= bits >> 15;
    #[expect(clippy::cast_precision_loss, reason = "16 bits fit")]
    let value = (bits >> 16) as f32 / 65_535.0;
    value
}

/// Smooth noise from 0 to 1.
fn smooth(x: f32, y: f32) -> f32 {
    #[expect(clippy::cast_possible_truncation, reason = "coordinates are small")]
    let (left, top) = (x.floor() as i32, y.floor() as i32);
    let ease = |t: f32| t * t * (3.0 - 2.0 * t);
    let (across, down) = (ease(x - x.floor()), ease(y - y.floor()));
    let row = |y| mix(grain(left, y), grain(left + 1, y), across);
    mix(row(top), row(top + 1), down)
}

/// Smooth noise with finer and finer detail, from 0 to 1.
pub(crate) fn cloudy(x: f32, y: f32, octaves: u32) -> f32 {
    let (mut sum, mut total, mut weight, mut scale) = (0.0, 0.0, 1.0, 1.0);
    for _ in 0..octaves {
        sum += weight * smooth(x * scale + 31.7 * scale, y * scale + 11.3 * scale);
        total += weight;
        weight *= 0.5;
        scale *= 2.0;
    }
    sum / total
}

/// From `a` to `b`.
pub(crate) fn mix(a: f32, b: f32, t: f32) -> f32 {
    a + (b - a) * t
}
