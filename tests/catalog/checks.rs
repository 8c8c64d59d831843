//! Names that are none, sizes that lack what the work needs, regions without a price, sizes that are gone: what each check
//! says, and that it is silent where all is well.

use autoscale_simulator::catalog::{
    Catalog, Cloud, CudaVersion, GpuCount, LOW_PRIORITY_FACTOR, List, Needs, PriceTier, Rule,
    Severity,
};

use jiff::civil::date;

use super::{is_well_said, rules, size};

#[test]
fn a_size_is_found_in_any_case_and_keeps_its_own() {
    let catalog = Catalog::builtin();
    for name in ["Standard_NC6s_v3", "STANDARD_NC6S_V3", " standard_nc6s_v3 "] {
        assert_eq!(catalog.find_size(name).unwrap().name, "Standard_NC6s_v3");
    }
}

#[test]
fn an_unknown_size_is_answered_with_the_nearest() {
    let catalog = Catalog::builtin();
    for (name, meant) in [
        ("NC6s_v3", "did you mean `Standard_NC6s_v3`?"),
        ("nc6S_V3", "did you mean `Standard_NC6s_v3`?"),
        ("Standard_NC6sv3", "did you mean `Standard_NC6s_v3`, "),
        ("t4", "did you mean `Standard_NC4as_T4_v3`, "),
        ("Standart_DS3_v2", "did you mean `Standard_DS3_v2`, "),
        ("ND40rs_v", "did you mean `Standard_ND40rs_v2`"),
        ("p3.2xlarge", "`simulate catalog` lists all"),
    ] {
        assert!(
            catalog.size(name).is_none(),
            "{name} is not completed silently"
        );
        let finding = catalog.find_size(name).unwrap_err();
        assert_eq!(finding.rule, Rule::UnknownSize);
        assert!(finding.message.contains(name), "{finding}");
        assert!(finding.help.contains(meant), "{finding}");
        is_well_said(&finding);
    }
    // Priced, but without facts that an open source states.
    let priced = catalog.find_size("Standard_D4s_v7").unwrap_err();
    assert!(priced.message.contains("is a size of Azure"), "{priced}");
    is_well_said(&priced);
}

#[test]
fn a_region_is_found_in_any_case_and_else_answered_with_the_nearest() {
    let catalog = Catalog::builtin();
    assert_eq!(catalog.find_region("KoreaCentral"), Ok("koreacentral"));
    for (name, meant) in [
        ("Korea Central", "did you mean `koreacentral`"),
        ("east-us", "did you mean `eastus`"),
        ("westeurop", "did you mean `westeurope`"),
        ("mars", "there is `australiacentral`, `australiacentral2`, "),
    ] {
        let finding = catalog.find_region(name).unwrap_err();
        assert_eq!(finding.rule, Rule::UnknownRegion);
        assert!(finding.help.contains(meant), "{finding}");
        is_well_said(&finding);
    }
}

#[test]
fn a_price_that_is_left_out_is_not_said_to_be_a_size_that_is_not_sold() {
    let size = size("Standard_B16als_v2");
    let finding = Catalog::builtin().find_prices(size, "eastus").unwrap_err();
    assert!(!finding.to_string().contains("sold"), "{finding}");
    let frankfurt = Catalog::of(Cloud::Aws).find_region("eu-central-1");
    let finding = frankfurt.unwrap_err();
    for part in [
        "the price book has no region `eu-central-1`",
        "only some regions are built in",
        "`price_book`",
        "`price_per_hour`",
    ] {
        assert!(finding.to_string().contains(part), "{finding}");
    }
    is_well_said(&finding);
}

