//! The lower bound of the cost over all policies: no simulated policy costs less, in random worlds of every kind; and what
//! the bound is in worlds small enough to work out by hand.

use std::cell::Cell;

use autoscale_simulator::engine::streams::{Purpose, Stream, Streams};
use autoscale_simulator::model::settings::{
    ClusterSettings, End, LeaseBilling, NodeLoss, SurplusProvisioning, TargetKind, WorldSettings,
};
use autoscale_simulator::model::{Silent, simulate};
use autoscale_simulator::pricing::{
    Commitment, CommitmentKind, Coverage, Covered, FixedCharge, TargetPrices, Term, costs,
    least_cost, least_costs,
};
use autoscale_simulator::results::{ReplicationResult, RunStatus};
use autoscale_simulator::units::{NodeTime, SimDuration, SimTime, Usd, UsdPerHour};
use autoscale_simulator::workload::trace::{Trace, TraceRow};
use autoscale_simulator::workload::{Arrivals, OnLoss};

use crate::support::disciplines::{add_disciplines, add_pool_disciplines};
use crate::support::features::add_features;
use crate::support::pools::{add_habits, mixed_world};
use crate::support::scaling::{Scaling, add_failures, add_scaling};
use crate::support::{SECOND, Size, below, constant, narrow, pick, random_world};
use crate::worlds::{Case, Life};

/// Looks at whether to go on before a world is left out as one whose drain takes for ever.
const MOST_LOOKS: u32 = 200;

/// What worlds are priced at.
struct Prices {
    targets: Vec<TargetPrices>,
    commitments: Vec<Commitment>,
}

fn charge(stream: &mut Stream) -> Option<FixedCharge> {
    (below(stream, 2) == 0).then(|| FixedCharge {
        micro_usd: pick(stream, &[1, 3_650_000, 20_000_000]),
        hours: pick(stream, &[1, 24, 730]),
    })
}

fn rate(stream: &mut Stream) -> UsdPerHour {
    UsdPerHour(1 + below(stream, 4_000_000))
}

/// Prices of everything that can have one. Commitments need the hours of what they cover.
fn random_prices(stream: &mut Stream, settings: &mut WorldSettings) -> Prices {
    let targets = settings.targets.iter().map(|target| TargetPrices {
        per_hour: rate(stream),
        low_priority_per_hour: rate(stream),
        service_fee: UsdPerHour(if target.unmanaged {
            below(stream, 1_000_000)
        } else {
            0
        }),
        disk: charge(stream),
        public_ip: charge(stream),
        disk_per_node: charge(stream),
        // Attached machines have none of the workspace's load balancers.
        load_balancer: charge(stream).filter(|_| !target.unmanaged),
        load_balancer_at_zero: !target.unmanaged && below(stream, 2) == 0,
        unmanaged: target.unmanaged,
        ..TargetPrices::default()
    });
    let targets: Vec<TargetPrices> = targets.collect();
    let mut commitments = Vec::new();
    for position in 0..below(stream, 3) {
        let own = settings.targets.iter().enumerate();
        let own = own.filter(|(_, target)| !target.unmanaged);
        let own: Vec<usize> = own.map(|(position, _)| position).collect();
        let covered = own.into_iter().filter(|_| below(stream, 3) > 0);
        let covers: Vec<usize> = covered.collect();
        let covers = covers.into_iter().map(|target| Covered {
            target,
            per_hour: rate(stream),
        });
        let covers = covers.collect();
        commitments.push(Commitment {
            name: format!("commitment-{position}"),
            term: Term::One,
            kind: if below(stream, 2) == 0 {
                CommitmentKind::Reservation {
                    machines: narrow(1 + below(stream, 4)),
                    per_hour: rate(stream),
                }
            } else {
                CommitmentKind::SavingsPlan {
                    per_hour: rate(stream),
                }
            },
            covers,
            source: None,
        });
    }
    for target in &mut settings.targets {
        target.keep_hours = Some(SimDuration(below(stream, 3600) * SECOND));
    }
    let into_hour = settings.targets[0].keep_hours;
    for target in &mut settings.targets {
        target.keep_hours = into_hour;
    }
    Prices {
        targets,
        commitments,
    }
}

