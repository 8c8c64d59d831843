//! Time and money as exact integers: [`SimTime`], [`SimDuration`], [`NodeTime`], [`Usd`], [`UsdPerHour`].
//! Parsing from what people write and printing for people live here; floats only on the way in and out.

use std::fmt::{self, Write as _};
use std::iter::Sum;
use std::ops::{Add, AddAssign, Mul, Neg, Sub};

use serde::{Deserialize, Serialize};

/// Ticks in one second: the tick is a microsecond.
pub const TICKS_PER_SECOND: u64 = 1_000_000;
/// Ticks in one hour.
pub const TICKS_PER_HOUR: u64 = 3_600 * TICKS_PER_SECOND;
/// Hours of a week.
pub const HOURS_OF_WEEK: usize = 168;
/// Hours in a month wherever a monthly figure is printed or charged.
pub const HOURS_PER_MONTH: u64 = 730;
/// Hours in a year wherever a yearly price is spread over hours.
pub const HOURS_PER_YEAR: u64 = 8_760;
/// Micro-dollars in one dollar.
const MICROS_PER_USD: f64 = 1e6;
/// 2^52: the last place of a float of this size is worth 1, so that adding it rounds to the nearest integer and leaves that
/// integer in the low bits, of which there are 52.
const ONES: f64 = 4_503_599_627_370_496.0;

/// A point in simulated time: microseconds since the scenario's start.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct SimTime(pub u64);

/// A length of simulated time in microseconds; never negative.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct SimDuration(pub u64);

/// Node-time (or slot-time): microseconds summed over nodes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NodeTime(pub u128);

impl SimTime {
    /// The scenario's start.
    pub const ZERO: Self = Self(0);
    /// Later than anything that happens: the time of a parked timer.
    pub const NEVER: Self = Self(u64::MAX);

    /// Seconds since the start.
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / TICKS_PER_SECOND as f64
    }

    /// Time from `earlier` to `self`; zero if `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> SimDuration {
        SimDuration(self.0.saturating_sub(earlier.0))
    }
}

impl Add<SimDuration> for SimTime {
    type Output = Self;
    fn add(self, length: SimDuration) -> Self {
        Self(self.0.saturating_add(length.0))
    }
}

/// Seconds with six decimals, as the CSV files print them.
impl fmt::Display for SimTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        SimDuration(self.0).fmt(f)
    }
}

/// A text without its commas if one stands between two digits, where it may mean thousands or decimals.
fn without_comma(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let is_between = |at: usize| {
        let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
        at > 0 && digit(at - 1) && digit(at + 1)
    };
    let mut commas = text.match_indices(',');
    commas
        .any(|(at, _)| is_between(at))
        .then(|| text.replace(',', ""))
}

impl SimDuration {
    /// No time at all.
    pub const ZERO: Self = Self(0);
    /// The longest that a scenario may ask for, and that is ever drawn: a hundred years of 365 days.
    pub const LONGEST: Self = Self::from_secs(100 * 365 * 24 * 3600);

    /// Whole seconds.
    pub const fn from_secs(seconds: u64) -> Self {
        Self(seconds * TICKS_PER_SECOND)
    }

    /// Seconds rounded to the nearest tick; negative and not-a-number become zero, the infinite the longest there is.
    #[inline]
    pub fn from_secs_rounded(seconds: f64) -> Self {
        let ticks = seconds * TICKS_PER_SECOND as f64;
        if (0.0..ONES).contains(&ticks) {
            Self((ticks + ONES).to_bits() - ONES.to_bits())
        } else {
            Self::from_rare_ticks(ticks)
        }
    }

    /// The same of several numbers, each times a number of seconds: in one go, unless some of them are rare ones.
    #[inline(always)]
    pub fn round_all(times: &[f64], seconds: f64, lengths: &mut [Self]) {
        let mut differing = 0;
        for (length, times) in lengths.iter_mut().zip(times) {
            let sum = (seconds * times * TICKS_PER_SECOND as f64 + ONES).to_bits();
            differing |= sum ^ ONES.to_bits();
            *length = Self(sum.wrapping_sub(ONES.to_bits()));
        }
        // The sum of a rare one is less than 2^52, at least twice that, or not a number.
        if differing >> 52 != 0 {
            for (length, times) in lengths.iter_mut().zip(times) {
                *length = Self::from_secs_rounded(seconds * times);
            }
        }
    }

