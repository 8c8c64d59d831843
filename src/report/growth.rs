//! Queues that grow from the start to the horizon: which they are, and that their waits are no figures to be told.

use super::VariantResults;
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
    /// Of each target.
    pub(super) fn of_each(variant: &VariantResults) -> Vec<Self> {
        let all = 0..variant.targets.len();
        all.map(|target| Self::of_target(variant, target)).collect()
    }

    fn of_target(variant: &VariantResults, target: usize) -> Self {
        let own = &variant.together()[target];
        let grows = match coming(variant, target) {
            Coming::Ends | Coming::WaitsForEnds => false,
            Coming::TooMuch => true,
            Coming::GoesOn => own.queue_grows || rival_that_grows(variant, target).is_some(),
        };
        Self {
            runs: grows && !own.serves,
            requests: grows && own.serves,
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

/// Share of the time in a queue from which on a quota is what it waits for.
pub(super) const MOSTLY: f64 = 0.5;

/// A cluster whose queue grows and that shares a quota with this one, which waits for little else. Quota goes to the
/// cluster whose head has waited longest, so that the waits of the two grow together.
pub(super) fn rival_that_grows(variant: &VariantResults, target: usize) -> Option<usize> {
    let all = variant.together();
    if all[target].quota_share < MOSTLY {
        return None;
    }
    let mut rivals = variant.rivals.get(target)?.iter().copied();
    rivals.find(|rival| {
        let comes = coming(variant, *rival);
        matches!(comes, Coming::GoesOn | Coming::TooMuch) && all[*rival].queue_grows
    })
}
