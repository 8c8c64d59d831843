//! Traces as text, read.

mod refusals;
mod rows;
mod stamps;

use std::path::{Path, PathBuf};

use super::*;
use crate::inputs::Disk;
use crate::scenario::data::stamp_kind::Unit;
use crate::scenario::data::table::{self, Decimal};
use crate::units::{SimDuration, TICKS_PER_HOUR, TICKS_PER_SECOND};

fn mapping() -> TraceMapping {
    TraceMapping {
        estimate: None,
        submitted: "submitted".to_owned(),
        stamps: None,
        duration: Length::Column("duration".to_owned(), Unit::Seconds),
        is_unit_given: false,
        nodes: None,
        gpus: None,
        gpus_per_node: None,
        priority: None,
        environment: None,
        labels: Default::default(),
        origin: Origin::First,
        decimal: None,
        on_bad_row: OnBadRow::Refuse,
    }
}

fn read(
    content: impl AsRef<[u8]>,
    mapping: &TraceMapping,
    zone: &str,
    declared: Option<&[String]>,
) -> Result<TraceFile, Vec<Problem>> {
    let table = Table::new(Path::new("trace.csv"), content.as_ref().to_vec());
    let table = table.map_err(|problem| vec![*problem])?;
    let table = table.with_decimal(mapping.decimal);
    read_trace(&table, mapping, zone, declared)
}

fn trace(content: impl AsRef<[u8]>, mapping: &TraceMapping) -> TraceFile {
    read(content, mapping, "UTC", None).expect("a good trace")
}

/// The problems as lines.
fn problems(content: impl AsRef<[u8]>, mapping: &TraceMapping) -> Vec<String> {
    let problems = read(content, mapping, "UTC", None).expect_err("a bad trace");
    problems.iter().map(Problem::to_string).collect()
}

fn seconds(trace: &TraceFile) -> Vec<(f64, f64)> {
    let row = |row: &RawRow| (row.at.as_secs_f64(), row.duration.as_secs_f64());
    trace.rows.iter().map(row).collect()
}

fn skipping() -> TraceMapping {
    TraceMapping {
        on_bad_row: OnBadRow::Skip,
        ..mapping()
    }
}
