//! The sizes as JSON: nested by region and tier, every price with its source and date.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::catalog::{
    Catalog, Check, Chosen, Gpu, ManagedCompute, Price, PriceTier, Retirement, SizePrices,
};
use crate::printable;

/// Version of this document's own layout.
const SCHEMA_VERSION: u32 = 3;

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    cloud: &'static str,
    currency: &'static str,
    tool: &'static str,
    tool_version: &'static str,
    /// Tiers of which the prices are those of before a retirement.
    retired_tiers: Vec<JsonTier>,
    sizes: Vec<JsonSize<'a>>,
}

#[derive(Serialize)]
struct JsonTier {
    tier: &'static str,
    service: &'static str,
    #[serde(flatten)]
    retirement: JsonRetirement,
}

#[derive(Serialize)]
struct JsonSize<'a> {
    size: &'a str,
    series: &'a str,
    category: &'a str,
    family: &'a str,
    vcpus: u32,
    memory_gib: f64,
    gpu: Option<JsonGpu<'a>>,
    /// These three are `null` where no source states them.
    rdma: Option<bool>,
    isolated: Option<bool>,
    approval_required: Option<bool>,
    supported_by: Vec<&'static str>,
    low_priority: bool,
    retirement: Option<JsonRetirement>,
    notes: &'a [String],
    prices: Vec<JsonPrices<'a>>,
}

#[derive(Serialize)]
struct JsonRetirement {
    retires_on: String,
    successor: Option<String>,
    /// What the vendor advises where it names no successor.
    advice: Option<String>,
    source: String,
    as_of: String,
}

#[derive(Serialize)]
struct JsonGpu<'a> {
    count: f64,
    model: &'a str,
    architecture: &'a str,
    memory_gib: Option<f64>,
    /// `null` where the GPUs do not run CUDA.
    min_cuda_version: Option<String>,
}

#[derive(Serialize)]
struct JsonPrices<'a> {
    region: &'a str,
    first_listed: Option<String>,
    last_listed: Option<String>,
    /// Whether the newest version of the source no longer lists it there.
    no_longer_listed: bool,
    /// By tier; tiers without a price are left out.
    tiers: BTreeMap<&'static str, JsonPrice<'a>>,
}

#[derive(Serialize)]
struct JsonPrice<'a> {
    per_hour: f64,
    currency: &'a str,
    source: &'a str,
    as_of: Option<&'a str>,
    /// How far a second source was compared; `null` where none was.
    check: Option<&'static str>,
}

/// The chosen sizes, each with the regions that were chosen.
pub(super) fn json(catalog: &Catalog, chosen: &[Chosen<'_>]) -> String {
    let document = Document {
        schema_version: SCHEMA_VERSION,
        cloud: catalog.cloud().key(),
        currency: "USD",
        tool: "simulate",
        tool_version: env!("CARGO_PKG_VERSION"),
        retired_tiers: retired_tiers(catalog),
        sizes: chosen.iter().map(|chosen| size(catalog, chosen)).collect(),
    };
    let text = serde_json::to_string_pretty(&document).expect("plain values become JSON");
    printable::json(&(text + "\n"))
}

fn size<'a>(catalog: &'a Catalog, chosen: &'a Chosen<'_>) -> JsonSize<'a> {
    let size = chosen.size;
    let kinds = [ManagedCompute::Cluster, ManagedCompute::Instance].into_iter();
    let prices = chosen.prices.iter();
    JsonSize {
        size: &size.name,
        series: &size.series,
        category: &size.category,
        family: &size.family,
        vcpus: size.vcpus,
        memory_gib: size.memory_gib,
        gpu: size.gpu.as_ref().map(gpu),
        rdma: catalog.has_rdma(size),
        isolated: catalog.is_isolated(size),
        approval_required: catalog.needs_approval(size),
        supported_by: kinds
            .filter(|kind| catalog.check_compute(size, *kind, false).is_none())
            .map(ManagedCompute::plural)
            .collect(),
        low_priority: catalog.series_of(size).low_priority,
        retirement: catalog.retirement(size).map(retired),
        notes: &size.notes,
        prices: prices
            .map(|(region, prices)| in_region(region, prices))
            .collect(),
    }
}

fn retired(retirement: Retirement) -> JsonRetirement {
    let stated = |text: String| (!text.is_empty()).then_some(text);
    JsonRetirement {
        retires_on: retirement.retires_on.to_string(),
        successor: stated(retirement.successor),
        advice: stated(retirement.advice),
        source: retirement.source,
        as_of: retirement.as_of,
    }
}

fn retired_tiers(catalog: &Catalog) -> Vec<JsonTier> {
    let of_tier = |tier: PriceTier| {
        let all = catalog.tier_retirements(tier).into_iter();
        all.map(move |retirement| JsonTier {
            tier: tier.key(),
            service: retirement.scope.service(),
            retirement: retired(retirement.clone()),
        })
    };
    PriceTier::ALL.into_iter().flat_map(of_tier).collect()
}

fn gpu(gpu: &Gpu) -> JsonGpu<'_> {
    JsonGpu {
        count: gpu.count.number(),
        model: &gpu.model,
        architecture: gpu.architecture.name(),
        memory_gib: gpu.memory_gib,
        min_cuda_version: gpu.architecture.min_cuda().map(|cuda| cuda.to_string()),
    }
}

fn in_region<'a>(region: &'a str, prices: &'a SizePrices) -> JsonPrices<'a> {
    let tiers = PriceTier::ALL.into_iter();
    JsonPrices {
        region,
        first_listed: prices.first_seen.map(|date| date.to_string()),
        last_listed: prices.last_seen.map(|date| date.to_string()),
        no_longer_listed: prices.gone_in.is_some(),
        tiers: tiers
            .filter_map(|tier| Some((tier.key(), price(prices.tier(tier)?))))
            .collect(),
    }
}

fn price(price: &Price) -> JsonPrice<'_> {
    JsonPrice {
        per_hour: price.per_hour.dollars(),
        currency: &price.currency,
        source: &price.source,
        as_of: (!price.as_of.is_empty()).then_some(&*price.as_of),
        check: price.check.map(Check::words),
    }
}