#[test]
fn a_size_that_a_region_lacks_is_refused_with_the_regions_that_have_it() {
    let catalog = Catalog::builtin();
    let ndv2 = size("Standard_ND40rs_v2");
    let finding = catalog.find_prices(ndv2, "koreacentral").unwrap_err();
    assert_eq!(finding.rule, Rule::NoRegionalPrice);
    assert_eq!(finding.rule.severity(), Severity::Error);
    assert_eq!(
        finding.message,
        "the built-in price book has no price of `Standard_ND40rs_v2` in `koreacentral`"
    );
    let regions = "`eastus`, `southcentralus`, `southeastasia`, `westeurope` and `westus2`";
    assert!(finding.help.contains(regions), "{finding}");
    let left_out = "prices without an openly licensed source are left out";
    assert!(finding.help.starts_with(left_out), "{finding}");
    is_well_said(&finding);
    for tier in PriceTier::ALL {
        let refused = catalog.find_price(ndv2, "koreacentral", tier);
        assert_eq!(refused.unwrap_err(), finding, "no tier has a price there");
    }
    assert!(catalog.find_prices(ndv2, "westus2").is_ok());
    // None of these cards, nor H, HB and HBv2, has a price in koreacentral.
    for size in catalog.sizes() {
        let series = ["NC", "NCv2", "ND", "NDv2", "NV", "NVv3", "H", "HB", "HBv2"];
        if series.contains(&size.series.as_str()) {
            let refused = catalog.find_prices(size, "koreacentral");
            assert!(refused.is_err(), "{}", size.name);
        }
    }
}

#[test]
fn a_tier_without_a_price_is_refused_and_low_priority_names_its_factor() {
    let catalog = Catalog::builtin();
    let v100 = size("Standard_NC6s_v3");
    assert!(
        catalog
            .find_price(v100, "westeurope", PriceTier::LowPriority)
            .is_ok()
    );
    let finding = catalog
        .find_price(v100, "eastus", PriceTier::LowPriority)
        .unwrap_err();
    assert_eq!(finding.rule, Rule::NoPrice);
    let message = "no source states the price of `Standard_NC6s_v3` in `eastus` for low priority";
    assert_eq!(finding.message, message);
    let factor = "a factor of the pay-as-you-go price: 0.2 in 99 of 100 cases where both are known, in `belgiumcentral`, ";
    assert!(finding.help.contains(factor), "{finding}");
    is_well_said(&finding);
    let reserved = catalog
        .find_price(v100, "koreacentral", PriceTier::Reserved1y)
        .unwrap_err();
    assert_eq!(reserved.rule, Rule::NoPrice);
    assert!(
        reserved.help.ends_with("there is one in `eastus`"),
        "{reserved}"
    );
    is_well_said(&reserved);
}

#[test]
fn the_low_priority_factor_holds_in_99_of_100_cases_where_both_prices_are_known() {
    let catalog = Catalog::builtin();
    let (mut pairs, mut holds) = (0, 0);
    for size in catalog.sizes() {
        for (region, prices) in catalog.prices_of(&size.name) {
            if let (Some(full), Some(low)) = (&prices.pay_as_you_go, &prices.low_priority) {
                let factor = low.per_hour.dollars() / full.per_hour.dollars();
                // Both are rounded: the small ones to a tenth of a cent.
                let rounding = 0.0005 / full.per_hour.dollars() + 0.0035;
                let within = (factor - LOW_PRIORITY_FACTOR).abs() <= rounding;
                let of_the_document = catalog.series_of(size).list == List::Document;
                let in_two = ["westeurope", "northeurope"].contains(&region);
                assert!(
                    within || !(of_the_document && in_two),
                    "{} in {region}: {factor}",
                    size.name
                );
                pairs += 1;
                holds += u32::from(within);
            }
        }
    }
    assert!(pairs > 2000, "{pairs}");
    assert!(holds * 100 >= pairs * 98, "{holds} of {pairs}");
}

