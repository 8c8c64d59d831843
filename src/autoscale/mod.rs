//! When what is scaled grows and shrinks: policies, from what they may see to what they ask for.
//!
//! A policy of nodes is a file beside this one, with a type that implements [`Scaler`], and a line in [`ScalingPolicy`]. Its value
//! is what the scenario says and, cloned for a replication, what it remembers. Queue-driven scaling is asked at the end of
//! each instant; the others are asked at times of their own.

pub mod batch;
pub mod databricks;
pub mod kubernetes;
mod node_utilization;
mod per_request;
mod queue_driven;
mod ratio;
mod rules;
pub mod spark;
mod utilization;

pub use kubernetes::KubernetesSettings;
pub use node_utilization::NodeUtilization;
pub use per_request::{MayStart, PerRequest};
pub use queue_driven::QueueDriven;
pub use ratio::Ratio;
pub use rules::{Metric, Rule, RulesView, instances_by_rules};
pub use utilization::{Load, RecentNeeds, TargetUtilization};

use crate::units::{SimDuration, SimTime};
use batch::{Batch, Tiers};
use databricks::{Optimized, Standard};
use kubernetes::Kubernetes;
use spark::Spark;

/// What a policy wants done with nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Nothing.
    Keep,
    /// This many more nodes, at least one.
    Add(u32),
    /// This many fewer nodes, at least one.
    Remove(u32),
    /// This many nodes of each tier.
    Tiers(Tiers),
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

/// What a policy of nodes may see at an evaluation: docs/targets.md 3.4.
#[derive(Clone, Copy)]
pub struct View<'a> {
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
    /// Low-priority nodes that there are.
    pub low_size: u32,
    /// Low-priority nodes at most.
    pub low_most: u32,
    /// Since when each idle node is idle, the longest idle first.
    pub idle_since: &'a dyn Fn() -> Vec<SimTime>,
}

impl Default for View<'_> {
    /// Nothing there, and nothing allowed.
    fn default() -> Self {
        Self {
            now: SimTime::ZERO,
            occupied: 0,
            idle: 0,
            provisioning: 0,
            pending: 0,
            min_nodes: 0,
            max_nodes: 0,
            operating: false,
            low_size: 0,
            low_most: 0,
            idle_since: &Vec::new,
        }
    }
}

impl View<'_> {
    /// All nodes that take runs.
    pub fn size(&self) -> u32 {
        self.occupied + self.idle + self.provisioning
    }

    /// Whether more nodes are waited for than are idle or coming.
    fn lacks_nodes(&self) -> bool {
        self.pending > self.idle + self.provisioning
    }

    /// This many more nodes, as far as `max_nodes` allows.
    fn add(&self, nodes: u32) -> Decision {
        Decision::add(nodes.min(self.max_nodes.saturating_sub(self.size())))
    }

    /// This many fewer idle nodes, as far as `min_nodes` allows.
    fn remove(&self, nodes: u32) -> Decision {
        let above_min = self.size().saturating_sub(self.min_nodes);
        Decision::remove(nodes.min(self.idle).min(above_min))
    }
}

/// Nodes that runs hold, and that those in the queue ask for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tasks {
    /// Held.
    pub running: u32,
    /// Asked for.
    pub waiting: u32,
}

impl Tasks {
    fn all(self) -> u32 {
        self.running.saturating_add(self.waiting)
    }
}

/// A policy that is asked at times of its own how many nodes there are to be.
pub trait Scaler {
    /// What it is called in a sentence.
    fn name(&self) -> &'static str;

    /// What it scales is on from `now`; it has seen nothing yet.
    fn begin(&mut self, _now: SimTime) {}

    /// At each instant at which something happens: what was there until now, and what is there from now on.
    fn watch(&mut self, _now: SimTime, _before: Tasks, _tasks: Tasks) {}

    /// One evaluation.
    fn ask(&mut self, view: View<'_>) -> Decision;

    /// Low-priority nodes that are sought again between evaluations, with this many left after a loss.
    fn sought_again(&self, _low_size: u32) -> u32 {
        0
    }

    /// Evaluations of this interval that it looks back over before it acts on what it sees.
    fn look_back(&self, _interval: SimDuration) -> u64 {
        0
    }

    /// The most nodes that it ever asks for between these limits: a run that needs more would wait for ever.
    fn most_nodes(&self, _min_nodes: u32, max_nodes: u32) -> u32 {
        max_nodes
    }
}

/// The table of policies of nodes: an enum, and the policy behind each of its variants.
macro_rules! policies {
    ($($(#[$doc:meta])* $name:ident($policy:ty),)*) => {
        /// The policies of nodes that are asked at times of their own: docs/targets.md section 4.
        #[derive(Clone, Debug, PartialEq)]
        pub enum ScalingPolicy {
            $($(#[$doc])* $name($policy),)*
        }

        impl ScalingPolicy {
            /// The policy.
            pub fn scaler(&self) -> &dyn Scaler {
                match self {
                    $(Self::$name(policy) => policy,)*
                }
            }

            /// The policy, to be asked.
            pub fn scaler_mut(&mut self) -> &mut dyn Scaler {
                match self {
                    $(Self::$name(policy) => policy,)*
                }
            }
        }
    };
}

policies! {
    /// Spark on `HDInsight` and Synapse: pending against free, for a time.
    SparkAutoscale(Spark),
    /// Databricks: up in two steps, down by under-use.
    DatabricksOptimized(Optimized),
    /// Databricks: 8 nodes, then twice as many; down one, then twice as many.
    DatabricksStandard(Standard),
    /// Azure Batch: a formula over samples.
    BatchFormula(Batch),
    /// The cluster autoscaler of Kubernetes.
    Kubernetes(Kubernetes),
    /// Nodes that keep a share of themselves busy.
    Utilization(NodeUtilization),
}

/// Since which evaluation a condition has held at each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Lasting(Option<SimTime>);

impl Lasting {
    /// The condition as it is at this evaluation; whether it has held for this long.
    fn see(&mut self, holds: bool, now: SimTime, long: SimDuration) -> bool {
        self.0 = holds.then(|| self.0.unwrap_or(now));
        self.0.is_some_and(|since| now.since(since) >= long)
    }
}
