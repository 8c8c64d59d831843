//! Reads traces of submissions from the tables that a scenario names.
//! Every row is checked here; the result is plain values in order of submission, with names not yet resolved.

use jiff::Timestamp;

use super::cells;
use super::stamp_kind::StampKind;
use super::stamps::{are_excel, may_be_dates, may_be_excel, micros_of};
use super::table::{BadRows, Column, Table, no_rows};
use super::trace::{Length, OnBadRow, Origin, RawRow, TraceFile, TraceMapping};
use super::trace_columns::{Known, Stamped, TraceColumns};
use crate::calendar::time_zone;
use crate::error::Problem;
use crate::units::SimTime;

/// Skipped rows whose reason is kept.
const SHOWN_SKIPPED_ROWS: usize = 3;
/// Help beside bad rows.
const SKIP_HELP: &str = "`on_bad_row = \"skip\"` leaves bad rows out and counts them";

/// The trace in a table; stamps without a zone are local times of `zone`. A row whose environment is not among the declared
/// ones is bad, unless it is not known what is declared. The error holds all problems of the file.
pub(in crate::scenario) fn read_trace(
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
    let read = |stamps| {
        let known = Known {
            zone: &zone,
            declared,
            stamps,
        };
        TraceReader::read(table, &columns, mapping, known)
    };
    let mut trace = read(mapping.stamps)?;
    // What looks like seconds may, as a whole, look more like the days of a spreadsheet.
    if trace.looks_like_excel(&mapping.origin) {
        trace = read(Some(StampKind::Excel))?;
    }
    let file = trace.finish(table, &columns.submitted, mapping)?;
    Ok(TraceFile {
        texts: columns.texts(),
        ..file
    })
}

/// A trace being read.
struct TraceReader<'a> {
    known: Known<'a>,
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
        mapping: &TraceMapping,
        known: Known<'a>,
    ) -> Result<Self, Vec<Problem>> {
        let mut trace = Self {
            known,
            stamped: Vec::new(),
            bad: BadRows::default(),
            rows: 0,
        };
        let whole = table.each_row(|row| match row.and_then(|row| columns.read(&row, &known)) {
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
        self.known.stamps.is_none()
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
        let is_open = self.known.stamps.is_none() && !kind.is_dated();
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
        let start = at_zero.map(|at| self.known.zone.to_datetime(at));
        let (duration_column, unit) = match &mapping.duration {
            Length::Column(name, unit) => (Some(name.clone()), Some(*unit)),
            Length::Tokens { .. } => (None, None),
        };
        Ok(TraceFile {
            path: table.path().to_owned(),
            rows,
            texts: Default::default(),
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
            zone: self.known.zone.clone(),
            duration_column,
            unit,
            assumed_unit: unit.filter(|_| !mapping.is_unit_given),
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
            Origin::Number(number) => micros_of(kind, *number, self.known.zone).ok_or_else(|| {
                format!(
                    "`origin` is the number {number}, but the rows are stamped with {}",
                    kind.name()
                )
            }),
            Origin::DateTime(text) if !kind.is_dated() => Err(format!(
                "`origin` is the date-time `{text}`, but the rows are stamped with {}",
                kind.name()
            )),
            Origin::DateTime(text) => cells::date_time(text, self.known.zone)
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
