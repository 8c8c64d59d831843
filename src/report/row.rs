//! The replications of one target, or of all targets, of a variant: what is seen in each, and figures over them.

use std::slice;

use super::groups;
use super::growth::{Growing, work_ends};
use super::month::makes_months;
use super::observation::{Machines, Observation};
use super::part::Part;
use super::request_sums::Requests;
use super::statistic::{Sample, Statistic, Value};
use super::{StudyResults, VariantResults};
use crate::currency::Currency;
use crate::goal::{Scope, ScopeKind};
use crate::pricing::{Held, SplitCost, least_cost, least_costs};
use crate::results::{NodeTimes, RunStatistics, TargetResult, WorkloadStatistics};
use crate::stats::{self, CONFIDENCE, Estimate, Spread};
use crate::study_results::{EqualTargets, ExactQueue, Together};
use crate::units::Usd;

/// Values of figures that are held at the same time; of many replications those of few figures.
const HELD: usize = 1 << 18;
/// Figures whose values are held in any case.
const AT_ONCE: usize = 8;

/// The name that stands for all targets of a variant together.
pub const ALL_TARGETS: &str = "(all)";

/// The replications of one target, or of all targets, of a variant: each is shown when it is looked at, and not kept.
#[derive(Clone, Debug)]
pub struct Row<'a> {
    /// Name of the variant.
    pub variant: &'a str,
    /// Name of the target, or [`ALL_TARGETS`].
    pub target: &'a str,
    /// What the target is, in words; empty of all targets together.
    pub product: &'a str,
    /// Whether its queues grow until the horizon.
    pub growing: Growing,
    /// Whether its work ends by itself.
    work_ends: bool,
    results: &'a VariantResults,
    part: Part,
}

impl<'a> Row<'a> {
    /// Whether a part of its cost is not on the workspace's own bill.
    pub fn has_other_bills(&self) -> bool {
        let mut prices = self.results.prices.iter();
        let others = |of: &Observation<'_>| of.cost.others != Usd::ZERO;
        prices.any(|prices| prices.unmanaged) && self.values(others).contains(&true)
    }

    /// The mean of a figure over the replications that have it, with its interval.
    pub fn estimate(&self, value: Value) -> Option<Estimate> {
        self.figure(Statistic::Mean(value))
    }

    /// A figure over the replications with its interval, which is widened by what histograms hide.
    pub fn figure(&self, statistic: Statistic) -> Option<Estimate> {
        Some(self.figures(&[statistic]).remove(0)?.0)
    }

    /// Some figures, each with what histograms hide of it, at most. One look at each replication serves several.
    pub(super) fn figures(&self, statistics: &[Statistic]) -> Vec<Option<(Estimate, f64)>> {
        self.figures_at(statistics, CONFIDENCE)
    }

    /// The same with intervals of another level of confidence.
    pub(super) fn figures_at(
        &self,
        statistics: &[Statistic],
        confidence: f64,
    ) -> Vec<Option<(Estimate, f64)>> {
        let at_once = (HELD / self.replications().max(1)).max(AT_ONCE);
        let blocks = statistics.chunks(at_once);
        let samples = blocks.flat_map(|block| self.samples(block));
        let figure = |sample: Sample| Some((sample.estimate_at(confidence)?, sample.hidden()));
        samples.map(|sample| sample.and_then(figure)).collect()
    }

    /// How the values of a figure spread over the replications; `None` of fewer than two.
    pub(super) fn spread(&self, statistic: Statistic) -> Option<Spread> {
        stats::spread(&self.sample(statistic)?.values)
    }

    /// The values of a figure; `None` where there is none.
    pub(super) fn sample(&self, statistic: Statistic) -> Option<Sample> {
        self.samples(&[statistic]).remove(0)
    }

    /// The values of some figures, from one look at each replication.
    fn samples(&self, statistics: &[Statistic]) -> Vec<Option<Sample>> {
        let none = || Vec::with_capacity(self.replications());
        let mut pairs: Vec<_> = statistics.iter().map(|_| none()).collect();
        for replication in 0..self.replications() {
            self.observe(replication, |of| {
                for (pairs, statistic) in pairs.iter_mut().zip(statistics) {
                    pairs.extend(statistic.pair(of));
                }
            });
        }
        let pairs = pairs.into_iter().zip(statistics);
        pairs
            .map(|(pairs, statistic)| statistic.sample(pairs))
            .collect()
    }

