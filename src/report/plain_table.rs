//! A table for a terminal or a pipe: columns of text and of figures, a rule below the header, nothing else drawn.

use super::wrapping::{columns as width_of, paragraph};
use comfy_table::{CellAlignment, LineStyle, Table, TableStyle};

/// Columns of text that the last one gets at least.
const LEAST: usize = 16;

/// One column; the header may have several lines.
pub struct PlainColumn {
    /// Header, then a cell for each row.
    pub cells: Vec<String>,
    /// Whether it is aligned to the right, as figures are.
    pub right: bool,
}

/// The columns as text, in at most `width` columns if that can be: the words of the last one go to further lines.
pub fn plain_table_within(mut columns: Vec<PlainColumn>, width: usize) -> String {
    let text = plain_table(&columns);
    let widest = text.lines().map(width_of).max().unwrap_or(0);
    let Some(last) = columns.last_mut().filter(|_| widest > width) else {
        return text;
    };
    let own = last.cells.iter().flat_map(|cell| cell.lines());
    let own = own.map(width_of).max().unwrap_or(0);
    let room = own.saturating_sub(widest - width).max(LEAST);
    for cell in &mut last.cells {
        *cell = paragraph(cell, room);
    }
    plain_table(&columns)
}

/// The columns as text; all must have as many cells as the first.
pub fn plain_table(columns: &[PlainColumn]) -> String {
    let mut table = Table::new();
    let rule = LineStyle::none().fill('─').junction('─');
    table.load_style(TableStyle::new().header_separator(rule));
    let row = |line: usize| columns.iter().map(move |column| &column.cells[line]);
    table.set_header(row(0));
    let lines = columns.first().map_or(1, |column| column.cells.len());
    for line in 1..lines {
        table.add_row(row(line));
    }
    for (position, column) in table.column_iter_mut().enumerate() {
        let blank = u16::from(position + 1 < columns.len());
        column.set_padding((0, blank));
        if columns[position].right {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let lines = table.lines().map(|line| line.trim_end().to_owned() + "\n");
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_the_last_column_go_to_further_lines() {
        let columns = || {
            let column = |cells: [&str; 2], right| PlainColumn {
                cells: cells.map(str::to_owned).to_vec(),
                right,
            };
            vec![
                column(["size", "A1"], false),
                column(["remarks", "approval, retired, no longer listed"], false),
            ]
        };
        let wide = plain_table_within(columns(), 80);
        assert!(
            wide.contains("A1    approval, retired, no longer listed\n"),
            "{wide}"
        );
        let narrow = plain_table_within(columns(), 26);
        assert!(
            narrow.contains("A1    approval, retired,\n      no longer listed\n"),
            "{narrow}"
        );
        assert!(narrow.lines().all(|line| width_of(line) <= 26), "{narrow}");
    }
}
