//! The tables of 2026 against cells of their source files, and what holds for the sizes that they bring.
//!
//! The samples were drawn at random from the source tables, among the cells whose source has an open license.

use autoscale_simulator::catalog::{
    Catalog, Check, Cloud, Filter, GpuCount, List, ManagedCompute, Needs, PriceTier, Rule, Scope,
    retirement_of_size,
};
use autoscale_simulator::units::UsdPerHour;
use csv::StringRecord;

use super::{is_well_said, rules, size};

fn rows(text: &str) -> Vec<StringRecord> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.records().map(|row| row.expect("a row")).collect()
}

fn cloud(key: &str) -> Cloud {
    let mut clouds = Cloud::ALL.into_iter();
    clouds
        .find(|cloud| cloud.key() == key)
        .expect("one of the clouds")
}

/// The tier of a column, and the hours for which its amount is paid.
fn tier(column: &str) -> (PriceTier, f64) {
    match column {
        "pay_as_you_go_per_hour" | "on_demand_per_hour" => (PriceTier::PayAsYouGo, 1.0),
        "low_priority_per_hour" => (PriceTier::LowPriority, 1.0),
        "spot_per_hour" => (PriceTier::Spot, 1.0),
        "savings_plan_1y_per_hour" => (PriceTier::SavingsPlan1y, 1.0),
        "reserved_1y_per_hour" => (PriceTier::Reserved1y, 1.0),
        "savings_3y_all_upfront_per_year" => (PriceTier::Reserved3y, 8_760.0),
        "month_with_sustained_use" => (PriceTier::SustainedUse, 730.0),
        "month_commit_1y" => (PriceTier::Reserved1y, 730.0),
        "month_commit_3y" => (PriceTier::Reserved3y, 730.0),
        other => panic!("{other}"),
    }
}

#[test]
fn two_hundred_prices_of_each_cloud_are_those_of_the_source_tables() {
    let mut seen = [0; 3];
    for row in rows(include_str!("data/price_sample.csv")) {
        let cloud = cloud(&row[0]);
        seen[cloud as usize] += 1;
        let prices = Catalog::of(cloud).price(&row[1], &row[2]).expect(&row[1]);
        let (tier, hours) = tier(&row[3]);
        let price = prices.tier(tier).expect(&row[1]);
        let stated: f64 = row[4].parse().unwrap();
        // Held in whole micro-dollars an hour.
        let error = (price.per_hour.dollars() - stated / hours).abs();
        assert!(
            error <= 0.500_001e-6,
            "{row:?}: {}",
            price.per_hour.dollars()
        );
        let check = price.check.map_or("", Check::words);
        assert_eq!(check, &row[5], "{row:?}");
        if !row[6].is_empty() {
            assert_eq!(&*price.as_of, &row[6], "{row:?}");
        }
        assert!(
            !price.source.is_empty() && price.as_of.len() >= 7,
            "{row:?}"
        );
    }
    assert_eq!(seen, [200; 3]);
}

#[test]
fn each_tier_says_what_is_doubtful_of_its_price() {
    let said = |cloud: Cloud, size: &str, region: &str, tier: PriceTier| {
        let prices = Catalog::of(cloud).price(size, region).expect(size);
        prices.tier(tier).expect(size).said()
    };
    for (cloud, size, region, tier, alone) in [
        (
            Cloud::Azure,
            "Standard_NC6s_v3",
            "eastus",
            PriceTier::Spot,
            true,
        ),
        (
            Cloud::Azure,
            "Standard_NC6s_v3",
            "westeurope",
            PriceTier::LowPriority,
            true,
        ),
        (
            Cloud::Azure,
            "Standard_D4s_v3",
            "eastus",
            PriceTier::SavingsPlan1y,
            true,
        ),
        (
            Cloud::Azure,
            "Standard_D4s_v3",
            "eastus",
            PriceTier::Reserved1y,
            true,
        ),
        (
            Cloud::Google,
            "a2-highgpu-1g",
            "us-central1",
            PriceTier::Reserved3y,
            true,
        ),
        // A second source has most of these, and which ones is not recorded.
        (
            Cloud::Google,
            "a2-highgpu-1g",
            "us-central1",
            PriceTier::Spot,
            false,
        ),
        (
            Cloud::Azure,
            "Standard_D4s_v3",
            "westeurope",
            PriceTier::Spot,
            false,
        ),
    ] {
        let said = said(cloud, size, region, tier);
        assert_eq!(
            said.ends_with("; one source"),
            alone,
            "{size}, {tier:?}: {said}"
        );
    }
}

