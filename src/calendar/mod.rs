//! Local wall-clock time: what `t = 0` is, and weekly windows that open and close by it, across clock changes.
//! [`Calendar`] turns simulated time into local time; [`WeeklySchedule`] says when its windows are open.

mod daily_rates;
mod utc_periods;
mod zones;

pub use daily_rates::DailyRates;
pub use utc_periods::UtcPeriod;
pub use zones::time_zone;

use std::ops::Range;

use jiff::Timestamp;
use jiff::civil::{DateTime, Time};
use jiff::tz::TimeZone;

use crate::units::{SimDuration, SimTime, TICKS_PER_HOUR, TICKS_PER_SECOND};

const MINUTE: u64 = 60 * TICKS_PER_SECOND;
const DAY: u64 = 24 * TICKS_PER_HOUR;
const WEEK: u64 = 7 * DAY;
/// The Unix epoch was a Thursday: a week that starts on Monday is this far on.
const EPOCH_IN_WEEK: i64 = 3 * 86_400 * 1_000_000;
/// Names of the days in a window, from Monday.
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
/// What a window may look like.
const WINDOW_HELP: &str = "write for example `mon-fri 09:00-10:30`, `mon,wed 08:00-12:00`, \
                           `daily 22:00-06:00` or `sat-sun`";

/// The instant of `t = 0` and the time zone whose wall clock is local time.
#[derive(Clone, Debug, PartialEq)]
pub struct Calendar {
    zone: TimeZone,
    start: Timestamp,
}

/// Weekly windows `[from, to)` in local wall-clock time, bound to a calendar.
#[derive(Clone, Debug, PartialEq)]
pub struct WeeklySchedule {
    calendar: Calendar,
    /// Open parts of a week in ticks since Monday 00:00: ascending, apart from each other.
    spans: Vec<Range<u64>>,
    /// Where openness changes as a week goes round, ascending; empty if it never does.
    edges: Vec<u64>,
}

/// A stretch of simulated time without a clock change.
struct Stretch {
    /// What the wall clock of this stretch would read at `t = 0`, in ticks since Monday 00:00.
    week_at_zero: u64,
    /// The next clock change.
    end: SimTime,
}

impl Stretch {
    /// Wall-clock ticks since Monday 00:00 at `at`.
    fn week_position(&self, at: SimTime) -> u64 {
        (self.week_at_zero + at.0 % WEEK) % WEEK
    }
}

/// Monday 2024-01-01T00:00 UTC.
impl Default for Calendar {
    fn default() -> Self {
        let start = DateTime::constant(2024, 1, 1, 0, 0, 0, 0);
        let start = TimeZone::UTC.to_timestamp(start).expect("2024 is in range");
        Self {
            zone: TimeZone::UTC,
            start,
        }
    }
}

impl Calendar {
    /// Time that starts at `start` on the wall clock of `zone`. A start that a clock change skips moves on by
    /// the length of the change; of one that comes twice the first is meant. The error is a sentence for the user.
    pub fn new(start: DateTime, zone: &str) -> Result<Self, String> {
        let zone = time_zone(zone)?;
        let instant = zone
            .to_timestamp(start)
            .map_err(|_| format!("`{start}` is outside the years that can be counted"))?;
        Ok(Self {
            zone,
            start: instant,
        })
    }

    /// The instant of `t = 0`.
    pub fn start(&self) -> Timestamp {
        self.start
    }