    /// A value for each replication.
    pub fn values<T>(&self, value: impl Fn(&Observation<'_>) -> T) -> Vec<T> {
        let all = 0..self.replications();
        all.map(|replication| self.observe(replication, &value))
            .collect()
    }

    /// What its costs are printed in.
    pub fn currency(&self) -> Currency {
        self.results.currency
    }

    /// How many replications there are.
    pub fn replications(&self) -> usize {
        self.results.replications.len()
    }

    /// Whether it takes runs, which all replications do, or none.
    pub fn takes_runs(&self) -> bool {
        self.replications() > 0 && self.observe(0, |of| of.runs.is_some())
    }

    /// Whether it serves requests, likewise.
    pub fn serves(&self) -> bool {
        self.replications() > 0 && self.observe(0, |of| of.requests.is_some())
    }

    /// One target of a variant.
    fn of_target(variant: &'a VariantResults, (target, growing): (usize, Growing)) -> Self {
        Self {
            variant: &variant.name,
            target: &variant.targets[target],
            product: variant.products.get(target).map_or("", String::as_str),
            growing,
            work_ends: work_ends(variant, Some(target)),
            results: variant,
            part: Part::Target(target),
        }
    }

    /// Equal targets of a variant together.
    fn of_equal(variant: &'a VariantResults, equal: &'a EqualTargets) -> Self {
        let of_each = Growing::of_each(variant);
        let own = &of_each[equal.positions()];
        Self {
            target: &equal.name,
            product: variant.products.get(equal.first).map_or("", String::as_str),
            growing: Growing {
                runs: own.iter().any(|of| of.runs),
                requests: own.iter().any(|of| of.requests),
            },
            work_ends: work_ends(variant, Some(equal.first)),
            part: Part::Equal {
                first: equal.first,
                count: equal.count,
            },
            ..Self::of_all(variant)
        }
    }

    /// All targets of a variant together.
    pub fn of_all(variant: &'a VariantResults) -> Self {
        Self {
            variant: &variant.name,
            target: ALL_TARGETS,
            product: "",
            growing: Growing::of_all(variant),
            work_ends: work_ends(variant, None),
            results: variant,
            part: Part::All,
        }
    }

    /// The runs of one workload of a variant, if it has that: what they cost is not known.
    fn of_workload(variant: &'a VariantResults, name: &str) -> Option<Self> {
        let position = variant.workloads.iter().position(|own| own == name)?;
        Self::of_some_runs(variant, Part::Workload(position), &[position])
    }

    /// The runs of one user or group, if a log of the variant has it; likewise.
    fn of_group(variant: &'a VariantResults, by: ScopeKind, name: &str) -> Option<Self> {
        let found = groups::find(variant, by.key(), name)?;
        Self::of_some_runs(variant, Part::Group(found.place), &found.workloads)
    }

    /// A part of the runs, which are of some workloads. Their queue grows where that of a target of these does.
    fn of_some_runs(variant: &'a VariantResults, part: Part, workloads: &[usize]) -> Option<Self> {
        let first = variant.statistics().next()?;
        part.some_runs(&first)?;
        let all = Self::of_all(variant);
        let of_each = Growing::of_each(variant);
        let is_own = |of: &&WorkloadStatistics| workloads.contains(&(of.workload as usize));
        let mut own = first.workloads.iter().filter(is_own);
        let runs = first.workloads.is_empty() && all.growing.runs
            || own.any(|of| of_each[of.target as usize].runs);
        Some(Self {
            growing: Growing {
                runs,
                requests: false,
            },
            part,
            ..all
        })
    }

    /// What a limit is about, if the variant has it.
    pub(super) fn about(variant: &'a VariantResults, scope: &Scope) -> Option<Self> {
        match scope {
            Scope::All => Some(Self::of_all(variant)),
            Scope::Target(name) => {
                let mut rows = target_rows(variant).into_iter();
                rows.find(|row| row.target == name)
            }
            Scope::Workload(name) => Self::of_workload(variant, name),
            Scope::User(name) => Self::of_group(variant, ScopeKind::User, name),
            Scope::Group(name) => Self::of_group(variant, ScopeKind::Group, name),
        }
    }

    /// The exact queue that the target is, or the only target of the variant.
    pub(super) fn exact_queue(&self) -> Option<&'a ExactQueue> {
        let exact = &self.results.exact;
        match self.part {
            Part::Target(position)
            | Part::Equal {
                first: position, ..
            } => exact.get(position)?.as_ref(),
            Part::All if exact.len() == 1 => exact[0].as_ref(),
            Part::All | Part::Workload(_) | Part::Group(_) => None,
        }
    }

