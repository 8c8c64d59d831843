//! A pool as docs/targets.md describes one: what its nodes are and what its policy has, side by side.

use autoscale_simulator::distribution::Distribution;
use autoscale_simulator::model::settings::{
    ClusterSettings, Deallocation, NodeLoss, PolicySettings, ScalingPolicy, TargetKind,
};
use autoscale_simulator::units::SimDuration;

/// A pool.
#[derive(Clone, Debug)]
pub struct Pool {
    pub min_nodes: u32,
    pub max_nodes: u32,
    pub system_nodes: u32,
    pub creation: Distribution,
    pub stop_after_idle: Option<SimDuration>,
    pub evaluation_interval: SimDuration,
    pub controller: ScalingPolicy,
    pub allocation: Distribution,
    pub boot: Distribution,
    pub scaling_operation: Option<Distribution>,
    pub deallocation: Deallocation,
    pub low_priority_nodes: u32,
    pub low_priority_losses_per_hour: f64,
}

impl Pool {
    /// The pool that a target is, if it has a policy. A cluster of the workspace that scales by utilization is none.
    pub fn of(kind: &TargetKind) -> Option<Self> {
        let TargetKind::Cluster(cluster) = kind else {
            return None;
        };
        let policy = cluster.policy.as_deref()?.clone();
        if matches!(policy.rule, ScalingPolicy::Utilization(_)) {
            return None;
        }
        Some(Self {
            min_nodes: cluster.min_nodes,
            max_nodes: cluster.max_nodes,
            system_nodes: policy.system_nodes,
            creation: policy.creation,
            stop_after_idle: policy.stop_after_idle,
            evaluation_interval: policy.interval,
            controller: policy.rule,
            allocation: cluster.allocation.clone(),
            boot: cluster.boot.clone(),
            scaling_operation: policy.scaling_operation,
            deallocation: policy.deallocation,
            low_priority_nodes: cluster.low_priority_nodes,
            low_priority_losses_per_hour: match cluster.loss {
                NodeLoss::Rate(rate) => rate,
                _ => 0.0,
            },
        })
    }

    /// The target.
    pub fn kind(self) -> TargetKind {
        let policy = PolicySettings {
            system_nodes: self.system_nodes,
            creation: self.creation,
            stop_after_idle: self.stop_after_idle,
            scaling_operation: self.scaling_operation,
            deallocation: self.deallocation,
            ..PolicySettings::new(self.controller, self.evaluation_interval)
        };
        TargetKind::Cluster(ClusterSettings {
            policy: Some(Box::new(policy)),
            low_priority_nodes: self.low_priority_nodes,
            allocation: self.allocation,
            boot: self.boot,
            loss: if self.low_priority_nodes > 0 && self.low_priority_losses_per_hour > 0.0 {
                NodeLoss::Rate(self.low_priority_losses_per_hour)
            } else {
                NodeLoss::Never
            },
            ..ClusterSettings::new(self.min_nodes, self.max_nodes)
        })
    }
}
