//! A log times a factor: copies of its rows within the log's own days, each shifted by whole days and turned round at the last
//! of them, so that every row of a copy comes once, at its own time of the day. Of the last copy, rows are drawn one by one. Rule:
//! docs/semantics.md.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::repeated::Factor;
use super::row::TraceRow;
use crate::engine::Work;
use crate::engine::streams::Stream;
use crate::units::{SimTime, TICKS_PER_HOUR};

const DAY: u64 = 24 * TICKS_PER_HOUR;
const WEEK: u64 = 7 * DAY;

/// A stretch of rows that come in their order, all later (or earlier) by as much.
#[derive(Clone, Debug)]
struct Part {
    /// The next row, and the end of the stretch.
    rows: std::ops::Range<usize>,
    later: u64,
    earlier: u64,
    /// Whether each of its rows comes only if it is drawn.
    is_drawn: bool,
}

/// The copies of a log, as they come.
#[derive(Clone, Debug)]
pub(super) struct Copies {
    parts: Vec<Part>,
    /// When the next row of each part comes that has rows left, and the position of the part.
    due: BinaryHeap<Reverse<(SimTime, usize)>>,
    factor: Factor,
    /// When the last row came.
    last: SimTime,
}

impl Copies {
    /// Copies of the rows before the horizon.
    pub(super) fn new(factor: Factor, rows: &[TraceRow], horizon: SimTime) -> Self {
        let rows = &rows[..rows.partition_point(|row| row.at < horizon)];
        let copies = factor.whole() + u32::from(factor.is_random());
        let days = days(rows, horizon);
        let mut parts = Vec::new();
        for copy in 0..copies {
            let (later, around) = shift(copy, days.end - days.start);
            // Those from here on would come after the log's days.
            let turned = rows.partition_point(|row| row.at.0 + later < days.end);
            let is_drawn = copy == factor.whole();
            for (rows, earlier) in [(0..turned, 0), (turned..rows.len(), around)] {
                parts.push(Part {
                    rows,
                    later,
                    earlier,
                    is_drawn,
                });
            }
        }
        let mut copies = Self {
            parts,
            due: BinaryHeap::new(),
            factor,
            last: SimTime::ZERO,
        };
        for position in 0..copies.parts.len() {
            copies.wait_for(position, rows);
        }
        copies
    }

    /// Waits for the next row of a part, if it has one.
    fn wait_for(&mut self, position: usize, rows: &[TraceRow]) {
        let part = &self.parts[position];
        if !part.rows.is_empty() {
            let comes = rows[part.rows.start].at.0 + part.later - part.earlier;
            self.due.push(Reverse((SimTime(comes), position)));
        }
    }

    /// When the last row came.
    pub(super) fn last(&self) -> SimTime {
        self.last
    }

    /// The position of the next row of any copy; of those of one instant, that of the first copy.
    pub(super) fn next(
        &mut self,
        rows: &[TraceRow],
        stream: &mut Stream,
        work: &mut Work<'_>,
    ) -> Option<usize> {
        while work.step() {
            let Reverse((comes, position)) = self.due.pop()?;
            let part = &mut self.parts[position];
            let (place, is_drawn) = (part.rows.start, part.is_drawn);
            part.rows.start += 1;
            self.wait_for(position, rows);
            if !is_drawn || self.factor.comes_once_more(stream) {
                self.last = comes;
                return Some(place);
            }
        }
        None
    }
}

/// The log's own days: whole periods of 24 h from `t = 0`, from that of its first row to that of its last, up to the horizon.
fn days(rows: &[TraceRow], horizon: SimTime) -> std::ops::Range<u64> {
    let day = |row: Option<&TraceRow>| row.map_or(0, |row| row.at.0 / DAY);
    let (first, last) = (day(rows.first()), day(rows.last()));
    first * DAY..((last + 1) * DAY).min(horizon.0)
}

/// How many copies come before one has the same times as another.
pub(super) fn different(rows: &[TraceRow], horizon: SimTime) -> u64 {
    let rows = &rows[..rows.partition_point(|row| row.at < horizon)];
    let days = days(rows, horizon);
    let (unit, around) = unit_and_around(days.end - days.start);
    (around / unit).max(1)
}

/// By how much a copy is later, and how much earlier those of its rows are that this would put after the log's days, which are as
/// long as this: both whole days, or whole weeks where there are two at least.
fn shift(copy: u32, length: u64) -> (u64, u64) {
    let (unit, around) = unit_and_around(length);
    let later = u64::from(copy).checked_rem(around / unit).unwrap_or(0);
    (later * unit, around)
}

