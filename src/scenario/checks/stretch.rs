//! What a run has to come through in one go: time on its nodes without a loss.

use super::demand::{mean_nodes, of_pieces};
use crate::units::SimDuration;
use crate::workload::{NodeCount, OnLoss, WorkloadSettings};

/// Losses to be expected in a stretch, above which it practically never comes through: one try in 5e8 does.
pub(super) const TOO_MANY_LOSSES: f64 = 20.0;

/// A stretch of a run's time on nodes that has to come through without a loss.
pub(super) struct Stretch {
    pub(super) nodes: f64,
    pub(super) hours: f64,
}

impl Stretch {
    pub(super) fn length(&self) -> SimDuration {
        SimDuration::from_secs_rounded(self.hours * 3600.0)
    }
}

/// What an attempt has beside its own length.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Its longest Running time.
    pub(super) running: Option<SimDuration>,
    /// Time on average until a node that is new has the image.
    pub(super) pull: SimDuration,
    /// How fast runs are there.
    pub(super) speed: f64,
}

/// What a run of mean size and length has to get through.
pub(super) fn mean_stretch(settings: &WorkloadSettings, largest: u32, limit: Limits) -> Stretch {
    let (nodes, seconds) = if let Some(trace) = settings.arrivals.trace() {
        let rows = trace.rows().len().max(1) as f64;
        let nodes = |own: Option<u32>| match own {
            Some(nodes) => mean_nodes(&NodeCount::Constant(nodes), largest),
            None => mean_nodes(&settings.nodes, largest),
        };
        let all_nodes: f64 = trace.rows().iter().map(|row| nodes(row.nodes)).sum();
        let durations = trace.rows().iter().map(|row| row.duration.as_secs_f64());
        (all_nodes / rows, durations.sum::<f64>() / rows)
    } else {
        let nodes = mean_nodes(&settings.nodes, largest);
        let pieces = settings.batch_inference.as_ref();
        let seconds = pieces.map_or_else(
            || settings.duration.mean_secs(),
            |pieces| of_pieces(pieces, nodes),
        );
        (nodes, seconds)
    };
    stretch(settings, nodes, seconds, limit)
}

/// The same for the longest of runs that are all known.
pub(super) fn longest_stretch(
    settings: &WorkloadSettings,
    largest: u32,
    limit: Limits,
) -> Option<Stretch> {
    let rows = settings.arrivals.trace()?.rows().iter();
    let stretches = rows.map(|row| {
        let nodes = row.nodes.map(NodeCount::Constant);
        let nodes = mean_nodes(nodes.as_ref().unwrap_or(&settings.nodes), largest);
        stretch(settings, nodes, row.duration.as_secs_f64(), limit)
    });
    let exposure = |stretch: &Stretch| stretch.nodes * stretch.hours;
    stretches.max_by(|one, other| exposure(one).total_cmp(&exposure(other)))
}

pub(super) fn stretch(
    settings: &WorkloadSettings,
    nodes: f64,
    seconds: f64,
    limit: Limits,
) -> Stretch {
    let most = limit.running.map(SimDuration::as_secs_f64);
    let running = seconds / limit.speed;
    let running = most.map_or(running, |most| running.min(most));
    let before = limit.pull + settings.restart;
    let before = before.as_secs_f64() + settings.setup.mean_secs();
    let whole = match settings.on_loss {
        OnLoss::Resume { interval, cost } => running.min((interval + cost).as_secs_f64()),
        OnLoss::Fail | OnLoss::Requeue => running + settings.finalize.mean_secs(),
    };
    Stretch {
        nodes,
        hours: (before + whole) / 3600.0,
    }
}

/// `1 node`, `1.5 nodes`.
pub(super) fn nodes_in_words(nodes: f64) -> String {
    let rounded = (nodes * 100.0).round() / 100.0;
    let plural = if (rounded - 1.0).abs() < 1e-9 {
        ""
    } else {
        "s"
    };
    format!("{rounded} node{plural}")
}

pub(super) fn friendly(hours: f64) -> String {
    SimDuration::from_secs_rounded((hours * 3600.0).round()).to_friendly()
}
