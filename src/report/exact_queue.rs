//! The exact mean wait of targets that are queues of theory, beside the simulated one: docs/deciding.md, "Exact queues".

use super::StudyResults;
use super::figures::WAIT_MEAN;
use super::numbers::{Shown, TimeUnit};
use super::row::{Row, told_target_rows};
use crate::stats::Estimate;
use crate::study_results::ExactQueue;

/// Confidence at which a difference is worth a warning: of a thousand right studies one warns.
const SURE: f64 = 0.999;

/// Both waits as text, in one unit.
fn both(simulated: Estimate, exact: &ExactQueue) -> [String; 2] {
    let unit = TimeUnit::suiting(exact.mean_wait_s);
    let simulated = unit.from_seconds(simulated);
    let digits = Estimate {
        mean: exact.mean_wait_s / unit.seconds,
        ..simulated
    };
    [
        format!("{} {}", Shown::of(digits).mean, unit.name),
        Shown::of(simulated).with_unit(unit.name),
    ]
}

/// A sentence for each target that is an exact queue; equal ones have one together.
pub(super) fn sentences(study: &StudyResults) -> Vec<String> {
    let rows = study.variants.iter().flat_map(told_target_rows);
    let told = rows.filter_map(|row| {
        let exact = row.exact_queue()?;
        let [exact_wait, simulated] = both(row.figure(WAIT_MEAN)?, exact);
        let Row {
            variant, target, ..
        } = row;
        Some(format!(
            "`{target}` of `{variant}` is the queue {}, whose exact mean wait is {exact_wait}; simulated: {simulated}.",
            exact.notation
        ))
    });
    told.collect()
}

/// What is said where the simulated mean is not the exact one.
pub(super) fn warning(row: &Row<'_>) -> Option<String> {
    let exact = row.exact_queue()?;
    let [simulated] = <[_; 1]>::try_from(row.figures_at(&[WAIT_MEAN], SURE)).ok()?;
    let (simulated, _) = simulated?;
    let differs = !simulated.covers(exact.mean_wait_s)?;
    differs.then(|| {
        let [exact_wait, simulated] = both(simulated, exact);
        format!(
            "it is the queue {}, whose mean wait is {exact_wait} in the long run, and the simulated mean is {simulated} at 99.9 % confidence: take a \
             longer warm-up and a longer horizon",
            exact.notation
        )
    })
}
