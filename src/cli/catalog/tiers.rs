//! What is said of the tier whose prices are listed: that it is retired, or why there are no such prices.

use crate::catalog::{Catalog, Cloud, Filter, PriceTier, Retirement, some_of};

/// Whether a retirement is past on the day of the price book, and when it is.
pub(super) fn when(catalog: &Catalog, retirement: &Retirement) -> String {
    let day = retirement.retires_on;
    match catalog.date() {
        Some(today) if day <= today => format!("was retired on {day}"),
        _ => format!("retires on {day}"),
    }
}

/// Warnings of the retirements of the tier that is asked for.
pub(super) fn retired(catalog: &Catalog, filter: &Filter) -> Vec<String> {
    let Some(tier) = filter.tier else {
        return Vec::new();
    };
    let all = catalog.tier_retirements(tier).into_iter();
    let say = |retirement: &Retirement| {
        format!(
            "{} on {} {} ({}): {}",
            tier.name(),
            retirement.scope.service(),
            when(catalog, retirement),
            retirement.by(),
            retirement.in_its_place()
        )
    };
    all.map(say).collect()
}

/// Why nothing is chosen, where a source says too little.
pub(super) fn why_nothing(catalog: &Catalog, filter: &Filter) -> Option<String> {
    let cloud = catalog.cloud();
    if filter.unrestricted && cloud != Cloud::Azure {
        let name = cloud.name();
        return Some(format!(
            "no source says which sizes of {name} need approval; leave `--unrestricted` out"
        ));
    }
    if filter.retired_by.is_some() && cloud != Cloud::Azure {
        let name = cloud.name();
        return Some(format!(
            "no source says when sizes of {name} retire; leave `--retired-by` out"
        ));
    }
    without_price(catalog, filter)
}

/// Why nothing is chosen, where it is for want of prices of a tier.
fn without_price(catalog: &Catalog, filter: &Filter) -> Option<String> {
    let tier = filter.tier?;
    let known = catalog.regions_with(tier);
    if known.is_empty() {
        return Some(nowhere(catalog, tier));
    }
    let region = filter.region.as_deref();
    if let Some(region) = region.filter(|region| !known.contains(region)) {
        return Some(format!(
            "no size has a price for {} in `{region}`; there are such prices in {}",
            tier.name(),
            some_of(&known)
        ));
    }
    // A limit of the price is another reason.
    let dear = Filter {
        max_price: None,
        ..filter.clone()
    };
    let otherwise = Filter {
        tier: None,
        ..dear.clone()
    };
    let sizes = catalog.select(&otherwise).len();
    let is_cause = sizes > 0 && catalog.select(&dear).is_empty();
    is_cause.then(|| {
        let sizes = match sizes {
            1 => "the only such size has no price".to_owned(),
            sizes => format!("none of {sizes} such sizes has a price"),
        };
        format!("{sizes} for {}: {}", tier.name(), reason(catalog))
    })
}

/// A tier of which the price book has no price at all.
fn nowhere(catalog: &Catalog, tier: PriceTier) -> String {
    let cloud = catalog.cloud().name();
    match (tier, catalog.cloud()) {
        (PriceTier::LowPriority, Cloud::Aws | Cloud::Google) => {
            format!(
                "{cloud} has no low priority: use `--tier spot` for machines that may be evicted"
            )
        }
        (PriceTier::SustainedUse, Cloud::Azure | Cloud::Aws) => {
            format!("{cloud} has no discount for sustained use: it is one of Google Cloud")
        }
        _ => format!(
            "the price book has no price of {cloud} for {}: {}",
            tier.name(),
            reason(catalog)
        ),
    }
}

/// Why prices are missing.
fn reason(catalog: &Catalog) -> &'static str {
    if catalog.has_builtin_prices() {
        "no source with an open license states one; add your own with `--price-book FILE` (docs/catalog.md)"
    } else {
        "your file has none, and with `--replace` only your file counts"
    }
}
