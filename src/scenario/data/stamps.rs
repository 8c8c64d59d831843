//! What the stamps of a log are: date-times, or numbers whose size tells what they count, unless the scenario says it.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::cells::{PLACES, date_time, decimal, not_negative};
use super::stamp_kind::{MICROS, StampKind, by_size};

/// Days of a spreadsheet in the same years.
const EXCEL_FROM: i64 = 36_526;
const EXCEL_TO: i64 = 73_051;
/// Days that the log of a spreadsheet spans at most; a log in seconds would be as many seconds long.
const EXCEL_SPAN: i64 = 3_660;
/// 1970-01-01 in the days of a spreadsheet.
const EXCEL_EPOCH: i128 = 25_569;
/// Decimal places of a spreadsheet's day that count.
const EXCEL_PLACES: i32 = 12;
const MILLIS_PER_DAY: i128 = 86_400_000;

/// A stamp: its sort, and microseconds since the Unix epoch, or since whatever it counts from. A number is what the
/// scenario says, or what its size tells.
pub(super) fn stamp(
    text: &str,
    zone: &TimeZone,
    forced: Option<StampKind>,
) -> Result<(StampKind, i64), String> {
    if forced == Some(StampKind::Excel) {
        return excel(text, zone).map(|micros| (StampKind::Excel, micros));
    }
    let Some(millionths) = decimal(text, PLACES) else {
        let read = date_time(text, zone)?;
        return match forced {
            Some(kind) => Err(format!(
                "`{text}` is a date-time, but `stamps` says that they are {}",
                kind.name()
            )),
            None => Ok(read),
        };
    };
    let kind = forced.unwrap_or_else(|| by_size(millionths));
    let micros = match kind {
        StampKind::Since(unit) | StampKind::Epoch(unit) => unit.micros(millionths),
        _ => millionths,
    };
    not_negative(text, micros).map(|micros| (kind, micros))
}

/// The number that a scenario gives, on the scale of [`stamp`]; `None` where stamps are no numbers.
pub(super) fn micros_of(kind: StampKind, number: f64, zone: &TimeZone) -> Option<i64> {
    match kind {
        StampKind::Since(unit) | StampKind::Epoch(unit) => Some(unit.micros_of(number)),
        StampKind::Excel => excel(&number.to_string(), zone).ok(),
        StampKind::LocalDateTime | StampKind::ZonedDateTime => None,
    }
}

/// Whether numbers that are seconds by their size are rather a spreadsheet's days: dates of this century with a time of
/// day, over ten years at most.
pub(super) fn are_excel(stamps: impl Iterator<Item = i64> + Clone) -> bool {
    is_excel_range(stamps.clone()) && { stamps }.any(|stamp| stamp % MICROS != 0)
}

/// The same of whole numbers, which may as well be seconds.
pub(super) fn may_be_excel(stamps: impl Iterator<Item = i64> + Clone) -> bool {
    let count = stamps.clone().take(2).count();
    count > 1 && is_excel_range(stamps)
}

/// Whether whole seconds are all dates of the years 1900 to 2099 without a hyphen, such as `20240610`.
pub(super) fn may_be_dates(mut stamps: impl Iterator<Item = i64>) -> bool {
    stamps.all(|stamp| {
        let digits = stamp / MICROS;
        let part = |of: i64| i8::try_from(of % 100).unwrap_or(0);
        let year = i16::try_from(digits / 10_000).unwrap_or(0);
        stamp % MICROS == 0
            && (1900..2100).contains(&year)
            && Date::new(year, part(digits / 100), part(digits)).is_ok()
    })
}

fn is_excel_range(stamps: impl Iterator<Item = i64> + Clone) -> bool {
    let (Some(first), Some(last)) = (stamps.clone().min(), stamps.max()) else {
        return false;
    };
    first >= EXCEL_FROM * MICROS && last < EXCEL_TO * MICROS && last - first <= EXCEL_SPAN * MICROS
}

