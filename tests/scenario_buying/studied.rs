//! Scenarios that are simulated whole: what their files say of commitments, break-even and charge periods.

use std::collections::BTreeMap;

use autoscale_simulator::calendar::UtcPeriod;
use autoscale_simulator::report::{FILES, FOCUS, ReportFile, StudyResults};
use autoscale_simulator::study::{Keep, Unwatched, run};
use proptest::prelude::*;

use crate::try_load;

type Cells = BTreeMap<String, String>;

/// The results of a scenario beside these data files.
fn studied(text: &str, files: &[(&str, &str)]) -> StudyResults {
    let scenario = try_load(text, files, &[]).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let keep = Keep {
        periods: Some(UtcPeriod::Day),
        ..Keep::default()
    };
    let studies = run(&[scenario], keep, Some(1), &Unwatched).expect("nobody stops it");
    studies.into_iter().next().expect("one scenario")
}

fn rows_of(file: &ReportFile, study: &StudyResults) -> Vec<Cells> {
    let bytes = file.bytes(study);
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let rows = reader.deserialize().collect::<Result<_, _>>();
    rows.expect("rows of cells")
}

fn rows(name: &str, study: &StudyResults) -> Vec<Cells> {
    let file = FILES.iter().find(|file| file.name == name);
    rows_of(file.expect("a file of this name"), study)
}

fn number(row: &Cells, column: &str) -> f64 {
    row[column].parse().expect("a number")
}

fn close(is: f64, expected: f64) {
    assert!((is - expected).abs() < 1.5e-6, "{is} is not {expected}");
}

/// What a variant costs with all that it pays: the row of all targets, or of its only one.
fn cost(study: &StudyResults, variant: &str) -> f64 {
    let rows = rows("summary.csv", study);
    let mut of = rows.iter().filter(|row| row["variant"] == variant);
    number(of.next_back().expect("a row"), "cost_usd")
}

/// Clusters of a size at 1 USD/h that boot and idle for no time.
fn clusters(names: &[&str]) -> String {
    let of = |name: &&str| {
        format!(
            "[cluster.{name}]\nvm_size = \"Standard_NC6s_v3\"\napproved = true\nregion = \"eastus\"\nprice_per_hour = 1\n\
             max_nodes = 4\nidle_before_scale_down = \"0s\"\nboot = \"0s\"\n\
             [workload.{name}]\ntarget = \"{name}\"\n\
             arrivals.trace = {{ file = \"{name}.csv\", submitted = \"at\", duration = \"for\", nodes = \"nodes\" }}\n"
        )
    };
    names.iter().map(of).collect()
}

/// One machine of that size, reserved at a price.
fn reserved(price: &str) -> String {
    format!(
        "[reservation.r]\nvm_size = \"Standard_NC6s_v3\"\nregion = \"eastus\"\nnodes = 1\nprice_per_hour = {price}\n"
    )
}

#[test]
fn a_reservation_covers_all_machines_of_a_clock_hour() {
    // Four nodes for a quarter of an hour are one machine-hour.
    let text = format!("horizon = \"1h\"\n{}{}", clusters(&["a"]), reserved("0"));
    let a = ("a.csv", "at,for,nodes\n0,900,4\n");
    close(cost(&studied(&text, &[a]), "base"), 0.0);
    // The vendor's example of two machines: 1.25, 2, 2 and 1.5 machine-hours, of which one each is covered.
    let text = format!(
        "horizon = \"4h\"\n{}{}",
        clusters(&["a", "b"]),
        reserved("0")
    );
    let files = [
        (
            "a.csv",
            "at,for,nodes\n0,2700,1\n3600,7200,1\n10800,1800,1\n",
        ),
        (
            "b.csv",
            "at,for,nodes\n0,1800,1\n3600,7200,1\n10800,3600,1\n",
        ),
    ];
    let study = studied(&text, &files);
    close(cost(&study, "base"), 2.75);
    // The price paid by the hour comes on top, all of it used.
    let paid = studied(
        &text.replace("price_per_hour = 0\n", "price_per_hour = 0.5\n"),
        &files,
    );
    close(cost(&paid, "base"), 2.75 + 4.0 * 0.5);
    // Hours are those of UTC: where t = 0 is half past, the four nodes of a quarter from 22 min on lie in two hours, 8 min
    // in one and 7 in the next, of which half an hour and an hour are left: 4 x 8 = 32 of 30 min and 28 of 60.
    let text = format!(
        "horizon = \"90m\"\nstart = 2024-01-01T00:00\ntime_zone = \"Asia/Kolkata\"\n{}{}",
        clusters(&["a"]),
        reserved("0")
    );
    let a = ("a.csv", "at,for,nodes\n1320,900,4\n");
    let text = text.replace("nodes = \"nodes\" }", "nodes = \"nodes\", origin = 0 }");
    close(cost(&studied(&text, &[a]), "base"), 2.0 / 60.0);
}

