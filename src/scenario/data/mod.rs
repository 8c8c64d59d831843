//! Reads traces of submissions from the tables that a scenario names.
//! Every row is checked here; the result is plain values in order of submission, with names not yet resolved.

use std::fmt;
use std::path::PathBuf;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::cells;
use super::stamps::{StampKind, Unit, are_excel, may_be_dates, may_be_excel};
use super::table::{BadRows, Column, Table, no_rows};
use super::trace_columns::TraceColumns;
use crate::calendar::time_zone;
use crate::error::Problem;
use crate::units::{SimDuration, SimTime};

/// Skipped rows whose reason is kept.
const SHOWN_SKIPPED_ROWS: usize = 3;
/// Help beside bad rows.
const SKIP_HELP: &str = "`on_bad_row = \"skip\"` leaves bad rows out and counts them";

/// Which column of a trace means what. Not both `nodes` and `gpus` are mapped.
#[derive(Clone, Debug, PartialEq)]
pub struct TraceMapping {
    /// Submission: numbers, or date-times.
    pub submitted: String,
    /// What numbers of submissions are; by their size if not given.
    pub stamps: Option<StampKind>,
    /// Running time.
    pub duration: Length,
    /// Nodes of a run.
    pub nodes: Option<String>,
    /// GPUs of a run, which become nodes.
    pub gpus: Option<String>,
    /// GPUs of one node, at least 1; 1 if not given.
    pub gpus_per_node: Option<u32>,
    /// Priority, larger first.
    pub priority: Option<String>,
    /// What is told beforehand of the running time, in that unit; an empty cell says nothing.
    pub estimate: Option<(String, Unit)>,
    /// Name of the environment; an empty cell means none.
    pub environment: Option<String>,
    /// What `t = 0` is.
    pub origin: Origin,
    /// What happens to a row that cannot be used.
    pub on_bad_row: OnBadRow,
}

/// Where the length of a run or a request is from.
#[derive(Clone, Debug, PartialEq)]
pub enum Length {
    /// A column of numbers of that unit.
    Column(String, Unit),
    /// Columns of tokens, with the time that each takes.
    Tokens {
        /// Column of tokens read.
        context: String,
        /// Column of tokens written.
        generated: String,
        /// Time of a token read.
        per_context: SimDuration,
        /// Time of a token written.
        per_generated: SimDuration,
    },
}

/// What `t = 0` is in a trace; a row before it is a bad row.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Origin {
    /// The earliest good row.
    #[default]
    First,
    /// This number, of what stamps are.
    Number(f64),
    /// This date-time, where stamps say on what day they are.
    DateTime(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::First => write!(f, "the earliest row"),
            Self::Number(number) => write!(f, "{number}"),
            Self::DateTime(text) => write!(f, "`{text}`"),
        }
    }
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
    /// The file.
    pub path: PathBuf,
    /// In order of submission; rows of one instant in the order of the file.
    pub rows: Vec<RawRow>,
    /// All rows of the file that are not blank, bad ones too.
    pub total: u64,
    /// Bad rows left out.
    pub skipped: u64,
    /// How many of them for each reason.
    pub reasons: Vec<(String, u64)>,
    /// What was wrong with the first of them.
    pub skipped_examples: Vec<Problem>,
    /// The local date-time of `t = 0` in the scenario's zone, where stamps say on what day they are.
    pub start: Option<DateTime>,
    /// What the stamps are.
    pub kind: StampKind,
    /// Whether the scenario says so, instead of their size.
    pub is_kind_given: bool,
    /// Whether stamps that are read as seconds may be whole days of a spreadsheet.
    pub may_be_excel: bool,
    /// Whether stamps that are read as seconds may be dates without a hyphen, such as `20240610`.
    pub may_be_dates: bool,
    /// The stamp of `t = 0` in microseconds, since the Unix epoch or since whatever the stamps count from.
    pub origin: i64,
    /// Where stamps are local.
    pub zone: TimeZone,
    /// What the durations of the file count; `None` of tokens.
    pub unit: Option<Unit>,
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
    pub priority: Option<i64>,
    /// What is told beforehand of the running time, where a column is mapped and the cell is not empty.
    pub estimate: Option<SimDuration>,
    /// Environment, where a column is mapped and the cell is not empty.
    pub environment: Option<String>,
    /// Line of the file, from 1.
    pub line: u64,
}

