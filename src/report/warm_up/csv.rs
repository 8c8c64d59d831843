//! `warm-up.csv`: from when on the waits of each target have settled.

use std::io::{self, Write};

use super::{Found, Measured, Settled, Verdict};
use crate::report::table::{Cell, Column, write_rows};

/// Its name.
pub const NAME: &str = "warm-up.csv";

/// What one row of it is.
const MEANING: &str = "One row per variant and target that takes runs, of [`simulate warm-up`](command-line.md#simulate-warm-up) only. It is simulated without \
    a warm-up; runs are in the order of their submission, averaged over the replications run by run ([deciding.md](deciding.md#warm-up)).";

struct Row<'a> {
    found: &'a Found<'a>,
    of: &'a Measured,
}

impl Row<'_> {
    fn settled(&self) -> Option<Settled> {
        match self.of.verdict {
            Verdict::Settled(settled) => Some(settled),
            _ => None,
        }
    }

    fn number(&self, cell: &mut Cell, of: impl Fn(&Settled) -> f64) {
        if let Some(settled) = self.settled() {
            cell.decimal(of(&settled));
        }
    }
}

/// Writes it.
pub fn write(found: &Found<'_>, out: &mut dyn Write) -> io::Result<()> {
    let rows = found.measured.iter().map(|of| Row { found, of });
    write_rows(&columns(), rows, found.study.currency(), out)
}

/// Its part of the data dictionary, as Markdown.
pub fn dictionary() -> String {
    let columns = columns().iter().map(Column::doc).collect();
    crate::report::dictionary(NAME, MEANING, ("Column", columns))
}

fn columns<'a>() -> Vec<Column<Row<'a>>> {
    let mut columns = of_series();
    columns.extend(of_start());
    columns
}

fn of_series<'a>() -> Vec<Column<Row<'a>>> {
    vec![
        Column::new("variant", "", "name of the variant", |row, cell| {
            cell.text(&row.found.study.variants[row.of.variant].name);
        }),
        Column::new("target", "", "name of the target", |row, cell| {
            cell.text(&row.found.study.variants[row.of.variant].targets[row.of.target]);
        }),
        Column::new(
            "verdict",
            "",
            "`settled`; `changing`: the truncation point is in the last tenth of the first half; `too_short`: fewer than 100 runs in \
             some replication; `grows`: the queue grows until the horizon",
            |row, cell| {
                cell.text(match row.of.verdict {
                    Verdict::Settled(_) => "settled",
                    Verdict::Changing => "changing",
                    Verdict::TooShort => "too_short",
                    Verdict::Grows => "grows",
                });
            },
        ),
        Column::new(
            "runs",
            "",
            "runs of the series: those that started in the replication that has fewest",
            |row, cell| cell.integer(row.of.runs as u64),
        ),
        Column::new(
            "batches",
            "",
            "batches of 5 runs, whose means MSER-5 looks at",
            |row, cell| cell.integer(row.of.batches.len() as u64),
        ),
    ]
}

fn of_start<'a>() -> Vec<Column<Row<'a>>> {
    vec![
        Column::new(
            "runs_left_out",
            "",
            "runs before the truncation point, of each replication; empty where it is not `settled`, as all that follows",
            |row, cell| {
                if let Some(settled) = row.settled() {
                    cell.integer(settled.runs as u64);
                }
            },
        ),
        Column::new(
            "settled_mean_s",
            "s",
            "when the first run behind the truncation point is submitted: mean over the replications; 0 where none is left out",
            |row, cell| row.number(cell, |settled| settled.mean_s),
        ),
        Column::new(
            "settled_latest_s",
            "s",
            "the latest such time of any replication",
            |row, cell| row.number(cell, |settled| settled.latest.as_secs_f64()),
        ),
        Column::new(
            "warmup_s",
            "s",
            "the latest time rounded up, by a fifth at most (below 25 s to whole seconds): the `warmup` to write",
            |row, cell| row.number(cell, |settled| settled.warm_up.as_secs_f64()),
        ),
        Column::new(
            "wait_mean_all_s",
            "s",
            "mean wait of all runs of the series",
            |row, cell| {
                let wait_s = row.of.wait_s;
                row.number(cell, |_| wait_s);
            },
        ),
        Column::new(
            "wait_mean_settled_s",
            "s",
            "mean wait of the runs behind the truncation point",
            |row, cell| row.number(cell, |settled| settled.wait_s),
        ),
    ]
}
