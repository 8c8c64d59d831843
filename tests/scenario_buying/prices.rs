//! Prices by size, region and tier, each with its source; own price books and catalogs; billing rules; fixed charges.

use autoscale_simulator::model::settings::LeaseBilling;
use autoscale_simulator::pricing::{FixedCharge, Meter, TargetPrices, Tier};
use autoscale_simulator::units::{SimDuration, UsdPerHour};

use crate::{BASE, and, loaded, loaded_with, only, problems, with};

/// The prices of the cluster where the base's cluster says this.
fn bought(says: &str) -> TargetPrices {
    only(&with(&[(5, &format!("approved = true\n{says}"))])).prices[0].clone()
}

fn usd(micro: u64) -> UsdPerHour {
    UsdPerHour(micro)
}

#[test]
fn a_size_and_a_region_have_the_price_of_the_book() {
    // azure_prices.csv: NC6s_v3 in eastus 3.06 pay as you go.
    let prices = bought("");
    assert_eq!(prices.per_hour, usd(3_060_000));
    assert_eq!(
        (prices.meter, prices.tier),
        (Meter::PayAsYouGo, Tier::Dedicated)
    );
    assert_eq!(prices.size.as_deref(), Some("Standard_NC6s_v3"));
    assert_eq!(prices.region.as_deref(), Some("eastus"));
    let source = prices.source.expect("a source");
    assert!(
        source.starts_with("Azure/karpenter-provider-azure") && source.contains(", as of 20"),
        "{source}"
    );
    // In whatever case it is written, and of the target's own region: westeurope 3.823 and 0.765 for low priority.
    let text = with(&[(4, "vm_size = \"standard_nc6s_V3\"\nregion = \"WestEurope\"")]);
    let prices = only(&text).prices[0].clone();
    assert_eq!(prices.per_hour, usd(3_823_000));
    assert_eq!(prices.size.as_deref(), Some("Standard_NC6s_v3"));
    assert_eq!(prices.region.as_deref(), Some("westeurope"));
}

#[test]
fn each_tier_has_its_own_meter() {
    let spot = bought("tier = \"spot\"");
    assert_eq!((spot.meter, spot.tier), (Meter::Spot, Tier::Spot));
    assert!(spot.per_hour < usd(3_060_000), "{spot:?}");
    let low = bought("region = \"westeurope\"\ntier = \"low_priority\"");
    assert_eq!(low.per_hour, usd(765_000));
    assert_eq!(
        (low.meter, low.tier),
        (Meter::LowPriority, Tier::LowPriority)
    );
    // 0.2 times 3.06.
    let factor = bought("tier = \"low_priority\"\nprice_factor = 0.2");
    assert_eq!(factor.per_hour, usd(612_000));
    assert_eq!(factor.meter, Meter::LowPriority);
    let source = factor.source.expect("a source");
    assert!(
        source.starts_with("0.2 times the pay-as-you-go price of 3.06 USD/h: Azure/karpenter"),
        "{source}"
    );
}

#[test]
fn a_price_of_the_scenario_wins_and_is_no_meters() {
    let prices = bought("price_per_hour = 2.75");
    assert_eq!(
        (prices.per_hour, prices.meter),
        (usd(2_750_000), Meter::Given)
    );
    assert_eq!(prices.source, None);
    let low = bought("price_per_hour = 0.5\ntier = \"low_priority\"");
    assert_eq!((low.per_hour, low.meter), (usd(500_000), Meter::Given));
    assert_eq!(low.tier, Tier::LowPriority);
    // Beside a factor it is the pay-as-you-go price.
    let both = bought("price_per_hour = 2\nprice_factor = 0.2\ntier = \"low_priority\"");
    assert_eq!(both.per_hour, usd(400_000));
    let source = both.source.expect("a source");
    assert_eq!(source, "0.2 times the 2 USD/h of the scenario");
    let plain = with(&[(4, "price_per_hour = 0.5"), (2, "")]);
    let prices = only(&plain).prices[0].clone();
    assert_eq!((prices.size, prices.region), (None, None));
}

