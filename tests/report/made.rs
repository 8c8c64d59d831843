//! Hand-made results: small numbers of which every figure can be worked out on paper.

use std::borrow::Cow;

use autoscale_simulator::category::Category;
use autoscale_simulator::currency::Currency;
use autoscale_simulator::pricing::{
    Commitment, CommitmentKind, Coverage, Covered, FixedCharge, Meter, TargetPrices, Term,
};
use autoscale_simulator::report::{StudyResults, VariantResults};
use autoscale_simulator::results::{
    HourGrid, HourlyTimes, LeaseRecord, Levels, NodeTimes, Packed, ReplicationResult, RunRecord,
    RunStatistics, RunStatus, TargetResult, Timeline, TimelinePoint, WaitQuantiles, Window,
    up_to_all, wait_grid,
};
use autoscale_simulator::study_results::{Known, Limits, Recurrence, TargetSort};
use autoscale_simulator::units::{
    NodeTime, SimDuration, SimTime, TICKS_PER_HOUR, TICKS_PER_SECOND, UsdPerHour,
};

use crate::workloads::share;

pub(crate) fn seconds(count: u64) -> NodeTime {
    NodeTime(u128::from(count * TICKS_PER_SECOND))
}

pub(crate) fn window() -> Window {
    Window {
        warmup: SimTime(TICKS_PER_HOUR),
        horizon: SimTime(25 * TICKS_PER_HOUR),
    }
}

/// `count` runs that all started, completed and waited `wait` seconds.
pub(crate) fn runs(count: u64, wait: u64) -> RunStatistics {
    let waited = seconds(count * wait).0;
    let wait = SimDuration::from_secs(wait);
    let at_most = wait_grid().map(|most| if wait <= most { count } else { 0 });
    RunStatistics {
        submitted: count,
        completed: count,
        started: count,
        wait_sum: waited,
        queue_sum: waited,
        turnaround_sum: waited + seconds(count * 600).0,
        wait_quantiles: (count > 0).then_some(WaitQuantiles {
            p50: wait.into(),
            p95: wait.into(),
            p99: wait.into(),
            max: wait,
        }),
        wait_at_most: up_to_all(at_most, count).into(),
        ..RunStatistics::default()
    }
}

/// A target whose nodes ran for `busy` seconds, were idle for `idle` seconds, and ran for `drain` seconds after the horizon.
pub(crate) fn target(runs: RunStatistics, busy: u64, idle: u64, drain: u64) -> TargetResult {
    TargetResult {
        runs,
        within: NodeTimes {
            run: seconds(busy),
            idle_before_scale_down: seconds(idle),
            ..NodeTimes::default()
        },
        drain: NodeTimes {
            run: seconds(drain),
            ..NodeTimes::default()
        },
        end: window().horizon + SimDuration::from_secs(drain),
        peak_nodes: 4,
        spin_ups: 5,
        slots: 1,
        nodes_evicted: 0,
        ..TargetResult::default()
    }
}

pub(crate) fn replication(targets: Vec<TargetResult>) -> ReplicationResult {
    let all_runs = targets[0].runs.clone();
    ReplicationResult {
        targets,
        all_runs,
        ..ReplicationResult::default()
    }
}

/// A variant with one target at 3.60 USD per hour: a node-second costs 0.001 USD.
pub(crate) fn variant(
    name: &str,
    target: &str,
    replications: Vec<ReplicationResult>,
) -> VariantResults {
    VariantResults {
        name: name.to_owned(),
        provider: "Microsoft".to_owned(),
        currency: Currency::default(),
        window: window(),
        cut: false,
        into_hour: SimDuration::ZERO,
        start: "2024-01-01T00:00:00+01:00[Europe/Berlin]".to_owned(),
        targets: vec![target.to_owned()],
        products: vec!["Compute Cluster".to_owned()],
        prices: vec![prices()],
        tags: Vec::new(),
        commitments: Vec::new(),
        coverage: Vec::new(),
        periods: Vec::new(),
        kinds: vec![kind(target)],
        workloads: vec!["train".to_owned()],
        labels: Vec::new(),
        coming: Vec::new(),
        exact: Vec::new(),
        rivals: Vec::new(),
        limits: Limits::default(),
        recurrence: Recurrence::Steady,
        equal: Vec::new(),
        start_is_assumed: false,
        by_week: false,
        replications: replications.into_iter().map(Packed::from).collect(),
        known: Known::default(),
    }
}

