//! `simulate catalog`: lists, filters, one size whole, own files; and subcommands that were mistyped.

use std::collections::BTreeMap;

use crate::desk::{Desk, Outcome, SMALL, skip};

/// `simulate catalog` with arguments that may hold blanks.
fn catalog(arguments: &[&str]) -> Outcome {
    let desk = Desk::new();
    let mut command = desk.prepare("catalog");
    command.args(arguments);
    command.output().expect("the binary").into()
}

/// The names of the sizes in the table, in its order.
#[track_caller]
fn listed(arguments: &[&str]) -> Vec<String> {
    let outcome = catalog(arguments).succeeds();
    let lines = outcome.stdout.lines();
    let names = lines.filter_map(|line| line.split_whitespace().next());
    let sizes = names.filter_map(|name| name.strip_prefix("Standard_"));
    sizes.map(str::to_owned).collect()
}

/// Rows of the CSV, each as column -> cell.
#[track_caller]
fn rows(arguments: &[&str]) -> Vec<BTreeMap<String, String>> {
    let outcome = catalog(&[arguments, &["--format", "csv"]].concat()).succeeds();
    let mut reader = csv::Reader::from_reader(outcome.stdout.as_bytes());
    let rows = reader.deserialize().map(|row| row.expect("a row"));
    rows.collect()
}

#[track_caller]
fn json(arguments: &[&str]) -> serde_json::Value {
    let outcome = catalog(&[arguments, &["--format", "json"]].concat()).succeeds();
    serde_json::from_str(&outcome.stdout).expect("JSON")
}

#[test]
fn all_sizes_are_listed_with_their_lowest_price() {
    let outcome = catalog(&[]).succeeds();
    assert_eq!(listed(&[]).len(), 225);
    let series = ["NC", "NCv3", "M"].map(|series| ["--series", series]);
    let three = catalog(series.as_flattened()).succeeds();
    let line = |name: &str| {
        let mut lines = three.stdout.lines();
        let line = lines.find(|line| line.starts_with(&format!("{name} ")));
        line.expect(name)
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    };
    let v100 = "Standard_NC24rs_v3 NCv3 24 448 4 x Tesla V100 Volta 13.46 eastus approval, RDMA, isolated, retired";
    assert_eq!(line("Standard_NC24rs_v3"), v100);
    let k80 = "Standard_NC6 NC 6 56 1 x Tesla K80 Kepler 0.9 eastus retired";
    assert_eq!(line("Standard_NC6"), k80);
    assert_eq!(
        line("Standard_M8ms"),
        "Standard_M8ms M 8 218.75 1.536 westus3 approval"
    );
    assert_eq!(
        outcome.stderr,
        "225 sizes; `simulate catalog SIZE` shows one in full; `--all` adds 1267 more of Azure, which no list of Azure \
         Machine Learning names\n"
    );
    assert_eq!(catalog(&["--quiet"]).succeeds().stderr, "");
}

