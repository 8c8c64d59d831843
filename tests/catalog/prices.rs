//! Prices: some written here by hand for every series, region and tier, and all against the files as text.

use autoscale_simulator::catalog::{Catalog, List, Price, PriceTier, ServicePrice};

use PriceTier::{
    LowPriority as Low, PayAsYouGo as Payg, Reserved1y as Reserved, SavingsPlan1y as Savings, Spot,
};

/// Size, region, tier, dollars an hour, date.
type Known = (
    &'static str,
    &'static str,
    PriceTier,
    &'static str,
    &'static str,
);

const JUNE: &str = "2026-06-18";
const LAST: &str = "2025-06-03";
const MAY: &str = "2026-05-20";
const AUGUST: &str = "2026-08-22";
const EXPORT: &str = "2024-03-25";

#[rustfmt::skip]
const KNOWN: [Known; 45] = [
    ("Standard_D8ds_v4", "uksouth", Payg, "0.524", JUNE),
    ("Standard_D4_v2", "australiaeast", Spot, "0.12437", MAY),
    ("Standard_D64_v3", "koreasouth", Payg, "3.544", JUNE),
    ("Standard_DS12_v2", "northeurope", Payg, "0.371", JUNE),
    ("Standard_D48s_v3", "eastus", Savings, "1.9955", EXPORT),
    ("Standard_E32a_v4", "southeastasia", Payg, "2.432", JUNE),
    ("Standard_E8_v3", "eastus", Reserved, "0.3128", EXPORT),
    ("Standard_F48s_v2", "japaneast", Spot, "0.474566", MAY),
    ("Standard_H16", "southeastasia", Payg, "1.848", JUNE),
    ("Standard_HB60rs", "eastus", Reserved, "1.938", EXPORT),
    ("Standard_HB120rs_v2", "southcentralus", Spot, "1.98", MAY),
    ("Standard_HC44rs", "eastus", Payg, "3.168", JUNE),
    ("Standard_M32-16ms", "japaneast", Payg, "8.9117", JUNE),
    ("Standard_NC24", "eastus2", Payg, "3.6", LAST),
    ("Standard_NC24_Promo", "eastus2", Payg, "1.584", JUNE),
    ("Standard_NC24s_v2", "southeastasia", Payg, "12.153", LAST),
    ("Standard_NC24rs_v3", "northeurope", Savings, "10.687635", AUGUST),
    ("Standard_ND24s", "westeurope", Payg, "10.727", LAST),
    ("Standard_ND40rs_v2", "southcentralus", Spot, "4.885742", MAY),
    ("Standard_NV6", "westus2", Payg, "1.092", LAST),
    ("Standard_NV12s_v3", "westeurope", Savings, "1.114276", AUGUST),
    ("Standard_NC8as_T4_v3", "southcentralus", Spot, "0.26158", MAY),
    ("Standard_ND96asr_v4", "westeurope", Spot, "7.77854", MAY),
    ("Standard_HB120rs_v2", "southcentralus", Payg, "3.96", JUNE),
    ("Standard_M64-32ms", "westeurope", Payg, "14.472", JUNE),
    ("Standard_F64s_v2", "southeastasia", Payg, "3.136", JUNE),
    ("Standard_NC12", "eastus", Payg, "1.8", LAST),
    ("Standard_E16a_v4", "northeurope", Low, "0.226", AUGUST),
    ("Standard_H8m", "westeurope", Low, "0.277", AUGUST),
    ("Standard_HC44rs", "northeurope", Low, "0.76", AUGUST),
    ("Standard_E8_v3", "westeurope", Low, "0.128", AUGUST),
    ("Standard_NV12s_v3", "northeurope", Spot, "0.223608", MAY),
    ("Standard_D48s_v3", "koreacentral", Spot, "0.54553", MAY),
    ("Standard_E64_v3", "northeurope", Spot, "0.750473", MAY),
    ("Standard_D32ds_v4", "southeastasia", Spot, "0.418262", MAY),
    ("Standard_E48a_v4", "northeurope", Savings, "2.287922", AUGUST),
    ("Standard_ND12s", "eastus", Savings, "3.4461", EXPORT),
    ("Standard_DS4_v2", "northeurope", Savings, "0.40052", AUGUST),
    ("Standard_E32_v3", "northeurope", Savings, "1.71456", AUGUST),
    ("Standard_HC44rs", "eastus", Reserved, "2.6928", EXPORT),
    ("Standard_M16-4ms", "eastus", Reserved, "1.7672", EXPORT),
    ("Standard_D12_v2", "eastus", Reserved, "0.1764", EXPORT),
    ("Standard_NC6s_v3", "eastus", Payg, "3.06", JUNE),
    ("Standard_NC6", "eastus", Spot, "0.09", "2022-Q4"),
    ("Standard_M64ls", "northeurope", Payg, "6.01065", JUNE),
];

/// A decimal number as millionths, digit by digit.
#[track_caller]
fn micros(decimal: &str) -> u64 {
    let (whole, fraction) = decimal.split_once('.').unwrap_or((decimal, ""));
    assert!(
        fraction.len() <= 6,
        "{decimal} is a whole number of micro-dollars"
    );
    let digits = format!("{whole}{fraction:0<6}");
    digits.parse().expect("digits")
}