/// The trace in a table; stamps without a zone are local times of `zone`. A row whose environment is not among the declared
/// ones is bad, unless it is not known what is declared. The error holds all problems of the file.
pub fn read_trace(
    table: &Table,
    mapping: &TraceMapping,
    zone: &str,
    declared: Option<&[String]>,
) -> Result<TraceFile, Vec<Problem>> {
    let zone = time_zone(zone).map_err(|message| {
        vec![Problem {
            key: Some("time_zone".to_owned()),
            ..table.problem(message, None)
        }]
    })?;
    let columns = TraceColumns::find(table, mapping)?;
    let read = |stamps| TraceReader::read(table, &columns, (mapping, stamps), (&zone, declared));
    let mut trace = read(mapping.stamps)?;
    // What looks like seconds may, as a whole, look more like the days of a spreadsheet.
    if trace.looks_like_excel(&mapping.origin) {
        trace = read(Some(StampKind::Excel))?;
    }
    trace.finish(table, &columns.submitted, mapping)
}

/// A good row whose stamp is not yet a simulated time.
pub(super) struct Stamped {
    pub(super) kind: StampKind,
    pub(super) stamp: i64,
    /// Byte of the file on which the row starts.
    pub(super) from: usize,
    pub(super) row: RawRow,
}

/// A trace being read.
pub(super) struct TraceReader<'a> {
    pub(super) zone: &'a TimeZone,
    /// The environments there are, where that is known.
    pub(super) declared: Option<&'a [String]>,
    /// What the stamps are, where that is said.
    pub(super) stamps: Option<StampKind>,
    stamped: Vec<Stamped>,
    bad: BadRows,
    /// Rows that are not blank.
    rows: u64,
}

impl<'a> TraceReader<'a> {
    /// Reads all rows; stamps of more than one sort leave the rows of the rarer ones bad.
    fn read(
        table: &Table,
        columns: &TraceColumns,
        (mapping, stamps): (&TraceMapping, Option<StampKind>),
        (zone, declared): (&'a TimeZone, Option<&'a [String]>),
    ) -> Result<Self, Vec<Problem>> {
        let mut trace = Self {
            zone,
            declared,
            stamps,
            stamped: Vec::new(),
            bad: BadRows::default(),
            rows: 0,
        };
        let whole = table.each_row(|row| match row.and_then(|row| columns.read(&row, &trace)) {
            Ok(stamped) => trace.stamped.push(stamped),
            Err(problem) => trace.bad.add(*problem),
        });
        match whole {
            Ok(rows) => {
                trace.rows = rows;
                trace.keep_one_kind(table, &columns.submitted);
                Ok(trace)
            }
            Err(problem) => {
                trace.rows = u64::MAX;
                Err(trace.refuse(table, mapping, *problem))
            }
        }
    }

    /// A problem of the whole file, after those of the rows read so far.
    fn refuse(self, table: &Table, mapping: &TraceMapping, problem: Problem) -> Vec<Problem> {
        let mut problems = match mapping.on_bad_row {
            OnBadRow::Refuse if self.bad.count > 0 => {
                self.bad.refuse(table, self.rows, Some(SKIP_HELP))
            }
            _ => Vec::new(),
        };
        problems.push(problem);
        problems
    }

    /// The sort of the stamps of most rows; of the first among equals.
    fn kind(&self) -> Option<(StampKind, u64)> {
        let mut counts: Vec<(StampKind, u64, u64)> = Vec::new();
        for stamped in &self.stamped {
            match counts.iter_mut().find(|(kind, ..)| *kind == stamped.kind) {
                Some((.., count)) => *count += 1,
                None => counts.push((stamped.kind, stamped.row.line, 1)),
            }
        }
        let most = counts.iter().rev().max_by_key(|(.., count)| *count);
        most.map(|(kind, line, _)| (*kind, *line))
    }

    /// Leaves the rows of one sort of stamps; the others are bad.
    fn keep_one_kind(&mut self, table: &Table, submitted: &Column) {
        let Some((kept, line)) = self.kind() else {
            return;
        };
        let mut others = BadRows::default();
        self.stamped.retain(|stamped| {
            let is_kept = stamped.kind == kept;
            if !is_kept {
                let text = table.cell(stamped.from, submitted);
                let (kept, other) = (kept.name(), stamped.kind.name());
                let message = format!(
                    "`{text}` is not like line {line}: a file has either {kept} or {other}"
                );
                let at = (stamped.row.line, stamped.from);
                others.add(table.row_problem(at, Some(submitted), message));
            }
            is_kept
        });
        self.bad.merge(others);
    }

