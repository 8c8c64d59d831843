//! A table for a terminal or a pipe: columns of text and of figures, a rule below the header, nothing else drawn.

use comfy_table::{CellAlignment, LineStyle, Table, TableStyle};

/// One column; the header may have several lines.
pub struct PlainColumn {
    /// Header, then a cell for each row.
    pub cells: Vec<String>,
    /// Whether it is aligned to the right, as figures are.
    pub right: bool,
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
