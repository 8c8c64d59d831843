//! A rate that depends on the local hour of the day, and when what it adds up to reaches an amount.

use super::{Calendar, DAY};
use crate::units::{SimDuration, SimTime, TICKS_PER_HOUR as HOUR};

/// What has not come after a hundred years never comes.
const LONGEST: SimDuration = SimDuration(100 * 365 * DAY);

/// A rate per hour for each local hour of the day, bound to a calendar.
#[derive(Clone, Debug, PartialEq)]
pub struct DailyRates {
    calendar: Calendar,
    per_hour: [f64; 24],
}

impl DailyRates {
    /// Rates per hour, each 0 or more, for the hours from local midnight on.
    pub fn new(calendar: &Calendar, per_hour: [f64; 24]) -> Self {
        Self {
            calendar: calendar.clone(),
            per_hour,
        }
    }

    /// The mean rate per hour over a day.
    pub fn mean_per_hour(&self) -> f64 {
        self.per_hour.iter().sum::<f64>() / 24.0
    }

    /// The least that the rate adds up to in so long a time, whenever that begins.
    pub fn least(&self, length: SimDuration) -> f64 {
        let hours = length.as_secs_f64() / 3600.0;
        let (days, rest) = ((hours / 24.0).floor(), hours % 24.0);
        let up_to = |hour: f64| -> f64 {
            let share = |begin: usize| (hour - begin as f64).clamp(0.0, 1.0);
            let two_days = self.per_hour.iter().chain(&self.per_hour).enumerate();
            two_days.map(|(begin, rate)| rate * share(begin)).sum()
        };
        // The rate is constant within an hour: the least begins or ends with one.
        let begins = (0..24_u32).map(f64::from);
        let ends = (0..24_u32).map(|hour| (f64::from(hour) - rest).rem_euclid(24.0));
        let least = begins
            .chain(ends)
            .map(|begin| up_to(begin + rest) - up_to(begin))
            .fold(f64::INFINITY, f64::min);
        days * up_to(24.0) + least.max(0.0)
    }

    /// When the rate's integral from `from` on reaches `amount`; `None` if that takes more than a hundred years.
    pub fn reach(&self, from: SimTime, mut amount: f64) -> Option<SimTime> {
        let end = from + LONGEST;
        let a_day: f64 = self.per_hour.iter().sum();
        let mut at = from;
        while at < end && a_day > 0.0 {
            let stretch = self.calendar.stretch(at);
            let position = stretch.week_position(at) % DAY;
            let days = (stretch.end.min(end).since(at).0 / DAY) as f64;
            let whole_days = days.min((amount / a_day).floor());
            if whole_days > 0.0 {
                at = at + SimDuration::from_secs_rounded(whole_days * 86_400.0);
                amount -= whole_days * a_day;
                continue;
            }
            let rate = self.per_hour[usize::try_from(position / HOUR).expect("below 24")];
            let to = stretch.end.min(at + SimDuration(HOUR - position % HOUR));
            let here = rate * to.since(at).as_secs_f64() / 3600.0;
            if here >= amount {
                return Some(at + SimDuration::from_secs_rounded(amount / rate * 3600.0));
            }
            amount -= here;
            at = to;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn hours(count: u64) -> SimTime {
        SimTime(count * HOUR)
    }

    fn rates(start_hour: i8, zone: &str, month: i8, day: i8) -> DailyRates {
        let calendar = Calendar::new(date(2024, month, day).at(start_hour, 0, 0, 0), zone).unwrap();
        let mut per_hour = [0.0; 24];
        (per_hour[9], per_hour[10]) = (1.0, 0.5);
        DailyRates::new(&calendar, per_hour)
    }

    #[test]
    fn amounts_are_reached_in_the_hours_that_have_a_rate() {
        // t = 0 is 08:00 local: 09:00 to 10:00 brings 1, 10:00 to 11:00 half; a day 1.5.
        let rates = rates(8, "UTC", 1, 1);
        assert!((rates.mean_per_hour() - 1.5 / 24.0).abs() < 1e-12);
        assert_eq!(
            rates.reach(SimTime::ZERO, 0.25),
            Some(SimTime(HOUR + HOUR / 4))
        );
        assert_eq!(
            rates.reach(SimTime::ZERO, 1.25),
            Some(SimTime(2 * HOUR + HOUR / 2))
        );
        assert_eq!(
            rates.reach(hours(3), 0.5),
            Some(SimTime(25 * HOUR + HOUR / 2))
        );
        // 100 days bring 150; the rest of 0.5 comes in half an hour after the next 09:00.
        assert_eq!(
            rates.reach(SimTime::ZERO, 150.5),
            Some(SimTime(100 * DAY + HOUR + HOUR / 2))
        );
        assert_eq!(rates.reach(SimTime::ZERO, 1e9), None);
    }

    #[test]
    fn the_least_of_a_time_is_that_of_its_best_begin() {
        let rates = rates(8, "UTC", 1, 1);
        let least = |minutes: u64| rates.least(SimDuration::from_secs(60 * minutes));
        // 22 of the 24 hours have none; a day has 1.5 whenever it begins; 23 h end at 10:00 at the best, or begin then.
        for (minutes, expected) in [(22 * 60, 0.0), (24 * 60, 1.5), (23 * 60, 0.5), (0, 0.0)] {
            assert!((least(minutes) - expected).abs() < 1e-9, "{minutes}");
        }
        // Half an hour more than the free time: half an hour at 0.5.
        assert!((least(22 * 60 + 30) - 0.25).abs() < 1e-9);
        assert!((least((24 + 22) * 60 + 30) - 1.75).abs() < 1e-9);
    }

    #[test]
    fn hours_are_local_also_after_a_clock_change() {
        // Berlin skips 02:00 to 03:00 on 2024-03-31: from noon the day before, 09:00 is 20 h away, not 21.
        let rates = rates(12, "Europe/Berlin", 3, 30);
        assert_eq!(
            rates.reach(SimTime::ZERO, 0.5),
            Some(SimTime(20 * HOUR + HOUR / 2))
        );
    }

    #[test]
    fn no_rate_is_never() {
        let never = DailyRates::new(&Calendar::default(), [0.0; 24]);
        assert_eq!(never.reach(SimTime::ZERO, 1e-9), None);
    }
}
