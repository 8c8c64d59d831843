//! A table for a terminal or a pipe: columns of text and of figures, a rule below the header, nothing else drawn.

use super::wrapping::{columns as width_of, paragraph, wrapped};
use comfy_table::{CellAlignment, LineStyle, Table, TableStyle};

/// Columns of text that a column whose words are wrapped gets at least.
const LEAST: usize = 16;

/// One column; the header may have several lines.
pub struct PlainColumn {
    /// Header, then a cell for each row.
    pub cells: Vec<String>,
    /// Whether it is aligned to the right, as figures are.
    pub right: bool,
}

/// The columns as text, in at most `width` columns if that can be: the words of the last one go to further lines.
pub fn plain_table_within(columns: Vec<PlainColumn>, width: usize) -> String {
    let last = columns.len().saturating_sub(1);
    fitted(columns, (last, paragraph), width)
}

/// The same where the words of the first column go to further lines, which are indented.
pub fn named_table_within(columns: Vec<PlainColumn>, width: usize) -> String {
    fitted(columns, (0, wrapped), width)
}

/// The same with the column at a position and what wraps its words.
fn fitted(
    mut columns: Vec<PlainColumn>,
    (position, wrap): (usize, fn(&str, usize) -> String),
    width: usize,
) -> String {
    let text = plain_table(&columns);
    let widest = text.lines().map(width_of).max().unwrap_or(0);
    let Some(column) = columns.get_mut(position).filter(|_| widest > width) else {
        return text;
    };
    let own = column.cells.iter().flat_map(|cell| cell.lines());
    let own = own.map(width_of).max().unwrap_or(0);
    let room = own.saturating_sub(widest - width).max(LEAST);
    for cell in &mut column.cells {
        *cell = wrap(cell, room);
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

    #[test]
    fn the_words_of_names_go_to_further_lines_that_are_indented() {
        let column = |cells: [&str; 2], right| PlainColumn {
            cells: cells.map(str::to_owned).to_vec(),
            right,
        };
        let columns = vec![
            column(["nodes / size", "0 / Standard_NC24ads_A100_v4"], false),
            column(["cost", "1,234"], true),
        ];
        let narrow = named_table_within(columns, 33);
        assert!(
            narrow.ends_with("0 /                         1,234\n  Standard_NC24ads_A100_v4\n"),
            "{narrow}"
        );
    }
}
