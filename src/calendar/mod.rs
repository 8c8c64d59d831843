//! Local wall-clock time: what `t = 0` is, and weekly windows that open and close by it, across clock changes.
//! [`Calendar`] turns simulated time into local time; [`WeeklySchedule`] says when its windows are open.

mod holidays;
mod hourly_rates;
mod recurring;
mod utc_periods;
mod week_clock;
mod window;
mod zones;

pub use hourly_rates::HourlyRates;
pub use recurring::{RecurringTimes, TimesOfWeek};
pub use utc_periods::{ChargePeriods, UtcPeriod};
pub use week_clock::WeekClock;
pub use zones::time_zone;

use std::ops::Range;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

use crate::units::{SimDuration, SimTime, TICKS_PER_HOUR, TICKS_PER_SECOND};
use holidays::Holidays;
use window::{WINDOW_HELP, Window};

const MINUTE: u64 = 60 * TICKS_PER_SECOND;
const DAY: u64 = 24 * TICKS_PER_HOUR;
const WEEK: u64 = 7 * DAY;
/// The Unix epoch was a Thursday: a week that starts on Monday is this far on.
const EPOCH_IN_WEEK: i64 = 3 * 86_400 * 1_000_000;
/// The instant of `t = 0` and the time zone whose wall clock is local time.
#[derive(Clone, Debug, PartialEq)]
pub struct Calendar {
    zone: TimeZone,
    start: Timestamp,
    start_is_assumed: bool,
    holidays: Holidays,
}

/// Weekly windows `[from, to)` in local wall-clock time, bound to a calendar.
#[derive(Clone, Debug, PartialEq)]
pub struct WeeklySchedule {
    calendar: Calendar,
    /// Open parts of a week in ticks since Monday 00:00: ascending, apart from each other.
    spans: Vec<Range<u64>>,
    /// Where openness changes as a week goes round, ascending; empty if it never does.
    edges: Vec<u64>,
    /// What holds on holidays, where there are any: windows of weekdays do not.
    on_holidays: Option<Box<WeeklySchedule>>,
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
            start_is_assumed: false,
            holidays: Holidays::default(),
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
            start_is_assumed: false,
            holidays: Holidays::default(),
        })
    }

    /// The same of a start that nobody states: its weekday and its date are an assumption.
    #[must_use]
    pub fn assumed(self) -> Self {
        Self {
            start_is_assumed: true,
            ..self
        }
    }

    /// Whether nobody states the start.
    pub fn start_is_assumed(&self) -> bool {
        self.start_is_assumed
    }

    /// The same with days on which windows of weekdays do not hold.
    #[must_use]
    pub fn with_holidays(mut self, dates: &[Date]) -> Self {
        self.holidays = Holidays::new(&self, dates);
        self
    }

    /// The local day of a date as simulated time; `None` if it is over at `t = 0`, or cannot be counted.
    fn day(&self, date: Date) -> Option<Range<SimTime>> {
        let midnight = |date: Date| {
            let midnight = date.to_datetime(Time::midnight());
            self.zone.to_timestamp(midnight).ok()
        };
        let start = self.sim_time(midnight(date)?).unwrap_or(SimTime::ZERO);
        let end = self.sim_time(midnight(date.tomorrow().ok()?)?)?;
        (end > start).then_some(start..end)
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
        let (mut spans, mut on_holidays) = (Vec::new(), Vec::new());
        for text in windows {
            let window = Window::parse(text)
                .map_err(|reason| format!("`{text}` is not a weekly window: {reason}"))?;
            window.spans(&mut spans);
            if !window.is_of_weekdays() {
                window.spans(&mut on_holidays);
            }
        }
        let has_holidays = !calendar.holidays.is_empty();
        let on_holidays = has_holidays.then(|| Box::new(Self::of_spans(calendar, on_holidays)));
        Ok(Self {
            on_holidays,
            ..Self::of_spans(calendar, spans)
        })
    }

    /// How long a window, as [`Self::parse`] reads it, is open from each of its days, where it goes on after midnight.
    pub fn overnight(window: &str) -> Option<SimDuration> {
        Window::parse(window).ok()?.overnight()
    }

    fn of_spans(calendar: &Calendar, spans: Vec<Range<u64>>) -> Self {
        let spans = union(spans);
        Self {
            calendar: calendar.clone(),
            edges: edges(&spans),
            spans,
            on_holidays: None,
        }
    }

    /// Open in these hours of the week, counted from Monday 00:00.
    pub fn of_hours(calendar: &Calendar, hours: impl Iterator<Item = u64>) -> Self {
        let spans = hours.map(|hour| hour * TICKS_PER_HOUR..(hour + 1) * TICKS_PER_HOUR);
        Self::of_spans(calendar, spans.collect())
    }

    /// Whether a window is open at `at`: whether the local clock then reads a time inside one.
    pub fn is_open(&self, at: SimTime) -> bool {
        let (rule, _) = self.rule(at);
        rule.open_in_week(rule.calendar.stretch(at).week_position(at))
    }

    /// The windows that hold at `at`, and until when these do.
    fn rule(&self, at: SimTime) -> (&Self, SimTime) {
        let Some(on_holidays) = &self.on_holidays else {
            return (self, SimTime::NEVER);
        };
        match self.calendar.holidays.at(at) {
            (true, until) => (on_holidays.as_ref(), until),
            (false, until) => (self, until),
        }
    }

    /// The first instant after `at` at which the windows open or close; `None` if they never do again.
    pub fn next_change(&self, at: SimTime) -> Option<SimTime> {
        let open = self.is_open(at);
        let mut from = at;
        loop {
            let (rule, until) = self.rule(from);
            let change = rule.next_change_in_weeks(from);
            if change.is_some_and(|change| change < until) || until == SimTime::NEVER {
                return change;
            }
            if self.is_open(until) != open {
                return Some(until);
            }
            from = until;
        }
    }

    /// The same without holidays.
    fn next_change_in_weeks(&self, at: SimTime) -> Option<SimTime> {
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
        let (mut open, mut at) = (SimDuration::ZERO, from);
        while at < to {
            let (rule, until) = self.rule(at);
            let end = until.min(to);
            open = open + rule.open_time_in_weeks(at, end);
            at = end;
        }
        open
    }

    /// The same without holidays.
    fn open_time_in_weeks(&self, from: SimTime, to: SimTime) -> SimDuration {
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

#[cfg(test)]
mod tests;
