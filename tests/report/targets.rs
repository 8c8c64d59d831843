//! Attached targets and services: their cost lines, bills, figures and words, from hand-made results.

use autoscale_simulator::pricing::{
    BillLine, Commitment, CommitmentKind, Covered, FreeUse, TargetPrices, Term, UsePrices, bill,
};
use autoscale_simulator::report::StudyResults;
use autoscale_simulator::report::pictures::PICTURES;
use autoscale_simulator::report::sentences::sentences;
use autoscale_simulator::report::terminal::terminal;
use autoscale_simulator::report::warnings::warnings;
use autoscale_simulator::results::{Levels, ServiceUse, Timeline, TimelinePoint};
use autoscale_simulator::stats::Trend;
use autoscale_simulator::study_results::{Bound, Counts, Limits, Most, SharedQuota};
use autoscale_simulator::units::{NodeTime, SimDuration, SimTime, UsdPerHour};
use proptest::prelude::*;

use crate::bill::assert_bills_add_up;
use crate::files::{expect, table};
use crate::made::{
    RUN, change, change_first, cover, full_study, node_hours, study, two_variants, window,
};
use crate::made_targets::{
    aks, batch_pool, container, databricks, functions, hours, mixed, requests, served, service,
    serving,
};

/// Meter, tier, category, quantity, unit, price and amount of each line of the bill.
fn bill_of(variant: autoscale_simulator::report::VariantResults) -> Vec<String> {
    let columns = [
        "meter",
        "tier",
        "category",
        "quantity",
        "unit",
        "unit_price_usd",
        "amount_usd",
    ];
    let rows = table("bill.csv", &study(vec![variant]));
    let line = |row: &std::collections::BTreeMap<String, String>| {
        columns.map(|column| row[column].clone()).join(",")
    };
    rows.iter().map(line).collect()
}

#[test]
fn a_databricks_bill_has_machines_and_their_units() {
    assert_eq!(
        bill_of(databricks()),
        [
            "given,dedicated,run,10.000000000,hour,0.500000,5.000000",
            "given,dedicated,node_setup,1.000000000,hour,0.500000,0.500000",
            "given,dedicated,boot,0.500000000,hour,0.500000,0.250000",
            "given,dedicated,idle_before_scale_down,2.000000000,hour,0.500000,1.000000",
            "given,dedicated,system_nodes,24.000000000,hour,0.500000,12.000000",
            "given,dedicated,background,3.000000000,hour,0.500000,1.500000",
            "given,dedicated,rounding,0.500000000,hour,0.500000,0.250000",
            "service_fee,,service_fees,41.000000000,node-hour,0.300000,12.300000",
            "disk,,disk,1.000000000,day,1.000000,1.000000",
        ]
    );
}

#[test]
fn what_the_workspace_does_not_pay_for_is_apart() {
    let rows = table("summary.csv", &study(vec![databricks()]));
    expect(
        &rows[0],
        &[
            ("cost_usd", "33.800000"),
            ("cost_after_horizon_usd", "1.600000"),
            ("cost_system_nodes_usd", "12.000000"),
            ("cost_background_usd", "1.500000"),
            ("cost_service_fees_usd", "12.300000"),
            ("cost_outside_workspace_usd", "25.000000"),
            // Background work has 3 h on nodes at 0.50 USD/h and the fee for them, 0.30 USD/h: 2.40 USD. The rest is for 40 runs.
            ("cost_workspace_usd", "31.400000"),
            ("cost_per_completed_run_usd", "0.785000"),
            ("node_hours", "41.000000"),
            // 10 of 41 h.
            ("utilization", "0.243902"),
            ("requests_arrived", ""),
            ("cost_per_1000_requests_usd", ""),
        ],
    );
    let text = terminal(&study(vec![databricks(), batch_pool()]), 160);
    let cells = |name: &str| {
        let row = text.lines().find(|line| line.starts_with(name));
        let cells = row.expect("a row").split_whitespace();
        cells.map(str::to_owned).collect::<Vec<_>>()
    };
    // The workspace's bill, and with it that of others, 2.40 USD; the baseline is marked.
    assert_eq!(cells("databricks")[1..4], ["*", "31.40", "33.80"], "{text}");
    assert_eq!(cells("batch")[1..3], ["5.50", "5.50"], "{text}");
    // Of a workspace's own targets there is none, and so no column.
    let own = table("summary.csv", &two_variants());
    expect(&own[0], &[("cost_outside_workspace_usd", "")]);
    assert!(!terminal(&two_variants(), 160).contains("bills"));
}

