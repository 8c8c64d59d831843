//! Bills by hand: small scenarios whose cost is worked out in a comment, to the cent and below.

#![cfg(test)]

use std::collections::BTreeMap;

use autoscale_simulator::calendar::UtcPeriod;
use autoscale_simulator::error::Error;
use autoscale_simulator::report::brief::brief;
use autoscale_simulator::report::page::{About, page};
use autoscale_simulator::report::terminal::terminal;
use autoscale_simulator::report::{FILES, FOCUS, SUMMARY, StudyResults, pictures::PICTURES};
use autoscale_simulator::scenario::{Options, load};
use autoscale_simulator::study::{Keep, Unwatched, run};

type Cells = BTreeMap<String, String>;

/// Runs of the trace: submitted, seconds.
const TRACE: &str =
    "arrivals.trace = { file = \"runs.csv\", submitted = \"at\", duration = \"for\" }\n";

/// What a scenario comes to beside these data files.
fn studied(text: &str, files: &[(&str, &str)]) -> StudyResults {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).expect("a data file");
    }
    let path = folder.path().join("x.toml");
    std::fs::write(&path, text).expect("a file");
    let scenario = match load(&path, &Options::default()) {
        Ok(scenario) => scenario,
        Err(Error::Refused(problems)) => panic!("{problems:#?}"),
        Err(error) => panic!("{error}"),
    };
    let keep = Keep {
        records: true,
        periods: Some(UtcPeriod::Month),
        ..Keep::default()
    };
    let studies = run(&[scenario], keep, Some(1), &Unwatched).expect("nobody stops it");
    studies.into_iter().next().expect("one scenario")
}

fn rows(name: &str, study: &StudyResults) -> Vec<Cells> {
    let mut files = FILES.iter().chain([FOCUS]);
    let file = files.find(|file| file.name == name).expect("a file");
    let bytes = file.bytes(study);
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let rows = reader.deserialize().collect::<Result<_, _>>();
    rows.expect("rows of cells")
}

/// Category and amount of the lines of the bill, in this currency.
fn amounts(study: &StudyResults, currency: &str) -> Vec<(String, f64)> {
    let lines = rows("bill.csv", study);
    let amount = |row: &Cells| {
        let amount = &row[&format!("amount_{currency}")];
        (row["category"].clone(), amount.parse().expect("a number"))
    };
    lines.iter().map(amount).collect()
}

#[track_caller]
fn is_billed(study: &StudyResults, currency: &str, expected: &[(&str, f64)]) {
    let amounts = amounts(study, currency);
    let names: Vec<&str> = amounts.iter().map(|(name, _)| name.as_str()).collect();
    let expected_names: Vec<&str> = expected.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, expected_names, "{amounts:?}");
    for ((name, amount), (_, expected)) in amounts.iter().zip(expected) {
        assert!(
            (amount - expected).abs() < 1.5e-6,
            "{name}: {amount} is not {expected}"
        );
    }
}

/// Two runs on a node with eight H100 at the list price of 98.32 USD an hour in eastus.
///
/// The first run: 60 s boot, 2,400 s running, 30 s idle: 2,490 s. The second: 60 s boot, 60 s running, 30 s idle: 150 s, billed
/// as 300 s under the rules of June 2025. By the second, 98.32 / 3,600 = 0.0273111 USD:
///
/// * running 2,460 s: 67.185333
/// * boot 120 s: 3.277333
/// * idle 60 s: 1.638667
/// * rounding 150 s: 4.096667
///
/// Together 2,790 s: 76.198 USD.
#[test]
fn a_cluster_of_h100_in_azure() {
    let text = format!(
        "horizon = \"1d\"\nstart = 2026-03-02T00:00\nreplications = 1\nregion = \"eastus\"\n\
         [cluster.h100]\nvm_size = \"Standard_ND96isr_H100_v5\"\nsupported = true\napproved = true\nmax_nodes = 2\n\
         boot = \"60s\"\nidle_before_scale_down = \"30s\"\n[workload.w]\ntarget = \"h100\"\n{TRACE}"
    );
    let study = studied(&text, &[("runs.csv", "at,for\n0,2400\n7200,60\n")]);
    is_billed(
        &study,
        "usd",
        &[
            ("run", 67.185_333),
            ("boot", 3.277_333),
            ("idle_before_scale_down", 1.638_667),
            ("rounding", 4.096_667),
        ],
    );
    assert_eq!(rows("summary.csv", &study)[0]["cost_usd"], "76.198000");
}

