//! SEAM: a thin stand-in for the reading of CSV traces and columns; replaced by the real one at the merge.
#![allow(missing_docs, reason = "stand-in")]

use std::path::Path;

use crate::error::{Place, Problem};
use crate::units::{SimDuration, SimTime};

#[derive(Clone, Debug, PartialEq)]
pub struct TraceMapping {
    pub submitted: String,
    pub duration: String,
    pub nodes: Option<String>,
    pub gpus: Option<String>,
    pub gpus_per_node: Option<u32>,
    pub priority: Option<String>,
    pub environment: Option<String>,
    pub origin: Origin,
    pub on_bad_row: OnBadRow,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Origin {
    First,
    Number(f64),
    DateTime(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnBadRow {
    Refuse,
    Skip,
}

#[derive(Clone, Debug)]
pub struct RawRow {
    pub line: u64,
    pub at: SimTime,
    pub duration: SimDuration,
    pub nodes: Option<u32>,
    pub priority: Option<i32>,
    pub environment: Option<String>,
}

#[derive(Clone, Debug)]
pub struct TraceFile {
    pub rows: Vec<RawRow>,
    pub skipped: u64,
    pub first_stamp: Option<jiff::civil::DateTime>,
}

pub fn read_trace(
    path: &Path,
    mapping: &TraceMapping,
    _zone: &str,
    _start: Option<jiff::civil::DateTime>,
) -> Result<TraceFile, Vec<Problem>> {
    let fail = |error: csv::Error| {
        vec![Problem {
            place: Place::File(path.to_owned()),
            key: None,
            message: error.to_string(),
            help: None,
        }]
    };
    let mut reader = csv::Reader::from_path(path).map_err(fail)?;
    let header = reader.headers().map_err(fail)?.clone();
    let column = |name: &str| header.iter().position(|cell| cell == name);
    let mut rows = Vec::new();
    for (position, record) in reader.records().enumerate() {
        let record = record.map_err(fail)?;
        let number = |name: &str| -> f64 {
            column(name)
                .and_then(|at| record.get(at)?.parse().ok())
                .unwrap_or(0.0)
        };
        rows.push(RawRow {
            line: position as u64 + 2,
            at: SimTime(SimDuration::from_secs_rounded(number(&mapping.submitted)).0),
            duration: SimDuration::from_secs_rounded(number(&mapping.duration)),
            nodes: mapping.nodes.as_ref().map(|name| number(name) as u32),
            priority: mapping.priority.as_ref().map(|name| number(name) as i32),
            environment: mapping
                .environment
                .as_ref()
                .and_then(|name| record.get(column(name)?).map(str::to_owned))
                .filter(|name| !name.is_empty()),
        });
    }
    rows.sort_by_key(|row| row.at);
    Ok(TraceFile {
        rows,
        skipped: 0,
        first_stamp: None,
    })
}

pub fn read_column(
    path: &Path,
    values: &str,
    weights: Option<&str>,
) -> Result<(Vec<f64>, Vec<f64>), Vec<Problem>> {
    let fail = |error: csv::Error| {
        vec![Problem {
            place: Place::File(path.to_owned()),
            key: None,
            message: error.to_string(),
            help: None,
        }]
    };
    let mut reader = csv::Reader::from_path(path).map_err(fail)?;
    let header = reader.headers().map_err(fail)?.clone();
    let column = |name: &str| header.iter().position(|cell| cell == name);
    let mut found = (Vec::new(), Vec::new());
    for record in reader.records() {
        let record = record.map_err(fail)?;
        let number = |name: &str| -> f64 {
            column(name)
                .and_then(|at| record.get(at)?.parse().ok())
                .unwrap_or(0.0)
        };
        found.0.push(number(values));
        found.1.push(weights.map_or(1.0, number));
    }
    Ok(found)
}