/// Changes every replication.
pub(crate) fn change(variant: &mut VariantResults, mut edit: impl FnMut(&mut ReplicationResult)) {
    for packed in &mut variant.replications {
        let mut result = packed.clone().unpack();
        edit(&mut result);
        *packed = result.into();
    }
    variant.known = Known::default();
}

/// Changes the first replication.
pub(crate) fn change_first(
    variant: &mut VariantResults,
    edit: impl FnOnce(&mut ReplicationResult),
) {
    let mut edit = Some(edit);
    change(variant, |result| {
        if let Some(edit) = edit.take() {
            edit(result);
        }
    });
}

/// `box` is an instance, all others are clusters.
pub(crate) fn kind(target: &str) -> TargetSort {
    if target == "box" {
        TargetSort::AlwaysOn
    } else {
        TargetSort::Cluster {
            min_nodes: 0,
            max_nodes: 100,
        }
    }
}

pub(crate) fn prices() -> TargetPrices {
    TargetPrices {
        per_hour: UsdPerHour(3_600_000),
        ..TargetPrices::default()
    }
}

pub(crate) fn study(variants: Vec<VariantResults>) -> StudyResults {
    StudyResults {
        scenario: "burst".to_owned(),
        seed: 7,
        baseline: 0,
        variants,
        ..StudyResults::default()
    }
}

/// An always-on instance of which every figure is the same in each replication, and a cluster whose figures vary.
pub(crate) fn two_variants() -> StudyResults {
    let instance = |_| replication(vec![target(runs(40, 0), 40_000, 46_400, 0)]);
    let cluster =
        |(busy, wait): (u64, u64)| replication(vec![target(runs(40, wait), busy, 9_000, 1_000)]);
    study(vec![
        variant("always-on", "box", (0..3).map(instance).collect()),
        variant(
            "cluster",
            "gpu",
            [(39_000, 350), (40_000, 360), (41_000, 370)]
                .map(cluster)
                .to_vec(),
        ),
    ])
}

/// A cluster whose nodes are lost and whose quota binds, beside one without either. Of 40 runs, 5 were hit, 7 times in
/// all; 2 of them failed of it, one before it was Running, and 1 was refused: 37 completed of 38 that started. These
/// waited 50 s for an image, 400 s in the queue (100 s for nodes on their way, 250 s for quota) and 30 s for setup: 480 s.
/// With 12 nodes, 3,600 s of work were lost within the horizon and 400 s after it, beside 36,000 s that were not.
pub(crate) fn hindered() -> StudyResults {
    let calm = replication(vec![target(runs(40, 60), 36_000, 9_000, 0)]);
    let hindered = |nodes_evicted: u64| {
        let mut runs = runs(38, 480);
        runs.submitted = 40;
        runs.completed = 37;
        (runs.failed, runs.failed_by_interruption) = (3, 2);
        (runs.hit, runs.losses) = (5, 7);
        runs.prepare_sum = seconds(38 * 50).0;
        runs.queue_sum = seconds(38 * 400).0;
        runs.queue_provisioning_sum = seconds(38 * 100).0;
        runs.queue_quota_sum = seconds(38 * 250).0;
        runs.node_setup_sum = seconds(38 * 30).0;
        let mut target = target(runs, 36_000, 9_000, 0);
        target.nodes_evicted = nodes_evicted;
        target.within.lost = seconds(3_600);
        target.drain.lost = seconds(400);
        replication(vec![target])
    };
    study(vec![
        variant("dedicated", "gpu", vec![calm.clone(), calm.clone(), calm]),
        variant("low-priority", "gpu", [11, 12, 13].map(hindered).to_vec()),
    ])
}