/// A run of 40 s on a spot machine of AWS at 8.50 USD an hour, by a price book of one's own. AWS bills at least 60 s.
///
/// * running 40 s: 8.50 x 40 / 3,600 = 0.094444
/// * rounding 20 s: 0.047222
///
/// Together 0.141667 USD: 14 cents.
#[test]
fn a_spot_machine_of_aws_for_40_seconds() {
    let text = format!(
        "horizon = \"1d\"\ncloud = \"aws\"\nregion = \"us-east-1\"\nprice_book = \"book.csv\"\nreplications = 1\n\
         [cluster.a100]\nvm_size = \"p4d.24xlarge\"\ntier = \"spot\"\nboot = \"0s\"\nidle_before_scale_down = \"0s\"\n\
         [workload.w]\ntarget = \"a100\"\n{TRACE}"
    );
    let book = "size,region,spot_per_hour\np4d.24xlarge,us-east-1,8.50\n";
    let study = studied(&text, &[("runs.csv", "at,for\n0,40\n"), ("book.csv", book)]);
    is_billed(
        &study,
        "usd",
        &[("run", 0.094_444), ("rounding", 0.047_223)],
    );
    assert_eq!(rows("summary.csv", &study)[0]["cost_usd"], "0.141667");
    for row in rows("focus.csv", &study) {
        for column in ["ProviderName", "PublisherName", "InvoiceIssuerName"] {
            assert_eq!(row[column], "AWS");
        }
    }
}

const IN_EURO: &str = "horizon = \"1d\"\nreplications = 1\ncurrency = \"EUR\"\nexchange_rate = 0.92\n\
     [cluster.gpu]\nprice_per_hour = 3.06\nboot = \"6m\"\nidle_before_scale_down = \"2m\"\n\
     fixed_charges.public_ip = \"0.005 USD/h\"\n[workload.w]\ntarget = \"gpu\"\n";

/// A run of an hour on a node at 3.06 USD an hour, where a dollar costs 0.92 EUR: 2.8152 EUR an hour.
///
/// * running 1 h: 2.815200
/// * boot 6 min: 0.281520
/// * idle 2 min: 0.093840
/// * a public IP for 24 h at 0.005 USD: 0.12 USD, 0.110400 EUR
///
/// Together 3.30096 EUR.
#[test]
fn a_bill_in_euro() {
    let study = studied(
        &format!("{IN_EURO}{TRACE}"),
        &[("runs.csv", "at,for\n0,3600\n")],
    );
    is_billed(
        &study,
        "eur",
        &[
            ("run", 2.8152),
            ("boot", 0.281_52),
            ("idle_before_scale_down", 0.093_84),
            ("public_ip", 0.1104),
        ],
    );
    assert_eq!(rows("bill.csv", &study)[0]["unit_price_eur"], "2.815200");
    let summary = &rows("summary.csv", &study)[0];
    assert_eq!(summary["cost_eur"], "3.300960");
    assert_eq!(summary["cost_per_run_eur"], "3.300960");
    assert_eq!(rows("leases.csv", &study)[0]["cost_eur"], "3.190560");
    let focus = rows("focus.csv", &study);
    let billed = focus.iter().map(|row| -> f64 {
        assert_eq!(row["BillingCurrency"], "EUR");
        assert_eq!(row["ProviderName"], "Microsoft");
        row["BilledCost"].parse().expect("a number")
    });
    assert!((billed.sum::<f64>() - 3.300_96).abs() < 1e-9);
}

