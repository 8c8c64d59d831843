//! The figures of both sides of a pair at a place.

use super::pairs::{Other, Pair};
use super::{Crossing, Look};
use crate::report::commitments;
use crate::report::observation::Observation;
use crate::report::row::Row;
use crate::report::{StudyResults, VariantResults, figures, money, requests};
use crate::stats::{CONFIDENCE, Estimate, estimate};
use crate::units::TICKS_PER_HOUR;

/// What the first side costs more than the second in each of the first `count` replications, on the workspace's own bill, with what
/// falls after the horizon.
pub fn differences(pair: Pair, sides: [&VariantResults; 2], count: u32) -> Vec<f64> {
    let [one, other] = costs(pair, sides, count as usize);
    one.iter()
        .zip(&other)
        .map(|(one, other)| one - other)
        .collect()
}

/// The costs of both sides in each of the first `count` replications.
fn costs(pair: Pair, [one, other]: [&VariantResults; 2], count: usize) -> [Vec<f64>; 2] {
    let of = |variant: &VariantResults| -> Vec<f64> {
        let row = Row::of_all(variant);
        let first = 0..count.min(row.replications());
        let cost = |of: &Observation<'_>| of.money(money::own(of));
        first.map(|number| row.observe(number, cost)).collect()
    };
    match pair.other {
        Other::Variant(_) => [of(one), of(other)],
        Other::Commitment(position) => {
            let with = of(other);
            let savings = commitments::savings(other, position);
            let without = with.iter().zip(savings).map(|(cost, saving)| cost + saving);
            [without.collect(), with]
        }
    }
}

/// All replications of both sides.
fn all_costs(study: &StudyResults, pair: Pair, look: Look) -> [Vec<f64>; 2] {
    let sides = look.sides.map(|at| &study.variants[at]);
    let count = sides.map(|side| side.replications.len());
    costs(pair, sides, count[0].min(count[1]))
}

/// What the first side costs more at a place, with its interval.
pub(super) fn difference(study: &StudyResults, pair: Pair, look: Look) -> Option<Estimate> {
    let [one, other] = all_costs(study, pair, look);
    crate::stats::paired_difference(&one, &other, CONFIDENCE)
}

/// What each side costs at a place.
pub(super) fn cost(study: &StudyResults, pair: Pair, look: Look) -> [Option<Estimate>; 2] {
    all_costs(study, pair, look).map(|costs| estimate(&costs, CONFIDENCE))
}

/// What is told of a side at a place, besides its cost.
pub(super) struct Side {
    /// Mean wait in seconds; `None` where nobody started, or the queue grows.
    pub(super) wait_mean: Option<Estimate>,
    /// 95th percentile of the wait in seconds.
    pub(super) wait_p95: Option<Estimate>,
    /// 95th percentile of the latency in seconds, where only requests are served.
    pub(super) latency_p95: Option<Estimate>,
    /// Running share of what is billed.
    pub(super) utilization: Option<Estimate>,
    /// Whether a queue grows.
    pub(super) grows: bool,
}

impl Side {
    pub(super) fn of(variant: &VariantResults) -> Self {
        let row = Row::of_all(variant);
        Self {
            wait_mean: row.figure(figures::WAIT_MEAN),
            wait_p95: row.figure(figures::WAIT_P95),
            latency_p95: row.figure(requests::LATENCY_P95),
            utilization: row.figure(figures::UTILIZATION),
            grows: row.growing.runs || row.growing.requests,
        }
    }
}

/// Which side's queue grows at a place.
pub(super) fn who_grows(study: &StudyResults, look: Look) -> Option<usize> {
    let grows = |at: usize| Row::of_all(&study.variants[at]).growing.any();
    look.sides.into_iter().position(grows)
}

/// Days of the measured time.
pub(super) fn days(variant: &VariantResults) -> f64 {
    variant.window.length().0 as f64 / (24 * TICKS_PER_HOUR) as f64
}

/// Completed runs a day at a crossing, of the side at this position. Over the load, the interval is that of the load, as a number of
/// runs a day.
pub(super) fn runs_per_day(
    study: &StudyResults,
    crossing: &Crossing,
    (side, is_load): (usize, bool),
) -> Option<Estimate> {
    let variant = &study.variants[crossing.look.sides[side]];
    let runs = Row::of_all(variant).estimate(figures::completed)?;
    let a_day = runs.scaled(1.0 / days(variant));
    let place = crossing.root.place;
    let of_load = place
        .half_width
        .map(|width| width / place.mean * a_day.mean);
    Some(if is_load {
        Estimate {
            half_width: of_load,
            ..a_day
        }
    } else {
        a_day
    })
}

/// Numbers of runs that differ by at most this share are told as one: some are still running at the horizon.
const AS_MANY: f64 = 0.02;

/// The runs a day of both sides at a load, where they are as many; else `None`.
pub(super) fn common_runs(study: &StudyResults, crossing: &Crossing) -> Option<Estimate> {
    let runs = |side| runs_per_day(study, crossing, (side, true));
    let (one, other) = (runs(0)?, runs(1)?);
    let is_same = (one.mean - other.mean).abs() <= AS_MANY * one.mean.max(other.mean);
    is_same.then_some(one)
}

/// Billed machine-hours a day of the first side.
pub(super) fn hours_per_day(study: &StudyResults, look: Look) -> Option<Estimate> {
    let variant = &study.variants[look.sides[0]];
    let hours = Row::of_all(variant).estimate(figures::billed_hours)?;
    Some(hours.scaled(1.0 / days(variant)))
}

/// The share of a commitment that is used at a place.
pub(super) fn share_used(study: &StudyResults, pair: Pair, look: Look) -> Option<Estimate> {
    let Other::Commitment(position) = pair.other else {
        return None;
    };
    commitments::share_used(&study.variants[look.sides[1]], position)
}
