//! The sizes as CSV: one line per size and region, units in the header.

use crate::catalog::{Catalog, Chosen, ManagedCompute, Price, PriceTier, SizePrices, VmSize};
use crate::currency::Currency;
use crate::report::table::{Cell, Column, write_rows};

/// What the columns of sources mean.
const SOURCE: &str = "Who states that price, as of when, and what is doubtful about it";

/// A size in a region; without prices where no region has any.
pub(super) struct Line<'a> {
    catalog: &'a Catalog,
    size: &'a VmSize,
    place: Option<(&'a str, &'a SizePrices)>,
}

/// The chosen sizes, each with the regions that were chosen.
pub(super) fn csv(catalog: &Catalog, chosen: &[Chosen<'_>]) -> String {
    let lines = chosen.iter().flat_map(|chosen| {
        let places = chosen.prices.iter().copied().map(Some);
        let none = chosen.prices.is_empty().then_some(None);
        places.chain(none).map(|place| Line {
            catalog,
            size: chosen.size,
            place,
        })
    });
    let mut bytes = Vec::new();
    write_rows(&columns(), lines, Currency::default(), &mut bytes)
        .expect("memory takes every byte");
    String::from_utf8(bytes).expect("only texts were written")
}

/// The columns in their order.
pub(super) fn columns<'a>() -> Vec<Column<Line<'a>>> {
    let parts = [facts(), gpus(), limits(), prices(), listing(), sources()];
    parts.into_iter().flatten().collect()
}

fn facts<'a>() -> Vec<Column<Line<'a>>> {
    vec![
        Column::new("size", "", "Name of the size", |line, cell| {
            cell.text(&line.size.name);
        }),
        Column::new("series", "", "Its series", |line, cell| {
            cell.text(&line.size.series);
        }),
        Column::new("category", "", "Category of the series", |line, cell| {
            cell.text(&line.size.category);
        }),
        Column::new(
            "family",
            "",
            "Family against whose quota of vCPUs it counts",
            |line, cell| cell.text(&line.size.family),
        ),
        Column::new(
            "vcpus",
            "",
            "Virtual cores, as quota counts them",
            |line, cell| {
                cell.integer(line.size.vcpus);
            },
        ),
        Column::new("memory_gib", "GiB", "Memory", |line, cell| {
            cell.level(line.size.memory_gib);
        }),
    ]
}

fn gpus<'a>() -> Vec<Column<Line<'a>>> {
    vec![
        Column::new("gpus", "", "Number of GPUs", |line, cell| {
            cell.level(line.size.gpus().number());
        }),
        Column::new("gpu_model", "", "Model of the GPUs", |line, cell| {
            if let Some(gpu) = &line.size.gpu {
                cell.text(&gpu.model);
            }
        }),
        Column::new(
            "gpu_architecture",
            "",
            "Their architecture",
            |line, cell| {
                if let Some(gpu) = &line.size.gpu {
                    cell.text(gpu.architecture.name());
                }
            },
        ),
        Column::new(
            "gpu_memory_gib",
            "GiB",
            "Memory of each GPU",
            |line, cell| {
                let gpu = line.size.gpu.as_ref();
                if let Some(gib) = gpu.and_then(|gpu| gpu.memory_gib) {
                    cell.level(gib);
                }
            },
        ),
        Column::new(
            "min_cuda_version",
            "",
            "Lowest CUDA version that supports them; empty where they do not run CUDA",
            |line, cell| {
                let gpu = line.size.gpu.as_ref();
                if let Some(cuda) = gpu.and_then(|gpu| gpu.architecture.min_cuda()) {
                    cell.text(&cuda.to_string());
                }
            },
        ),
    ]
}

fn limits<'a>() -> Vec<Column<Line<'a>>> {
    vec![
        Column::new("rdma", "", "Whether it has RDMA", |line, cell| {
            truth(line.catalog.has_rdma(line.size), cell);
        }),
        Column::new(
            "isolated",
            "",
            "Whether one customer has the physical server alone",
            |line, cell| truth(line.catalog.is_isolated(line.size), cell),
        ),
        Column::new(
            "approval_required",
            "",
            "Whether quota has to be asked for before the first node",
            |line, cell| truth(line.catalog.needs_approval(line.size), cell),
        ),
        Column::new(
            "clusters",
            "",
            "Whether clusters may be made of it",
            |line, cell| {
                offered(line, ManagedCompute::Cluster, cell);
            },
        ),
        Column::new(
            "instances",
            "",
            "Whether instances may be made of it",
            |line, cell| {
                offered(line, ManagedCompute::Instance, cell);
            },
        ),
    ]
}

fn prices<'a>() -> Vec<Column<Line<'a>>> {
    vec![
        Column::new("region", "", "Region of the prices", |line, cell| {
            if let Some((region, _)) = line.place {
                cell.text(region);
            }
        }),
        Column::new(
            "pay_as_you_go_per_hour",
            "currency/h",
            "Price without commitment (dedicated nodes)",
            |line, cell| price(line, PriceTier::PayAsYouGo, cell),
        ),
        Column::new(
            "low_priority_per_hour",
            "currency/h",
            "Price of low-priority nodes",
            |line, cell| price(line, PriceTier::LowPriority, cell),
        ),
        Column::new(
            "spot_per_hour",
            "currency/h",
            "Price of spot VMs, another meter than low priority",
            |line, cell| price(line, PriceTier::Spot, cell),
        ),
        Column::new(
            "savings_plan_1y_per_hour",
            "currency/h",
            "Price under a savings plan for one year",
            |line, cell| price(line, PriceTier::SavingsPlan1y, cell),
        ),
        Column::new(
            "reserved_1y_per_hour",
            "currency/h",
            "Price under a reservation for one year, spread over 8,760 h",
            |line, cell| price(line, PriceTier::Reserved1y, cell),
        ),
        Column::new(
            "savings_plan_3y_per_hour",
            "currency/h",
            "Price under a savings plan for three years",
            |line, cell| price(line, PriceTier::SavingsPlan3y, cell),
        ),
        Column::new(
            "reserved_3y_per_hour",
            "currency/h",
            "Price under a reservation for three years, spread over 8,760 h a year",
            |line, cell| price(line, PriceTier::Reserved3y, cell),
        ),
        Column::new(
            "sustained_use_per_hour",
            "currency/h",
            "Price in a month of 730 h in full use, with the discount for sustained use",
            |line, cell| price(line, PriceTier::SustainedUse, cell),
        ),
    ]
}

/// When the price was listed, and when the size is retired.
fn listing<'a>() -> Vec<Column<Line<'a>>> {
    vec![
        Column::new(
            "first_listed",
            "date",
            "First snapshot that listed the pay-as-you-go price",
            |line, cell| {
                if let Some(date) = line.place.and_then(|(_, prices)| prices.first_seen) {
                    cell.text(&date.to_string());
                }
            },
        ),
        Column::new(
            "last_listed",
            "date",
            "Last snapshot that listed the pay-as-you-go price",
            |line, cell| {
                if let Some(date) = line.place.and_then(|(_, prices)| prices.last_seen) {
                    cell.text(&date.to_string());
                }
            },
        ),
        Column::new(
            "no_longer_listed",
            "",
            "Whether the newest version of the source no longer lists the price",
            |line, cell| {
                if let Some((_, prices)) = line.place {
                    truth(Some(prices.gone_in.is_some()), cell);
                }
            },
        ),
        Column::new(
            "retires_on",
            "date",
            "First day on which the size can no longer be bought",
            |line, cell| {
                if let Some(retirement) = line.catalog.retirement(line.size) {
                    cell.text(&retirement.retires_on.to_string());
                }
            },
        ),
        Column::new(
            "successor",
            "",
            "What the vendor names in its place",
            |line, cell| {
                if let Some(retirement) = line.catalog.retirement(line.size) {
                    cell.text(&retirement.successor);
                }
            },
        ),
    ]
}

/// Who states each price, when, and how far it was compared with a second source.
fn sources<'a>() -> Vec<Column<Line<'a>>> {
    vec![
        Column::new("currency", "", "Currency of the prices", |line, cell| {
            let mut tiers = PriceTier::ALL.into_iter();
            if let Some(price) = tiers.find_map(|tier| line.price(tier)) {
                cell.text(&price.currency);
            }
        }),
        Column::new("pay_as_you_go_source", "", SOURCE, |line, cell| {
            source(line, PriceTier::PayAsYouGo, cell);
        }),
        Column::new("low_priority_source", "", SOURCE, |line, cell| {
            source(line, PriceTier::LowPriority, cell);
        }),
        Column::new("spot_source", "", SOURCE, |line, cell| {
            source(line, PriceTier::Spot, cell);
        }),
        Column::new("savings_plan_1y_source", "", SOURCE, |line, cell| {
            source(line, PriceTier::SavingsPlan1y, cell);
        }),
        Column::new("reserved_1y_source", "", SOURCE, |line, cell| {
            source(line, PriceTier::Reserved1y, cell);
        }),
        Column::new("savings_plan_3y_source", "", SOURCE, |line, cell| {
            source(line, PriceTier::SavingsPlan3y, cell);
        }),
        Column::new("reserved_3y_source", "", SOURCE, |line, cell| {
            source(line, PriceTier::Reserved3y, cell);
        }),
        Column::new("sustained_use_source", "", SOURCE, |line, cell| {
            source(line, PriceTier::SustainedUse, cell);
        }),
    ]
}

/// Nothing where no source says it.
fn truth(holds: Option<bool>, cell: &mut Cell) {
    cell.text(match holds {
        Some(true) => "true",
        Some(false) => "false",
        None => "",
    });
}

fn offered(line: &Line<'_>, kind: ManagedCompute, cell: &mut Cell) {
    let refused = line.catalog.check_compute(line.size, kind, false);
    truth(Some(refused.is_none()), cell);
}

impl Line<'_> {
    /// The price of a tier in the line's region.
    fn price(&self, tier: PriceTier) -> Option<&Price> {
        self.place?.1.tier(tier)
    }
}

fn source(line: &Line<'_>, tier: PriceTier, cell: &mut Cell) {
    if let Some(price) = line.price(tier) {
        cell.text(&price.said());
    }
}

fn price(line: &Line<'_>, tier: PriceTier, cell: &mut Cell) {
    if let Some(price) = line.price(tier) {
        cell.level(price.per_hour.dollars());
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_column_is_documented_and_no_other() {
        let page = include_str!("../../../docs/catalog.md");
        let (_, section) = page.split_once("## Columns of `--format csv`").unwrap();
        let (section, _) = section.split_once("\n## ").unwrap();
        let rows = section.lines().filter(|line| line.starts_with("| `"));
        let documented: Vec<&str> = rows.collect();
        let columns = super::columns();
        let expected: Vec<String> = columns
            .iter()
            .map(|column| {
                format!(
                    "| `{}` | {} | {} |",
                    column.name, column.unit, column.meaning
                )
            })
            .collect();
        assert_eq!(documented, expected, "\n{}", expected.join("\n"));
    }
}
