//! `leases.csv`: every lease of a node, where run records were asked for.

use std::io::{self, Write};

use super::table::{Column, Ready, TableWriter};
use super::{ReportFile, StudyResults, VariantResults, Written};
use crate::results::LeaseRecord;
use crate::units::SimTime;

/// This file.
pub const FILE: ReportFile = ReportFile {
    name: "leases.csv",
    meaning: "One row per variant, replication and lease, by target and node, whole also where it reaches beyond the measured time; \
        with `--runs`. A lease is a node from the start of its boot to its release or loss, or an instance from a start to a stop. Of an \
        instance, seconds by state are slot-seconds.",
    written: Written::WithRecords,
    columns: || columns().iter().map(Column::doc).collect(),
    write,
};

struct Row<'a> {
    variant: &'a VariantResults,
    texts: &'a Texts,
    lease: &'a LeaseRecord,
}

/// What many rows have.
struct Texts {
    variant: Ready,
    replication: Ready,
    targets: Vec<Ready>,
}

macro_rules! time {
    ($name:literal, $time:ident, $meaning:literal) => {
        Column::new($name, "s", $meaning, |row, cell| cell.time(row.lease.$time))
    };
}

macro_rules! state {
    ($name:literal, $state:ident, $meaning:literal) => {
        Column::new($name, "s", $meaning, |row, cell| {
            cell.seconds(row.lease.$state)
        })
    };
}

fn columns<'a>() -> [Column<Row<'a>>; 16] {
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
        Column::new("target", "", "name of the target", |row, cell| {
            cell.ready(&row.texts.targets[row.lease.target as usize]);
        }),
        Column::new(
            "node",
            "",
            "id of the node, in order of request (of an instance: the number of the start), from 0",
            |row, cell| cell.integer(row.lease.node),
        ),
        time!("requested_s", requested, "when the node was asked for"),
        time!(
            "billed_from_s",
            billed_from,
            "start of billing: the end of its allocation"
        ),
        time!("released_s", released, "end of the lease"),
        Column::new(
            "ended_by",
            "",
            "`loss` of the node, or else `release` (of an instance: a stop), also at the target's end",
            |row, cell| cell.word(ended_by(row.lease)),
        ),
        state!("boot_s", boot, "time in boot"),
        state!(
            "node_setup_s",
            node_setup,
            "time in image pull, setup and restart"
        ),
        state!(
            "run_s",
            run,
            "time Running with checkpoints, without lost work"
        ),
        state!(
            "lost_work_s",
            lost,
            "time Running whose work was lost as this node or another of its run was lost or taken away"
        ),
        state!("finalize_s", finalize, "time Finalizing"),
        state!("idle_s", idle, "idle time of all kinds"),
        Column::new(
            "billed_s",
            "s",
            "billed time of the node or instance: the lease after granularity and minimum",
            |row, cell| cell.time(SimTime(row.lease.billed.0)),
        ),
        Column::new(
            "cost_usd",
            "USD",
            "cost of the billed time, without fixed charges",
            |row, cell| {
                let prices = &row.variant.prices[row.lease.target as usize];
                cell.usd(prices.lease_cost(row.lease));
            },
        ),
    ]
}

fn ended_by(lease: &LeaseRecord) -> &'static str {
    if lease.ended_by_loss {
        "loss"
    } else {
        "release"
    }
}

fn write(study: &StudyResults, out: &mut dyn Write) -> io::Result<()> {
    let mut table = TableWriter::new(study.currency(), out);
    table.header(columns().iter().map(|column| column.name))?;
    for (position, variant, replication) in study.replications() {
        let targets = variant.targets.iter().map(|name| Ready::new(name));
        let texts = &Texts {
            variant: Ready::new(&variant.name),
            replication: Ready::new(&replication.to_string()),
            targets: targets.collect(),
        };
        study.each_lease((position, replication), &mut |leases| {
            let columns = columns();
            leases.iter().try_for_each(|lease| {
                let row = Row {
                    variant,
                    texts,
                    lease,
                };
                table.row(&columns, |column, cell| (column.cell)(&row, cell))
            })
        })?;
    }
    table.finish()
}