#[test]
fn filters_choose_and_add_up() {
    assert_eq!(
        listed(&["--series", "ncv3"]),
        ["NC6s_v3", "NC12s_v3", "NC24s_v3", "NC24rs_v3"]
    );
    assert_eq!(listed(&["--series", "NC Promo", "--rdma"]), ["NC24r_Promo"]);
    assert_eq!(
        listed(&["--series", "HB", "--series", "HC"]),
        ["HB60rs", "HC44rs", "HC44-16rs", "HC44-32rs"]
    );
    assert_eq!(
        listed(&["--category", "compute optimized", "--isolated"]),
        ["F72s_v2"]
    );
    assert_eq!(
        listed(&["--architecture", "turing", "--min-gpus", "2"]),
        ["NC64as_T4_v3"]
    );
    assert_eq!(listed(&["--gpu", "v100", "--min-gpus", "8"]), ["ND40rs_v2"]);
    assert_eq!(
        listed(&["--gpu", "a100", "--gpu", "p40", "--min-vcpus", "24"]),
        [
            "ND24s",
            "ND24rs",
            "ND96asr_v4",
            "NC24ads_A100_v4",
            "NC48ads_A100_v4",
            "NC96ads_A100_v4",
            "ND96amsr_A100_v4"
        ]
    );
    assert_eq!(listed(&["--min-memory", "3800", "--isolated"]), ["M128ms"]);
    assert_eq!(
        listed(&[
            "--category",
            "GPU",
            "--unrestricted",
            "--min-vcpus",
            "24",
            "--rdma"
        ]),
        ["NC24r", "NC24r_Promo"]
    );
    let isolated = listed(&["--isolated", "--sort", "price"]);
    let expected = [
        "F72s_v2",
        "HB120rs_v3",
        "NV72ads_A10_v5",
        "NC24s_v3",
        "NC24rs_v3",
        "NC80adis_H100_v5",
        "NC96ads_A100_v4",
        "M128ms",
        "ND96isr_H200_v5",
        "ND96isr_H100_v5",
    ];
    assert_eq!(isolated, expected);
    let mut dearest = listed(&["--isolated", "--sort", "price", "--reverse"]);
    dearest.reverse();
    assert_eq!(dearest, expected);
}

#[test]
fn a_region_a_price_and_a_tier_choose_by_what_is_sold() {
    let korea = listed(&["--category", "GPU", "--region", "KoreaCentral"]);
    assert!(korea.contains(&"NC6s_v3".to_owned()));
    assert!(!korea.contains(&"ND40rs_v2".to_owned()), "no price there");
    let cheap = listed(&["--region", "eastus", "--max-price", "0.06"]);
    assert_eq!(cheap, [""; 0], "D1_v2 is 0.073 there");
    let cheap = listed(&["--region", "eastus", "--max-price", "0.073"]);
    assert_eq!(cheap, ["D1_v2", "DS1_v2"]);
    // Spot, V100: 0.565488 and 1.130976 in eastus.
    let spot = ["--tier", "spot", "--gpu", "V100", "--region", "eastus"];
    let spot = listed(&[&spot[..], &["--max-price", "1.130976"]].concat());
    assert_eq!(spot, ["NC6s_v3", "NC12s_v3"]);
    let reserved = rows(&["--tier", "reserved_1y", "--series", "NCv3"]);
    assert!(reserved.iter().all(|row| row["region"] == "eastus"));
    let low = rows(&["--tier", "low_priority", "--series", "NCv3"]);
    assert!(low.iter().all(|row| {
        ["francecentral", "northeurope", "westeurope"].contains(&row["region"].as_str())
    }));
    assert_eq!(low.len(), 12);
}

#[test]
fn sorting_knows_numbers_in_names() {
    let names = listed(&["--series", "Dv3", "--sort", "name", "--reverse"]);
    assert_eq!(
        names,
        [
            "D64_v3", "D48_v3", "D32_v3", "D16_v3", "D8_v3", "D4_v3", "D2_v3"
        ]
    );
    let by_gpus = listed(&["--series", "NCT4_v3", "--sort", "gpus"]);
    assert_eq!(by_gpus.last().map(String::as_str), Some("NC64as_T4_v3"));
    for by in ["vcpus", "memory"] {
        let sorted = listed(&["--series", "FSv2", "--sort", by, "--reverse"]);
        assert_eq!(sorted.first().map(String::as_str), Some("F72s_v2"));
    }
}

#[test]
fn nothing_chosen_is_no_error() {
    let none = catalog(&["--series", "Dv2", "--min-gpus", "1"]).succeeds();
    assert_eq!(none.stdout, "");
    assert_eq!(none.stderr, "no size is like that: leave a filter out\n");
    assert_eq!(rows(&["--series", "Dv2", "--min-gpus", "1"]), []);
    let empty = json(&["--series", "Dv2", "--min-gpus", "1"]);
    assert_eq!(empty["sizes"], serde_json::json!([]));
}

