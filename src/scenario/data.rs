//! Reads the data files that a scenario names: traces of submissions, and columns of values with weights.
//! Every row is checked here; the result is plain values in order of submission, with names not yet resolved.

use std::path::Path;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::cells::{self, StampKind};
use super::table::{BadRows, Column, Row, Table};
use crate::calendar::time_zone;
use crate::error::Problem;
use crate::units::{SimDuration, SimTime, TICKS_PER_SECOND};

/// Skipped rows whose reason is kept.
const SHOWN_SKIPPED_ROWS: usize = 3;
/// Help beside bad rows.
const SKIP_HELP: &str = "`on_bad_row = \"skip\"` leaves bad rows out and counts them";

/// Which column of a trace means what. Not both `nodes` and `gpus` are mapped.
#[derive(Clone, Debug, PartialEq)]
pub struct TraceMapping {
    /// Submission: seconds, or date-times.
    pub submitted: String,
    /// Running time in seconds.
    pub duration: String,
    /// Nodes of a run.
    pub nodes: Option<String>,
    /// GPUs of a run, which become nodes.
    pub gpus: Option<String>,
    /// GPUs of one node, at least 1; 1 if not given.
    pub gpus_per_node: Option<u32>,
    /// Priority, larger first.
    pub priority: Option<String>,
    /// Name of the environment; an empty cell means none.
    pub environment: Option<String>,
    /// What `t = 0` is.
    pub origin: Origin,
    /// What happens to a row that cannot be used.
    pub on_bad_row: OnBadRow,
}

/// What `t = 0` is in a trace; a row before it is a bad row.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Origin {
    /// The earliest good row.
    #[default]
    First,
    /// This many seconds, where stamps are seconds.
    Number(f64),
    /// This date-time, where stamps are date-times.
    DateTime(String),
}

/// What happens to a row that cannot be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnBadRow {
    /// The trace is refused.
    #[default]
    Refuse,
    /// The row is left out and counted.
    Skip,
}

/// A trace as read.
#[derive(Clone, Debug, PartialEq)]
pub struct TraceFile {
    /// In order of submission; rows of one instant in the order of the file.
    pub rows: Vec<RawRow>,
    /// Bad rows left out.
    pub skipped: u64,
    /// What was wrong with the first of them.
    pub skipped_examples: Vec<Problem>,
    /// The local date-time of `t = 0` in the scenario's zone, where stamps are date-times.
    pub start: Option<DateTime>,
}

/// One run of a trace, its environment still a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawRow {
    /// Submission.
    pub at: SimTime,
    /// Running time.
    pub duration: SimDuration,
    /// Nodes, where a column of nodes or GPUs is mapped.
    pub nodes: Option<u32>,
    /// Priority, where a column is mapped.
    pub priority: Option<i32>,
    /// Environment, where a column is mapped and the cell is not empty.
    pub environment: Option<String>,
    /// Line of the file, from 1.
    pub line: u64,
}

/// Reads a trace; stamps without a zone are local times of `zone`. The error holds all problems of the file.
pub fn read_trace(
    path: &Path,
    mapping: &TraceMapping,
    zone: &str,
) -> Result<TraceFile, Vec<Problem>> {
    let table = Table::open(path).map_err(|problem| vec![*problem])?;
    let zone = time_zone(zone).map_err(|message| {
        vec![Problem {
            key: Some("time_zone".to_owned()),
            ..table.problem(message, None)
        }]
    })?;
    let columns = TraceColumns::find(&table, mapping)?;
    let mut trace = TraceReader {
        zone,
        kind: None,
        stamped: Vec::new(),
        bad: BadRows::default(),
    };
    table.each_row(
        |row| match row.and_then(|row| columns.read(&row, &mut trace)) {
            Ok(stamped) => trace.stamped.push(stamped),
            Err(problem) => trace.bad.add(*problem),
        },
    );
    trace.finish(&table, &columns.submitted, mapping)
}

