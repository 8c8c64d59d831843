//! Times of the week by the local clock, one after the other, across clock changes.

use std::collections::VecDeque;

use jiff::civil::{Date, Time};

use super::Calendar;
use super::window::{parse_days, parse_minutes};
use crate::units::SimTime;

/// What a time of the week may look like.
const TIME_HELP: &str = "write for example `mon-fri 22:00`, `sun 04:30` or `daily 02:00`";
/// Days without any of the times that are passed at most; a week has one at least.
const MOST_DAYS: u32 = 15;

/// Days of the week with times of day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimesOfWeek {
    /// Days from Monday, with minutes from midnight; ascending.
    slots: Vec<(u64, u64)>,
}

/// The instants of such times from `t = 0` on, bound to a calendar.
#[derive(Clone, Debug, PartialEq)]
pub struct RecurringTimes {
    calendar: Calendar,
    times: TimesOfWeek,
    /// The first day whose times are not in `due`; `None` after the last day that can be counted.
    day: Option<Date>,
    /// Instants to come, ascending.
    due: VecDeque<SimTime>,
}

impl TimesOfWeek {
    /// Reads times such as `mon-fri 22:00`; one that is written twice counts once. The error is a sentence for the user with
    /// the text that is none.
    pub fn parse(texts: &[String]) -> Result<Self, String> {
        let mut slots = Vec::new();
        for text in texts {
            let found = parse(text);
            let found =
                found.map_err(|reason| format!("`{text}` is no time of the week: {reason}"))?;
            slots.extend(found);
        }
        slots.sort_unstable();
        slots.dedup();
        Ok(Self { slots })
    }

    /// How many there are in a week.
    pub fn per_week(&self) -> usize {
        self.slots.len()
    }
}

fn parse(text: &str) -> Result<Vec<(u64, u64)>, String> {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split_whitespace().collect();
    let [days, time] = words[..] else {
        return Err(format!("it is not days and a time of day ({TIME_HELP})"));
    };
    if time.contains('-') {
        return Err(format!("`{time}` is a window, not a time ({TIME_HELP})"));
    }
    let with_help = |reason: String| format!("{reason} ({TIME_HELP})");
    let minutes = parse_minutes(time).map_err(with_help)?;
    if minutes == 24 * 60 {
        return Err("`24:00` can only end a window: write `00:00` of the next day".to_owned());
    }
    let days = parse_days(days).map_err(with_help)?;
    Ok(days.into_iter().map(|day| (day, minutes)).collect())
}

impl RecurringTimes {
    /// From `t = 0` on. A time that a clock change skips moves on by the length of the change; of one that comes twice the
    /// first is meant.
    pub fn new(calendar: &Calendar, times: TimesOfWeek) -> Self {
        Self {
            day: Some(calendar.local(SimTime::ZERO).date()),
            calendar: calendar.clone(),
            times,
            due: VecDeque::new(),
        }
    }

    /// Puts the times of the next day into what is due; whether there is a next day.
    fn fill(&mut self) -> bool {
        let Some(day) = self.day else {
            return false;
        };
        let weekday = u64::from(day.weekday().to_monday_zero_offset().unsigned_abs());
        let of_day = self.times.slots.iter().filter(|(on, _)| *on == weekday);
        let instants = of_day.filter_map(|(_, minutes)| {
            let [hour, minute] =
                [minutes / 60, minutes % 60].map(|part| i8::try_from(part).unwrap_or_default());
            let local = day.to_datetime(Time::constant(hour, minute, 0, 0));
            self.calendar
                .sim_time(self.calendar.zone.to_timestamp(local).ok()?)
        });
        let mut instants: Vec<SimTime> = instants.collect();
        instants.sort_unstable();
        self.due.extend(instants);
        self.day = day.tomorrow().ok();
        true
    }
}

impl Iterator for RecurringTimes {
    type Item = SimTime;

    fn next(&mut self) -> Option<SimTime> {
        let mut days = 0;
        while self.due.is_empty() && days < MOST_DAYS && self.fill() {
            days += 1;
        }
        self.due.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::units::TICKS_PER_HOUR as HOUR;

    fn times(texts: &[&str], calendar: &Calendar, count: usize) -> Vec<f64> {
        let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        let times = TimesOfWeek::parse(&texts).unwrap();
        let hours = |at: SimTime| at.0 as f64 / HOUR as f64;
        RecurringTimes::new(calendar, times)
            .take(count)
            .map(hours)
            .collect()
    }

    #[test]
    fn times_come_week_after_week() {
        // t = 0 is Monday 2024-01-01 00:00.
        let calendar = Calendar::default();
        let found = times(&["mon,wed 22:00", "mon 06:30"], &calendar, 5);
        assert_eq!(found, [6.5, 22.0, 70.0, 174.5, 190.0]);
        assert_eq!(times(&["mon 00:00"], &calendar, 2), [0.0, 168.0]);
    }

    #[test]
    fn times_before_the_start_are_left_out() {
        let calendar = Calendar::new(date(2024, 1, 1).at(12, 0, 0, 0), "UTC").unwrap();
        assert_eq!(times(&["daily 11:00"], &calendar, 2), [23.0, 47.0]);
    }

    #[test]
    fn the_local_clock_decides() {
        // Berlin skips 02:00 to 03:00 on Sunday 2024-03-31: 02:30 comes at 03:30, after 03:00; the day has 23 hours.
        let calendar = Calendar::new(date(2024, 3, 30).at(12, 0, 0, 0), "Europe/Berlin").unwrap();
        let found = times(&["daily 02:30", "daily 03:00"], &calendar, 4);
        assert_eq!(found, [14.0, 14.5, 37.5, 38.0]);
        assert_eq!(times(&["sun 22:00"], &calendar, 1), [33.0]);
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for (text, expected) in [
            ("mon 08:00-09:00", "is a window"),
            ("22:00", "not days and a time"),
            ("someday 22:00", "is not a day"),
            ("mon 25:00", "not a time of day"),
            ("mon 24:00", "next day"),
        ] {
            let error = TimesOfWeek::parse(&[text.to_owned()]).unwrap_err();
            assert!(error.contains(expected), "{error}");
        }
    }
}
