//! What many built-in prices share: who states them and when, how well, in which currency, and for how long a time.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use serde::Deserialize;

use crate::catalog::cloud::Cloud;
use crate::catalog::prices::Check;
use crate::units::{HOURS_PER_MONTH, HOURS_PER_YEAR};

/// A row of the file of sources.
#[derive(Deserialize)]
struct Row {
    cloud: String,
    code: String,
    source: String,
    as_of: String,
    check: String,
    first_seen: String,
    last_seen: String,
    currency: String,
    unit: String,
}

/// What the prices of one code share.
pub(super) struct Terms {
    pub(super) source: Arc<str>,
    pub(super) as_of: Arc<str>,
    pub(super) check: Option<Check>,
    pub(super) first_seen: Option<Date>,
    pub(super) last_seen: Option<Date>,
    pub(super) currency: Arc<str>,
    /// Hours for which the amount is paid.
    pub(super) hours: f64,
}

/// The terms of a cloud's prices by their code.
pub(super) fn terms(cloud: Cloud) -> BTreeMap<String, Terms> {
    let file = include_bytes!("../data/market/price_sources.csv");
    let mut reader = csv::Reader::from_reader(&file[..]);
    let rows = reader
        .deserialize()
        .map(|row| -> Row { row.expect("the embedded files are held to be right by a test") });
    let own = rows.filter(|row| row.cloud == cloud.key());
    own.map(|row| {
        let hours = match row.unit.as_str() {
            "1 month" => HOURS_PER_MONTH as f64,
            "1 year" => HOURS_PER_YEAR as f64,
            _ => 1.0,
        };
        let terms = Terms {
            source: row.source.into(),
            as_of: row.as_of.into(),
            check: Check::named(&row.check),
            first_seen: row.first_seen.parse().ok(),
            last_seen: row.last_seen.parse().ok(),
            currency: row.currency.into(),
            hours,
        };
        (row.code, terms)
    })
    .collect()
}
