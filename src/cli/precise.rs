//! Replications in rounds, until the intervals of a study are as short as its scenario wants them.

use std::sync::Arc;

use super::progress::Progress;
use crate::error::Error;
use crate::report::precision::after_next_round;
use crate::scenario::Scenario;
use crate::study::{Growing, Keep, Threads};
use crate::study_results::StudyResults;

/// Simulates the first rounds of all scenarios together, then the others of each scenario in turn. Errors are those of
/// [`Threads::run`].
pub(super) fn run(
    threads: &Threads,
    (scenarios, keep): (&[Scenario], Keep),
    progress: &Arc<Progress>,
) -> Result<Vec<StudyResults>, Error> {
    let studies = threads.run(scenarios, keep, &**progress)?;
    let studies = scenarios.iter().zip(studies).enumerate();
    let precise = studies.map(|(position, (scenario, study))| {
        if scenario.precision.is_none() {
            return Ok(study);
        }
        let next = |so_far: &StudyResults| {
            let next = after_next_round(so_far)?;
            progress.want(position, next);
            Some(next)
        };
        let mut growing = Growing::continued(scenario.clone(), study, position);
        growing.extend_all_until(&next, threads, (keep, &**progress))?;
        Ok(growing.into_results())
    });
    precise.collect()
}