#[test]
fn both_tiers_of_a_pool_are_billed_at_their_own_price() {
    assert_eq!(
        bill_of(batch_pool()),
        [
            "given,dedicated,run,4.000000000,hour,1.000000,4.000000",
            "given,low_priority,run,6.000000000,hour,0.200000,1.200000",
            "given,low_priority,lost_work,0.500000000,hour,0.200000,0.100000",
            "given,low_priority,idle_before_scale_down,1.000000000,hour,0.200000,0.200000",
        ]
    );
    let rows = table("summary.csv", &study(vec![batch_pool()]));
    expect(
        &rows[0],
        &[
            ("cost_usd", "5.500000"),
            ("cost_run_usd", "5.200000"),
            ("cost_lost_work_usd", "0.100000"),
            ("cost_idle_before_scale_down_usd", "0.200000"),
            ("cost_outside_workspace_usd", "0.200000"),
            ("node_hours", "11.500000"),
            ("lost_work_node_hours", "0.500000"),
        ],
    );
}

#[test]
fn commitments_do_not_cover_low_priority_nodes() {
    // A node reserved at 0.60 for 25 h, its 4 h of usage covered, 21 h for nothing: 15.00 USD, and 1.50 for the other tier.
    let mut pool = batch_pool();
    let hours = node_hours(&[
        (RUN, window().warmup, 3 * 3600),
        (RUN, window().horizon, 3600),
    ]);
    change_first(&mut pool, |result| {
        result.targets[0].hours = Some(Box::new(hours.clone()));
    });
    pool.commitments = vec![Commitment {
        name: "node-1y".to_owned(),
        term: Term::default(),
        kind: CommitmentKind::Reservation {
            machines: 1,
            per_hour: UsdPerHour(600_000),
        },
        covers: vec![Covered {
            target: 0,
            per_hour: UsdPerHour(600_000),
        }],
        source: None,
    }];
    cover(&mut pool);
    let covered = study(vec![pool.clone()]);
    assert_bills_add_up(&covered);
    let rows = table("summary.csv", &covered);
    expect(&rows[0], &[("cost_usd", "3.900000")]);
    expect(
        &rows[1],
        &[
            ("cost_usd", "16.500000"),
            ("cost_unused_commitment_usd", "12.600000"),
            // What nobody used is not the pool's.
            ("cost_outside_workspace_usd", "0.200000"),
        ],
    );
    assert_eq!(
        bill_of(pool)[..2],
        [
            "reservation,dedicated,run,4.000000000,hour,0.600000,2.400000",
            "given,low_priority,run,6.000000000,hour,0.200000,1.200000",
        ]
    );
}

#[test]
fn functions_are_billed_by_gigabyte_seconds_and_executions() {
    assert_eq!(
        bill_of(functions()),
        [
            "execution_time,,service_fees,55.555555556,execution-hour,0.028800,1.600000",
            "executions,,service_fees,1.000000000,million executions,0.200000,0.200000",
        ]
    );
    let rows = table("bill.csv", &study(vec![functions()]));
    expect(&rows[0], &[("price_source", "a price list")]);
}

#[test]
fn container_instances_are_billed_for_replicas() {
    assert_eq!(
        bill_of(container()),
        ["replica_time,,service_fees,24.000000000,replica-hour,0.047250,1.134000"]
    );
}

#[test]
fn figures_of_services() {
    let rows = table("summary.csv", &served());
    expect(
        &rows[0],
        &[
            ("variant", "aks"),
            ("cost_usd", "14.400000"),
            ("cost_run_usd", "3.600000"),
            ("cost_service_fees_usd", "0.000000"),
            ("requests_arrived", "1000000.000000"),
            ("requests_served", "990000.000000"),
            ("requests_rejected", "10000.000000"),
            ("rejected_share", "0.010000"),
            ("cold_start_share", "0.010000"),
            ("within_slo_share", "0.891000"),
            ("latency_mean_s", "0.050000"),
            ("latency_p95_s", "0.050000"),
            // 1 ms x 4.302653 / sqrt(3).
            ("latency_p95_s_ci95", "0.002484"),
            // 990,000 in 86,400 s.
            ("throughput_per_s", "11.458333"),
            ("replicas_mean", "6.000000"),
            ("replicas_peak", "3.000000"),
            ("replica_starts", "7.000000"),
            ("requests_in_service_mean", "2.000000"),
            ("serving_nodes_mean", "3.000000"),
            ("utilization", "0.250000"),
            ("node_hours", "72.000000"),
            // 14.40 USD for 990 thousand.
            ("cost_per_1000_requests_usd", "0.014545"),
            // It takes no runs.
            ("runs_submitted", ""),
            ("cost_per_completed_run_usd", ""),
            ("wait_mean_s", ""),
            ("nodes_evicted", ""),
            ("mini_batches_failed", ""),
        ],
    );
    expect(
        &rows[1],
        &[
            ("variant", "functions"),
            ("cost_usd", "1.800000"),
            ("cost_service_fees_usd", "1.800000"),
            ("cost_per_1000_requests_usd", "0.001800"),
            ("latency_p95_s", "0.250000"),
            ("rejected_share", "0.000000"),
            // Billed by use, it has no machines.
            ("node_hours", ""),
            ("peak_nodes", ""),
            ("spin_ups", ""),
            ("serving_nodes_mean", ""),
            ("utilization", ""),
        ],
    );
    // 1.134 USD for 900 thousand.
    expect(&rows[2], &[("cost_per_1000_requests_usd", "0.001260")]);
}

