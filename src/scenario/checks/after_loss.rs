//! Runs that a replayed log loses again and again, since new nodes come too late after each of its losses.

use super::stretch::{Stretch, TOO_MANY_LOSSES, friendly, nodes_in_words};
use crate::model::settings::{ClusterSettings, NodeLoss, TargetKind, TargetSettings};
use crate::units::SimDuration;

/// Warns of a target on which a run that was lost hardly ever comes through.
pub(super) fn warning(work: &str, target: &TargetSettings, stretch: &Stretch) -> Option<String> {
    let TargetKind::Cluster(cluster) = &target.kind else {
        return None;
    };
    let NodeLoss::Replay(log) = &cluster.loss else {
        return None;
    };
    let new_after = new_after(cluster)?;
    let losses = stretch.nodes * log.least_losses_again(stretch.length(), new_after);
    (losses > TOO_MANY_LOSSES).then(|| {
        format!(
            "workload `{work}`: a run that was lost on `{}` hardly ever ends: new nodes come {} after each loss, and are lost again \
             before it has held {} for {}; the simulation is given up where no run gets any further",
            target.name,
            new_after.to_friendly(),
            nodes_in_words(stretch.nodes),
            friendly(stretch.hours)
        )
    })
}

/// How long after a loss new nodes are ready, where that is always the same.
fn new_after(cluster: &ClusterSettings) -> Option<SimDuration> {
    if cluster.allocation_failure.is_some() {
        return None;
    }
    Some(cluster.allocation.as_constant()? + cluster.boot.as_constant()?)
}
