//! What single values look like in a scenario: durations, rates, prices, charges, dates, names.
//! Each function takes a value and answers with a checked one or with a complaint.

use std::ops::RangeInclusive;

use jiff::civil::{Date, DateTime};

use super::complaint::Complaint;
use super::near::suggestion;
use super::tree::{Node, Value};
use crate::catalog::is_region_name;
use crate::digits::short;
use crate::pricing::FixedCharge;
use crate::units::{HOURS_PER_MONTH, SimDuration, UsdPerHour};

/// Losses of one node per hour at most.
const MOST_PER_HOUR: f64 = 3600.0;

/// A value that is not of the wanted type.
fn unexpected(value: &Value, help: impl Into<String>) -> Complaint {
    let help: String = help.into();
    let help = match value {
        Value::Text(text) if has_comma(text) => {
            format!(
                "a number has a point before its decimals, such as `3.06`, and no commas; {help}"
            )
        }
        _ => help,
    };
    Complaint::new(format!("found {}", found(value))).help(help)
}

/// A value that is no number, or none that is allowed; of a percentage it says what that is as a number.
fn no_number(value: &Value, help: impl Into<String>) -> Complaint {
    let mut complaint = unexpected(value, help);
    if let Value::Text(text) = value
        && let Some(percent) = text.trim().strip_suffix('%')
        && let Ok(percent) = percent.trim().parse::<f64>()
        && percent.is_finite()
    {
        let number = short(percent / 100.0);
        complaint.message = format!("{}, which is {number} as a number", complaint.message);
    }
    complaint
}

/// A number that is right; the help says which ones are.
pub(in crate::scenario) fn number_that(
    value: &Value,
    is_right: impl Fn(f64) -> bool,
    help: &str,
) -> Result<f64, Complaint> {
    match number(value) {
        Ok(number) if is_right(number) => Ok(number),
        _ => Err(no_number(value, help)),
    }
}

/// Whether a comma stands between digits.
fn has_comma(text: &str) -> bool {
    let digit = |part: Option<char>| part.is_some_and(|c| c.is_ascii_digit());
    let mut commas = text.match_indices(',');
    commas.any(|(at, _)| {
        digit(text[..at].chars().next_back()) && digit(text[at + 1..].chars().next())
    })
}

/// A value in words.
pub(in crate::scenario) fn found(value: &Value) -> String {
    match value {
        Value::Text(text) => format!("the text `{text}`"),
        Value::Integer(integer) => format!("the number {integer}"),
        Value::Float(float) => format!("the number {float:?}"),
        Value::Boolean(boolean) => format!("`{boolean}`"),
        Value::DateTime(datetime) => format!("the date `{datetime}`"),
        Value::Array(_) => "an array".to_owned(),
        Value::Table(_) => "a table".to_owned(),
    }
}

/// Any text.
pub(in crate::scenario) fn text(value: &Value) -> Result<String, Complaint> {
    match value {
        Value::Text(text) => Ok(text.clone()),
        other => Err(unexpected(other, "write a text in quotes")),
    }
}

/// The name of a region, known or not.
pub(in crate::scenario) fn region(value: &Value) -> Result<String, Complaint> {
    let name = text(value)?;
    if is_region_name(name.trim()) {
        return Ok(name);
    }
    Err(Complaint::new(format!("`{name}` is no name of a region")).help(
        "write it as the price book does, such as `eastus`: letters, digits, `-`, `_`, `.` and blanks inside",
    ))
}

/// `true` or `false`.
pub(in crate::scenario) fn boolean(value: &Value) -> Result<bool, Complaint> {
    match value {
        Value::Boolean(boolean) => Ok(*boolean),
        other => Err(unexpected(other, "write `true` or `false`")),
    }
}

/// A whole number in a range.
pub(in crate::scenario) fn integer(
    range: RangeInclusive<i64>,
) -> impl Fn(&Value) -> Result<i64, Complaint> + Clone {
    move |value| match value {
        Value::Integer(integer) if range.contains(integer) => Ok(*integer),
        other => Err(unexpected(
            other,
            format!(
                "write a whole number from {} to {}",
                range.start(),
                range.end()
            ),
        )),
    }
}

/// A count from `min` to `max`.
pub(in crate::scenario) fn count(
    min: u32,
    max: u32,
) -> impl Fn(&Value) -> Result<u32, Complaint> + Clone {
    let integer = integer(i64::from(min)..=i64::from(max));
    move |value| {
        let checked = integer(value)?;
        Ok(u32::try_from(checked).expect("the range lies within 32 bits"))
    }
}

/// A finite number above 0.
pub(in crate::scenario) fn positive_number(value: &Value) -> Result<f64, Complaint> {
    match number(value)? {
        number if number > 0.0 => Ok(number),
        _ => Err(unexpected(value, "write a number above 0")),
    }
}

/// A finite number.
pub(in crate::scenario) fn number(value: &Value) -> Result<f64, Complaint> {
    let number = match value {
        Value::Integer(integer) => *integer as f64,
        Value::Float(float) => *float,
        other => return Err(no_number(other, "write a number")),
    };
    if number.is_finite() {
        Ok(number)
    } else {
        Err(unexpected(value, "write a finite number"))
    }
}

