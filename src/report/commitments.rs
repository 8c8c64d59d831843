//! What commitments covered, how much of them was used, and what it cost, by replication, and the use at which they pay:
//! `commitments.csv`, the terminal and break-evens read it.

#![expect(
    clippy::unnecessary_wraps,
    reason = "all figures have the signature of [`Value`]"
)]

use super::month::makes_months;
use super::numbers::Shown;
use super::{StudyResults, VariantResults};
use crate::currency::Currency;
use crate::pricing::{Commitment, CommitmentUse, TargetPrices, month_over};
use crate::stats::{CONFIDENCE, Estimate, estimate, mean, ratio_of_means};
use crate::units::{SimDuration, TICKS_PER_HOUR, Usd};

/// A share of a cost that is no more than what double precision leaves.
const LEAST: f64 = 1e-9;

/// One commitment of a variant over the replications.
pub struct Committed<'a> {
    /// The variant.
    pub variant: &'a VariantResults,
    /// The commitment.
    pub commitment: &'a Commitment,
    /// What it did in each replication, before and after the horizon together.
    uses: Vec<CommitmentUse>,
    /// What it did before the horizon, where that time stands for a month.
    within: Option<Vec<CommitmentUse>>,
}

/// One replication of a commitment.
pub struct Seen<'a> {
    currency: Currency,
    commitment: &'a Commitment,
    prices: &'a [TargetPrices],
    part: &'a CommitmentUse,
}

/// How a figure is computed from one replication.
pub type Value = fn(&Seen<'_>) -> Option<f64>;

/// Every commitment of every variant.
pub fn all(study: &StudyResults) -> Vec<Committed<'_>> {
    let variants = study.variants.iter();
    let all = variants.flat_map(|variant| {
        let positions = 0..variant.commitments.len();
        positions.map(move |position| committed(variant, position))
    });
    all.collect()
}

/// The commitment of a variant at a position.
fn committed(variant: &VariantResults, position: usize) -> Committed<'_> {
    Committed {
        variant,
        commitment: &variant.commitments[position],
        uses: uses(variant, position),
        within: makes_months(variant).then(|| within(variant, position)),
    }
}

/// What a variant's commitment at a position saves in each replication.
pub(super) fn savings(variant: &VariantResults, position: usize) -> Vec<f64> {
    committed(variant, position).values(saving)
}

/// The share of it that is used.
pub(super) fn share_used(variant: &VariantResults, position: usize) -> Option<Estimate> {
    committed(variant, position).estimate(utilization)
}

fn uses(variant: &VariantResults, position: usize) -> Vec<CommitmentUse> {
    let coverage = variant.coverage.iter();
    coverage
        .map(|coverage| coverage.within[position].joined(&coverage.drain[position]))
        .collect()
}

fn within(variant: &VariantResults, position: usize) -> Vec<CommitmentUse> {
    let coverage = variant.coverage.iter();
    coverage.map(|of| of.within[position].clone()).collect()
}

impl Seen<'_> {
    fn money(&self, amount: Usd) -> f64 {
        self.currency.amount(amount)
    }
}

impl Committed<'_> {
    /// The figure in each replication that has it.
    pub fn values(&self, value: Value) -> Vec<f64> {
        self.values_of(&self.uses, value)
    }

    fn values_of(&self, uses: &[CommitmentUse], value: Value) -> Vec<f64> {
        let seen = uses.iter().filter_map(|part| {
            value(&Seen {
                currency: self.variant.currency,
                commitment: self.commitment,
                prices: &self.variant.prices,
                part,
            })
        });
        seen.collect()
    }

    /// Its mean with an interval.
    pub fn estimate(&self, value: Value) -> Option<Estimate> {
        estimate(&self.values(value), CONFIDENCE)
    }

    /// The mean over the time that amounts are told of: the measured one where that stands for a month, else with what follows the horizon.
    pub(super) fn in_told_time(&self, value: Value) -> Option<Estimate> {
        let uses = self.within.as_ref().unwrap_or(&self.uses);
        estimate(&self.values_of(uses, value), CONFIDENCE)
    }

    /// The mean of an amount as it is told: per month where the measured time stands for one.
    fn told(&self, value: Value) -> Option<Estimate> {
        let amount = self.in_told_time(value)?;
        let is_of_month = self.within.is_some();
        let months = is_of_month.then(|| month_over(self.variant.window));
        Some(amount.scaled(months.unwrap_or(1.0)))
    }
}

