//! Days and months of UTC, by which bills are cut.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use super::Calendar;
use crate::units::SimTime;

/// A day or a month of UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UtcPeriod {
    /// From midnight to midnight.
    Day,
    /// From the first of a month to the first of the next.
    Month,
}

impl Calendar {
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