/// [`two_variants`] and a third with two targets, whose name needs quotes, with records and a timeline.
pub(crate) fn full_study() -> StudyResults {
    let mut study = two_variants();
    let targets = vec![
        target(runs(30, 90), 20_000, 500, 60),
        target(runs(10, 0), 30_000, 56_400, 0),
    ];
    let recorded = ReplicationResult {
        all_runs: runs(40, 67),
        timelines: vec![timeline(), Timeline::default()],
        runs: vec![run_done(), run_refused(), run_hit()],
        leases: vec![lease(), lease_lost()],
        groups: Vec::new(),
        fan_outs: Vec::new(),
        workloads: vec![
            share((0, 0), (30, 90), 20_060),
            share((1, 1), (10, 0), 30_000),
        ],
        targets,
    };
    let mut both = variant("gpu, then box", "gpu", vec![recorded]);
    both.targets.push("box".to_owned());
    both.prices.push(prices());
    both.kinds.push(kind("box"));
    both.workloads.push("notebook".to_owned());
    study.variants.push(both);
    study.variants.push(reserved());
    study
}

/// A cluster of one node with a catalog's price of 3.60 USD/h, which a reservation at 2.16 and a plan of 1 USD an hour
/// at 2.50 cover.
pub(crate) fn reserved() -> VariantResults {
    let cluster = |busy| {
        let mut target = target(runs(40, 60), busy, 9_000, 1_000);
        let Window { warmup, horizon } = window();
        let secs = SimDuration::from_secs;
        // The node is on from the warm-up on, and idle at last; another beside it for an hour, half of it idle.
        let idle_from = warmup + secs(busy - 1_800);
        target.hours = Some(Box::new(node_hours(&[
            (RUN, warmup, busy - 1_800),
            (IDLE_TAIL, idle_from, 7_200),
            (RUN, warmup, 1_800),
            (IDLE_TAIL, warmup + secs(1_800), 1_800),
            (RUN, horizon, 1_000),
        ])));
        replication(vec![target])
    };
    let mut variant = variant(
        "reserved",
        "gpu",
        [39_000, 40_000, 41_000].map(cluster).to_vec(),
    );
    let size = Some("Standard_NC6s_v3".to_owned());
    variant.prices = vec![TargetPrices {
        meter: Meter::PayAsYouGo,
        size,
        region: Some("westeurope".to_owned()),
        source: Some("a price book, 2024-01-01".to_owned()),
        disk: Some(FixedCharge {
            micro_usd: 19_710_000,
            hours: 730,
        }),
        ..prices()
    }];
    let covers = vec![Covered {
        target: 0,
        per_hour: UsdPerHour(2_500_000),
    }];
    variant.commitments = vec![
        Commitment {
            name: "gpu-1y".to_owned(),
            term: Term::default(),
            kind: CommitmentKind::Reservation {
                machines: 1,
                per_hour: UsdPerHour(2_160_000),
            },
            covers: covers.clone(),
            source: Some("a price book, 2024-03-25".to_owned()),
        },
        Commitment {
            name: "plan-1y".to_owned(),
            term: Term::default(),
            kind: CommitmentKind::SavingsPlan {
                per_hour: UsdPerHour(1_000_000),
            },
            covers,
            source: None,
        },
    ];
    cover(&mut variant);
    variant
}

/// Positions of categories in an hour's times.
pub(crate) const RUN: usize = Category::Run as usize;
pub(crate) const IDLE_TAIL: usize = Category::IdleBeforeScaleDown as usize;

