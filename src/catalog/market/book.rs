//! A price book that travels inside the program: a line for each size and tier, a column for each region.

use std::collections::BTreeMap;
#[cfg(test)]
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use jiff::civil::Date;

use super::blocks::{Block, blocks, size_of};
use super::terms::{Terms, terms};
use crate::catalog::cloud::Cloud;
use crate::catalog::prices::{Price, PriceTier, SizePrices};
use crate::units::UsdPerHour;

/// The prices of a cloud's sizes.
pub(in crate::catalog) struct Book {
    regions: Vec<String>,
    terms: BTreeMap<String, Terms>,
    /// In the order of the sizes.
    pages: Vec<Page>,
    /// The newest date of any price.
    date: Option<Date>,
    /// The newest date on which a snapshot listed prices.
    newest: Option<Date>,
}

/// The lines of some sizes, unpacked when one of them is first asked for.
struct Page {
    block: Block,
    unpacked: OnceLock<Unpacked>,
}

struct Unpacked {
    text: String,
    /// By size in lower case.
    lines: BTreeMap<String, Lines>,
}

/// The lines of a size, read when first asked for.
struct Lines {
    name: Range<usize>,
    all: Range<usize>,
    prices: OnceLock<BTreeMap<String, SizePrices>>,
}

impl Book {
    /// The book of a cloud in a compressed file.
    pub(super) fn new(cloud: Cloud, file: &'static [u8]) -> Self {
        let mut blocks = blocks(file);
        let header = blocks.next().map(|block| block.text()).unwrap_or_default();
        let regions = header.trim_end().split(',').skip(2).map(str::to_owned);
        let terms = terms(cloud);
        let dates = terms.values().filter_map(|terms| terms.as_of.parse().ok());
        let newest = terms.values().filter_map(|terms| terms.last_seen).max();
        Self {
            regions: regions.collect(),
            pages: blocks.map(Page::new).collect(),
            date: dates.max(),
            newest,
            terms,
        }
    }

    /// The regions of the book.
    pub(in crate::catalog) fn regions(&self) -> impl Iterator<Item = &str> {
        self.regions.iter().map(String::as_str)
    }

    /// The sizes of the book, as it writes them.
    pub(in crate::catalog) fn sizes(&self) -> impl Iterator<Item = &str> {
        self.pages.iter().map(Page::unpacked).flat_map(|page| {
            let names = page.lines.values().map(|lines| lines.name.clone());
            names.map(|name| &page.text[name])
        })
    }

    /// The prices of a size by region; the name in lower case.
    pub(in crate::catalog) fn prices(&self, size: &str) -> Option<&BTreeMap<String, SizePrices>> {
        let after = self.pages.partition_point(|page| page.block.first <= size);
        let page = self.pages.get(after.checked_sub(1)?)?.unpacked();
        let lines = page.lines.get(size)?;
        Some(
            lines
                .prices
                .get_or_init(|| self.read(&page.text[lines.all.clone()])),
        )
    }

    /// The newest date of any price.
    pub(in crate::catalog) fn date(&self) -> Option<Date> {
        self.date
    }

    /// The codes of terms that no price has, or that prices have and the file of sources does not.
    #[cfg(test)]
    pub(in crate::catalog) fn unmatched_codes(&self) -> Vec<String> {
        let texts = self.pages.iter().map(|page| &page.unpacked().text);
        let cells = texts
            .flat_map(|text| text.lines())
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

    fn read(&self, lines: &str) -> BTreeMap<String, SizePrices> {
        let mut prices: BTreeMap<String, SizePrices> = BTreeMap::new();
        for line in lines.lines() {
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

impl Page {
    fn new(block: Block) -> Self {
        Self {
            block,
            unpacked: OnceLock::new(),
        }
    }

    fn unpacked(&self) -> &Unpacked {
        self.unpacked.get_or_init(|| {
            let text = self.block.text();
            let lines = lines(&text);
            Unpacked { text, lines }
        })
    }
}

/// Amount and code of a cell such as `3.06ab`.
fn parts(cell: &str) -> (&str, &str) {
    let code = cell.find(|c: char| c.is_ascii_lowercase());
    cell.split_at(code.unwrap_or(cell.len()))
}

/// Where the lines of each size stand.
fn lines(text: &str) -> BTreeMap<String, Lines> {
    let mut all: BTreeMap<String, Lines> = BTreeMap::new();
    let mut start = 0;
    for line in text.lines() {
        let end = start + line.len() + 1;
        let name = size_of(line);
        all.entry(name.to_lowercase())
            .and_modify(|lines| lines.all.end = end)
            .or_insert_with(|| Lines {
                name: start..start + name.len(),
                all: start..end,
                prices: OnceLock::new(),
            });
        start = end;
    }
    all
}