    /// The instant of a simulated time; times after the year 9999 become its end.
    pub fn instant(&self, at: SimTime) -> Timestamp {
        let micros = self.start.as_microsecond().saturating_add_unsigned(at.0);
        Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MAX)
    }

    /// The local date-time of `t = 0` with offset and zone, as `2024-01-01T00:00:00+01:00[Europe/Berlin]`.
    pub fn stamp_at_zero(&self) -> String {
        self.start.to_zoned_datetime(self.zone.clone()).to_string()
    }

    /// The simulated time of an instant in whole ticks; `None` before `t = 0`.
    pub fn sim_time(&self, instant: Timestamp) -> Option<SimTime> {
        let ticks = instant.as_microsecond() - self.start.as_microsecond();
        u64::try_from(ticks).ok().map(SimTime)
    }

    /// What the wall clock reads at `at`, for labels.
    pub fn local(&self, at: SimTime) -> DateTime {
        self.zone.to_datetime(self.instant(at))
    }

    /// What the wall clock would read at `at` if no clock had changed since `t = 0`; `None` after the year 9999.
    pub fn local_at_zero(&self, at: SimTime) -> Option<DateTime> {
        let micros = i64::try_from(at.0).ok()?;
        let elapsed = jiff::SignedDuration::from_micros(micros);
        self.local(SimTime::ZERO).checked_add(elapsed).ok()
    }

    /// The end of the local day of `at`: the first instant of the next date on the wall clock, later than `at`. `None` where
    /// it cannot be counted.
    pub fn end_of_day(&self, at: SimTime) -> Option<SimTime> {
        let tomorrow = self.local(at).date().tomorrow().ok()?;
        let midnight = self
            .zone
            .to_timestamp(tomorrow.to_datetime(Time::midnight()));
        self.sim_time(midnight.ok()?).filter(|end| *end > at)
    }

    /// The time without a clock change around `at`.
    fn stretch(&self, at: SimTime) -> Stretch {
        let instant = self.instant(at);
        let offset = i64::from(self.zone.to_offset(instant).seconds()) * 1_000_000;
        let week = i64::try_from(WEEK).expect("a week is short");
        let at_zero = (self.start.as_microsecond() + offset + EPOCH_IN_WEEK).rem_euclid(week);
        let change = self.zone.following(instant).next();
        Stretch {
            week_at_zero: at_zero.unsigned_abs(),
            end: change
                .and_then(|change| self.sim_time(change.timestamp()))
                .unwrap_or(SimTime::NEVER),
        }
    }
}

impl WeeklySchedule {
    /// Reads windows such as `mon-fri 09:00-10:30`; where they overlap, they count once. The error is a sentence
    /// for the user with the text that is no window.
    pub fn parse(calendar: &Calendar, windows: &[String]) -> Result<Self, String> {
        if windows.is_empty() {
            return Err(format!("there are no windows: {WINDOW_HELP}"));
        }
        let mut spans = Vec::new();
        for text in windows {
            let window = Window::parse(text)
                .map_err(|reason| format!("`{text}` is not a weekly window: {reason}"))?;
            window.spans(&mut spans);
        }
        let spans = union(spans);
        Ok(Self {
            calendar: calendar.clone(),
            edges: edges(&spans),
            spans,
        })
    }

    /// Whether a window is open at `at`: whether the local clock then reads a time inside one.
    pub fn is_open(&self, at: SimTime) -> bool {
        self.open_in_week(self.calendar.stretch(at).week_position(at))
    }

    /// The first instant after `at` at which the windows open or close; `None` if they never do again.
    pub fn next_change(&self, at: SimTime) -> Option<SimTime> {
        if self.edges.is_empty() {
            return None;
        }
        let mut stretch = self.calendar.stretch(at);
        let mut position = stretch.week_position(at);
        let open = self.open_in_week(position);
        let mut from = at;
        loop {
            let change = from + self.until_edge(position);
            if change < stretch.end {
                return Some(change);
            }
            from = stretch.end;
            if from == SimTime::NEVER {
                return None;
            }
            stretch = self.calendar.stretch(from);
            position = stretch.week_position(from);
            if self.open_in_week(position) != open {
                return Some(from);
            }
        }
    }

    /// How much of `[from, to)` is open.
    pub fn open_time(&self, from: SimTime, to: SimTime) -> SimDuration {
        let mut open = 0;
        let mut at = from;
        while at < to {
            let stretch = self.calendar.stretch(at);
            let end = stretch.end.min(to);
            open += self.open_before(&stretch, end) - self.open_before(&stretch, at);
            at = end;
        }
        SimDuration(u64::try_from(open).expect("no longer than the time asked about"))
    }

    /// The open share of a week without a clock change, from 0 to 1.
    pub fn open_share(&self) -> f64 {
        SimDuration(self.open_per_week()).as_secs_f64() / SimDuration(WEEK).as_secs_f64()
    }

    /// The longest time it is open without a break in a week without a clock change; `None` if it never closes.
    pub fn longest_open(&self) -> Option<SimDuration> {
        if self.edges.is_empty() {
            return (self.open_per_week() == 0).then_some(SimDuration::ZERO);
        }
        let lengths = self.spans.iter().map(|span| span.end - span.start);
        let around = match (self.spans.first(), self.spans.last()) {
            (Some(first), Some(last)) if first.start == 0 && last.end == WEEK => {
                first.end + WEEK - last.start
            }
            _ => 0,
        };
        lengths.chain([around]).max().map(SimDuration)
    }