/// A length of time; 0 needs no unit.
pub(in crate::scenario) fn duration(value: &Value) -> Result<SimDuration, Complaint> {
    let length = any_duration(value)?;
    if length > SimDuration::LONGEST {
        let complaint =
            Complaint::new(format!("`{}` is more than a hundred years", written(value)));
        let most = SimDuration::LONGEST.to_friendly();
        return Err(complaint.help(format!("write a duration of at most {most}")));
    }
    Ok(length)
}

/// A length of time, however long.
fn any_duration(value: &Value) -> Result<SimDuration, Complaint> {
    match value {
        Value::Text(text) => SimDuration::parse(text).map_err(|error| {
            let complaint = Complaint::sentence(&error);
            match complaint.help {
                Some(_) => complaint,
                None => complaint.help("write a duration of 0s or more"),
            }
        }),
        Value::Integer(0) => Ok(SimDuration::ZERO),
        Value::Integer(..0) | Value::Float(..0.0) => Err(unexpected(
            value,
            "a duration is 0 or more and has a unit: write for example `\"5s\"`, `\"20m\"` or `\"1h30m\"`",
        )),
        Value::Integer(_) | Value::Float(_) => {
            let written = found(value);
            let written = written.trim_start_matches("the number ");
            Err(unexpected(
                value,
                format!(
                    "a duration needs its unit: write for example `\"{written}s\"`, `\"{written}m\"`, `\"{written}h\"` or `\"{written}d\"`"
                ),
            ))
        }
        other => Err(unexpected(
            other,
            "write a duration such as `\"90s\"`, `\"20m\"`, `\"1h30m\"` or `\"7d\"`",
        )),
    }
}

/// A length of time above zero.
pub(in crate::scenario) fn positive_duration(value: &Value) -> Result<SimDuration, Complaint> {
    let length = duration(value)?;
    if length.is_zero() {
        return Err(unexpected(value, "write a duration above 0s"));
    }
    Ok(length)
}

/// One of some words.
pub(in crate::scenario) fn choice<T: Copy>(
    words: &[(&str, T)],
) -> impl Fn(&Value) -> Result<T, Complaint> {
    move |value| {
        let names: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let Value::Text(text) = value else {
            return Err(unexpected(value, suggestion("", &names, "allowed")));
        };
        let found = words.iter().find(|(word, _)| word == text);
        found
            .map(|(_, meaning)| *meaning)
            .ok_or_else(|| unexpected(value, suggestion(text, &names, "allowed")))
    }
}

/// Events per time such as `40/h`, in events per second.
pub(in crate::scenario) fn rate(value: &Value) -> Result<f64, Complaint> {
    rate_parts(value).map(|(count, seconds)| count / f64::from(seconds))
}

/// The same as a count and the whole seconds that it is for.
pub(in crate::scenario) fn rate_parts(value: &Value) -> Result<(f64, u32), Complaint> {
    let (count, seconds) = events_per(
        value,
        "write a rate with its unit, such as `\"40/h\"`, `\"0.5/s\"`, `\"3/min\"` or `\"10/day\"`",
    )?;
    if count / f64::from(seconds) > 1e6 {
        let complaint = Complaint::new(format!(
            "`{}` is more than one arrival per tick of a microsecond",
            written(value)
        ));
        return Err(complaint.help("rates are at most 1000000/s"));
    }
    Ok((count, seconds))
}

/// Events per node and time such as `0.05/h`, in events per hour.
pub(in crate::scenario) fn rate_per_hour(value: &Value) -> Result<f64, Complaint> {
    let (count, seconds) = events_per(
        value,
        "write a rate per node with its unit, such as `\"0.05/h\"` or `\"1/day\"`",
    )?;
    let rate = count * (3600.0 / f64::from(seconds));
    if rate > MOST_PER_HOUR {
        let complaint = Complaint::new(format!("`{}` is a node lost each second", written(value)));
        return Err(complaint.help("rates are at most 3600/h"));
    }
    Ok(rate)
}

/// A count and the seconds it is for.
fn events_per(value: &Value, help: &str) -> Result<(f64, u32), Complaint> {
    let Value::Text(text) = value else {
        return Err(unexpected(value, help));
    };
    let parsed = text.split_once('/').and_then(|(count, unit)| {
        let count: f64 = count.trim().parse().ok()?;
        let seconds = match unit.trim() {
            "s" | "sec" | "second" => 1,
            "m" | "min" | "minute" => 60,
            "h" | "hour" => 3600,
            "d" | "day" => 86_400,
            "w" | "week" => 604_800,
            _ => return None,
        };
        Some((count, seconds))
    });
    match parsed {
        Some((count, _)) if count < 0.0 => {
            Err(Complaint::new(format!("`{text}` is negative")).help("rates are 0 or more"))
        }
        Some((count, seconds)) if !count.is_nan() => Ok((count, seconds)),
        _ => Err(unexpected(value, help)),
    }
}

/// A text without the words around it.
fn written(value: &Value) -> &str {
    match value {
        Value::Text(text) => text,
        _ => "",
    }
}