/// Machine-hours that it covered.
pub(super) fn covered_hours(of: &Seen<'_>) -> Option<f64> {
    Some(of.part.time().as_hours())
}

/// Machine-hours of the targets that it covers.
pub(super) fn eligible_hours(of: &Seen<'_>) -> Option<f64> {
    Some(of.part.eligible.as_hours())
}

/// Share of its targets' machine-time that it covered.
pub(super) fn coverage(of: &Seen<'_>) -> Option<f64> {
    quotient(covered_hours(of)?, eligible_hours(of)?)
}

/// Share of what is paid that went for usage.
pub(super) fn utilization(of: &Seen<'_>) -> Option<f64> {
    quotient(used(of)?, paid(of)?)
}

/// What is paid, used or not.
pub(super) fn paid(of: &Seen<'_>) -> Option<f64> {
    Some(of.money(of.part.paid))
}

/// The part of it that went for usage.
pub(super) fn used(of: &Seen<'_>) -> Option<f64> {
    Some(of.money(of.part.used(of.commitment)))
}

pub(super) fn unused(of: &Seen<'_>) -> Option<f64> {
    Some(of.money(of.part.unused(of.commitment)))
}

/// What the covered usage would have cost at the targets' own prices.
pub(super) fn without(of: &Seen<'_>) -> Option<f64> {
    Some(of.money(of.part.without(of.commitment, of.prices)))
}

/// What was saved; negative where more was paid.
pub(super) fn saving(of: &Seen<'_>) -> Option<f64> {
    let without = of.part.without(of.commitment, of.prices);
    Some(of.money(without - of.part.paid))
}

fn quotient(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}

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

/// The share of it that has to be used for it to pay; `None` where it covers no target.
pub(super) fn break_even(row: &Committed<'_>) -> Option<Estimate> {
    let used = row.values(used);
    let without = row.values(without);
    // At the rates of what it covered, or, if that is nothing, of the first target that it could have.
    let share = ratio_of_means(&used, &without, CONFIDENCE).map(plain);
    share.or_else(|| {
        let first = row.commitment.covers.first()?;
        let own = row.variant.prices[first.target].per_hour.dollars();
        (own > 0.0).then(|| Estimate::alone(row.commitment.rate(0).dollars() / own))
    })
}

/// What it saves a day, negative where it costs more: of the time that is told by the month, where that stands for one.
pub(super) fn saving_per_day(row: &Committed<'_>) -> Option<Estimate> {
    let days = match row.within {
        Some(_) => row.variant.window.length().as_secs_f64() / 86_400.0,
        None => days_paid(row)?,
    };
    Some(row.in_told_time(saving)?.scaled(1.0 / days))
}

/// Days for which a commitment was paid, on average: what it costs tells, or where that is nothing, the targets' ends.
fn days_paid(row: &Committed<'_>) -> Option<f64> {
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
    let paid = mean(&row.values(paid))?;
    (paid > 0.0).then(|| paid / price)
}

/// A line for each commitment, for the terminal.
pub fn sentences(study: &StudyResults) -> Vec<String> {
    all(study).iter().map(sentence).collect()
}

/// `reserved, commitment gpu-1y: coverage 80 % (± 2), utilization 45 % (± 1); paid 60 USD (± 0), of which 33.0 USD
/// (± 0.6) unused; the same usage without it: 45.0 USD (± 0.9)`. Amounts are those of a month, as in the table, where there are months.
fn sentence(row: &Committed<'_>) -> String {
    let percent = |value: Value| {
        let share = row.in_told_time(value).map(|share| share.scaled(100.0));
        share.map_or_else(
            || "none".to_owned(),
            |share| Shown::of(share).with_unit("%"),
        )
    };
    let money = |value: Value| {
        let amount = row.told(value);
        amount.map_or_else(
            || "nothing".to_owned(),
            |amount| Shown::of(amount).with_unit(row.variant.currency.code()),
        )
    };
    let month = if row.within.is_some() { " a month" } else { "" };
    let cost = if row.values(paid).iter().any(|paid| *paid > 0.0) {
        format!(
            "utilization {}; paid {}{month}, of which {} unused",
            percent(utilization),
            money(paid),
            money(unused)
        )
    } else {
        "it costs nothing".to_owned()
    };
    format!(
        "{}, commitment {}{}: coverage {}, {cost}; the same usage without it: {}",
        row.variant.name,
        row.commitment.name,
        row.commitment.term.words(),
        percent(coverage),
        money(without)
    )
}
