//! `summary.csv`: the mean of every figure over replications with its interval, per variant and target.

use std::io::{self, Write};

use super::figure::Figure;
use super::figures::FIGURES;
use super::numbers::known_decimals;
use super::row::{Row, rows};
use super::table::{Cell, ColumnDoc, TableWriter};
use super::{ReportFile, StudyResults, Written};
use crate::stats::Estimate;

/// This file.
pub const FILE: ReportFile = ReportFile {
    name: "summary.csv",
    meaning: "One row per variant and target, and one per variant for all its targets together (`(all)`) if it has several. \
        Each figure is followed by the half-width of its 95 % confidence interval. Where `queue_grows` is 1, the cells of \
        waits and turnaround (of services: of latencies) are empty: they have no mean, since they depend on the horizon.",
    written: Written::Always,
    columns,
    write,
};

/// One column.
enum Kind {
    Variant,
    Target,
    Replications,
    Mean(usize, &'static Figure),
    HalfWidth(usize, &'static Figure),
    QueueGrows,
}

fn kinds() -> impl Iterator<Item = Kind> {
    let figures = FIGURES
        .iter()
        .enumerate()
        .flat_map(|(at, figure)| [Kind::Mean(at, figure), Kind::HalfWidth(at, figure)]);
    [Kind::Variant, Kind::Target, Kind::Replications]
        .into_iter()
        .chain(figures)
        .chain([Kind::QueueGrows])
}

impl Kind {
    fn doc(&self) -> ColumnDoc {
        let (name, unit, meaning) = match self {
            Self::Variant => ("variant".to_owned(), "", "name of the variant".to_owned()),
            Self::Target => (
                "target".to_owned(),
                "",
                "name of the target, or `(all)`".to_owned(),
            ),
            Self::Replications => (
                "replications".to_owned(),
                "",
                "number of replications".to_owned(),
            ),
            Self::Mean(_, figure) => (
                figure.name.to_owned(),
                figure.unit,
                figure.meaning.to_owned(),
            ),
            Self::HalfWidth(_, figure) => half_width_doc(figure.name, figure.unit),
            Self::QueueGrows => (
                "queue_grows".to_owned(),
                "",
                "1 where more work comes than is done, so that the queue (or that of one of the targets) grows until the \
                 horizon; else 0"
                    .to_owned(),
            ),
        };
        ColumnDoc {
            name,
            unit,
            meaning,
        }
    }

    fn fill(&self, row: &Row<'_>, means: &[Option<Mean>], cell: &mut Cell) {
        match self {
            Self::QueueGrows => cell.integer(u32::from(row.growing.any())),
            Self::Variant => cell.text(row.variant),
            Self::Target => cell.text(row.target),
            Self::Replications => cell.integer(row.replications() as u64),
            Self::Mean(at, _) => {
                if let Some((estimate, hidden)) = means[*at] {
                    cell.rounded(estimate.mean, known_decimals(hidden));
                }
            }
            Self::HalfWidth(at, _) => {
                let known = means[*at].and_then(|(of, hidden)| Some((of.half_width?, hidden)));
                if let Some((width, hidden)) = known {
                    cell.rounded_up(width, known_decimals(hidden));
                }
            }
        }
    }
}

/// The mean of a figure, and what histograms hide of it.
type Mean = (Estimate, f64);

/// Name, unit and meaning of the column of half-widths beside another.
pub(super) fn half_width_doc(name: &str, unit: &'static str) -> (String, &'static str, String) {
    let meaning = format!("half-width of the 95 % confidence interval of `{name}`");
    (format!("{name}_ci95"), unit, meaning)
}

fn columns() -> Vec<ColumnDoc> {
    kinds().map(|kind| kind.doc()).collect()
}

fn write(study: &StudyResults, out: &mut dyn Write) -> io::Result<()> {
    let mut table = TableWriter::new(study.currency(), out);
    table.header(columns().into_iter().map(|column| column.name))?;
    for row in study.variants.iter().flat_map(rows) {
        let means = row.figures(&FIGURES.iter().map(|of| of.statistic).collect::<Vec<_>>());
        table.row(kinds(), |kind, cell| kind.fill(&row, &means, cell))?;
    }
    table.finish()
}