    /// Shows a replication.
    pub fn observe<T>(&self, replication: usize, see: impl FnOnce(&Observation<'_>) -> T) -> T {
        let VariantResults {
            prices,
            commitments,
            window,
            ..
        } = self.results;
        if let Part::Workload(_) | Part::Group(_) = self.part {
            let result = self.results.statistics_of(replication);
            let runs = self.part.some_runs(&result);
            let fan_outs = self.part.fan_outs(&result.fan_outs);
            let seen = self.observation(&[], runs.as_ref(), &[], &[]);
            return see(&Observation { fan_outs, ..seen });
        }
        if let Part::Target(position) = self.part {
            let target = self.results.target_of(replication, position);
            let target = target.expect("each has left something");
            let cost = self.results.cost_of(replication, (position, &target));
            let of = slice::from_ref(&*target);
            let runs = target.service.is_none().then_some(&target.runs);
            let all = self.results.together();
            let least = least_cost((position, &target), &prices[position], commitments, *window);
            let seen =
                self.observation(&all[position..=position], runs, of, slice::from_ref(&cost));
            // The only target is the whole variant.
            let is_whole = self.results.targets.len() == 1;
            let packed = &self.results.replications[replication];
            let fan_outs = is_whole.then(|| Part::All.fan_outs(&packed.fan_outs()));
            return see(&Observation {
                fan_outs: fan_outs.flatten(),
                least,
                ..seen
            });
        }
        let result = self.results.statistics_of(replication);
        let targets = &result.targets[..];
        let priced = self.results.costs_of(replication, targets);
        let costs = &priced.targets[..];
        if let Part::Equal { first, count } = self.part {
            let own = first..first + count;
            let runs = RunStatistics::together(targets[own.clone()].iter().map(|of| &of.runs));
            let all = &self.results.together()[own.clone()];
            let (targets, costs) = (&targets[own.clone()], &costs[own]);
            return see(&self.observation(all, runs.as_ref(), targets, costs));
        }
        let mut services = targets.iter().map(|target| target.service.is_some());
        let serves_only = !targets.is_empty() && services.all(|serves| serves);
        let runs = (!serves_only).then_some(&result.all_runs);
        let costs = [costs, &[priced.unused]].concat();
        let least = least_costs(targets, prices, commitments, *window);
        let seen = self.observation(self.results.together(), runs, targets, &costs);
        let fan_outs = self.part.fan_outs(&result.fan_outs);
        see(&Observation {
            fan_outs,
            least,
            ..seen
        })
    }

    /// Some targets in one replication, what all replications of each show together, and their costs, all in the same order; more
    /// costs are no target's.
    fn observation<'o>(
        &self,
        together: &[Together],
        runs: Option<&'o RunStatistics>,
        targets: &'o [TargetResult],
        costs: &[SplitCost],
    ) -> Observation<'o> {
        let window = self.results.window;
        let mut times = NodeTimes::default();
        let held = targets.iter().flat_map(|target| Held::of(target, window));
        for held in held {
            times += held.times;
            times += held.low_priority;
        }
        let of_services = targets.iter().zip(costs);
        let of_services = of_services.filter(|(target, _)| target.service.is_some());
        let of_items = together.iter().zip(costs);
        let of_items = of_items.filter(|(target, _)| target.scores_items);
        Observation {
            runs,
            fan_outs: None,
            growing: self.growing,
            work_ends: self.work_ends,
            requests: Requests::of(targets),
            times,
            cost: costs.iter().copied().sum(),
            least: None,
            exact_wait: self.exact_queue().map(|queue| queue.mean_wait_s),
            elasticity: match targets {
                [only] => only.elasticity,
                _ => None,
            },
            service_cost: of_services.map(|(_, cost)| cost.whole().total()).sum(),
            machines: Machines::of(targets, window),
            nodes_evicted: targets.iter().map(|target| target.nodes_evicted).sum(),
            mini_batches_failed: targets
                .iter()
                .map(|target| target.mini_batches_failed)
                .sum(),
            items_done: targets.iter().map(|target| target.items_done).sum(),
            scores_items: together.iter().any(|target| target.scores_items),
            items_cost: of_items.map(|(_, cost)| cost.whole().total()).sum(),
            window,
            makes_months: makes_months(self.results),
            currency: self.results.currency,
        }
    }
}

/// Whether a part of some variant's cost is not on the workspace's own bill.
pub fn has_other_bills(study: &StudyResults) -> bool {
    let mut rows = study.variants.iter().map(Row::of_all);
    rows.any(|row| row.has_other_bills())
}

/// A row for each target of a variant.
pub fn target_rows(variant: &VariantResults) -> Vec<Row<'_>> {
    let targets = Growing::of_each(variant).into_iter().enumerate();
    targets
        .map(|target| Row::of_target(variant, target))
        .collect()
}

/// The same with one row for equal targets together, as people read it.
pub(super) fn told_target_rows(variant: &VariantResults) -> Vec<Row<'_>> {
    let rows = target_rows(variant).into_iter().enumerate();
    let told = rows.filter_map(|(position, row)| {
        let mut equal = variant.equal.iter();
        match equal.find(|of| of.positions().contains(&position)) {
            Some(of) if of.first == position => Some(Row::of_equal(variant, of)),
            Some(_) => None,
            None => Some(row),
        }
    });
    told.collect()
}

/// A row for each target, and one for the whole variant if it has several, or commitments, which no target pays for alone.
pub fn rows(variant: &VariantResults) -> Vec<Row<'_>> {
    let mut rows = target_rows(variant);
    if rows.len() > 1 || !variant.commitments.is_empty() {
        rows.push(Row::of_all(variant));
    }
    rows
}
