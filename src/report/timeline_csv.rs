//! `timeline.csv`: nodes by state and the queue over time, of the replications whose levels were recorded.

use std::io::{self, Write};

use super::table::{Column, write_rows};
use super::{ReportFile, StudyResults};
use crate::results::TimelinePoint;
use crate::units::SimTime;

/// This file.
pub const FILE: ReportFile = ReportFile {
    name: "timeline.csv",
    meaning: "Levels of each target over time, in the replications that recorded them. A row holds from `time_s` for `span_s`: at \
        changes, or as the mean over equal spans where changes are many. Of an instance, nodes are slots.",
    needs_records: false,
    columns: || columns().iter().map(Column::doc).collect(),
    write,
};

struct Row<'a> {
    variant: &'a str,
    replication: usize,
    target: &'a str,
    point: &'a TimelinePoint,
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
            "nodes_preparing",
            preparing,
            "nodes asked for and not ready"
        ),
        level!("nodes_idle", idle, "nodes ready without a run"),
        level!("nodes_occupied", occupied, "nodes with a run"),
        level!("nodes_leaving", leaving, "nodes released and not gone"),
        level!("queued_runs", queued_runs, "runs in the queue"),
        level!(
            "queued_nodes",
            queued_nodes,
            "nodes that the runs in the queue ask for"
        ),
    ]
}

fn rows(study: &StudyResults) -> impl Iterator<Item = Row<'_>> {
    study.variants.iter().flat_map(|variant| {
        let replications = variant.replications.iter().enumerate();
        replications.flat_map(move |(replication, result)| {
            let targets = variant.targets.iter().zip(&result.timelines);
            targets.flat_map(move |(target, timeline)| {
                timeline.points.iter().map(move |point| Row {
                    variant: &variant.name,
                    replication,
                    target,
                    point,
                })
            })
        })
    })
}

fn write(study: &StudyResults, out: &mut dyn Write) -> io::Result<()> {
    write_rows(&columns(), rows(study), out)
}
