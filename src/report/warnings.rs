//! What a study's own results say against trusting its means.

use super::figures;
use super::numbers::{Shown, TimeUnit};
use super::observation::{Row, target_rows};
use super::{StudyResults, VariantResults};
use crate::results::RunStatistics;
use crate::stats::Estimate;
use crate::units::TICKS_PER_SECOND;

/// A mean wait that has grown by more than this between the second and the last quarter is reported.
const GROWTH: f64 = 2.0;

/// Sentences about what may mislead, by variant and target.
pub fn warnings(study: &StudyResults) -> Vec<String> {
    let rows = study.variants.iter().flat_map(|variant| {
        let rows = target_rows(variant).into_iter();
        rows.flat_map(|row| {
            [growing_waits(&row), never_started(variant, &row)].map(|warning| {
                warning.map(|text| {
                    format!("variant `{}`, target `{}`: {text}", row.variant, row.target)
                })
            })
        })
    });
    rows.flatten().collect()
}

/// Whether the mean wait of the last quarter of submissions exceeds twice that of the second, the intervals being separate.
fn growing_waits(row: &Row<'_>) -> Option<String> {
    let second = row.estimate(|of| quarter_mean_s(of.runs, 1))?;
    let last = row.estimate(|of| quarter_mean_s(of.runs, 3))?;
    let separate = last.mean - last.half_width? > second.mean + second.half_width?;
    (separate && last.mean > GROWTH * second.mean).then(|| {
        let (second, last) = (time(second), time(last));
        format!(
            "waits grow while runs arrive: their mean is {last} in the last quarter of the measured time against {second} in \
             the second; if the queue never settles, its mean wait depends on the horizon"
        )
    })
}

/// Whether runs that had not started were cut off, whose long waits are missing from the statistics.
fn never_started(variant: &VariantResults, row: &Row<'_>) -> Option<String> {
    let waiting = row.estimate(|of| Some(waiting_at_end(of.runs) as f64))?;
    let submitted = row.estimate(figures::submitted)?;
    (waiting.mean > 0.0).then(|| {
        let waiting = Shown::of(waiting).joined();
        let submitted = Shown::of(submitted).joined();
        if variant.cut {
            format!(
                "{waiting} of {submitted} runs had not started when everything stopped at the horizon: waits are biased low"
            )
        } else {
            format!(
                "{waiting} of {submitted} runs never started, since nothing would start their target any more: they are left \
                 out of the waits; see `schedule`, `idle_shutdown` and `start_on_submission`"
            )
        }
    })
}

/// Runs that had not started when the simulation ended: those refused at submission never could, and most of those that
/// a lost node ended had.
fn waiting_at_end(runs: &RunStatistics) -> u64 {
    let not_started = runs.submitted.saturating_sub(runs.started);
    let refused = runs
        .failed
        .saturating_sub(runs.failed_by_loss + runs.terminated);
    not_started.saturating_sub(refused).min(runs.unfinished)
}

fn quarter_mean_s(runs: &RunStatistics, quarter: usize) -> Option<f64> {
    let total = runs.quarters[quarter];
    (total.started > 0)
        .then(|| total.wait_sum as f64 / TICKS_PER_SECOND as f64 / total.started as f64)
}

fn time(seconds: Estimate) -> String {
    let unit = TimeUnit::suiting(seconds.mean);
    Shown::of(unit.from_seconds(seconds)).with_unit(unit.name)
}