    fn looks_like_excel(&self, origin: &Origin) -> bool {
        let is_small = |number: f64| number < 36_526.0;
        let counts_from_less = matches!(origin, Origin::Number(number) if is_small(*number));
        self.stamps.is_none()
            && !counts_from_less
            && self.kind().is_some_and(|(kind, _)| !kind.is_dated())
            && are_excel(self.stamped.iter().map(|row| row.stamp))
    }

    /// Puts `t = 0` at the origin and the rows in order.
    fn finish(
        mut self,
        table: &Table,
        submitted: &Column,
        mapping: &TraceMapping,
    ) -> Result<TraceFile, Vec<Problem>> {
        let Some((kind, _)) = self.kind() else {
            let nothing = self.bad.count == 0;
            return Err(if nothing {
                vec![no_rows(table)]
            } else {
                self.bad.refuse(table, self.rows, None)
            });
        };
        let origin = match self.origin(kind, &mapping.origin) {
            Ok(origin) => origin,
            Err(message) => {
                let problem = table.problem(message, None);
                return Err(self.refuse(table, mapping, problem));
            }
        };
        let is_open = self.stamps.is_none() && !kind.is_dated();
        let stamps = self.stamped.iter().map(|row| row.stamp);
        let may_be_excel = is_open && may_be_excel(stamps.clone());
        let may_be_dates = is_open && may_be_dates(stamps);
        let rows = self.place_at((origin, &mapping.origin), table, submitted);
        let mut bad = self.bad;
        if bad.count > 0 && mapping.on_bad_row == OnBadRow::Refuse {
            return Err(bad.refuse(table, self.rows, Some(SKIP_HELP)));
        }
        if rows.is_empty() {
            return Err(bad.refuse(table, self.rows, None));
        }
        bad.shown.truncate(SHOWN_SKIPPED_ROWS);
        let at_zero = Timestamp::from_microsecond(origin).ok();
        let start = at_zero.map(|at| self.zone.to_datetime(at));
        Ok(TraceFile {
            path: table.path().to_owned(),
            rows,
            total: self.rows,
            skipped: bad.count,
            reasons: bad.reasons,
            skipped_examples: bad.shown,
            start: start.filter(|_| kind.is_dated()),
            kind,
            is_kind_given: mapping.stamps.is_some(),
            may_be_excel,
            may_be_dates,
            origin,
            zone: self.zone.clone(),
            unit: match mapping.duration {
                Length::Column(_, unit) => Some(unit),
                Length::Tokens { .. } => None,
            },
        })
    }

    /// Microseconds on the scale of the stamps at `t = 0`.
    fn origin(&self, kind: StampKind, origin: &Origin) -> Result<i64, String> {
        match origin {
            Origin::First => {
                let stamps = self.stamped.iter().map(|row| row.stamp);
                Ok(stamps
                    .min()
                    .expect("the sort of the stamps is that of a good row"))
            }
            Origin::Number(number) => kind.micros_of(*number, self.zone).ok_or_else(|| {
                format!(
                    "`origin` is the number {number}, but the rows are stamped with {}",
                    kind.name()
                )
            }),
            Origin::DateTime(text) if !kind.is_dated() => Err(format!(
                "`origin` is the date-time `{text}`, but the rows are stamped with {}",
                kind.name()
            )),
            Origin::DateTime(text) => cells::date_time(text, self.zone)
                .map(|(_, micros)| micros)
                .map_err(|message| format!("`origin`: {message}")),
        }
    }

    /// The rows at or after the origin in order of submission; the others are bad.
    fn place_at(
        &mut self,
        (origin, written): (i64, &Origin),
        table: &Table,
        submitted: &Column,
    ) -> Vec<RawRow> {
        let mut early = BadRows::default();
        let mut rows = Vec::with_capacity(self.stamped.len());
        for Stamped {
            stamp, from, row, ..
        } in self.stamped.drain(..)
        {
            if let Ok(ticks) = u64::try_from(i128::from(stamp) - i128::from(origin)) {
                rows.push(RawRow {
                    at: SimTime(ticks),
                    ..row
                });
            } else {
                let text = table.cell(from, submitted);
                let message = format!("`{text}` is before `origin`, which is {written}");
                early.add(table.row_problem((row.line, from), Some(submitted), message));
            }
        }
        rows.sort_by_key(|row| row.at);
        self.bad.merge(early);
        rows
    }
}

#[cfg(test)]
mod tests;