/// A world with all that clusters, instances and, in every third world, pools may have.
fn random_settings(stream: &mut Stream) -> WorldSettings {
    let (mut settings, size) = if below(stream, 3) == 0 {
        let (mut settings, size) = mixed_world(stream);
        add_habits(stream, &mut settings);
        add_pool_disciplines(stream, &mut settings);
        (settings, size)
    } else {
        let size = Size {
            runs: 1 + below(stream, 30),
            gap_s: pick(stream, &[1, 10, 60, 600]),
            max_nodes: 8,
            duration_s: pick(stream, &[20, 60, 600]),
        };
        (random_world(stream, size), size)
    };
    if below(stream, 2) == 0 {
        add_disciplines(stream, size, &mut settings);
    }
    if below(stream, 2) == 0 {
        add_scaling(stream, Scaling::ALL, &mut settings);
    }
    if below(stream, 2) == 0 {
        add_features(stream, size, &mut settings);
    }
    if below(stream, 4) == 0 {
        add_failures(stream, &mut settings);
    }
    settings
}

/// The same world under another policy: how many nodes there are at least and at most, when they go, who starts next.
fn other_policy(stream: &mut Stream, size: Size, settings: &WorldSettings) -> WorldSettings {
    let mut other = settings.clone();
    for target in &mut other.targets {
        if let TargetKind::Cluster(cluster) = &mut target.kind
            && cluster.policy.is_none()
            && !cluster.one_run
        {
            let most = cluster.largest() + narrow(below(stream, 3));
            *cluster = ClusterSettings {
                min_nodes: narrow(below(stream, u64::from(most) + 1)),
                max_nodes: most,
                capacity: Vec::new(),
                spare_nodes: narrow(below(stream, 3)),
                idle_before_scale_down: constant(pick(stream, &[0, 0, 60, 1800]) * SECOND),
                surplus_provisioning: pick(
                    stream,
                    &[SurplusProvisioning::Keep, SurplusProvisioning::Cancel],
                ),
                ..cluster.clone()
            };
        }
        if let TargetKind::Instance(instance) = &mut target.kind {
            instance.schedule = None;
            instance.idle_shutdown = pick(stream, &[None, Some(SimDuration::from_secs(60))]);
            instance.start_on_submission = true;
        }
    }
    other.quotas.clear();
    other.workloads.iter_mut().for_each(|workload| {
        workload.priority = i64::try_from(below(stream, 3)).unwrap();
    });
    add_order(stream, size, &mut other);
    other
}

/// Another order of the queues, and nothing else of a discipline: that would change the runs.
fn add_order(stream: &mut Stream, size: Size, settings: &mut WorldSettings) {
    let mut with = settings.clone();
    add_disciplines(stream, size, &mut with);
    for (target, with) in settings.targets.iter_mut().zip(with.targets) {
        if let (TargetKind::Cluster(cluster), TargetKind::Cluster(with)) =
            (&mut target.kind, with.kind)
        {
            cluster.discipline = with.discipline;
        }
    }
}

/// What a replication costs, beside the nodes of background work.
fn bill(result: &ReplicationResult, prices: &Prices, settings: &WorldSettings) -> Usd {
    let window = settings.cuts().window;
    let commitments = &prices.commitments;
    let coverage = Coverage::of(commitments, &prices.targets, &result.targets, window);
    let committed = (commitments.as_slice(), Some(&coverage));
    let (each, unused) = costs(&result.targets, &prices.targets, committed, window);
    let each = each.iter().map(|cost| cost.whole().total() - cost.others);
    each.sum::<Usd>() + unused.whole().total()
}

fn bound(result: &ReplicationResult, prices: &Prices, settings: &WorldSettings) -> Usd {
    let window = settings.cuts().window;
    least_costs(
        &result.targets,
        &prices.targets,
        &prices.commitments,
        window,
    )
    .expect("all targets take runs")
}

/// The results of a world; `None` where its drain takes for ever.
fn simulated(settings: &WorldSettings, streams: Streams) -> Option<ReplicationResult> {
    let looks = Cell::new(0);
    let go_on = || {
        looks.set(looks.get() + 1);
        looks.get() < MOST_LOOKS
    };
    let outcome = simulate(settings, streams, Silent, &go_on);
    outcome.ok().map(|outcome| outcome.result)
}

/// Whether the same runs end by themselves whatever the policy: none is lost for good, cut off or refused, and none may go
/// to several targets.
fn is_same_work(
    settings: &WorldSettings,
    one: &ReplicationResult,
    two: &ReplicationResult,
) -> bool {
    let fails = |result: &ReplicationResult| result.all_runs.failed + result.all_runs.unfinished;
    let targets = settings.targets.iter();
    let mut instances = targets.filter(|target| matches!(target.kind, TargetKind::Instance(_)));
    settings.end == End::Drain
        && fails(one) + fails(two) == 0
        && instances.next().is_none()
        && (settings.workloads.iter()).all(|workload| workload.targets.len() == 1)
}

