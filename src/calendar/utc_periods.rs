//! Days and months of UTC, by which bills are cut.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use super::Calendar;
use crate::units::{SimDuration, SimTime, TICKS_PER_HOUR};

/// A day or a month of UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UtcPeriod {
    /// From midnight to midnight.
    Day,
    /// From the first of a month to the first of the next.
    Month,
}

/// The periods that charges are for.
#[derive(Clone, Debug)]
pub struct ChargePeriods {
    /// Tells when they begin.
    pub calendar: Calendar,
    /// How long each is.
    pub period: UtcPeriod,
}

impl ChargePeriods {
    /// When the first after an instant begins; `None` where that cannot be counted.
    pub fn next(&self, at: SimTime) -> Option<SimTime> {
        let [_, end] = self.calendar.utc_period(at, self.period);
        self.calendar.sim_time(end).filter(|end| *end > at)
    }

    /// Begins of the periods that are in `[from, end)`, the first cut short at `from`, and the end.
    pub fn cuts(&self, from: SimTime, end: SimTime) -> Vec<SimTime> {
        let begins = std::iter::successors(Some(from), |begin| self.next(*begin));
        let begins = begins.take_while(|begin| *begin < end);
        begins.chain([end]).collect()
    }
}

impl Calendar {
    /// How far into an hour of UTC `t = 0` is.
    pub fn into_utc_hour(&self) -> SimDuration {
        let hour = i64::try_from(TICKS_PER_HOUR).expect("an hour is short");
        let into = self.start().as_microsecond().rem_euclid(hour);
        SimDuration(into.unsigned_abs())
    }

    /// Begin and end of the period around `at`; the last one there is has no end but that of all times.
    pub fn utc_period(&self, at: SimTime, period: UtcPeriod) -> [Timestamp; 2] {
        let today = TimeZone::UTC.to_datetime(self.instant(at)).date();
        let date = match period {
            UtcPeriod::Day => today,
            UtcPeriod::Month => today.first_of_month(),
        };
        let length = match period {
            UtcPeriod::Day => 1.day(),
            UtcPeriod::Month => 1.month(),
        };
        let midnight = |date: Date| {
            let at = TimeZone::UTC.to_timestamp(date.to_datetime(Time::midnight()));
            at.unwrap_or(Timestamp::MAX)
        };
        let end = date.checked_add(length).map_or(Timestamp::MAX, midnight);
        [midnight(date), end]
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::DateTime;

    use super::*;
    use crate::units::TICKS_PER_HOUR;

    #[test]
    fn hours_are_those_of_utc_whatever_the_zone() {
        // Nepal is 5:45 ahead: its midnight is 18:15 UTC. Before 1970 time counts backwards.
        for (year, zone, minutes) in [
            (2024, "UTC", 0),
            (2024, "Europe/Berlin", 0),
            (2024, "Asia/Kathmandu", 15),
            (1969, "Asia/Kolkata", 30),
        ] {
            let start = DateTime::constant(year, 3, 1, 0, 0, 0, 0);
            let calendar = Calendar::new(start, zone).unwrap();
            let expected = SimDuration::from_secs(60 * minutes);
            assert_eq!(calendar.into_utc_hour(), expected, "{zone}");
        }
    }

    #[test]
    fn periods_are_those_of_utc_whatever_the_zone() {
        // 23:30 on 31 December in Berlin is 22:30 UTC; three hours later it is January in both.
        let start = DateTime::constant(2024, 12, 31, 23, 30, 0, 0);
        let calendar = Calendar::new(start, "Europe/Berlin").unwrap();
        let texts = |hours: u64, period| {
            let around = calendar.utc_period(SimTime(hours * TICKS_PER_HOUR), period);
            around.map(|instant| instant.to_string())
        };
        assert_eq!(
            texts(0, UtcPeriod::Day),
            ["2024-12-31T00:00:00Z", "2025-01-01T00:00:00Z"]
        );
        assert_eq!(
            texts(1, UtcPeriod::Month),
            ["2024-12-01T00:00:00Z", "2025-01-01T00:00:00Z"]
        );
        assert_eq!(
            texts(3, UtcPeriod::Month),
            ["2025-01-01T00:00:00Z", "2025-02-01T00:00:00Z"]
        );
        let last = calendar.utc_period(SimTime::NEVER, UtcPeriod::Day);
        assert_eq!(last[1], Timestamp::MAX);
    }
}
