//! `runs.csv`: every run, where run records were asked for.

use std::io::{self, Write};

use super::table::{Column, Ready, TableWriter};
use super::{ReportFile, StudyResults, VariantResults, Written};
use crate::results::{RunRecord, RunStatus};
use crate::units::SimTime;

/// This file.
pub const FILE: ReportFile = ReportFile {
    name: "runs.csv",
    meaning: "One row per variant, replication and run, in order of submission, also of runs submitted before the warm-up's end; \
        with `--runs`. Times are seconds since the scenario's start; what did not happen is empty.",
    written: Written::WithRecords,
    columns: || columns().iter().map(Column::doc).collect(),
    write,
};

struct Row<'a> {
    variant: &'a VariantResults,
    texts: &'a Texts,
    run: &'a RunRecord,
}

/// What many rows have.
struct Texts {
    variant: Ready,
    replication: Ready,
    workloads: Vec<Ready>,
    targets: Vec<Ready>,
}

impl Texts {
    fn new(variant: &VariantResults, replication: usize) -> Self {
        let all = |names: &[String]| names.iter().map(|name| Ready::new(name)).collect();
        Self {
            variant: Ready::new(&variant.name),
            replication: Ready::new(&replication.to_string()),
            workloads: all(&variant.workloads),
            targets: all(&variant.targets),
        }
    }
}

macro_rules! time {
    ($name:literal, $time:ident, $meaning:literal) => {
        Column::new($name, "s", $meaning, |row, cell| cell.time(row.run.$time))
    };
}

/// A part of the wait.
macro_rules! part {
    ($name:literal, $part:ident, $meaning:literal) => {
        Column::new($name, "s", $meaning, |row, cell| {
            let part = row.run.wait_parts().map(|parts| parts.$part);
            cell.time(part.map(|part| SimTime(part.0)));
        })
    };
}

/// What the log of the run says in one of the columns of labels.
macro_rules! label {
    ($name:literal, $column:literal) => {
        Column::new(
            $name,
            "",
            concat!(
                "its ",
                $name,
                ", where the log of its workload names such a column; else empty"
            ),
            |row, cell| {
                let labels = row.variant.labels.get(row.run.workload as usize);
                if let Some(labels) = labels.and_then(Option::as_ref) {
                    cell.text(labels.text(row.run.label, $column));
                }
            },
        )
    };
}

fn columns<'a>() -> Vec<Column<Row<'a>>> {
    let mut columns = Vec::from(whose());
    columns.extend(times());
    columns.extend(parts());
    columns.extend(outcome());
    columns.extend(losses());
    columns
}

/// Which run it is.
fn whose<'a>() -> [Column<Row<'a>>; 9] {
    [
        Column::new("variant", "", "name of the variant", |row, cell| {
            cell.ready(&row.texts.variant);
        }),
        Column::new(
            "replication",
            "",
            "number of the replication, from 0",
            |row, cell| cell.ready(&row.texts.replication),
        ),
        Column::new("workload", "", "name of the workload", |row, cell| {
            cell.ready(&row.texts.workloads[row.run.workload as usize]);
        }),
        Column::new(
            "position",
            "",
            "position of the run in its workload, from 0; with the workload it identifies the run",
            |row, cell| cell.integer(row.run.position),
        ),
        label!("user", 0),
        label!("group", 1),
        label!("class", 2),
        Column::new("target", "", "name of the target", |row, cell| {
            cell.ready(&row.texts.targets[row.run.target as usize]);
        }),
        Column::new("nodes", "", "nodes it asked for", |row, cell| {
            cell.integer(row.run.nodes);
        }),
    ]
}

/// When what happened.
fn times<'a>() -> [Column<Row<'a>>; 6] {
    [
        time!("submit_s", submitted, "submission"),
        time!(
            "queued_s",
            queued,
            "when it joined the queue, its image being ready"
        ),
        time!("assigned_s", assigned, "when it was given all its nodes"),
        time!("start_s", started, "first Running"),
        time!("end_s", ended, "when it ended"),
        Column::new(
            "wait_s",
            "s",
            "from submission to first Running",
            |row, cell| cell.time(wait(row.run)),
        ),
    ]
}

/// What its wait was for.
fn parts<'a>() -> [Column<Row<'a>>; 5] {
    [
        part!(
            "wait_image_s",
            image,
            "of the wait: until it joined the queue, while its image was built"
        ),
        part!(
            "wait_provisioning_s",
            provisioning,
            "of the wait: in the queue, while nodes were on their way"
        ),
        part!(
            "wait_quota_s",
            quota,
            "of the wait: in the queue, while a quota withheld nodes"
        ),
        part!(
            "wait_capacity_s",
            capacity,
            "of the wait: in the queue, while others held nodes or slots, or the instance was off"
        ),
        part!(
            "wait_setup_s",
            node_setup,
            "of the wait: on its nodes, over all attempts before the first Running; the five parts add up to `wait_s`"
        ),
    ]
}

/// How it ended.
fn outcome<'a>() -> [Column<Row<'a>>; 2] {
    [
        Column::new(
            "status",
            "",
            "how it ended: `completed`, `failed`, `canceled` or `unfinished`",
            |row, cell| cell.word(status(row.run.status)),
        ),
        Column::new(
            "nodes_held",
            "",
            "ids of the nodes it held, in its last attempt, with a space between two; empty on an instance",
            |row, cell| cell.integers(&row.run.nodes_held),
        ),
    ]
}

/// What it lost.
fn losses<'a>() -> [Column<Row<'a>>; 4] {
    [
        Column::new(
            "interruptions",
            "",
            "times that it lost a node",
            |row, cell| {
                cell.integer(row.run.losses);
            },
        ),
        Column::new(
            "lost_work_s",
            "s",
            "time Running whose work it lost with lost nodes: of the run, not times its nodes",
            |row, cell| cell.time(SimTime(row.run.lost.0)),
        ),
        Column::new(
            "deallocations",
            "",
            "times that its pool took its nodes away, which are no losses",
            |row, cell| cell.integer(row.run.deallocations),
        ),
        Column::new(
            "deallocated_s",
            "s",
            "time Running whose work it lost with nodes that were taken away: of the run, not times its nodes",
            |row, cell| cell.time(SimTime(row.run.deallocated.0)),
        ),
    ]
}

fn wait(run: &RunRecord) -> Option<SimTime> {
    Some(SimTime(run.started?.since(run.submitted).0))
}

fn status(status: RunStatus) -> &'static str {
    match status {
        RunStatus::Completed => "completed",
        RunStatus::Failed => "failed",
        RunStatus::Canceled => "canceled",
        RunStatus::Unfinished => "unfinished",
    }
}

fn write(study: &StudyResults, out: &mut dyn Write) -> io::Result<()> {
    let mut table = TableWriter::new(study.currency(), out);
    table.header(columns().iter().map(|column| column.name))?;
    for (position, variant, replication) in study.replications() {
        let texts = &Texts::new(variant, replication);
        study.each_run((position, replication), &mut |runs| {
            let columns = columns();
            runs.iter().try_for_each(|run| {
                let row = Row {
                    variant,
                    texts,
                    run,
                };
                table.row(&columns, |column, cell| (column.cell)(&row, cell))
            })
        })?;
    }
    table.finish()
}
