//! Axes of simulated time: days and hours since the start, or local weekdays and times where the start is known.
//! Local clocks change twice a year in many places; labels follow them.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ZonedDateTime};

use super::font;

/// A place in time and its label.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct TimeTick {
    /// Seconds since the start.
    pub(super) at: f64,
    pub(super) label: String,
    /// Whether a day starts here.
    pub(super) is_midnight: bool,
}

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const STEPS: [i64; 25] = [
    1,
    5,
    15,
    MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
    7 * DAY,
    14 * DAY,
    28 * DAY,
    56 * DAY,
    91 * DAY,
    182 * DAY,
    364 * DAY,
    3640 * DAY,
    36_400 * DAY,
    364_000 * DAY,
];

/// The local clock of a scenario.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct LocalClock {
    zone: TimeZone,
    start: Timestamp,
    /// What it reads at the start.
    reads: DateTime,
    /// Whether its dates are known, beside weekdays and times.
    has_dates: bool,
}

impl LocalClock {
    /// From a start as `2017-11-20T09:00:00[Europe/Berlin]`; without a zone the clock never changes.
    pub(super) fn starting(text: &str) -> Option<Self> {
        let text = text.trim();
        let zoned = text.parse::<ZonedDateTime>().ok().or_else(|| {
            let local: DateTime = text.trim_end_matches('Z').parse().ok()?;
            local.to_zoned_datetime(TimeZone::UTC).ok()
        })?;
        Some(Self {
            zone: zoned.time_zone().clone(),
            start: zoned.timestamp(),
            reads: zoned.datetime(),
            has_dates: true,
        })
    }

    /// The same where nobody states the date of the start: days are counted from it.
    pub(super) fn without_dates(self) -> Self {
        Self {
            has_dates: false,
            ..self
        }
    }

    /// Whether its dates are told.
    pub(super) fn has_dates(&self) -> bool {
        self.has_dates
    }

    /// What its times are, with its zone: `local time (Europe/Berlin)`.
    pub(super) fn title(&self) -> String {
        if !self.has_dates {
            let weekday = self.reads.strftime("%A");
            return format!("time from an assumed start on a {weekday}");
        }
        match self.zone.iana_name() {
            Some("UTC" | "Etc/UTC") | None => "time (UTC)".to_owned(),
            Some(name) => format!("local time ({name})"),
        }
    }

    /// The hour of the week that it reads some seconds after the start, from Monday on.
    pub(super) fn hour_of_week(&self, seconds: i64) -> Option<usize> {
        let reading = self.at(seconds)?;
        let day = reading.weekday().to_monday_zero_offset();
        usize::try_from(i16::from(day) * 24 + i16::from(reading.hour())).ok()
    }

    /// What it reads some seconds after the start.
    pub(super) fn at(&self, seconds: i64) -> Option<DateTime> {
        let instant = self.start.checked_add(SignedDuration::from_secs(seconds));
        Some(self.zone.to_datetime(instant.ok()?))
    }

    /// What it reads some seconds after the start, in seconds since 1970 on the same clock.
    pub(super) fn reading(&self, seconds: i64) -> Option<i64> {
        let reading = TimeZone::UTC.to_timestamp(self.at(seconds)?).ok()?;
        Some(reading.as_second())
    }

    /// Seconds from the start to a reading.
    fn until(&self, reading: DateTime) -> Option<i64> {
        let instant = self.zone.to_timestamp(reading).ok()?;
        Some(instant.as_second() - self.start.as_second())
    }

    /// A reading as a label of ticks that are `step` seconds apart.
    fn label(&self, reading: DateTime, step: i64) -> String {
        let form = match step {
            ..MINUTE => "%H:%M:%S",
            MINUTE..DAY => "%a %H:%M",
            _ if !self.has_dates => return format!("day {}", self.day_of(reading)),
            _ if step <= 2 * DAY => "%a %-d %b",
            _ if step < 182 * DAY => "%-d %b",
            _ => "%b %Y",
        };
        reading.strftime(form).to_string()
    }

    /// The day of a reading, counted from that of the start on.
    fn day_of(&self, reading: DateTime) -> i64 {
        let midnight = self.reads.date().to_datetime(jiff::civil::Time::midnight());
        midnight.duration_until(reading).as_secs().div_euclid(DAY) + 1
    }

    /// The day of a reading in words.
    fn date(&self, reading: DateTime) -> String {
        if self.has_dates {
            return reading.strftime("%a %-d %b %Y").to_string();
        }
        format!("{}, day {}", reading.strftime("%a"), self.day_of(reading))
    }

    /// Seconds of readings since the midnight before the start.
    fn past_midnight(&self, seconds: i64) -> i64 {
        let midnight = self.reads.date().to_datetime(jiff::civil::Time::midnight());
        self.at(seconds).map_or(seconds, |reading| {
            midnight.duration_until(reading).as_secs()
        })
    }
}

