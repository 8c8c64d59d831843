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
    /// Position of the scenario among those that the watcher knows.
    position: usize,
    results: StudyResults,
}

impl Growing {
    /// A study of the scenario's variants, of which nothing is simulated yet.
    pub fn new(scenario: Scenario) -> Self {
        Self {
            results: described(&scenario),
            scenario,
            position: 0,
        }
    }

    /// A study that goes on from the results of a scenario, which is at a position among those that the watcher knows.
    pub fn continued(scenario: Scenario, results: StudyResults, position: usize) -> Self {
        Self {
            scenario,
            position,
            results,
        }
    }

    /// What there is in the end.
    pub fn into_results(self) -> StudyResults {
        self.results
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
        self.extend_some(&[variant], more as usize, threads, (keep, watcher))
    }

    /// Adds the next replications of the variants at some positions until each has `count`. Errors are those of
    /// [`Self::extend`].
    pub fn extend_to(
        &mut self,
        variants: &[usize],
        count: u32,
        threads: &Threads,
        how: (Keep, &dyn Watcher),
    ) -> Result<(), Error> {
        let there = |variant: &usize| self.results.variants[*variant].replications.len();
        let mut missing: Vec<(usize, usize)> = variants
            .iter()
            .map(|variant| ((count as usize).saturating_sub(there(variant)), *variant))
            .filter(|(missing, _)| *missing > 0)
            .collect();
        missing.sort_unstable();
        for alike in missing.chunk_by(|one, other| one.0 == other.0) {
            let positions: Vec<usize> = alike.iter().map(|(_, variant)| *variant).collect();
            self.extend_some(&positions, alike[0].0, threads, how)?;
        }
        Ok(())
    }

    /// Adds the next `more` replications of the variants at some positions.
    fn extend_some(
        &mut self,
        variants: &[usize],
        more: usize,
        threads: &Threads,
        how: (Keep, &dyn Watcher),
    ) -> Result<(), Error> {
        let before: Vec<usize> = variants
            .iter()
            .map(|variant| self.results.variants[*variant].replications.len())
            .collect();
        let (scenario, most_levels) = (&self.scenario, most_levels(&self.scenario));
        let work = |position: usize| {
            let variant = variants[position / more];
            Some(Work {
                scenario,
                variant: &scenario.variants[variant],
                place: Place {
                    scenario: self.position,
                    variant,
                    replication: u32::try_from(before[position / more] + position % more).ok()?,
                },
                most_levels,
            })
        };
        let all = (variants.len() * more, work);
        let done = threads.install(|| simulate_each(all, how, Done::new))?;
        for (position, done) in done.into_iter().enumerate() {
            if let Some(done) = done {
                done.add_to(&mut self.results.variants[variants[position / more]]);
            }
        }
        Ok(())
    }

    /// Extends all variants, which have equally many replications, to as many as the rule says, again and again until it says
    /// `None`, or no more than there are. The rule is asked before each round, and knows nothing but the results.
    pub fn extend_all_until(
        &mut self,
        next: &dyn Fn(&StudyResults) -> Option<u32>,
        threads: &Threads,
        how: (Keep, &dyn Watcher),
    ) -> Result<(), Error> {
        let variants: Vec<usize> = (0..self.scenario.variants.len()).collect();
        while let Some(next) = next(&self.results) {
            let there = self.results.variants[0].replications.len();
            let more = (next as usize).saturating_sub(there);
            if more == 0 {
                break;
            }
            self.extend_some(&variants, more, threads, how)?;
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