/// Reads a column of numbers at or above 0, and one of weights beside it; each weight is 1 where none is named.
pub fn read_column(
    path: &Path,
    values: &str,
    weights: Option<&str>,
) -> Result<(Vec<f64>, Vec<f64>), Vec<Problem>> {
    let table = Table::open(path).map_err(|problem| vec![*problem])?;
    let mut problems = Vec::new();
    let value_column = keep(table.column(values), &mut problems);
    let weight_column = weights.and_then(|name| keep(table.column(name), &mut problems));
    let Some(value_column) = value_column.filter(|_| problems.is_empty()) else {
        return Err(problems);
    };
    let mut bad = BadRows::default();
    let (mut values, mut weights) = (Vec::new(), Vec::new());
    table.each_row(|row| {
        let pair = row.and_then(|row| {
            let value = row.read(&value_column, cells::quantity)?;
            let weight = weight_column
                .as_ref()
                .map(|column| row.read(column, cells::quantity));
            Ok((value, weight.transpose()?.unwrap_or(1.0)))
        });
        match pair {
            Ok((value, weight)) => {
                values.push(value);
                weights.push(weight);
            }
            Err(problem) => bad.add(*problem),
        }
    });
    if bad.count > 0 {
        return Err(bad.refuse(&table, None));
    }
    if values.is_empty() {
        return Err(vec![no_rows(&table)]);
    }
    Ok((values, weights))
}

fn keep<T>(found: Result<T, Box<Problem>>, problems: &mut Vec<Problem>) -> Option<T> {
    found.map_err(|problem| problems.push(*problem)).ok()
}

fn no_rows(table: &Table) -> Problem {
    let help = "at least one row must follow the header".to_owned();
    table.problem("there is a header but no row".to_owned(), Some(help))
}

/// The mapped columns, found in the header.
struct TraceColumns {
    submitted: Column,
    duration: Column,
    nodes: Option<Column>,
    gpus: Option<Column>,
    gpus_per_node: u32,
    priority: Option<Column>,
    environment: Option<Column>,
}

impl TraceColumns {
    fn find(table: &Table, mapping: &TraceMapping) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut required = |name: &str| keep(table.column(name), &mut problems);
        let submitted = required(&mapping.submitted);
        let duration = required(&mapping.duration);
        let mut optional = |name: &Option<String>| name.as_deref().and_then(&mut required);
        let nodes = optional(&mapping.nodes);
        let gpus = optional(&mapping.gpus);
        let priority = optional(&mapping.priority);
        let environment = optional(&mapping.environment);
        let gpus_per_node = mapping.gpus_per_node.unwrap_or(1).max(1);
        match (submitted, duration) {
            (Some(submitted), Some(duration)) if problems.is_empty() => Ok(Self {
                submitted,
                duration,
                nodes,
                gpus,
                gpus_per_node,
                priority,
                environment,
            }),
            _ => Err(problems),
        }
    }

    /// Checks one row; its time stays a stamp until the origin is known.
    fn read(&self, row: &Row, trace: &mut TraceReader) -> Result<Stamped, Box<Problem>> {
        let stamp = row.read(&self.submitted, |text| trace.stamp(text))?;
        let read = RawRow {
            at: SimTime::ZERO,
            duration: row.read(&self.duration, cells::duration)?,
            nodes: self.read_nodes(row)?,
            priority: self
                .priority
                .as_ref()
                .map(|column| row.read(column, cells::integer))
                .transpose()?,
            environment: self.read_environment(row)?,
            line: row.line,
        };
        trace.kind.get_or_insert((stamp.0, row.line));
        Ok(Stamped {
            stamp: stamp.1,
            row: read,
        })
    }

    fn read_nodes(&self, row: &Row) -> Result<Option<u32>, Box<Problem>> {
        if let Some(column) = &self.nodes {
            return row.read(column, cells::count).map(Some);
        }
        let gpus = self
            .gpus
            .as_ref()
            .map(|column| row.read(column, cells::count))
            .transpose()?;
        Ok(gpus.map(|gpus| gpus.div_ceil(self.gpus_per_node)))
    }

    fn read_environment(&self, row: &Row) -> Result<Option<String>, Box<Problem>> {
        let Some(column) = &self.environment else {
            return Ok(None);
        };
        let name = row.read(column, |text| Ok(text.to_owned()))?;
        Ok(Some(name).filter(|name| !name.is_empty()))
    }
}

