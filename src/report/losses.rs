//! What the loss of nodes does to runs, and how much of their work goes with them.

use super::figure::{Figure, count, decimal, parts, ratio};

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
    "lost node-hours over all node-hours of Running, lost or not",
    |of| {
        of.runs
            .map(|_| parts(of.times.lost, of.times.run + of.times.lost))
    },
);
