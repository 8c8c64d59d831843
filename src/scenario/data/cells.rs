//! What stands in one cell of a data file: decimal seconds, counts, date-times. Exact: decimals become whole
//! microseconds without passing through a float. Errors are what is wrong with the cell, as a sentence for the user.

use std::ops::RangeInclusive;

use jiff::Timestamp;
use jiff::fmt::temporal::Pieces;
use jiff::tz::TimeZone;

use super::stamp_kind::{StampKind, Unit};
use crate::units::SimDuration;

/// Decimal places of a second that count.
pub(super) const PLACES: i32 = 6;

/// Priorities of runs: what 32 bits can hold, with sign or without.
pub(in crate::scenario) const PRIORITIES: RangeInclusive<i64> = i32::MIN as i64..=u32::MAX as i64;

/// A date-time with its own zone, or on the wall clock of `zone`, in microseconds since the Unix epoch.
pub(super) fn date_time(text: &str, zone: &TimeZone) -> Result<(StampKind, i64), String> {
    if text.is_empty() {
        return Err("it is empty".to_owned());
    }
    let refuse = || not_a_stamp(text);
    let iso = day_first(text);
    let joined = join_zone(iso.as_deref().unwrap_or(text)).or(iso);
    let pieces = Pieces::parse(joined.as_deref().unwrap_or(text)).map_err(|_| refuse())?;
    let time = pieces.time().ok_or_else(refuse)?;
    let local = pieces.date().to_datetime(time);
    let own_zone = pieces.to_numeric_offset().map(TimeZone::fixed);
    let own_zone = match own_zone {
        Some(offset) => Some(offset),
        None => pieces.to_time_zone().map_err(|_| refuse())?,
    };
    let kind = match own_zone {
        Some(_) => StampKind::ZonedDateTime,
        None => StampKind::LocalDateTime,
    };
    let instant = own_zone.as_ref().unwrap_or(zone).to_timestamp(local);
    instant
        .map(|instant| (kind, rounded_micros(instant)))
        .map_err(|_| refuse())
}

/// What is wrong with a text that is neither a number nor a date-time.
fn not_a_stamp(text: &str) -> String {
    if let Some((_, zone)) = text.rsplit_once(' ')
        && zone.starts_with(|c: char| c.is_ascii_uppercase())
        && text.starts_with(|c: char| c.is_ascii_digit())
        && !matches!(zone, "AM" | "PM")
    {
        return format!(
            "`{text}` ends with `{zone}`, which names no single offset: write the \
             offset from UTC instead, such as `+02:00`, or leave it out and give the scenario a `time_zone`"
        );
    }
    if is_other_date(text) {
        return format!(
            "`{text}` is a date in another order or form: write it as `2017-11-20 08:00:00` (a spreadsheet does it with the format \
             `yyyy-mm-dd hh:mm:ss`)"
        );
    }
    format!("`{text}` is neither seconds nor a date-time such as `2017-11-20 08:00:00`")
}

