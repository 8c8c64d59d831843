//! The three tables of "What are compute targets in Azure Machine Learning" (2020-09-29, Korean edition 2021-06-11),
//! written out here by hand: every row is in the catalog and is enforced.

use autoscale_simulator::catalog::{
    Catalog, CudaVersion, List, ManagedCompute, Needs, PriceTier, Rule, Severity, VmSize,
};

use super::{is_well_said, rules, size};

const GENERAL: &str = "General purpose";
const MEMORY: &str = "Memory optimized";
const COMPUTE: &str = "Compute optimized";
const HPC: &str = "High performance compute";
const GPU: &str = "GPU";

/// Series, category, whether it is restricted; all are supported by clusters and instances.
const SERIES: [(&str, &str, bool); 23] = [
    ("DDSv4", GENERAL, false),
    ("Dv2", GENERAL, false),
    ("Dv3", GENERAL, false),
    ("DSv2", GENERAL, false),
    ("DSv3", GENERAL, false),
    ("EAv4", MEMORY, false),
    ("Ev3", MEMORY, false),
    ("FSv2", COMPUTE, false),
    ("H", HPC, false),
    ("HB", HPC, true),
    ("HBv2", HPC, true),
    ("HC", HPC, true),
    ("M", MEMORY, true),
    ("NC", GPU, false),
    ("NC Promo", GPU, false),
    ("NCv2", GPU, true),
    ("NCv3", GPU, true),
    ("ND", GPU, true),
    ("NDv2", GPU, true),
    ("NV", GPU, false),
    ("NVv3", GPU, true),
    ("NCT4_v3", GPU, true),
    ("NDA100_v4", GPU, true),
];

/// Architecture, series, lowest CUDA version, and the version just below it.
const CUDA: [(&str, &str, &str, &str); 10] = [
    ("Ampere", "NDA100_v4", "11.0", "10.9"),
    ("Turing", "NCT4_v3", "10.0", "9.9"),
    ("Volta", "NCv3", "9.0", "8.9"),
    ("Volta", "NDv2", "9.0", "8.9"),
    ("Pascal", "NCv2", "9.0", "8.9"),
    ("Pascal", "ND", "9.0", "8.9"),
    ("Maxwell", "NV", "9.0", "8.9"),
    ("Maxwell", "NVv3", "9.0", "8.9"),
    ("Kepler", "NC", "9.0", "8.9"),
    ("Kepler", "NC Promo", "9.0", "8.9"),
];

/// Isolated sizes, and whether they have RDMA.
const ISOLATED: [(&str, bool); 4] = [
    ("Standard_M128ms", false),
    ("Standard_F72s_v2", false),
    ("Standard_NC24s_v3", false),
    ("Standard_NC24rs_v3", true),
];

/// The sizes of the 23 series as they were in 2020-21.
fn documented() -> impl Iterator<Item = &'static VmSize> {
    let catalog = Catalog::builtin();
    let sizes = catalog.sizes().take(132);
    sizes.inspect(|size| assert_eq!(catalog.series_of(size).list, List::Document))
}

#[test]
fn the_catalog_has_the_series_with_category_and_restriction() {
    let catalog = Catalog::builtin();
    let found: Vec<(&str, &str, bool)> = catalog
        .series()
        .iter()
        .filter(|series| series.list == List::Document)
        .map(|series| {
            let (name, category) = (series.name.as_str(), series.category.as_str());
            (name, category, series.approval_required)
        })
        .collect();
    assert_eq!(found, SERIES);
    for (name, ..) in SERIES {
        let series = catalog.series_named(name).unwrap();
        let both = [ManagedCompute::Cluster, ManagedCompute::Instance];
        assert_eq!(series.supported_by, both, "{}", series.name);
    }
    for size in documented() {
        let series = catalog.series_of(size);
        assert_eq!(size.category, series.category, "{}", size.name);
        assert_eq!(
            size.approval_required, series.approval_required,
            "{}",
            size.name
        );
        assert_eq!(size.gpu.is_some(), series.category == GPU, "{}", size.name);
    }
}

#[test]
fn restricted_series_are_refused_until_they_are_approved() {
    let catalog = Catalog::builtin();
    for (series, _, restricted) in SERIES {
        let sizes = catalog.sizes().filter(|size| size.series == series);
        let mut checked = 0;
        for size in sizes {
            checked += 1;
            for (approved, quota) in [(false, None), (false, Some(0))] {
                let finding = catalog.check_approval(size, approved, quota);
                assert_eq!(finding.is_some(), restricted, "{}", size.name);
                if let Some(finding) = finding {
                    assert_eq!(finding.rule, Rule::Approval);
                    assert_eq!(finding.rule.severity(), Severity::Error);
                    assert!(finding.message.contains(series), "{finding}");
                    assert!(finding.help.contains(&size.family), "{finding}");
                    is_well_said(&finding);
                }
            }
            assert_eq!(catalog.check_approval(size, true, None), None);
            assert_eq!(catalog.check_approval(size, true, Some(0)), None);
            assert_eq!(catalog.check_approval(size, false, Some(24)), None);
        }
        assert!(checked > 0, "{series} has sizes");
    }
}

