//! Node-time of one target by hours of the clock, which commitments are accounted for by.
//!
//! Hours without a change inside are not kept one by one: what lasts is kept as a level that begins and ends. So the size
//! grows with the changes, and never beyond the number of hours.

use std::collections::btree_map::{BTreeMap, Iter};
use std::iter::Peekable;

use serde::{Deserialize, Serialize};

use super::{Checkpoints, Window};
use crate::category::{Category, PARTS};
use crate::units::{SimDuration, SimTime, TICKS_PER_HOUR};

/// Slot-time by category, in microseconds, in the order of [`super::NodeTimes::parts`].
pub type PartTimes = [u64; PARTS];

/// Where the hours of a clock lie in simulated time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HourGrid {
    /// How far into an hour of the clock `t = 0` is; less than an hour.
    pub into_hour: SimDuration,
    /// What is measured: an hour around the horizon has two parts, and nothing comes before the warm-up.
    pub window: Window,
}

/// The node-time (of an instance: slot-time) of one target by hour and category, from the warm-up on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HourlyTimes {
    grid: HourGrid,
    cells: BTreeMap<Key, Cell>,
}

/// The number of an hour, and whether it is the part of it from the horizon on.
type Key = (u64, bool);

/// What happened in an hour, or in the part of it before or after the horizon.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Cell {
    /// Time that does not fill the cell.
    times: PartTimes,
    /// Change, from this cell on, of the slots that fill whole cells.
    steps: [i64; PARTS],
}

/// Reads hours in ascending order.
#[derive(Clone, Debug)]
pub struct HourReader<'a> {
    grid: HourGrid,
    cells: Peekable<Iter<'a, Key, Cell>>,
    /// Slots that fill whole cells.
    levels: [i64; PARTS],
}

impl HourGrid {
    /// The number of the hour around an instant; the hour around `t = 0` has number 0.
    pub fn hour(self, at: SimTime) -> u64 {
        at.0.saturating_add(self.into_hour.0) / TICKS_PER_HOUR
    }

    /// Begin and end of an hour; of the first the part from `t = 0` on.
    pub fn bounds(self, hour: u64) -> [SimTime; 2] {
        [hour, hour.saturating_add(1)].map(|hour| {
            let on_the_clock = hour.saturating_mul(TICKS_PER_HOUR);
            SimTime(on_the_clock.saturating_sub(self.into_hour.0))
        })
    }

    fn key(self, at: SimTime) -> Key {
        (self.hour(at), at >= self.window.horizon)
    }

    /// Begin and end of a cell; it may be empty.
    fn cell(self, (hour, after): Key) -> [SimTime; 2] {
        let [from, to] = self.bounds(hour);
        if after {
            [from.max(self.window.horizon), to]
        } else {
            [from, to.min(self.window.horizon)]
        }
    }
}

impl HourlyTimes {
    /// Without any time.
    pub fn new(grid: HourGrid) -> Self {
        Self {
            grid,
            cells: BTreeMap::new(),
        }
    }

    /// Where its hours lie.
    pub fn grid(&self) -> HourGrid {
        self.grid
    }

    /// Adds the measured part of `[from, to)`, on this number of slots, to the category at a position of
    /// [`super::NodeTimes::parts`].
    pub fn add(&mut self, part: usize, from: SimTime, to: SimTime, slots: u32) {
        let from = from.max(self.grid.window.warmup);
        if from >= to || slots == 0 {
            return;
        }
        let first = self.grid.key(from);
        let [_, first_end] = self.grid.cell(first);
        if to <= first_end {
            self.cell(first).times[part] += product(from, to, slots);
            return;
        }
        self.cell(first).times[part] += product(from, first_end, slots);
        let (next, last) = (self.grid.key(first_end), self.grid.key(to));
        if next != last {
            self.cell(next).steps[part] += i64::from(slots);
            self.cell(last).steps[part] -= i64::from(slots);
        }
        let [last_begin, _] = self.grid.cell(last);
        if to > last_begin {
            self.cell(last).times[part] += product(last_begin, to, slots);
        }
    }

    /// Adds the measured part of `[from, to)`, on this number of slots. In that time a run is Running and writes checkpoints.
    pub fn add_running(&mut self, checkpoints: Checkpoints, [from, to]: [SimTime; 2], slots: u32) {
        let mut at = from.max(self.grid.window.warmup);
        while at < to {
            let (is_written, until) = checkpoints.at(at);
            let key = self.grid.key(at);
            let [_, cell_end] = self.grid.cell(key);
            if until >= cell_end {
                let part = if is_written {
                    Category::Checkpoints
                } else {
                    Category::Run
                };
                self.add(part as usize, at, until.min(to), slots);
                at = until;
            } else {
                // Work and checkpoints take turns within the hour.
                let end = cell_end.min(to);
                let written = checkpoints.within(at, end).0 * u64::from(slots);
                let times = &mut self.cell(key).times;
                times[Category::Checkpoints as usize] += written;
                times[Category::Run as usize] += product(at, end, slots) - written;
                at = end;
            }
        }
    }

    fn cell(&mut self, key: Key) -> &mut Cell {
        self.cells.entry(key).or_default()
    }