    /// Ticks that are negative, not a number, or more than 2^52 and so whole.
    #[cold]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the cast saturates, which is what is wanted"
    )]
    fn from_rare_ticks(ticks: f64) -> Self {
        Self(ticks as u64)
    }

    /// Length in seconds.
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / TICKS_PER_SECOND as f64
    }

    /// How long work of this length takes at another speed, to the nearest tick (halves are rounded up); at most the longest there is.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "lengths and speeds are not negative, and the cast saturates"
    )]
    pub fn at_speed(self, speed: f64) -> Self {
        Self((self.0 as f64 / speed).round() as u64).min(Self::LONGEST)
    }

    /// Whether this is no time at all.
    pub fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Reads `90s`, `20m`, `1h30m`, `7d`, `2 weeks`; a day has 24 h. The error is a sentence for the user:
    /// a bare number, a negative length and units longer than a week are refused.
    pub fn parse(text: &str) -> Result<Self, String> {
        let trimmed = text.trim();
        if let Ok(number) = trimmed.parse::<f64>() {
            if number < 0.0 {
                return Err(format!("`{trimmed}` is negative"));
            }
            return Err(format!(
                "`{trimmed}` has no unit: write for example `{trimmed}s`, `{trimmed}m`, `{trimmed}h` or `{trimmed}d`"
            ));
        }
        if let Some(plain) = without_comma(trimmed) {
            return Err(format!(
                "`{trimmed}` has a comma in its number: write `{plain}` if it separates thousands, or a point if it is decimal"
            ));
        }
        let span: jiff::Span = trimmed.parse().map_err(|_| {
            format!(
                "`{trimmed}` is not a duration: write for example `90s`, `20m`, `1h30m` or `7d`"
            )
        })?;
        if span.is_negative() {
            return Err(format!("`{trimmed}` is negative"));
        }
        let days = jiff::SpanRelativeTo::days_are_24_hours();
        let length = span.to_duration(days).map_err(|_| {
            format!("`{trimmed}` uses a unit without a fixed length: use weeks, days, hours, minutes or seconds")
        })?;
        u64::try_from(length.as_micros())
            .map(Self)
            .map_err(|_| format!("`{trimmed}` is longer than the simulator can count"))
    }

    /// The shortest way to write this length with units, as a person would: `2m`, `1h30m`, `0.5s`.
    pub fn to_friendly(self) -> String {
        if self.0 == 0 {
            return "0s".to_owned();
        }
        let mut text = String::new();
        let mut rest = self.0;
        for (unit, ticks) in [
            ("d", 24 * TICKS_PER_HOUR),
            ("h", TICKS_PER_HOUR),
            ("m", 60 * TICKS_PER_SECOND),
        ] {
            if rest >= ticks {
                write!(text, "{}{unit}", rest / ticks).expect("a string takes every digit");
                rest %= ticks;
            }
        }
        if rest > 0 {
            let seconds = format!("{}", Self(rest));
            text.push_str(seconds.trim_end_matches('0').trim_end_matches('.'));
            text.push('s');
        }
        text
    }
}

/// So many times the length; the longest there is where that overflows.
impl Mul<u64> for SimDuration {
    type Output = Self;
    fn mul(self, count: u64) -> Self {
        Self(self.0.saturating_mul(count))
    }
}

impl Add for SimDuration {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

/// Seconds with six decimals, as the CSV files print them.
impl fmt::Display for SimDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}.{:06}",
            self.0 / TICKS_PER_SECOND,
            self.0 % TICKS_PER_SECOND
        )
    }
}

impl NodeTime {
    /// Node-hours.
    pub fn as_hours(self) -> f64 {
        self.0 as f64 / TICKS_PER_HOUR as f64
    }
}

impl Add for NodeTime {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl AddAssign for NodeTime {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sum for NodeTime {
    fn sum<I: Iterator<Item = Self>>(parts: I) -> Self {
        Self(parts.map(|part| part.0).sum())
    }
}

/// US dollars, exact under addition: micro-dollars times microseconds per hour. Only [`Usd::dollars`] divides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Usd(pub i128);

/// A price in micro-dollars per hour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct UsdPerHour(pub u64);

impl Usd {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// One dollar.
    pub const ONE: Self = Self(1_000_000 * TICKS_PER_HOUR as i128);

    /// The amount in dollars, for statistics and printing.
    pub fn dollars(self) -> f64 {
        self.0 as f64 / (MICROS_PER_USD * TICKS_PER_HOUR as f64)
    }

    /// The amount in micro-dollars, rounded to the nearest and halves away from zero, for printing.
    pub fn micros_rounded(self) -> i128 {
        let hour = i128::from(TICKS_PER_HOUR);
        (self.0 + self.0.signum() * hour / 2) / hour
    }
}

impl UsdPerHour {
    /// A price in dollars per hour, rounded to the nearest micro-dollar; `None` if negative, not finite or absurdly large.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the range is checked first"
    )]
    pub fn from_dollars(per_hour: f64) -> Option<Self> {
        let micros = (per_hour * MICROS_PER_USD).round();
        (0.0..=1e15)
            .contains(&micros)
            .then_some(Self(micros as u64))
    }

