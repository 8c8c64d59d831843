//! Who waits and who pays, as a table of the page.

use super::lines::{Line, lines};
use super::shown::{Column, columns};
use crate::printable;
use crate::report::StudyResults;

/// Lines that are shown at most; the file has all.
const MOST: usize = 100;

/// A line of the table.
pub(in crate::report) struct WhoPaysLine {
    pub(in crate::report) variant: String,
    pub(in crate::report) target: String,
    pub(in crate::report) workload: String,
    /// Mean and half-width of each figure.
    pub(in crate::report) cells: Vec<(String, String)>,
}

/// The table; without lines where no variant has several workloads.
pub(in crate::report) struct WhoPays {
    /// Heading and unit of each figure.
    pub(in crate::report) headings: Vec<(String, String)>,
    pub(in crate::report) lines: Vec<WhoPaysLine>,
    /// How many lines are left out.
    pub(in crate::report) left_out: usize,
}

impl WhoPays {
    /// That of a study, variants in the order of the scenario.
    pub(in crate::report) fn of(study: &StudyResults) -> Self {
        let all = study.variants.iter().flat_map(|of| lines(study, of));
        let all: Vec<Line<'_>> = all.collect();
        let told: Vec<&Line<'_>> = all.iter().take(MOST).collect();
        let columns = columns(&told, study.currency());
        let text = |text: &str| printable::line(text).into_owned();
        let cell = |column: &Column, at: usize| column.cells[at].clone();
        let lines = told.iter().enumerate().map(|(at, line)| WhoPaysLine {
            variant: text(&line.variant.name),
            target: text(line.target()),
            workload: text(line.workload()),
            cells: columns.iter().map(|column| cell(column, at)).collect(),
        });
        Self {
            headings: columns
                .iter()
                .map(|column| {
                    let heading = column
                        .heading
                        .replace("slow-\ndown", "slowdown")
                        .replace('\n', " ");
                    (heading, column.unit.clone())
                })
                .collect(),
            lines: lines.collect(),
            left_out: all.len() - told.len(),
        }
    }
}
