//! Colours, and how far apart they look.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A colour; `#ff6347` on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, flash::Type)]
#[serde(into = "String", try_from = "String")]
pub struct Rgb(pub [u8; 3]);

/// A text that names no colour.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a colour; write six hexadecimal digits, as in `ff6347`")]
pub struct NotAColour(String);

impl FromStr for Rgb {
    type Err = NotAColour;

    fn from_str(text: &str) -> Result<Self, NotAColour> {
        let digits = text.strip_prefix('#').unwrap_or(text);
        let is_hex = digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        match u32::from_str_radix(digits, 16) {
            Ok(number) if is_hex => {
                let [_, red, green, blue] = number.to_be_bytes();
                Ok(Self([red, green, blue]))
            }
            _ => Err(NotAColour(text.to_owned())),
        }
    }
}

impl TryFrom<String> for Rgb {
    type Error = NotAColour;

    fn try_from(text: String) -> Result<Self, NotAColour> {
        text.parse()
    }
}

impl fmt::Display for Rgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

impl From<Rgb> for String {
    fn from(colour: Rgb) -> Self {
        colour.to_string()
    }
}

/// A colour in Oklab, where equal distances look equally different.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lab([f32; 3]);

impl Lab {
    /// The square of the distance.
    pub(crate) fn distance(self, other: Self) -> f32 {
        self.0.iter().zip(other.0).map(|(a, b)| (a - b) * (a - b)).sum()
    }
}

impl From<Rgb> for Lab {
    // Matrices by Björn Ottosson, https://bottosson.github.io/posts/oklab/.
    fn from(colour: Rgb) -> Self {
        let [red, green, blue] = colour.0.map(|value| {
            let value = f32::from(value) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        });
        let mix = |[r, g, b]: [f32; 3]| r * red + g * green + b * blue;
        let l = mix([0.412_221_47, 0.536_332_54, 0.051_445_993]).cbrt();
        let m = mix([0.211_903_5, 0.680_699_5, 0.107_396_96]).cbrt();
        let s = mix([0.088_302_46, 0.281_718_85, 0.629_978_7]).cbrt();
        Self([
            0.210_454_26 * l + 0.793_617_8 * m - 0.004_072_047 * s,
            1.977_998_5 * l - 2.428_592_2 * m + 0.450_593_7 * s,
            0.025_904_037 * l + 0.782_771_77 * m - 0.808_675_77 * s,
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::{Lab, Rgb};

    #[test]
    fn texts() {
        assert_eq!("#ff6347".parse(), Ok(Rgb([255, 99, 71])));
        assert_eq!(Rgb([0, 10, 255]).to_string(), "#000aff");
        for bad in ["", "#", "ff634", "ff63477", "gg6347", "+f6347", "tomato", "ÿÿÿ"] {
            assert!(bad.parse::<Rgb>().is_err(), "{bad}");
        }
    }

    #[test]
    fn oklab_of_red() {
        // Reference value of the article.
        let Lab(red) = Rgb([255, 0, 0]).into();
        for (value, expected) in red.into_iter().zip([0.627_955, 0.224_863, 0.125_846]) {
            assert!((value - expected).abs() < 1e-4, "{value} is not {expected}");
        }
    }
}
