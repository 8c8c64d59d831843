//! `groups.csv`: the runs of logs by user, group and class, where a log has such columns.

use std::io::{self, Write};

use super::figure::{parts, per_thing};
use super::groups::{ALL_RUNS, groups};
use super::summary_csv::half_width_doc;
use super::table::{Cell, ColumnDoc, TableWriter};
use super::{ReportFile, StudyResults, VariantResults, Written};
use crate::results::GroupStatistics;
use crate::stats::{CONFIDENCE, Estimate, ratio_of_means};
use crate::units::SimDuration;

/// This file.
pub const FILE: ReportFile = ReportFile {
    name: "groups.csv",
    meaning: "The runs of logs by user, group and class, where an `arrivals.trace` names such columns; else it is not written. \
        One row per variant and workload for all of its runs, and one for each name that a column has. Runs whose cell is empty \
        are in the first of these alone. They are the runs submitted in [warm-up, horizon), on whatever target. Each figure is \
        followed by the half-width of its 95 % confidence interval.",
    written: Written::WithLabels,
    columns,
    write,
};

/// Whether there is anything to write.
pub fn applies(study: &StudyResults) -> bool {
    let mut labels = study.variants.iter().flat_map(|variant| &variant.labels);
    labels.any(Option::is_some)
}

/// Two numbers of a replication, of a group and of all runs of its workload: the figure is the mean of the first over the mean
/// of the second. `None` where the replication has none.
type OfGroup = fn(&GroupStatistics, &GroupStatistics) -> Option<[f64; 2]>;

