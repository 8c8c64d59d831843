//! What is to be small, of the replications of points, in pairs that share their random numbers.

use crate::goal::{Figure, Goal};
use crate::report::answer::statistic;
use crate::report::month::makes_months;
use crate::report::row::Row;
use crate::report::statistic::{Statistic, mean_of};
use crate::report::{StudyResults, VariantResults, money};
use crate::stats::{Side, spread};

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
#[derive(Clone, Debug)]
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

    /// This point less another, over the replications that both have, with its interval; `None` where these are none.
    pub(in crate::report) fn less(&self, other: &Self, confidence: f64) -> Option<Difference> {
        let (values, hidden) = self.differences(other)?;
        let reach = spread(&values).map(|it| [it.half_width(confidence); 2]);
        Some(Difference::new(&values, reach, hidden))
    }

    /// The same, with what it is at least and at most each of this risk.
    pub(in crate::report) fn less_at(&self, other: &Self, risk: f64) -> Option<Difference> {
        let (values, hidden) = self.differences(other)?;
        let sides = [Side::Below, Side::Above];
        let reach = spread(&values).map(|it| sides.map(|side| it.reach(risk, side)));
        Some(Difference::new(&values, reach, hidden))
    }

    /// The differences of the replications that both have, and what histograms hide of their mean.
    fn differences(&self, other: &Self) -> Option<(Vec<f64>, f64)> {
        let both = self.taken.iter().zip(&other.taken);
        let pairs = both.filter_map(|(own, others)| (*own).zip(*others));
        let (own, others): (Vec<_>, Vec<_>) = pairs.unzip();
        let [own, others] = [own, others].map(|pairs| self.statistic.sample(pairs));
        let (own, others) = (own?, others?);
        let values = own.values.iter().zip(&others.values);
        let values = values.map(|(own, other)| own - other).collect();
        Some((values, own.hidden() + others.hidden()))
    }
}

/// A difference with what it surely is.
pub(in crate::report) struct Difference {
    mean: f64,
    /// How far the truth may be below and above; `None` of one replication.
    reach: Option<[f64; 2]>,
}

impl Difference {
    fn new(values: &[f64], reach: Option<[f64; 2]>, hidden: f64) -> Self {
        Self {
            mean: mean_of(values),
            reach: reach.map(|reach| reach.map(|it| it + hidden)),
        }
    }

    /// What it is on average.
    pub(in crate::report) fn mean(&self) -> f64 {
        self.mean
    }

    /// What it surely is at least.
    pub(in crate::report) fn lower(&self) -> f64 {
        self.reach
            .map_or(f64::NEG_INFINITY, |[below, _]| self.mean - below)
    }

    /// What it surely is at most.
    pub(in crate::report) fn upper(&self) -> f64 {
        self.reach
            .map_or(f64::INFINITY, |[_, above]| self.mean + above)
    }
}
