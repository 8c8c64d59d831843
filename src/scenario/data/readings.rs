//! What was read from each data file, to be told and kept, so that no log is misread in silence.

use std::rc::Rc;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Serialize;

use super::stamp_kind::{StampKind, Unit};
use super::trace::{RawRow, TraceFile};
use crate::units::{SimDuration, SimTime, TICKS_PER_HOUR};

/// What was read from a data file for one purpose.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reading {
    /// The file.
    pub file: PathBuf,
    /// What it is read for, such as `workload.training`.
    pub read_for: String,
    /// The variants in which it is read so; empty if in all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub variants: Vec<String>,
    /// Rows that are not blank, without the header.
    pub rows: u64,
    /// Rows that are used.
    pub used: u64,
    /// Rows that are not, by reason.
    pub left_out: Vec<LeftOut>,
    /// Submissions, or times of other events.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stamps: Option<Stamps>,
    /// Durations of the rows that are used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub durations: Option<Durations>,
    /// How many of the rows that are used ask for how many nodes; empty where the file does not say it.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub sizes: BTreeMap<u32, u64>,
    /// Durations times nodes (of one node where the file has no sizes), in hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_hours: Option<f64>,
    /// What else is known, as sentences.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
}

impl Reading {
    /// Whether it says the same, whatever the variants.
    pub(in crate::scenario) fn is_like(&self, other: &Self) -> bool {
        self.used == other.used
            && self.read_for == other.read_for
            && Self {
                variants: Vec::new(),
                ..self.clone()
            } == *other
    }
}

/// Rows left out for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// Why.
    pub reason: String,
    /// How many.
    pub rows: u64,
}

/// The stamps of the rows that are used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stamps {
    /// What they are, such as `seconds since 1970 (by their size)`.
    pub are: String,
    /// The first, with its weekday where it is a date.
    pub first: String,
    /// The last.
    pub last: String,
    /// Time from the first to the last.
    pub span: String,
}

/// Durations, in seconds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Durations {
    /// What the column counts; tokens where each has its time.
    pub are: &'static str,
    /// Half are no longer.
    pub median_s: f64,
    /// The largest.
    pub largest_s: f64,
    /// How many are 0.
    pub zeros: u64,
}

impl Durations {
    /// Of some durations; `None` without any.
    pub(super) fn of(mut all: Vec<SimDuration>, are: &'static str) -> Option<Self> {
        all.sort_unstable();
        let largest = all.last()?.as_secs_f64();
        let (low, high) = (all[(all.len() - 1) / 2], all[all.len() / 2]);
        Some(Self {
            are,
            median_s: f64::midpoint(low.as_secs_f64(), high.as_secs_f64()),
            largest_s: largest,
            zeros: all.partition_point(|duration| duration.is_zero()) as u64,
        })
    }
}

/// What was read of a trace, whose rows come before the horizon.
pub(in crate::scenario) fn of_trace(trace: &TraceFile, horizon: SimTime) -> Reading {
    let used = &trace.rows[..trace.rows.partition_point(|row| row.at < horizon)];
    let late = (trace.rows.len() - used.len()) as u64;
    let mut left_out: Vec<LeftOut> = trace
        .reasons
        .iter()
        .map(|(reason, rows)| LeftOut {
            reason: reason.clone(),
            rows: *rows,
        })
        .collect();
    if late > 0 {
        left_out.push(LeftOut {
            reason: "at or after the horizon".to_owned(),
            rows: late,
        });
    }
    let mut sizes = BTreeMap::new();
    for nodes in used.iter().filter_map(|row| row.nodes) {
        *sizes.entry(nodes).or_default() += 1;
    }
    let remarks = trace.may_be_excel.then(|| {
        "if the stamps are whole days of a spreadsheet, write `stamps = \"excel\"`".to_owned()
    });
    Reading {
        file: trace.path.clone(),
        read_for: String::new(),
        variants: Vec::new(),
        rows: trace.total,
        used: used.len() as u64,
        left_out,
        stamps: stamps(trace, used),
        durations: Durations::of(
            used.iter().map(|row| row.duration).collect(),
            trace.unit.map_or("by tokens", Unit::name),
        ),
        node_hours: Some(node_hours(used)),
        sizes,
        remarks: remarks.into_iter().collect(),
    }
}

/// What was read of a column of numbers.
pub(super) fn of_column(path: &Path, column: &str, numbers: &[f64]) -> Reading {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    let remark = match (sorted.first(), sorted.get(sorted.len() / 2), sorted.last()) {
        (Some(least), Some(middle), Some(largest)) => {
            format!("least {least}, median {middle}, largest {largest}")
        }
        _ => String::new(),
    };
    Reading {
        file: path.to_owned(),
        read_for: format!("column {column}"),
        variants: Vec::new(),
        rows: numbers.len() as u64,
        used: numbers.len() as u64,
        left_out: Vec::new(),
        stamps: None,
        durations: None,
        sizes: BTreeMap::new(),
        node_hours: None,
        remarks: vec![remark],
    }
}

fn node_hours(rows: &[RawRow]) -> f64 {
    let ticks = |row: &RawRow| u128::from(row.duration.0) * u128::from(row.nodes.unwrap_or(1));
    let all: u128 = rows.iter().map(ticks).sum();
    all as f64 / TICKS_PER_HOUR as f64
}

fn stamps(trace: &TraceFile, used: &[RawRow]) -> Option<Stamps> {
    let (first, last) = (used.first()?, used.last()?);
    let (name, by) = (
        trace.kind.name(),
        if trace.is_kind_given {
            " (as `stamps` says)"
        } else {
            match trace.kind {
                StampKind::Epoch(_) | StampKind::Excel => " (by their size)",
                _ => "",
            }
        },
    );
    let local = match trace.kind {
        StampKind::LocalDateTime | StampKind::Excel => ", local times of `time_zone`",
        _ => "",
    };
    Some(Stamps {
        are: format!("{name}{by}{local}"),
        first: said(trace, first.at),
        last: said(trace, last.at),
        span: last.at.since(first.at).to_friendly(),
    })
}

/// A stamp in words: a date with its weekday, or seconds.
fn said(trace: &TraceFile, at: SimTime) -> String {
    let micros = trace.origin.saturating_add_unsigned(at.0);
    if !trace.kind.is_dated() {
        let seconds = SimDuration(micros.unsigned_abs()).to_string();
        let short = seconds.trim_end_matches('0').trim_end_matches('.');
        return format!("{short} s");
    }
    let instant = Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MAX);
    let local = trace.zone.to_datetime(instant);
    local.strftime("%a %Y-%m-%d %H:%M:%S").to_string()
}

/// Adds what a variant read from its logs, each once.
pub(in crate::scenario) fn gather_readings(
    known: &mut Vec<Reading>,
    readings: &[Rc<Reading>],
    variant: &str,
) {
    for reading in readings {
        let same = known.iter_mut().rev().find(|known| known.is_like(reading));
        match same {
            Some(known) => known.variants.push(variant.to_owned()),
            None => known.push(Reading {
                variants: vec![variant.to_owned()],
                ..(**reading).clone()
            }),
        }
    }
}

/// What all variants read is reported without their names.
pub(in crate::scenario) fn name_no_variants(readings: &mut [Reading], all: usize) {
    for reading in readings {
        if reading.variants.len() == all {
            reading.variants.clear();
        }
    }
}