    fn open_per_week(&self) -> u64 {
        self.spans.iter().map(|span| span.end - span.start).sum()
    }

    fn open_in_week(&self, position: u64) -> bool {
        let next = self.spans.partition_point(|span| span.end <= position);
        self.spans
            .get(next)
            .is_some_and(|span| span.start <= position)
    }

    /// From a position in the week to the next edge after it, which may lie in the next week.
    fn until_edge(&self, position: u64) -> SimDuration {
        let next = self.edges.partition_point(|edge| *edge <= position);
        SimDuration(match self.edges.get(next) {
            Some(edge) => edge - position,
            None => self.edges[0] + WEEK - position,
        })
    }

    /// Open ticks from the Monday before `t = 0` to `at` if the clock of `stretch` had always held.
    fn open_before(&self, stretch: &Stretch, at: SimTime) -> u128 {
        let ticks = u128::from(stretch.week_at_zero) + u128::from(at.0);
        let position = stretch.week_position(at);
        let in_week: u64 = self
            .spans
            .iter()
            .map(|span| span.end.min(position).saturating_sub(span.start))
            .sum();
        ticks / u128::from(WEEK) * u128::from(self.open_per_week()) + u128::from(in_week)
    }
}

/// Sorted and joined where they overlap or touch.
fn union(mut spans: Vec<Range<u64>>) -> Vec<Range<u64>> {
    spans.sort_by_key(|span| span.start);
    let mut joined: Vec<Range<u64>> = Vec::new();
    for span in spans {
        match joined.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => joined.push(span),
        }
    }
    joined
}

/// Starts and ends of the spans, without a Sunday midnight that is open on both sides.
fn edges(spans: &[Range<u64>]) -> Vec<u64> {
    let open_over_midnight = spans.first().is_some_and(|span| span.start == 0)
        && spans.last().is_some_and(|span| span.end == WEEK);
    let mut edges: Vec<u64> = spans
        .iter()
        .flat_map(|span| [span.start, span.end])
        .filter(|edge| !(open_over_midnight && edge % WEEK == 0))
        .map(|edge| edge % WEEK)
        .collect();
    edges.sort_unstable();
    edges
}

/// One window as written: days from Monday, and minutes of the day; an end at or before the start is the next day's.
struct Window {
    days: Vec<u64>,
    from: u64,
    to: u64,
}

impl Window {
    fn parse(text: &str) -> Result<Self, String> {
        let lower = text.to_lowercase();
        let mut words = lower.split_whitespace();
        let days = words
            .next()
            .ok_or_else(|| format!("it is empty ({WINDOW_HELP})"))?;
        let days = parse_days(days)?;
        let Some(times) = words.next() else {
            return Ok(Self {
                days,
                from: 0,
                to: 24 * 60,
            });
        };
        if words.next().is_some() {
            return Err(format!("it goes on after the time of day ({WINDOW_HELP})"));
        }
        let (from, to) = times
            .split_once('-')
            .ok_or_else(|| format!("`{times}` has no end, as in `09:00-10:30`"))?;
        let (from, to) = (parse_minutes(from)?, parse_minutes(to)?);
        if from == 24 * 60 {
            return Err("`24:00` can only be an end".to_owned());
        }
        if from == to {
            return Err(
                "it ends when it starts (for whole days, leave the time of day out)".to_owned(),
            );
        }
        Ok(Self { days, from, to })
    }

    /// Its parts of the week; what passes Sunday midnight comes round to Monday.
    fn spans(&self, spans: &mut Vec<Range<u64>>) {
        let past_midnight = if self.to < self.from { 24 * 60 } else { 0 };
        for day in &self.days {
            let start = day * DAY + self.from * MINUTE;
            let end = day * DAY + (self.to + past_midnight) * MINUTE;
            spans.push(start..end.min(WEEK));
            if end > WEEK {
                spans.push(0..end - WEEK);
            }
        }
    }
}