/// The hours of nodes: category, begin and seconds of each.
pub(crate) fn node_hours(nodes: &[(usize, SimTime, u64)]) -> HourlyTimes {
    let mut hours = HourlyTimes::new(HourGrid {
        into_hour: SimDuration::ZERO,
        window: window(),
    });
    for (part, from, length) in nodes {
        hours.add(*part, *from, *from + SimDuration::from_secs(*length), 1);
    }
    hours
}

/// What the commitments of a variant cover.
pub(crate) fn cover(variant: &mut VariantResults) {
    let of = |replication: Cow<'_, ReplicationResult>| {
        let targets = &replication.targets;
        Coverage::of(
            &variant.commitments,
            &variant.prices,
            targets,
            variant.window,
        )
    };
    variant.coverage = variant.statistics().map(of).collect();
}

fn timeline() -> Timeline {
    let point = |from, span, idle, occupied| TimelinePoint {
        from: SimTime(from),
        span: SimDuration(span),
        levels: Levels {
            idle,
            occupied,
            queued_nodes: 4.0,
            ..Levels::default()
        },
    };
    Timeline {
        points: vec![
            point(0, 1_500_000, 2.0, 0.0),
            point(1_500_000, 60_000_000, 0.25, 1.75),
        ],
        averaged_over: None,
    }
}

fn run_done() -> RunRecord {
    RunRecord {
        workload: 0,
        position: 12,
        label: 0,
        target: 0,
        nodes: 3,
        submitted: SimTime(1_000_001),
        queued: Some(SimTime(1_000_001)),
        assigned: Some(SimTime(61_000_001)),
        started: Some(SimTime(90_000_000)),
        node_setup: SimDuration(28_999_999),
        queue_provisioning: SimDuration(40_000_000),
        queue_quota: SimDuration(15_000_000),
        ended: Some(SimTime(3_690_000_000)),
        status: RunStatus::Completed,
        nodes_held: vec![0, 3, 5],
        losses: 0,
        lost: SimDuration::ZERO,
        deallocations: 0,
        deallocated: SimDuration::ZERO,
    }
}

fn run_refused() -> RunRecord {
    RunRecord {
        workload: 1,
        position: 0,
        label: 0,
        target: 1,
        nodes: 2,
        submitted: SimTime(2_000_000),
        queued: None,
        assigned: None,
        started: None,
        node_setup: SimDuration::ZERO,
        queue_provisioning: SimDuration::ZERO,
        queue_quota: SimDuration::ZERO,
        ended: Some(SimTime(2_000_000)),
        status: RunStatus::Failed,
        nodes_held: Vec::new(),
        losses: 0,
        lost: SimDuration::ZERO,
        deallocations: 0,
        deallocated: SimDuration::ZERO,
    }
}

/// Hit twice on two nodes: what ran for 600 s and for 30.5 s was lost.
fn run_hit() -> RunRecord {
    RunRecord {
        position: 13,
        nodes: 2,
        nodes_held: vec![6, 8],
        losses: 2,
        lost: SimDuration(630_500_000),
        ..run_done()
    }
}

/// 100.5 s from the start of boot to release, billed as 101 s: 0.101 USD.
fn lease() -> LeaseRecord {
    LeaseRecord {
        target: 0,
        node: 7,
        requested: SimTime(1_000_000),
        billed_from: SimTime(2_000_000),
        released: SimTime(102_500_000),
        billed: SimDuration::from_secs(101),
        boot: seconds(10),
        node_setup: seconds(5),
        run: seconds(60),
        lost: seconds(0),
        finalize: NodeTime(500_000),
        idle: seconds(25),
        ended_by_loss: false,
    }
}

/// The same lease, of whose 60 s Running 30.5 s were lost with the node at its end.
fn lease_lost() -> LeaseRecord {
    LeaseRecord {
        node: 8,
        run: NodeTime(29_500_000),
        lost: NodeTime(30_500_000),
        ended_by_loss: true,
        ..lease()
    }
}
