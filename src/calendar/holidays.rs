//! Days on which windows of weekdays do not hold.

use std::ops::Range;
use std::sync::Arc;

use jiff::civil::Date;

use super::Calendar;
use crate::units::SimTime;

/// Holidays as stretches of simulated time, ascending and apart from each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Holidays(Arc<[Range<SimTime>]>);

impl Holidays {
    /// The local days of these dates, as far as they are not over at `t = 0`.
    pub(super) fn new(calendar: &Calendar, dates: &[Date]) -> Self {
        let mut dates = dates.to_vec();
        dates.sort_unstable();
        let mut days: Vec<Range<SimTime>> = Vec::new();
        for day in dates.iter().filter_map(|date| calendar.day(*date)) {
            match days.last_mut() {
                Some(last) if day.start <= last.end => last.end = last.end.max(day.end),
                _ => days.push(day),
            }
        }
        Self(days.into())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether `at` is on a holiday, and until when that stays so.
    pub(super) fn at(&self, at: SimTime) -> (bool, SimTime) {
        let next = self.0.partition_point(|day| day.end <= at);
        match self.0.get(next) {
            Some(day) if day.start <= at => (true, day.end),
            Some(day) => (false, day.start),
            None => (false, SimTime::NEVER),
        }
    }
}
