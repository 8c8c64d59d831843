//! A rate that depends on the local hour of the day or of the week, and when what it adds up to reaches an amount.

use super::{Calendar, DAY, Stretch};
use crate::units::{SimDuration, SimTime, TICKS_PER_HOUR as HOUR};

/// What has not come after a hundred years never comes.
const LONGEST: SimDuration = SimDuration(100 * 365 * DAY);

/// A rate per hour for each local hour of a day or of a week, bound to a calendar.
#[derive(Clone, Debug, PartialEq)]
pub struct HourlyRates {
    calendar: Calendar,
    per_hour: Vec<f64>,
    /// What they are over one round.
    a_round: f64,
}

impl HourlyRates {
    /// Rates per hour, each 0 or more: 24 for the hours from local midnight on, or 168 for those from Monday 00:00 on.
    ///
    /// # Panics
    /// If there are other than 24 or 168.
    pub fn new(calendar: &Calendar, per_hour: Vec<f64>) -> Self {
        assert!(
            [24, 168].contains(&per_hour.len()),
            "a rate for each hour of a day or of a week"
        );
        Self {
            calendar: calendar.clone(),
            a_round: per_hour.iter().sum(),
            per_hour,
        }
    }

    /// Has all rates this many times as high.
    pub fn scale(&mut self, factor: f64) {
        for rate in &mut self.per_hour {
            *rate *= factor;
        }
        self.a_round = self.per_hour.iter().sum();
    }

    /// The mean rate per hour.
    pub fn mean_per_hour(&self) -> f64 {
        self.a_round / self.hours()
    }

    /// The rates.
    pub fn per_hour(&self) -> &[f64] {
        &self.per_hour
    }

    fn hours(&self) -> f64 {
        self.per_hour.len() as f64
    }

    /// After this the rates begin again.
    fn round(&self) -> u64 {
        self.per_hour.len() as u64 * HOUR
    }

    /// The smallest amount that the rate adds up to within a time of this length, over all times at which it may begin.
    pub fn least(&self, length: SimDuration) -> f64 {
        let hours = length.as_secs_f64() / 3600.0;
        let round = self.hours();
        let (rounds, rest) = ((hours / round).floor(), hours % round);
        let up_to = |hour: f64| -> f64 {
            let share = |begin: usize| (hour - begin as f64).clamp(0.0, 1.0);
            let two_rounds = self.per_hour.iter().chain(&self.per_hour).enumerate();
            two_rounds.map(|(begin, rate)| rate * share(begin)).sum()
        };
        // The rate is constant within an hour: the least begins or ends with one.
        let marks = 0..self.per_hour.len();
        let begins = marks.clone().map(|hour| hour as f64);
        let ends = marks.map(|hour| (hour as f64 - rest).rem_euclid(round));
        let least = begins
            .chain(ends)
            .map(|begin| up_to(begin + rest) - up_to(begin))
            .fold(f64::INFINITY, f64::min);
        rounds * up_to(round) + least.max(0.0)
    }

    /// When the rate's integral from `from` on reaches `amount`; `None` if that takes more than a hundred years.
    pub fn reach(&self, from: SimTime, mut amount: f64) -> Option<SimTime> {
        let end = from + LONGEST;
        let mut at = from;
        while at < end && self.a_round > 0.0 {
            let stretch = self.calendar.stretch(at);
            let rounds = (stretch.end.min(end).since(at).0 / self.round()) as f64;
            let whole_rounds = rounds.min((amount / self.a_round).floor());
            if whole_rounds > 0.0 {
                at = at + SimDuration::from_secs_rounded(whole_rounds * self.hours() * 3600.0);
                amount -= whole_rounds * self.a_round;
                continue;
            }
            let (rate, to) = self.hour_at(&stretch, at);
            let here = rate * to.since(at).as_secs_f64() / 3600.0;
            if here >= amount {
                return Some(at + SimDuration::from_secs_rounded(amount / rate * 3600.0));
            }
            amount -= here;
            at = to;
        }
        None
    }

    /// What the rate adds up to in `[from, to)`.
    pub fn amount(&self, from: SimTime, to: SimTime) -> f64 {
        let (mut at, mut amount) = (from, 0.0);
        while at < to {
            let stretch = self.calendar.stretch(at);
            let rounds = stretch.end.min(to).since(at).0 / self.round();
            if rounds > 0 {
                amount += rounds as f64 * self.a_round;
                at = at + SimDuration(rounds * self.round());
                continue;
            }
            let (rate, end) = self.hour_at(&stretch, at);
            let end = end.min(to);
            amount += rate * end.since(at).as_secs_f64() / 3600.0;
            at = end;
        }
        amount
    }

    /// The rate at an instant, and until when it holds.
    fn hour_at(&self, stretch: &Stretch, at: SimTime) -> (f64, SimTime) {
        let position = stretch.week_position(at) % self.round();
        let hour = usize::try_from(position / HOUR).expect("below 168");
        let to = stretch.end.min(at + SimDuration(HOUR - position % HOUR));
        (self.per_hour[hour], to)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn hours(count: u64) -> SimTime {
        SimTime(count * HOUR)
    }

    fn rates(start_hour: i8, zone: &str, month: i8, day: i8) -> HourlyRates {
        let calendar = Calendar::new(date(2024, month, day).at(start_hour, 0, 0, 0), zone).unwrap();
        let mut per_hour = vec![0.0; 24];
        (per_hour[9], per_hour[10]) = (1.0, 0.5);
        HourlyRates::new(&calendar, per_hour)
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
    fn rates_of_a_week_begin_on_monday() {
        // t = 0 is Monday 2024-01-01 00:00; only Sunday's last hour has a rate.
        let mut per_hour = vec![0.0; 168];
        per_hour[167] = 2.0;
        let rates = HourlyRates::new(&Calendar::default(), per_hour);
        assert_eq!(
            rates.reach(SimTime::ZERO, 1.0),
            Some(SimTime(167 * HOUR + HOUR / 2))
        );
        let amount = |from: u64, to: u64| rates.amount(hours(from), hours(to));
        for (from, to, expected) in [(0, 167, 0.0), (0, 168, 2.0), (100, 100 + 336, 4.0)] {
            assert!(
                (amount(from, to) - expected).abs() < 1e-12,
                "{from} to {to}"
            );
        }
        assert!((rates.amount(SimTime(167 * HOUR + HOUR / 4), hours(200)) - 1.5).abs() < 1e-12);
    }

    #[test]
    fn no_rate_is_never() {
        let never = HourlyRates::new(&Calendar::default(), vec![0.0; 24]);
        assert_eq!(never.reach(SimTime::ZERO, 1e-9), None);
    }
}
