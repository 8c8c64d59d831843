//! What is remarked of Batch pools whose formula often sees too few samples.

use crate::autoscale::batch::{Batch, BatchPolicy, SAMPLE_INTERVAL, evaluations_with_enough};
use crate::model::settings::{ScalingPolicy, TargetKind, TargetSettings};
use crate::units::SimDuration;

/// A pool that is evaluated at such times that its formula sees enough samples only now and then.
pub(super) fn too_few_samples(target: &TargetSettings) -> Option<String> {
    let TargetKind::Cluster(cluster) = &target.kind else {
        return None;
    };
    let policy = cluster.policy.as_ref()?;
    let ScalingPolicy::BatchFormula(Batch { formula, .. }) = &policy.rule else {
        return None;
    };
    let start_nodes = match formula.policy {
        BatchPolicy::PendingTasks { start_nodes }
        | BatchPolicy::ReplacePreempted { start_nodes } => start_nodes,
        BatchPolicy::Fixed { .. } => return None,
    };
    let interval = policy.interval;
    let (enough, all) = evaluations_with_enough(formula, interval);
    let is_multiple = interval.0.is_multiple_of(SAMPLE_INTERVAL.0);
    (enough < all && !is_multiple).then(|| {
        let near = near_multiples(interval).map(|near| format!("`\"{}\"`", near.to_friendly()));
        format!(
            "`{}` is evaluated each {}, and samples are taken each {}: 70 % of the samples can be seen at only {enough} of {all} evaluations, in a window of \
             {}, and each of the others asks for `start_nodes`, {start_nodes}: write a multiple of {}, such as {}",
            target.name,
            interval.to_friendly(),
            SAMPLE_INTERVAL.to_friendly(),
            formula.sample_window.to_friendly(),
            SAMPLE_INTERVAL.to_friendly(),
            near.join(" or ")
        )
    })
}

/// The multiples of the samples' interval beside this interval.
fn near_multiples(interval: SimDuration) -> [SimDuration; 2] {
    let below = interval.0 / SAMPLE_INTERVAL.0 * SAMPLE_INTERVAL.0;
    [below, below + SAMPLE_INTERVAL.0].map(SimDuration)
}