/// Nothing that is printed names dollars.
#[test]
fn where_costs_are_in_euro_nothing_says_dollars() {
    let text = format!(
        "{IN_EURO}arrivals.poisson = {{ rate = \"2/h\" }}\nduration.exponential = {{ mean = \"20m\" }}\n\
         [reservation.year]\nvm_size = \"Standard_NC4as_T4_v3\"\nregion = \"eastus\"\nnodes = 1\nprice_per_hour = 1\n\
         [variant.cold]\n[variant.warm]\ncluster.gpu.min_nodes = 1\n"
    );
    let study = studied(&text, &[]);
    for file in FILES {
        let bytes = file.bytes(&study);
        let text = String::from_utf8(bytes).expect("UTF-8");
        let header = text.lines().next().unwrap_or_default();
        assert!(!header.contains("usd"), "{}: {header}", file.name);
    }
    let screen = terminal(&study, 200);
    assert!(
        screen.contains("EUR") && !screen.contains("USD"),
        "{screen}"
    );
    let charts = PICTURES.iter().filter_map(|picture| (picture.draw)(&study));
    for chart in charts {
        let is_dollar = ["USD", "US dollars"]
            .iter()
            .any(|it| chart.svg.contains(it));
        assert!(!is_dollar, "{}", chart.name);
    }
}

/// Every amount, its interval included, is 0.92 times that in dollars; all other cells stay.
#[test]
fn a_currency_scales_amounts_and_intervals_and_nothing_else() {
    let of = |currency: &str| {
        studied(
            &format!(
                "{currency}horizon = \"1d\"\nreplications = 4\n[cluster.gpu]\nprice_per_hour = 300\n\
                 [workload.w]\ntarget = \"gpu\"\narrivals.poisson = {{ rate = \"2/h\" }}\n\
                 duration.exponential = {{ mean = \"20m\" }}\n[variant.cold]\n[variant.warm]\ncluster.gpu.min_nodes = 1\n"
            ),
            &[],
        )
    };
    let (dollars, euro) = (of(""), of("currency = \"EUR\"\nexchange_rate = 0.92\n"));
    let mut scaled = 0;
    for name in ["summary.csv", "comparison.csv", "replications.csv"] {
        for (one, other) in rows(name, &dollars).iter().zip(rows(name, &euro)) {
            for (column, cell) in one {
                let same = &other[&column.replace("usd", "eur")];
                if !column.contains("usd") || cell.is_empty() {
                    assert_eq!(cell, same, "{name}: {column}");
                    continue;
                }
                let number = |cell: &str| cell.parse::<f64>().expect("a number");
                let (dollars, euro) = (number(cell), number(same));
                assert!(
                    (dollars * 0.92 - euro).abs() < 1.1e-6 * dollars.abs().max(1.0),
                    "{name}: {column}: {dollars} and {euro}"
                );
                scaled += 1;
            }
        }
    }
    assert!(scaled > 200, "{scaled}");
}

/// Sizes with a third of an A10 at 0.908 USD an hour under a quota of one GPU: three at a time.
///
/// Four runs of an hour come together. Three start at once, the fourth an hour later on one of their nodes: 4 h at
/// 0.908 USD are 3.632 USD.
#[test]
fn thirds_of_a_gpu_under_a_quota_of_one() {
    let study = of_thirds("");
    is_billed(&study, "usd", &[("run", 3.632)]);
    let summary = &rows("summary.csv", &study)[0];
    assert_eq!(summary["peak_nodes"], "3.000000");
    assert_eq!(summary["wait_max_s"], "3600.000000");
}

/// The size has 12 vCPUs: under 24 of them as well there are two nodes at a time, at the same cost.
#[test]
fn a_gpu_and_24_vcpus_bind_together() {
    let study = of_thirds("quota.cpu = { targets = \"a10\", vcpus = 24 }\n");
    is_billed(&study, "usd", &[("run", 3.632)]);
    assert_eq!(rows("summary.csv", &study)[0]["peak_nodes"], "2.000000");
}