#[test]
fn a_tier_may_be_swept_since_its_keys_wait_for_it() {
    let text = with(&[(
        5,
        "approved = true\nprice_factor = 0.2\neviction.rate = \"0.05/h\"",
    )]) + "on_interruption = \"resume\"\ncheckpoint_interval = \"1h\"\nrestart = \"2m\"\n\
           [sweep]\ncluster.gpu.tier = [\"dedicated\", \"low_priority\"]\n";
    let scenario = loaded(&text);
    let prices: Vec<_> = scenario
        .variants
        .iter()
        .map(|variant| variant.prices[0].per_hour.0)
        .collect();
    assert_eq!(prices, [3_060_000, 612_000]);
    assert_eq!(scenario.warnings, [""; 0]);
    // What only low priority reads is swept there only, also where the tier is swept before it.
    let rates = format!("{text}cluster.gpu.eviction.rate = [\"0.1/h\", \"0.2/h\"]\n");
    let names: Vec<_> = loaded(&rates)
        .variants
        .into_iter()
        .map(|v| v.name)
        .collect();
    let expected = [
        "tier=dedicated",
        "tier=low_priority rate=0.1/h",
        "tier=low_priority rate=0.2/h",
    ];
    assert_eq!(names, expected);
    let variants = text.replace(
        "[sweep]\ncluster.gpu.tier = [\"dedicated\", \"low_priority\"]\n",
        "[variant.dedicated]\n[variant.cheap]\ncluster.gpu.tier = \"low_priority\"\n\
         [sweep]\nworkload.w.checkpoint_interval = [\"1h\", \"2h\"]\n",
    );
    let names: Vec<_> = loaded(&variants)
        .variants
        .into_iter()
        .map(|v| v.name)
        .collect();
    let expected = [
        "dedicated",
        "cheap / checkpoint_interval=1h",
        "cheap / checkpoint_interval=2h",
    ];
    assert_eq!(names, expected);
}

#[test]
fn doubtful_sizes_and_regions_are_warned_of() {
    let warnings = |line4: &str| loaded(&with(&[(4, line4)])).warnings;
    // The list of sizes of Azure Machine Learning ends for NC before the virtual machines do.
    let text = with(&[(4, "vm_size = \"Standard_NC6\"")]);
    let soon = loaded(&format!("start = 2023-03-01T00:00:00\n{text}")).warnings;
    assert_eq!(soon.len(), 1);
    assert!(
        soon[0].starts_with("`gpu`: `Standard_NC6` retires on 2023-08-31 ("),
        "{soon:?}"
    );
    let elsewhere =
        "vm_size = \"Standard_ND40rs_v2\"\nregion = \"koreacentral\"\nprice_per_hour = 30";
    assert_eq!(
        warnings(elsewhere),
        [
            "`gpu`: the price book has no price of `Standard_ND40rs_v2` in `koreacentral`; the given price is taken"
        ]
    );
    let unknown =
        warnings("vm_size = \"Standard_NC6s_v3\"\nregion = \"eastsu\"\nprice_per_hour = 3");
    assert!(
        unknown[0]
            .starts_with("`gpu`: the price book has no region `eastsu` (did you mean `eastus`, `eastus2` or `eastasia`?"),
        "{unknown:?}"
    );
    let kept = warnings("vm_size = \"Standard_NC6s_v3\"\ntier = \"spot\"");
    assert_eq!(
        kept,
        [
            "`gpu` is spot, but without `eviction` its nodes are never lost: results are better than the service's"
        ]
    );
}

#[test]
fn own_price_books_and_catalogs_extend_or_replace() {
    let book = "size,region,pay_as_you_go_per_hour,source,as_of\nStandard_NC6s_v3,eastus,2.5,our contract,2026-01-01\n";
    let sizes = "size,series,family,category,vcpus,memory_gib\nOur_Box,Ours,oursFamily,General purpose,3,8\n";
    let files = [("book.csv", book), ("sizes.csv", sizes)];
    let top = |more: &str| format!("{more}\n{BASE}");
    let scenario = loaded_with(&top("price_book = \"book.csv\""), &files, &[]);
    let prices = &scenario.variants[0].prices[0];
    assert_eq!(prices.per_hour, usd(2_500_000));
    assert_eq!(
        prices.source.as_deref(),
        Some("our contract, as of 2026-01-01")
    );
    assert!(scenario.data_files[0].ends_with("book.csv"));
    // Another region is still the built-in book's, unless the own one replaces it.
    let moved = "region=westeurope";
    let scenario = loaded_with(&top("price_book = \"book.csv\""), &files, &[moved]);
    assert_eq!(scenario.variants[0].prices[0].per_hour, usd(3_823_000));
    let replace = top("price_book = \"book.csv\"\nprice_book_mode = \"replace\"");
    let found = problems(&replace, &files, &[moved]);
    assert!(found[0].contains("no region `westeurope`"), "{found:?}");
    // A size of one's own.
    let own = with(&[(4, "vm_size = \"our_box\"\nprice_per_hour = 1")]);
    let own = format!("catalog = \"sizes.csv\"\n{own}");
    let variant = &loaded_with(&own, &files, &[]).variants[0];
    assert_eq!(variant.settings.targets[0].vcpus, 3);
    let only_own = format!("catalog_mode = \"replace\"\ncatalog = \"sizes.csv\"\n{BASE}");
    let found = problems(&only_own, &files, &[]);
    assert!(
        found[0].contains("no source with an open license states its vCPUs and memory"),
        "{found:?}"
    );
    // Variants may differ in their book.
    let variants = and("[variant.list]\n[variant.contract]\nprice_book = \"book.csv\"\n");
    let scenario = loaded_with(&variants, &files, &[]);
    let prices: Vec<u64> = scenario
        .variants
        .iter()
        .map(|v| v.prices[0].per_hour.0)
        .collect();
    assert_eq!(prices, [3_060_000, 2_500_000]);
    let odd = "size,region,pay_as_you_go_per_hour\nStandard_NC6_v3,eastus,2.5\n";
    let scenario = loaded_with(&top("price_book = \"odd.csv\""), &[("odd.csv", odd)], &[]);
    assert!(
        scenario.warnings[0].contains("has no size `Standard_NC6_v3`"),
        "{:?}",
        scenario.warnings
    );
}