#[test]
fn a_variant_may_train_and_serve() {
    let rows = table("summary.csv", &study(vec![mixed()]));
    let targets: Vec<&str> = rows.iter().map(|row| row["target"].as_str()).collect();
    assert_eq!(targets, ["gpu", "model", "(all)"]);
    expect(
        &rows[2],
        &[
            ("cost_usd", "50.400000"),
            ("cost_serving_usd", "14.400000"),
            ("runs_completed", "40.000000"),
            ("cost_per_completed_run_usd", "0.900000"),
            ("requests_served", "990000.000000"),
            ("cost_per_1000_requests_usd", "0.014545"),
            ("latency_p95_s", "0.050000"),
            ("node_hours", "82.000000"),
        ],
    );
    expect(&rows[1], &[("runs_completed", "")]);
    expect(
        &rows[0],
        &[("requests_served", ""), ("cost_serving_usd", "")],
    );
}

#[test]
fn several_services_are_summed_where_that_makes_sense() {
    let mut both = aks();
    let more = functions();
    both.targets.push("other".to_owned());
    both.products.extend(more.products.clone());
    both.kinds.extend(&more.kinds);
    both.prices.extend(more.prices.clone());
    let mut others = more.statistics();
    change(&mut both, |one| {
        one.targets
            .extend(others.next().expect("as many").into_owned().targets);
    });
    let rows = table("summary.csv", &study(vec![both]));
    expect(
        &rows[2],
        &[
            ("target", "(all)"),
            ("requests_arrived", "2000000.000000"),
            ("rejected_share", "0.005000"),
            // (990 x 50 + 1,000 x 250) / 1,990 ms.
            ("latency_mean_s", "0.150503"),
            ("latency_p95_s", ""),
            ("replicas_mean", "8.000000"),
            ("replicas_peak", ""),
            // 16.20 USD for 1,990 thousand.
            ("cost_per_1000_requests_usd", "0.008141"),
            ("runs_submitted", ""),
        ],
    );
}

#[test]
fn bills_with_services_add_up_to_the_printed_cost() {
    let mut all = full_study();
    let more = [
        databricks(),
        batch_pool(),
        functions(),
        container(),
        aks(),
        mixed(),
    ];
    all.variants.extend(more);
    assert_bills_add_up(&all);
}