/// Days of a spreadsheet as microseconds since the Unix epoch; kept to the millisecond, as spreadsheets do.
fn excel(text: &str, zone: &TimeZone) -> Result<i64, String> {
    let refuse = || format!("`{text}` is not a date of a spreadsheet, such as `45292.375`");
    let days = decimal(text, EXCEL_PLACES).ok_or_else(refuse)?;
    let per_milli = 10_i128.pow(EXCEL_PLACES.unsigned_abs());
    let millis = days
        .saturating_mul(MILLIS_PER_DAY)
        .saturating_add(per_milli / 2)
        .div_euclid(per_milli);
    let since_epoch = i64::try_from(millis - EXCEL_EPOCH * MILLIS_PER_DAY).ok();
    let wall = since_epoch.and_then(|millis| Timestamp::from_millisecond(millis).ok());
    let local = TimeZone::UTC.to_datetime(wall.ok_or_else(refuse)?);
    let instant = zone.to_timestamp(local).map_err(|_| refuse())?;
    Ok(instant.as_microsecond())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::data::stamp_kind::{Unit, rounded};

    /// 2024-01-01 09:00:10 UTC.
    const MORNING: i64 = 1_704_099_610_000_000;

    #[test]
    fn numbers_are_told_apart_by_their_size() {
        use StampKind::{Epoch, Since};
        for (text, kind, micros) in [
            ("0", Since(Unit::Seconds), 0),
            ("946684799", Since(Unit::Seconds), 946_684_799_000_000),
            ("946684800", Epoch(Unit::Seconds), 946_684_800_000_000),
            ("1704099610", Epoch(Unit::Seconds), MORNING),
            ("1704099610.25", Epoch(Unit::Seconds), MORNING + 250_000),
            ("1.70409961e9", Epoch(Unit::Seconds), MORNING),
            (
                "1704099610250",
                Epoch(Unit::Milliseconds),
                MORNING + 250_000,
            ),
            ("1704099610000001", Epoch(Unit::Microseconds), MORNING + 1),
            ("1704099610000001400", Epoch(Unit::Nanoseconds), MORNING + 1),
            ("4102444800", Since(Unit::Seconds), 4_102_444_800_000_000),
        ] {
            assert_eq!(
                stamp(text, &TimeZone::UTC, None),
                Ok((kind, micros)),
                "{text}"
            );
        }
        assert_eq!(
            stamp("-5", &TimeZone::UTC, None),
            Err("`-5` is negative".to_owned())
        );
    }

    #[test]
    fn what_the_scenario_says_goes_before_the_size() {
        let read = |text, kind| stamp(text, &TimeZone::UTC, Some(kind)).map(|(_, micros)| micros);
        assert_eq!(
            read("90000", StampKind::Since(Unit::Milliseconds)),
            Ok(90_000_000)
        );
        assert_eq!(
            read("1.5", StampKind::Since(Unit::Hours)),
            Ok(5_400_000_000)
        );
        assert_eq!(
            read("1704099610", StampKind::Since(Unit::Seconds)),
            Ok(MORNING)
        );
        assert_eq!(read("5", StampKind::Epoch(Unit::Seconds)), Ok(5_000_000));
        let rather = |text, unit| {
            let kind = StampKind::Epoch(unit);
            stamp(text, &TimeZone::UTC, Some(kind)).map(|(_, micros)| kind.rather(micros))
        };
        let (seconds, millis) = (Unit::Seconds, Unit::Milliseconds);
        assert_eq!(
            rather("1704099610", millis),
            Ok(Some(StampKind::Epoch(seconds)))
        );
        assert_eq!(
            rather("1704099610000", seconds),
            Ok(Some(StampKind::Epoch(millis)))
        );
        assert_eq!(rather("1704099610", seconds), Ok(None));
        assert_eq!(rather("5", seconds), Ok(None));
        let message = read("2024-01-01 09:00", StampKind::Epoch(Unit::Seconds)).unwrap_err();
        assert!(message.contains("`stamps` says"), "{message}");
    }

    #[test]
    fn days_of_a_spreadsheet_are_local_and_exact_to_the_millisecond() {
        // 2024-01-01 is day 45292; 09:00:10 is 0.375115740740...
        let utc = |text| stamp(text, &TimeZone::UTC, Some(StampKind::Excel));
        assert_eq!(utc("45292.3751157407"), Ok((StampKind::Excel, MORNING)));
        assert_eq!(
            utc("45292"),
            Ok((StampKind::Excel, MORNING - 32_410_000_000))
        );
        let berlin = TimeZone::get("Europe/Berlin").expect("bundled");
        let summer = stamp("45474.5", &berlin, Some(StampKind::Excel));
        // 2024-07-01 12:00 in Berlin is 10:00 UTC.
        assert_eq!(summer, Ok((StampKind::Excel, 1_719_828_000_000_000)));
        for text in ["1e12", "1e99", "-1e99", "x", ""] {
            assert!(utc(text).is_err(), "{text}");
        }
        let micros = |stamps: &'static [f64]| stamps.iter().map(|s| rounded(s * 1e6));
        assert!(are_excel(micros(&[45292.375, 45299.0])));
        assert!(!are_excel(micros(&[45292.0, 45299.0])));
        assert!(may_be_excel(micros(&[45292.0, 45299.0])));
        assert!(!are_excel(micros(&[36000.5, 45299.0])));
        assert!(
            !are_excel(micros(&[37000.5, 45299.0])),
            "more than ten years"
        );
        assert!(!may_be_excel(micros(&[45292.0])));
    }
}
