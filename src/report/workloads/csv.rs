//! `workloads.csv`: the figures of each workload on each target, and its part of the bill.

use std::io::{self, Write};

use super::figures::{FIGURES, FIRST_COST, WorkloadFigure, place};
use super::lines::{Line, lines};
use crate::report::numbers::known_decimals;
use crate::report::summary_csv::half_width_doc;
use crate::report::table::{Cell, ColumnDoc, TableWriter};
use crate::report::{ReportFile, StudyResults, Written};

/// This file.
pub const FILE: ReportFile = ReportFile {
    name: "workloads.csv",
    meaning: "Who waits and who pays: one row per variant, target and workload that may run there, where a variant has several \
        workloads; else it is not written. Node-time that runs use is paid by their workload; what else a target costs is handed \
        out in proportion to that. What no workload uses is in a row `(none)`: targets on which nothing ran, the nodes of \
        background work, commitments of such targets. A service has a row `(requests)`. Runs are those submitted in [warm-up, \
        horizon); costs and node-hours are from the warm-up to the end of all work. Costs are rounded in turn so that they add up, \
        to the last digit, to `cost_usd` of the variant in `summary.csv`. Where a queue grows, waits and slowdowns are empty. Each figure is followed by the half-width of its 95 % \
        confidence interval.",
    written: Written::WithWorkloads,
    columns,
    write,
};

/// One column.
enum Kind {
    Variant,
    Target,
    Workload,
    Replications,
    Mean(usize),
    HalfWidth(usize),
    Ratio,
    RatioHalfWidth,
}

/// Name, unit and meaning of the slowdown against the least of a target.
const RATIO: (&str, &str, &str) = (
    "slowdown_ratio",
    "",
    "`slowdown_mean` over the smallest of the workloads of the target: the largest of them tells how fairly the target serves its \
     workloads, and 1 is even",
);

fn kinds() -> Vec<Kind> {
    let mut kinds = vec![
        Kind::Variant,
        Kind::Target,
        Kind::Workload,
        Kind::Replications,
    ];
    let slowdown = place("slowdown_mean");
    for figure in 0..FIGURES.len() {
        kinds.extend([Kind::Mean(figure), Kind::HalfWidth(figure)]);
        if figure == slowdown {
            kinds.extend([Kind::Ratio, Kind::RatioHalfWidth]);
        }
    }
    kinds
}

impl Kind {
    fn doc(&self) -> ColumnDoc {
        let own = |name: &str, unit, meaning: &str| (name.to_owned(), unit, meaning.to_owned());
        let (name, unit, meaning) = match self {
            Self::Variant => own("variant", "", "name of the variant"),
            Self::Target => own(
                "target",
                "",
                "name of the target; empty for what is no target's",
            ),
            Self::Workload => own(
                "workload",
                "",
                "name of the workload, `(none)` or `(requests)`",
            ),
            Self::Replications => own("replications", "", "number of replications"),
            Self::Ratio => own(RATIO.0, RATIO.1, RATIO.2),
            Self::RatioHalfWidth => half_width_doc(RATIO.0, RATIO.1),
            Self::Mean(at) => {
                let WorkloadFigure(name, unit, meaning, _) = &FIGURES[*at];
                own(name, unit, meaning)
            }
            Self::HalfWidth(at) => half_width_doc(FIGURES[*at].0, FIGURES[*at].1),
        };
        ColumnDoc {
            name,
            unit,
            meaning,
        }
    }

    fn fill(&self, line: &Line<'_>, cell: &mut Cell) {
        match self {
            Self::Variant => cell.text(&line.variant.name),
            Self::Target => cell.text(line.target()),
            Self::Workload => cell.text(line.workload()),
            Self::Replications => cell.integer(line.variant.replications.len() as u64),
            Self::Ratio => {
                if let Some(ratio) = line.slowdown_ratio() {
                    cell.decimal(ratio.mean);
                }
            }
            Self::RatioHalfWidth => {
                if let Some(width) = line.slowdown_ratio().and_then(|ratio| ratio.half_width) {
                    cell.decimal(width);
                }
            }
            Self::Mean(at) => match micros(line, *at) {
                Some(micros) => cell.money(micros),
                None => {
                    if let Some((estimate, hidden)) = line.figure(*at) {
                        cell.rounded(estimate.mean, known_decimals(hidden));
                    }
                }
            },
            Self::HalfWidth(at) => {
                let known = line.figure(*at);
                if let Some((width, hidden)) =
                    known.and_then(|(of, hidden)| Some((of.half_width?, hidden)))
                {
                    cell.rounded_up(width, known_decimals(hidden));
                }
            }
        }
    }
}

/// A cost of a line that adds up with others, in millionths of the currency.
fn micros(line: &Line<'_>, figure: usize) -> Option<i128> {
    let parts = line.micros();
    let part = figure.checked_sub(FIRST_COST)?;
    if part == parts.len() {
        return Some(parts.iter().sum());
    }
    parts.get(part).copied()
}

fn columns() -> Vec<ColumnDoc> {
    kinds().iter().map(Kind::doc).collect()
}

fn write(study: &StudyResults, out: &mut dyn Write) -> io::Result<()> {
    let mut table = TableWriter::new(study.currency(), out);
    table.header(columns().into_iter().map(|column| column.name))?;
    let kinds = kinds();
    for variant in &study.variants {
        for line in lines(study, variant) {
            table.row(&kinds, |kind, cell| kind.fill(&line, cell))?;
        }
    }
    table.finish()
}
