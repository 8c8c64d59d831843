//! A price book that travels inside the program: a line for each size and tier, a column for each region.

use std::collections::BTreeMap;
#[cfg(test)]
use std::collections::BTreeSet;
use std::io::Read as _;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use flate2::read::GzDecoder;
use jiff::civil::Date;

use super::terms::{Terms, terms};
use crate::catalog::cloud::Cloud;
use crate::catalog::prices::{Price, PriceTier, SizePrices};
use crate::units::UsdPerHour;

/// The prices of a cloud's sizes.
pub(in crate::catalog) struct Book {
    text: String,
    regions: Vec<String>,
    terms: BTreeMap<String, Terms>,
    /// By size in lower case.
    lines: BTreeMap<String, Lines>,
    /// The newest date on which a snapshot listed prices.
    newest: Option<Date>,
}

/// The lines of a size, read when first asked for.
struct Lines {
    name: Range<usize>,
    all: Range<usize>,
    prices: OnceLock<BTreeMap<String, SizePrices>>,
}

/// The text of an embedded file.
pub(super) fn unpacked(packed: &[u8]) -> String {
    let mut text = String::new();
    GzDecoder::new(packed)
        .read_to_string(&mut text)
        .expect("the embedded files are held to be right by a test");
    text
}

impl Book {
    /// The book of a cloud in a compressed file.
    pub(super) fn new(cloud: Cloud, packed: &[u8]) -> Self {
        let text = unpacked(packed);
        let header = text.lines().next().unwrap_or_default();
        let regions = header.split(',').skip(2).map(str::to_owned).collect();
        let terms = terms(cloud);
        let newest = terms.values().filter_map(|terms| terms.last_seen).max();
        Self {
            lines: lines(&text, header.len() + 1),
            regions,
            terms,
            newest,
            text,
        }
    }

    /// The regions of the book.
    pub(in crate::catalog) fn regions(&self) -> impl Iterator<Item = &str> {
        self.regions.iter().map(String::as_str)
    }

    /// The sizes of the book, as it writes them.
    pub(in crate::catalog) fn sizes(&self) -> impl Iterator<Item = &str> {
        self.lines
            .values()
            .map(|lines| &self.text[lines.name.clone()])
    }

    /// The prices of a size by region; the name in lower case.
    pub(in crate::catalog) fn prices(&self, size: &str) -> Option<&BTreeMap<String, SizePrices>> {
        let lines = self.lines.get(size)?;
        Some(lines.prices.get_or_init(|| self.read(lines)))
    }

    /// The newest date of any price.
    pub(in crate::catalog) fn date(&self) -> Option<Date> {
        let dates = self.terms.values().map(|terms| terms.as_of.parse::<Date>());
        dates.filter_map(Result::ok).max()
    }

    /// The codes of terms that no price has, or that prices have and the file of sources does not.
    #[cfg(test)]
    pub(in crate::catalog) fn unmatched_codes(&self) -> Vec<String> {
        let cells = self
            .text
            .lines()
            .skip(1)
            .flat_map(|line| line.split(',').skip(2));
        let used: BTreeSet<&str> = cells
            .map(|cell| parts(cell).1)
            .filter(|code| !code.is_empty())
            .collect();
        let known: BTreeSet<&str> = self.terms.keys().map(String::as_str).collect();
        used.symmetric_difference(&known)
            .map(|code| (*code).to_owned())
            .collect()
    }

    fn read(&self, lines: &Lines) -> BTreeMap<String, SizePrices> {
        let mut prices: BTreeMap<String, SizePrices> = BTreeMap::new();
        for line in self.text[lines.all.clone()].lines() {
            let mut cells = line.split(',').skip(1);
            let tier = cells.next().and_then(PriceTier::from_key);
            let tier = tier.expect("the embedded files are held to be right by a test");
            for (region, cell) in self.regions.iter().zip(cells) {
                if !cell.is_empty() {
                    let of_region = prices.entry(region.clone()).or_default();
                    self.take(cell, tier, of_region);
                }
            }
        }
        prices
    }

    fn take(&self, cell: &str, tier: PriceTier, prices: &mut SizePrices) {
        let (amount, code) = parts(cell);
        let terms = &self.terms[code];
        let amount = amount.parse::<f64>().ok();
        let per_hour = amount.and_then(|amount| UsdPerHour::from_dollars(amount / terms.hours));
        *prices.tier_mut(tier) = Some(Price {
            per_hour: per_hour.expect("the embedded files are held to be right by a test"),
            source: Arc::clone(&terms.source),
            as_of: Arc::clone(&terms.as_of),
            check: terms.check,
            currency: Arc::clone(&terms.currency),
        });
        if tier == PriceTier::PayAsYouGo {
            prices.first_seen = terms.first_seen;
            prices.last_seen = terms.last_seen;
            prices.gone_in = self
                .newest
                .filter(|newest| terms.last_seen.is_some_and(|last| last < *newest));
        }
    }
}

/// Amount and code of a cell such as `3.06ab`.
fn parts(cell: &str) -> (&str, &str) {
    let code = cell.find(|c: char| c.is_ascii_lowercase());
    cell.split_at(code.unwrap_or(cell.len()))
}

/// Where the lines of each size stand; `from` is where the first does.
fn lines(text: &str, from: usize) -> BTreeMap<String, Lines> {
    let mut all: BTreeMap<String, Lines> = BTreeMap::new();
    let mut start = from;
    for line in text[from..].lines() {
        let end = start + line.len() + 1;
        let name = line.find(',').unwrap_or(line.len());
        let size = line[..name].to_lowercase();
        all.entry(size)
            .and_modify(|lines| lines.all.end = end)
            .or_insert_with(|| Lines {
                name: start..start + name,
                all: start..end,
                prices: OnceLock::new(),
            });
        start = end;
    }
    all
}