#[test]
fn one_size_is_shown_whole() {
    let shown = catalog(&["standard_nc6s_V3"]).succeeds().stdout;
    let squeezed: Vec<String> = shown
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    for part in [
        "Standard_NC6s_v3",
        "series NCv3 (GPU)",
        "vCPUs 6",
        "memory 112 GiB",
        "GPUs 1 x Tesla V100, Volta, 16 GiB each",
        "CUDA 9.0 or later",
        "RDMA no",
        "isolated no",
        "restriction approval required: the quota of its family is 0 until more is granted",
        "quota family standardNCSv3Family",
        "supported by clusters, instances (the list of series of 2020-09-29)",
        "eastus 3.06 a - 0.565488 e 2.243 g 1.9492 g 2026-06-18",
        "westeurope 3.823 a 0.765 d 0.70649 f 2.802259 d - 2026-06-18",
        "koreacentral 4.234 a - 0.782443 e - - 2026-06-18",
        "e 2026-05-20 anycloud-sh/catalog azure/vms.csv @62ff0a9; one source",
        "f 2026-05-20 anycloud-sh/catalog azure/vms.csv @62ff0a9",
    ] {
        assert!(
            squeezed.iter().any(|line| line == part),
            "`{part}` in\n{shown}"
        );
    }
    let retires = "  retires       2025-09-30; successor: Standard_NC24ads_A100_v4 (MicrosoftDocs/azure-ai-docs ";
    assert!(shown.contains(retires), "{shown}");
    let there = catalog(&["Standard_NC6s_v3", "--region", "koreacentral"]).succeeds();
    assert!(!there.stdout.contains("eastus"), "{}", there.stdout);
}

#[test]
fn what_is_special_about_a_size_is_told() {
    let promo = catalog(&["Standard_NC6_Promo", "Standard_NC6", "Standard_D1_v2"]);
    let shown = promo.succeeds().stdout;
    for part in [
        "low priority  no, nor spot\n",
        "retires       2023-09-06; the vendor advises another GPU size (MicrosoftDocs/azure-docs ",
        "retires       2023-08-31; the vendor advises another GPU size (MicrosoftDocs/azure-ai-docs ",
        "retires       2028-05-01 (Azure/EOL service_list.json @c5af085, of 2025-12-18)\n",
        "supported by  clusters (the list of series of 2020-09-29)\n",
        "GPUs          none\n",
    ] {
        assert!(shown.contains(part), "`{part}` in\n{shown}");
    }
}

#[test]
fn csv_has_a_line_for_each_size_and_region() {
    let all = rows(&[]);
    assert!(all.len() > 1000, "{}", all.len());
    let v100 = rows(&["Standard_NC6s_v3", "--region", "eastus"]);
    let [v100] = &v100[..] else {
        panic!("{v100:?}")
    };
    for (column, cell) in [
        ("size", "Standard_NC6s_v3"),
        ("series", "NCv3"),
        ("family", "standardNCSv3Family"),
        ("vcpus", "6"),
        ("memory_gib", "112"),
        ("gpus", "1"),
        ("gpu_architecture", "Volta"),
        ("min_cuda_version", "9.0"),
        ("rdma", "false"),
        ("approval_required", "true"),
        ("instances", "true"),
        ("region", "eastus"),
        ("pay_as_you_go_per_hour", "3.06"),
        ("low_priority_per_hour", ""),
        ("spot_per_hour", "0.565488"),
        ("savings_plan_1y_per_hour", "2.243"),
        ("reserved_1y_per_hour", "1.9492"),
        ("last_listed", "2026-06-18"),
        ("no_longer_listed", "false"),
        ("retires_on", "2025-09-30"),
        ("successor", "Standard_NC24ads_A100_v4"),
        ("currency", "USD"),
    ] {
        assert_eq!(v100[column], cell, "{column}");
    }
}

