//! What the loss of nodes does to runs, how much of their work goes with them, and what checkpoints and restarts take.

use super::figure::{Figure, count, decimal, parts, ratio, usd};

/// Failed runs that a lost node ended.
pub(super) const FAILED_BY_INTERRUPTION: Figure = count(
    "failed_by_interruption",
    "of the failed: ended by the loss of a node",
    |of| Some(of.runs?.failed_by_interruption as f64),
);

/// Runs that lost a node.
pub(super) const RUNS_INTERRUPTED: Figure = count(
    "runs_interrupted",
    "of the submitted: lost a node at least once",
    |of| Some(of.runs?.hit as f64),
);

/// Losses of runs.
pub(super) const LOSSES: Figure = count(
    "interruptions",
    "times that one of the submitted runs lost a node; a run may lose several, one after the other",
    |of| Some(of.runs?.losses as f64),
);

/// The chance of a run to complete.
pub(super) const COMPLETION: Figure =
    ratio("completed_share", "completed over submitted runs", |of| {
        let runs = of.runs?;
        Some([runs.completed as f64, runs.submitted as f64])
    });

/// Lost nodes, with a run or without.
pub(super) const NODES_EVICTED: Figure = count(
    "nodes_evicted",
    "nodes lost, with a run or without, from the warm-up to the target's end",
    |of| of.runs.map(|_| of.nodes_evicted as f64),
);

/// Running time that lost nodes took.
pub(super) const NODE_HOURS: Figure = decimal(
    "lost_work_node_hours",
    "h",
    "node-hours of Running whose work was lost as a node was lost or taken away: since the last completed checkpoint, else since its start",
    |of| of.runs.map(|_| of.times.lost.as_hours()),
);

/// The same as a share.
pub(super) const SHARE: Figure = ratio(
    "lost_work_share",
    "lost node-hours over all node-hours of Running, lost or not, checkpoints included",
    |of| of.runs.map(|_| parts(of.times.lost, of.times.running())),
);

/// Running time that checkpoints took.
pub(super) const CHECKPOINT_HOURS: Figure = decimal(
    "checkpoints_node_hours",
    "h",
    "node-hours of Running in which checkpoints were written, also unfinished ones; also on nodes that are never lost",
    |of| of.runs.map(|_| of.times.checkpoints.as_hours()),
);

/// Time on nodes before Running, in attempts after the first.
pub(super) const RESTART_HOURS: Figure = decimal(
    "restarts_node_hours",
    "h",
    "node-hours of image pull, setup and restart in attempts after one that lost its nodes",
    |of| of.runs.map(|_| of.times.restarts.as_hours()),
);

/// What losses take beside waits, and what is done against them.
pub(super) const OVERHEAD_HOURS: Figure = decimal(
    "interruption_overhead_node_hours",
    "h",
    "lost work, checkpoints and restarts together: what runs take more of their nodes as nodes can be lost",
    |of| of.runs.map(|_| of.times.interruption_overhead().as_hours()),
);

/// What it costs.
pub(super) const OVERHEAD_COST: Figure = usd(
    "interruption_overhead_usd",
    "what these nodes cost: `cost_lost_work_usd`, `cost_checkpoints_usd` and `cost_restarts_usd` together",
    |of| {
        let cost = of.cost.whole();
        of.runs.map(|_| of.money(cost.interruption_overhead()))
    },
);

/// The same as a share.
pub(super) const OVERHEAD_SHARE: Figure = ratio(
    "interruption_overhead_share",
    "the same node-hours over all in which runs have their nodes, from assignment to release",
    |of| {
        let times = of.runs.map(|_| of.times);
        times.map(|times| parts(times.interruption_overhead(), times.busy()))
    },
);
