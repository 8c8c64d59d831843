//! What many built-in prices share: who states them and when, how well, in which currency, and for how long a time.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use serde::Deserialize;

use crate::catalog::cloud::Cloud;
use crate::catalog::prices::Check;
use crate::units::{HOURS_PER_MONTH, HOURS_PER_YEAR};

/// A row of the file of sources; `packing` packs them.
#[derive(Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
pub(in crate::catalog) struct Row {
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

/// The rows of a cloud, as they are packed.
pub(in crate::catalog) fn packed(cloud: Cloud) -> &'static [u8] {
    match cloud {
        Cloud::Azure => include_bytes!("../data/packed/azure.terms"),
        Cloud::Aws => include_bytes!("../data/packed/aws.terms"),
        Cloud::Google => include_bytes!("../data/packed/gcp.terms"),
    }
}

/// The terms of a cloud's prices by their code.
pub(super) fn terms(cloud: Cloud) -> BTreeMap<String, Terms> {
    let rows: Vec<Row> = postcard::from_bytes(packed(cloud))
        .expect("the packed rows are held to be right by a test");
    let terms = rows.into_iter().map(|row| {
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
    });
    terms.collect()
}
