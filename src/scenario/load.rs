//! Offered load: the work that workloads bring per second, against what a target can do. Pure arithmetic.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use crate::distribution::Distribution;
use crate::model::settings::{TargetKind, TargetSettings, WorldSettings};
use crate::units::{SimDuration, SimTime};
use crate::workload::trace::TraceRow;
use crate::workload::{Arrivals, BatchInference, NodeCount, WorkloadSettings};

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
    /// The most it can do: nodes, as far as quotas leave them, or slots times the share of time a schedule has them on.
    pub capacity: f64,
    /// Whether more work than this comes, which goes on to another target.
    pub spills: bool,
}

impl OfferedLoad {
    /// Whether the queue grows without bound.
    pub fn is_saturated(&self) -> bool {
        self.demand >= self.capacity && !self.spills
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

/// What one workload asks of the targets, each by itself: mean, and in the peaks of bursts.
type Asked = (usize, f64, f64);

/// The offered load of every target, of which each can have at most `most` nodes. What several targets could do goes to
/// the first of them as far as it has room, and on to the next.
pub(super) fn offered(
    settings: &WorldSettings,
    most: &[u32],
    means: &mut Means,
) -> Vec<OfferedLoad> {
    let targets = settings.targets.iter().zip(most);
    let mut loads: Vec<OfferedLoad> = targets
        .map(|(target, most)| OfferedLoad {
            target: target.name.clone(),
            demand: 0.0,
            peak_demand: None,
            capacity: capacity(target, *most, settings.horizon),
            spills: false,
        })
        .collect();
    let mut peaks = vec![0.0; loads.len()];
    let mut has_peak = vec![false; loads.len()];
    // Those that have no choice come first.
    let mut workloads: Vec<&WorkloadSettings> = settings.workloads.iter().collect();
    workloads.sort_by_key(|workload| workload.targets.len() > 1);
    for workload in workloads {
        let mut asked: Vec<Asked> = Vec::new();
        for position in &workload.targets {
            let target = &settings.targets[*position];
            let (mean, at_peak) =
                demand(workload, target, most[*position], settings.horizon, means);
            asked.push((*position, mean, at_peak.unwrap_or(mean)));
            has_peak[*position] |= at_peak.is_some();
        }
        spread(&asked, &mut loads, &mut peaks);
    }
    for (load, (peak, has_peak)) in loads.iter_mut().zip(peaks.into_iter().zip(has_peak)) {
        load.peak_demand = has_peak.then_some(peak);
    }
    loads
}

/// Gives a workload's demand to its targets.
fn spread(asked: &[Asked], loads: &mut [OfferedLoad], peaks: &mut [f64]) {
    // The last that can take such runs takes all that is left.
    let last = asked.iter().rposition(|(_, mean, _)| *mean > 0.0);
    let (mut left, mut left_at_peak) = (1.0, 1.0);
    for (place, (position, mean, at_peak)) in asked.iter().enumerate() {
        let load = &mut loads[*position];
        let is_last = Some(place) == last;
        let room = |used: f64, demand: f64, left: f64| {
            if is_last || demand <= 0.0 {
                return left;
            }
            left.min((load.capacity - used).max(0.0) / demand)
        };
        let (taken, taken_at_peak) = if *mean > 0.0 {
            (
                room(load.demand, *mean, left),
                room(peaks[*position], *at_peak, left_at_peak),
            )
        } else {
            (0.0, 0.0)
        };
        load.spills |= !is_last && taken < left && load.demand < load.capacity;
        load.demand += taken * mean;
        peaks[*position] += taken_at_peak * at_peak;
        left -= taken;
        left_at_peak -= taken_at_peak;
        if is_last {
            break;
        }
    }
}

fn capacity(target: &TargetSettings, most: u32, horizon: SimTime) -> f64 {
    match &target.kind {
        TargetKind::Cluster(_) | TargetKind::Pool(_) => f64::from(most),
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
    most: u32,
    horizon: SimTime,
    means: &mut Means,
) -> (f64, Option<f64>) {
    let limit = workload.max_duration.or(target.max_run_duration);
    if let Arrivals::Trace(trace) = &workload.arrivals {
        let demand = of_trace(workload, limit, most, &trace.rows, horizon);
        return (demand, None);
    }
    let (running, completing) = if let Some(pieces) = &workload.batch_inference {
        let running = of_pieces(pieces, mean_nodes(&workload.nodes, most));
        let limit = limit.map_or(f64::INFINITY, SimDuration::as_secs_f64);
        (running.min(limit), f64::from(u8::from(running <= limit)))
    } else {
        let capped = means.capped(&workload.duration, limit);
        (capped.mean_s, capped.completing)
    };
    let occupied =
        workload.setup.mean_secs() + running + workload.finalize.mean_secs() * completing;
    let per_run = occupied * mean_nodes(&workload.nodes, most);
    let (mean, peak) = rates(&workload.arrivals, horizon);
    (mean * per_run, peak.map(|peak| peak * per_run))
}

/// Arrivals per second until the horizon, and in peak windows.
pub(super) fn rates(arrivals: &Arrivals, horizon: SimTime) -> (f64, Option<f64>) {
    let seconds = horizon.as_secs_f64();
    match arrivals {
        Arrivals::Poisson(poisson) => (poisson.rate_per_s(), None),
        Arrivals::Deterministic(each) => (1.0 / each.interval.as_secs_f64(), None),
        Arrivals::Bursts(bursts) => {
            let open = bursts.windows.open_time(SimTime::ZERO, horizon);
            let share = open.as_secs_f64() / seconds;
            let rate = bursts.quiet_per_s * (1.0 - share) + bursts.peak_per_s * share;
            (rate, Some(bursts.peak_per_s))
        }
        Arrivals::Batch(batch) => {
            let runs = f64::from(batch.runs) * batch.times.len() as f64;
            (runs / seconds, None)
        }
        Arrivals::Trace(trace) => (trace.rows.len() as f64 / seconds, None),
    }
}

/// Time of a run of batch inference in the mean, about: pieces with their tries over its workers.
pub(super) fn of_pieces(pieces: &BatchInference, nodes: f64) -> f64 {
    let failed = pieces.failure_probability;
    // Of a geometric number of tries, cut at the last: (1 - f^n) / (1 - f).
    let tries = (1.0 - failed.powf(f64::from(pieces.tries))) / (1.0 - failed);
    let limit = pieces.invocation_timeout.as_secs_f64();
    let each = pieces.mini_batch_time.mean_secs().min(limit) * tries;
    let workers = (nodes * f64::from(pieces.processes_per_node)).max(1.0);
    (f64::from(pieces.mini_batches) / workers).ceil() * each
}

/// Node-seconds of the rows over the time in which they come; a run that takes longer than that counts as its nodes.
fn of_trace(
    workload: &WorkloadSettings,
    limit: Option<SimDuration>,
    most: u32,
    rows: &[TraceRow],
    horizon: SimTime,
) -> f64 {
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
        demand += (occupied / span).min(1.0) * mean_nodes(nodes, most);
    }
    demand
}

/// Mean nodes of a run, without those that are refused at submission.
pub(super) fn mean_nodes(nodes: &NodeCount, most: u32) -> f64 {
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