#[test]
fn a_size_without_gpus_is_refused_once_for_all_that_needs_one() {
    let catalog = Catalog::builtin();
    let cpu = size("Standard_DS3_v2");
    let volta = catalog.find_architecture("VOLTA").unwrap();
    let all = Needs {
        gpus: GpuCount::whole(1),
        architecture: Some(volta.clone()),
        cuda: Some(CudaVersion::parse("10.2").unwrap()),
        ..Needs::default()
    };
    let cuda = Needs {
        gpus: GpuCount::whole(0),
        architecture: None,
        ..all.clone()
    };
    let architecture = Needs {
        gpus: GpuCount::whole(0),
        cuda: None,
        ..all.clone()
    };
    for (needs, rule) in [
        (&all, Rule::Gpus),
        (&cuda, Rule::Cuda),
        (&architecture, Rule::Architecture),
    ] {
        let findings = catalog.check_needs(cpu, needs);
        assert_eq!(rules(&findings), [rule]);
        assert!(findings[0].help.contains("`NCv3`"), "{}", findings[0]);
        // There are more than can be read: some, and the command that shows all.
        let all = " more have GPUs: `simulate catalog --min-gpus 0.1` lists them";
        assert!(findings[0].help.ends_with(all), "{}", findings[0]);
        is_well_said(&findings[0]);
        assert_eq!(catalog.check_needs(size("Standard_NC6s_v3"), needs), []);
    }
    assert_eq!(catalog.check_needs(cpu, &Needs::default()), []);
}

#[test]
fn the_gpus_must_be_enough_and_of_the_architecture() {
    let catalog = Catalog::builtin();
    let needs = Needs {
        gpus: GpuCount::whole(4),
        architecture: catalog.architecture("Turing").cloned(),
        ..Needs::default()
    };
    assert_eq!(
        catalog.check_needs(size("Standard_NC64as_T4_v3"), &needs),
        []
    );
    let few = catalog.check_needs(size("Standard_NC4as_T4_v3"), &needs);
    assert_eq!(rules(&few), [Rule::Gpus]);
    assert!(
        few[0].message.contains("needs 4 GPUs on each node"),
        "{}",
        few[0]
    );
    let other = catalog.check_needs(size("Standard_NC24s_v3"), &needs);
    assert_eq!(rules(&other), [Rule::Architecture]);
    assert!(
        other[0].help.contains("`Standard_NC64as_T4_v3`"),
        "{}",
        other[0]
    );
    let both = catalog.check_needs(size("Standard_NC6s_v3"), &needs);
    assert_eq!(rules(&both), [Rule::Gpus, Rule::Architecture]);
    for finding in few.iter().chain(&other).chain(&both) {
        is_well_said(finding);
    }
    let unknown = catalog.find_architecture("Volt").unwrap_err();
    assert!(unknown.help.contains("`Volta`"), "{unknown}");
    is_well_said(&unknown);
}

#[test]
fn cuda_of_a_workload_is_compared_as_a_version() {
    let catalog = Catalog::builtin();
    let findings = |name: &str, cuda: &str| {
        let needs = Needs {
            cuda: Some(CudaVersion::parse(cuda).unwrap()),
            ..Needs::default()
        };
        rules(&catalog.check_needs(size(name), &needs))
    };
    // 10.2 runs on all but Ampere; 9.10 is later than 9.2; 11 is 11.0.
    assert_eq!(findings("Standard_ND96asr_v4", "10.2"), [Rule::Cuda]);
    assert_eq!(findings("Standard_NC4as_T4_v3", "10.2"), []);
    assert_eq!(findings("Standard_NC6", "9.10"), []);
    assert_eq!(findings("Standard_NC4as_T4_v3", "9.10"), [Rule::Cuda]);
    assert_eq!(findings("Standard_ND96asr_v4", "11"), []);
    for text in ["", "10.", ".2", "10.2.89", "ten", "-1.0", "10,2"] {
        assert!(CudaVersion::parse(text).is_err(), "{text}");
    }
}