#[test]
fn the_table_of_cuda_versions_is_enforced_row_by_row() {
    let catalog = Catalog::builtin();
    let found: Vec<(&str, &str, String)> = catalog
        .cuda_table()
        .iter()
        .map(|row| {
            let architecture = &row.architecture;
            (
                architecture.name(),
                row.series.as_str(),
                architecture.min_cuda().expect("CUDA").to_string(),
            )
        })
        .collect();
    let expected = CUDA.map(|(name, series, min, _)| (name, series, min.to_owned()));
    assert_eq!(found, expected);
    for (architecture, series, least, below) in CUDA {
        let mut checked = 0;
        for size in catalog.sizes().filter(|size| size.series == series) {
            checked += 1;
            let gpu = size.gpu.as_ref().expect("a GPU size");
            assert_eq!(gpu.architecture.name(), architecture, "{}", size.name);
            let needs = |cuda: &str| Needs {
                cuda: Some(CudaVersion::parse(cuda).unwrap()),
                ..Needs::default()
            };
            assert_eq!(
                catalog.check_needs(size, &needs(least)),
                [],
                "{}",
                size.name
            );
            assert_eq!(
                catalog.check_needs(size, &needs("12.4")),
                [],
                "{}",
                size.name
            );
            let findings = catalog.check_needs(size, &needs(below));
            assert_eq!(rules(&findings), [Rule::Cuda], "{}", size.name);
            assert!(
                findings[0].message.contains(architecture),
                "{}",
                findings[0]
            );
            assert!(findings[0].message.contains(least), "{}", findings[0]);
            is_well_said(&findings[0]);
        }
        assert!(checked > 0, "{series} has sizes");
    }
    let tabled: Vec<&str> = CUDA.iter().map(|row| row.1).collect();
    for size in documented().filter(|size| size.gpu.is_some()) {
        assert!(tabled.contains(&size.series.as_str()), "{}", size.name);
    }
}

#[test]
fn exactly_the_isolated_sizes_are_isolated() {
    let catalog = Catalog::builtin();
    let needs = Needs {
        isolated: true,
        ..Needs::default()
    };
    for (name, rdma) in ISOLATED {
        assert!(size(name).isolated, "{name}");
        assert_eq!(size(name).rdma, rdma, "{name}");
        assert_eq!(catalog.check_needs(size(name), &needs), [], "{name}");
    }
    for size in documented() {
        if ISOLATED.iter().any(|(name, _)| *name == size.name) {
            continue;
        }
        let findings = catalog.check_needs(size, &needs);
        assert_eq!(rules(&findings), [Rule::Isolation], "{}", size.name);
        assert!(findings[0].help.contains(ISOLATED[1].0), "{}", findings[0]);
        is_well_said(&findings[0]);
    }
    let table = include_str!("../../src/catalog/data/isolated_sizes.csv");
    let rows: Vec<&str> = table.lines().skip(1).collect();
    assert_eq!(rows.len(), ISOLATED.len());
    for (name, rdma) in ISOLATED {
        let row = format!("{name},{},{rdma}", size(name).series);
        assert!(rows.contains(&row.as_str()), "{row}");
    }
}

#[test]
fn clusters_and_instances_may_be_of_every_series_and_only_clusters_low_priority() {
    let catalog = Catalog::builtin();
    for size in documented() {
        let name = &size.name;
        assert_eq!(
            catalog.check_compute(size, ManagedCompute::Cluster, false),
            None,
            "{name}"
        );
        // The service's own list of sizes of 2020-08 marks one as not for instances.
        let refused = catalog.check_compute(size, ManagedCompute::Instance, false);
        assert_eq!(refused.is_some(), name == "Standard_D1_v2", "{name}");
        for tier in PriceTier::ALL {
            let evicted = matches!(tier, PriceTier::LowPriority | PriceTier::Spot);
            let on_cluster = catalog.check_tier(size, ManagedCompute::Cluster, tier);
            assert_eq!(
                on_cluster.is_some(),
                evicted && size.series == "NC Promo",
                "{name}"
            );
            let on_instance = catalog.check_tier(size, ManagedCompute::Instance, tier);
            assert_eq!(on_instance.is_some(), evicted, "{name}");
            for finding in on_cluster.iter().chain(&on_instance) {
                assert_eq!(finding.rule, Rule::LowPriority);
                assert!(finding.message.contains(tier.name()), "{finding}");
                is_well_said(finding);
            }
        }
    }
}