#[test]
fn json_has_version_currency_and_the_source_of_every_price() {
    let document = json(&["Standard_ND40rs_v2"]);
    assert_eq!(document["schema_version"], 3);
    assert_eq!(document["cloud"], "azure");
    assert_eq!(document["currency"], "USD");
    assert_eq!(document["tool_version"], env!("CARGO_PKG_VERSION"));
    let size = &document["sizes"][0];
    assert_eq!(size["gpu"]["count"], 8.0);
    assert_eq!(size["gpu"]["min_cuda_version"], "9.0");
    assert_eq!(
        size["supported_by"],
        serde_json::json!(["clusters", "instances"])
    );
    let prices = size["prices"].as_array().expect("an array");
    let regions: Vec<&str> = prices
        .iter()
        .filter_map(|place| place["region"].as_str())
        .collect();
    assert_eq!(
        regions,
        [
            "eastus",
            "southcentralus",
            "southeastasia",
            "westeurope",
            "westus2"
        ]
    );
    let tier = &prices[0]["tiers"]["pay_as_you_go"];
    assert_eq!(tier["per_hour"], 22.032);
    assert_eq!(tier["as_of"], "2026-06-18");
    assert!(
        tier["source"]
            .as_str()
            .is_some_and(|source| source.contains("karpenter"))
    );
    assert_eq!(tier["check"], "agrees");
    assert_eq!(prices[0]["no_longer_listed"], false);
    assert_eq!(size["retirement"], serde_json::Value::Null);
}

#[test]
fn unknown_names_are_refused_with_the_nearest() {
    catalog(&["Standard_NC6sv3"]).fails(
        2,
        &[
            "there is no size `Standard_NC6sv3`",
            "did you mean `Standard_NC6s_v3`",
        ],
    );
    catalog(&["NC6s_v3"]).fails(
        2,
        &["did you mean `Standard_NC6s_v3`?", "nothing was listed"],
    );
    catalog(&["--series", "NCv9"]).fails(
        2,
        &[
            "there is no series `NCv9`",
            "at: --series NCv9",
            "? `simulate catalog --all` lists all sizes with their series",
        ],
    );
    catalog(&["--series", "zzzz", "--cloud", "gcp"]).fails(
        2,
        &[" more; `simulate catalog --all --cloud gcp` lists all sizes with their series"],
    );
    catalog(&["--gpu", "H900", "--cloud", "aws"]).fails(
        2,
        &[" more; `simulate catalog --min-gpus 0.1 --cloud aws` lists sizes with GPUs"],
    );
    catalog(&["--category", "GPUs"]).fails(2, &["did you mean `GPU`?"]);
    catalog(&["--gpu", "H900"]).fails(
        2,
        &["no model of GPU has `H900` in its name", "`Tesla P100`"],
    );
    catalog(&["--architecture", "hoper"]).fails(2, &["there is no GPU architecture `hoper`"]);
    catalog(&["--region", "Korea Central"]).fails(2, &["did you mean `koreacentral`, "]);
    catalog(&["--cloud", "google"]).fails(2, &["a similar value exists: 'gcp'"]);
    catalog(&["--cloud", "AWS"]).fails(2, &["a similar value exists: 'aws'"]);
    catalog(&["Standard_ND40rs_v2", "--region", "koreacentral"]).fails(
        2,
        &[
            "the built-in price book has no price of `Standard_ND40rs_v2` in `koreacentral`",
            "it has prices in `eastus`, ",
        ],
    );
    for flags in [
        ["--max-price", "-1"],
        ["--max-price", "3 USD"],
        ["--min-memory", "64GiB"],
    ] {
        let outcome = catalog(&flags);
        assert_eq!(outcome.code, Some(2), "{flags:?}");
    }
    // Filters choose sizes, and sizes that are named are chosen already.
    catalog(&["Standard_NC6s_v3", "--rdma"]).fails(2, &["cannot be used with '--rdma'"]);
}

