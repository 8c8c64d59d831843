//! The share of use at which a commitment breaks even.

use super::break_even_answer::{Answer, LEAST, Measure, NoBreakEven, Question, Verdict};
use super::commitments::{self, Committed};
use crate::pricing::CommitmentKind;
use crate::stats::{CONFIDENCE, Estimate, mean, ratio_of_means};
use crate::units::{SimDuration, TICKS_PER_HOUR};

/// Without a half-width that is only what double precision leaves of exactly proportional figures.
fn plain(estimate: Estimate) -> Estimate {
    let is_seen = |width: &f64| *width > estimate.mean.abs() * LEAST;
    Estimate {
        half_width: estimate
            .half_width
            .map(|width| Some(width).filter(is_seen).unwrap_or(0.0)),
        ..estimate
    }
}

/// The answer of a commitment.
pub(super) fn of_commitment<'a>(row: &Committed<'a>) -> Answer<'a> {
    let used = row.values(commitments::used);
    let without = row.values(commitments::without);
    // At the rates of what it covered, or, if that is nothing, of the first target that it could have.
    let share = ratio_of_means(&used, &without, CONFIDENCE).map(plain);
    let share = share.or_else(|| {
        let first = row.commitment.covers.first()?;
        let own = row.variant.prices[first.target].per_hour.dollars();
        (own > 0.0).then(|| Estimate::alone(row.commitment.rate(0).dollars() / own))
    });
    let a_day = commitment_days(row).zip(row.estimate(commitments::saving));
    let difference = a_day.map(|(days, saving)| saving.scaled(1.0 / days));
    Answer {
        variant: &row.variant.name,
        alternative: &row.commitment.name,
        question: match row.commitment.kind {
            CommitmentKind::Reservation { .. } => Question::Reservation,
            CommitmentKind::SavingsPlan { .. } => Question::SavingsPlan,
        },
        measure: Measure::ShareUsed,
        break_even: share.ok_or(NoBreakEven::NothingCovered),
        bias: None,
        scenario_load: row.estimate(commitments::utilization),
        verdict: Verdict::of(difference),
        difference,
        share_of_instance: None,
    }
}

/// Days for which a commitment was paid, on average: what it costs tells, or where that is nothing, the targets' ends.
fn commitment_days(row: &Committed<'_>) -> Option<f64> {
    let day = SimDuration(24 * TICKS_PER_HOUR);
    let price = row.variant.currency.amount(row.commitment.price(day));
    if price <= 0.0 {
        let covered = row.commitment.covers.iter();
        let targets: Vec<usize> = covered.map(|covered| covered.target).collect();
        let window = row.variant.window;
        let days = row.variant.statistics().map(|replication| {
            let results = targets.iter().filter_map(|at| replication.targets.get(*at));
            let end = results.map(|result| result.end).max();
            let end = end.unwrap_or(window.horizon).max(window.horizon);
            end.since(window.warmup).0 as f64 / day.0 as f64
        });
        return mean(&days.collect::<Vec<f64>>()).filter(|days| *days > 0.0);
    }
    let paid = mean(&row.values(commitments::paid))?;
    (paid > 0.0).then(|| paid / price)
}