/// Worlds whose bill was at least the bound, and those with the bound of one policy and the bill of another.
fn no_policy_costs_less(worlds: u64) -> [u64; 2] {
    let mut compared = [0; 2];
    for world in 0..worlds {
        let streams = Streams::new(2_032, world);
        let mut stream = streams.open(Purpose("case"), "bound");
        let mut settings = random_settings(&mut stream);
        let prices = random_prices(&mut stream, &mut settings);
        let Some(result) = simulated(&settings, streams) else {
            continue;
        };
        let least = bound(&result, &prices, &settings);
        let cost = bill(&result, &prices, &settings);
        assert!(
            least <= cost,
            "world {world}: {least:?} is more than {cost:?}: {settings:#?}"
        );
        compared[0] += 1;
        let size = Size {
            runs: 1,
            gap_s: 1,
            max_nodes: 1,
            duration_s: 60,
        };
        let other = other_policy(&mut stream, size, &settings);
        let Some(others) = simulated(&other, streams) else {
            continue;
        };
        if is_same_work(&settings, &result, &others) {
            let cost = bill(&others, &prices, &other);
            assert!(
                least <= cost,
                "world {world}: {least:?} is more than another policy's {cost:?}: {other:#?}"
            );
            compared[1] += 1;
        }
    }
    compared
}

#[test]
fn no_policy_costs_less_than_the_bound() {
    let [same, others] = no_policy_costs_less(1_000);
    assert!(same >= 900, "only {same} worlds");
    assert!(others >= 150, "only {others} worlds with another policy");
}

/// The same in 10,000 worlds: `cargo test --test invariants ten_thousand -- --ignored --nocapture`.
#[test]
#[ignore = "takes minutes"]
#[expect(
    clippy::print_stdout,
    reason = "the figures are for docs/validation.md"
)]
fn no_policy_costs_less_in_ten_thousand_worlds() {
    let [same, others] = no_policy_costs_less(10_000);
    println!("{same} worlds, {others} with another policy");
    assert!(same >= 9_000 && others >= 1_500);
}

/// The time on nodes that a run took and could not have been spared, from its record.
fn needed(run: &Life, warmup: SimTime) -> u128 {
    let record = &run.record;
    let by_itself = match record.status {
        RunStatus::Completed => true,
        RunStatus::Canceled => run.submission.duration > run.limit,
        RunStatus::Failed | RunStatus::Unfinished => false,
    };
    let (Some(started), Some(ended), true) = (record.started, record.ended, by_itself) else {
        return 0;
    };
    if record.status == RunStatus::Canceled && ended.since(started) < run.limit {
        return 0;
    }
    let on_nodes = ended.since(started) + run.submission.setup;
    let before = warmup.since(record.submitted);
    u128::from(on_nodes.0.saturating_sub(before.0)) * u128::from(record.nodes)
}

/// With a warm-up the bound is the work of the runs alone.
pub(crate) fn check(case: &Case) {
    for (target, result) in case.result.targets.iter().enumerate() {
        let least = result.least.expect("it takes runs");
        let runs = case.runs_of(target);
        let work: u128 = runs.map(|run| needed(run, case.warmup())).sum();
        let name = &case.name;
        assert!(least.leased.0 >= work, "{name}: {least:?} of {work}");
        if case.warmup() > SimTime::ZERO {
            assert_eq!(least.leased.0, work, "{name}");
            assert_eq!(least.billed.0, work, "{name}");
        }
        let leased = result.within.leased() + result.drain.leased();
        let billed = result.within.billed() + result.drain.billed();
        assert!(least.leased <= leased, "{name}: {least:?}");
        assert!(least.billed <= billed, "{name}: {least:?}");
    }
}

/// A cluster with a boot of 5 minutes and one run of 3 nodes for 10 minutes, submitted after an hour.
fn one_gang(billing: LeaseBilling, at: u64) -> WorldSettings {
    let streams = Streams::new(2_033, 0);
    let size = Size {
        runs: 1,
        gap_s: 1,
        max_nodes: 3,
        duration_s: 600,
    };
    let mut settings = random_world(&mut streams.open(Purpose("case"), "gang"), size);
    settings.targets.truncate(1);
    settings.workloads.truncate(1);
    let target = &mut settings.targets[0];
    target.billing = billing;
    target.max_run_duration = None;
    target.kind = TargetKind::Cluster(ClusterSettings {
        boot: constant(300 * SECOND),
        ..ClusterSettings::new(0, 3)
    });
    let workload = &mut settings.workloads[0];
    workload.targets = vec![0];
    let row = TraceRow {
        at: SimTime(at),
        duration: SimDuration::from_secs(600),
        nodes: Some(3),
        priority: None,
        environment: None,
        estimate: None,
    };
    workload.arrivals = Arrivals::Trace(Trace::new([row].into_iter().collect()));
    workload.setup = constant(0);
    workload.finalize = constant(0);
    workload.max_duration = None;
    workload.on_loss = OnLoss::Requeue;
    settings.end = End::Drain;
    settings.warmup = SimTime::ZERO;
    settings.horizon = SimTime(2 * 3600 * SECOND);
    settings
}