#[test]
fn own_files_come_on_top_or_instead() {
    let desk = Desk::new();
    desk.write(
        "book.csv",
        "size,region,pay_as_you_go_per_hour,source\n\
         Standard_NC6s_v3,eastus,2.5,our contract\n\
         Standard_NC6s_v3,lab,1,our contract\n\
         Standard_H100,lab,9.5,our contract\n",
    );
    desk.write(
        "sizes.csv",
        "size,series,category,vcpus,memory_gib\nStandard_H100,H100,GPU,40,320\n",
    );
    let top = desk
        .simulate("catalog Standard_NC6s_v3 --price-book book.csv")
        .succeeds();
    let squeezed = top.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(squeezed.contains(" eastus 2.5 b - "), "{}", top.stdout);
    assert!(squeezed.contains(" lab 1 b - - - - "), "{}", top.stdout);
    assert!(
        squeezed.contains(" b no date our contract"),
        "{}",
        top.stdout
    );
    assert!(squeezed.contains(" westus2 3.06 a "), "{}", top.stdout);
    let doubt = "warning: book.csv: the catalog has no size `Standard_H100`";
    assert!(top.stderr.contains(doubt), "{}", top.stderr);
    let own = "catalog --price-book book.csv --catalog sizes.csv --replace";
    let only = desk.simulate(own).succeeds();
    assert!(only.stdout.contains("Standard_H100"), "{}", only.stdout);
    assert_eq!(only.stdout.matches("Standard_").count(), 1);
    let by_variable = desk.simulate_in(
        "catalog --region lab --quiet",
        &[
            ("SIMULATE_PRICE_BOOK", "book.csv"),
            ("SIMULATE_CATALOG", "sizes.csv"),
        ],
    );
    let shown = by_variable.succeeds().stdout;
    assert_eq!(shown.matches("Standard_").count(), 2, "{shown}");
}

#[test]
fn bad_own_files_are_refused_with_line_and_column() {
    let desk = Desk::new();
    desk.write(
        "book.csv",
        "size,region,spot_per_hour\nStandard_NC6s_v3,eastus,cheap\n",
    );
    desk.simulate("catalog --price-book book.csv").fails(
        2,
        &[
            "`cheap` is not a price",
            " --> book.csv:2:",
            "column `spot_per_hour`",
            "1 problem in book.csv: nothing was listed",
        ],
    );
    desk.simulate("catalog --catalog no.csv")
        .fails(2, &["there is no such file", "at: no.csv"]);
    desk.simulate("catalog --catalog scenarios")
        .fails(2, &["this is a folder"]);
}

#[test]
fn a_mistyped_subcommand_is_no_missing_file() {
    let desk = Desk::new();
    let meant = [
        "there is neither a subcommand nor a file `catlog`",
        "did you mean `catalog`?",
    ];
    desk.simulate("catlog").fails(2, &meant);
    desk.simulate("catlog Standard_NC6s_v3").fails(2, &meant);
    desk.simulate("catlog --region eastus").fails(2, &meant);
    let late = ["the subcommand `catalog` does not come first"];
    desk.simulate("--quiet catalog").fails(2, &late);
    desk.simulate("small.toml catalog").fails(2, &late);
    for (word, more) in [("run", ""), ("simulate", " --dry-run")] {
        desk.simulate(&format!("{word} small.toml{more}")).fails(
            2,
            &[
                &format!("error: `{word}` is neither a subcommand nor a file"),
                "help: scenarios are simulated without a subcommand: `simulate small.toml`",
            ],
        );
    }
    // What is a file, or looks like one, is a file.
    let nothing = desk.simulate("run no.toml");
    assert_eq!(nothing.code, Some(2));
    assert!(
        nothing
            .stderr
            .contains("there is no such file\n |\n = at: no.toml"),
        "{nothing:?}"
    );
    desk.simulate("catlog.toml")
        .fails(2, &["there is no such file"]);
    desk.write("catlog", SMALL);
    desk.simulate("catlog --dry-run").succeeds();
    desk.simulate("catalog --quiet").succeeds();
}

