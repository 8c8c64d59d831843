//! Runs that hardly end, since the nodes they run on do not live as long.

use super::load::{mean_nodes, of_pieces};
use super::reader::Read;
use super::targets::Target;
use super::values::Complaint;
use super::workloads::Work;
use crate::model::settings::{
    BatchPolicy, End, NodeLoss, PoolController, PoolSettings, TargetKind,
};
use crate::units::SimDuration;
use crate::workload::{Arrivals, NodeCount, OnLoss, WorkloadSettings};

/// Losses to be expected in a stretch that must come through whole, above which a warning says so.
const MANY_LOSSES: f64 = 1.0;
/// The same, above which it practically never does: one try in 5e8 comes through.
const TOO_MANY_LOSSES: f64 = 20.0;

/// A stretch of a run's time on nodes that has to come through without a loss.
struct Stretch {
    nodes: f64,
    hours: f64,
}

/// Warns of runs that take many attempts; refuses those that would never end.
pub(super) fn check(
    work: &Work<'_>,
    settings: &WorkloadSettings,
    target: &Target<'_>,
    largest: u32,
    end: End,
) -> Read<Option<String>> {
    let limit = settings.max_duration.or(target.settings.max_run_duration);
    let stretch = mean_stretch(settings, largest, limit);
    let steady;
    let loss = match &target.settings.kind {
        TargetKind::Cluster(cluster) => &cluster.loss,
        TargetKind::Pool(pool) if may_be_on_low_priority_alone(pool, stretch.nodes) => {
            steady = NodeLoss::Rate(pool.low_priority_losses_per_hour);
            &steady
        }
        TargetKind::Pool(_) | TargetKind::Instance(_) => return Ok(None),
    };
    let Some(per_hour) = losses_per_hour(loss) else {
        return Ok(None);
    };
    let losses = per_hour * stretch.nodes * stretch.hours;
    let longest = longest_stretch(settings, largest, limit);
    let least = least_losses(loss, longest.as_ref().unwrap_or(&stretch));
    let name = &target.settings.name;
    let life = friendly(1.0 / per_hour);
    if least > TOO_MANY_LOSSES && settings.on_loss != OnLoss::Fail && end == End::Drain {
        let start = match loss {
            NodeLoss::Rate(_) => "",
            _ => " even if they start at the best time",
        };
        let complaint = Complaint::new(format!(
            "nodes live {life} in the mean, and runs of `{}` would take about {:.0e} attempts{start}",
            work.name,
            least.exp()
        ));
        let help = "the simulation would never end: lower the rate, take checkpoints \
                    (`on_preemption = \"resume\"`), or stop with `end = \"cut\"`";
        return Err(target.table.refuse("eviction", complaint.help(help)));
    }
    if losses <= MANY_LOSSES {
        return Ok(None);
    }
    let held = format!(
        "it holds {} nodes for {}, and a node lives {life} in the mean",
        (stretch.nodes * 100.0).round() / 100.0,
        friendly(stretch.hours)
    );
    let work = &work.name;
    Ok(Some(match settings.on_loss {
        OnLoss::Fail => format!(
            "workload `{work}`: a run on `{name}` comes through with a probability of about {:.2}: {held}",
            (-losses).exp()
        ),
        OnLoss::Requeue => format!(
            "workload `{work}`: a run on `{name}` takes about {} attempts: {held}; \
             checkpoints (`on_preemption = \"resume\"`) would save what is done",
            counted(losses.exp())
        ),
        OnLoss::Resume { .. } => format!(
            "workload `{work}`: a run on `{name}` takes about {} attempts from one checkpoint to the next: up to it {held}",
            counted(losses.exp())
        ),
    }))
}

