//! Each variant against the baseline, from pairs of replications that share their random numbers.

use super::change::{Change, change_of, correct};
use super::figures;
use super::observation::Observation;
use super::row::Row;
use super::statistic::{Statistic, Value};
use super::{StudyResults, VariantResults, load, money, requests};
use crate::currency::Currency;
use crate::stats::{CONFIDENCE, Estimate, estimate, paired_difference, ratio_of_means};

/// A variant against the baseline, all its targets together.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison<'a> {
    /// Name of the variant.
    pub variant: &'a str,
    /// Name of the baseline.
    pub baseline: &'a str,
    /// What costs are printed in.
    pub currency: Currency,
    /// Pairs of replications.
    pub replications: usize,
    /// Cost on the workspace's own bill.
    pub cost: Change,
    /// Cost per month, where the measured time of both stands for one.
    pub cost_per_month: Change,
    /// Cost per completed run, without the cost of services.
    pub cost_per_completed_run: Change,
    /// Runs submitted to the variant and to the baseline, where these numbers clearly differ.
    pub other_load: Option<[Estimate; 2]>,
    /// Completed runs.
    pub completed: Change,
    /// Runs that did not complete, where their number differs in some pair.
    pub unequal_work: Option<UnequalWork>,
    /// Mean wait in seconds.
    pub wait_mean: Change,
    /// 95th percentile of the wait in seconds.
    pub wait_p95: Change,
    /// Mean turnaround in seconds.
    pub turnaround: Change,
    /// 95th percentile of the latency in seconds, where one service answers.
    pub latency_p95: Change,
    /// Share of requests that were rejected.
    pub rejected_share: Change,
    /// Share of requests served within the SLO.
    pub within_slo_share: Change,
    /// Cost of a thousand served requests.
    pub cost_per_1000_requests: Change,
    /// Whether both take runs, and whether both serve requests.
    pub both: Both,
    /// Those of the two whose queues grow, so that their waits or latencies cannot be compared.
    pub growing: Vec<&'a str>,
    /// Cost per hour of waiting saved, of the cost of runs: `(cost - cost of the baseline) / (hours waited in the baseline - hours waited)`.
    ///
    /// Where the variant costs more and waits less, this is the price of an hour saved; where it costs less and waits
    /// more, what is saved by an hour more of waiting. It is negative where the variant is better in both or worse in
    /// both. `None` where the interval of the hours covers 0.
    pub usd_per_wait_hour_saved: Option<Estimate>,
}

/// What a variant and the baseline both do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Both {
    /// Both take runs.
    pub take_runs: bool,
    /// Both serve requests.
    pub serve: bool,
}

/// Runs that completed in one of the two and not in the other: then costs and waits are not of the same work.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UnequalWork {
    /// Mean number of submitted runs that the variant did not complete.
    pub not_completed: Estimate,
    /// The same of the baseline.
    pub of_baseline: Estimate,
    /// Mean number of runs submitted to the variant.
    pub submitted: Estimate,
}

/// The variants but the baseline, each against it. What is clear is so by Holm's correction, for each figure by itself.
pub fn comparisons(study: &StudyResults) -> Vec<Comparison<'_>> {
    let Some(baseline) = study.baseline() else {
        return Vec::new();
    };
    let others = study.others();
    let mut all: Vec<Comparison<'_>> = others.map(|one| Comparison::of(one, baseline)).collect();
    for (is_told_as_ratio, change) in CHANGES {
        let mut changes: Vec<&mut Change> = all.iter_mut().map(change).collect();
        correct(&mut changes, *is_told_as_ratio);
    }
    all
}

/// One of the changes of a comparison.
type ChangeOf = for<'a> fn(&'a mut Comparison<'_>) -> &'a mut Change;

/// The changes of which it is said whether they are clear, and whether that is said of their ratio too.
const CHANGES: &[(bool, ChangeOf)] = &[
    (true, |of| &mut of.cost),
    (true, |of| &mut of.cost_per_month),
    (true, |of| &mut of.cost_per_completed_run),
    (true, |of| &mut of.cost_per_1000_requests),
    (false, |of| &mut of.wait_p95),
    (false, |of| &mut of.latency_p95),
    (false, |of| &mut of.rejected_share),
];

