//! What a study's own results say against trusting its means.

use super::figures;
use super::numbers::{Shown, TimeUnit};
use super::observation::{Observation, Row, target_rows};
use super::{StudyResults, VariantResults, requests, standstill};
use crate::results::RunStatistics;
use crate::stats::Estimate;
use crate::units::TICKS_PER_SECOND;

/// A mean wait that has grown by more than this between the second and the last quarter is reported.
const GROWTH: f64 = 2.0;

/// Sentences about what may mislead, by variant and target.
pub fn warnings(study: &StudyResults) -> Vec<String> {
    let rows = study.variants.iter().flat_map(|variant| {
        let rows = target_rows(variant).into_iter().enumerate();
        rows.flat_map(|(target, row)| {
            let what = if row.serves() { "service" } else { "target" };
            [
                growing_waits(&row),
                standstill::warning(variant, target).or_else(|| never_started(variant, &row)),
                nothing_served(&row),
                growing_rejections(&row),
            ]
            .map(|warning| {
                let (variant, target) = (row.variant, row.target);
                warning.map(|text| format!("variant `{variant}`, {what} `{target}`: {text}"))
            })
        })
    });
    rows.flatten().collect()
}

/// Whether the mean wait of the last quarter of submissions exceeds twice that of the second, the intervals being separate.
fn growing_waits(row: &Row<'_>) -> Option<String> {
    let second = row.estimate(|of| quarter_mean_s(of.runs?, 1))?;
    let last = row.estimate(|of| quarter_mean_s(of.runs?, 3))?;
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
    let waiting = row.estimate(|of| Some(waiting_at_end(of.runs?) as f64))?;
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

/// Whether requests arrived and none was served, so that latencies and the cost of a request are not known.
fn nothing_served(row: &Row<'_>) -> Option<String> {
    let arrived = row.estimate(requests::arrived)?;
    let served = row.estimate(requests::served)?;
    (arrived.mean > 0.0 && served.mean == 0.0).then(|| {
        let arrived = Shown::of(arrived).joined();
        let product = row.product;
        format!(
            "none of {arrived} requests was served ({product}): it has no latency and no cost of a request; see its concurrency and \
             time-outs, and how long a request takes"
        )
    })
}

/// Share of requests in a quarter from which growing rejections are warned about.
const MUCH_REJECTED: f64 = 0.01;

/// Whether the share of rejected requests in the last quarter of the measured time exceeds twice that in the second, the
/// intervals being separate, and is above one in a hundred.
fn growing_rejections(row: &Row<'_>) -> Option<String> {
    let second = row.estimate(|of| quarter_rejected(of, 1))?;
    let last = row.estimate(|of| quarter_rejected(of, 3))?;
    let separate = last.mean - last.half_width? > second.mean + second.half_width?;
    let grows = last.mean > GROWTH * second.mean && last.mean >= MUCH_REJECTED;
    (separate && grows).then(|| {
        let percent = |share: Estimate| Shown::of(share.scaled(100.0)).with_unit("%");
        let (second, last) = (percent(second), percent(last));
        format!(
            "more and more requests are rejected: {last} in the last quarter of the measured time against {second} in the second; \
             if the load still grows, the share depends on the horizon"
        )
    })
}

/// Share of the requests of a quarter that were rejected.
fn quarter_rejected(of: &Observation<'_>, quarter: usize) -> Option<f64> {
    let total = of.requests?.quarter(quarter)?;
    (total.arrived > 0).then(|| total.rejected as f64 / total.arrived as f64)
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