const fn minutes(of: u128) -> NodeTime {
    NodeTime(of * 60 * SECOND as u128)
}

#[test]
fn one_gang_by_hand() {
    let by_second = LeaseBilling::default();
    let by_hour = LeaseBilling {
        granularity: SimDuration::from_secs(3600),
        ..by_second
    };
    let at_least_20_min = LeaseBilling {
        minimum: SimDuration::from_secs(1200),
        ..by_second
    };
    let boot_is_free = LeaseBilling {
        boot: false,
        ..by_second
    };
    let hour = 3600 * SECOND;
    // Three nodes boot for 5 min and run for 10 min. One that was there from the start would idle for an hour.
    for (billing, at, leased, billed) in [
        (by_second, hour, 45, 45),
        (by_hour, hour, 45, 180),
        (at_least_20_min, hour, 45, 60),
        (boot_is_free, hour, 30, 30),
        // Nodes that are there from the start idle for 2 min until the first submission; at once they need not.
        (by_second, 120 * SECOND, 36, 36),
        (by_second, 0, 30, 30),
    ] {
        let settings = one_gang(billing, at);
        let result = simulated(&settings, Streams::new(1, 0)).unwrap();
        let least = result.targets[0].least.unwrap();
        assert_eq!(least.leased, minutes(leased), "{billing:?} at {at}");
        assert_eq!(least.billed, minutes(billed), "{billing:?} at {at}");
        if at == hour {
            // Scale to zero without idle time is as good as can be.
            let within = result.targets[0].within;
            assert_eq!(within.billed(), least.billed, "{billing:?}");
        }
    }
}

#[test]
fn a_lost_node_does_not_raise_the_bound() {
    let mut settings = one_gang(LeaseBilling::default(), 3600 * SECOND);
    let TargetKind::Cluster(cluster) = &mut settings.targets[0].kind else {
        panic!("it is a cluster");
    };
    // A node lives for 20 min in the mean: some seeds lose one of the three.
    cluster.loss = NodeLoss::Rate(3.0);
    let lost = (0..20).filter(|seed| {
        let result = simulated(&settings, Streams::new(2, *seed)).unwrap();
        let target = &result.targets[0];
        assert_eq!(target.least.unwrap().leased, minutes(45));
        target.runs.losses > 0
    });
    assert!(lost.count() > 5);
}

#[test]
fn a_reservation_is_paid_by_every_policy() {
    let mut settings = one_gang(LeaseBilling::default(), 3600 * SECOND);
    settings.targets[0].keep_hours = Some(SimDuration::ZERO);
    let result = simulated(&settings, Streams::new(1, 0)).unwrap();
    let window = settings.cuts().window;
    let prices = [TargetPrices {
        per_hour: UsdPerHour(1_000_000),
        ..TargetPrices::default()
    }];
    let reserved = |machines, per_hour| Commitment {
        name: "one".to_owned(),
        term: Term::One,
        kind: CommitmentKind::Reservation {
            machines,
            per_hour: UsdPerHour(per_hour),
        },
        covers: vec![Covered {
            target: 0,
            per_hour: UsdPerHour(0),
        }],
        source: None,
    };
    let dollars = |commitments: &[Commitment]| {
        least_costs(&result.targets, &prices, commitments, window)
            .unwrap()
            .dollars()
    };
    let alone = least_cost((0, &result.targets[0]), &prices[0], &[], window);
    // 45 node-minutes at 1 USD/h; beside two reserved hours of 0.60 USD, which can do all of it, nothing is left.
    assert!((alone.unwrap().dollars() - 0.75).abs() < 1e-9);
    assert!((dollars(&[]) - 0.75).abs() < 1e-9);
    assert!((dollars(&[reserved(1, 600_000)]) - 1.2).abs() < 1e-9);
    // A reservation that costs next to nothing: the work is never cheaper than its rate, and that is paid.
    assert!((dollars(&[reserved(1, 100_000)]) - 0.2).abs() < 1e-9);
}
