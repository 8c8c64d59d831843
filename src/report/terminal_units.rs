//! The units of times on the terminal and in charts: one for all waits, and one for all latencies.

use super::StudyResults;
use super::figures::{WAIT_MEAN, WAIT_P50, WAIT_P95, WAIT_P99};
use super::numbers::TimeUnit;
use super::requests::{LATENCY_P50, LATENCY_P95, LATENCY_P99};
use super::row::{Row, rows};
use super::statistic::Statistic;

/// The unit of all waits of a study: the one that suits the typical one.
pub(super) fn unit_of_waits(study: &StudyResults) -> TimeUnit {
    let waits = [WAIT_MEAN, WAIT_P50, WAIT_P95, WAIT_P99];
    TimeUnit::suiting_all(means(study, Row::takes_runs, &waits))
}

/// The unit of all latencies of a study, likewise.
pub(super) fn unit_of_latencies(study: &StudyResults) -> TimeUnit {
    let latencies = [LATENCY_P50, LATENCY_P95, LATENCY_P99];
    TimeUnit::suiting_latencies(means(study, Row::serves, &latencies))
}

/// The means of some figures of all rows of a kind.
fn means<'a>(
    study: &'a StudyResults,
    kind: impl Fn(&Row<'a>) -> bool,
    of: &[Statistic],
) -> Vec<f64> {
    let all = study.variants.iter().flat_map(rows).filter(kind);
    let figures = all.flat_map(|row| row.figures(of));
    figures
        .flatten()
        .map(|(estimate, _)| estimate.mean)
        .collect()
}
