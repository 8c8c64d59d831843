//! `replications.csv`: every figure of every replication, tidy, for analyses of one's own.

use std::io::{self, Write};

use super::figure::Figure;
use super::figures::FIGURES;
use super::growth::Growing;
use super::numbers::known_decimals;
use super::observation::Observation;
use super::row::{Row, rows};
use super::table::{Cell, ColumnDoc, TableWriter};
use super::{ReportFile, StudyResults, Written};

/// This file.
pub const FILE: ReportFile = ReportFile {
    name: "replications.csv",
    meaning: "One row per variant, target and replication (with `(all)` as in `summary.csv`). Replications of the same number \
        share their random numbers over the variants, so differences between variants are best taken within a replication. Waits \
        and latencies stand here also where a queue grows (`queue_grows` in `summary.csv`): they then depend on the horizon.",
    written: Written::Always,
    columns,
    write,
};

/// One column.
enum Kind {
    Variant,
    Target,
    Replication,
    Seed,
    Figure(&'static Figure),
}

fn kinds() -> impl Iterator<Item = Kind> {
    [Kind::Variant, Kind::Target, Kind::Replication, Kind::Seed]
        .into_iter()
        .chain(FIGURES.iter().map(Kind::Figure))
}

impl Kind {
    fn doc(&self) -> ColumnDoc {
        let (name, unit, meaning) = match self {
            Self::Variant => ("variant", "", "name of the variant"),
            Self::Target => ("target", "", "name of the target, or `(all)`"),
            Self::Replication => ("replication", "", "number of the replication, from 0"),
            Self::Seed => (
                "seed",
                "",
                "seed of the scenario; with the replication's number it fixes all random numbers",
            ),
            Self::Figure(figure) => (figure.name, figure.unit, figure.meaning),
        };
        ColumnDoc {
            name: name.to_owned(),
            unit,
            meaning: meaning.to_owned(),
        }
    }

    fn fill(
        &self,
        seed: u64,
        row: &Row<'_>,
        (replication, of): (usize, &Observation<'_>),
        cell: &mut Cell,
    ) {
        match self {
            Self::Variant => cell.text(row.variant),
            Self::Target => cell.text(row.target),
            Self::Replication => cell.integer(replication as u64),
            Self::Seed => cell.integer(seed),
            Self::Figure(figure) => fill_figure(figure, of, cell),
        }
    }
}

fn fill_figure(figure: &Figure, observation: &Observation<'_>, cell: &mut Cell) {
    match figure.statistic.of(observation) {
        Some((value, _)) if figure.count => cell.level(value),
        Some((value, hidden)) => cell.rounded(value, known_decimals(hidden)),
        None => {}
    }
}

fn columns() -> Vec<ColumnDoc> {
    kinds().map(|kind| kind.doc()).collect()
}

fn write(study: &StudyResults, out: &mut dyn Write) -> io::Result<()> {
    let mut table = TableWriter::new(study.currency(), out);
    table.header(columns().into_iter().map(|column| column.name))?;
    for mut row in study.variants.iter().flat_map(rows) {
        // One replication is what it is, whatever its queues would do later.
        row.growing = Growing::default();
        for replication in 0..row.replications() {
            row.observe(replication, |of| {
                table.row(kinds(), |kind, cell| {
                    kind.fill(study.seed, &row, (replication, of), cell);
                })
            })?;
        }
    }
    table.finish()
}
