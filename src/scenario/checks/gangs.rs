//! How many nodes runs of several nodes can keep busy. A queue starts its runs strictly in order, so that a run at the
//! head leaves nodes idle that it is too large for, and that those behind it could use.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution as _, StandardUniform};

use super::demand::mean_nodes;
use crate::distribution::Distribution;
use crate::model::settings::WorldSettings;
use crate::units::SimDuration;
use crate::workload::{NodeCount, WorkloadSettings};

/// Runs of the simulated queue that is never empty: the capacity is then known to about a hundredth.
const RUNS: u32 = 20_000;

/// The runs of one workload on a target.
#[derive(Debug)]
pub(super) struct Gang<'a> {
    /// Runs per second, or in proportion to it.
    rate: f64,
    nodes: &'a NodeCount,
    /// Not of batch inference.
    duration: Option<&'a Distribution>,
    /// How fast the runs are here.
    speed: f64,
    limit: Option<SimDuration>,
    /// Time on nodes beside Running.
    around: SimDuration,
}

/// The runs that go on coming to a target.
pub(super) fn mixture(settings: &WorldSettings, target: usize, most: u32) -> Vec<Gang<'_>> {
    let workloads = settings.workloads.iter();
    let own = workloads.filter(|workload| {
        let goes_on = workload.arrivals.go_on() && workload.targets.contains(&target);
        goes_on && mean_nodes(&workload.nodes, most) > 0.0
    });
    own.map(|workload| gang(workload, target, settings))
        .collect()
}

fn gang<'a>(workload: &'a WorkloadSettings, target: usize, settings: &WorldSettings) -> Gang<'a> {
    let around = workload.setup.mean_secs() + workload.finalize.mean_secs();
    Gang {
        rate: workload.arrivals.per_s(settings.horizon),
        nodes: &workload.nodes,
        duration: Some(&workload.duration).filter(|_| workload.batch_inference.is_none()),
        speed: workload.speed_on(target),
        limit: workload
            .max_duration
            .or(settings.targets[target].max_run_duration),
        around: SimDuration::from_secs_rounded(around),
    }
}

/// The most nodes of `most` that these runs keep busy, where that can be had: runs of one size fill as many nodes as there
/// are multiples of it; of several sizes it is simulated where the demand comes near. Else an upper bound.
pub(super) fn busy_at_most(gangs: &[Gang<'_>], most: u32, demand: f64) -> f64 {
    let sizes: Vec<u32> = gangs.iter().flat_map(|gang| sizes(gang, most)).collect();
    let (Some(largest), Some(step)) = (
        sizes.iter().copied().max(),
        sizes.iter().copied().reduce(common_divisor),
    ) else {
        return f64::from(most);
    };
    let highest = f64::from(most / step * step);
    // The head is blocked only while fewer nodes than it needs are idle.
    let lowest = f64::from(most - largest + 1);
    let one_size = step == largest;
    if one_size || demand < lowest || demand >= highest {
        return highest;
    }
    simulated(gangs, most).map_or(highest, |busy| busy.min(highest))
}

/// The sizes of runs that are not refused.
fn sizes(gang: &Gang<'_>, most: u32) -> Vec<u32> {
    let fits = |nodes: &u32| (1..=most).contains(nodes);
    match gang.nodes {
        NodeCount::Constant(nodes) => Some(*nodes).filter(fits).into_iter().collect(),
        NodeCount::Choice { values, weights } => {
            let weighted = values.iter().zip(weights);
            let some = weighted.filter(|(nodes, weight)| **weight > 0.0 && fits(nodes));
            some.map(|(nodes, _)| *nodes).collect()
        }
    }
}

fn common_divisor(one: u32, other: u32) -> u32 {
    if other == 0 {
        one
    } else {
        common_divisor(other, one % other)
    }
}

/// Mean busy nodes of a queue that is never empty; `None` where its runs take no time, or one that is not known here.
fn simulated(gangs: &[Gang<'_>], most: u32) -> Option<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(0);
    let total: f64 = gangs.iter().map(|gang| gang.rate).sum();
    let mut running: BinaryHeap<Reverse<(u64, u32)>> = BinaryHeap::new();
    let (mut now, mut free) = (0_u64, most);
    let (mut busy, mut time) = (0.0, 0.0);
    for run in 0..RUNS {
        let [which, share]: [f64; 2] = [0; 2].map(|_: u8| StandardUniform.sample(&mut rng));
        let gang = pick(gangs, which * total);
        let nodes = size(gang.nodes, share);
        if nodes > most {
            continue;
        }
        let duration = gang.duration?.sample(&mut rng).at_speed(gang.speed);
        let duration = gang.limit.map_or(duration, |limit| duration.min(limit));
        while free < nodes {
            let Reverse((end, others)) = running.pop()?;
            if run > RUNS / 10 {
                let passed = (end - now) as f64;
                busy += f64::from(most - free) * passed;
                time += passed;
            }
            (now, free) = (end, free + others);
        }
        free -= nodes;
        running.push(Reverse((now + (duration + gang.around).0, nodes)));
    }
    (time > 0.0).then(|| busy / time)
}

fn pick<'g, 'a>(gangs: &'g [Gang<'a>], mut place: f64) -> &'g Gang<'a> {
    for gang in gangs {
        place -= gang.rate;
        if place < 0.0 {
            return gang;
        }
    }
    &gangs[gangs.len() - 1]
}

/// A size by its weight; `share` is between 0 and 1.
pub(super) fn size(nodes: &NodeCount, share: f64) -> u32 {
    match nodes {
        NodeCount::Constant(nodes) => *nodes,
        NodeCount::Choice { values, weights } => {
            let mut place = share * weights.iter().sum::<f64>();
            for (nodes, weight) in values.iter().zip(weights) {
                place -= weight;
                if place < 0.0 {
                    return *nodes;
                }
            }
            values.last().copied().unwrap_or(1)
        }
    }
}
