//! What a random world may have on top: random lengths of time, and arrivals that are generated.

use autoscale_simulator::calendar::{Calendar, WeeklySchedule};
use autoscale_simulator::distribution::Distribution;
use autoscale_simulator::engine::streams::Stream;
use autoscale_simulator::model::settings::{TargetKind, WorldSettings};
use autoscale_simulator::units::{SimDuration, SimTime};
use autoscale_simulator::workload::batch::Batch;
use autoscale_simulator::workload::bursts::Bursts;
use autoscale_simulator::workload::deterministic::Deterministic;
use autoscale_simulator::workload::poisson::Poisson;
use autoscale_simulator::workload::{Arrivals, NodeCount, WorkloadSettings};

use super::{SECOND, Size, below, constant, most_nodes, narrow, pick};

/// Makes random what a world has constant, and has arrivals generated instead of read.
pub fn vary(stream: &mut Stream, size: Size, settings: &mut WorldSettings) {
    for environment in &mut settings.environments {
        environment.image_build = vary_length(stream, &environment.image_build, 300);
        environment.image_pull = vary_length(stream, &environment.image_pull, 20);
    }
    for target in &mut settings.targets {
        match &mut target.kind {
            TargetKind::Cluster(pool) if pool.policy.is_some() => {
                pool.boot = vary_length(stream, &pool.boot, 180);
            }
            TargetKind::Cluster(cluster) => {
                let limit = &mut cluster.idle_before_scale_down;
                *limit = vary_length(stream, limit, 120);
                cluster.allocation = vary_length(stream, &cluster.allocation, 30);
                cluster.boot = vary_length(stream, &cluster.boot, 180);
                cluster.leaving = vary_length(stream, &cluster.leaving, 30);
            }
            TargetKind::Instance(instance) => {
                instance.boot = vary_length(stream, &instance.boot, 120);
            }
        }
    }
    let (horizon, targets) = (settings.horizon, settings.targets.clone());
    for workload in &mut settings.workloads {
        workload.setup = vary_length(stream, &workload.setup, 15);
        workload.finalize = vary_length(stream, &workload.finalize, 15);
        if below(stream, 2) == 0 {
            let most = narrow(most_nodes(&targets[workload.targets[0]]));
            generate(stream, size, (horizon, most), workload);
        }
    }
}

/// As it is, or random with a mean of some `typical_s` seconds.
fn vary_length(stream: &mut Stream, now: &Distribution, typical_s: u64) -> Distribution {
    if below(stream, 2) == 0 {
        return now.clone();
    }
    random_length(stream, typical_s)
}

fn random_length(stream: &mut Stream, typical_s: u64) -> Distribution {
    let typical = SimDuration::from_secs(typical_s);
    let times = |factor: u64| SimDuration::from_secs(typical_s * factor);
    let length = match below(stream, 6) {
        0 => Distribution::exponential(typical),
        1 => Distribution::log_normal_median_p95(typical, times(3)),
        2 => Distribution::uniform(SimDuration::ZERO, times(2)),
        3 => Distribution::gamma(0.5, times(2)),
        4 => Distribution::triangular(SimDuration::ZERO, typical, times(4)),
        _ => Distribution::empirical(
            vec![SimDuration::ZERO, typical, times(5)],
            vec![1.0, 3.0, 0.5],
        ),
    };
    length.unwrap()
}

/// Arrivals that are generated instead of read, with random durations and weighted node counts.
fn generate(
    stream: &mut Stream,
    size: Size,
    (horizon, most): (SimTime, u32),
    workload: &mut WorkloadSettings,
) {
    let rate_per_s = size.runs as f64 / horizon.as_secs_f64().max(1.0);
    let length = SimDuration(horizon.0 / size.runs + 1);
    workload.arrivals = match below(stream, 4) {
        0 => Arrivals::Poisson(Poisson::new(rate_per_s)),
        1 => Arrivals::Deterministic(Deterministic::new(
            SimDuration(length.0.max(SECOND)),
            SimTime(below(stream, length.0)),
        )),
        2 => Arrivals::Batch(Batch::new(
            5,
            (0..=size.runs / 5)
                .map(|batch| SimTime(batch * 5 * length.0 / SECOND * SECOND))
                .collect(),
        )),
        _ => {
            let start = jiff::civil::date(2024, 1, 1).at(0, 0, 0, 0);
            let calendar = Calendar::new(start, "Europe/Berlin").unwrap();
            let windows = [
                "daily 00:00-00:05".to_owned(),
                "daily 00:20-01:00".to_owned(),
            ];
            Arrivals::Bursts(Bursts::new(
                pick(stream, &[0.0, rate_per_s / 2.0]),
                rate_per_s * 3.0,
                WeeklySchedule::parse(&calendar, &windows).unwrap(),
            ))
        }
    };
    workload.duration = random_length(stream, size.duration_s);
    if below(stream, 4) == 0 {
        workload.duration = constant(size.duration_s * SECOND);
    }
    if below(stream, 2) == 0 {
        workload.nodes = NodeCount::Choice {
            values: vec![1, 2.min(most), most, most + 1],
            weights: vec![6.0, 2.0, 0.5, pick(stream, &[0.0, 0.5])],
        };
    }
    workload.priority = pick(stream, &[-1, 0, 0, 3]);
    workload.environment = pick(stream, &[None, None, Some(0), Some(2)]);
}
