//! The bill, commitments and what is said of break-evens, from hand-made results.

use std::collections::BTreeMap;

use autoscale_simulator::pricing::{CommitmentKind, FixedCharge, TargetPrices};
use autoscale_simulator::report::break_even_hint::sentences;
use autoscale_simulator::report::terminal::terminal;
use autoscale_simulator::report::{StudyResults, commitments};
use autoscale_simulator::results::NodeTimes;
use autoscale_simulator::study_results::TargetSort;
use autoscale_simulator::units::{NodeTime, UsdPerHour};
use proptest::prelude::*;

use crate::files::{expect, table};
use crate::made::{
    change, cover, full_study, replication, reserved, runs, study, target, two_variants, variant,
};

/// A printed amount of dollars in micro-dollars.
fn micros(cell: &str) -> i128 {
    cell.replace('.', "").parse().expect("six decimals")
}

/// The cost of each variant as the summary prints it: the row of all its targets, or of its only one.
fn printed_costs(study: &StudyResults) -> BTreeMap<String, i128> {
    let rows = table("summary.csv", study).into_iter();
    // The row of all targets comes after those of each.
    rows.map(|row| (row["variant"].clone(), micros(&row["cost_usd"])))
        .collect()
}

pub(crate) fn assert_bills_add_up(study: &StudyResults) {
    let mut sums: BTreeMap<String, i128> = BTreeMap::new();
    for row in table("bill.csv", study) {
        let amount = micros(&row["amount_usd"]);
        *sums.entry(row["variant"].clone()).or_default() += amount;
        let number = |column: &str| row[column].parse::<f64>().expect("a number");
        let (quantity, price) = (number("quantity"), number("unit_price_usd"));
        let error = (quantity * price - amount as f64 / 1e6).abs();
        // Half a millionth of the amount and of the running sum, and half a unit of the quantity's last place.
        assert!(error < 1.5e-6 + price * 0.6e-9, "{row:?}");
    }
    assert_eq!(sums, printed_costs(study));
}

#[test]
fn bills_add_up_to_the_printed_cost() {
    assert_bills_add_up(&full_study());
}

proptest! {
    #[test]
    fn bills_add_up_to_the_printed_cost_whatever_is_billed(
        busy in prop::collection::vec((1_u64..90_000, 0_u64..9_000, 0_u64..5_000), 1..5),
        odd in 0_u64..3_600_000_000,
        (price, disk) in (0_u64..50_000_000, 0_u64..1_000_000_000),
        hours in prop::sample::select(vec![1_u64, 24, 730]),
        slots in 1_u32..5,
    ) {
        let replications = busy.iter().map(|(busy, idle, drain)| {
            let mut target = target(runs(7, 60), *busy, *idle, *drain);
            // Odd microseconds, so that nothing is a round number; whole machines all the same.
            target.slots = slots;
            target.within.run.0 += u128::from(odd);
            let rest = target.within.leased().0 % u128::from(slots);
            target.within.idle_before_scale_down.0 += u128::from(slots) - rest;
            let rest = target.drain.leased().0 % u128::from(slots);
            target.drain.idle_before_scale_down.0 += u128::from(slots) - rest;
            replication(vec![target])
        });
        let mut variant = variant("odd", "gpu", replications.collect());
        variant.prices = vec![TargetPrices {
            per_hour: UsdPerHour(price),
            disk: Some(FixedCharge { micro_usd: disk, hours }),
            ..TargetPrices::default()
        }];
        assert_bills_add_up(&study(vec![variant, reserved()]));
    }
}

#[test]
fn each_meter_has_its_lines() {
    let rows = table("bill.csv", &study(vec![reserved()]));
    let lines: Vec<String> = rows
        .iter()
        .map(|row| format!("{} {} {}", row["target"], row["meter"], row["category"]))
        .collect();
    assert_eq!(
        lines,
        [
            "gpu reservation run",
            "gpu reservation idle_before_scale_down",
            "gpu savings_plan run",
            "gpu savings_plan idle_before_scale_down",
            "gpu pay_as_you_go run",
            "gpu pay_as_you_go idle_before_scale_down",
            "gpu disk disk",
            " reservation unused_commitment",
            " savings_plan unused_commitment",
        ]
    );
    // Of the disk 24 h and 1,000 s, 0.03325723 months of 730 h.
    expect(
        &rows[6],
        &[
            ("quantity", "0.033257230"),
            ("unit", "month"),
            ("unit_price_usd", "19.710000"),
            ("tier", ""),
        ],
    );
    // Reserved for 24 h and 1,000 s, 87,400 s; used on average 45,400 s and 1,000 s: 41,000 s are left.
    expect(
        &rows[7],
        &[
            ("quantity", "11.388888889"),
            ("unit_price_usd", "2.160000"),
            ("amount_usd", "24.600000"),
            ("size", "Standard_NC6s_v3"),
            ("price_source", "a price book, 2024-03-25"),
        ],
    );
}

#[test]
fn what_commitments_took_is_in_every_total_of_the_variant() {
    let study = study(vec![reserved()]);
    let rows = table("summary.csv", &study);
    assert_eq!(rows.len(), 2, "the target, and all");
    // The target: 46,400 s at 2.16, 0.4 h at 2.50, 0.6 h at 3.60 and 0.6555 for the disk, on average; the variant: the
    // commitments whole, 52.44 and 24.277778.
    expect(
        &rows[0],
        &[
            ("target", "gpu"),
            ("cost_usd", "31.655500"),
            ("cost_unused_commitment_usd", "0.000000"),
        ],
    );
    expect(
        &rows[1],
        &[
            ("target", "(all)"),
            ("cost_usd", "79.533278"),
            ("cost_unused_commitment_usd", "47.877778"),
            ("cost_usd_ci95", "0.000000"),
        ],
    );
    let replications = table("replications.csv", &study);
    let all = replications.iter().filter(|row| row["target"] == "(all)");
    for row in all {
        expect(row, &[("cost_usd", "79.533278")]);
    }
    let text = terminal(&study, 200);
    let line = text.lines().find(|line| line.starts_with("reserved"));
    let line = line.unwrap();
    assert!(line.contains(" 79.5 ± 0 "), "{text}");
    // The target's own row, which leaves out what was paid unused, does not stand beside it, and what the commitments did
    // stands below what is paid.
    assert!(!text.contains("31.7"), "{text}");
    let at = |words: &str| text.find(words).expect(words);
    assert!(at("79.5 ± 0") < at("Commitments:"));
}