#[test]
fn billing_presets_are_dated_and_single_rules_win() {
    let billing = |says: &str| {
        let variant = only(&with(&[(5, &format!("approved = true\n{says}"))]));
        variant.settings.targets[0].billing
    };
    let rules = |granularity, minimum, boot| LeaseBilling {
        granularity: SimDuration::from_secs(granularity),
        minimum: SimDuration::from_secs(minimum),
        boot,
    };
    assert_eq!(billing(""), rules(1, 0, true));
    assert_eq!(
        billing("billing_preset = \"azure-2021\""),
        rules(1, 0, true)
    );
    assert_eq!(
        billing("billing_preset = \"azure-2025-06\""),
        rules(1, 300, true)
    );
    assert_eq!(
        billing("billing_preset = \"azure-2025-06\"\nbilling_minimum = \"1m\"\nbill_boot = false"),
        rules(1, 60, false)
    );
    assert_eq!(
        billing("billing_granularity = \"1h\""),
        rules(3600, 0, true)
    );
}

#[test]
fn fixed_charges_may_be_list_prices_by_name() {
    let text = and("[instance.box]\nprice_per_hour = 1\nalways_bill = true\n\
         fixed_charges = { disk = \"list\", public_ip = \"list\", load_balancer = \"list\" }\n");
    let variant = only(&text);
    let prices = &variant.prices[1];
    // service_prices.csv: P10 in eastus 19.71 a month, load balancer 0.33 a day, public IP 0.005 an hour.
    let charge = |micro_usd, hours| Some(FixedCharge { micro_usd, hours });
    assert_eq!(prices.disk, charge(19_710_000, 730));
    assert_eq!(prices.load_balancer, charge(330_000, 24));
    assert_eq!(prices.public_ip, charge(5_000, 1));
    let said: Vec<_> = variant.sources.iter().filter(|s| s.of == "box").collect();
    assert_eq!(said[1].what, "disk: P10 LRS (premium SSD, 128 GiB)");
    assert_eq!(said[1].price, "19.71 USD/month");
    assert!(
        said[1]
            .source
            .as_ref()
            .expect("a source")
            .ends_with("2024-08-30")
    );
    // Not without being asked for, by the name of another disk, and 21.68 a month in westeurope.
    let plain = bought("");
    assert_eq!(
        (plain.disk, plain.public_ip, plain.load_balancer),
        (None, None, None)
    );
    let disk = |says: &str| bought(&format!("fixed_charges.disk = {says}")).disk;
    assert_eq!(disk("\"P4\""), charge(5_280_000, 730));
    assert_eq!(disk("\"5 USD/month\""), charge(5_000_000, 730));
    let west = bought("region = \"westeurope\"\nfixed_charges.disk = \"list\"");
    assert_eq!(west.disk, charge(21_680_000, 730));
    // Variants merge the charges one by one.
    let merged =
        format!("{text}[variant.no-ip]\ninstance.box.fixed_charges.public_ip = \"0 USD/h\"\n");
    let prices = &loaded(&merged).variants[0].prices[1];
    assert_eq!(
        (prices.public_ip, prices.disk),
        (charge(0, 1), charge(19_710_000, 730))
    );
}

#[test]
fn a_cloud_by_another_of_its_names_is_answered_with_its_key() {
    for (word, key) in [
        ("google", "gcp"),
        ("AWS", "aws"),
        ("Amazon", "aws"),
        ("Microsoft", "azure"),
    ] {
        let said = problems(&format!("cloud = \"{word}\"\n{BASE}"), &[], &[]);
        let told = format!("did you mean `{key}`? allowed: ");
        assert!(
            said.iter().any(|problem| problem.contains(&told)),
            "{said:?}"
        );
    }
}