impl<'a> Comparison<'a> {
    /// `variant` against `baseline`.
    pub fn of(variant: &'a VariantResults, baseline: &'a VariantResults) -> Self {
        let rows = [Row::of_all(variant), Row::of_all(baseline)];
        let pairs = Pairs {
            variant: &rows[0],
            baseline: &rows[1],
        };
        Self {
            variant: &variant.name,
            baseline: &baseline.name,
            currency: variant.currency,
            replications: variant.replications.len().min(baseline.replications.len()),
            cost: pairs.change(Statistic::Mean(money::own_cost)),
            cost_per_month: pairs.change(Statistic::Mean(money::cost_per_month)),
            cost_per_completed_run: pairs.change(money::COST_PER_COMPLETED_RUN),
            other_load: load::differs(variant, baseline),
            completed: pairs.change(Statistic::Mean(figures::completed)),
            unequal_work: pairs.unequal_work(),
            wait_mean: pairs.change(figures::WAIT_MEAN),
            wait_p95: pairs.change(figures::WAIT_P95),
            turnaround: pairs.change(figures::TURNAROUND),
            latency_p95: pairs.change(requests::LATENCY_P95),
            rejected_share: pairs.change(requests::REJECTED_SHARE),
            within_slo_share: pairs.change(requests::SLO_SHARE),
            cost_per_1000_requests: pairs.change(requests::COST_PER_THOUSAND),
            both: Both {
                take_runs: pairs.variant.takes_runs() && pairs.baseline.takes_runs(),
                serve: pairs.variant.serves() && pairs.baseline.serves(),
            },
            growing: pairs.growing(),
            usd_per_wait_hour_saved: pairs.usd_per_hour_saved(figures::wait_hours),
        }
    }
}

/// How a figure changes from one row to another, by the replications of both.
pub(super) fn change_between(
    variant: &Row<'_>,
    baseline: &Row<'_>,
    statistic: Statistic,
) -> Change {
    Pairs { variant, baseline }.change(statistic)
}

/// Cost per hour of waiting that a variant saves against another, as [`Comparison::usd_per_wait_hour_saved`].
pub(super) fn usd_per_wait_hour_saved(variant: &Row<'_>, other: &Row<'_>) -> Option<Estimate> {
    let pairs = Pairs {
        variant,
        baseline: other,
    };
    pairs.usd_per_hour_saved(figures::wait_hours)
}

/// The same per hour of turnaround, of all runs; `None` also where the two do not complete the same number of runs in each replication.
pub(super) fn usd_per_turnaround_hour_saved(
    variant: &Row<'_>,
    other: &Row<'_>,
) -> Option<Estimate> {
    let pairs = Pairs {
        variant,
        baseline: other,
    };
    let (completed, of_other) = pairs.values(figures::completed);
    if completed != of_other {
        return None;
    }
    pairs.usd_per_hour_saved(figures::turnaround_hours)
}

/// What cost and time take of each replication of a variant: it is looked at once, and compared with many.
pub(super) struct Seen<'a> {
    /// The rows that cost and time are of.
    rows: [&'a Row<'a>; 2],
    taken: [Vec<Option<(f64, f64)>>; 2],
}

impl<'a> Seen<'a> {
    /// Looks at a variant.
    pub(super) fn of(rows: [&'a Row<'a>; 2], statistics: [Statistic; 2]) -> Self {
        let taken = |which: usize| rows[which].values(|of| statistics[which].pair(of));
        Self {
            rows,
            taken: [taken(0), taken(1)],
        }
    }

    /// How a figure changes from another to this one.
    pub(super) fn change(&self, other: &Self, (which, statistic): (usize, Statistic)) -> Change {
        let both = self.taken[which].iter().zip(&other.taken[which]);
        let both = both
            .enumerate()
            .filter_map(|(replication, (one, other_one))| {
                let pair = (*one)?;
                let others = (*other_one)?;
                // What is the same gives the same.
                let is_same =
                    pair == others && self.is_same(other, replication, (which, statistic));
                Some((pair, others, is_same))
            });
        change_of(statistic, both).unwrap_or_default()
    }