/// Whether a run of so many nodes, alone in a Batch pool, always gets nodes that may be lost: its formula fills the
/// low-priority tier first, and no dedicated node takes the place of a lost one (docs/targets.md 4.4).
fn may_be_on_low_priority_alone(pool: &PoolSettings, nodes: f64) -> bool {
    let PoolController::BatchFormula(formula) = &pool.controller else {
        return false;
    };
    let wanted = match formula.policy {
        BatchPolicy::ReplacePreempted { .. } => return false,
        BatchPolicy::PendingTasks { .. } => nodes,
        BatchPolicy::Fixed { nodes } => f64::from(nodes),
    };
    pool.low_priority_losses_per_hour > 0.0 && wanted <= f64::from(pool.low_priority_nodes)
}

/// Expected losses of a node an hour; `None` if it is never lost.
fn losses_per_hour(loss: &NodeLoss) -> Option<f64> {
    match loss {
        NodeLoss::Never => None,
        NodeLoss::Rate(rate) => Some(*rate),
        NodeLoss::ByHour(rates) => Some(rates.mean_per_hour()),
        NodeLoss::Replay(log) => Some(log.per_hour()),
    }
}

/// Losses to be expected in a stretch that begins when they are fewest.
fn least_losses(loss: &NodeLoss, stretch: &Stretch) -> f64 {
    let length = SimDuration::from_secs_rounded(stretch.hours * 3600.0);
    let of_node = match loss {
        NodeLoss::Never => 0.0,
        NodeLoss::Rate(rate) => rate * stretch.hours,
        NodeLoss::ByHour(rates) => rates.least(length),
        NodeLoss::Replay(log) => log.least_losses(length),
    };
    of_node * stretch.nodes
}

/// What a run of mean size and length has to get through.
fn mean_stretch(settings: &WorkloadSettings, largest: u32, limit: Option<SimDuration>) -> Stretch {
    let (nodes, seconds) = if let Arrivals::Trace(trace) = &settings.arrivals {
        let rows = trace.rows.len().max(1) as f64;
        let nodes = |own: Option<u32>| match own {
            Some(nodes) => mean_nodes(&NodeCount::Constant(nodes), largest),
            None => mean_nodes(&settings.nodes, largest),
        };
        let all_nodes: f64 = trace.rows.iter().map(|row| nodes(row.nodes)).sum();
        let durations = trace.rows.iter().map(|row| row.duration.as_secs_f64());
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
fn longest_stretch(
    settings: &WorkloadSettings,
    largest: u32,
    limit: Option<SimDuration>,
) -> Option<Stretch> {
    let Arrivals::Trace(trace) = &settings.arrivals else {
        return None;
    };
    let rows = trace.rows.iter();
    let stretches = rows.map(|row| {
        let nodes = row.nodes.map(NodeCount::Constant);
        let nodes = mean_nodes(nodes.as_ref().unwrap_or(&settings.nodes), largest);
        stretch(settings, nodes, row.duration.as_secs_f64(), limit)
    });
    let exposure = |stretch: &Stretch| stretch.nodes * stretch.hours;
    stretches.max_by(|one, other| exposure(one).total_cmp(&exposure(other)))
}

fn stretch(
    settings: &WorkloadSettings,
    nodes: f64,
    seconds: f64,
    limit: Option<SimDuration>,
) -> Stretch {
    let running = limit.map_or(seconds, |limit| seconds.min(limit.as_secs_f64()));
    let before = settings.setup.mean_secs() + settings.restart.as_secs_f64();
    let whole = match settings.on_loss {
        OnLoss::Resume { interval, cost } => running.min((interval + cost).as_secs_f64()),
        OnLoss::Fail | OnLoss::Requeue => running + settings.finalize.mean_secs(),
    };
    Stretch {
        nodes,
        hours: (before + whole) / 3600.0,
    }
}

fn friendly(hours: f64) -> String {
    SimDuration::from_secs_rounded((hours * 3600.0).round()).to_friendly()
}

/// A number of attempts, as a person would write it.
fn counted(attempts: f64) -> String {
    if attempts < 1e6 {
        format!("{attempts:.0}")
    } else {
        format!("{attempts:.0e}")
    }
}