#[test]
fn a_plan_covers_all_machines_of_a_clock_hour() {
    // 1 USD/h at half the price of 2 USD/h: two half hours at once are what it buys.
    let text = format!(
        "horizon = \"1h\"\n{}[savings_plan.p]\ncommitment = \"1 USD/h\"\nprice_factor = 0.5\n",
        clusters(&["a"]).replace("price_per_hour = 1\n", "price_per_hour = 2\n")
    );
    let study = studied(&text, &[("a.csv", "at,for,nodes\n0,1800,1\n0,1800,1\n")]);
    close(cost(&study, "base"), 1.00);
}

/// Amounts by category, of each target, variant and commitment, in the bill and in the export.
fn by_category(study: &StudyResults) -> [BTreeMap<Vec<String>, f64>; 2] {
    let mut sums = [BTreeMap::new(), BTreeMap::new()];
    for row in rows("bill.csv", study) {
        let key = ["variant", "target", "commitment", "category"].map(|name| row[name].clone());
        *sums[0].entry(key.to_vec()).or_insert(0.0) += number(&row, "amount_usd");
    }
    for row in rows_of(FOCUS, study) {
        if row["ChargeCategory"] == "Purchase" {
            continue;
        }
        let names = [
            "x_Variant",
            "ResourceName",
            "CommitmentDiscountName",
            "x_CostCategory",
        ];
        let key = names.map(|name| row[name].clone());
        *sums[1].entry(key.to_vec()).or_insert(0.0) += number(&row, "EffectiveCost");
    }
    sums
}

#[test]
fn categories_under_commitments_are_told_by_the_hour_in_which_they_fell() {
    // Reserved at 0.60: boot 1 h and a run of 9 h on day 1, all covered; on day 2 four nodes boot for an hour and run for
    // one, of which one is covered. Boot 0.60 + 0.60 + 3.00, run 5.40 + 0.60 + 3.00.
    let text = format!("horizon = \"2d\"\n{}{}", clusters(&["a"]), reserved("0.6"))
        .replace("boot = \"0s\"", "boot = \"1h\"");
    let study = studied(
        &text,
        &[("a.csv", "at,for,nodes\n0,32400,1\n86400,3600,4\n")],
    );
    let row = &rows("summary.csv", &study)[0];
    close(number(row, "cost_run_usd"), 9.0);
    close(number(row, "cost_boot_usd"), 4.2);
    let [bill, export] = by_category(&study);
    for (category, expected) in [("run", 9.0), ("boot", 4.2)] {
        for sums in [&bill, &export] {
            let of = sums.iter().filter(|(key, _)| key[3] == category);
            close(of.map(|(_, amount)| *amount).sum(), expected);
        }
    }
}

#[test]
fn rounding_is_dated_by_the_end_of_its_lease() {
    // 90 min from 23 h on, billed by the hour, beside a cluster that works on into the third day: the half hour that is
    // billed beyond the lease belongs to the second day, in which it ends.
    let text = format!("horizon = \"1d\"\n{}", clusters(&["a", "b"])).replacen(
        "boot = \"0s\"\n",
        "boot = \"0s\"\nbilling_granularity = \"1h\"\n",
        1,
    );
    let text = text.replace("nodes = \"nodes\" }", "nodes = \"nodes\", origin = 0 }");
    let files = [
        ("a.csv", "at,for,nodes\n82800,5400,1\n"),
        ("b.csv", "at,for,nodes\n82800,180000,1\n"),
    ];
    let study = studied(&text, &files);
    let rounding: Vec<(String, f64)> = rows_of(FOCUS, &study)
        .iter()
        .filter(|row| row["x_CostCategory"] == "rounding")
        .map(|row| (row["ChargePeriodStart"].clone(), number(row, "BilledCost")))
        .collect();
    assert_eq!(rounding, [("2021-03-02T00:00:00Z".to_owned(), 0.5)]);
}

#[test]
fn break_even_and_comparison_tell_one_story() {
    // Ten runs of 1 h at 23 h: ten nodes boot for 2 h and run for one, 30 USD; the instance is on for a day and works until
    // 33 h, 33 USD.
    let text = r#"
horizon = "1d"
baseline = "cluster"
[cluster.gpu]
price_per_hour = 1
max_nodes = 10
boot = "2h"
idle_before_scale_down = "0s"
[instance.box]
price_per_hour = 1
[workload.w]
target = "gpu"
arrivals.batch = { runs = 10, at = "23h" }
duration = "1h"
[variant.cluster]
[variant.always-on]
workload.w.target = "box"
"#;
    let study = studied(text, &[]);
    close(cost(&study, "cluster"), 30.0);
    close(cost(&study, "always-on"), 33.0);
    let compared = &rows("comparison.csv", &study)[0];
    close(number(compared, "cost_difference_usd"), 3.0);
    let said = autoscale_simulator::report::break_even_hint::sentences(&study);
    assert!(
        said[0].ends_with("10 ± 0 runs per day cluster costs less"),
        "{said:?}"
    );
}

