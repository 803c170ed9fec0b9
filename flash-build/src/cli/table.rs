//! Columns of text.

use anstyle::{Effects, Style};

/// Rows under a heading, each column as wide as its widest cell.
#[derive(Debug, Default)]
pub(crate) struct Table {
    heading: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

const HEADING: Style = Style::new().effects(Effects::DIMMED);

impl Table {
    pub(crate) fn new<const N: usize>(heading: [&'static str; N]) -> Self {
        Self { heading: heading.to_vec(), rows: Vec::new() }
    }

    pub(crate) fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(Vec::from(cells));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The lines, indented.
    pub(crate) fn render(&self, indent: usize) -> String {
        let mut widths: Vec<usize> = self.heading.iter().map(|cell| cell.chars().count()).collect();
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        let heading: Vec<String> = self.heading.iter().map(|cell| (*cell).to_owned()).collect();
        let mut out = String::new();
        if heading.iter().any(|cell| !cell.is_empty()) {
            let line = line(&heading, &widths, indent);
            out.push_str(&format!("{HEADING}{line}{HEADING:#}\n"));
        }
        for row in &self.rows {
            out.push_str(&line(row, &widths, indent));
            out.push('\n');
        }
        out
    }
}

fn line(cells: &[String], widths: &[usize], indent: usize) -> String {
    let mut line = " ".repeat(indent);
    for (cell, width) in cells.iter().zip(widths) {
        line.push_str(cell);
        line.push_str(&" ".repeat(width.saturating_sub(cell.chars().count()) + 2));
    }
    line.truncate(line.trim_end().len());
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let mut table = Table::new(["name", "route"]);
        table.row(["a".into(), "GET /a".into()]);
        table.row(["longer-é".into(), String::new()]);
        let text = anstream::adapter::strip_str(&table.render(2)).to_string();
        assert_eq!(text, "  name      route\n  a         GET /a\n  longer-é\n");
    }
}