/// A figure of a group: name, unit, meaning.
struct GroupFigure(&'static str, &'static str, &'static str, OfGroup);

const FIGURES: [GroupFigure; 10] = [
    GroupFigure("runs_submitted", "", "runs submitted", |group, _| {
        Some([group.submitted as f64, 1.0])
    }),
    GroupFigure("runs_completed", "", "of these: completed", |group, _| {
        Some([group.completed as f64, 1.0])
    }),
    GroupFigure(
        "wait_mean_s",
        "s",
        "mean wait, from submission to first Running, of the runs that started",
        |group, _| Some(per_thing(group.wait_sum, group.started)),
    ),
    GroupFigure(
        "wait_p50_s",
        "s",
        "median wait: the mean over the replications in which a run started",
        |group, _| wait(group.wait_p50),
    ),
    GroupFigure(
        "wait_p95_s",
        "s",
        "95th percentile of the wait, likewise",
        |group, _| wait(group.wait_p95),
    ),
    GroupFigure(
        "wait_p99_s",
        "s",
        "99th percentile of the wait, likewise",
        |group, _| wait(group.wait_p99),
    ),
    GroupFigure("wait_max_s", "s", "longest wait, likewise", |group, _| {
        wait(group.wait_max)
    }),
    GroupFigure(
        "turnaround_mean_s",
        "s",
        "mean time from submission to Completed of the runs that completed",
        |group, _| Some(per_thing(group.turnaround_sum, group.completed)),
    ),
    GroupFigure(
        "node_hours",
        "h",
        "hours from the assignment of nodes to their release, times the nodes of the run, over all attempts (of an instance: slot-hours)",
        |group, _| Some([group.node_time.as_hours(), 1.0]),
    ),
    GroupFigure(
        "node_hours_share",
        "fraction (0 to 1)",
        "`node_hours` over those of all runs of the workload: where all nodes have one price, the share of what the runs cost",
        |group, all| Some(parts(group.node_time, all.node_time)),
    ),
];

fn wait(wait: Option<SimDuration>) -> Option<[f64; 2]> {
    Some([wait?.as_secs_f64(), 1.0])
}

/// One column.
enum Kind {
    Variant,
    Workload,
    By,
    Name,
    Replications,
    Mean(&'static GroupFigure),
    HalfWidth(&'static GroupFigure),
}

fn kinds() -> impl Iterator<Item = Kind> {
    let figures = FIGURES.iter();
    let figures = figures.flat_map(|figure| [Kind::Mean(figure), Kind::HalfWidth(figure)]);
    [
        Kind::Variant,
        Kind::Workload,
        Kind::By,
        Kind::Name,
        Kind::Replications,
    ]
    .into_iter()
    .chain(figures)
}

impl Kind {
    fn doc(&self) -> ColumnDoc {
        let (name, unit, meaning) = match self {
            Self::Variant => ("variant", "", "name of the variant"),
            Self::Workload => ("workload", "", "name of the workload"),
            Self::By => (
                "by",
                "",
                "column that the runs are grouped by: `user`, `group` or `class`; `workload` in the row of all of them",
            ),
            Self::Name => (
                "name",
                "",
                "text of the column; in the row of all runs the name of the workload",
            ),
            Self::Replications => ("replications", "", "number of replications"),
            Self::Mean(GroupFigure(name, unit, meaning, _)) => (*name, *unit, *meaning),
            Self::HalfWidth(GroupFigure(name, unit, ..)) => {
                let (name, unit, meaning) = half_width_doc(name, unit);
                return ColumnDoc {
                    name,
                    unit,
                    meaning,
                };
            }
        };
        ColumnDoc {
            name: name.to_owned(),
            unit,
            meaning: meaning.to_owned(),
        }
    }

    fn fill(&self, row: &Row<'_>, cell: &mut Cell) {
        match self {
            Self::Variant => cell.text(&row.variant.name),
            Self::Workload => cell.text(row.workload),
            Self::By => cell.text(row.by),
            Self::Name => cell.text(row.name),
            Self::Replications => cell.integer(row.variant.replications.len() as u64),
            Self::Mean(figure) => {
                if let Some(estimate) = row.estimate(figure) {
                    cell.decimal(estimate.mean);
                }
            }
            Self::HalfWidth(figure) => {
                if let Some(width) = row.estimate(figure).and_then(|of| of.half_width) {
                    cell.decimal(width);
                }
            }
        }
    }
}

/// A group of a workload of a variant.
struct Row<'a> {
    variant: &'a VariantResults,
    workload: &'a str,
    by: &'static str,
    name: &'a str,
    /// By replication.
    results: &'a [Vec<GroupStatistics>],
    /// Position of the group, and of all runs of the workload, in the results.
    places: [usize; 2],
}

impl Row<'_> {
    fn estimate(&self, GroupFigure(.., parts): &GroupFigure) -> Option<Estimate> {
        let parts = self.results.iter().filter_map(|groups| {
            let [group, all] = self.places.map(|place| &groups[place]);
            parts(group, all)
        });
        let (parts, wholes): (Vec<f64>, Vec<f64>) = parts.map(Into::into).unzip();
        ratio_of_means(&parts, &wholes, CONFIDENCE)
    }
}

fn columns() -> Vec<ColumnDoc> {
    kinds().map(|kind| kind.doc()).collect()
}

fn write(study: &StudyResults, out: &mut dyn Write) -> io::Result<()> {
    let mut table = TableWriter::new(study.currency(), out);
    table.header(columns().into_iter().map(|column| column.name))?;
    for variant in &study.variants {
        let results: Vec<_> = variant
            .statistics()
            .map(|result| result.into_owned().groups)
            .collect();
        let mut all = 0;
        for (place, group) in groups(variant).into_iter().enumerate() {
            // Runs of several workloads together are told of each of them.
            let Some(workload) = group.workload else {
                continue;
            };
            if group.by == ALL_RUNS {
                all = place;
            }
            let row = Row {
                variant,
                workload: &variant.workloads[workload],
                by: group.by,
                name: group.name,
                results: &results,
                places: [place, all],
            };
            table.row(kinds(), |kind, cell| kind.fill(&row, cell))?;
        }
    }
    table.finish()
}