/// Four runs of an hour at once on a cluster under a quota of one GPU, and more.
fn of_thirds(more: &str) -> StudyResults {
    let text = format!(
        "horizon = \"1d\"\nstart = 2026-03-02T00:00\nreplications = 1\nregion = \"eastus\"\n\
         quota.a10 = {{ targets = \"a10\", gpus = 1 }}\n{more}\
         [cluster.a10]\nvm_size = \"Standard_NV12ads_A10_v5\"\nsupported = true\napproved = true\nmax_nodes = 10\n\
         boot = \"0s\"\nidle_before_scale_down = \"0s\"\n[workload.w]\ntarget = \"a10\"\n{TRACE}"
    );
    let runs = "at,for\n0,3600\n0,3600\n0,3600\n0,3600\n";
    studied(&text, &[("runs.csv", runs)])
}

/// The same under a quota of two nodes: two and two, at the same cost.
#[test]
fn nodes_under_a_quota_of_two() {
    let text = format!(
        "horizon = \"1d\"\nreplications = 1\nquota.all = {{ targets = \"c\", nodes = 2 }}\n\
         [cluster.c]\nprice_per_hour = 0.908\nmax_nodes = 10\n\
         boot = \"0s\"\nidle_before_scale_down = \"0s\"\n[workload.w]\ntarget = \"c\"\n{TRACE}"
    );
    let runs = "at,for\n0,3600\n0,3600\n0,3600\n0,3600\n";
    let study = studied(&text, &[("runs.csv", runs)]);
    is_billed(&study, "usd", &[("run", 3.632)]);
    assert_eq!(rows("summary.csv", &study)[0]["peak_nodes"], "2.000000");
}

/// A p4d.24xlarge of AWS reserved for three years: 71,473.33 USD a year, spread over 8,760 h: 8.159056 USD an hour, 195.817344
/// USD a day. A run of 6 h is covered: 48.954336 USD of them; the other 18 h are unused: 146.863008 USD.
#[test]
fn a_machine_of_aws_reserved_for_three_years() {
    let text = format!(
        "horizon = \"1d\"\nreplications = 1\ncloud = \"aws\"\nregion = \"us-east-1\"\n\
         reservation.long = {{ vm_size = \"p4d.24xlarge\", nodes = 1, term = \"3y\" }}\n\
         [cluster.a100]\nvm_size = \"p4d.24xlarge\"\nboot = \"0s\"\nidle_before_scale_down = \"0s\"\n\
         [workload.w]\ntarget = \"a100\"\n{TRACE}"
    );
    let study = studied(&text, &[("runs.csv", "at,for\n0,21600\n")]);
    is_billed(
        &study,
        "usd",
        &[("run", 48.954_336), ("unused_commitment", 146.863_008)],
    );
    let screen = terminal(&study, 200);
    assert!(
        screen.contains("long for three years: coverage 100 %"),
        "{screen}"
    );
    let focus = rows("focus.csv", &study);
    let purchase = focus.iter().find(|row| row["ChargeCategory"] == "Purchase");
    assert_eq!(
        purchase.expect("a purchase")["ChargeDescription"],
        "long for three years for the charge period (p4d.24xlarge)"
    );
}

/// Disks of nodes by the time of their leases: two runs of 36.5 h are 73 node-hours, a tenth of a month of 730 h. A P10 costs
/// 19.71 USD a month in eastus: 1.971 USD. The machines at 1 USD an hour: 73 USD.
#[test]
fn a_disk_for_each_node() {
    let text = format!(
        "horizon = \"2d\"\nreplications = 1\nregion = \"eastus\"\n\
         [cluster.c]\nprice_per_hour = 1\ndisk_per_node = \"P10 LRS\"\n\
         boot = \"0s\"\nidle_before_scale_down = \"0s\"\n[workload.w]\ntarget = \"c\"\n{TRACE}"
    );
    let study = studied(&text, &[("runs.csv", "at,for\n0,131400\n0,131400\n")]);
    is_billed(&study, "usd", &[("run", 73.0), ("disk", 1.971)]);
    let disk = &rows("bill.csv", &study)[1];
    assert_eq!(
        (disk["quantity"].as_str(), disk["unit"].as_str()),
        ("0.100000000", "month")
    );
}

