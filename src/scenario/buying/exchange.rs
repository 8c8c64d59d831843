//! The currency of reports, and prices of the price book that are in another one than US dollars.

use crate::catalog::Price;
use crate::currency::Currency;
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::reader::Cursor;
use crate::scenario::document::sink::{Read, Sink};
use crate::scenario::document::tree::Node;
use crate::scenario::document::values::{positive_number, text};
use crate::units::UsdPerHour;

const RATE_HELP: &str = "write how many units of the currency one US dollar costs, such as `exchange_rate = 0.92`, up to 1000000";
const CODE_HELP: &str = "write the ISO 4217 code of a currency, such as `currency = \"EUR\"`";

/// Reads `currency` and `exchange_rate`, which go together.
pub(in crate::scenario) fn currency(sink: &Sink, root: &Node) -> Read<Currency> {
    let top = Cursor::root(sink, root);
    let code = top.read("currency", text);
    let rate = top.read("exchange_rate", positive_number);
    match (code?, rate?) {
        (None, None) => Ok(Currency::default()),
        (Some(_), None) => Err(top.missing("exchange_rate", RATE_HELP)),
        (None, Some(_)) => Err(top.missing("currency", CODE_HELP)),
        (Some(code), Some(rate)) => checked(&top, &code, rate),
    }
}

fn checked(top: &Cursor<'_>, code: &str, rate: f64) -> Read<Currency> {
    if Currency::new(code, 1.0).is_none() {
        let complaint = Complaint::new(format!("`{code}` is not the code of a currency"));
        return Err(top.refuse("currency", complaint.help(CODE_HELP)));
    }
    let Some(currency) = Currency::new(code, rate) else {
        let complaint = Complaint::new(format!("`{rate}` is no exchange rate"));
        return Err(top.refuse("exchange_rate", complaint.help(RATE_HELP)));
    };
    if code == Currency::default().code() && !currency.is_dollar() {
        let complaint = Complaint::new("one US dollar costs 1 US dollar");
        let help = "leave `currency` and `exchange_rate` out: reports are in US dollars then";
        return Err(top.refuse("exchange_rate", complaint.help(help)));
    }
    Ok(currency)
}

/// A price of the price book in US dollars, and who states it. One that is in another currency than those of the scenario is
/// refused.
pub(super) fn in_dollars(
    price: &Price,
    currency: Currency,
) -> Result<(UsdPerHour, String), Complaint> {
    let (said, code) = (price.said(), &*price.currency);
    if code == Currency::default().code() {
        return Ok((price.per_hour, said));
    }
    let stated = price.per_hour.dollars();
    if code != currency.code() {
        let complaint = Complaint::new(format!(
            "the price book has its price in {code}, {stated} an hour, and not in USD"
        ));
        return Err(complaint.help(format!(
            "set `currency = \"{code}\"` and `exchange_rate` at the top level, or give a price in USD"
        )));
    }
    let rate = currency.per_dollar();
    let dollars = UsdPerHour::from_dollars(stated / rate).ok_or_else(|| {
        Complaint::new(format!(
            "{stated} {code} at {rate} {code} a dollar are no price"
        ))
        .help(RATE_HELP)
    })?;
    Ok((
        dollars,
        format!("{said}; {stated} {code} at {rate} {code} for one USD"),
    ))
}
