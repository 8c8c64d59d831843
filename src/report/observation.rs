//! What one replication of one target, or of all targets, shows: its runs, node-time and priced cost side by side.

use std::slice;

use super::growth::Growing;
use super::month::makes_months;
use super::requests::Requests;
use super::statistic::{Sample, Statistic, Value};
use super::{StudyResults, VariantResults};
use crate::pricing::{Held, SplitCost, costs};
use crate::results::{NodeTimes, ReplicationResult, RunStatistics, TargetResult, Window};
use crate::stats::Estimate;
use crate::units::{NodeTime, Usd};

/// The name that stands for all targets of a variant together.
pub const ALL_TARGETS: &str = "(all)";

/// One replication of one target, or of all targets of a variant.
#[derive(Clone, Debug)]
pub struct Observation<'a> {
    /// Its measured runs; none of what takes no runs: services.
    pub runs: Option<&'a RunStatistics>,
    /// Whether its queues grow until the horizon, so that waits and latencies have no mean.
    pub growing: Growing,
    /// Its measured requests; none of what serves none.
    pub requests: Option<Requests<'a>>,
    /// Node-time (of an instance slot-time) within the horizon and after it, of both tiers of a pool.
    pub times: NodeTimes,
    /// What it costs.
    pub cost: SplitCost,
    /// Part of it that services cost.
    pub service_cost: Usd,
    /// Machines; none of what is not billed for any: devices, services billed by use.
    pub machines: Option<Machines>,
    /// Nodes lost.
    pub nodes_lost: u64,
    /// Pieces of batch inference that never succeeded.
    pub pieces_failed: u64,
    /// Items of batch inference that were scored.
    pub items_done: u64,
    /// Whether one of its targets scored some, in any replication.
    pub scores_items: bool,
    /// What the targets that scored some in any replication cost.
    pub items_cost: Usd,
    /// What the statistics cover.
    pub window: Window,
    /// Whether that stands for a month.
    pub makes_months: bool,
}

/// What is counted of machines.
#[derive(Clone, Copy, Debug, Default)]
pub struct Machines {
    /// Billed node-hours (of an instance: hours).
    pub node_hours: f64,
    /// Nodes requested (of an instance: starts).
    pub spin_ups: u64,
    /// The largest number of allocated nodes; not known of several targets together, whose peaks may differ in time.
    pub peak_nodes: Option<u32>,
}

/// The replications of one target, or of all targets, of a variant.
#[derive(Clone, Debug)]
pub struct Row<'a> {
    /// Name of the variant.
    pub variant: &'a str,
    /// Name of the target, or [`ALL_TARGETS`].
    pub target: &'a str,
    /// What the target is, in words; empty of all targets together.
    pub product: &'static str,
    /// Whether its queues grow until the horizon.
    pub growing: Growing,
    /// One for each replication, in order.
    pub observations: Vec<Observation<'a>>,
}

impl<'a> Row<'a> {
    /// Whether a part of its cost is not on the workspace's own bill.
    pub fn has_other_bills(&self) -> bool {
        let mut costs = self.observations.iter().map(|of| of.cost.others);
        costs.any(|others| others != Usd::ZERO)
    }

    /// The mean of a figure over the replications that have it, with its interval.
    pub fn estimate(&self, value: Value) -> Option<Estimate> {
        self.figure(Statistic::Mean(value))
    }

    /// A figure over the replications with its interval, which is widened by what histograms hide.
    pub fn figure(&self, statistic: Statistic) -> Option<Estimate> {
        self.sample(statistic)?.estimate()
    }

    /// What histograms hide of a figure, at most.
    pub fn hidden(&self, statistic: Statistic) -> f64 {
        self.sample(statistic).map_or(0.0, |sample| sample.hidden())
    }

    fn sample(&self, statistic: Statistic) -> Option<Sample> {
        let all: Vec<&Observation<'_>> = self.observations.iter().collect();
        statistic.sample(&all)
    }

    /// Whether it takes runs.
    pub fn takes_runs(&self) -> bool {
        self.observations.iter().any(|of| of.runs.is_some())
    }

    /// Whether it serves requests.
    pub fn serves(&self) -> bool {
        self.observations.iter().any(|of| of.requests.is_some())
    }

    /// One target of a variant.
    fn of_target(variant: &'a VariantResults, target: usize) -> Self {
        let growing = Growing::of_target(variant, target);
        let scoring = scoring(variant);
        let observe = |(replication, cost): (&'a ReplicationResult, VariantCost)| {
            let result = &replication.targets[target];
            let (targets, _) = cost;
            let runs = result.service.is_none().then_some(&result.runs);
            let of_target = slice::from_ref(result);
            let cost = slice::from_ref(&targets[target]);
            let scoring = slice::from_ref(&scoring[target]);
            let observed = Observation::new((variant, scoring), runs, of_target, cost);
            Observation {
                growing,
                ..observed
            }
        };
        Self {
            variant: &variant.name,
            target: &variant.targets[target],
            product: variant.products.get(target).copied().unwrap_or_default(),
            growing,
            observations: priced(variant).map(observe).collect(),
        }
    }

