//! Choosing sizes by what they are and what they cost: pure, on names that are known to be right.

use std::cmp::Ordering;

use jiff::civil::Date;

use super::{Catalog, GpuCount, List, Price, PriceTier, SizePrices, VmSize};
use crate::units::UsdPerHour;

/// Which sizes are wanted; what is empty or zero wants nothing.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a condition of its own"
)]
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    /// Named by a list of Azure Machine Learning, of series or of sizes, or one to which no list applies.
    pub supported: bool,
    /// Of one of these series.
    pub series: Vec<String>,
    /// Of one of these categories.
    pub categories: Vec<String>,
    /// With GPUs of one of these models.
    pub gpu_models: Vec<String>,
    /// With GPUs of one of these architectures.
    pub architectures: Vec<String>,
    /// With at least so many GPUs.
    pub min_gpus: GpuCount,
    /// With at least so many vCPUs.
    pub min_vcpus: u32,
    /// With at least so much memory, in GiB.
    pub min_memory_gib: f64,
    /// With RDMA.
    pub rdma: bool,
    /// With a physical server to themselves.
    pub isolated: bool,
    /// Not retired on this day.
    pub available_on: Option<Date>,
    /// Retired on this day or before, be it past or to come.
    pub retired_by: Option<Date>,
    /// Of which a source says that no approval is needed.
    pub unrestricted: bool,
    /// Sold in this region.
    pub region: Option<String>,
    /// With a price of this tier.
    pub tier: Option<PriceTier>,
    /// At most at this price, in the tier or else by the hour.
    pub max_price: Option<UsdPerHour>,
}

/// What sizes are sorted by; ties stay in the order of the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortBy {
    /// Name, numbers in it as numbers.
    Name,
    /// Virtual cores.
    Vcpus,
    /// Memory.
    Memory,
    /// Number of GPUs.
    Gpus,
    /// Lowest price of the tier.
    Price,
}

/// A size that was chosen, with its prices in the regions that were chosen, in alphabetical order.
#[derive(Clone, Debug)]
pub struct Chosen<'a> {
    /// The size.
    pub size: &'a VmSize,
    /// Region and prices.
    pub prices: Vec<(&'a str, &'a SizePrices)>,
}

impl Filter {
    /// The tier whose prices count.
    pub fn price_tier(&self) -> PriceTier {
        self.tier.unwrap_or(PriceTier::PayAsYouGo)
    }

    fn wants(&self, size: &VmSize) -> bool {
        let among = |names: &[String], name: &str| {
            names.is_empty() || names.iter().any(|wanted| wanted.eq_ignore_ascii_case(name))
        };
        let gpu = size.gpu.as_ref();
        let model = gpu.map_or("", |gpu| gpu.model.as_str());
        let architecture = gpu.map_or("", |gpu| gpu.architecture.name());
        among(&self.series, &size.series)
            && among(&self.categories, &size.category)
            && among(&self.gpu_models, model)
            && among(&self.architectures, architecture)
            && size.gpus() >= self.min_gpus
            && size.vcpus >= self.min_vcpus
            && size.memory_gib >= self.min_memory_gib
            && (size.rdma || !self.rdma)
            && (size.isolated || !self.isolated)
    }

    fn wants_price(&self, region: &str, prices: &SizePrices) -> bool {
        let here = self.region.as_ref();
        let price = prices.tier(self.price_tier());
        here.is_none_or(|wanted| wanted.eq_ignore_ascii_case(region))
            && (self.tier.is_none() || price.is_some())
            && self.max_price.is_none_or(|most| {
                price.is_some_and(|price| price.is_in_dollars() && price.per_hour <= most)
            })
    }

    /// Whether a size has to have a price at all.
    fn asks_for_prices(&self) -> bool {
        self.region.is_some() || self.tier.is_some() || self.max_price.is_some()
    }
}

impl Chosen<'_> {
    /// The lowest price of a tier, and in which region.
    pub fn lowest(&self, tier: PriceTier) -> Option<(&str, &Price)> {
        let prices = self.prices.iter();
        // Amounts in different currencies cannot be compared: dollars come first.
        prices
            .filter_map(|(region, prices)| Some((*region, prices.tier(tier)?)))
            .min_by_key(|(_, price)| (!price.is_in_dollars(), price.per_hour))
    }
}

impl Catalog {
    /// Whether a size retires when a filter wants it to.
    fn is_in_time(&self, size: &VmSize, filter: &Filter) -> bool {
        if filter.available_on.is_none() && filter.retired_by.is_none() {
            return true;
        }
        let retires_on = self
            .retirement(size)
            .map(|retirement| retirement.retires_on);
        let is_gone = |day| retires_on.is_some_and(|retires_on| retires_on <= day);
        filter.available_on.is_none_or(|day| !is_gone(day)) && filter.retired_by.is_none_or(is_gone)
    }

    /// The sizes that a filter wants, with the prices that it wants, in the order of the catalog.
    pub fn select(&self, filter: &Filter) -> Vec<Chosen<'_>> {
        let is_named = |size: &VmSize| {
            self.series_of(size).list != List::Neither || self.is_for_endpoints_only(size)
        };
        let wants = |size: &&VmSize| {
            filter.wants(size)
                && (!filter.supported || is_named(size))
                && (!filter.unrestricted || self.needs_approval(size) == Some(false))
                && self.is_in_time(size, filter)
        };
        let wanted = self.sizes().filter(wants);
        let chosen = wanted.map(|size| Chosen {
            size,
            prices: self
                .prices_of(&size.name)
                .filter(|(region, prices)| filter.wants_price(region, prices))
                .collect(),
        });
        chosen
            .filter(|chosen| !chosen.prices.is_empty() || !filter.asks_for_prices())
            .collect()
    }
}

/// Sorts what was chosen by a value, of prices those of a tier; sizes without a price come last either way.
pub fn sort_chosen(chosen: &mut [Chosen<'_>], by: SortBy, tier: PriceTier, largest_first: bool) {
    let lowest = |chosen: &Chosen<'_>| chosen.lowest(tier).map(|(_, price)| price.per_hour);
    let turned = |ordering: Ordering| {
        if largest_first {
            ordering.reverse()
        } else {
            ordering
        }
    };
    chosen.sort_by(|a, b| match by {
        SortBy::Name => turned(natural(&a.size.name, &b.size.name)),
        SortBy::Vcpus => turned(a.size.vcpus.cmp(&b.size.vcpus)),
        SortBy::Memory => turned(a.size.memory_gib.total_cmp(&b.size.memory_gib)),
        SortBy::Gpus => turned(a.size.gpus().cmp(&b.size.gpus())),
        SortBy::Price => match (lowest(a), lowest(b)) {
            (Some(a), Some(b)) => turned(a.cmp(&b)),
            (a, b) => b.is_some().cmp(&a.is_some()),
        },
    });
}

/// Compares names with the numbers in them as numbers, so that `D8` comes before `D16`.
fn natural(a: &str, b: &str) -> Ordering {
    parts(a).cmp(&parts(b))
}

/// Part of a name; numbers come before letters.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Number(u64),
    Letter(char),
}

fn parts(name: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    for c in name.to_lowercase().chars() {
        match (c.to_digit(10).map(u64::from), parts.last_mut()) {
            (Some(digit), Some(Part::Number(number))) => {
                *number = number.saturating_mul(10).saturating_add(digit);
            }
            (Some(digit), _) => parts.push(Part::Number(digit)),
            (None, _) => parts.push(Part::Letter(c)),
        }
    }
    parts
}
