//! A log times a factor: copies of its rows within the log's own days, each shifted by whole days, or by whole weeks in a log of
//! more than a week, and turned round at the last of them, so that every row of a copy comes once, at its own time of the day (or of
//! the week). Of the last copy, rows are drawn one by one. Rule: docs/semantics.md.

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
        let days = Days::of(rows, horizon);
        let stretches = days.stretches(rows);
        let mut parts: Vec<Part> = Vec::new();
        for copy in 0..copies {
            let is_drawn = copy == factor.whole();
            let mut own: Vec<Part> = Vec::new();
            for stretch in &stretches {
                let (later, earlier) = days.shift(u64::from(copy), stretch);
                let is_alike = |part: &&mut Part| (part.later, part.earlier) == (later, earlier);
                match own.last_mut().filter(is_alike) {
                    Some(part) => part.rows.end = stretch.rows.end,
                    None => own.push(Part {
                        rows: stretch.rows.clone(),
                        later,
                        earlier,
                        is_drawn,
                    }),
                }
            }
            parts.append(&mut own);
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

/// Rows in their order that follow each other and have as many places.
struct Stretch {
    rows: std::ops::Range<usize>,
    /// The day or week of the log in which they come, from 0.
    place: u64,
    /// In how many days or weeks of the log their time of the day or of the week lies.
    places: u64,
}

/// The log's own days: whole periods of 24 h from `t = 0`, from that of its first row to that of its last, up to the horizon.
struct Days {
    begin: u64,
    end: u64,
    /// By what copies are shifted: days, or weeks where there are more than seven days.
    unit: u64,
}

impl Days {
    /// Those of rows that are all before the horizon.
    fn of(rows: &[TraceRow], horizon: SimTime) -> Self {
        let day = |row: Option<&TraceRow>| row.map_or(0, |row| row.at.0 / DAY);
        let (first, last) = (day(rows.first()), day(rows.last()));
        let end = (last + 1) * DAY;
        Self {
            begin: first * DAY,
            end: end.min(horizon.0),
            unit: if end - first * DAY > WEEK { WEEK } else { DAY },
        }
    }

    /// How many days or weeks there are, the last perhaps in part, and how long the last one is.
    fn count(&self) -> (u64, u64) {
        let count = (self.end - self.begin).div_ceil(self.unit).max(1);
        (count, self.end - self.begin - (count - 1) * self.unit)
    }

    /// The rows, cut where the number of their places changes.
    fn stretches(&self, rows: &[TraceRow]) -> Vec<Stretch> {
        let (count, last) = self.count();
        let mut stretches = Vec::new();
        let mut begin = 0;
        for place in 0..count {
            let from = self.begin + place * self.unit;
            // What is later in a day or week than the end of the last has one place less.
            let ends = [(from + last, count), (from + self.unit, count - 1)];
            for (until, places) in ends {
                let end = begin + rows[begin..].partition_point(|row| row.at.0 < until);
                if end > begin {
                    stretches.push(Stretch {
                        rows: begin..end,
                        place,
                        places,
                    });
                }
                begin = end;
            }
        }
        stretches
    }

    /// By how much a copy of these rows is later than they, and by how much earlier.
    fn shift(&self, copy: u64, stretch: &Stretch) -> (u64, u64) {
        let place = (stretch.place + copy) % stretch.places;
        let later = place.saturating_sub(stretch.place);
        let earlier = stretch.place.saturating_sub(place);
        (later * self.unit, earlier * self.unit)
    }
}

/// How many copies come before one has the same times as another, for some row.
pub(super) fn different(rows: &[TraceRow], horizon: SimTime) -> u64 {
    let rows = &rows[..rows.partition_point(|row| row.at < horizon)];
    let stretches = Days::of(rows, horizon).stretches(rows);
    let places = stretches.iter().map(|stretch| stretch.places);
    places.min().unwrap_or(1)
}

/// Of a log that is copied by days: how many days it has, and how many of them, but for the first and the last, have less than
/// half of the mean number of rows. `None` if no day has so few.
pub(super) fn quiet_days(rows: &[TraceRow], horizon: SimTime) -> Option<(usize, usize)> {
    let rows = &rows[..rows.partition_point(|row| row.at < horizon)];
    let days = Days::of(rows, horizon);
    if days.unit != DAY {
        return None;
    }
    let count = usize::try_from(days.count().0).ok()?;
    let mut each = vec![0; count];
    for row in rows {
        if let Ok(day) = usize::try_from((row.at.0 - days.begin) / DAY) {
            each[day] += 1;
        }
    }
    let inner = each.get(1..count - 1)?;
    let quiet = inner.iter().filter(|it| *it * 2 * count < rows.len());
    Some((count, quiet.count())).filter(|(_, quiet)| *quiet > 0)
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
        // Three days less an hour: hour 6 of the day is in all three of them.
        assert_eq!(
            come(2.0, &[1, 10, 54], 71),
            [(0, 1), (2, 6), (1, 10), (0, 25), (1, 34), (2, 54)]
        );
        // Hour 23 is in the first two only: its second copy comes with its first row.
        assert_eq!(
            come(3.0, &[23, 54], 71),
            [(1, 6), (0, 23), (0, 23), (1, 30), (0, 47), (1, 54)]
        );
        // Within a day, and a copy a day: there is nowhere to go.
        assert_eq!(come(2.0, &[1, 10], 20), [(0, 1), (0, 1), (1, 10), (1, 10)]);
        let count = |hours: &[u64]| different(&rows(hours), SimTime(336 * TICKS_PER_HOUR));
        assert_eq!([&[1, 10][..], &[1, 60], &[1, 330]].map(count), [1, 3, 2]);
        // Twelve days: hour 150 of the week comes once, hours before 120 twice.
        assert_eq!([&[1, 270][..], &[1, 150, 270]].map(count), [2, 1]);
        // Two weeks or more: copies are weeks apart.
        assert_eq!(
            come(2.0, &[1, 200, 330], 336),
            [(0, 1), (1, 32), (2, 162), (0, 169), (1, 200), (2, 330)]
        );
    }

    /// Two office weeks from Monday to Friday: whatever the factor, nothing comes on the weekend, and each row keeps its weekday.
    #[test]
    fn copies_of_more_than_a_week_keep_the_day_of_the_week() {
        let hours: Vec<u64> = [0, 1, 2, 3, 4, 7, 8, 9, 10, 11]
            .map(|day| day * 24 + 9)
            .to_vec();
        for horizon in [274, 288, 336, 700] {
            let came = come(2.0, &hours, horizon);
            assert_eq!(came.len(), 20);
            for (at, hour) in hours.iter().enumerate() {
                // Each of the ten days has its own row and the copy of that of the other week.
                let other = (at + 5) % 10;
                let mut both: Vec<usize> = came
                    .iter()
                    .filter(|it| it.1 == *hour)
                    .map(|it| it.0)
                    .collect();
                both.sort_unstable();
                assert_eq!(both, [at.min(other), at.max(other)], "{hour}");
            }
        }
        // Seven days are copied by days, an eighth makes weeks: only its own weekday has two places.
        assert_eq!(come(2.0, &[1, 145], 700).len(), 4);
        assert_eq!(
            come(2.0, &[1, 30, 170], 700),
            [(0, 1), (2, 2), (1, 30), (1, 30), (0, 169), (2, 170)]
        );
        // Cut within the second week, at hour 266: what would come after that has one place.
        assert_eq!(
            come(2.0, &[1, 100, 200, 265], 266),
            [
                (0, 1),
                (2, 32),
                (3, 97),
                (1, 100),
                (1, 100),
                (0, 169),
                (2, 200),
                (3, 265)
            ]
        );
    }

    #[test]
    fn quiet_days_are_told_of_logs_that_are_copied_by_days() {
        let quiet = |hours: &[u64]| quiet_days(&rows(hours), SimTime(900 * TICKS_PER_HOUR));
        // Thursday to Wednesday without a weekend; a row on each day; Monday to Friday; two weeks.
        assert_eq!(quiet(&[1, 30, 100, 125, 150]), Some((7, 2)));
        assert_eq!(quiet(&[1, 30, 50, 75, 100, 125, 150]), None);
        assert_eq!(quiet(&[1, 30, 50, 75, 100]), None);
        assert_eq!(quiet(&[1, 200]), None);
        assert_eq!(quiet(&[]), None);
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