#[test]
fn a_closed_pipe_is_no_error() {
    let desk = Desk::new();
    let script = "set -o pipefail; \"$SIMULATE\" catalog --format json --quiet | head -n 1";
    let Some(outcome) = desk.bash(script) else {
        return skip("no bash here");
    };
    assert_eq!(
        (outcome.code, outcome.stdout.as_str()),
        (Some(0), "{\n"),
        "{outcome:?}"
    );
}

#[test]
fn help_has_examples_first() {
    let help = catalog(&["--help"]).succeeds().stdout;
    assert!(help.starts_with("Examples:"), "{help}");
    for part in [
        "--price-book",
        "SIMULATE_PRICE_BOOK",
        "docs/data-sources.md",
    ] {
        assert!(help.contains(part), "`{part}` in\n{help}");
    }
    assert!(
        help.lines().all(|line| line.chars().count() <= 120),
        "{help}"
    );
}

/// Both tables of what targets take; the cells are held to the documentation in `tests/scenario_targets`.
#[test]
fn the_tables_of_targets_are_shown() {
    let text = catalog(&["--targets"]).succeeds().stdout;
    for cell in [
        "training target",
        "deployment target",
        "remote_vm",
        "online_endpoint",
        "real time",
        "sources: ",
    ] {
        assert!(text.contains(cell), "{cell}: {text}");
    }
    let rows = rows(&["--targets"]);
    assert_eq!(rows.len(), 10 * 4 + 9 * 6);
    let designer = rows
        .iter()
        .filter(|row| row["takes"] == "designer" && row["answer"] == "yes");
    let targets: Vec<&str> = designer.map(|row| row["target"].as_str()).collect();
    assert_eq!(targets, ["cluster", "aks_service"]);
    let json = json(&["--targets"]);
    assert_eq!(json["training"][3]["takes"]["automl"], "yes");
    catalog(&["--targets", "--series", "NCv3"]).fails(2, &["cannot be used with"]);
}

#[test]
fn what_a_retirement_names_is_listed() {
    let all = listed(&["--gpu", "A100"]);
    assert!(all.contains(&"NC24ads_A100_v4".to_owned()), "{all:?}");
    let one = catalog(&["--series", "NCads_A100_v4"]).succeeds().stdout;
    let remarks = "approval not stated, online endpoints";
    assert!(one.contains(remarks), "{one}");
}

#[test]
fn the_retirement_of_a_tier_is_told() {
    let told = catalog(&["--tier", "low_priority", "--series", "NCv3"]).succeeds();
    for (part, count) in [
        (
            "warning: low priority on Azure Batch was retired on 2025-09-30 (Azure/EOL service_list.json @c5af085, of \
             2025-12-18): the vendor names as successor: Azure Spot virtual machines\n",
            1,
        ),
        (
            "warning: low priority on Azure Machine Learning was retired on 2026-03-31 (",
            1,
        ),
        ("warning: ", 2),
    ] {
        assert_eq!(told.stderr.matches(part).count(), count, "{}", told.stderr);
    }
    let other = catalog(&["--tier", "spot", "--series", "NCv3"]).succeeds();
    assert!(!other.stderr.contains("warning"), "{}", other.stderr);
    let whole = catalog(&["Standard_D3_v2"]).succeeds().stdout;
    let fact = "low priority  on clusters, not on instances; on Azure Batch it was retired on 2025-09-30; \
                on Azure Machine Learning it was retired on 2026-03-31\n";
    assert!(whole.contains(fact), "{whole}");
    let tiers = &json(&["Standard_D3_v2"])["retired_tiers"];
    assert_eq!(tiers[1]["tier"], "low_priority");
    assert_eq!(tiers[1]["service"], "Azure Machine Learning");
    assert_eq!(tiers[1]["retires_on"], "2026-03-31");
    let aws = json(&["p4d.24xlarge", "--cloud", "aws"]);
    assert_eq!(aws["retired_tiers"], serde_json::json!([]));
}

