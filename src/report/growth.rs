//! Queues that grow from the start to the horizon: which they are, and that their waits are no figures to be told.

use std::cell::OnceCell;

use super::VariantResults;
use crate::results::TargetResult;
use crate::stats::{Trend, grows};
use crate::study_results::{Coming, TargetSort};

/// What stands in a table where a figure would depend on the horizon.
pub(super) const MARK: &str = "grows";

/// Whether the queues of some targets grow although their work does not end by itself: then waits and latencies depend on
/// the horizon, and so do their means and quantiles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Growing {
    /// The queue of a target that takes runs.
    pub runs: bool,
    /// The queue of a service.
    pub requests: bool,
}

impl Growing {
    /// Of each target. Whether a queue grows is found out once, however many share a quota with it.
    pub(super) fn of_each(variant: &VariantResults) -> Vec<Self> {
        let all = 0..variant.targets.len();
        let known: Vec<OnceCell<bool>> = all.clone().map(|_| OnceCell::new()).collect();
        let grows = |target: usize| *known[target].get_or_init(|| queue_grows(variant, target));
        all.map(|target| Self::of_target(variant, target, &grows))
            .collect()
    }

    fn of_target(variant: &VariantResults, target: usize, queue_grows: &Grows<'_>) -> Self {
        let grows = match coming(variant, target) {
            Coming::Ends | Coming::WaitsForEnds => false,
            Coming::TooMuch => true,
            Coming::GoesOn => queue_grows(target) || rival(variant, target, queue_grows).is_some(),
        };
        let serves = of_target(variant, target)
            .next()
            .is_some_and(|target| target.service.is_some());
        Self {
            runs: grows && !serves,
            requests: grows && serves,
        }
    }

    /// Of all targets together.
    pub(super) fn of_all(variant: &VariantResults) -> Self {
        let all = Self::of_each(variant).into_iter();
        all.fold(Self::default(), |sum, one| Self {
            runs: sum.runs || one.runs,
            requests: sum.requests || one.requests,
        })
    }

    /// Whether any does.
    pub(super) fn any(self) -> bool {
        self.runs || self.requests
    }
}

/// What a target left in each replication.
fn of_target(variant: &VariantResults, target: usize) -> impl Iterator<Item = TargetResult> + '_ {
    let replications = variant.replications.iter();
    replications.filter_map(move |left| left.target(target))
}

/// What comes to a target.
pub(super) fn coming(variant: &VariantResults, target: usize) -> Coming {
    variant.coming.get(target).copied().unwrap_or_default()
}

/// Whether the work of all targets that take runs ends by itself, or that of one.
pub(super) fn work_ends(variant: &VariantResults, target: Option<usize>) -> bool {
    let takes_runs = |at: &usize| variant.kinds.get(*at) != Some(&TargetSort::Service);
    let targets = target.map_or(0..variant.targets.len(), |target| target..target + 1);
    let mut of_runs = targets.filter(takes_runs);
    of_runs.all(|target| coming(variant, target) == Coming::Ends)
}

/// Whether the queue of a target grows from the start to the horizon.
pub(super) fn queue_grows(variant: &VariantResults, target: usize) -> bool {
    let trends = of_target(variant, target).filter_map(|target| trend(&target));
    grows(&trends.collect::<Vec<Trend>>())
}

fn trend(target: &TargetResult) -> Option<Trend> {
    match &target.service {
        Some(service) => service.requests.backlog,
        None => target.runs.backlog,
    }
}

/// Share of the time in a queue from which on a quota is what it waits for.
pub(super) const MOSTLY: f64 = 0.5;

/// Share of the time in its queue in which a quota withheld nodes, all replications together; 0 where nothing queued.
pub(super) fn quota_share(variant: &VariantResults, target: usize) -> f64 {
    let (mut by_quota, mut queue) = (0.0, 0.0);
    for target in of_target(variant, target) {
        by_quota += target.runs.queue_quota_sum as f64;
        queue += target.runs.queue_sum as f64;
    }
    if queue > 0.0 { by_quota / queue } else { 0.0 }
}

/// A cluster whose queue grows and that shares a quota with this one, which waits for little else. Quota goes to the
/// cluster whose head has waited longest, so that the waits of the two grow together.
pub(super) fn rival_that_grows(variant: &VariantResults, target: usize) -> Option<usize> {
    rival(variant, target, &|rival| queue_grows(variant, rival))
}

/// Whether the queue of a target grows.
type Grows<'a> = dyn Fn(usize) -> bool + 'a;

fn rival(variant: &VariantResults, target: usize, queue_grows: &Grows<'_>) -> Option<usize> {
    if quota_share(variant, target) < MOSTLY {
        return None;
    }
    let mut rivals = variant.rivals.get(target)?.iter().copied();
    rivals.find(|rival| {
        let comes = coming(variant, *rival);
        matches!(comes, Coming::GoesOn | Coming::TooMuch) && queue_grows(*rival)
    })
}
