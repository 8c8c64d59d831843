//! A study that grows: variants and replications are added as they are asked for, such as by a search.

use super::described::{described, variant_results};
use super::{Done, Keep, Place, Threads, Watcher, Work, most_levels, simulate_each};
use crate::error::Error;
use crate::scenario::{Scenario, Variant};
use crate::study_results::{StudyResults, VariantResults};

/// A study and its results so far. Replication `n` of a variant is what it would be in a study of any size with this seed; only
/// levels over time are coarser the more variants there are when it is simulated.
///
/// Every replication stays in memory: a watcher that leaves some out or keeps records elsewhere is for whole studies.
#[derive(Debug)]
pub struct Growing {
    scenario: Scenario,
    results: StudyResults,
}

impl Growing {
    /// A study of the scenario's variants, of which nothing is simulated yet.
    pub fn new(scenario: Scenario) -> Self {
        Self {
            results: described(&scenario),
            scenario,
        }
    }

    /// What there is so far.
    pub fn results(&self) -> &StudyResults {
        &self.results
    }

    /// Adds a variant; its position.
    pub fn add(&mut self, variant: Variant) -> usize {
        let described = variant_results(&self.scenario, &variant);
        self.results.variants.push(described);
        self.scenario.variants.push(variant);
        self.scenario.variants.len() - 1
    }

    /// Adds the next `more` replications of the variant at a position. Nothing is added where an error ends it, which is one of
    /// those of [`Threads::run`].
    pub fn extend(
        &mut self,
        variant: usize,
        more: u32,
        threads: &Threads,
        (keep, watcher): (Keep, &dyn Watcher),
    ) -> Result<(), Error> {
        let before = self.results.variants[variant].replications.len();
        let (scenario, most_levels) = (&self.scenario, most_levels(&self.scenario));
        let work = |position: usize| {
            Some(Work {
                scenario,
                variant: &scenario.variants[variant],
                place: Place {
                    scenario: 0,
                    variant,
                    replication: u32::try_from(before + position).ok()?,
                },
                most_levels,
            })
        };
        let all = (more as usize, work);
        let done = threads.install(|| simulate_each(all, (keep, watcher), Done::new))?;
        for done in done.into_iter().flatten() {
            done.add_to(&mut self.results.variants[variant]);
        }
        Ok(())
    }

    /// Extends a variant by `step` replications at a time until the rule says that it has enough, or it has `most`. The rule is
    /// asked before each step, and knows nothing else: so the results depend neither on threads nor on what was done before.
    pub fn extend_until(
        &mut self,
        (variant, step, most): (usize, u32, u32),
        is_enough: &dyn Fn(&VariantResults) -> bool,
        threads: &Threads,
        how: (Keep, &dyn Watcher),
    ) -> Result<(), Error> {
        loop {
            let so_far = &self.results.variants[variant];
            let count = u32::try_from(so_far.replications.len()).unwrap_or(u32::MAX);
            if count >= most || is_enough(so_far) {
                return Ok(());
            }
            self.extend(variant, step.clamp(1, most - count), threads, how)?;
            if self.results.variants[variant].replications.len() == count as usize {
                // The watcher wants no more.
                return Ok(());
            }
        }
    }
}