/// A disk by the clock beside those of the nodes: two lines at two prices. 48 h of 1 USD a day are 2 USD; 73 node-hours at
/// 0.10 USD a day are 0.304167 USD.
#[test]
fn disks_at_two_prices_have_two_lines() {
    let text = format!(
        "horizon = \"2d\"\nreplications = 1\n[cluster.c]\nprice_per_hour = 1\n\
         fixed_charges.disk = \"1 USD/day\"\ndisk_per_node = \"0.10 USD/day\"\n\
         boot = \"0s\"\nidle_before_scale_down = \"0s\"\n[workload.w]\ntarget = \"c\"\n{TRACE}"
    );
    let study = studied(&text, &[("runs.csv", "at,for\n0,131400\n0,131400\n")]);
    is_billed(
        &study,
        "usd",
        &[("run", 73.0), ("disk", 0.304_167), ("disk", 2.0)],
    );
}

/// A machine of AWS in Beijing at 2.026 CNY an hour, where a dollar costs 7 CNY: 0.289429 USD, shown as 2.026003 CNY.
#[test]
fn a_price_in_yuan_is_converted_both_ways() {
    let text = format!(
        "horizon = \"1d\"\nreplications = 1\ncloud = \"aws\"\nregion = \"cn-north-1\"\ncurrency = \"CNY\"\nexchange_rate = 7\n\
         [cluster.c]\nvm_size = \"m5.xlarge\"\nboot = \"0s\"\nidle_before_scale_down = \"0s\"\n\
         [workload.w]\ntarget = \"c\"\n{TRACE}"
    );
    let study = studied(&text, &[("runs.csv", "at,for\n0,3600\n")]);
    is_billed(&study, "cny", &[("run", 2.026_003)]);
}

/// An n1-standard-8 of Google that is on for a whole month of 730 h, at the price with the discount for sustained use.
///
/// On demand it is 0.379998 USD an hour in us-central1. Google charges the four quarters of a month at 100, 80, 60 and 40 %: on
/// average 70 %, so 0.379998 x 730 x 0.7 = 194.178978 USD. The book has 194.179 USD a month, 0.265999 USD an hour to the
/// micro-dollar, and 730 h of that are 194.179270 USD: the same cents.
#[test]
fn a_machine_of_google_with_sustained_use() {
    let study = studied(
        "horizon = \"730h\"\ncloud = \"gcp\"\nregion = \"us-central1\"\nend = \"cut\"\n[instance.box]\nvm_size = \"n1-standard-8\"\n\
         tier = \"sustained_use\"\nboot = \"0s\"\n[workload.w]\ntarget = \"box\"\narrivals.batch = { runs = 1, at = \"1h\" }\n\
         duration = \"10h\"\n",
        &[],
    );
    let all: f64 = amounts(&study, "usd")
        .iter()
        .map(|(_, amount)| amount)
        .sum();
    assert!((all - 194.179_270).abs() < 1.5e-6, "{all}");
    assert_eq!(
        format!("{all:.2}"),
        format!("{:.2}", 0.379_998 * 730.0 * 0.7)
    );
}