#[test]
fn a_successor_is_a_name_and_advice_is_apart() {
    let retirement = &json(&["Standard_NC6"])["sizes"][0]["retirement"];
    assert_eq!(retirement["successor"], serde_json::Value::Null);
    assert_eq!(retirement["advice"], "another GPU size");
    assert_eq!(rows(&["Standard_NC6"])[0]["successor"], "");
}

#[test]
fn why_no_size_has_a_price_of_a_tier_is_told() {
    let desk = Desk::new();
    desk.write(
        "book.csv",
        "size,region,pay_as_you_go_per_hour\nStandard_NC6s_v3,eastus,2.5\n",
    );
    for (flags, reason) in [
        (
            "--tier reserved_3y",
            "the price book has no price of Azure for reserved, 3 years: no source with an open license states one; \
             add your own with `--price-book FILE` (docs/catalog.md)",
        ),
        (
            "--tier spot --price-book book.csv --replace",
            "the price book has no price of Azure for spot: your file has none, and with `--replace` only your file counts",
        ),
        (
            "--tier low_priority --cloud aws",
            "AWS has no low priority: use `--tier spot` for machines that may be evicted",
        ),
        (
            "--tier sustained_use",
            "Azure has no discount for sustained use: it is one of Google Cloud",
        ),
        (
            "--tier reserved_1y --region koreacentral",
            "no size has a price for reserved, 1 year in `koreacentral`; there are such prices in `eastus`",
        ),
        (
            "--tier low_priority --series NCv3 --region eastus",
            "no size has a price for low priority in `eastus`; there are such prices in `belgiumcentral`, `francecentral`, ",
        ),
        (
            "--tier spot --series HBrsv5 --all",
            "none of 8 such sizes has a price for spot: no source with an open license states one",
        ),
        (
            "--tier spot --series Dv2 --min-gpus 1",
            "no size is like that: leave a filter out",
        ),
        (
            "--unrestricted --cloud aws",
            "no source says which sizes of AWS need approval; leave `--unrestricted` out",
        ),
    ] {
        let told = desk.simulate(&format!("catalog {flags}")).succeeds();
        let mut lines = told.stderr.lines();
        assert!(
            lines.any(|line| line.starts_with(reason)),
            "{flags}: {}",
            told.stderr
        );
        assert_eq!(told.stdout, "");
    }
}

#[test]
fn what_no_source_states_is_no_no() {
    let h100 = "Standard_ND96isr_H100_v5";
    let whole = catalog(&[h100]).succeeds().stdout;
    assert!(
        whole.contains("restriction   not stated: no source says"),
        "{whole}"
    );
    assert_eq!(rows(&[h100])[0]["approval_required"], "");
    let size = &json(&[h100])["sizes"][0];
    assert_eq!(size["approval_required"], serde_json::Value::Null);
    assert_eq!(size["rdma"], true);
    let list = catalog(&["--gpu", "H100"]).succeeds().stdout;
    let lines: Vec<&str> = list
        .lines()
        .filter(|line| line.contains("_H100_v5"))
        .collect();
    assert!(!lines.is_empty());
    for line in lines {
        assert!(line.contains("approval not stated"), "{line}");
    }
    // The list of 2020 says it of its series.
    assert_eq!(rows(&["Standard_D3_v2"])[0]["approval_required"], "false");
    // Of other clouds no source says any of these.
    let aws = &json(&["p4d.24xlarge", "--cloud", "aws"])["sizes"][0];
    for member in ["rdma", "isolated", "approval_required"] {
        assert_eq!(aws[member], serde_json::Value::Null, "{member}");
    }
}