    fn is_same(
        &self,
        other: &Self,
        replication: usize,
        (which, statistic): (usize, Statistic),
    ) -> bool {
        self.rows[which].observe(replication, |one| {
            let is_same = |other: &Observation<'_>| statistic.is_same(one, other);
            other.rows[which].observe(replication, is_same)
        })
    }
}

/// Whether one of two variants costs clearly less or clearly has shorter times, by the differences within each replication,
/// and is not clearly worse in the other.
pub(super) fn is_clearly_better(
    variant: &Seen<'_>,
    other: &Seen<'_>,
    [cost, time]: [Statistic; 2],
) -> bool {
    let of_cost = variant.change(other, (0, cost)).sign(true);
    if of_cost.is_some_and(|sign| sign > 0.0) {
        return false;
    }
    let of_time = variant.change(other, (1, time)).sign(false);
    is_better_by([of_cost, of_time])
}

/// The same by the signs of the clear differences in cost and time.
pub(super) fn is_better_by(signs: [Option<f64>; 2]) -> bool {
    let is_worse = signs.iter().flatten().any(|sign| *sign > 0.0);
    !is_worse && signs.iter().flatten().any(|sign| *sign < 0.0)
}

struct Pairs<'a, 'r> {
    variant: &'r Row<'a>,
    baseline: &'r Row<'a>,
}

impl<'a> Pairs<'a, '_> {
    /// Names of those whose queues grow.
    fn growing(&self) -> Vec<&'a str> {
        let both = [self.variant, self.baseline].into_iter();
        let growing = both.filter(|row| row.growing.any());
        growing.map(|row| row.variant).collect()
    }

    /// Shows the replications of the variant and of the baseline, by number.
    fn each(&self, mut see: impl FnMut(&Observation<'_>, &Observation<'_>)) {
        let [variant, baseline] = [self.variant, self.baseline];
        for replication in 0..variant.replications().min(baseline.replications()) {
            variant.observe(replication, |one| {
                baseline.observe(replication, |other| see(one, other));
            });
        }
    }

    /// A figure of the variant and of the baseline, by replication.
    fn values(&self, value: Value) -> (Vec<f64>, Vec<f64>) {
        let mut both = Vec::new();
        self.each(|variant, baseline| both.extend(value(variant).zip(value(baseline))));
        both.into_iter().unzip()
    }

    fn change(&self, statistic: Statistic) -> Change {
        self.change_of(statistic).unwrap_or_default()
    }

    /// Over the pairs to both of which it applies; `None` where there is none.
    fn change_of(&self, statistic: Statistic) -> Option<Change> {
        let mut both = Vec::new();
        self.each(|variant, baseline| {
            let pairs = statistic.pair(variant).zip(statistic.pair(baseline));
            both.extend(
                pairs.map(|(one, other)| (one, other, statistic.is_same(variant, baseline))),
            );
        });
        change_of(statistic, both.into_iter())
    }

    fn unequal_work(&self) -> Option<UnequalWork> {
        let (variant, baseline) = self.values(figures::not_completed);
        let (submitted, _) = self.values(figures::submitted);
        (variant != baseline).then_some(())?;
        Some(UnequalWork {
            not_completed: estimate(&variant, CONFIDENCE)?,
            of_baseline: estimate(&baseline, CONFIDENCE)?,
            submitted: estimate(&submitted, CONFIDENCE)?,
        })
    }

    fn usd_per_hour_saved(&self, hours: Value) -> Option<Estimate> {
        let (cost, baseline_cost) = self.values(money::cost_of_runs);
        let (hours, baseline_hours) = self.values(hours);
        let saved = paired_difference(&baseline_hours, &hours, CONFIDENCE)?;
        if saved.covers(0.0) == Some(true) {
            return None;
        }
        let paid: Vec<f64> = subtract(&cost, &baseline_cost);
        ratio_of_means(&paid, &subtract(&baseline_hours, &hours), CONFIDENCE)
    }
}

fn subtract(from: &[f64], what: &[f64]) -> Vec<f64> {
    from.iter().zip(what).map(|(x, y)| x - y).collect()
}
