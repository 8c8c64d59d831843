//! One side of a figure with its value, as `<= 10m`.

use crate::currency::Currency;
use crate::goal::{Dimension, Figure, Side};
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::tree::Value;
use crate::scenario::document::values::found;
use crate::units::SimDuration;

/// Amounts of money at most.
const MOST_MONEY: f64 = 1e15;

/// A side and a value.
pub(super) struct Bound {
    pub(super) side: Side,
    /// Seconds, a fraction, or an amount in the currency of the results.
    pub(super) value: f64,
    pub(super) written: String,
}

/// Reads one.
pub(super) fn read(value: &Value, figure: Figure, currency: Currency) -> Result<Bound, Complaint> {
    let help = || {
        format!(
            "write `<=` or `>=` with a value, such as `\"{}\"`",
            figure.example()
        )
    };
    let complain = || Complaint::new(format!("found {}", found(value))).help(help());
    let Value::Text(text) = value else {
        return Err(complain());
    };
    let text = text.trim();
    let sides = [Side::AtMost, Side::AtLeast];
    let mut split = sides
        .iter()
        .filter_map(|side| Some((*side, text.strip_prefix(side.sign())?)));
    let (side, written) = split.next().ok_or_else(complain)?;
    let written = written.trim();
    let value = match figure.dimension() {
        Dimension::Time => time(written),
        Dimension::Share => share(written),
        Dimension::Money => money(written, currency),
    }?;
    let written = match figure.dimension() {
        Dimension::Money => in_currency(written, currency),
        Dimension::Time | Dimension::Share => written.to_owned(),
    };
    Ok(Bound {
        side,
        value,
        written,
    })
}

fn time(written: &str) -> Result<f64, Complaint> {
    match SimDuration::parse(written) {
        Ok(length) => Ok(length.as_secs_f64()),
        Err(sentence) => Err(Complaint::sentence(&sentence)),
    }
}

fn share(written: &str) -> Result<f64, Complaint> {
    let percent = written.strip_suffix('%').map(str::trim_end);
    let percent = percent.and_then(|number| number.parse::<f64>().ok());
    let fraction = percent.map(|percent| percent / 100.0);
    fraction
        .filter(|fraction| (0.0..=1.0).contains(fraction))
        .ok_or_else(|| {
            Complaint::new(format!("`{written}` is not a percentage"))
                .help("write one from `0%` to `100%`, such as `99.5%`")
        })
}

/// An amount with the code of its currency, or in US dollars, in the currency of the results.
fn money(written: &str, currency: Currency) -> Result<f64, Complaint> {
    let number = written.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let code = &written[number.len()..];
    let rate = match code {
        "" | "USD" => Some(currency.per_dollar()),
        code if code == currency.code() => Some(1.0),
        _ => None,
    };
    let amount = number.trim().parse::<f64>().ok();
    let amount = amount.filter(|amount| (0.0..=MOST_MONEY).contains(amount));
    amount
        .zip(rate)
        .map(|(amount, rate)| amount * rate)
        .ok_or_else(|| {
            let or = match currency.code() {
                "USD" => String::new(),
                code => format!(", or followed by {code}"),
            };
            Complaint::new(format!("`{written}` is not an amount of money")).help(format!(
                "write a number of US dollars of 0 or more, such as `900`{or}"
            ))
        })
}

/// The amount as written, with its currency.
fn in_currency(written: &str, currency: Currency) -> String {
    let has_code = written.ends_with(currency.code()) || written.ends_with("USD");
    if has_code {
        written.to_owned()
    } else {
        format!("{written} USD")
    }
}
