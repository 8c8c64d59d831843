//! Which hour of the week the local clock reads, quickly for many instants.

use super::{Calendar, WEEK};
use crate::units::{SimTime, TICKS_PER_HOUR};

/// The hour of the week on the local clock, over a time in which every clock change is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WeekClock {
    /// From when on, and what the clock then in use would read at `t = 0`, in ticks since Monday 00:00; ascending from `t = 0`.
    stretches: Vec<(SimTime, u64)>,
}

impl Calendar {
    /// A clock for the instants before `end`; later ones are read without the clock changes after it.
    pub fn week_clock(&self, end: SimTime) -> WeekClock {
        let mut stretches = Vec::new();
        let mut from = SimTime::ZERO;
        loop {
            let stretch = self.stretch(from);
            stretches.push((from, stretch.week_at_zero));
            if stretch.end >= end {
                return WeekClock { stretches };
            }
            from = stretch.end;
        }
    }
}

impl WeekClock {
    /// The hour of the week that the clock reads: 0 from Monday 00:00 to 01:00, up to 167.
    #[inline]
    pub fn hour(&self, at: SimTime) -> usize {
        let later = self.stretches[1..].partition_point(|(from, _)| *from <= at);
        let (_, at_zero) = self.stretches[later];
        let hour = (at_zero + at.0 % WEEK) % WEEK / TICKS_PER_HOUR;
        usize::try_from(hour).expect("a week has 168 hours")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::TICKS_PER_SECOND;

    #[test]
    fn hours_are_those_of_the_local_clock_across_its_changes() {
        // Saturday 2024-03-30, 22:30 in Berlin: at 02:00 of Sunday the clock goes to 03:00, and back on 2024-10-27.
        let start = "2024-03-30T22:30:00".parse().unwrap();
        let calendar = Calendar::new(start, "Europe/Berlin").unwrap();
        let year = SimTime(365 * 24 * TICKS_PER_HOUR);
        let clock = calendar.week_clock(year);
        let saturday = 5 * 24;
        for (minutes, hour) in [
            (0, saturday + 22),
            (29, saturday + 22),
            (30, saturday + 23),
            (209, saturday + 25),
            (210, saturday + 27),
            (24 * 60, saturday + 47),
            (25 * 60, 0),
        ] {
            let at = SimTime(minutes * 60 * TICKS_PER_SECOND);
            assert_eq!(clock.hour(at), hour, "{minutes} min");
        }
        // As the calendar reads it, each half hour of a year.
        for half_hours in 0..365 * 48 {
            let at = SimTime(half_hours * TICKS_PER_HOUR / 2 + 1);
            let local = calendar.local(at);
            let day = local.weekday().to_monday_zero_offset();
            let hour = usize::try_from(i16::from(day) * 24 + i16::from(local.hour())).unwrap();
            assert_eq!(clock.hour(at), hour, "{local}");
        }
    }
}
