//! When what is scaled grows and shrinks: policies, from what they may see to what they ask for.
//!
//! A policy is a file beside this one, with a type that implements [`Scaler`], and a line in the table of those who can host it:
//! clusters, pools and the nodes of services ([`ScalingPolicy`]), or the replicas of services ([`ReplicaPolicy`]). Its value is
//! what the scenario says and, cloned for a replication, what it remembers. [`QueueDriven`] is that of managed clusters without
//! a policy of their own, and is asked at the end of each instant.

pub mod batch;
pub mod databricks;
pub mod kubernetes;
mod per_request;
mod queue_driven;
mod ratio;
mod rules;
pub mod spark;
mod totals;
mod utilization;

pub use kubernetes::KubernetesSettings;
pub use per_request::PerRequest;
pub use queue_driven::QueueDriven;
pub use ratio::Ratio;
pub use rules::{Metric, Profile, Rule, Rules};
pub use totals::Totals;
pub use utilization::{Utilization, UtilizationSettings};

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

/// What a policy may see when it is asked: docs/targets.md 3.4. Where replicas are scaled, they are its nodes, and requests its
/// runs.
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
    /// What else there is to see of replicas.
    pub replicas: Option<Replicas<'a>>,
}

/// What a policy may see of replicas and their requests beside how many there are.
#[derive(Clone, Copy)]
pub struct Replicas<'a> {
    /// Requests that a replica can hold concurrently.
    pub concurrency: u32,
    /// Requests on replicas, also on those that are told to go.
    pub busy: u32,
    /// What happened over the window of this position in [`Needs::windows`], which ends now.
    pub past: &'a dyn Fn(usize) -> Totals,
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
            replicas: None,
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

    /// This many fewer nodes, as far as `min_nodes` allows: idle ones, or any replicas.
    fn remove(&self, nodes: u32) -> Decision {
        let above_min = self.size().saturating_sub(self.min_nodes);
        let free = self.replicas.map_or(self.idle, |_| self.size());
        Decision::remove(nodes.min(free).min(above_min))
    }

    /// The decision that leads to this number of nodes, without regard to the limits.
    #[inline(always)]
    fn to(&self, nodes: u32) -> Decision {
        match nodes.checked_sub(self.size()) {
            Some(more) => Decision::add(more),
            None => Decision::Remove(self.size() - nodes),
        }
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

/// What a policy of replicas wants of its host, beside what it answers when it is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// Replicas that there are at first, if not the fewest.
    pub first: Option<u32>,
    /// The length of each window over which it looks back, and the time from one end to the next; both above zero.
    pub windows: Vec<[SimDuration; 2]>,
    /// Whether it looks at how long requests took.
    pub latency: bool,
    /// Whether it is asked at each request that finds no place. What it adds is then for the requests that came first.
    pub requests: bool,
    /// Idle replicas beyond the fewest go after this long.
    pub idle_expiry: Option<SimDuration>,
    /// Whether what it does depends on hours and days.
    pub calendar: bool,
}

/// A policy that is asked at times of its own how many nodes, or replicas, there are to be.
pub trait Scaler {
    /// What it is called in a sentence.
    fn name(&self) -> String;

    /// What it scales is on from `now`; it has seen nothing yet.
    fn begin(&mut self, _now: SimTime) {}

    /// When it is to be asked next. A host of nodes has a clock of its own for that.
    fn due(&self) -> SimTime {
        SimTime::NEVER
    }

    /// What it wants of a host of replicas, once it is on.
    fn needs(&self) -> Needs {
        Needs::default()
    }

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

/// A table of policies: an enum, and the policy behind each of its variants.
macro_rules! policies {
    ($(#[$of:meta])* $table:ident: $($(#[$doc:meta])* $name:ident($policy:ty),)*) => {
        $(#[$of])*
        #[derive(Clone, Debug, PartialEq)]
        pub enum $table {
            $($(#[$doc])* $name($policy),)*
        }

        impl $table {
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
    /// The policies of nodes: docs/targets.md section 4.
    ScalingPolicy:
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
    Utilization(Utilization),
}

policies! {
    /// The policies of replicas: docs/targets.md section 6.
    ReplicaPolicy:
    /// AKS: replicas that keep a share of themselves busy.
    Utilization(Utilization),
    /// Functions: a replica for each request that finds none.
    PerRequest(PerRequest),
    /// Managed online endpoint: rules on metrics.
    Rules(Rules),
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
