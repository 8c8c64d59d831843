//! When a cluster grows and shrinks: pure functions from what a policy may see to the number of nodes it wants.

pub mod kubernetes;
mod per_request;
mod rules;
mod utilisation;

pub use kubernetes::{KubernetesSettings, KubernetesView};
pub use per_request::{MayStart, PerRequest};
pub use rules::{Metric, Rule, RulesView, instances_by_rules};
pub use utilisation::{Load, RecentNeeds, TargetUtilisation};

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