    /// The hours in which anything changes, ascending; some come twice.
    pub fn changes(&self) -> impl Iterator<Item = u64> + '_ {
        self.cells.keys().map(|(hour, _)| *hour)
    }

    /// A reader from the first hour on.
    pub fn reader(&self) -> HourReader<'_> {
        HourReader {
            grid: self.grid,
            cells: self.cells.iter().peekable(),
            levels: [0; PARTS],
        }
    }
}

impl HourReader<'_> {
    /// The time of an hour before and after the horizon. Hours are asked for in ascending order, and each of
    /// [`HourlyTimes::changes`] is; one between two of these is like the others between them.
    pub fn hour(&mut self, hour: u64) -> [PartTimes; 2] {
        [(hour, false), (hour, true)].map(|key| {
            let mut times = [0; PARTS];
            if let Some((_, cell)) = self.cells.next_if(|(next, _)| **next == key) {
                times = cell.times;
                for (level, step) in self.levels.iter_mut().zip(cell.steps) {
                    *level += step;
                }
            }
            let [from, to] = self.grid.cell(key);
            let length = to.since(from).0;
            for (time, level) in times.iter_mut().zip(self.levels) {
                *time += level.unsigned_abs() * length;
            }
            times
        })
    }
}

fn product(from: SimTime, to: SimTime, slots: u32) -> u64 {
    to.since(from).0 * u64::from(slots)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MINUTE: u64 = TICKS_PER_HOUR / 60;

    fn at(minute: u64) -> SimTime {
        SimTime(minute * MINUTE)
    }

    #[test]
    fn hours_of_the_clock_are_told_from_where_it_stands_at_zero() {
        // t = 0 is 05:45 on the clock: the first hour ends after 15 minutes.
        let grid = HourGrid {
            into_hour: SimDuration(45 * MINUTE),
            window: Window {
                warmup: at(5),
                horizon: at(100),
            },
        };
        assert_eq!(grid.bounds(0), [at(0), at(15)]);
        assert_eq!(grid.bounds(2), [at(75), at(135)]);
        let mut hours = HourlyTimes::new(grid);
        hours.add(0, at(0), at(200), 2);
        // [5, 15) | [15, 75) | [75, 100), [100, 135) | [135, 195) | [195, 200) on two slots.
        let mut reader = hours.reader();
        let minutes: Vec<[u64; 2]> = (0..5)
            .map(|hour| reader.hour(hour).map(|times| times[0] / MINUTE))
            .collect();
        assert_eq!(minutes, [[20, 0], [120, 0], [50, 70], [0, 120], [0, 10]]);
    }

    #[test]
    fn a_long_time_takes_no_more_room_than_a_short_one() {
        let mut hours = HourlyTimes::new(HourGrid::default());
        hours.add(3, at(1), SimTime(1 << 60), 1);
        assert!(hours.changes().count() <= 4);
    }

    proptest! {
        #[test]
        fn each_minute_is_in_its_hour(
            into_hour in 0_u64..60,
            (warmup, length) in (0_u64..200, 1_u64..300),
            spans in prop::collection::vec((0_usize..PARTS, 0_u64..600, 0_u64..400, 0_u32..4), 0..12),
        ) {
            let window = Window { warmup: at(warmup), horizon: at(warmup + length) };
            let grid = HourGrid { into_hour: SimDuration(into_hour * MINUTE), window };
            let mut hours = HourlyTimes::new(grid);
            let mut expected = vec![[[0_u64; PARTS]; 2]; 20];
            for (part, from, minutes, slots) in spans {
                hours.add(part, at(from), at(from + minutes), slots);
                for minute in from.max(warmup)..from + minutes {
                    let hour = usize::try_from((minute + into_hour) / 60).unwrap();
                    let after = usize::from(minute >= warmup + length);
                    expected[hour][after][part] += MINUTE * u64::from(slots);
                }
            }
            let mut reader = hours.reader();
            for (hour, expected) in (0..).zip(&expected) {
                prop_assert_eq!(&reader.hour(hour), expected, "{}", hour);
            }
        }

        #[test]
        fn each_minute_of_checkpoints_is_in_its_hour(
            into_hour in 0_u64..60,
            (warmup, length) in (0_u64..200, 1_u64..300),
            (begin, minutes, slots) in (0_u64..500, 0_u64..500, 1_u32..4),
            (interval, cost) in (1_u64..150, 1_u64..90),
        ) {
            let window = Window { warmup: at(warmup), horizon: at(warmup + length) };
            let grid = HourGrid { into_hour: SimDuration(into_hour * MINUTE), window };
            let checkpoints = Checkpoints {
                from: at(begin),
                interval: SimDuration(interval * MINUTE),
                cost: SimDuration(cost * MINUTE),
            };
            let mut hours = HourlyTimes::new(grid);
            hours.add_running(checkpoints, [at(begin), at(begin + minutes)], slots);
            let mut expected = vec![[[0_u64; PARTS]; 2]; 20];
            for minute in begin.max(warmup)..begin + minutes {
                let hour = usize::try_from((minute + into_hour) / 60).unwrap();
                let after = usize::from(minute >= warmup + length);
                let is_work = (minute - begin) % (interval + cost) < interval;
                let part = if is_work { Category::Run } else { Category::Checkpoints };
                expected[hour][after][part as usize] += MINUTE * u64::from(slots);
            }
            let mut reader = hours.reader();
            for (hour, expected) in (0..).zip(&expected) {
                prop_assert_eq!(&reader.hour(hour), expected, "{}", hour);
            }
        }
    }
}
