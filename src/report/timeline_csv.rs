//! `timeline.csv` and `timeline-fine.csv`: nodes by state and the queue over time, of the replications whose levels were
//! recorded; the first in as few rows as a study of many variants can bear.

use super::table::{Column, write_rows};
use super::{ReportFile, StudyResults, Written};
use crate::results::{Timeline, TimelinePoint};
use crate::units::SimTime;

/// In few rows.
pub const FILE: ReportFile = ReportFile {
    name: "timeline.csv",
    meaning: "Levels of each target over time, in the replications that recorded them. A row holds from `time_s` for `span_s`: at \
        changes, or where those make more than 1,024 rows of a target as the mean over the shortest equal spans that do not, such as \
        10 minutes in a week and an hour in a month. A target's rows do not depend on other targets and variants, unless there are more than 30 in all: these share 250,000 \
        rows. Of an instance, \
        nodes are slots; of a service they are replicas, and runs are requests.",
    written: Written::Always,
    columns: || columns().iter().map(Column::doc).collect(),
    write: |study, out| {
        let rows = rows(study, |timeline| timeline.in_rows(MOST).points);
        write_rows(&columns(), rows, study.currency(), out)
    },
};

/// As recorded.
pub const FINE: ReportFile = ReportFile {
    name: "timeline-fine.csv",
    meaning: "The same in at most about 8,192 rows a target: every change, or means over shorter spans; with `--runs`. The charts of \
        nodes are drawn from it.",
    written: Written::WithRecords,
    columns: FILE.columns,
    write: |study, out| {
        let rows = rows(study, |timeline| timeline.points.clone());
        write_rows(&columns(), rows, study.currency(), out)
    },
};

/// Rows of a target in `timeline.csv`: less than 100 kB. All levels kept take up to 600 kB, in a study of 200 variants 100 MB.
const MOST: u64 = 1024;

struct Row<'a> {
    variant: &'a str,
    replication: usize,
    target: &'a str,
    point: TimelinePoint,
}

macro_rules! level {
    ($name:literal, $level:ident, $meaning:literal) => {
        Column::new($name, "", $meaning, |row, cell| {
            cell.level(row.point.levels.$level)
        })
    };
}

fn columns<'a>() -> [Column<Row<'a>>; 11] {
    [
        Column::new("variant", "", "name of the variant", |row, cell| {
            cell.text(row.variant);
        }),
        Column::new(
            "replication",
            "",
            "number of the replication, from 0",
            |row, cell| cell.integer(row.replication as u64),
        ),
        Column::new("target", "", "name of the target", |row, cell| {
            cell.text(row.target);
        }),
        Column::new(
            "time_s",
            "s",
            "start of the span, since the scenario's start",
            |row, cell| cell.time(row.point.from),
        ),
        Column::new("span_s", "s", "length of the span", |row, cell| {
            cell.time(SimTime(row.point.span.0));
        }),
        level!(
            "nodes_provisioning",
            provisioning,
            "nodes asked for and not ready"
        ),
        level!("nodes_idle", idle, "nodes ready without a run"),
        level!("nodes_busy", occupied, "nodes with a run"),
        level!("nodes_leaving", leaving, "nodes released and not gone"),
        level!("queued_runs", queued_runs, "runs in the queue"),
        level!(
            "queued_nodes",
            queued_nodes,
            "nodes that the runs in the queue ask for (of a service: replicas that wait for room on a node)"
        ),
    ]
}

fn rows(
    study: &StudyResults,
    points: impl Fn(&Timeline) -> Vec<TimelinePoint> + Copy,
) -> impl Iterator<Item = Row<'_>> {
    study.variants.iter().flat_map(move |variant| {
        let replications = variant.replications.iter().enumerate();
        replications.flat_map(move |(replication, result)| {
            let timelines = result.records().into_iter();
            let timelines = timelines.flat_map(|records| &records.timelines);
            let targets = variant.targets.iter().zip(timelines);
            targets.flat_map(move |(target, timeline)| {
                points(timeline).into_iter().map(move |point| Row {
                    variant: &variant.name,
                    replication,
                    target,
                    point,
                })
            })
        })
    })
}