/// Days from Monday of `daily`, or of days and ranges with commas between; ranges may pass Sunday.
fn parse_days(text: &str) -> Result<Vec<u64>, String> {
    if text == "daily" {
        return Ok((0..7).collect());
    }
    let mut days = Vec::new();
    for part in text.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last) = (parse_day(first)?, parse_day(last)?);
        let length = (last + 7 - first) % 7;
        days.extend((0..=length).map(|step| (first + step) % 7));
    }
    Ok(days)
}

fn parse_day(text: &str) -> Result<u64, String> {
    let day = DAYS.iter().position(|name| *name == text).ok_or_else(|| {
        format!(
            "`{text}` is not a day: use `daily`, or {} ({WINDOW_HELP})",
            DAYS.join(", ")
        )
    })?;
    Ok(day as u64)
}

/// Minutes since midnight of `HH:MM`, up to `24:00`.
fn parse_minutes(text: &str) -> Result<u64, String> {
    text.split_once(':')
        .filter(|(_, minute)| minute.len() == 2)
        .and_then(|(hour, minute)| Some(number(hour, 24)? * 60 + number(minute, 59)?))
        .filter(|minutes| *minutes <= 24 * 60)
        .ok_or_else(|| {
            format!("`{text}` is not a time of day between `00:00` and `24:00` ({WINDOW_HELP})")
        })
}

