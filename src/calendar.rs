//! Local wall-clock time: what `t = 0` is, and weekly windows that open and close by it, across clock changes.

use jiff::ZonedDateTime;

use crate::units::SimTime;

/// The local date-time at `t = 0`, with its time zone.
#[derive(Clone, Debug, PartialEq)]
pub struct Calendar {
    start: ZonedDateTime,
}

/// Weekly windows `[from, to)` in local wall-clock time, bound to a calendar.
#[derive(Clone, Debug, PartialEq)]
pub struct WeeklySchedule {
    calendar: Calendar,
    windows: Vec<WeeklyWindow>,
}

/// One window of a day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WeeklyWindow;

impl WeeklySchedule {
    /// Whether a window is open at `at`: whether the local clock then reads a time inside one.
    pub fn is_open(&self, at: SimTime) -> bool {
        let _ = at;
        unimplemented!()
    }

    /// The first instant after `at` at which the windows open or close; `None` if they never do again.
    pub fn next_change(&self, at: SimTime) -> Option<SimTime> {
        let _ = at;
        unimplemented!()
    }
}