#[test]
fn two_hundred_facts_of_each_cloud_are_those_of_the_source_tables() {
    let mut seen = [0; 3];
    for row in rows(include_str!("data/size_sample.csv")) {
        let cloud = cloud(&row[0]);
        seen[cloud as usize] += 1;
        let size = Catalog::of(cloud).size(&row[1]).expect(&row[1]);
        let gpu = size.gpu.as_ref();
        let number = |text: &str| text.parse::<f64>().unwrap_or(0.0);
        let stated = &row[3];
        match &row[2] {
            "series" => assert_eq!(size.series, stated),
            "vcpus" => assert_eq!(size.vcpus.to_string(), stated),
            "memory_gib" => assert_eq!(size.memory_gib.to_string(), number(stated).to_string()),
            "gpus" => assert_eq!(
                size.gpus(),
                GpuCount::from_number(number(stated)).unwrap(),
                "{row:?}"
            ),
            "gpu_model" => assert_eq!(gpu.map_or("", |gpu| &gpu.model), stated, "{row:?}"),
            "gpu_memory_gib" => assert_eq!(
                gpu.and_then(|gpu| gpu.memory_gib)
                    .unwrap_or(0.0)
                    .to_string(),
                number(stated).to_string(),
                "{row:?}"
            ),
            "rdma" => assert_eq!(size.rdma, stated == "true", "{row:?}"),
            "isolated" => assert_eq!(size.isolated, stated == "true", "{row:?}"),
            "retires_on" => {
                let retirement = retirement_of_size(size, Scope::VirtualMachine);
                let found = retirement.map(|found| found.retires_on.to_string());
                assert_eq!(found.unwrap_or_default(), stated, "{row:?}");
            }
            other => panic!("{other}"),
        }
    }
    assert_eq!(seen, [200; 3]);
}

#[test]
fn prices_without_an_open_source_stay_out() {
    // The only source of these states no license; the older book, which has it, keeps them.
    let spot = |name: &str| {
        Catalog::builtin()
            .price(name, "eastus")
            .unwrap()
            .spot
            .is_some()
    };
    assert!(!spot("Standard_D4s_v5"));
    assert!(spot("Standard_NC4as_T4_v3"));
    let aws = Catalog::of(Cloud::Aws);
    let prices = aws.price("p4d.24xlarge", "us-east-1").unwrap();
    assert!(prices.pay_as_you_go.is_some() && prices.spot.is_none());
    assert_eq!(
        aws.regions(),
        ["cn-north-1", "us-east-1", "us-gov-east-1", "us-gov-west-1"]
    );
    let china = aws
        .prices_of("m5.large")
        .find(|(region, _)| *region == "cn-north-1");
    assert_eq!(
        &*china.unwrap().1.pay_as_you_go.as_ref().unwrap().currency,
        "CNY"
    );
}

#[test]
fn known_sizes_are_told_apart_from_mistyped_ones_and_from_supported_ones() {
    let catalog = Catalog::builtin();
    // No open source states what it is.
    let finding = catalog.find_size("Standard_D4s_v7").unwrap_err();
    assert!(finding.message.contains("is a size of Azure"), "{finding}");
    is_well_said(&finding);
    let finding = catalog.find_size("Standard_D4s_v55").unwrap_err();
    assert!(finding.message.contains("there is no size"), "{finding}");
    // In no list of Azure Machine Learning.
    let cluster = ManagedCompute::Cluster;
    let unsupported = catalog
        .check_compute(size("Standard_D4s_v5"), cluster, false)
        .unwrap();
    assert_eq!(unsupported.rule, Rule::Unsupported);
    assert!(
        unsupported
            .message
            .contains("no list of Azure Machine Learning names"),
        "{unsupported}"
    );
    is_well_said(&unsupported);
    assert_eq!(
        catalog.check_compute(size("Standard_D4s_v5"), cluster, true),
        None
    );
    // In the list for endpoints only.
    let a100 = size("Standard_NC24ads_A100_v4");
    let doubt = catalog.check_compute(a100, cluster, false).unwrap();
    assert_eq!(doubt.rule, Rule::NotNamed);
    is_well_said(&doubt);
    assert_eq!(
        catalog.check_compute(a100, ManagedCompute::Endpoint, false),
        None
    );
    // In the later list of series.
    let h100 = size("Standard_ND96isr_H100_v5");
    assert_eq!(catalog.series_of(h100).list, List::Newer);
    assert_eq!(catalog.check_compute(h100, cluster, false), None);
    let fx = size("Standard_FX4mds");
    assert_eq!(catalog.check_compute(fx, cluster, false), None);
    assert!(
        catalog
            .check_compute(fx, ManagedCompute::Instance, false)
            .is_some()
    );
}