proptest! {
    #[test]
    fn bills_add_up_whatever_services_use(
        used in prop::collection::vec((0_u64..1 << 50, 0_u64..1 << 50, 0_u64..1 << 40), 1..5),
        (replica, execution, million) in (0_u64..5_000_000, 0_u64..5_000_000, 0_u64..5_000_000),
        (free_time, free_executions, rounding) in (0_u64..1 << 50, 0_u64..1 << 40, 0_u64..1 << 40),
        (machine, fee, low) in (0_u64..50_000_000, 0_u64..50_000_000, 0_u64..50_000_000),
        odd in 0_u64..3_600_000_000,
    ) {
        let services = used.iter().map(|(replica_time, execution_time, executions)| {
            let used = ServiceUse {
                replica_time: NodeTime(u128::from(*replica_time)),
                execution_time: NodeTime(u128::from(*execution_time)),
                executions: *executions,
                execution_rounding: NodeTime(u128::from(rounding)),
            };
            let mut result = service(requests(1000, 10, 50), used);
            result.within.idle_before_scale_down = NodeTime(u128::from(odd));
            result.drain.run = NodeTime(u128::from(odd / 7));
            let statistics = result.service.as_mut().expect("it is a service");
            statistics.drain = ServiceUse { executions: executions / 3, ..used };
            result
        });
        let prices = TargetPrices {
            per_hour: UsdPerHour(machine),
            service_fee: UsdPerHour(fee),
            use_prices: UsePrices {
                replica_per_hour: UsdPerHour(replica),
                execution_per_hour: UsdPerHour(execution),
                micro_usd_per_million_executions: million,
                free: FreeUse {
                    execution_time: NodeTime(u128::from(free_time)),
                    executions: free_executions,
                },
            },
            ..TargetPrices::default()
        };
        let mut pool = databricks();
        pool.prices[0].low_priority_per_hour = UsdPerHour(low);
        pool.prices[0].service_fee = UsdPerHour(fee);
        let mut tier = batch_pool().replications[0].statistics().targets[0].low_priority.clone();
        tier.as_mut().expect("there are two").within.run = NodeTime(u128::from(odd));
        change_first(&mut pool, |result| result.targets[0].low_priority = tier.take());
        let all = study(vec![serving("odd", "Azure Functions", prices, services.collect()), pool]);
        assert_bills_add_up(&all);
        // To the last unit as well, before anything is printed.
        for variant in &all.variants {
            for result in variant.statistics() {
                let targets = &result.targets;
                let lines = bill(targets, &variant.prices, (&[], None), variant.window);
                let billed: i128 = lines.iter().map(|line: &BillLine| line.amount.0).sum();
                let cost = variant.prices[0].cost(&targets[0], variant.window);
                prop_assert_eq!(billed, cost.whole().total().0);
                let outside = cost.outside_workspace;
                prop_assert_eq!(outside.is_some(), variant.prices[0].unmanaged);
                prop_assert!(outside.is_none_or(|outside| outside <= cost.whole().total()));
            }
        }
    }
}

#[test]
fn the_whole_text_of_a_study_of_services() {
    let expected = include_str!("golden/terminal-services.txt");
    assert_eq!(terminal(&served(), 80), expected);
}

#[test]
fn a_variant_of_several_targets_has_a_line_for_each() {
    let text = terminal(&study(vec![mixed()]), 200);
    let cells = |name: &str| {
        let mut lines = text.lines();
        let line = lines.find(|line| line.trim_start().starts_with(name));
        line.expect("a line").to_owned()
    };
    let heading = text.lines().next().expect("a heading");
    assert!(
        heading.contains("p95 wait") && heading.contains("p95 latency"),
        "{text}"
    );
    // The whole has no latency, the cluster neither, and the service has no wait.
    for (name, dashes) in [("mixed", true), ("gpu", true), ("model", true)] {
        assert_eq!(cells(name).contains('–'), dashes, "{text}");
    }
    let at = |name: &str| text.find(name).expect(name);
    assert!(
        at("mixed") < at("  gpu") && at("  gpu") < at("  model"),
        "{text}"
    );
}

#[test]
fn services_are_compared_by_request() {
    let mut all = served();
    change(&mut all.variants[2], |replication| {
        let statistics = replication.targets[0].service.as_mut().expect("a service");
        statistics.requests.rejected -= 90_000;
        statistics.requests.served += 90_000;
    });
    assert_eq!(
        sentences(&all),
        [
            "functions: costs 87.6 % (± 0) less per request than aks, its p95 latency is 200 ms (± 0) longer and it rejects 0 % \
             (± 0) of its requests, not 1 % (± 0)",
            "container: costs 92.1 % (± 0) less per request than aks and its p95 latency is 350 ms (± 2) longer",
        ]
    );
}

#[test]
fn what_is_served_to_nobody_is_warned_of() {
    let nothing = service(requests(1000, 1000, 50), ServiceUse::default());
    let mut growing = service(requests(1000, 60, 50), ServiceUse::default());
    let statistics = growing.service.as_mut().expect("it is a service");
    statistics.requests.backlog = Some(Trend {
        growth: 20.0,
        variance: 100.0,
    });
    let prices = TargetPrices::default();
    let two = |name, result: autoscale_simulator::results::TargetResult| {
        serving(
            name,
            "IoT Edge",
            prices.clone(),
            vec![result.clone(), result],
        )
    };
    assert_eq!(
        warnings(&study(vec![two("none", nothing), two("growing", growing)])),
        [
            "variant `none`, service `model`: none of 1,000 ± 0 requests was served (IoT Edge): it has no latency and no cost of a \
             request; see its concurrency and time-outs, and how long a request takes",
            "variant `growing`, service `model`: its queue grows: more and more requests wait from the start to the horizon. \
             Latencies depend on the horizon, so none is reported as a mean.",
        ]
    );
}

