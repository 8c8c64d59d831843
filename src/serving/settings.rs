//! What a service is made of, checked: capacity, controller, admission. No file format, no money. Rules: docs/targets.md 5, 6.

use crate::autoscale::ReplicaPolicy;
use crate::distribution::Distribution;
use crate::units::SimDuration;
use crate::workload::Arrivals;

/// A deployed model: what takes its requests.
#[derive(Clone, Debug)]
pub struct ServiceSettings {
    /// Name in the scenario; part of the names of its random streams.
    pub name: String,
    /// How many replicas there are, and who decides.
    pub controller: ServiceController,
    /// Requests that a replica takes at once, at least 1.
    pub concurrency: u32,
    /// Time from the start of a replica to ready.
    pub start: Distribution,
    /// Longest wait for a place; zero: nobody waits; `None`: without limit.
    pub queue_timeout: Option<SimDuration>,
    /// Most requests that wait.
    pub queue_limit: Option<u32>,
    /// Longest time of a request on its replica.
    pub timeout: Option<SimDuration>,
    /// Time that the way to the replica adds to each latency.
    pub router_overhead: SimDuration,
    /// Latency within which a request counts as served well.
    pub slo: Option<SimDuration>,
    /// What machines it is billed for.
    pub machines: Machines,
    /// vCPUs of a machine, for the quota that upgrades need.
    pub machine_vcpus: u32,
    /// Whether the result keeps when each machine was billed.
    pub keep_usage: bool,
    /// How the time of each execution is billed, where that is not the time itself.
    pub execution_billing: Option<ExecutionBilling>,
}

/// How the time of an execution is billed: rounded up, and at least so much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExecutionBilling {
    /// Rounded up to a multiple of this, above zero.
    pub granularity: SimDuration,
    /// At least this.
    pub minimum: SimDuration,
}

impl ExecutionBilling {
    /// What is billed beyond so much time.
    pub fn rounding(self, time: SimDuration) -> SimDuration {
        let rounded = time.0.div_ceil(self.granularity.0) * self.granularity.0;
        SimDuration(rounded.max(self.minimum.0) - time.0)
    }
}

/// How many replicas there are, and who decides.
#[derive(Clone, Debug)]
pub struct ServiceController {
    /// Fewest replicas.
    pub min_replicas: u32,
    /// Replicas at most.
    pub max_replicas: u32,
    /// Who decides between them; `None` where they are equal and nobody does.
    pub policy: Option<ReplicaPolicy>,
}

impl ServiceController {
    /// A fixed number of replicas, at least 1.
    pub fn fixed(replicas: u32) -> Self {
        Self {
            min_replicas: replicas,
            max_replicas: replicas,
            policy: None,
        }
    }

    /// From `min_replicas` to `max_replicas`, as a policy decides.
    pub fn scaled([min_replicas, max_replicas]: [u32; 2], policy: ReplicaPolicy) -> Self {
        Self {
            min_replicas,
            max_replicas,
            policy: Some(policy),
        }
    }

    /// Most replicas that it may want.
    pub fn most_replicas(&self) -> u32 {
        let (min, max) = (self.min_replicas, self.max_replicas);
        let policy = self.policy.as_ref();
        policy.map_or(max, |policy| policy.scaler().most_nodes(min, max))
    }
}

/// What machines a service is billed for.
#[derive(Clone, Debug)]
pub enum Machines {
    /// None: a device, or billed by use.
    None,
    /// Each replica is one, from its start to its end.
    EachReplica,
    /// So many for the service, at all times.
    Always(u32),
    /// Replicas stand on nodes.
    Nodes(ServingNodes),
}

/// The nodes replicas stand on: docs/targets.md 6.3.
#[derive(Clone, Debug)]
pub struct ServingNodes {
    /// Replicas that fit an empty node, at least 1.
    pub replicas_per_node: u32,
    /// Replicas that fit a node with a front end.
    pub replicas_beside_front_end: u32,
    /// Nodes that hold a front end: the first ones.
    pub front_ends: u32,
    /// Fewest nodes, of a fixed number this.
    pub min_nodes: u32,
    /// Nodes at most.
    pub max_nodes: u32,
    /// The autoscaler; none where `min_nodes` equals `max_nodes`.
    pub autoscaler: Option<NodeAutoscaler>,
}

impl ServingNodes {
    /// Replicas that all its nodes hold together.
    pub fn most_replicas(&self) -> u32 {
        let with_front_end = self.front_ends.min(self.max_nodes);
        let others = self.max_nodes - with_front_end;
        let beside_front_ends = with_front_end.saturating_mul(self.replicas_beside_front_end);
        beside_front_ends.saturating_add(others.saturating_mul(self.replicas_per_node))
    }
}

/// The cluster autoscaler beside replicas.
#[derive(Clone, Debug)]
pub struct NodeAutoscaler {
    /// Time between two scans, above zero.
    pub scan: SimDuration,
    /// Time of a new node to ready, billed.
    pub boot: Distribution,
    /// Its times.
    pub rules: crate::autoscale::KubernetesSettings,
}

/// A workload of requests.
#[derive(Clone, Debug)]
pub struct RequestSettings {
    /// Name in the scenario; part of the names of its random streams.
    pub name: String,
    /// Position of its service.
    pub service: usize,
    /// When requests arrive; a trace also says how long each takes.
    pub arrivals: Arrivals,
    /// Time of a request on its replica; a trace's rows bring their own.
    pub service_time: Distribution,
    /// The same on a replica that was started for it, where it differs.
    pub cold_service_time: Option<Distribution>,
}