/// The last time at or before `at` that is a multiple of `step` seconds on the clock, or since the start.
pub(super) fn rounded_down(at: i64, step: i64, clock: Option<&LocalClock>) -> i64 {
    let past = clock.map_or(at, |clock| clock.past_midnight(at));
    at - past.rem_euclid(step)
}

/// Ticks over the hours of a week, in seconds since its Monday.
pub(super) fn ticks_of_week() -> Vec<TimeTick> {
    let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "Mon"];
    let days = (0_u32..).zip(days).map(|(day, name)| TimeTick {
        at: f64::from(day) * 86_400.0,
        label: format!("{name} 00:00"),
        is_midnight: true,
    });
    days.collect()
}

/// Ticks over `[from, to]` seconds, as dense as labels of this size allow in `room`.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "an end beyond i64 seconds is cut, and what is left is well below 2^53"
)]
pub(super) fn ticks(
    (from, to): (f64, f64),
    clock: Option<&LocalClock>,
    room: f64,
    size: f64,
) -> Vec<TimeTick> {
    let sound = |at: f64| {
        if at.is_finite() {
            at.clamp(0.0, 1e11) as i64
        } else {
            0
        }
    };
    let from = sound(from);
    let to = sound(to).max(from + 1);
    let mut best = Vec::new();
    for step in STEPS.into_iter().filter(|step| (to - from) / step <= 200) {
        best = ticks_in_steps(from, to, step, clock);
        let widest = best
            .iter()
            .map(|t: &TimeTick| font::width(&t.label, size, false));
        let needed = widest.fold(0.0, f64::max) + size * 1.6;
        if needed * (to - from) as f64 / step as f64 <= room {
            break;
        }
    }
    best
}

/// Ticks at multiples of a step on the clock, or since the start.
fn ticks_in_steps(from: i64, to: i64, step: i64, clock: Option<&LocalClock>) -> Vec<TimeTick> {
    let past = |at: i64| clock.map_or(at, |clock| clock.past_midnight(at));
    // A clock that is put back between the two reads less at the end than it counts.
    let first = past(from).div_euclid(step);
    let last = past(to).max(past(from) + to - from).div_euclid(step) + 1;
    let ticks = (first..=last).filter_map(|count| tick(count * step, step, clock));
    ticks
        .filter(|(at, _)| (from..=to).contains(at))
        .map(|(_, tick)| tick)
        .collect()
}

/// The tick at a reading, in seconds past the midnight before the start; none at a reading that the clock skips.
#[allow(clippy::cast_precision_loss, reason = "seconds are well below 2^53")]
fn tick(past: i64, step: i64, clock: Option<&LocalClock>) -> Option<(i64, TimeTick)> {
    let is_midnight = past % DAY == 0;
    let (at, label) = match clock {
        Some(clock) => {
            let midnight = clock
                .reads
                .date()
                .to_datetime(jiff::civil::Time::midnight());
            let reading = midnight.checked_add(SignedDuration::from_secs(past)).ok()?;
            let at = clock.until(reading)?;
            if clock.at(at) != Some(reading) {
                return None;
            }
            (at, clock.label(reading, step))
        }
        None => (past, since_start(past, step)),
    };
    let tick = TimeTick {
        at: at as f64,
        label,
        is_midnight,
    };
    Some((at, tick))
}

/// The day of a moment in words: `Wed 24 Jan 2024`, without dates `Wed, day 24`, without a clock `day 24`.
pub(super) fn day(at: i64, clock: Option<&LocalClock>) -> String {
    match clock.and_then(|clock| Some(clock.date(clock.at(at)?))) {
        Some(date) => date,
        None => format!("day {}", at.div_euclid(DAY) + 1),
    }
}

/// A moment in words: `Wed 24 Jan 2024, 06:00`, or `23 d 6 h after the start`.
pub(super) fn moment(at: i64, clock: Option<&LocalClock>) -> String {
    let of = |clock: &LocalClock| {
        let reading = clock.at(at)?;
        Some(format!(
            "{}, {}",
            clock.date(reading),
            reading.strftime("%H:%M")
        ))
    };
    match clock.and_then(of) {
        Some(moment) => moment,
        None if at == 0 => "the start".to_owned(),
        None => format!("{} after the start", since_start(at, 1)),
    }
}

