//! What is to be small, of the replications of points, in pairs that share their random numbers.

use crate::goal::{Figure, Goal};
use crate::report::answer::statistic;
use crate::report::month::makes_months;
use crate::report::row::Row;
use crate::report::statistic::{Statistic, mean_of};
use crate::report::{StudyResults, VariantResults, money};
use crate::stats::{Estimate, estimate};

/// What is to be small.
#[derive(Clone, Copy)]
pub(in crate::report) struct Objective {
    pub(in crate::report) statistic: Statistic,
    /// Whether it is the cost of a month.
    pub(in crate::report) is_per_month: bool,
}

impl Objective {
    /// By a goal: of all costs that of a month, where there is one.
    pub(in crate::report) fn of(study: &StudyResults, goal: &Goal) -> Self {
        let is_per_month = goal.minimize == Figure::Cost && study.variants.iter().all(makes_months);
        let statistic = if is_per_month {
            Statistic::Mean(money::cost_per_month)
        } else {
            statistic(goal.minimize)
        };
        Self {
            statistic,
            is_per_month,
        }
    }

    /// What a point shows of it; `None` where it has no value.
    pub(in crate::report) fn see(self, variant: &VariantResults) -> Option<Seen> {
        let taken = Row::of_all(variant).values(|of| self.statistic.pair(of));
        let there: Vec<(f64, f64)> = taken.iter().copied().flatten().collect();
        let values = self.statistic.sample(there)?.values;
        Some(Seen {
            mean: mean_of(&values),
            statistic: self.statistic,
            taken,
        })
    }
}

/// What is taken of each replication of a point.
pub(in crate::report) struct Seen {
    statistic: Statistic,
    taken: Vec<Option<(f64, f64)>>,
    mean: f64,
}

impl Seen {
    /// The figure.
    pub(in crate::report) fn mean(&self) -> f64 {
        self.mean
    }

    /// This point less another, over the replications that both have; `None` where these are none.
    pub(in crate::report) fn less(&self, other: &Self, confidence: f64) -> Option<Difference> {
        let both = self.taken.iter().zip(&other.taken);
        let pairs = both.filter_map(|(own, others)| (*own).zip(*others));
        let (own, others): (Vec<_>, Vec<_>) = pairs.unzip();
        let [own, others] = [own, others].map(|pairs| self.statistic.sample(pairs));
        let (own, others) = (own?, others?);
        let values = own.values.iter().zip(&others.values);
        let values: Vec<f64> = values.map(|(own, other)| own - other).collect();
        let difference = estimate(&values, confidence)?;
        Some(Difference(
            difference.widened(own.hidden() + others.hidden()),
        ))
    }
}

/// A difference with its interval.
pub(in crate::report) struct Difference(Estimate);

impl Difference {
    /// What it surely is at least.
    pub(in crate::report) fn lower(&self) -> f64 {
        self.0
            .half_width
            .map_or(f64::NEG_INFINITY, |width| self.0.mean - width)
    }

    /// What it surely is at most.
    pub(in crate::report) fn upper(&self) -> f64 {
        self.0
            .half_width
            .map_or(f64::INFINITY, |width| self.0.mean + width)
    }
}
