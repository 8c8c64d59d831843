//! The list of sizes for people.

use crate::catalog::{Catalog, Chosen, Cloud, Filter, Gpu, PriceTier};
use crate::report::plain_table::{PlainColumn, plain_table, plain_table_within};

/// Columns that a narrow terminal does without, the first to go first.
const OPTIONAL: [&str; 4] = ["archi-\ntecture", "series", "in", "memory\nGiB"];

/// A table with a row for each size, in at most `width` columns if that can be; without a region it shows the lowest price and
/// where it is.
pub(super) fn listing(
    catalog: &Catalog,
    chosen: &[Chosen<'_>],
    filter: &Filter,
    width: usize,
) -> String {
    let mut columns = columns(catalog, chosen, filter);
    // Nothing is said of GPUs where there are none.
    columns.retain(|column| column.cells[1..].iter().any(|cell| !cell.is_empty()));
    for optional in OPTIONAL {
        let text = plain_table(&columns);
        if text.lines().all(|line| line.chars().count() <= width) {
            break;
        }
        columns.retain(|column| column.cells[0] != optional);
    }
    plain_table_within(columns, width)
}

fn columns(catalog: &Catalog, chosen: &[Chosen<'_>], filter: &Filter) -> Vec<PlainColumn> {
    let tier = filter.price_tier();
    let place = filter.region.as_deref().unwrap_or("from");
    let price_header = format!("{}\n{place}\nUSD/h", two_lines(tier));
    let lowest = |chosen: &Chosen<'_>| {
        let lowest = chosen.lowest(tier);
        lowest.map(|(region, price)| {
            let amount = price.per_hour.dollars();
            let said = if price.is_in_dollars() {
                amount.to_string()
            } else {
                format!("{amount} {}", price.currency)
            };
            (region.to_owned(), said)
        })
    };
    let mut columns = vec![
        column("size", false, chosen, |chosen| chosen.size.name.clone()),
        column("series", false, chosen, |chosen| chosen.size.series.clone()),
        column("vCPUs", true, chosen, |chosen| {
            chosen.size.vcpus.to_string()
        }),
        column("memory\nGiB", true, chosen, |chosen| {
            chosen.size.memory_gib.to_string()
        }),
        column("GPUs", false, chosen, |chosen| {
            chosen.size.gpu.as_ref().map_or_else(String::new, short)
        }),
        column("archi-\ntecture", false, chosen, |chosen| {
            let gpu = chosen.size.gpu.as_ref();
            gpu.map_or_else(String::new, |gpu| gpu.architecture.name().to_owned())
        }),
        column(&price_header, true, chosen, |chosen| {
            lowest(chosen).map_or_else(|| "-".to_owned(), |(_, price)| price)
        }),
    ];
    if filter.region.is_none() {
        columns.push(column("in", false, chosen, |chosen| {
            lowest(chosen).map_or_else(String::new, |(region, _)| region)
        }));
    }
    columns.push(column("remarks", false, chosen, |chosen| {
        remarks(catalog, chosen)
    }));
    columns
}

fn column(
    header: &str,
    right: bool,
    chosen: &[Chosen<'_>],
    cell: impl Fn(&Chosen<'_>) -> String,
) -> PlainColumn {
    let header = std::iter::once(header.to_owned());
    PlainColumn {
        cells: header.chain(chosen.iter().map(cell)).collect(),
        right,
    }
}

/// The name of a tier, narrow.
pub(super) fn two_lines(tier: PriceTier) -> &'static str {
    match tier {
        PriceTier::PayAsYouGo => "pay as\nyou go",
        PriceTier::LowPriority => "low\npriority",
        PriceTier::Spot => "spot",
        PriceTier::SavingsPlan1y => "savings\nplan, 1 y",
        PriceTier::Reserved1y => "reserved,\n1 y",
        PriceTier::SavingsPlan3y => "savings\nplan, 3 y",
        PriceTier::Reserved3y => "reserved,\n3 y",
        PriceTier::SustainedUse => "sustained\nuse",
    }
}

/// `4 x Tesla K80`, without what stands in brackets.
fn short(gpu: &Gpu) -> String {
    let model = gpu.model.split(" (").next().unwrap_or_default();
    format!("{} x {model}", gpu.count)
}

/// What is special about a size.
fn remarks(catalog: &Catalog, chosen: &Chosen<'_>) -> String {
    let size = chosen.size;
    let retirement = catalog.retirement(size);
    let retired = match (retirement, catalog.date()) {
        (Some(retirement), Some(today)) if retirement.retires_on <= today => "retired".to_owned(),
        (Some(retirement), _) => format!("retires {}", retirement.retires_on),
        (None, _) => String::new(),
    };
    let mut prices = chosen.prices.iter();
    let unlisted = retired.is_empty()
        && !chosen.prices.is_empty()
        && prices.all(|(_, prices)| prices.gone_in.is_some());
    let approval = catalog.needs_approval(size);
    // Of other clouds no source says it of any size.
    let is_azure = catalog.cloud() == Cloud::Azure;
    let remarks = [
        (approval == Some(true), "approval"),
        (approval.is_none() && is_azure, "approval not stated"),
        (catalog.is_for_endpoints_only(size), "online endpoints"),
        (size.rdma, "RDMA"),
        (size.isolated, "isolated"),
        (!retired.is_empty(), &retired),
        (unlisted, "no longer listed"),
    ];
    let remarks = remarks.iter().filter(|(holds, _)| *holds);
    remarks
        .map(|(_, name)| *name)
        .collect::<Vec<_>>()
        .join(", ")
}