/// The study with two busy nodes (or replicas) of each target in the first hour of its first replication.
fn with_levels(mut study: StudyResults) -> StudyResults {
    let point = TimelinePoint {
        from: SimTime(0),
        span: SimDuration::from_secs(3600),
        levels: Levels {
            occupied: 2.0,
            ..Levels::default()
        },
    };
    for variant in &mut study.variants {
        let timeline = Timeline {
            points: vec![point],
            averaged_over: None,
        };
        let mut first = variant.replications[0].clone().unpack();
        first.timelines = vec![timeline; variant.targets.len()];
        variant.replications[0] = first.into();
    }
    study
}

/// A chart by name.
fn chart(study: &StudyResults, name: &str) -> Option<String> {
    let picture = PICTURES.iter().find(|picture| picture.name == name);
    Some((picture.expect("a picture").draw)(study)?.svg)
}

#[test]
fn charts_show_limits_and_system_nodes() {
    let mut study = with_levels(two_variants());
    assert_eq!(chart(&study, "quota"), None);
    let nodes = chart(&study, "nodes").expect("levels over time");
    assert!(!nodes.contains("system nodes") && !nodes.contains("at most 5"));
    for variant in &mut study.variants {
        variant.limits = Limits {
            nodes: vec![Most {
                count: 3,
                by: Bound::MaxNodes,
            }],
            quotas: vec![SharedQuota {
                name: "v100".to_owned(),
                counts: Counts::Vcpus,
                limit: 12.0,
                members: vec![(0, 6.0)],
            }],
            ..Limits::default()
        };
        let mut first = variant.replications[0].clone().unpack();
        for timeline in &mut first.timelines {
            for point in &mut timeline.points {
                point.levels.system = 2.0;
            }
        }
        variant.replications[0] = first.into();
    }
    let nodes = chart(&study, "nodes").expect("levels over time");
    assert!(
        nodes.contains("system nodes")
            && nodes.contains("at most 5 nodes (max_nodes + 2 system nodes)")
    );
    study.variants[0].limits.nodes[0].by = Bound::Quota("v100".to_owned());
    let nodes = chart(&study, "nodes").expect("levels over time");
    assert!(nodes.contains("at most 5 nodes (quota v100 + 2 system nodes)"));
    let quota = chart(&study, "quota").expect("a quota");
    assert!(quota.contains("at most 12 vCPUs"));
    for variant in &mut study.variants {
        variant.limits.quotas[0] = SharedQuota {
            counts: Counts::Gpus,
            limit: 2.0,
            members: vec![(0, 1.0 / 3.0)],
            ..variant.limits.quotas[0].clone()
        };
    }
    let quota = chart(&study, "quota").expect("a quota");
    assert!(quota.contains("at most 2 GPUs") && quota.contains("GPUs in use against the quota"));
    // Another quota counts something else: each has a panel.
    for variant in &mut study.variants {
        variant.limits.quotas.push(SharedQuota {
            name: "cores".to_owned(),
            counts: Counts::Vcpus,
            limit: 12.0,
            members: vec![(0, 6.0)],
        });
    }
    let quota = chart(&study, "quota").expect("two quotas");
    assert!(quota.contains("at most 2 GPUs") && quota.contains("at most 12 vCPUs"));
    assert!(quota.contains("Use of each quota") && quota.contains("always-on: cores"));
    // A day is too short to stand for a month, and a fiftieth of the cost of one variant is later.
    let cost = chart(&study, "cost").expect("a cost");
    assert!(cost.contains("cost (USD over 1 day and after)"), "{cost}");
}

#[test]
fn studies_get_the_charts_of_what_they_do() {
    let drawn = |study: &StudyResults| -> Vec<&str> {
        let drawn = PICTURES
            .iter()
            .filter_map(|picture| Some((picture.draw)(study)?.name));
        drawn.collect()
    };
    assert_eq!(
        drawn(&with_levels(served())),
        ["cost", "outcomes", "latency", "replicas", "latency-cost"]
    );
    assert_eq!(
        drawn(&with_levels(two_variants())),
        ["cost", "wait", "waits-by-cause", "nodes", "tradeoff"]
    );
    assert_eq!(
        drawn(&with_levels(study(vec![mixed()]))),
        [
            "cost",
            "wait",
            "waits-by-cause",
            "nodes",
            "outcomes",
            "latency",
            "replicas",
        ],
        "one variant is no trade-off"
    );
    // Where no levels were kept, there is no chart of them.
    assert_eq!(
        drawn(&two_variants()),
        ["cost", "wait", "waits-by-cause", "tradeoff"]
    );
    assert_eq!(hours(0.5), crate::made::seconds(1800));
}
