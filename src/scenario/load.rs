//! Offered load: the work that workloads bring per second, against what a target can do. Pure arithmetic.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use crate::distribution::Distribution;
use crate::model::settings::{TargetKind, TargetSettings, WorldSettings};
use crate::units::{SimDuration, SimTime};
use crate::workload::trace::TraceRow;
use crate::workload::{Arrivals, NodeCount, WorkloadSettings};

/// Draws behind the mean of a capped duration: its standard error is then at most half a percent of the limit.
const DRAWS: u32 = 100_000;

/// What workloads ask of a target.
#[derive(Clone, Debug, PartialEq)]
pub struct OfferedLoad {
    /// The target's name.
    pub target: String,
    /// Mean node-seconds (of an instance: slot-seconds) asked for per second in `[0, horizon)`, with the occupied
    /// stages setup, Running (up to the maximum duration) and finalize; image pulls are not counted.
    pub demand: f64,
    /// The same while the peak windows of bursts are open; `None` without bursts.
    pub peak_demand: Option<f64>,
    /// The most it can do: nodes, or slots times the share of time a schedule has them on.
    pub capacity: f64,
}

impl OfferedLoad {
    /// Whether the queue grows without bound.
    pub fn is_saturated(&self) -> bool {
        self.demand >= self.capacity
    }
}

/// Means of capped durations, each estimated once.
#[derive(Debug, Default)]
pub(super) struct Means {
    known: Vec<(Distribution, SimDuration, Capped)>,
}

/// A duration under a limit.
#[derive(Clone, Copy, Debug)]
struct Capped {
    /// Mean Running time in seconds.
    mean_s: f64,
    /// Share of runs that are not cut off, and so come to finalize.
    completing: f64,
}

impl Means {
    fn capped(&mut self, duration: &Distribution, limit: Option<SimDuration>) -> Capped {
        let Some(limit) = limit else {
            return Capped {
                mean_s: duration.mean_secs(),
                completing: 1.0,
            };
        };
        let known = self.known.iter();
        for (distribution, other, capped) in known {
            if *other == limit && distribution == duration {
                return *capped;
            }
        }
        let capped = estimate(duration, limit);
        self.known.push((duration.clone(), limit, capped));
        capped
    }
}

fn estimate(duration: &Distribution, limit: SimDuration) -> Capped {
    let draws = if duration.as_constant().is_some() {
        1
    } else {
        DRAWS
    };
    let mut rng = ChaCha8Rng::seed_from_u64(0);
    let (mut sum, mut completing) = (0.0, 0.0);
    for _ in 0..draws {
        let draw = duration.sample(&mut rng);
        sum += draw.min(limit).as_secs_f64();
        completing += f64::from(draw <= limit);
    }
    Capped {
        mean_s: sum / f64::from(draws),
        completing: completing / f64::from(draws),
    }
}

/// The offered load of every target that a workload submits to.
pub(super) fn offered(settings: &WorldSettings, means: &mut Means) -> Vec<OfferedLoad> {
    let of_target = |(position, target): (usize, &TargetSettings)| {
        let mut load = OfferedLoad {
            target: target.name.clone(),
            demand: 0.0,
            peak_demand: None,
            capacity: capacity(target, settings.horizon),
        };
        let mut peak = 0.0;
        let workloads = settings.workloads.iter();
        for workload in workloads.filter(|workload| workload.targets[0] == position) {
            let (mean, at_peak) = demand(workload, target, settings.horizon, means);
            load.demand += mean;
            peak += at_peak.unwrap_or(mean);
            if at_peak.is_some() {
                load.peak_demand = Some(0.0);
            }
        }
        load.peak_demand = load.peak_demand.map(|_| peak);
        load
    };
    settings.targets.iter().enumerate().map(of_target).collect()
}

/// The largest run a target takes.
pub(super) fn largest_run(target: &TargetSettings) -> u32 {
    match &target.kind {
        TargetKind::Cluster(cluster) => cluster.max_nodes,
        TargetKind::Instance(_) => 1,
    }
}

fn capacity(target: &TargetSettings, horizon: SimTime) -> f64 {
    match &target.kind {
        TargetKind::Cluster(cluster) => f64::from(cluster.max_nodes),
        TargetKind::Instance(instance) => {
            let on = instance.schedule.as_ref().map_or(1.0, |schedule| {
                let open = schedule.open_time(SimTime::ZERO, horizon).as_secs_f64();
                open / horizon.as_secs_f64()
            });
            f64::from(instance.slots) * on
        }
    }
}

/// Mean demand of a workload, and its demand in peak windows.
fn demand(
    workload: &WorkloadSettings,
    target: &TargetSettings,
    horizon: SimTime,
    means: &mut Means,
) -> (f64, Option<f64>) {
    let limit = workload.max_duration.or(target.max_run_duration);
    if let Arrivals::Trace(trace) = &workload.arrivals {
        return (of_trace(workload, target, &trace.rows, horizon), None);
    }
    let capped = means.capped(&workload.duration, limit);
    let occupied = workload.setup.mean_secs()
        + capped.mean_s
        + workload.finalize.mean_secs() * capped.completing;
    let per_run = occupied * mean_nodes(&workload.nodes, largest_run(target));
    let seconds = horizon.as_secs_f64();
    match &workload.arrivals {
        Arrivals::Poisson(poisson) => (poisson.rate_per_s() * per_run, None),
        Arrivals::Deterministic(deterministic) => {
            (per_run / deterministic.interval.as_secs_f64(), None)
        }
        Arrivals::Bursts(bursts) => {
            let open = bursts.windows.open_time(SimTime::ZERO, horizon);
            let share = open.as_secs_f64() / seconds;
            let rate = bursts.quiet_per_s * (1.0 - share) + bursts.peak_per_s * share;
            (rate * per_run, Some(bursts.peak_per_s * per_run))
        }
        Arrivals::Batch(batch) => {
            let runs = f64::from(batch.runs) * batch.times.len() as f64;
            (runs / seconds * per_run, None)
        }
        Arrivals::Trace(_) => unreachable!("traces are counted above"),
    }
}

/// Node-seconds of the rows over the time in which they come; a run that takes longer than that counts as its nodes.
fn of_trace(
    workload: &WorkloadSettings,
    target: &TargetSettings,
    rows: &[TraceRow],
    horizon: SimTime,
) -> f64 {
    let limit = workload.max_duration.or(target.max_run_duration);
    let (setup, finalize) = (workload.setup.mean_secs(), workload.finalize.mean_secs());
    let span = horizon.as_secs_f64();
    let mut demand = 0.0;
    for row in rows {
        let cut = limit.filter(|limit| row.duration > *limit);
        let occupied = match cut {
            Some(limit) => setup + limit.as_secs_f64(),
            None => setup + row.duration.as_secs_f64() + finalize,
        };
        let nodes = row.nodes.map(NodeCount::Constant);
        let nodes = nodes.as_ref().unwrap_or(&workload.nodes);
        demand += (occupied / span).min(1.0) * mean_nodes(nodes, largest_run(target));
    }
    demand
}

/// Mean nodes of a run, without those that are refused at submission.
fn mean_nodes(nodes: &NodeCount, most: u32) -> f64 {
    let fits = |nodes: u32| if nodes <= most { f64::from(nodes) } else { 0.0 };
    match nodes {
        NodeCount::Constant(nodes) => fits(*nodes),
        NodeCount::Choice { values, weights } => {
            let total: f64 = weights.iter().sum();
            let weighted = values.iter().zip(weights);
            weighted
                .map(|(nodes, weight)| fits(*nodes) * weight)
                .sum::<f64>()
                / total
        }
    }
}
