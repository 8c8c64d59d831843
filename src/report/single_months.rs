//! What one month may cost: the range of single months, beside the interval of their mean.
//!
//! The interval tells how well the mean is known, and shrinks with more replications; the range tells how far one month lies from
//! another, and does not. A replication is taken as a month where its measured time is about one.

use super::month::makes_months;
use super::numbers::Shown;
use super::row::Row;
use super::{StudyResults, VariantResults, money};
use crate::goal::{Figure, Scope, Side};
use crate::stats::Estimate;
use crate::units::TICKS_PER_HOUR;

/// Replications from which on there is a range: with fewer, a twentieth is less than one of them.
const LEAST: usize = 20;
/// Measured times, in weeks, that stand for one month. Shorter ones vary more than months do, longer ones less.
const WEEKS: (u64, u64) = (4, 5);
const WEEK: u64 = 7 * 24 * TICKS_PER_HOUR;

/// Costs of single months of a variant.
struct Months {
    /// In increasing order.
    costs: Vec<f64>,
}

impl Months {
    /// `None` where replications are no months, or too few.
    fn of(variant: &VariantResults) -> Option<Self> {
        let weeks = variant.window.length().0 / WEEK;
        let is_month = (WEEKS.0..=WEEKS.1).contains(&weeks);
        if !is_month || !makes_months(variant) || variant.replications.len() < LEAST {
            return None;
        }
        let costs = Row::of_all(variant).values(money::cost_per_month);
        let mut costs: Vec<f64> = costs.into_iter().collect::<Option<_>>()?;
        costs.sort_by(f64::total_cmp);
        Some(Self { costs })
    }

    /// The cost that this share of the months does not exceed, between its neighbors (definition 7 of Hyndman and Fan, Sample
    /// Quantiles in Statistical Packages, The American Statistician 50 (1996) 361-365).
    fn quantile(&self, share: f64) -> f64 {
        let place = share * (self.costs.len() - 1) as f64;
        let below = whole(place);
        let (low, high) = (
            self.costs[below],
            self.costs[(below + 1).min(self.costs.len() - 1)],
        );
        low + (high - low) * (place - below as f64)
    }

    /// How many cost more than that.
    fn above(&self, budget: f64) -> usize {
        self.costs.iter().filter(|cost| **cost > budget).count()
    }
}

/// The whole part of a place in a list.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "places are between 0 and the number of replications"
)]
fn whole(place: f64) -> usize {
    place as usize
}

/// Limits of the goal on the cost of a month, as the user wrote them.
fn budgets(study: &StudyResults) -> Vec<(f64, &str)> {
    let limits = study.goal.iter().flat_map(|goal| &goal.limits);
    let budgets = limits.filter(|limit| {
        limit.figure == Figure::CostPerMonth
            && limit.scope == Scope::All
            && limit.side == Side::AtMost
    });
    budgets
        .map(|limit| (limit.value, limit.written.as_str()))
        .collect()
}

/// Whether a limit of the goal is on the cost of a month.
pub(super) fn has_budget(study: &StudyResults) -> bool {
    !budgets(study).is_empty()
}

/// A sentence for each variant whose replications are months: the range from the 5th to the 95th percentile, and how many months
/// are above a limit of the goal.
pub(super) fn sentences(study: &StudyResults) -> Vec<String> {
    let budgets = budgets(study);
    let currency = study.currency();
    let code = currency.code();
    let printed = |cost: f64| Shown::of(Estimate::alone(cost)).mean;
    let sentence = |variant: &VariantResults| {
        let months = Months::of(variant)?;
        let (low, high) = (months.quantile(0.05), months.quantile(0.95));
        let over = budgets.iter().map(|(budget, written)| {
            let all = months.costs.len();
            format!("; above {written} in {} of {all}", months.above(*budget))
        });
        Some(format!(
            "{}: {} to {} {code}{}",
            variant.name,
            printed(low),
            printed(high),
            over.collect::<String>()
        ))
    };
    study.variants.iter().filter_map(sentence).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_the_definition() {
        // 21 months of 0, 10, ... 200: the 5th percentile is the second, the 95th the twentieth.
        let months = Months {
            costs: (0..21).map(|month| f64::from(month) * 10.0).collect(),
        };
        assert!((months.quantile(0.05) - 10.0).abs() < 1e-9);
        assert!((months.quantile(0.95) - 190.0).abs() < 1e-9);
        // Between the first and the second of 20: 0.05 * 19 = 0.95 of the way.
        let months = Months {
            costs: (0..20).map(|month| f64::from(month) * 10.0).collect(),
        };
        assert!((months.quantile(0.05) - 9.5).abs() < 1e-9);
        assert!((months.quantile(1.0) - 190.0).abs() < 1e-9);
        assert_eq!(months.above(180.0), 1);
        assert_eq!(months.above(175.0), 2);
    }
}
