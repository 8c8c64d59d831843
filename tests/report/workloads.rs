//! Who waits and who pays, from hand-made results.

use std::collections::BTreeMap;

use autoscale_simulator::goal::{Figure, Goal, Limit, Scope, Side};
use autoscale_simulator::pricing::{FixedCharge, TargetPrices};
use autoscale_simulator::report::terminal::terminal;
use autoscale_simulator::report::{StudyResults, VariantResults};
use autoscale_simulator::results::{ReplicationResult, WorkloadStatistics};
use autoscale_simulator::units::{NodeTime, UsdPerHour};
use proptest::prelude::*;

use crate::files::{expect, table};
use crate::made::{kind, prices, replication, runs, seconds, study, target, variant};

/// `count` runs of 10 minutes on target `of` that waited `wait` seconds and had nodes for `node_time` seconds.
pub(crate) fn share(
    (workload, of): (u32, u32),
    (count, wait): (u64, u64),
    node_time: u64,
) -> WorkloadStatistics {
    WorkloadStatistics {
        workload,
        target: of,
        runs: runs(count, wait),
        slowdown_sum: u128::from(count * 1_000_000 * (wait + 600) / 600),
        node_time: seconds(node_time),
    }
}

/// Of two teams on one cluster, of node-time in seconds: 10 runs that wait 23 minutes and 24 that wait 6, so that all wait 11.
/// Beside it is an instance that none uses, for 7,000 s.
fn of_teams([research, product, idle]: [u64; 3]) -> ReplicationResult {
    let targets = vec![
        target(runs(34, 660), research + product, idle, 0),
        target(runs(0, 0), 0, 7_000, 0),
    ];
    ReplicationResult {
        workloads: vec![
            share((0, 0), (10, 1_380), research),
            share((1, 0), (24, 360), product),
        ],
        ..replication(targets)
    }
}

fn teams(replications: &[[u64; 3]]) -> VariantResults {
    let replications = replications.iter().map(|times| of_teams(*times));
    let mut teams = variant("teams", "gpu", replications.collect());
    teams.targets.push("box".to_owned());
    teams.prices.push(prices());
    teams.kinds.push(kind("box"));
    teams.workloads = vec!["research".to_owned(), "product".to_owned()];
    teams
}

fn micros(cell: &str) -> i128 {
    cell.replace('.', "").parse().expect("six decimals")
}

/// The costs of the rows of each variant, which are the sums of their parts.
fn paid(study: &StudyResults) -> BTreeMap<String, i128> {
    let mut sums: BTreeMap<String, i128> = BTreeMap::new();
    for row in table("workloads.csv", study) {
        let parts = ["runs", "idle", "fixed", "unused_commitment"];
        let parts = parts.map(|part| micros(&row[&format!("cost_{part}_usd")]));
        let cost = micros(&row["cost_usd"]);
        assert_eq!(parts.iter().sum::<i128>(), cost, "{row:?}");
        assert!(parts.iter().all(|part| *part >= 0), "{row:?}");
        *sums.entry(row["variant"].clone()).or_default() += cost;
    }
    sums
}

#[test]
fn two_teams_on_one_cluster_are_told_apart() {
    // A node-second costs 0.001 USD. Idle 9,000 s are shared 2 to 1, and 6,000 s 1 to 2.
    let mut study = study(vec![teams(&[
        [20_000, 10_000, 9_000],
        [10_000, 20_000, 6_000],
    ])]);
    study.goal = Some(Goal {
        limits: vec![Limit {
            figure: Figure::WaitP95,
            scope: Scope::All,
            side: Side::AtMost,
            value: 600.0,
            written: "10m".to_owned(),
        }],
        minimize: Figure::Cost,
    });
    let rows = table("workloads.csv", &study);
    expect(
        &rows[0],
        &[
            ("target", "gpu"),
            ("workload", "research"),
            ("runs_submitted", "10.000000"),
            ("wait_mean_s", "1380.000000"),
            ("wait_mean_s_ci95", "0.000000"),
            ("wait_p95_s", "1380.000000"),
            ("within_goal_share", "0.000000"),
            ("slowdown_mean", "3.300000"),
            ("slowdown_ratio", "2.062500"),
            ("node_hours", "4.166667"),
            ("node_hours_share", "0.500000"),
            ("cost_runs_usd", "15.000000"),
            ("cost_idle_usd", "4.000000"),
            ("cost_usd", "19.000000"),
            ("cost_per_run_usd", "1.900000"),
        ],
    );
    expect(
        &rows[1],
        &[
            ("workload", "product"),
            ("wait_mean_s", "360.000000"),
            ("within_goal_share", "1.000000"),
            ("slowdown_mean", "1.600000"),
            ("slowdown_ratio", "1.000000"),
            ("cost_runs_usd", "15.000000"),
            ("cost_idle_usd", "3.500000"),
            ("cost_usd", "18.500000"),
        ],
    );
    expect(
        &rows[2],
        &[
            ("target", "box"),
            ("workload", "(none)"),
            ("runs_submitted", ""),
            ("wait_mean_s", ""),
            ("cost_runs_usd", "0.000000"),
            ("cost_idle_usd", "7.000000"),
            ("cost_usd", "7.000000"),
        ],
    );
    assert_eq!(rows.len(), 3);
    assert_eq!(paid(&study)["teams"], 44_500_000);
    assert_told(&terminal(&study, 80));
}

fn assert_told(text: &str) {
    for line in [
        "Who waits and who pays",
        "  research  10 ± 0  23 ± 0",
        "  product   24 ± 0   6 ± 0",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    assert!(
        text.lines().all(|line| line.chars().count() <= 80),
        "{text}"
    );
}

#[test]
fn workloads_that_wait_alike_are_not_told_apart_on_the_terminal() {
    let mut alike = teams(&[[20_000, 10_000, 9_000], [10_000, 20_000, 6_000]]);
    crate::made::change(&mut alike, |result| {
        result.workloads[1].runs = runs(24, 1_380);
    });
    let text = terminal(&study(vec![alike]), 80);
    assert!(!text.contains("Who waits"), "{text}");
}

#[test]
fn where_runs_are_not_counted_by_workload_there_is_nothing() {
    let one = variant(
        "one",
        "gpu",
        vec![replication(vec![target(runs(4, 60), 9, 0, 0)])],
    );
    assert_eq!(table("workloads.csv", &study(vec![one])), []);
}

proptest! {
    #[test]
    fn parts_add_up_to_the_bill_whatever_is_used(
        times in prop::collection::vec([0_u64..90_000, 0_u64..90_000, 0_u64..9_000], 1..5),
        odd in 0_u64..1_000_000,
        (price, disk) in (0_u64..50_000_000, 0_u64..1_000_000_000),
    ) {
        let mut odd_teams = teams(&times);
        crate::made::change(&mut odd_teams, |result| {
            let odd = NodeTime(odd.into());
            result.workloads[0].node_time += odd;
            result.targets[0].within.run += odd;
        });
        for prices in &mut odd_teams.prices {
            *prices = TargetPrices {
                per_hour: UsdPerHour(price),
                disk: Some(FixedCharge { micro_usd: disk, hours: 24 }),
                ..TargetPrices::default()
            };
        }
        let study = study(vec![odd_teams]);
        let printed = table("summary.csv", &study);
        let all = printed.iter().find(|row| row["target"] == "(all)").expect("two targets");
        prop_assert_eq!(paid(&study)["teams"], micros(&all["cost_usd"]));
    }
}