/// A price in US dollars per hour, as a number.
pub(in crate::scenario) fn price(value: &Value) -> Result<UsdPerHour, Complaint> {
    const HELP: &str = "write US dollars per hour as a number from 0 to 1000000, such as `3.06`, to a millionth; 0 is allowed";
    match number(value) {
        Ok(dollars) if dollars <= 1e6 => UsdPerHour::from_dollars(dollars)
            .filter(|price| price.0 > 0 || dollars == 0.0)
            .ok_or_else(|| unexpected(value, HELP)),
        _ => Err(unexpected(value, HELP)),
    }
}

/// A part of another price, above 0 and at most 1.
pub(in crate::scenario) fn factor(value: &Value) -> Result<f64, Complaint> {
    number_that(
        value,
        |factor| factor > 0.0 && factor <= 1.0,
        "write the part of the price that is paid, above 0 and at most 1, such as `0.2`",
    )
}

/// A charge that runs by the clock, such as `19.71 USD/month`.
pub(in crate::scenario) fn charge(value: &Value) -> Result<FixedCharge, Complaint> {
    const HELP: &str = "write an amount with its currency and time, such as `\"19.71 USD/month\"`, \
                        `\"0.33 USD/day\"` or `\"0.005 USD/h\"`";
    let Value::Text(text) = value else {
        return Err(unexpected(value, HELP));
    };
    let parsed = text.split_once('/').and_then(|(amount, unit)| {
        let amount: f64 = amount.trim().strip_suffix("USD")?.trim().parse().ok()?;
        let hours = match unit.trim() {
            "h" | "hour" => 1,
            "d" | "day" => 24,
            "month" => HOURS_PER_MONTH,
            _ => return None,
        };
        Some((amount, hours))
    });
    let (amount, hours) = parsed.ok_or_else(|| unexpected(value, HELP))?;
    let micro_usd = UsdPerHour::from_dollars(amount)
        .filter(|_| amount <= 1e6)
        .ok_or_else(|| {
            Complaint::new(format!("found the amount {amount}"))
                .help("amounts are from 0 to 1000000 USD")
        })?;
    Ok(FixedCharge {
        micro_usd: micro_usd.0,
        hours,
    })
}

/// A local date, as text or as TOML writes it.
pub(in crate::scenario) fn date(value: &Value) -> Result<Date, Complaint> {
    const HELP: &str = "write a local date such as `2026-12-25`";
    let written = match value {
        Value::Text(text) => text.clone(),
        Value::DateTime(date) => date.to_string(),
        other => return Err(Complaint::new(format!("found {}", found(other))).help(HELP)),
    };
    written
        .parse()
        .map_err(|_| Complaint::new(format!("`{written}` is not a date")).help(HELP))
}

/// A local date-time, as text or as TOML writes it.
pub(in crate::scenario) fn date_time(value: &Value) -> Result<DateTime, Complaint> {
    const HELP: &str = "write a local date and time such as `2024-01-01T08:00`; `time_zone` says where it is local";
    let text = match value {
        Value::Text(text) => text.trim().to_owned(),
        Value::DateTime(datetime) => datetime.to_string(),
        other => return Err(unexpected(other, HELP)),
    };
    if text.parse::<jiff::Timestamp>().is_ok() || text.contains('[') {
        return Err(Complaint::new(format!("`{text}` has a time zone of its own")).help(HELP));
    }
    text.parse().map_err(|_| unexpected(value, HELP))
}

/// An array whose items are read by `item`, or one item alone.
pub(in crate::scenario) fn one_or_more<T>(
    item: impl Fn(&Value) -> Result<T, Complaint>,
) -> impl Fn(&Value) -> Result<Vec<T>, Complaint> {
    move |value| match value {
        Value::Array(_) => array(&item)(value),
        single => Ok(vec![item(single)?]),
    }
}

/// An array whose items are read by `item`. A complaint says which item it is about.
pub(in crate::scenario) fn array<T>(
    item: impl Fn(&Value) -> Result<T, Complaint>,
) -> impl Fn(&Value) -> Result<Vec<T>, Complaint> {
    move |value| {
        let Value::Array(items) = value else {
            return Err(unexpected(value, "write an array such as `[1, 2]`"));
        };
        let read = |(position, node): (usize, &std::sync::Arc<Node>)| {
            item(&node.value).map_err(|mut complaint| {
                complaint.item = Some(position);
                complaint
            })
        };
        items.iter().enumerate().map(read).collect()
    }
}

/// What is wrong with a name of a table, if anything: names are parts of dotted keys, CSV cells and file names.
pub(in crate::scenario) fn check_name(name: &str) -> Result<(), Complaint> {
    let allowed = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let edge = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    if name.chars().count() <= 64
        && name.chars().all(allowed)
        && edge(name.chars().next())
        && edge(name.chars().next_back())
    {
        return Ok(());
    }
    Err(Complaint::new(format!("`{name}` is no name")).help(
        "names have at most 64 letters, digits, `-`, `_` and `.`, and begin and end with a letter or digit",
    ))
}
