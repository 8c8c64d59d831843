//! Runs on nodes that are lost at random: mean completion times against their closed form.

use autoscale_simulator::distribution::Distribution;
use autoscale_simulator::model::settings::SurplusProvisioning::Keep;
use autoscale_simulator::model::settings::{NodeLoss, TargetKind, WorldSettings};
use autoscale_simulator::units::{SimDuration, SimTime};
use autoscale_simulator::workload::batch::Batch;
use autoscale_simulator::workload::{Arrivals, OnLoss};

use crate::measure::{Claims, System, as_stated, cluster, constant, replicate};

/// Runs of each replication, each on a node of its own.
const RUNS: u32 = 2_000;

/// Work, checkpoint interval and cost, restart, mean time between losses, in hours; the mean completion time as stated; and
/// how wide half its interval may be.
type Case = (f64, Option<(f64, f64)>, f64, f64, &'static str, f64);

const CASES: [Case; 4] = [
    (24.0, Some((1.0, 1.0 / 12.0)), 0.25, 12.0, "27.6898", 0.001),
    (24.0, None, 0.25, 12.0, "78.2827", 0.02),
    (24.0, Some((0.5, 1.0 / 12.0)), 0.25, 12.0, "29.2067", 0.001),
    (
        100.0,
        Some((2.0, 1.0 / 12.0)),
        0.25,
        50.0,
        "106.8132",
        0.002,
    ),
];

fn hours(count: f64) -> SimDuration {
    SimDuration::from_secs_rounded(count * 3600.0)
}

/// A stretch of work of length `l` between checkpoints takes M e^(R/M) (e^(l/M) - 1) in the mean: the first try has no
/// restart, each further one has, and all of it is exposed to losses, which have no memory.
fn completion(work: f64, checkpoints: Option<(f64, f64)>, restart: f64, between: f64) -> f64 {
    let stretch = |length: f64| between * (restart / between).exp() * (length / between).exp_m1();
    match checkpoints {
        Some((interval, cost)) => {
            let taken = (work / interval).ceil() - 1.0;
            taken * stretch(interval + cost) + stretch(work - taken * interval)
        }
        None => stretch(work),
    }
}

/// A batch of runs at `t = 0` on a cluster with a node for each, which comes at once.
fn world(
    name: &str,
    (work, checkpoints, restart, between): (f64, Option<(f64, f64)>, f64, f64),
) -> WorldSettings {
    let kind = cluster((0, RUNS), constant(0.0), constant(0.0), Keep);
    let TargetKind::Cluster(mut settings) = kind else {
        unreachable!("it was made a cluster")
    };
    settings.loss = NodeLoss::Rate(1.0 / between);
    let mut world = System::new(TargetKind::Cluster(settings), 1.0).world(name, 1.0);
    (world.warmup, world.horizon) = (SimTime::ZERO, SimTime(1));
    let workload = &mut world.workloads[0];
    workload.arrivals = Arrivals::Batch(Batch::new(RUNS, vec![SimTime::ZERO]));
    workload.duration = Distribution::constant(hours(work));
    workload.restart = hours(restart);
    workload.on_loss = match checkpoints {
        Some((interval, cost)) => OnLoss::Resume {
            interval: hours(interval),
            cost: hours(cost),
        },
        None => OnLoss::Requeue,
    };
    world
}

/// Checkpoint and eviction with a replacement that is always ready, and no setup.
#[test]
fn runs_on_nodes_that_are_lost_complete_as_late_as_theory_says() {
    let mut claims = Claims::default();
    for (work, checkpoints, restart, between, stated, widest) in CASES {
        let name = format!("work {work} h, checkpoints {checkpoints:?}, a loss each {between} h");
        let theory = completion(work, checkpoints, restart, between);
        as_stated(&name, theory, stated);
        let world = world(&name, (work, checkpoints, restart, between));
        let means: Vec<f64> = replicate(&world, 30)
            .iter()
            .map(|target| {
                assert_eq!(target.runs.completed, u64::from(RUNS));
                let turnaround = target.runs.turnaround_sum as f64 / f64::from(RUNS);
                turnaround / 3.6e9
            })
            .collect();
        claims.judge_mean(&name, theory, &means, widest);
    }
    claims.settle();
}

/// What a run that fails with its node has lost: with probability e^(-w/M) it completes, and it runs min(life, w) in the mean,
/// M (1 - e^(-w/M)), of which all is lost where it fails.
#[test]
fn runs_that_fail_with_their_node_lose_what_theory_says() {
    let (work, between) = (10.0, 20.0);
    let mut world = world("fail", (work, None, 0.0, between));
    world.workloads[0].on_loss = OnLoss::Fail;
    let targets = replicate(&world, 200);
    let completes = (-work / between).exp();
    let lost = between * (1.0 - completes) - work * completes;
    let runs = f64::from(RUNS);
    let shares: Vec<f64> = targets
        .iter()
        .map(|target| target.runs.completed as f64 / runs)
        .collect();
    let hours: Vec<f64> = targets
        .iter()
        .map(|target| (target.within.lost + target.drain.lost).as_hours() / runs)
        .collect();
    let mut claims = Claims::default();
    claims.judge_mean("share that completes", completes, &shares, 0.01);
    claims.judge_mean("hours lost a run", lost, &hours, 0.02);
    for target in &targets {
        assert_eq!(target.runs.failed, target.runs.failed_by_interruption);
        assert_eq!(target.runs.hit, target.runs.failed);
    }
    claims.settle();
}
