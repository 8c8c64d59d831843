//! What a variant would cost within the horizon with as few or as many nodes as there can be, whatever the work.

use super::VariantResults;
use crate::pricing::{Coverage, SplitCost, costs};
use crate::results::{HourGrid, HourlyTimes, NodeTimes, TargetResult};
use crate::study_results::TargetSort;
use crate::units::{NodeTime, SimDuration, Usd};

/// Nodes for which a cluster has one load balancer (docs/semantics.md, section 6).
const NODES_PER_BALANCER: u32 = 50;

/// How many nodes clusters have at all times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nodes {
    /// Those that they keep: there is no run.
    Least,
    /// All that they may have.
    Most,
}

/// What a variant would cost within the horizon: nodes of its clusters, instances as they were, commitments and fixed
/// charges.
pub(super) fn cost_with(variant: &VariantResults, nodes: Nodes) -> Usd {
    let VariantResults {
        window,
        prices,
        commitments,
        ..
    } = variant;
    let kinds = variant.kinds.iter().enumerate();
    let targets: Vec<TargetResult> = kinds
        .map(|(target, kind)| {
            let (machines, time) = match kind {
                TargetSort::Cluster {
                    min_nodes,
                    max_nodes,
                } => match nodes {
                    Nodes::Least => (*min_nodes, window.length()),
                    Nodes::Most => (*max_nodes, window.length()),
                },
                TargetSort::OneRun { max_units } if nodes == Nodes::Most => {
                    (*max_units, window.length())
                }
                TargetSort::AlwaysOn => (1, window.length()),
                TargetSort::Switched if nodes == Nodes::Most => (1, window.length()),
                TargetSort::Switched => (1, mean_time_on(variant, target)),
                TargetSort::OneRun { .. } | TargetSort::Pool | TargetSort::Service => {
                    (0, window.length())
                }
            };
            let balancers = match kind {
                TargetSort::Cluster { .. } | TargetSort::OneRun { .. } => {
                    machines.div_ceil(NODES_PER_BALANCER)
                }
                _ => 1,
            };
            idle(variant, (machines, time), balancers)
        })
        .collect();
    let coverage = Coverage::of(commitments, prices, &targets, *window);
    let committed = (commitments.as_slice(), Some(&coverage));
    let (costs, unused) = costs(&targets, prices, committed, *window);
    let all: SplitCost = costs.into_iter().chain([unused]).sum();
    all.within.total()
}

/// A target with so many machines without work for some time from the warm-up on.
fn idle(
    variant: &VariantResults,
    (machines, time): (u32, SimDuration),
    balancers: u32,
) -> TargetResult {
    let window = variant.window;
    let within = NodeTimes {
        idle_before_scale_down: NodeTime(u128::from(time.0) * u128::from(machines)),
        load_balancers: NodeTime(u128::from(window.length().0) * u128::from(balancers)),
        load_balancers_at_zero: NodeTime(if balancers == 0 {
            u128::from(window.length().0)
        } else {
            0
        }),
        ..NodeTimes::default()
    };
    let mut hours = HourlyTimes::new(HourGrid {
        into_hour: variant.into_hour,
        window,
    });
    // Whatever category it is: all of its time is idle.
    let parts = within.parts().into_iter().enumerate();
    for (part, _) in parts.filter(|(_, time)| time.0 > 0) {
        hours.add(part, window.warmup, window.warmup + time, machines);
    }
    TargetResult {
        within,
        end: window.horizon,
        slots: 1,
        hours: Some(Box::new(hours)),
        ..TargetResult::default()
    }
}

/// How long an instance that is off at times was on, on average: this long it would be without any run, as far as is known.
fn mean_time_on(variant: &VariantResults, target: usize) -> SimDuration {
    let on = variant.statistics().map(|result| {
        let result = &result.targets[target];
        result.within.leased().0 / u128::from(result.slots.max(1))
    });
    let (count, sum) = on.fold((0_u128, 0), |(count, sum), on| (count + 1, sum + on));
    let on = sum.checked_div(count).unwrap_or(0);
    SimDuration(u64::try_from(on).unwrap_or(u64::MAX))
}