    /// All targets of a variant together.
    pub fn of_all(variant: &'a VariantResults) -> Self {
        let growing = Growing::of_all(variant);
        let scoring = scoring(variant);
        let observe = |(replication, cost): (&'a ReplicationResult, VariantCost)| {
            let mut targets = replication.targets.iter();
            let serves_only =
                !replication.targets.is_empty() && targets.all(|it| it.service.is_some());
            let runs = (!serves_only).then_some(&replication.all_runs);
            let (mut costs, unused) = cost;
            costs.push(unused);
            let observed =
                Observation::new((variant, &scoring), runs, &replication.targets, &costs);
            Observation {
                growing,
                ..observed
            }
        };
        Self {
            variant: &variant.name,
            target: ALL_TARGETS,
            product: "",
            growing,
            observations: priced(variant).map(observe).collect(),
        }
    }
}

/// Whether each target scores items in any replication.
fn scoring(variant: &VariantResults) -> Vec<bool> {
    let scores = |target: usize| {
        let mut results = variant.replications.iter();
        results.any(|result| result.targets[target].items_done > 0)
    };
    (0..variant.targets.len()).map(scores).collect()
}

/// The cost of each target, and what commitments took for no usage.
type VariantCost = (Vec<SplitCost>, SplitCost);

/// The replications of a variant with their costs.
fn priced(variant: &VariantResults) -> impl Iterator<Item = (&ReplicationResult, VariantCost)> {
    let VariantResults {
        prices,
        commitments,
        coverage,
        window,
        ..
    } = variant;
    let replications = variant.replications.iter().enumerate();
    replications.map(|(replication, result)| {
        let committed = (commitments.as_slice(), coverage.get(replication));
        let cost = costs(&result.targets, prices, committed, *window);
        (result, cost)
    })
}

impl<'a> Observation<'a> {
    /// Its measured runs, for what their waits are in the mean; none where the queue grows.
    pub(super) fn waits(&self) -> Option<&'a RunStatistics> {
        self.runs.filter(|_| !self.growing.runs)
    }

    /// The same of its measured requests and their latencies.
    pub(super) fn latencies(&self) -> Option<Requests<'a>> {
        self.requests.filter(|_| !self.growing.requests)
    }

    /// The same with its waits and latencies, as one replication that is what it is.
    pub(super) fn alone(&self) -> Self {
        Self {
            growing: Growing::default(),
            ..self.clone()
        }
    }

    /// Of some targets of a variant, of which some score items, and their costs, all in the same order; more costs are no
    /// target's.
    fn new(
        (variant, scoring): (&VariantResults, &[bool]),
        runs: Option<&'a RunStatistics>,
        targets: &'a [TargetResult],
        costs: &[SplitCost],
    ) -> Self {
        let window = variant.window;
        let mut times = NodeTimes::default();
        let held = targets.iter().flat_map(|target| Held::of(target, window));
        for held in held {
            times += held.times;
            times += held.low_priority;
        }
        let of_services = targets.iter().zip(costs);
        let of_services = of_services.filter(|(target, _)| target.service.is_some());
        let of_items = scoring.iter().zip(costs).filter(|(scores, _)| **scores);
        Self {
            runs,
            growing: Growing::default(),
            requests: Requests::of(targets),
            times,
            cost: costs.iter().copied().sum(),
            service_cost: of_services.map(|(_, cost)| cost.whole().total()).sum(),
            machines: Machines::of(targets, window),
            nodes_lost: targets.iter().map(|target| target.nodes_lost).sum(),
            pieces_failed: targets.iter().map(|target| target.pieces_failed).sum(),
            items_done: targets.iter().map(|target| target.items_done).sum(),
            scores_items: scoring.contains(&true),
            items_cost: of_items.map(|(_, cost)| cost.whole().total()).sum(),
            window,
            makes_months: makes_months(variant),
        }
    }
}

impl Machines {
    fn of(targets: &[TargetResult], window: Window) -> Option<Self> {
        let node_time =
            |target: &TargetResult| Held::of(target, window).map(|held| held.machine_time());
        let hours = |target: &TargetResult| {
            node_time(target)
                .map(NodeTime::as_hours)
                .iter()
                .sum::<f64>()
        };
        let mut with = targets
            .iter()
            .filter(|target| target.service.is_none() || hours(target) > 0.0)
            .peekable();
        with.peek()?;
        Some(Self {
            node_hours: targets.iter().map(hours).sum(),
            spin_ups: with.map(|target| target.spin_ups).sum(),
            peak_nodes: match targets {
                [only] => Some(only.peak_nodes),
                _ => None,
            },
        })
    }
}

/// Whether a part of some variant's cost is not on the workspace's own bill.
pub fn has_other_bills(study: &StudyResults) -> bool {
    let mut rows = study.variants.iter().map(Row::of_all);
    rows.any(|row| row.has_other_bills())
}

/// A row for each target of a variant.
pub fn target_rows(variant: &VariantResults) -> Vec<Row<'_>> {
    (0..variant.targets.len())
        .map(|target| Row::of_target(variant, target))
        .collect()
}

/// A row for each target, and one for the whole variant if it has several, or commitments, which no target pays for alone.
pub fn rows(variant: &VariantResults) -> Vec<Row<'_>> {
    let mut rows = target_rows(variant);
    if rows.len() > 1 || !variant.commitments.is_empty() {
        rows.push(Row::of_all(variant));
    }
    rows
}