/// A day or a week, and as many of these as are in a time.
fn unit_and_around(length: u64) -> (u64, u64) {
    let unit = if length >= 2 * WEEK { WEEK } else { DAY };
    (unit, length / unit * unit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::streams::{Purpose, Streams};
    use crate::units::SimDuration;

    fn rows(hours: &[u64]) -> Vec<TraceRow> {
        let row = |hour: &u64| TraceRow {
            at: SimTime(hour * TICKS_PER_HOUR),
            duration: SimDuration(1),
            nodes: None,
            priority: None,
            estimate: None,
            environment: None,
        };
        hours.iter().map(row).collect()
    }

    /// Position and hour of each row that comes.
    fn come(factor: f64, hours: &[u64], horizon: u64) -> Vec<(usize, u64)> {
        let rows = rows(hours);
        let mut times = Factor::default();
        times.scale(factor);
        let mut copies = Copies::new(times, &rows, SimTime(horizon * TICKS_PER_HOUR));
        let mut stream = Streams::new(1, 0).open(Purpose("test"), "");
        let mut work = Work::unwatched();
        std::iter::from_fn(|| {
            copies
                .next(&rows, &mut stream, &mut work)
                .map(|place| (place, copies.last))
        })
        .map(|(place, at)| (place, at.0 / TICKS_PER_HOUR))
        .collect()
    }

    #[test]
    fn copies_are_days_apart_and_turn_round_at_the_end_of_the_log() {
        // Three days less an hour are two whole days: what would come at 71 or later comes two days earlier.
        assert_eq!(
            come(2.0, &[1, 10, 54], 71),
            [(0, 1), (1, 10), (0, 25), (2, 30), (1, 34), (2, 54)]
        );
        // Within a day, and a copy a day: there is nowhere to go.
        assert_eq!(come(2.0, &[1, 10], 20), [(0, 1), (0, 1), (1, 10), (1, 10)]);
        let count = |hours: &[u64]| different(&rows(hours), SimTime(336 * TICKS_PER_HOUR));
        assert_eq!([&[1, 10][..], &[1, 60], &[1, 330]].map(count), [1, 3, 2]);
        // Two weeks or more: copies are weeks apart.
        assert_eq!(
            come(2.0, &[1, 200, 330], 336),
            [(0, 1), (1, 32), (2, 162), (0, 169), (1, 200), (2, 330)]
        );
    }

    #[test]
    fn a_horizon_beyond_the_log_changes_no_copy() {
        // Two days, from the first to the second; and the same log three days later.
        let twice = [(0, 1), (1, 6), (0, 25), (1, 30)];
        assert_eq!(come(2.0, &[1, 30], 48), twice);
        assert_eq!(come(2.0, &[1, 30], 700), twice);
        assert_eq!(
            come(2.0, &[73, 102], 700),
            twice.map(|(place, hour)| (place, hour + 72))
        );
    }

    /// Whatever the log and the horizon: each copy has each row once, at its time of the day, on one of the log's days.
    #[test]
    fn each_copy_has_each_row_once_on_the_days_of_the_log() {
        for (first, last, horizon) in [(0, 167, 168), (0, 160, 900), (50, 70, 80), (400, 900, 901)]
        {
            let hours: Vec<u64> = (first..=last).collect();
            let came = come(3.0, &hours, horizon);
            assert_eq!(came.len(), 3 * hours.len());
            for (place, hour) in hours.iter().enumerate() {
                let own = came.iter().filter(|(row, _)| *row == place);
                let at: Vec<u64> = own.map(|(_, at)| *at).collect();
                assert_eq!(at.len(), 3, "{first}..{last}: {hour}");
                for at in at {
                    assert_eq!(at % 24, hour % 24, "{first}..{last}: {hour}");
                    assert!((first / 24..=last / 24).contains(&(at / 24)), "{at}");
                    assert!(at < horizon, "{at}");
                }
            }
        }
    }

    #[test]
    fn a_part_of_a_copy_is_drawn() {
        let hours: Vec<u64> = (0..20_000).map(|row| row / 1_000).collect();
        let count = come(0.3, &hours, 24).len();
        assert!((5_700..6_300).contains(&count), "{count} of 6,000");
        let count = come(1.3, &hours, 24).len();
        assert!((25_700..26_300).contains(&count), "{count} of 26,000");
        assert_eq!(come(1.0, &[3, 5], 24), [(0, 3), (1, 5)]);
    }
}