/// Whether a text begins with a date whose day or month comes first, or that has dots or slashes, such as `31.12.2017` and `12/31/17`.
fn is_other_date(text: &str) -> bool {
    let date = text.split([' ', 'T', ',']).next().unwrap_or_default();
    ['.', '/', '-'].iter().any(|sign| {
        let parts: Vec<&str> = date.split(*sign).collect();
        let are_numbers = parts.iter().all(|part| {
            (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
        });
        parts.len() == 3 && are_numbers && (*sign != '-' || parts[0].len() < 4)
    })
}

/// `20.11.2017 8:00`, which has the day first wherever points are written, in the usual order; `None` of other texts.
fn day_first(text: &str) -> Option<String> {
    let (date, time) = text.split_once(' ')?;
    let parts: Vec<&str> = date.split('.').collect();
    let &[day, month, year] = &parts[..] else {
        return None;
    };
    let has_digits = |part: &str, least: usize, most: usize| {
        (least..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    if !has_digits(day, 1, 2) || !has_digits(month, 1, 2) || !has_digits(year, 4, 4) {
        return None;
    }
    let hour = if time.find(':') == Some(1) { "0" } else { "" };
    Some(format!("{year}-{month:0>2}-{day:0>2} {hour}{time}"))
}

/// `2017-11-20 08:00:00 UTC` and `... +01:00`, which logs write with a blank, without it; `None` if nothing was joined.
fn join_zone(text: &str) -> Option<String> {
    let (when, zone) = text.rsplit_once(' ')?;
    match zone {
        "UTC" | "Z" => Some(format!("{when}Z")),
        _ if zone.starts_with(['+', '-']) => Some(format!("{when}{zone}")),
        _ => None,
    }
}

fn rounded_micros(instant: Timestamp) -> i64 {
    let micros = (instant.as_nanosecond() + 500).div_euclid(1_000);
    i64::try_from(micros).expect("the years that can be written fit")
}

/// A length at or above 0, in a unit.
pub(super) fn duration(text: &str, unit: Unit) -> Result<SimDuration, String> {
    let millionths = decimal(text, PLACES).ok_or_else(|| not_a_length(text, unit))?;
    let micros = not_negative(text, unit.micros(millionths))?;
    Ok(SimDuration(micros.unsigned_abs()))
}

/// What is wrong with a length that is no number.
fn not_a_length(text: &str, unit: Unit) -> String {
    let message = not_a_number(text);
    let looks_like_time =
        text.contains(':') && text.bytes().all(|byte| b"0123456789:-.".contains(&byte));
    let has_unit = text.starts_with(|c: char| c.is_ascii_digit())
        && text.ends_with(|c: char| c.is_ascii_alphabetic());
    if looks_like_time {
        let name = unit.name();
        return format!("{message}: durations are plain numbers of {name} here, without colons");
    }
    if has_unit {
        return format!("{message}: write the number alone, and its unit once with the key `unit`");
    }
    message
}

/// A whole number at or above 1.
pub(super) fn count(text: &str) -> Result<u32, String> {
    let whole = whole_number(text)?;
    u32::try_from(whole)
        .ok()
        .filter(|count| *count >= 1)
        .ok_or_else(|| format!("`{text}` is not between 1 and {}", u32::MAX))
}

/// A whole number from the least of 32 bits with sign to the largest without.
pub(super) fn priority(text: &str) -> Result<i64, String> {
    let whole = whole_number(text)?;
    if PRIORITIES.contains(&whole) {
        Ok(whole)
    } else {
        let (from, to) = (PRIORITIES.start(), PRIORITIES.end());
        Err(format!("`{text}` is not between {from} and {to}"))
    }
}

/// A number at or above 0.
pub(super) fn quantity(text: &str) -> Result<f64, String> {
    let number: f64 = text.parse().map_err(|_| not_a_number(text))?;
    if !number.is_finite() {
        return Err(not_a_number(text));
    }
    if number < 0.0 {
        return Err(format!("`{text}` is negative"));
    }
    Ok(number)
}

/// `8`, and `8.0` as spreadsheets and data frames write it.
fn whole_number(text: &str) -> Result<i64, String> {
    let micros = decimal(text, PLACES).ok_or_else(|| not_a_number(text))?;
    let micros = in_range(text, micros)?;
    if micros % 1_000_000 == 0 {
        Ok(micros / 1_000_000)
    } else {
        Err(format!("`{text}` is not a whole number"))
    }
}

fn not_a_number(text: &str) -> String {
    if text.is_empty() {
        return "it is empty".to_owned();
    }
    let point = text.replacen(',', ".", 1);
    let has_decimal_comma = text.contains(',') && decimal(&point, PLACES).is_some();
    match (without_thousands(text), has_decimal_comma) {
        (Some(plain), true) => format!(
            "`{text}` has a comma: write `{plain}` if it separates thousands, or `{point}` if it is decimal"
        ),
        (Some(plain), false) => {
            format!("`{text}` has commas: write `{plain}`, as nothing separates thousands")
        }
        (None, true) => {
            format!("`{text}` has a comma: write a decimal number with a point, such as `{point}`")
        }
        (None, false) => format!("`{text}` is not a number"),
    }
}

/// A number without the commas before each three of its whole digits, where it has them.
fn without_thousands(text: &str) -> Option<String> {
    let whole = text.split('.').next()?;
    let mut groups = whole.trim_start_matches(['-', '+']).split(',');
    let first = groups.next()?;
    let mut rest = groups.peekable();
    rest.peek()?;
    let plain = text.replace(',', "");
    let is_grouped = (1..=3).contains(&first.len())
        && !first.starts_with('0')
        && rest.all(|group| group.len() == 3);
    (is_grouped && decimal(&plain, PLACES).is_some()).then_some(plain)
}

pub(super) fn not_negative(text: &str, micros: i128) -> Result<i64, String> {
    if micros < 0 {
        return Err(format!("`{text}` is negative"));
    }
    in_range(text, micros)
}

fn in_range(text: &str, micros: i128) -> Result<i64, String> {
    i64::try_from(micros).map_err(|_| format!("`{text}` is too large"))
}

/// A decimal number in units of its last decimal place that counts, rounded half away from 0; the largest there is where
/// it is larger. `None` if it is no decimal number.
pub(super) fn decimal(text: &str, kept: i32) -> Option<i128> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (sign, digits) = match mantissa.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, mantissa.strip_prefix('+').unwrap_or(mantissa)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut value: i128 = 0;
    let mut count = 0;
    for digit in whole.bytes().chain(fraction.bytes()) {
        if !digit.is_ascii_digit() {
            return None;
        }
        count += 1;
        value = value
            .saturating_mul(10)
            .saturating_add(i128::from(digit - b'0'));
    }
    let places = i32::try_from(fraction.len()).ok()?;
    let shift = exponent.saturating_add(kept).saturating_sub(places);
    (count > 0).then(|| sign * scaled(value, shift))
}

/// `value` times ten to the power of `shift`, rounded half up.
fn scaled(value: i128, shift: i32) -> i128 {
    match (10_i128.checked_pow(shift.unsigned_abs()), shift) {
        (Some(power), 0..) => value.saturating_mul(power),
        (Some(power), _) => value / power + i128::from(value % power >= power / 2),
        (None, 0..) if value > 0 => i128::MAX,
        (None, _) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_exact_to_the_microsecond() {
        for (text, micros) in [
            ("0", 0),
            ("0.1", 100_000),
            ("0.000001", 1),
            ("0.0000005", 1),
            ("0.00000049999999999999999999999999", 0),
            ("4503599627370.497", 4_503_599_627_370_497_000),
            ("1511193600.1234567", 1_511_193_600_123_457),
            (".5", 500_000),
            ("5.", 5_000_000),
            ("+2.50", 2_500_000),
            ("-0.25", -250_000),
            ("1e-3", 1_000),
            ("1.5E+2", 150_000_000),
            ("0e999999999", 0),
            ("1e-999999999", 0),
        ] {
            assert_eq!(decimal(text, PLACES), Some(micros), "{text}");
        }
        for text in [
            "", "-", ".", "e5", "1,5", "1_000", "0x10", "nan", "inf", "1 2", "--1", "1e", "٣",
        ] {
            assert_eq!(decimal(text, PLACES), None, "{text}");
        }
    }

    #[test]
    fn numbers_out_of_range_are_refused() {
        assert_eq!(
            duration("1e99", Unit::Seconds),
            Err("`1e99` is too large".to_owned())
        );
        assert_eq!(
            duration("-1", Unit::Seconds),
            Err("`-1` is negative".to_owned())
        );
        assert_eq!(duration("-0", Unit::Seconds), Ok(SimDuration::ZERO));
        assert_eq!(count("8.0"), Ok(8));
        for text in ["0", "-1", "4294967296"] {
            let message = count(text).expect_err(text);
            assert!(message.contains("between 1 and"), "{message}");
        }
        assert_eq!(count("1.5"), Err("`1.5` is not a whole number".to_owned()));
        assert_eq!(priority("-7"), Ok(-7));
        assert_eq!(priority("4294967295"), Ok(4_294_967_295));
        assert_eq!(priority("-2147483648"), Ok(-2_147_483_648));
        for text in ["4294967296", "-2147483649"] {
            let message = priority(text).expect_err(text);
            let range = "is not between -2147483648 and 4294967295";
            assert_eq!(message, format!("`{text}` {range}"));
        }
        assert_eq!(quantity("inf"), Err("`inf` is not a number".to_owned()));
        assert_eq!(quantity(""), Err("it is empty".to_owned()));
    }

    #[test]
    fn date_times_are_read_with_and_without_zones() {
        use StampKind::{LocalDateTime, ZonedDateTime};
        let pacific = TimeZone::get("America/Los_Angeles").expect("bundled");
        let eight = 1_511_193_600_000_000; // 2017-11-20 08:00 Pacific = 16:00 UTC
        for (text, kind, micros) in [
            ("2017-11-20 08:00:00", LocalDateTime, eight),
            ("2017-11-20T08:00:00", LocalDateTime, eight),
            ("2017-11-20 08:00", LocalDateTime, eight),
            ("20.11.2017 08:00:00", LocalDateTime, eight),
            ("20.11.2017 8:00", LocalDateTime, eight),
            ("20.11.2017 17:00:00 +01:00", ZonedDateTime, eight),
            // The fifth of December.
            (
                "5.12.2017 08:00",
                LocalDateTime,
                eight + 15 * 86_400_000_000,
            ),
            (
                "2017-11-20 08:00:00.1234567",
                LocalDateTime,
                eight + 123_457,
            ),
            ("2017-11-20 08:00:00.000000499", LocalDateTime, eight),
            ("2017-11-20T16:00:00Z", ZonedDateTime, eight),
            ("2017-11-20 16:00:00 UTC", ZonedDateTime, eight),
            ("2017-11-20 17:00:00 +01:00", ZonedDateTime, eight),
            ("2017-11-20T17:00:00+0100", ZonedDateTime, eight),
            ("2017-11-20T17:00:00[Europe/Berlin]", ZonedDateTime, eight),
            // The hour that does not exist moves on; of the hour that comes twice the first is meant.
            ("2017-03-12 02:30:00", LocalDateTime, 1_489_314_600_000_000),
            ("2017-11-05 01:30:00", LocalDateTime, 1_509_870_600_000_000),
        ] {
            assert_eq!(date_time(text, &pacific), Ok((kind, micros)), "{text}");
        }
        for text in [
            "2017-11-20",
            "10.0.0.1",
            "1.5.2.2017 08:00",
            "2017-13-01 00:00:00",
            "08:00:00",
            "soon",
        ] {
            let message = date_time(text, &pacific).expect_err(text);
            assert!(
                message.contains("neither seconds nor a date-time"),
                "{message}"
            );
        }
        for text in [
            "20/11/2017 08:00",
            "20.11.17 08:00:00",
            "20.11.2017",
            "11/20/17T08:00",
            "20-11-2017 08:00",
            "2017/11/20 08:00",
        ] {
            let message = date_time(text, &pacific).expect_err(text);
            let said = "is a date in another order or form: write it as `2017-11-20 08:00:00` (";
            assert!(
                message.starts_with(&format!("`{text}` {said}")),
                "{message}"
            );
        }
    }

    #[test]
    fn lengths_are_in_their_unit_and_hints_fit_what_stands_there() {
        let read = |text, unit| duration(text, unit);
        assert_eq!(read("1.5", Unit::Seconds), Ok(SimDuration(1_500_000)));
        assert_eq!(read("1500", Unit::Milliseconds), Ok(SimDuration(1_500_000)));
        assert_eq!(read("0.0005", Unit::Milliseconds), Ok(SimDuration(1)));
        assert_eq!(read("2.5", Unit::Minutes), Ok(SimDuration(150_000_000)));
        assert_eq!(read("0.1", Unit::Hours), Ok(SimDuration(360_000_000)));
        assert_eq!(read("0.25", Unit::Days), Ok(SimDuration(21_600_000_000)));
        for (text, hint) in [
            (
                "3,06",
                "`3,06` has a comma: write a decimal number with a point, such as `3.06`",
            ),
            (
                "1:30:00",
                "durations are plain numbers of seconds here, without colons",
            ),
            ("2-03:04:05", "durations are plain numbers of seconds here"),
            ("90s", "its unit once with the key `unit`"),
            (
                "1,234",
                "`1,234` has a comma: write `1234` if it separates thousands, or `1.234` if it is decimal",
            ),
            (
                "1,234,567.5",
                "`1,234,567.5` has commas: write `1234567.5`, as nothing separates thousands",
            ),
            ("1,234.5", "write `1234.5`"),
            ("12,34,5", "`12,34,5` is not a number"),
            (
                "0,060",
                "write a decimal number with a point, such as `0.060`",
            ),
            ("soon", "`soon` is not a number"),
        ] {
            let message = read(text, Unit::Seconds).expect_err(text);
            assert!(message.contains(hint), "{message}");
        }
    }

    #[test]
    fn abbreviations_of_zones_are_told() {
        for text in ["2024-07-01 08:00:00 CEST", "2024-07-01 08:00 CET+1"] {
            let message = date_time(text, &TimeZone::UTC).expect_err(text);
            assert!(
                message.contains(
                    "names no single offset: write the offset from UTC instead, such as `+02:00`"
                ),
                "{message}"
            );
        }
    }
}
