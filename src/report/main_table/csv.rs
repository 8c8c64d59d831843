//! The main table as CSV: the columns of `summary.csv` that are shown.

use super::columns::Column;
use super::rows::Shown;
use crate::report::StudyResults;
use crate::report::numbers::known_decimals;
use crate::report::summary_csv::half_width_doc;
use crate::report::table::TableWriter;

/// Header and a row for each variant and, where it has several, target. Figures and their half-widths are as in
/// `summary.csv`, to the digit.
pub(super) fn text(study: &StudyResults, shown: &Shown<'_>, columns: &[Column]) -> String {
    let mut bytes = Vec::new();
    written(study, shown, columns, &mut bytes).expect("memory takes every byte");
    String::from_utf8(bytes).expect("names and numbers are text")
}

fn written(
    study: &StudyResults,
    shown: &Shown<'_>,
    columns: &[Column],
    bytes: &mut Vec<u8>,
) -> std::io::Result<()> {
    let mut table = TableWriter::new(study.currency(), bytes);
    let names = columns.iter().flat_map(|column| {
        let name = column.figure.name;
        [name.to_owned(), half_width_doc(name, "").0]
    });
    let labels = ["variant", "target"].map(str::to_owned);
    table.header(labels.into_iter().chain(names))?;
    let statistics: Vec<_> = columns.iter().map(|of| of.figure.statistic).collect();
    for row in shown.rows().flatten() {
        let figures = row.figures(&statistics);
        table.row(0..2 + 2 * columns.len(), |at, cell| match at {
            0 => cell.text(row.variant),
            1 => cell.text(row.target),
            at => {
                let Some((estimate, hidden)) = figures[(at - 2) / 2] else {
                    return;
                };
                let decimals = known_decimals(hidden);
                if at % 2 == 0 {
                    cell.rounded(estimate.mean, decimals);
                } else if let Some(width) = estimate.half_width {
                    cell.rounded_up(width, decimals);
                }
            }
        })?;
    }
    table.finish()
}
