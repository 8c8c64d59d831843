//! What one replication of one target, or of all targets, shows: its runs, node-time and priced cost side by side.

use std::slice;

use super::VariantResults;
use super::figures::Value;
use crate::pricing::{SplitCost, costs};
use crate::results::{NodeTimes, ReplicationResult, RunStatistics, TargetResult, Window};
use crate::stats::{CONFIDENCE, Estimate, estimate};

/// The name that stands for all targets of a variant together.
pub const ALL_TARGETS: &str = "(all)";

/// One replication of one target, or of all targets of a variant.
#[derive(Clone, Debug)]
pub struct Observation<'a> {
    /// Its measured runs.
    pub runs: &'a RunStatistics,
    /// Node-time (of an instance slot-time) within the horizon and after it.
    pub times: NodeTimes,
    /// What it costs.
    pub cost: SplitCost,
    /// Billed node-hours (of an instance: hours).
    pub node_hours: f64,
    /// Nodes requested (of an instance: starts).
    pub spin_ups: u64,
    /// The largest number of allocated nodes; not known of several targets together, whose peaks may differ in time.
    pub peak_nodes: Option<u32>,
    /// What the statistics cover.
    pub window: Window,
}

/// The replications of one target, or of all targets, of a variant.
#[derive(Clone, Debug)]
pub struct Row<'a> {
    /// Name of the variant.
    pub variant: &'a str,
    /// Name of the target, or [`ALL_TARGETS`].
    pub target: &'a str,
    /// One for each replication, in order.
    pub observations: Vec<Observation<'a>>,
}

impl<'a> Row<'a> {
    /// The mean of a figure over the replications that have it, with its interval.
    pub fn estimate(&self, value: Value) -> Option<Estimate> {
        let values: Vec<f64> = self.observations.iter().filter_map(value).collect();
        estimate(&values, CONFIDENCE)
    }

    /// One target of a variant.
    fn of_target(variant: &'a VariantResults, target: usize) -> Self {
        let observe = |(replication, cost): (&'a ReplicationResult, VariantCost)| {
            let result = &replication.targets[target];
            let (targets, _) = cost;
            let of_target = slice::from_ref(result);
            Observation::new(variant.window, &result.runs, of_target, &targets[target])
        };
        Self {
            variant: &variant.name,
            target: &variant.targets[target],
            observations: priced(variant).map(observe).collect(),
        }
    }

    /// All targets of a variant together.
    pub fn of_all(variant: &'a VariantResults) -> Self {
        let observe = |(replication, cost): (&'a ReplicationResult, VariantCost)| {
            let runs = &replication.all_runs;
            let (targets, unused) = cost;
            let all = targets.into_iter().chain([unused]).sum();
            Observation::new(variant.window, runs, &replication.targets, &all)
        };
        Self {
            variant: &variant.name,
            target: ALL_TARGETS,
            observations: priced(variant).map(observe).collect(),
        }
    }
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
    fn new(
        window: Window,
        runs: &'a RunStatistics,
        targets: &[TargetResult],
        cost: &SplitCost,
    ) -> Self {
        let mut times = NodeTimes::default();
        for target in targets {
            times += target.within;
            times += target.drain;
        }
        Self {
            runs,
            times,
            cost: *cost,
            node_hours: targets.iter().map(node_hours).sum(),
            spin_ups: targets.iter().map(|target| target.spin_ups).sum(),
            peak_nodes: match targets {
                [only] => Some(only.peak_nodes),
                _ => None,
            },
            window,
        }
    }
}

/// Billed node-hours of a cluster, billed hours of an instance.
fn node_hours(target: &TargetResult) -> f64 {
    let slot_time = target.within.billed() + target.drain.billed();
    slot_time.as_hours() / f64::from(target.slots.max(1))
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