    /// Dollars per hour, for printing.
    pub fn dollars(self) -> f64 {
        self.0 as f64 / MICROS_PER_USD
    }
}

impl Mul<UsdPerHour> for NodeTime {
    type Output = Usd;
    fn mul(self, price: UsdPerHour) -> Usd {
        let ticks = i128::try_from(self.0).expect("node-time fits in 127 bits");
        Usd(ticks * i128::from(price.0))
    }
}

impl Add for Usd {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl AddAssign for Usd {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sub for Usd {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Neg for Usd {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl Sum for Usd {
    fn sum<I: Iterator<Item = Self>>(parts: I) -> Self {
        Self(parts.map(|part| part.0).sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_as_people_write_them() {
        for (text, seconds) in [
            ("90s", 90),
            ("20m", 1200),
            ("1h30m", 5400),
            ("7d", 604_800),
            ("1 week", 604_800),
        ] {
            assert_eq!(
                SimDuration::parse(text),
                Ok(SimDuration::from_secs(seconds)),
                "{text}"
            );
        }
        assert_eq!(SimDuration::parse("0.5s"), Ok(SimDuration(500_000)));
        assert_eq!(SimDuration::parse("0s"), Ok(SimDuration::ZERO));
    }

    #[test]
    fn a_length_at_a_speed_is_rounded_to_the_nearest_tick() {
        for (ticks, speed, expected) in [
            (10, 1.0, 10),
            (1, 0.4, 3),
            (7, 0.4, 18),
            (10, 3.0, 3),
            (11, 3.0, 4),
            (1, 2.0, 1),
            (1, 2.2, 0),
            (22, 2.2, 10),
        ] {
            assert_eq!(
                SimDuration(ticks).at_speed(speed),
                SimDuration(expected),
                "{ticks} at {speed}"
            );
        }
        let longest = SimDuration::LONGEST;
        assert_eq!(longest.at_speed(0.5), longest);
    }

    #[test]
    fn durations_that_are_none_are_refused_with_the_reason() {
        for (text, reason) in [
            ("120", "no unit"),
            ("-5m", "negative"),
            ("2 months", "fixed length"),
            ("soon", "not a duration"),
        ] {
            let message = SimDuration::parse(text).expect_err(text);
            assert!(message.contains(reason), "{text}: {message}");
        }
    }

    #[test]
    fn seconds_round_to_the_nearest_tick() {
        for (seconds, ticks) in [
            (0.0, 0),
            (0.4e-6, 0),
            (0.6e-6, 1),
            (1.000_000_6, 1_000_001),
            (600.0, 600_000_000),
            (4e9, 4_000_000_000_000_000),
            (1e10, 10_000_000_000_000_000),
            (-1.0, 0),
            (f64::NAN, 0),
            (f64::INFINITY, u64::MAX),
        ] {
            assert_eq!(
                SimDuration::from_secs_rounded(seconds),
                SimDuration(ticks),
                "{seconds}"
            );
        }
    }

    #[test]
    fn several_are_rounded_as_each_is() {
        let common = [0.0, -0.0, 0.4e-6, 0.6e-6, 1.000_000_6, 600.0, 4e9];
        let rare = [
            -1.0,
            -0.3e-6,
            f64::NAN,
            f64::INFINITY,
            4_503_599_627.370_496,
            1e10,
        ];
        for rare in rare.into_iter().map(Some).chain([None]) {
            let seconds: Vec<f64> = common.into_iter().chain(rare).collect();
            let mut lengths = vec![SimDuration::ZERO; seconds.len()];
            SimDuration::round_all(&seconds, 1.0, &mut lengths);
            for (seconds, length) in seconds.iter().zip(lengths) {
                assert_eq!(
                    length,
                    SimDuration::from_secs_rounded(*seconds),
                    "{seconds}"
                );
            }
        }
    }

    #[test]
    fn friendly_text_reads_back() {
        for text in ["2m", "1h30m", "7d", "0.5s", "1d2h3m4.25s", "0s"] {
            assert_eq!(SimDuration::parse(text).unwrap().to_friendly(), text);
        }
    }

    #[test]
    fn money_is_exact() {
        // 1 h at 3.06 USD in ten million equal parts adds up to the whole.
        let price = UsdPerHour::from_dollars(3.06).unwrap();
        let part = NodeTime(u128::from(TICKS_PER_HOUR / 10_000_000)) * price;
        let whole: Usd = (0..10_000_000).map(|_| part).sum();
        assert_eq!(whole, NodeTime(u128::from(TICKS_PER_HOUR)) * price);
        assert!((whole.dollars() - 3.06).abs() < 1e-12);
    }
}
