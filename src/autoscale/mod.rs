//! When a cluster grows and shrinks: pure functions from what a policy may see to the number of nodes it wants.

pub mod batch;
pub mod databricks;
pub mod kubernetes;
mod per_request;
mod ratio;
mod rules;
pub mod spark;
mod utilization;

pub use kubernetes::{KubernetesSettings, KubernetesView};
pub use per_request::{MayStart, PerRequest};
pub use ratio::Ratio;
pub use rules::{Metric, Rule, RulesView, instances_by_rules};
pub use utilization::{Load, RecentNeeds, TargetUtilization};

use crate::units::{SimDuration, SimTime};

/// What a controller wants done with nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Nothing.
    Keep,
    /// So many nodes more, at least one.
    Add(u32),
    /// So many nodes fewer, at least one.
    Remove(u32),
}

impl Decision {
    /// More nodes, if any.
    fn add(nodes: u32) -> Self {
        if nodes > 0 {
            Self::Add(nodes)
        } else {
            Self::Keep
        }
    }

    /// Fewer nodes, if any.
    fn remove(nodes: u32) -> Self {
        if nodes > 0 {
            Self::Remove(nodes)
        } else {
            Self::Keep
        }
    }
}

/// What the controller of a pool sees at an evaluation: docs/targets.md 3.4.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolView {
    /// The time of the evaluation.
    pub now: SimTime,
    /// Nodes with a run.
    pub occupied: u32,
    /// Ready nodes without one.
    pub idle: u32,
    /// Nodes asked for that are not ready.
    pub provisioning: u32,
    /// Nodes the queued runs ask for.
    pub pending: u32,
    /// Fewest nodes allowed.
    pub min_nodes: u32,
    /// Most nodes allowed.
    pub max_nodes: u32,
    /// Whether a scaling operation is under way: the answer is ignored, as if none were given.
    pub operating: bool,
}

impl PoolView {
    /// All nodes that take runs.
    pub fn size(&self) -> u32 {
        self.occupied + self.idle + self.provisioning
    }

    /// Whether more nodes are waited for than are idle or coming.
    fn lacks_nodes(&self) -> bool {
        self.pending > self.idle + self.provisioning
    }

    /// So many nodes more, as far as `max_nodes` allows.
    fn add(&self, nodes: u32) -> Decision {
        Decision::add(nodes.min(self.max_nodes.saturating_sub(self.size())))
    }

    /// So many idle nodes fewer, as far as `min_nodes` allows.
    fn remove(&self, nodes: u32) -> Decision {
        let above_min = self.size().saturating_sub(self.min_nodes);
        Decision::remove(nodes.min(self.idle).min(above_min))
    }
}

/// Since which evaluation a condition has held at each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Lasting(Option<SimTime>);

impl Lasting {
    /// The condition as it is at this evaluation; whether it has held for so long.
    fn see(&mut self, holds: bool, now: SimTime, long: SimDuration) -> bool {
        self.0 = holds.then(|| self.0.unwrap_or(now));
        self.0.is_some_and(|since| now.since(since) >= long)
    }
}

/// What a scaling policy sees of a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClusterView {
    /// Nodes with a run.
    pub occupied: u32,
    /// Nodes the queued runs ask for.
    pub queued_nodes: u64,
    /// Fewest nodes allowed.
    pub min_nodes: u32,
    /// Most nodes allowed.
    pub max_nodes: u32,
}

/// Queue-driven: as many nodes as the assigned and queued runs need, between the limits.
#[inline]
pub fn queue_driven(view: ClusterView) -> u32 {
    let needed = u64::from(view.occupied) + view.queued_nodes;
    let needed = u32::try_from(needed).unwrap_or(u32::MAX);
    needed.clamp(view.min_nodes, view.max_nodes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn demand_is_met_between_the_limits() {
        let view = ClusterView {
            occupied: 3,
            queued_nodes: 4,
            min_nodes: 2,
            max_nodes: 10,
        };
        assert_eq!(queue_driven(view), 7);
        assert_eq!(
            queue_driven(ClusterView {
                max_nodes: 5,
                ..view
            }),
            5
        );
        assert_eq!(
            queue_driven(ClusterView {
                occupied: 0,
                queued_nodes: 0,
                ..view
            }),
            2
        );
        assert_eq!(
            queue_driven(ClusterView {
                queued_nodes: u64::MAX - 3,
                ..view
            }),
            10
        );
    }
}
