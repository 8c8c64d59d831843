//! What was accepted, cut down to what takes moments, and simulated.

use std::time::{Duration, Instant};

use autoscale_simulator::autoscale::ReplicaPolicy;
use autoscale_simulator::calendar::UtcPeriod;
use autoscale_simulator::distribution::Distribution;
use autoscale_simulator::error::Error;
use autoscale_simulator::model::settings::{End, TargetKind, WorldSettings};
use autoscale_simulator::scenario::Scenario;
use autoscale_simulator::serving::settings::{Machines, ServiceController};
use autoscale_simulator::study::{self, Keep, Watcher};
use autoscale_simulator::units::{SimDuration, SimTime, TICKS_PER_HOUR, TICKS_PER_SECOND};
use autoscale_simulator::workload::Arrivals;

use crate::Answer;
use crate::results::judge;

/// Simulated time at most.
const HORIZON: SimTime = SimTime(4 * TICKS_PER_HOUR);
/// Runs, pieces or requests at most, about.
const WORK: f64 = 5_000.0;
const NODES: u32 = 500;
/// Shortest time between two looks of a controller.
const INTERVAL: SimDuration = SimDuration(TICKS_PER_SECOND);
/// Longest time that anything takes in the mean.
const LONG: f64 = 1e9;
const TIME: Duration = Duration::from_secs(1);

/// Stops after some time.
struct Limit(Instant);

impl Watcher for Limit {
    fn replication_done(&self) {}

    fn go_on(&self) -> bool {
        self.0.elapsed() < TIME
    }
}

/// Simulates one or two variants, if they are small enough, and judges the results.
pub(crate) fn simulate(mut scenario: Scenario, number: u64) -> Result<Answer, String> {
    scenario.variants.truncate(2);
    scenario.baseline = scenario.baseline.min(scenario.variants.len() - 1);
    for variant in &mut scenario.variants {
        cut(&mut variant.settings);
        if !is_small(&variant.settings) {
            return Ok(Answer::Accepted);
        }
    }
    let keep = Keep {
        records: number.is_multiple_of(2),
        timelines: true,
        periods: number.is_multiple_of(4).then_some(UtcPeriod::Day),
    };
    match study::run(&[scenario], keep, Some(1), &Limit(Instant::now())) {
        Ok(studies) => judge(&studies[0], number).map(|()| Answer::Simulated),
        Err(Error::Interrupted | Error::Endless { .. }) => Ok(Answer::Accepted),
        Err(error) => Err(error.to_string()),
    }
}

/// A short world with the same beginning.
fn cut(settings: &mut WorldSettings) {
    settings.horizon = settings.horizon.min(HORIZON);
    settings.warmup = settings.warmup.min(SimTime(settings.horizon.0 / 2));
    settings.end = End::Cut;
}

/// Arrivals to be expected.
fn arrivals(arrivals: &Arrivals, horizon: SimTime) -> f64 {
    let peak = arrivals
        .peaks()
        .map(|peaks| peaks.peak_per_s.max(peaks.quiet_per_s));
    peak.unwrap_or(arrivals.per_s(horizon)) * horizon.as_secs_f64()
}

fn is_small(settings: &WorldSettings) -> bool {
    let runs = settings.workloads.iter().map(|workload| {
        let pieces = workload.batch_inference.as_ref().map_or(1.0, |pieces| {
            f64::from(pieces.mini_batches) * f64::from(pieces.tries)
        });
        arrivals(&workload.arrivals, settings.horizon) * pieces
    });
    let requests = settings
        .requests
        .iter()
        .map(|of| arrivals(&of.arrivals, settings.horizon));
    let work: f64 = runs.chain(requests).sum();
    let durations = settings
        .workloads
        .iter()
        .flat_map(|of| [&of.duration, &of.setup, &of.finalize]);
    let services = settings.requests.iter().map(|of| &of.service_time);
    work <= WORK
        && durations.chain(services).all(is_short)
        && settings
            .targets
            .iter()
            .all(|target| is_small_target(&target.kind))
        && settings.services.iter().all(|service| {
            service.controller.most_replicas() <= NODES
                && looks_seldom(&service.controller)
                && is_short(&service.start)
                && has_few_machines(&service.machines)
        })
}

fn is_short(time: &Distribution) -> bool {
    time.mean_secs() < LONG
}

fn is_small_target(kind: &TargetKind) -> bool {
    match kind {
        TargetKind::Cluster(cluster) => {
            let times = [
                &cluster.boot,
                &cluster.allocation,
                &cluster.leaving,
                &cluster.idle_before_scale_down,
            ];
            let failing = cluster.allocation_failure.as_ref();
            cluster.max_nodes <= NODES
                && times.into_iter().all(is_short)
                && cluster
                    .policy
                    .as_ref()
                    .is_none_or(|policy| policy.interval >= INTERVAL && is_short(&policy.creation))
                && failing.is_none_or(|failing| {
                    failing.probability < 0.99 && failing.retry_after >= INTERVAL
                })
        }
        TargetKind::Instance(instance) => instance.slots <= NODES && is_short(&instance.boot),
    }
}

fn looks_seldom(controller: &ServiceController) -> bool {
    match &controller.policy {
        Some(ReplicaPolicy::Rules(rules)) => rules.evaluation_interval >= INTERVAL,
        _ => true,
    }
}

fn has_few_machines(machines: &Machines) -> bool {
    match machines {
        Machines::Nodes(nodes) => {
            let scan = nodes.autoscaler.as_ref().map(|autoscaler| autoscaler.scan);
            nodes.max_nodes <= NODES && scan.is_none_or(|scan| scan >= INTERVAL)
        }
        Machines::Always(count) => *count <= NODES,
        Machines::None | Machines::EachReplica => true,
    }
}