#[test]
fn prices_are_those_of_their_sources() {
    let catalog = Catalog::builtin();
    for (size, region, tier, dollars, as_of) in KNOWN {
        let prices = catalog.price(size, region).expect(size);
        let price = prices.tier(tier).expect(size);
        assert_eq!(
            price.per_hour.0,
            micros(dollars),
            "{size} in {region}, {}",
            tier.name()
        );
        assert_eq!(&*price.as_of, as_of, "{size} in {region}, {}", tier.name());
    }
    let documented = catalog.series().iter();
    for series in documented.filter(|series| series.list == List::Document) {
        let of_series = |known: &Known| catalog.size(known.0).unwrap().series == series.name;
        assert!(KNOWN.iter().any(of_series), "{}", series.name);
    }
    let text = include_str!("data/azure_prices_2021_series.csv")
        .lines()
        .skip(1);
    for region in text.map(|line| cells(line)[1]) {
        assert!(KNOWN.iter().any(|known| known.1 == region), "{region}");
    }
}

/// A line of the price book as text: no source has a quote or a comma in it.
fn cells(line: &str) -> Vec<&str> {
    assert!(!line.contains('"'), "{line}");
    line.split(',').collect()
}

#[test]
fn every_cell_of_the_price_book_of_the_23_series_is_unchanged() {
    let catalog = Catalog::builtin();
    let text = include_str!("data/azure_prices_2021_series.csv");
    let header = cells(text.lines().next().unwrap());
    let position = |name: &str| header.iter().position(|column| *column == name).unwrap();
    let mut prices_read = 0;
    for line in text.lines().skip(1) {
        let cells = cells(line);
        let cell = |name: &str| cells[position(name)];
        let (size, region) = (cell("size"), cell("region"));
        let prices = catalog.price(size, region).expect(line);
        for tier in [Payg, Low, Spot, Savings, Reserved] {
            let stated = cell(&format!("{}_per_hour", tier.key()));
            let price = prices.tier(tier);
            let expected = (!stated.is_empty()).then(|| micros(stated));
            assert_eq!(price.map(|price| price.per_hour.0), expected, "{line}");
            let source = match tier {
                Payg => "source",
                Low => "low_priority_source",
                Spot => "spot_source",
                Savings => "savings_plan_source",
                _ => "reserved_source",
            };
            if let Some(Price {
                source: found,
                as_of,
                ..
            }) = price
            {
                prices_read += 1;
                // The sources of commitments end in their date.
                let stated = match tier {
                    Savings | Reserved => format!("{found} {as_of}"),
                    _ => found.to_string(),
                };
                assert_eq!(stated, cell(source), "{line}");
                assert!(as_of.len() >= 7, "every price has a date: {line}");
            }
        }
        let seen = prices.last_seen.map(|date| date.to_string());
        assert_eq!(seen.as_deref(), Some(cell("payg_last_seen")), "{line}");
        let seen = prices.first_seen.map(|date| date.to_string());
        assert_eq!(seen.as_deref(), Some(cell("payg_first_seen")), "{line}");
    }
    // 1,654 pay-as-you-go prices, 1,423 spot, 261 low priority, 389 savings plans, 111 reservations.
    assert_eq!(prices_read, 1654 + 1423 + 261 + 389 + 111);
}

#[test]
fn every_size_of_the_catalog_is_sold_somewhere() {
    let catalog = Catalog::builtin();
    for size in catalog.sizes() {
        // Its price is known from a source without an open license only.
        if size.name == "Standard_NCC40ads_H100_v5" {
            continue;
        }
        let mut prices = catalog.prices_of(&size.name);
        assert!(
            prices.any(|(_, prices)| prices.pay_as_you_go.is_some()),
            "{}",
            size.name
        );
    }
}

#[test]
fn services_have_their_prices() {
    let catalog = Catalog::builtin();
    let disk = |region| catalog.service_price("Managed disk", "P10 LRS", region);
    for (region, micro_usd) in [
        ("eastus", 19_710_000),
        ("northeurope", 19_710_000),
        ("westeurope", 21_680_000),
    ] {
        let disk = disk(region).expect(region);
        assert_eq!((disk.micro_usd, disk.hours()), (micro_usd, Some(730)));
    }
    assert_eq!(disk("koreacentral"), None, "no source, no price");
    let balancer = "load balancer of a compute instance";
    let balancer = catalog.service_price("Azure Machine Learning", balancer, "koreacentral");
    let balancer = balancer.expect("it holds in any region");
    assert_eq!((balancer.micro_usd, balancer.hours()), (330_000, Some(24)));
    let ip = catalog.service_price("Public IP", "standard, static, regional", "eastus");
    assert_eq!(
        ip.map(|ip| (ip.micro_usd, ip.hours())),
        Some((5_000, Some(1)))
    );
    let databricks = catalog.service_price("Databricks", "jobs compute, standard", "eastus");
    assert_eq!(databricks.map(ServicePrice::hours), Some(None));
}
