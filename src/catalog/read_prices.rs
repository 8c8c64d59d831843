//! Reads a price book: prices of sizes by region.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;

use super::OwnFile;
use super::fields::{Fields, Layout, price};
use super::lookups::is_region_name;
use super::prices::{Price, PriceTier, SizePrices};
use crate::csv_table::Row;
use crate::error::Problem;

/// Columns of a price book.
pub(super) const PRICE_COLUMNS: Layout = Layout {
    required: &["size", "region"],
    optional: &[
        "currency",
        "pay_as_you_go_per_hour",
        "source",
        "as_of",
        "spot_per_hour",
        "spot_source",
        "spot_as_of",
        "low_priority_per_hour",
        "low_priority_source",
        "low_priority_as_of",
        "savings_plan_1y_per_hour",
        "savings_plan_source",
        "reserved_1y_per_hour",
        "reserved_source",
        "savings_plan_3y_per_hour",
        "reserved_3y_per_hour",
        "sustained_use_per_hour",
        "payg_first_seen",
        "payg_last_seen",
        "series",
        "note",
    ],
};

/// Columns of the price, its source and its date, by tier.
fn columns_of(tier: PriceTier) -> (&'static str, &'static str, Option<&'static str>) {
    match tier {
        PriceTier::PayAsYouGo => ("pay_as_you_go_per_hour", "source", Some("as_of")),
        PriceTier::LowPriority => (
            "low_priority_per_hour",
            "low_priority_source",
            Some("low_priority_as_of"),
        ),
        PriceTier::Spot => ("spot_per_hour", "spot_source", Some("spot_as_of")),
        PriceTier::SavingsPlan1y => ("savings_plan_1y_per_hour", "savings_plan_source", None),
        PriceTier::Reserved1y => ("reserved_1y_per_hour", "reserved_source", None),
        PriceTier::SavingsPlan3y => ("savings_plan_3y_per_hour", "savings_plan_source", None),
        PriceTier::Reserved3y => ("reserved_3y_per_hour", "reserved_source", None),
        PriceTier::SustainedUse => ("sustained_use_per_hour", "source", Some("as_of")),
    }
}

/// A row of a price book.
pub(super) struct PriceRow {
    /// As the file writes it.
    pub(super) size: String,
    /// In lower case.
    pub(super) region: String,
    pub(super) prices: SizePrices,
}

/// The rows of a price book, in its order.
pub(super) fn read_prices(file: &OwnFile) -> Result<Vec<PriceRow>, Vec<Problem>> {
    let fields = Fields::open(file, &PRICE_COLUMNS)?;
    let mut rows = Vec::new();
    let mut lines = BTreeMap::new();
    let mut texts = Texts::default();
    let path = texts.shared(&file.path.display().to_string());
    fields.each_row(|row| {
        let read = read_row(&fields, row, &mut texts, &path)?;
        let key = (read.size.to_lowercase(), read.region.clone());
        if let Some(line) = lines.insert(key, row.line) {
            let message = format!(
                "the prices of `{}` in `{}` stand in line {line} too",
                read.size, read.region
            );
            return fields.refuse(row, "size", message);
        }
        rows.push(read);
        Ok(())
    })?;
    let newest = rows.iter().filter_map(|row| row.prices.last_seen).max();
    for row in &mut rows {
        row.prices.gone_in = newest.filter(|newest| {
            let last = row.prices.last_seen;
            last.is_some_and(|last| last < *newest)
        });
    }
    Ok(rows)
}

fn read_row(
    fields: &Fields,
    row: &Row<'_>,
    texts: &mut Texts,
    path: &Arc<str>,
) -> Result<PriceRow, Box<Problem>> {
    let size = fields.require(row, "size", |text| Ok(text.to_owned()))?;
    let region = fields.require(row, "region", region)?;
    let currency = fields.get(row, "currency", currency)?;
    let currency = texts.shared(currency.as_deref().unwrap_or("USD"));
    let mut prices = SizePrices {
        first_seen: fields.get(row, "payg_first_seen", date)?,
        last_seen: fields.get(row, "payg_last_seen", date)?,
        ..SizePrices::default()
    };
    for tier in PriceTier::ALL {
        let (amount, source, as_of) = columns_of(tier);
        let Some(per_hour) = fields.get(row, amount, price)? else {
            continue;
        };
        let stated = fields.text(row, source)?;
        let (stated, dated) = match as_of {
            Some(column) => (stated.as_str(), fields.text(row, column)?),
            None => undated(&stated),
        };
        *prices.tier_mut(tier) = Some(Price {
            per_hour,
            source: if stated.is_empty() {
                Arc::clone(path)
            } else {
                texts.shared(stated)
            },
            as_of: texts.shared(&dated),
            check: None,
            currency: Arc::clone(&currency),
        });
    }
    if PriceTier::ALL
        .iter()
        .all(|tier| prices.tier(*tier).is_none())
    {
        let message = format!("the row has no price of `{size}` in `{region}`");
        return Err(Box::new(fields.table.row_problem(
            (row.line, row.from),
            None,
            message,
        )));
    }
    Ok(PriceRow {
        size,
        region,
        prices,
    })
}

/// The name of a region as the price book writes it: `East US`, as people read it, is `eastus`.
fn region(text: &str) -> Result<String, String> {
    if is_region_name(text) {
        Ok(text.to_lowercase().replace(' ', ""))
    } else {
        Err(format!("`{text}` is no name of a region, such as `eastus`"))
    }
}

/// A source without the date at its end, and that date: of prices that have no column for it.
fn undated(source: &str) -> (&str, String) {
    match source.rsplit_once(' ') {
        Some((source, last)) if date(last).is_ok() => (source, last.to_owned()),
        _ => (source, String::new()),
    }
}

fn date(text: &str) -> Result<Date, String> {
    let parsed = text.parse::<Date>().ok().filter(|_| text.len() == 10);
    parsed.ok_or_else(|| format!("`{text}` is not a date such as `2026-06-18`"))
}

/// The ISO 4217 code of a currency, such as `USD`.
fn currency(text: &str) -> Result<String, String> {
    if text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase()) {
        Ok(text.to_owned())
    } else {
        Err(format!(
            "`{text}` is not the code of a currency, such as `USD`"
        ))
    }
}

/// Texts that many rows share, each kept once.
#[derive(Default)]
struct Texts(BTreeSet<Arc<str>>);

impl Texts {
    fn shared(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.0.get(text) {
            return Arc::clone(known);
        }
        let text: Arc<str> = text.into();
        self.0.insert(Arc::clone(&text));
        text
    }
}
