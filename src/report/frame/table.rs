//! The table of a page that its script sorts: a row for each variant or point.

/// What is in a cell.
pub(in crate::report) struct TableCell {
    /// The mean in the unit of the column, by which rows are sorted.
    pub(in crate::report) mean_in_unit: Option<f64>,
    /// Half the width of its interval, likewise.
    pub(in crate::report) half_in_unit: Option<f64>,
    pub(in crate::report) mean: String,
    pub(in crate::report) half_width: String,
}

/// What a variant is in the table.
pub(in crate::report) struct Line {
    pub(in crate::report) name: String,
    /// Its name in charts.
    pub(in crate::report) label: String,
    pub(in crate::report) is_baseline: bool,
    /// What it makes of the goal; empty without one.
    pub(in crate::report) verdict: &'static str,
    pub(in crate::report) cells: Vec<TableCell>,
}

/// The heading of a column.
pub(in crate::report) struct Heading {
    pub(in crate::report) name: String,
    pub(in crate::report) unit: String,
}

/// The rows of all variants, the cheapest first.
#[derive(Default)]
pub(in crate::report) struct Table {
    /// Above it.
    pub(in crate::report) title: &'static str,
    /// What a row is of, one and many.
    pub(in crate::report) thing: &'static str,
    pub(in crate::report) things: &'static str,
    pub(in crate::report) headings: Vec<Heading>,
    pub(in crate::report) lines: Vec<Line>,
    /// What is left out; may be empty.
    pub(in crate::report) remark: String,
}
