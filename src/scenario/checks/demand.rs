//! What the runs of one workload ask of one target: arithmetic on rates, lengths and sizes.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use crate::distribution::Distribution;
use crate::model::settings::TargetSettings;
use crate::units::{SimDuration, SimTime};
use crate::workload::trace::TraceRow;
use crate::workload::{BatchInference, NodeCount, WorkloadSettings};

/// Draws behind the mean of a capped duration: its standard error is then at most half a percent of the limit.
const DRAWS: u32 = 100_000;

/// Means of capped durations, each estimated once.
#[derive(Debug, Default)]
pub(in crate::scenario) struct Means {
    known: Vec<(Distribution, SimDuration, Capped)>,
}

/// A duration under a limit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Capped {
    /// Mean Running time in seconds.
    pub(super) mean_s: f64,
    /// Share of runs that are not cut off, and so come to finalize.
    pub(super) completing: f64,
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

    /// The same at a speed: a limit of the time on the machine is one of more or less work.
    fn at_speed(
        &mut self,
        duration: &Distribution,
        limit: Option<SimDuration>,
        speed: f64,
    ) -> Capped {
        let of_work = limit.map(|limit| limit.at_speed(1.0 / speed));
        let capped = self.capped(duration, of_work);
        Capped {
            mean_s: capped.mean_s / speed,
            ..capped
        }
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

/// What one workload asks of one target, in nodes (of an instance: slots) that it keeps busy.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Asked {
    /// In the mean over `[0, horizon)`.
    pub(super) mean: f64,
    /// The same of arrivals that go on until the horizon wherever it is: not of batches and logs.
    pub(super) endless: f64,
    /// The same while its peak windows are closed.
    quiet: f64,
    /// The same at the end of its longest peak window; `None` without one.
    pub(super) at_peak: Option<f64>,
}

impl Asked {
    /// While its windows, if it has some, are open or closed.
    pub(super) fn at(&self, is_open: bool) -> f64 {
        match self.at_peak {
            Some(at_peak) if is_open => at_peak,
            _ => self.quiet,
        }
    }
}

/// What a workload asks of a target that can have at most `most` nodes, and on which its runs have a speed.
pub(super) fn asked(
    workload: &WorkloadSettings,
    (target, speed): (&TargetSettings, f64),
    most: u32,
    horizon: SimTime,
    means: &mut Means,
) -> Asked {
    let limit = workload.max_duration.or(target.max_run_duration);
    if workload.arrivals.wait_for_ends() {
        // What it brings is what ends: it offers no load of its own.
        return Asked::default();
    }
    if let Some(trace) = workload.arrivals.trace() {
        let mean = of_trace(workload, (limit, speed), most, trace.rows(), horizon) * trace.factor();
        return Asked {
            mean,
            ..Asked::default()
        };
    }
    let nodes = mean_nodes(&workload.nodes, most);
    let on_nodes = occupied(workload, (limit, speed), nodes, means);
    let mean = workload.arrivals.per_s(horizon) * on_nodes * nodes;
    if !workload.arrivals.go_on() {
        return Asked {
            mean,
            ..Asked::default()
        };
    }
    let (mut quiet, mut at_peak) = (mean, None);
    if let Some(peaks) = workload.arrivals.peaks() {
        // Of servers without number: runs of the peak as far as it lasts, of the time before for what is left of them.
        let window = peaks.windows.longest_open();
        let of_peak = window.map_or(on_nodes, |window| {
            let within = (limit.unwrap_or(window)).min(window);
            let around = workload.setup.mean_secs() + workload.finalize.mean_secs();
            let running = if workload.batch_inference.is_some() {
                on_nodes
            } else {
                let running = means.at_speed(&workload.duration, Some(within), speed);
                running.mean_s + around
            };
            running.min(window.as_secs_f64()).min(on_nodes)
        });
        quiet = peaks.quiet_per_s * on_nodes * nodes;
        let of_quiet = peaks.quiet_per_s * (on_nodes - of_peak);
        at_peak = Some((peaks.peak_per_s * of_peak + of_quiet) * nodes);
    }
    Asked {
        mean,
        endless: mean,
        quiet,
        at_peak,
    }
}

/// Mean seconds that a run is on its nodes: setup, Running up to the limit, finalize.
fn occupied(
    workload: &WorkloadSettings,
    (limit, speed): (Option<SimDuration>, f64),
    nodes: f64,
    means: &mut Means,
) -> f64 {
    let (running, completing) = if let Some(pieces) = &workload.batch_inference {
        let running = of_pieces(pieces, nodes);
        let limit = limit.map_or(f64::INFINITY, SimDuration::as_secs_f64);
        (running.min(limit), f64::from(u8::from(running <= limit)))
    } else {
        let capped = means.at_speed(&workload.duration, limit, speed);
        (capped.mean_s, capped.completing)
    };
    workload.setup.mean_secs() + running + workload.finalize.mean_secs() * completing
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
    (limit, speed): (Option<SimDuration>, f64),
    most: u32,
    rows: &[TraceRow],
    horizon: SimTime,
) -> f64 {
    let (setup, finalize) = (workload.setup.mean_secs(), workload.finalize.mean_secs());
    let span = horizon.as_secs_f64();
    let mut demand = 0.0;
    for row in rows {
        let duration = row.duration.at_speed(speed);
        let cut = limit.filter(|limit| duration > *limit);
        let occupied = match cut {
            Some(limit) => setup + limit.as_secs_f64(),
            None => setup + duration.as_secs_f64() + finalize,
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