#[test]
fn a_pipe_drops_no_column() {
    let desk = Desk::new();
    let arguments = "catalog --gpu H100 --gpu RTX --all -q";
    let header = |variables: &[(&str, &str)]| {
        let shown = desk.simulate_in(arguments, variables).succeeds().stdout;
        let rule = shown.lines().position(|line| line.starts_with("Standard_"));
        let header: Vec<&str> = shown.lines().take(rule.expect("a size")).collect();
        (header.join(" "), shown)
    };
    let (all, shown) = header(&[]);
    let widest = shown.lines().map(|line| line.chars().count()).max();
    assert!(widest > Some(120), "{shown}");
    assert!(all.contains("series") && all.contains("archi-"), "{all}");
    let (narrow, _) = header(&[("COLUMNS", "100")]);
    assert!(!narrow.contains("series"), "{narrow}");
    for not_a_width in ["", "0", "wide"] {
        assert_eq!(header(&[("COLUMNS", not_a_width)]).0, all);
    }
}

#[test]
fn a_model_of_gpu_is_no_other_whose_number_goes_on() {
    let models = |arguments: &[&str]| -> Vec<String> {
        let mut models: Vec<String> = rows(arguments)
            .into_iter()
            .map(|row| row["gpu_model"].clone())
            .collect();
        models.sort_unstable();
        models.dedup();
        models
    };
    let a10 = models(&["--all", "--gpu", "a10"]);
    assert!(
        !a10.is_empty() && a10.iter().all(|model| !model.contains("A100")),
        "{a10:?}"
    );
    assert!(
        models(&["--gpu", "A100"])
            .iter()
            .all(|model| model.contains("A100"))
    );
    // AWS has no A10: the model that begins so is an A10G, not an A100.
    assert_eq!(models(&["--cloud", "aws", "--gpu", "A10"]), ["A10G"]);
    // A part of a name finds all that have it.
    let parts = models(&["--all", "--gpu", "A1"]);
    assert!(
        ["A10", "A100"]
            .iter()
            .all(|part| parts.iter().any(|model| model.contains(part))),
        "{parts:?}"
    );
}

#[test]
fn sizes_are_chosen_by_the_day_on_which_they_retire() {
    // NC retires on 2023-09-06, of which managed compute ended on 2023-08-31; NCv3 on 2025-09-30, one size of it on 2025-03-31.
    let of = |filter: &[&str]| {
        let series = ["--series", "NCv3", "--series", "NC", "--series", "NCT4_v3"];
        let mut series: Vec<String> = rows(&[&series, filter].concat())
            .into_iter()
            .map(|row| row["series"].clone())
            .collect();
        series.sort_unstable();
        series.dedup();
        series
    };
    assert_eq!(of(&[]), ["NC", "NCT4_v3", "NCv3"]);
    assert_eq!(
        of(&["--available-on", "2023-08-30"]),
        ["NC", "NCT4_v3", "NCv3"]
    );
    assert_eq!(of(&["--available-on", "2023-08-31"]), ["NCT4_v3", "NCv3"]);
    assert_eq!(of(&["--available-on", "2025-09-29"]), ["NCT4_v3", "NCv3"]);
    assert_eq!(of(&["--available-on", "2025-09-30"]), ["NCT4_v3"]);
    assert_eq!(of(&["--retired-by", "2025-03-30"]), ["NC"]);
    assert_eq!(of(&["--retired-by", "2025-03-31"]), ["NC", "NCv3"]);
    assert_eq!(
        of(&["--retired-by", "2025-09-30", "--available-on", "2024-01-01"]),
        ["NCv3"]
    );
    catalog(&["--available-on", "soon"]).fails(
        2,
        &["write a day as year, month and day, such as `2027-01-01`"],
    );
    catalog(&["--available-on", "2027-01-01", "Standard_NC6"]).fails(2, &["cannot be used with"]);
    let aws = catalog(&["--cloud", "aws", "--retired-by", "2030-01-01"]).succeeds();
    assert!(
        aws.stderr
            .contains("no source says when sizes of AWS retire"),
        "{}",
        aws.stderr
    );
}