/// A good row whose stamp is not yet a simulated time.
struct Stamped {
    stamp: i64,
    row: RawRow,
}

/// A trace being read.
struct TraceReader {
    zone: TimeZone,
    /// The sort of the stamps and the line that showed it first.
    kind: Option<(StampKind, u64)>,
    stamped: Vec<Stamped>,
    bad: BadRows,
}

impl TraceReader {
    /// A stamp of the file's one sort.
    fn stamp(&self, text: &str) -> Result<(StampKind, i64), String> {
        let (kind, stamp) = cells::stamp(text, &self.zone)?;
        match self.kind {
            Some((first, line)) if first != kind => Err(format!(
                "`{text}` is not like line {line}: a file has either {} or {}",
                first.name(),
                kind.name()
            )),
            _ => Ok((kind, stamp)),
        }
    }

    /// Puts `t = 0` at the origin and the rows in order.
    fn finish(
        mut self,
        table: &Table,
        submitted: &Column,
        mapping: &TraceMapping,
    ) -> Result<TraceFile, Vec<Problem>> {
        let Some((kind, _)) = self.kind else {
            let nothing = self.bad.count == 0;
            return Err(if nothing {
                vec![no_rows(table)]
            } else {
                self.bad.refuse(table, None)
            });
        };
        let origin = self
            .origin(kind, &mapping.origin)
            .map_err(|message| vec![table.problem(message, None)])?;
        let rows = self.place_at(origin, table, submitted);
        let mut bad = self.bad;
        if bad.count > 0 && mapping.on_bad_row == OnBadRow::Refuse {
            return Err(bad.refuse(table, Some(SKIP_HELP)));
        }
        if rows.is_empty() {
            return Err(bad.refuse(table, None));
        }
        bad.shown.truncate(SHOWN_SKIPPED_ROWS);
        let start = Timestamp::from_microsecond(origin)
            .ok()
            .map(|at| self.zone.to_datetime(at));
        Ok(TraceFile {
            rows,
            skipped: bad.count,
            skipped_examples: bad.shown,
            start: start.filter(|_| kind != StampKind::Seconds),
        })
    }

    /// Microseconds on the scale of the stamps at `t = 0`.
    fn origin(&self, kind: StampKind, origin: &Origin) -> Result<i64, String> {
        match (origin, kind) {
            (Origin::First, _) => {
                let stamps = self.stamped.iter().map(|row| row.stamp);
                Ok(stamps
                    .min()
                    .expect("the sort of the stamps is that of a good row"))
            }
            (Origin::Number(seconds), StampKind::Seconds) => Ok(rounded_micros(*seconds)),
            (Origin::Number(seconds), _) => Err(format!(
                "`origin` is the number {seconds}, but the rows are stamped with {}",
                kind.name()
            )),
            (Origin::DateTime(text), StampKind::Seconds) => Err(format!(
                "`origin` is the date-time `{text}`, but the rows are stamped with seconds"
            )),
            (Origin::DateTime(text), _) => cells::date_time(text, &self.zone)
                .map(|(_, micros)| micros)
                .map_err(|message| format!("`origin`: {message}")),
        }
    }

    /// The rows at or after the origin in order of submission; the others are bad.
    fn place_at(&mut self, origin: i64, table: &Table, submitted: &Column) -> Vec<RawRow> {
        let mut early = BadRows::default();
        let mut rows = Vec::with_capacity(self.stamped.len());
        for Stamped { stamp, row } in self.stamped.drain(..) {
            match u64::try_from(i128::from(stamp) - i128::from(origin)) {
                Ok(ticks) => rows.push(RawRow {
                    at: SimTime(ticks),
                    ..row
                }),
                Err(_) => early.add(table.row_problem(
                    row.line,
                    Some(submitted),
                    "it is before the origin of the trace".to_owned(),
                )),
            }
        }
        rows.sort_by_key(|row| row.at);
        self.bad.merge(early);
        rows
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the cast saturates, which is what is wanted"
)]
fn rounded_micros(seconds: f64) -> i64 {
    (seconds * TICKS_PER_SECOND as f64).round() as i64
}
