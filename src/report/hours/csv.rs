//! `hours.csv`: runs and their waits by the hour of the week in which they were submitted, where hours differ.

use super::{Hour, hours, together};
use crate::report::table::{Cell, Column, write_rows};
use crate::report::{ReportFile, StudyResults, Written};
use crate::stats::Estimate;

/// This file.
pub(in crate::report) const FILE: ReportFile = ReportFile {
    name: "hours.csv",
    meaning: "Runs by the hour of the week in which they were submitted, on the local clock: 168 rows per variant and target, and \
        as many of all its targets together (`(all)`) if several take runs. It is \
        written where arrivals differ by the hours of a week, or come from a log with dates, in studies of at most 30 variants. They are the \
        runs submitted in [warm-up, horizon). The hours of all weeks, and the hour that a clock change brings twice, are added up. \
        Where a queue grows, waits are empty.",
    written: Written::WithWeeks,
    columns: || columns().iter().map(Column::doc).collect(),
    write: |study, out| {
        let variants = study.variants.iter();
        let rows = variants.flat_map(|of| hours(of).into_iter().chain(together(of)));
        write_rows(&columns(), rows, study.currency(), out)
    },
};

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Whether there is anything to write.
pub(in crate::report) fn applies(study: &StudyResults) -> bool {
    study.variants.iter().any(|variant| variant.by_week)
}

fn columns<'a>() -> [Column<Hour<'a>>; 9] {
    [
        Column::new("variant", "", "name of the variant", |row, cell| {
            cell.text(&row.variant.name);
        }),
        Column::new(
            "target",
            "",
            "name of the target, or `(all)`",
            |row, cell| {
                cell.text(row.target);
            },
        ),
        Column::new("day", "", "day of the week: `mon` to `sun`", |row, cell| {
            cell.text(DAYS[row.place / 24]);
        }),
        Column::new(
            "hour",
            "",
            "hour of the day, from 0: 9 is from 09:00 to 10:00",
            |row, cell| cell.integer(row.place as u64 % 24),
        ),
        Column::new("replications", "", "number of replications", |row, cell| {
            cell.integer(row.variant.replications.len() as u64);
        }),
        Column::new(
            "runs_submitted",
            "",
            "runs submitted in this hour of the week, in all weeks that are measured",
            |row, cell| mean(row.submitted, cell),
        ),
        Column::new(
            "runs_submitted_ci95",
            "",
            "half-width of the 95 % confidence interval of `runs_submitted`",
            |row, cell| half_width(row.submitted, cell),
        ),
        Column::new(
            "wait_mean_s",
            "s",
            "mean wait, from submission to first Running, of those that started",
            |row, cell| mean(row.wait_s, cell),
        ),
        Column::new(
            "wait_mean_s_ci95",
            "s",
            "half-width of the 95 % confidence interval of `wait_mean_s`",
            |row, cell| half_width(row.wait_s, cell),
        ),
    ]
}

fn mean(of: Option<Estimate>, cell: &mut Cell) {
    if let Some(of) = of {
        cell.decimal(of.mean);
    }
}

fn half_width(of: Option<Estimate>, cell: &mut Cell) {
    if let Some(width) = of.and_then(|of| of.half_width) {
        cell.decimal(width);
    }
}