/// A run of 100 min on low-priority nodes at 3.60 USD an hour, 0.001 USD a second. Each 30 min of work it writes a checkpoint of
/// 2 min; its one eviction is at 5,000 s. Boot takes 60 s, setup 60 s, restart 180 s.
///
/// The first node: boot until 60, setup until 120, work until 1,920, a checkpoint until 2,040, work until 3,840, a checkpoint
/// until 3,960, work until the loss at 5,000. The checkpoints hold 3,600 s of work; the last 1,040 s are lost. The second node:
/// boot until 5,060, setup and restart until 5,300, work until 7,100, a checkpoint until 7,220, the last 600 s until 7,820.
///
/// * running 3,600 + 2,400 s: 6.00 USD
/// * checkpoints 240 + 120 s: 0.36
/// * lost work 1,040 s: 1.04
/// * setup 60 s: 0.06
/// * restarts 60 + 180 s: 0.24
/// * boot 120 s: 0.12
///
/// Overhead: 1,040 + 360 + 240 = 1,640 s, of 7,700 s that the run has nodes.
#[test]
fn an_eviction_and_the_checkpoints_against_it() {
    let text = "horizon = \"1d\"\nreplications = 1\n\
         [cluster.low]\ntier = \"low_priority\"\nprice_per_hour = 3.60\nprice_factor = 1.0\nmax_nodes = 1\nboot = \"60s\"\n\
         idle_before_scale_down = \"0s\"\neviction.replay.file = \"log.csv\"\n\
         [workload.w]\ntarget = \"low\"\narrivals.batch = { runs = 1, at = \"0s\" }\nduration = \"100m\"\nsetup = \"60s\"\n\
         on_interruption = \"resume\"\ncheckpoint_interval = \"30m\"\ncheckpoint_cost = \"2m\"\nrestart = \"180s\"\n";
    let log = "0,add,a\n5000000,remove,a\n90000000,add,b\n";
    let study = studied(text, &[("log.csv", log)]);
    is_billed(
        &study,
        "usd",
        &[
            ("run", 6.00),
            ("checkpoints", 0.36),
            ("lost_work", 1.04),
            ("node_setup", 0.06),
            ("restarts", 0.24),
            ("boot", 0.12),
        ],
    );
    let summary = &rows("summary.csv", &study)[0];
    for (column, expected) in [
        ("cost_usd", "7.820000"),
        ("cost_checkpoints_usd", "0.360000"),
        ("cost_restarts_usd", "0.240000"),
        ("lost_work_node_hours", "0.288889"),
        ("checkpoints_node_hours", "0.100000"),
        ("restarts_node_hours", "0.066667"),
        ("interruption_overhead_node_hours", "0.455556"),
        ("interruption_overhead_usd", "1.640000"),
        ("interruption_overhead_share", "0.212987"),
    ] {
        assert_eq!(summary[column], expected, "{column}");
    }
    // Leases tell states of nodes: Running with checkpoints, and all setup.
    let leases = rows("leases.csv", &study);
    let told = ["node_setup_s", "run_s", "lost_work_s"].map(|column| {
        let all = leases.iter().map(|lease| lease[column].as_str());
        all.collect::<Vec<&str>>()
    });
    let expected = [
        ["60.000000", "240.000000"],
        ["3840.000000", "2520.000000"],
        ["1040.000000", "0.000000"],
    ];
    assert_eq!(told, expected);
    let text = terminal(&study, 200);
    for said in ["what evictions and checkpoints take:", "overhead", "1.64"] {
        assert!(text.contains(said), "{said}: {text}");
    }
    let json = rows_of_summary(&study);
    assert_eq!(json["interruption_overhead_usd"]["mean"], 1.64);
    let page = page(&study, &[], &About::default()).replace('\u{a0}', " ");
    let sentence = "0.456 node-h, 21.3 % of the time that runs have nodes, 1.64 USD (lost work 0.289, checkpoints 0.100, restarts 0.0667)";
    assert!(page.contains(sentence), "{page}");
    assert!(
        brief(&study, &About::default())
            .contains("## What evictions, checkpoints and restarts take")
    );
}

/// The figures of the one row of summary.json.
fn rows_of_summary(study: &StudyResults) -> serde_json::Value {
    let document: serde_json::Value =
        serde_json::from_slice(&SUMMARY.bytes(study)).expect("a document");
    document["variants"][0]["rows"][0]["figures"].clone()
}