/// One or two digits that make at most `limit`.
fn number(digits: &str, limit: u64) -> Option<u64> {
    let plain = digits.len() <= 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let value: u64 = digits.parse().ok()?;
    (plain && value <= limit).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    const YEAR_MINUTES: u64 = 366 * 24 * 60;

    fn calendar(start: &str, zone: &str) -> Calendar {
        Calendar::new(start.parse().expect(start), zone).expect(zone)
    }

    fn schedule(calendar: &Calendar, windows: &[&str]) -> WeeklySchedule {
        let windows: Vec<String> = windows.iter().map(|&text| text.to_owned()).collect();
        WeeklySchedule::parse(calendar, &windows).expect("windows")
    }

    fn minutes(count: u64) -> SimTime {
        SimTime(count * MINUTE)
    }

    /// The rule as a reader would apply it: look at the wall clock, and at the day before for windows past midnight.
    fn clock_says_open(local: DateTime, windows: &[(&[i8], i16, i16)]) -> bool {
        let day = local.weekday().to_monday_zero_offset();
        let minute = i16::from(local.hour()) * 60 + i16::from(local.minute());
        windows.iter().any(|(days, from, to)| {
            let today = days.contains(&day);
            let yesterday = days.contains(&((day + 6) % 7));
            if from < to {
                today && (*from..*to).contains(&minute)
            } else {
                (today && minute >= *from) || (yesterday && minute < *to)
            }
        })
    }

    /// Walks a year minute by minute and compares openness, changes and open time with the rule.
    fn compare_with_the_clock(start: &str, zone: &str, texts: &[&str], rule: &[(&[i8], i16, i16)]) {
        let calendar = calendar(start, zone);
        let schedule = schedule(&calendar, texts);
        let at_start = clock_says_open(calendar.local(SimTime::ZERO), rule);
        let (mut open, mut open_minutes) = (at_start, 0);
        let mut expected = schedule.next_change(SimTime::ZERO);
        for minute in 0..YEAR_MINUTES {
            let at = minutes(minute);
            let now = clock_says_open(calendar.local(at), rule);
            assert_eq!(
                schedule.is_open(at),
                now,
                "{zone} {texts:?} {}",
                calendar.local(at)
            );
            if now != open {
                assert_eq!(
                    expected,
                    Some(at),
                    "{zone} {texts:?} {}",
                    calendar.local(at)
                );
                expected = schedule.next_change(at);
                open = now;
            }
            open_minutes += u64::from(now);
        }
        let whole = schedule.open_time(SimTime::ZERO, minutes(YEAR_MINUTES));
        assert_eq!(
            whole,
            SimDuration(open_minutes * MINUTE),
            "{zone} {texts:?}"
        );
    }

    #[test]
    fn openness_follows_the_wall_clock_through_whole_years() {
        const WORK: &[i8] = &[0, 1, 2, 3, 4];
        const DAILY: &[i8] = &[0, 1, 2, 3, 4, 5, 6];
        for (start, zone) in [
            ("2024-01-01T00:00", "UTC"),
            ("2024-01-01T00:00", "Europe/Berlin"),
            ("2023-07-05T13:37", "America/New_York"),
            ("2024-02-11T02:10", "Australia/Lord_Howe"),
            ("2055-06-01T00:00", "Europe/Berlin"),
            // Dateline: the whole of Friday 2011-12-30 was skipped.
            ("2011-06-01T00:00", "Pacific/Apia"),
        ] {
            let check = |texts: &[&str], rule: &[(&[i8], i16, i16)]| {
                compare_with_the_clock(start, zone, texts, rule);
            };
            check(&["mon-fri 09:00-10:30"], &[(WORK, 540, 630)]);
            check(&["daily 22:00-06:00"], &[(DAILY, 1320, 360)]);
            // Inside the hour (or half-hour) that comes twice or never.
            check(&["sun 01:40-02:20"], &[(&[6], 100, 140)]);
            check(&["sun 02:15-02:45"], &[(&[6], 135, 165)]);
            check(
                &["sun 01:30-01:45", "sat 23:00-01:35"],
                &[(&[6], 90, 105), (&[5], 1380, 95)],
            );
            check(
                &["sat-sun", "fri 20:00-24:00"],
                &[(&[5, 6], 0, 1440), (&[4], 1200, 1440)],
            );
            check(
                &["sun 22:00-08:00", "mon,wed 07:00-12:00"],
                &[(&[6], 1320, 480), (&[0, 2], 420, 720)],
            );
        }
    }

    #[test]
    fn a_window_in_the_hour_that_comes_twice_opens_twice_and_in_the_skipped_hour_never() {
        let calendar = calendar("2024-10-27T00:00", "Europe/Berlin");
        let windows = schedule(&calendar, &["sun 02:15-02:45"]);
        let mut at = SimTime::ZERO;
        // Midnight is 22:00 UTC; 02:15 comes after 2:15 h and after 3:15 h.
        for expected in [135, 165, 195, 225] {
            at = windows.next_change(at).expect("a change");
            assert_eq!(at, minutes(expected));
        }
        let spring = self::calendar("2024-03-31T00:00", "Europe/Berlin");
        let windows = schedule(&spring, &["sun 02:15-02:45"]);
        let week = minutes(7 * 24 * 60 - 60 + 135);
        assert_eq!(windows.next_change(SimTime::ZERO), Some(week));
    }

    #[test]
    fn a_clock_change_itself_may_open_or_close() {
        let calendar = calendar("2024-03-31T00:00", "Europe/Berlin");
        let windows = schedule(&calendar, &["sun 01:30-02:30"]);
        assert_eq!(
            windows.next_change(minutes(90)),
            Some(minutes(120)),
            "02:00 becomes 03:00"
        );
        let windows = schedule(&calendar, &["sun 02:30-04:00"]);
        assert_eq!(windows.next_change(SimTime::ZERO), Some(minutes(120)));
    }

    #[test]
    fn changes_are_strictly_later_to_the_tick() {
        let windows = schedule(&Calendar::default(), &["mon 09:00-10:00"]);
        let nine = minutes(540);
        assert_eq!(windows.next_change(SimTime(nine.0 - 1)), Some(nine));
        assert_eq!(windows.next_change(nine), Some(minutes(600)));
        assert!(!windows.is_open(SimTime(nine.0 - 1)) && windows.is_open(nine));
        assert!(windows.is_open(SimTime(minutes(600).0 - 1)) && !windows.is_open(minutes(600)));
        assert_eq!(
            windows.open_time(SimTime(nine.0 + 1), minutes(601)),
            SimDuration(60 * MINUTE - 1)
        );
        assert_eq!(windows.open_time(minutes(600), nine), SimDuration::ZERO);
    }

    #[test]
    fn what_is_always_open_never_changes() {
        for zone in ["UTC", "America/New_York"] {
            let calendar = calendar("2024-01-01T00:00", zone);
            for windows in [
                &["mon-sun"][..],
                &["daily"],
                &["daily 00:00-24:00"],
                &["fri-thu"],
            ] {
                let always = schedule(&calendar, windows);
                assert_eq!(always.next_change(SimTime::ZERO), None, "{windows:?}");
                assert!(always.is_open(minutes(12_345_678)));
                assert!((always.open_share() - 1.0).abs() < f64::EPSILON);
            }
        }
    }

    #[test]
    fn overlapping_and_touching_windows_count_once() {
        let windows = ["mon 08:00-12:00", "mon-tue 11:00-13:00", "mon 13:00-14:00"];
        let windows = schedule(&Calendar::default(), &windows);
        assert_eq!(windows.next_change(minutes(480)), Some(minutes(840)));
        assert!((windows.open_share() - 8.0 / 168.0).abs() < 1e-15);
    }

    #[test]
    fn far_times_end_and_do_not_overflow() {
        let calendar = calendar("2024-01-01T00:00", "Europe/Berlin");
        let windows = schedule(&calendar, &["mon 09:00-10:00"]);
        assert_eq!(windows.next_change(SimTime::NEVER), None);
        assert!(windows.next_change(SimTime(u64::MAX / 2)).is_some());
        assert_eq!(calendar.local(SimTime::NEVER).year(), 9999);
    }

    #[test]
    fn simulated_time_and_instants_convert_both_ways() {
        let calendar = calendar("2024-06-01T12:00", "America/New_York");
        let at = SimTime(1_234_567_891);
        assert_eq!(calendar.sim_time(calendar.instant(at)), Some(at));
        assert_eq!(calendar.start().to_string(), "2024-06-01T16:00:00Z");
        assert_eq!(
            calendar.local(minutes(90)).to_string(),
            "2024-06-01T13:30:00"
        );
        assert_eq!(calendar.sim_time(Timestamp::UNIX_EPOCH), None);
        assert_eq!(
            Calendar::default().local(SimTime::ZERO).to_string(),
            "2024-01-01T00:00:00"
        );
    }

    #[test]
    fn an_unknown_zone_names_the_nearest() {
        let start = DateTime::constant(2024, 1, 1, 0, 0, 0, 0);
        let message = Calendar::new(start, "Europe/Berln").expect_err("unknown");
        assert!(
            message.contains("`Europe/Berln`") && message.contains("`Europe/Berlin`"),
            "{message}"
        );
        for name in ["", "Etc/Unknown", "qqqqqqqq", "+02:00"] {
            let message = Calendar::new(start, name).expect_err(name);
            assert!(message.contains(&format!("`{name}`")), "{message}");
        }
    }

    #[test]
    fn texts_that_are_no_windows_are_refused_with_the_reason() {
        for (text, reason) in [
            ("", "empty"),
            ("   ", "empty"),
            ("someday", "`someday` is not a day"),
            ("monday 09:00-10:00", "`monday` is not a day"),
            ("mon, tue", "`` is not a day"),
            ("mon- 09:00-10:00", "`` is not a day"),
            ("mon 9", "has no end"),
            ("mon 09:00-25:00", "`25:00` is not a time"),
            ("mon 09:60-10:00", "`09:60` is not a time"),
            ("mon 09:0-10:00", "`09:0` is not a time"),
            ("mon 09:00-24:01", "`24:01` is not a time"),
            ("mon +9:00-10:00", "`+9:00` is not a time"),
            ("mon 24:00-10:00", "only be an end"),
            ("mon 09:00-09:00", "ends when it starts"),
            ("mon 09:00-10:00 11:00-12:00", "goes on"),
        ] {
            let message =
                WeeklySchedule::parse(&Calendar::default(), &[text.to_owned()]).expect_err(text);
            assert!(
                message.contains(reason) && message.contains(&format!("`{text}`")),
                "{message}"
            );
        }
        assert!(WeeklySchedule::parse(&Calendar::default(), &[]).is_err());
    }

    #[test]
    fn the_longest_open_time_goes_around_the_end_of_the_week() {
        let longest = |windows: &[&str]| {
            let windows: Vec<String> = windows.iter().map(ToString::to_string).collect();
            let schedule = WeeklySchedule::parse(&Calendar::default(), &windows).unwrap();
            schedule.longest_open()
        };
        let hours = |hours: u64| Some(SimDuration::from_secs(hours * 3600));
        assert_eq!(
            longest(&["mon-fri 09:00-17:00", "sat 08:00-10:00"]),
            hours(8)
        );
        assert_eq!(longest(&["sun 20:00-24:00", "mon 00:00-07:00"]), hours(11));
        assert_eq!(longest(&["sat-sun", "mon 00:00-01:00"]), hours(49));
        assert_eq!(longest(&["mon-sun"]), None);
    }
}