/// Random scenarios with clusters, an instance and commitments, from minutes to days, of which some drain for long.
fn any_scenario() -> impl Strategy<Value = String> {
    let times = (
        0_u64..1000,
        prop::sample::select(vec![
            "UTC",
            "Asia/Kolkata",
            "Asia/Kathmandu",
            "Europe/Berlin",
        ]),
        (0_u64..24, 0_u64..60),
        (0_u64..2_000, 30_u64..3_000),
        any::<bool>(),
    );
    let cluster = (
        1_u64..6,
        0_u64..3,
        1_u64..90,
        0_u64..90,
        1_u64..120,
        any::<bool>(),
    );
    let clusters = (cluster.clone(), cluster);
    let instance = (1_u64..4, any::<bool>());
    let loads = (1_u64..80, 1_u64..90, 1_u64..4);
    let commitments = (0_u64..4, 0_u64..3, 0_u64..400);
    (times, clusters, instance, loads, commitments).prop_map(
        |((seed, zone, (hour, minute), (warmup, length), cut), clusters, instance, loads, bought)| {
            let end = if cut { "cut" } else { "drain" };
            let mut text = vec![format!(
                "replications = 1\nseed = {seed}\ntime_zone = \"{zone}\"\nstart = 2024-02-27T{hour:02}:{minute:02}\nwarmup = \"{warmup}m\"\n\
                 horizon = \"{}m\"\nend = \"{end}\"\nregion = \"eastus\"\n",
                warmup + length
            )];
            let size = "vm_size = \"Standard_NC6s_v3\"\napproved = true\n";
            for (name, of) in [("a", clusters.0), ("b", clusters.1)] {
                let (most, least, boot, idle, granularity, charged) = of;
                text.push(format!(
                    "[cluster.{name}]\n{size}max_nodes = {most}\nmin_nodes = {}\nboot.exponential = {{ mean = \"{boot}m\" }}\n\
                     idle_before_scale_down = \"{idle}m\"\nbilling_granularity = \"{granularity}m\"\n",
                    least.min(most)
                ));
                if charged {
                    let by_clock = "{ load_balancer = \"0.33 USD/day\", public_ip = \"3.65 USD/month\" }";
                    text.push(format!("fixed_charges = {by_clock}\n"));
                }
            }
            let (slots, stops) = instance;
            text.push(format!("[instance.box]\n{size}slots = {slots}\nprice_per_hour = 2.5\n"));
            if stops {
                text.push("idle_shutdown = \"30m\"\n".to_owned());
            }
            let (rate, duration, nodes) = loads;
            for (name, nodes) in [("a", nodes.min(clusters.0.0)), ("b", 1), ("box", 1)] {
                text.push(format!(
                    "[workload.on-{name}]\ntarget = \"{name}\"\narrivals.poisson.rate = \"{rate}/day\"\nnodes = {nodes}\n\
                     setup = \"2m\"\nduration.exponential = {{ mean = \"{duration}m\" }}\n"
                ));
            }
            let (first, second, cents) = bought;
            text.push(format!(
                "[reservation.r]\nvm_size = \"Standard_NC6s_v3\"\nnodes = {first}\n\
                 [reservation.s]\nvm_size = \"Standard_NC6s_v3\"\nnodes = {second}\nprice_per_hour = 2\n\
                 [savings_plan.p]\ncommitment = \"{}.{:02} USD/h\"\nprice_factor = 0.7\n",
                cents / 100,
                cents % 100
            ));
            text.concat()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn the_bill_and_the_export_have_the_same_categories(text in any_scenario()) {
        let study = studied(&text, &[]);
        let [bill, export] = by_category(&study);
        // Each row of the export is rounded to a millionth, and the bill's in turn.
        let periods = study.variants[0].periods.len() as f64;
        let keys: std::collections::BTreeSet<_> = bill.keys().chain(export.keys()).collect();
        for key in keys {
            let amount = |sums: &BTreeMap<Vec<String>, f64>| sums.get(key).copied().unwrap_or(0.0);
            let difference = (amount(&bill) - amount(&export)).abs();
            prop_assert!(difference < 1e-6 * (periods + 2.0), "{key:?}: {} and {}", amount(&bill), amount(&export));
        }
        let paid = |column: &str| -> f64 {
            rows_of(FOCUS, &study).iter().map(|row| number(row, column)).sum()
        };
        let rows = rows_of(FOCUS, &study).len() as f64;
        prop_assert!((paid("BilledCost") - cost(&study, "base")).abs() < 1e-6 * rows);
        prop_assert!((paid("EffectiveCost") - cost(&study, "base")).abs() < 1e-6 * rows);
    }
}