#[test]
fn newer_series_are_six() {
    let series = Catalog::builtin().series().iter();
    let newer = series.filter(|series| series.list == List::Newer);
    let names: Vec<&str> = newer.map(|series| series.name.as_str()).collect();
    let mut sorted = names.clone();
    sorted.sort_unstable();
    assert_eq!(
        sorted,
        [
            "Esv3",
            "FXmds",
            "HBrsv3",
            "Lsv2",
            "NDisr_H100_v5",
            "NDisr_H200_v5"
        ]
    );
}

#[test]
fn gpus_may_be_fractions_and_may_run_no_cuda() {
    let catalog = Catalog::builtin();
    let third = size("Standard_NV12ads_A10_v5");
    assert_eq!(third.gpus().to_string(), "1/3");
    let needs = |gpus: GpuCount, cuda: Option<&str>| Needs {
        gpus,
        cuda: cuda.map(|cuda| autoscale_simulator::catalog::CudaVersion::parse(cuda).unwrap()),
        ..Needs::default()
    };
    let one = GpuCount::whole(1);
    let findings = catalog.check_needs(third, &needs(one, None));
    assert_eq!(rules(&findings), [Rule::Gpus]);
    assert!(
        findings[0]
            .message
            .contains("`Standard_NV12ads_A10_v5` has 1/3"),
        "{}",
        findings[0]
    );
    is_well_said(&findings[0]);
    let quarter = GpuCount::from_number(0.25).unwrap();
    assert_eq!(
        catalog.check_needs(third, &needs(quarter, Some("11.0"))),
        []
    );
    let amd = size("Standard_ND96isr_MI300X_v5");
    let findings = catalog.check_needs(amd, &needs(one, Some("12.4")));
    assert_eq!(rules(&findings), [Rule::Cuda]);
    assert!(
        findings[0].message.contains("do not run CUDA"),
        "{}",
        findings[0]
    );
    is_well_said(&findings[0]);
    assert_eq!(catalog.check_needs(amd, &needs(one, None)), []);
    // Hopper needs CUDA 11.8.
    let h100 = size("Standard_ND96isr_H100_v5");
    assert_eq!(
        rules(&catalog.check_needs(h100, &needs(one, Some("11.7")))),
        [Rule::Cuda]
    );
    assert_eq!(catalog.check_needs(h100, &needs(one, Some("11.8"))), []);
}

#[test]
fn what_tables_of_other_clouds_do_not_say_is_not_said() {
    let aws = Catalog::of(Cloud::Aws);
    let p4d = aws.size("p4d.24xlarge").unwrap();
    let needs = Needs {
        rdma: true,
        isolated: true,
        ..Needs::default()
    };
    assert_eq!(aws.check_needs(p4d, &needs), []);
    let low = aws.find_price(p4d, "us-east-1", PriceTier::LowPriority);
    let finding = low.unwrap_err();
    assert!(
        finding.help.contains("there is no low priority on AWS"),
        "{finding}"
    );
    is_well_said(&finding);
    let finding = Catalog::builtin().find_size("p4d.24xlarge").unwrap_err();
    assert_eq!(finding.help, "it is a size of AWS: set `cloud = \"aws\"`");
}

#[test]
fn amounts_in_yuan_are_not_taken_for_dollars() {
    let aws = Catalog::of(Cloud::Aws);
    let in_china = Filter {
        region: Some("cn-north-1".to_owned()),
        max_price: UsdPerHour::from_dollars(1000.0),
        ..Filter::default()
    };
    assert!(aws.select(&in_china).is_empty());
    let everywhere = aws.select(&Filter::default());
    let m5 = everywhere
        .iter()
        .find(|chosen| chosen.size.name == "m5.large");
    let (region, price) = m5.unwrap().lowest(PriceTier::PayAsYouGo).unwrap();
    assert_eq!((region, &*price.currency), ("us-east-1", "USD"));
}
