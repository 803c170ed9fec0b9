//! A table of colours with its index.

use crate::Rgb;
use crate::colour::Lab;
use crate::palette::{Named, PaletteError};

/// The named colours of CSS Color Module Level 4, one `#rrggbb name` per line.
const CSS: &str = include_str!("css.txt");

/// Bits of a channel that the index tells apart.
const BITS: u32 = 5;

/// Named colours, and which of them is nearest to the middle of each cell of the colour cube.
#[derive(Debug)]
pub(super) struct Table {
    colours: Vec<(Named, Lab)>,
    cells: Vec<u8>,
}

impl Table {
    pub(super) fn css() -> Result<Self, PaletteError> {
        Self::parse(CSS)
    }

    pub(super) fn parse(text: &str) -> Result<Self, PaletteError> {
        let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        let colours = lines.map(|(index, line)| {
            let wrong = |reason: String| PaletteError::Line { line: index + 1, reason };
            let (colour, name) = line
                .trim()
                .split_once(char::is_whitespace)
                .ok_or_else(|| wrong(format!("`{line}` is not a colour and a name")))?;
            let colour: Rgb = colour.parse().map_err(|error: crate::NotAColour| wrong(error.to_string()))?;
            Ok((Named { name: name.trim().to_owned(), colour }, Lab::from(colour)))
        });
        let colours: Vec<(Named, Lab)> = colours.collect::<Result<_, PaletteError>>()?;
        if colours.is_empty() || colours.len() > 256 {
            return Err(PaletteError::Count(colours.len()));
        }
        let cells = (0..1_u32 << (3 * BITS)).map(|cell| {
            let middle = |shift: u32| {
                let high = (cell >> shift) & ((1 << BITS) - 1);
                u8::try_from((high << (8 - BITS)) | (1 << (7 - BITS))).unwrap_or(u8::MAX)
            };
            let index = nearest(&colours, Rgb([middle(2 * BITS), middle(BITS), middle(0)]));
            u8::try_from(index).unwrap_or(u8::MAX)
        });
        let cells = cells.collect();
        Ok(Self { colours, cells })
    }

    pub(super) fn len(&self) -> usize {
        self.colours.len()
    }

    pub(super) fn get(&self, index: usize) -> &Named {
        &self.colours[index].0
    }

    /// The nearest colour, exactly.
    pub(super) fn nearest(&self, colour: Rgb) -> &Named {
        self.get(nearest(&self.colours, colour))
    }

    /// Index of the nearest colour, by way of the cell that `rgb` is in: good enough for pixels, and quick.
    pub(super) fn index(&self, rgb: [u8; 3]) -> usize {
        let cell = rgb.into_iter().fold(0, |cell, value| (cell << BITS) | usize::from(value >> (8 - BITS)));
        usize::from(self.cells[cell])
    }
}

fn nearest(colours: &[(Named, Lab)], colour: Rgb) -> usize {
    let wanted = Lab::from(colour);
    let distances = colours.iter().map(|(_, lab)| lab.distance(wanted)).enumerate();
    distances.min_by(|(_, a), (_, b)| a.total_cmp(b)).map_or(0, |(index, _)| index)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::{PaletteError, Table};
    use crate::Rgb;

    #[test]
    fn css_is_whole_and_every_colour_is_nearest_to_itself() {
        let table = Table::css().unwrap();
        assert_eq!(table.len(), 139);
        for (named, _) in &table.colours {
            assert_eq!(table.nearest(named.colour), named);
        }
    }

    #[test]
    fn cells_agree_with_the_exact_answer_nearly_always() {
        let table = Table::css().unwrap();
        let colours = (0..4096_u32).map(|n| {
            let [_, a, b, c] = n.wrapping_mul(0x9e37_79b9).to_be_bytes();
            [a, b, c]
        });
        let agreeing = colours.filter(|rgb| table.get(table.index(*rgb)) == table.nearest(Rgb(*rgb))).count();
        assert!(agreeing > 3500, "{agreeing} of 4096");
    }

    #[test]
    fn bad_tables_are_refused_by_line() {
        let error = Table::parse("#000000 black\n\n#00000 grey\n").unwrap_err();
        assert!(error.to_string().starts_with("line 3 of the table of colours: `#00000` is not"), "{error}");
        assert!(matches!(Table::parse("#000000"), Err(PaletteError::Line { line: 1, .. })));
        assert!(matches!(Table::parse(""), Err(PaletteError::Count(0))));
    }
}