#[test]
fn commitments_say_what_they_covered() {
    let rows = table("commitments.csv", &study(vec![reserved()]));
    expect(
        &rows[0],
        &[
            ("commitment", "gpu-1y"),
            ("kind", "reservation"),
            ("targets", "gpu"),
            ("machines", "1"),
            // 46,400 of 50,000 s on average.
            ("covered_hours", "12.888889"),
            ("eligible_hours", "13.888889"),
            ("paid_usd", "52.440000"),
            ("used_usd", "27.840000"),
            ("unused_usd", "24.600000"),
            ("on_demand_equivalent_usd", "46.400000"),
            ("saving_usd", "-6.040000"),
        ],
    );
    assert_eq!(
        commitments::sentences(&study(vec![reserved()]))[0],
        "reserved, commitment gpu-1y: coverage 92.8 % (± 0.4), utilization 53 % (± 3); paid 52.4 USD (± 0), of which \
         25 USD (± 1) unused; the same usage without it: 46 USD (± 2)"
    );
}

/// [`two_variants`] with three times the work on the cluster.
fn busy() -> StudyResults {
    let mut study = two_variants();
    change(&mut study.variants[1], |replication| {
        let result = &mut replication.targets[0];
        for times in [&mut result.within, &mut result.drain] {
            *times = NodeTimes {
                run: NodeTime(times.run.0 * 3),
                idle_before_scale_down: NodeTime(times.idle_before_scale_down.0 * 3),
                ..NodeTimes::default()
            };
        }
        replication.all_runs.completed *= 3;
    });
    study
}

#[test]
fn which_of_two_costs_less_is_said_of_the_scenario_alone() {
    const WHERE: &str =
        "`simulate break-even FILE` finds the load at which two of them cost the same";
    // 86.40 USD a day against 50 USD for 40 runs.
    assert_eq!(
        sentences(&two_variants()),
        [
            "always-on or cluster: at the scenario's 40 ± 0 runs per day cluster costs less",
            WHERE
        ]
    );
    assert_eq!(
        sentences(&busy()),
        [
            "always-on or cluster: at the scenario's 120 ± 0 runs per day always-on costs less",
            WHERE
        ]
    );
    // The same cost twice.
    let mut same = two_variants();
    same.variants[0].replications = same.variants[1].replications.clone();
    same.variants[0].prices = same.variants[1].prices.clone();
    assert!(sentences(&same)[0].ends_with("which costs less is too close to call"));
}

#[test]
fn the_break_even_of_commitments() {
    let study = study(vec![reserved()]);
    let rows = table("commitments.csv", &study);
    expect(
        &rows[0],
        &[
            ("commitment", "gpu-1y"),
            ("break_even_utilization", "0.600000"),
            ("break_even_utilization_ci95", "0.000000"),
            ("utilization", "0.530892"),
        ],
    );
    expect(&rows[1], &[("break_even_utilization", "0.694444")]);
    let said = sentences(&study);
    assert_eq!(
        said[0],
        "commitment gpu-1y of variant reserved: breaks even at 60 % (± 0) utilization; simulated utilization 53 % (± 3): it costs 6 USD (± 2) per day \
         more"
    );
    // For nothing: whatever it covers is saved.
    let mut free = study.clone();
    free.variants[0].commitments[0].kind = CommitmentKind::Reservation {
        machines: 1,
        per_hour: UsdPerHour(0),
    };
    cover(&mut free.variants[0]);
    let row = &table("commitments.csv", &free)[0];
    let told = [("break_even_utilization", "0.000000"), ("utilization", "")];
    expect(row, &told);
    let said = &sentences(&free)[0];
    assert!(
        said.starts_with("commitment gpu-1y of variant reserved: costs nothing: it saves "),
        "{said}"
    );
    // Dearer than the targets' own price, and without any target.
    let mut dear = study.clone();
    dear.variants[0].prices[0].per_hour = UsdPerHour(2_000_000);
    cover(&mut dear.variants[0]);
    assert!(sentences(&dear)[0].contains("never breaks even, since its rate"));
    let mut none = study;
    for commitment in &mut none.variants[0].commitments {
        commitment.covers.clear();
    }
    cover(&mut none.variants[0]);
    assert!(sentences(&none)[0].contains("covers no target of this variant"));
}

#[test]
fn only_the_baseline_of_many_pairs_is_talked_about() {
    let mut study = two_variants();
    for number in 0..8 {
        let mut more = study.variants[1].clone();
        more.name = format!("cluster-{number}");
        study.variants.push(more);
    }
    study.baseline = 1;
    let said = sentences(&study);
    assert_eq!(said.len(), 2);
    assert!(said[0].starts_with("always-on or cluster:"), "{}", said[0]);
    assert!(said[1].starts_with("8 more pairs in comparison.csv; `simulate break-even FILE`"));
    // An instance that is off at times is not always on.
    study.variants[0].kinds = vec![TargetSort::Switched];
    assert_eq!(sentences(&study), [""; 0]);
}