#[test]
fn runs_of_several_nodes_with_rdma_need_a_size_that_has_it() {
    let catalog = Catalog::builtin();
    let needs = Needs {
        rdma: true,
        ..Needs::default()
    };
    let with_rdma = [
        "Standard_H16r",
        "Standard_H16mr",
        "Standard_HB60rs",
        "Standard_HB120rs_v2",
        "Standard_HC44rs",
        "Standard_NC24r",
        "Standard_NC24r_Promo",
        "Standard_NC24rs_v2",
        "Standard_NC24rs_v3",
        "Standard_ND24rs",
        "Standard_ND40rs_v2",
        "Standard_ND96asr_v4",
    ];
    for size in catalog.sizes().take(132) {
        let findings = catalog.check_needs(size, &needs);
        if with_rdma.contains(&size.name.as_str()) {
            assert_eq!(findings, [], "{}", size.name);
        } else {
            assert_eq!(rules(&findings), [Rule::Rdma], "{}", size.name);
            is_well_said(&findings[0]);
        }
    }
    let v100 = catalog.check_needs(size("Standard_NC24s_v3"), &needs);
    let help = "sizes of its series with RDMA: `Standard_NC24rs_v3`";
    assert_eq!(v100[0].help, help, "the nearest way out first");
}

#[test]
fn helps_name_what_can_be_bought_on_the_day() {
    let catalog = Catalog::builtin();
    let needs = Needs {
        gpus: GpuCount::whole(2),
        cuda: Some(CudaVersion::parse("11.0").unwrap()),
        bought: Some(date(2026, 8, 22)),
        ..Needs::default()
    };
    let few = catalog.check_needs(size("Standard_NC4as_T4_v3"), &needs);
    assert_eq!(rules(&few), [Rule::Gpus]);
    assert!(!few[0].help.contains("`Standard_NC12`"), "{}", few[0]);
    let then = Needs {
        bought: Some(date(2021, 1, 1)),
        ..needs.clone()
    };
    let few = catalog.check_needs(size("Standard_NC4as_T4_v3"), &then);
    assert!(few[0].help.contains("`Standard_NC12`"), "{}", few[0]);
    // Neither of a processor.
    let cpu = catalog.check_needs(size("Standard_D2_v3"), &needs);
    assert!(!cpu[0].help.contains("`NCv2`"), "{}", cpu[0]);
    // GPUs of AMD: other CUDA does not help.
    let one = Needs {
        gpus: GpuCount::default(),
        ..needs
    };
    let amd = catalog.check_needs(size("Standard_NV32as_v4"), &one);
    assert_eq!(rules(&amd), [Rule::Cuda]);
    is_well_said(&amd[0]);
    let help = &amd[0].help;
    assert!(
        help.contains("AMD GPUs") && help.contains("an NVIDIA GPU"),
        "{help}"
    );
    assert!(
        help.contains("`Ampere`") && !help.contains("`Kepler`"),
        "{help}"
    );
    assert!(!help.contains("later CUDA"), "{help}");
}

#[test]
fn fractions_of_a_gpu_may_be_rounded() {
    for (number, said) in [
        (0.33, "1/3"),
        (0.333_333_3, "1/3"),
        (0.166, "1/6"),
        (0.125, "1/8"),
        (0.5, "1/2"),
        (2.0, "2"),
    ] {
        assert_eq!(GpuCount::from_number(number).unwrap().to_string(), said);
    }
    for number in [0.4, 0.3, 1.01, -0.5] {
        let refused = GpuCount::from_number(number).unwrap_err();
        assert!(refused.contains("`0.1667`"), "{refused}");
    }
}

#[test]
fn isolation_that_ended_is_told() {
    let catalog = Catalog::builtin();
    let needs = Needs {
        isolated: true,
        ..Needs::default()
    };
    for (name, until) in [
        ("Standard_D15_v2", "2021-05-15"),
        ("Standard_DS15_v2", "2021-05-15"),
        ("Standard_E64i_v3", "2022-02-15"),
    ] {
        let findings = catalog.check_needs(size(name), &needs);
        assert_eq!(rules(&findings), [Rule::Isolation]);
        let told = format!("isolated in Azure until {until}");
        assert!(findings[0].message.contains(&told), "{}", findings[0]);
    }
}
