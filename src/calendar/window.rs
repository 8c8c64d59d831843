//! A window of the week as a scenario writes it.

use std::ops::Range;

use super::{DAY, MINUTE, WEEK};
use crate::units::SimDuration;

/// Names of the days in a window, from Monday.
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
/// What a window may look like.
pub(super) const WINDOW_HELP: &str = "write for example `mon-fri 09:00-10:30`, `mon,wed 08:00-12:00`, \
                           `daily 22:00-06:00` or `sat-sun`";

/// One window as written: days from Monday, and minutes of the day; an end at or before the start is the next day's.
pub(super) struct Window {
    days: Vec<u64>,
    from: u64,
    to: u64,
}

impl Window {
    /// Reads a window; the error says what is wrong with it.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let lower = text.to_lowercase();
        let mut words = lower.split_whitespace();
        let days = words
            .next()
            .ok_or_else(|| format!("it is empty ({WINDOW_HELP})"))?;
        let with_help = |reason: String| format!("{reason} ({WINDOW_HELP})");
        let days = parse_days(days).map_err(with_help)?;
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
        let minutes = |text: &str| parse_minutes(text).map_err(with_help);
        let (from, to) = (minutes(from)?, minutes(to)?);
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

    /// How long it is open from each of its days, where it goes on after the midnight that ends the day.
    pub(super) fn overnight(&self) -> Option<SimDuration> {
        let minutes = (24 * 60 + self.to).saturating_sub(self.from);
        (0 < self.to && self.to < self.from).then(|| SimDuration::from_secs(minutes * 60))
    }

    /// Whether all its days are from Monday to Friday.
    pub(super) fn is_of_weekdays(&self) -> bool {
        self.days.iter().all(|day| *day < 5)
    }

    /// Its parts of the week; what passes Sunday midnight comes round to Monday.
    pub(super) fn spans(&self, spans: &mut Vec<Range<u64>>) {
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
pub(super) fn parse_days(text: &str) -> Result<Vec<u64>, String> {
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
    let day = DAYS
        .iter()
        .position(|name| *name == text)
        .ok_or_else(|| format!("`{text}` is not a day: use `daily`, or {}", DAYS.join(", ")))?;
    Ok(day as u64)
}

/// Minutes since midnight of `HH:MM`, up to `24:00`.
pub(super) fn parse_minutes(text: &str) -> Result<u64, String> {
    text.split_once(':')
        .filter(|(_, minute)| minute.len() == 2)
        .and_then(|(hour, minute)| Some(number(hour, 24)? * 60 + number(minute, 59)?))
        .filter(|minutes| *minutes <= 24 * 60)
        .ok_or_else(|| format!("`{text}` is not a time of day between `00:00` and `24:00`"))
}

/// One or two digits that make at most `limit`.
fn number(digits: &str, limit: u64) -> Option<u64> {
    let plain = digits.len() <= 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let value: u64 = digits.parse().ok()?;
    (plain && value <= limit).then_some(value)
}
