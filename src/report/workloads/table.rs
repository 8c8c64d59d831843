//! Who waits and who pays, as a table of the page.

use super::lines::{Line, told_lines};
use super::shown::{Column, columns};
use crate::printable;
use crate::report::StudyResults;

/// Lines that are shown at most; the file has all.
const MOST: usize = 100;
/// Lines at most that are not told apart by how much their variant matters.
const FEW: usize = 12;

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
    /// Those of variants that come second: neither the baseline nor the one to take.
    pub(in crate::report) others: Vec<WhoPaysLine>,
    /// How many lines are left out.
    pub(in crate::report) left_out: usize,
}

impl WhoPays {
    /// That of a study, variants in the order of the scenario; `taken` is the position of the one to take.
    pub(in crate::report) fn of(study: &StudyResults, taken: Option<usize>) -> Self {
        let all = study.variants.iter().flat_map(|of| told_lines(study, of));
        let all: Vec<Line<'_>> = all.collect();
        let told: Vec<&Line<'_>> = all.iter().take(MOST).collect();
        let mut columns = columns(&told, study.currency());
        columns.sort_by_key(|column| column.rank);
        let matter = [study.baseline(), taken.map(|at| &study.variants[at])];
        let matters = |line: &Line<'_>| {
            let variants = matter.iter().flatten();
            told.len() <= FEW || variants.copied().any(|it| std::ptr::eq(it, line.variant))
        };
        let (mut first, mut others) = (Vec::new(), Vec::new());
        for (at, line) in told.iter().enumerate() {
            let of = if matters(line) {
                &mut first
            } else {
                &mut others
            };
            of.push(told_line(
                line,
                columns.iter().map(|column| &column.cells[at]),
            ));
        }
        Self {
            headings: columns.iter().map(heading).collect(),
            lines: first,
            others,
            left_out: all.len() - told.len(),
        }
    }
}

fn told_line<'a>(
    line: &Line<'_>,
    cells: impl Iterator<Item = &'a (String, String)>,
) -> WhoPaysLine {
    let text = |text: &str| printable::line(text).into_owned();
    WhoPaysLine {
        variant: text(&line.variant.name),
        target: text(line.target()),
        workload: text(line.workload()),
        cells: cells.cloned().collect(),
    }
}

/// A heading that has a line of its own, and its unit.
fn heading(column: &Column) -> (String, String) {
    let heading = column
        .heading
        .replace("slow-\ndown", "slowdown")
        .replace('\n', " ");
    (heading, column.unit.clone())
}