/// `0`, `45 min`, `6 h`, `1 d 6 h`.
fn since_start(at: i64, step: i64) -> String {
    let parts = [
        (at / DAY, "d"),
        (at % DAY / HOUR, "h"),
        (at % HOUR / MINUTE, "min"),
        (at % MINUTE, "s"),
    ];
    let shown: Vec<String> = parts
        .iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, unit)| format!("{n} {unit}"))
        .collect();
    if at == 0 {
        let unit = if step < MINUTE {
            "s"
        } else if step < HOUR {
            "min"
        } else if step < DAY {
            "h"
        } else {
            "d"
        };
        return format!("0 {unit}");
    }
    shown.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(end: f64, start: Option<&str>) -> Vec<String> {
        let clock = start.and_then(LocalClock::starting);
        ticks((0.0, end), clock.as_ref(), 660.0, 11.0)
            .into_iter()
            .map(|tick| tick.label)
            .collect()
    }

    #[test]
    fn a_day_from_midnight() {
        assert_eq!(
            labels(86_400.0, Some("2024-01-01T00:00:00[Europe/Berlin]")),
            [
                "Mon 00:00",
                "Mon 03:00",
                "Mon 06:00",
                "Mon 09:00",
                "Mon 12:00",
                "Mon 15:00",
                "Mon 18:00",
                "Mon 21:00",
                "Tue 00:00"
            ]
        );
    }

    #[test]
    fn ticks_fall_on_whole_local_hours() {
        let shown = labels(6.0 * 3600.0, Some("2024-01-01T08:20:00Z"));
        assert_eq!(shown[0], "Mon 09:00");
    }

    #[test]
    fn a_week_shows_its_days() {
        let shown = labels(7.0 * 86_400.0, Some("2017-11-20T00:00:00"));
        assert_eq!(shown[0], "Mon 20 Nov");
        assert_eq!(shown.len(), 8);
    }

    #[test]
    fn without_a_start_hours_and_days_count_from_it() {
        assert_eq!(labels(86_400.0, None)[..3], ["0 h", "2 h", "4 h"]);
        assert_eq!(
            labels(3.0 * 86_400.0, None)[..4],
            ["0 h", "12 h", "1 d", "1 d 12 h"]
        );
        assert_eq!(labels(2700.0, None)[..3], ["0 min", "5 min", "10 min"]);
    }

    #[test]
    fn labels_follow_a_clock_that_is_put_forward_or_back() {
        let hours = |start: &str, from: f64| -> Vec<(f64, String)> {
            let clock = LocalClock::starting(start);
            let ticks = ticks((from, from + 4.0 * 3600.0), clock.as_ref(), 660.0, 11.0);
            let whole = |tick: &TimeTick| tick.label.ends_with(":00");
            let ticks = ticks.into_iter().filter(whole);
            ticks.map(|tick| (tick.at / 3600.0, tick.label)).collect()
        };
        // At 02:00 on 31 March 2024 it is 03:00; 30 days before that the clock is an hour behind.
        let spring = hours("2024-03-01T00:00:00[Europe/Berlin]", 30.0 * 86_400.0);
        let expected = [
            (720.0, "Sun 00:00"),
            (721.0, "Sun 01:00"),
            (722.0, "Sun 03:00"),
        ];
        for (tick, (at, label)) in spring.iter().zip(expected) {
            assert!((tick.0 - at).abs() < 1e-9 && tick.1 == label, "{tick:?}");
        }
        // At 03:00 on 27 October 2024 it is 02:00 again.
        let autumn = hours("2024-10-01T00:00:00[Europe/Berlin]", 26.0 * 86_400.0);
        let last = autumn.last().expect("there are ticks");
        assert_eq!(last.1, "Sun 03:00");
        assert!((last.0 - 628.0).abs() < 1e-9, "{last:?}");
    }

    #[test]
    fn times_are_rounded_down_on_the_clock() {
        let clock = LocalClock::starting("2024-01-01T08:20:00Z");
        assert_eq!(rounded_down(7200, 3600, clock.as_ref()), 7200 - 1200);
        assert_eq!(rounded_down(7200, 5000, None), 5000);
        assert_eq!(moment(3600, clock.as_ref()), "Mon 1 Jan 2024, 09:20");
        assert_eq!(moment(90_000, None), "1 d 1 h after the start");
    }

    #[test]
    fn an_assumed_start_has_weekdays_and_no_dates() {
        let clock = LocalClock::starting("2024-01-01T08:00:00Z").map(LocalClock::without_dates);
        let labels = |end: f64| -> Vec<String> {
            let ticks = ticks((0.0, end), clock.as_ref(), 660.0, 11.0);
            ticks.into_iter().map(|tick| tick.label).collect()
        };
        assert_eq!(labels(7.0 * 86_400.0)[..2], ["day 2", "day 3"]);
        assert_eq!(labels(86_400.0)[0], "Mon 09:00");
        assert_eq!(moment(86_400, clock.as_ref()), "Tue, day 2, 08:00");
        assert_eq!(day(0, clock.as_ref()), "Mon, day 1");
        let title = clock.expect("a clock").title();
        assert_eq!(title, "time from an assumed start on a Monday");
    }

    #[test]
    fn strange_spans_have_ticks_that_fit() {
        for end in [0.0, 1.0, 59.0, 1e6, 1e8, 1e11, f64::NAN, f64::INFINITY] {
            for start in [None, Some("2024-01-01T08:20:00"), Some("nonsense")] {
                let shown = labels(end, start);
                assert!(
                    !shown.is_empty() && shown.len() < 30,
                    "{end} {start:?} {}",
                    shown.len()
                );
            }
        }
    }
}
