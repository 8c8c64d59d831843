//! What a replication leaves behind, as plain numbers: no formatting, no prices, no averages over replications.
//!
//! Times are exact sums of microseconds; statistics cover runs submitted in `[warmup, horizon)` and node-time in
//! `[warmup, the target's end)`, split at the horizon.

mod checkpoints;
mod column;
mod elasticity;
mod fan_outs;
mod groups;
mod hours;
mod in_rows;
mod least;
mod packed;
mod quantile;
mod records;
mod runs;
mod services;
mod standstill;
mod steps;
mod stored_levels;
pub(crate) mod stored_records;
mod stored_result;
mod week;
mod workloads;

use serde::{Deserialize, Serialize};

pub use checkpoints::Checkpoints;
pub use elasticity::Elasticity;
pub use fan_outs::FanOutStatistics;
pub use groups::GroupStatistics;
pub use hours::{HourGrid, HourReader, HourlyTimes, PartTimes};
pub use least::Least;
pub use packed::{Packed, Records};
pub use quantile::{Quantile, WaitQuantiles, wait_grid};
pub use records::{Each, LeaseRecord, RecordSource, Recorded, RunRecord, RunStatus, WaitParts};
pub use runs::RunStatistics;
pub use services::{RequestStatistics, ServiceStatistics, ServiceUse, latency_grid};
pub use standstill::{Standstill, WaitsFor};
pub use steps::up_to_all;
pub use week::WeekStatistics;
pub use workloads::{WorkloadStatistics, bounded_slowdown};

use crate::category::{Category, PARTS, categories, record};
use crate::units::{NodeTime, SimDuration, SimTime};

/// What statistics cover: runs submitted in `[warmup, horizon)`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// Runs submitted and node-time spent before this are left out.
    pub warmup: SimTime,
    /// Arrivals end here; later than `warmup`.
    pub horizon: SimTime,
}

impl Window {
    /// Time from the warm-up's end to the horizon.
    pub fn length(self) -> SimDuration {
        self.horizon.since(self.warmup)
    }
}

/// Everything one replication of one variant leaves behind.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(from = "stored_result::Stored")]
pub struct ReplicationResult {
    /// One entry for each simulated target, in the order of the settings, then one for each service.
    pub targets: Vec<TargetResult>,
    /// The runs of all targets together.
    pub all_runs: RunStatistics,
    /// The runs of logs that say whose they are: for each such workload all of its runs, then those of each user, group and
    /// class, in the order of its labels. At the end, of each name that several such workloads have, their runs together.
    pub groups: Vec<GroupStatistics>,
    /// Where there are several workloads: the runs of each on each of its targets, by workload.
    pub workloads: Vec<WorkloadStatistics>,
    /// The fan-outs of each workload that has them.
    pub fan_outs: Vec<FanOutStatistics>,
    /// Levels over time of each target, where asked for.
    pub timelines: Vec<Timeline>,
    /// Every run, where asked for, in order of submission.
    pub runs: Vec<RunRecord>,
    /// Every lease, where asked for, by target and node id.
    pub leases: Vec<LeaseRecord>,
}

impl ReplicationResult {
    /// Lets runs and leases go, which are kept elsewhere.
    pub fn drop_records(&mut self) {
        self.runs = Vec::new();
        self.leases = Vec::new();
    }
}

/// What one target did in one replication.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TargetResult {
    /// Its measured runs.
    pub runs: RunStatistics,
    /// Its node-time (of an instance: slot-time) by category in `[warmup, min(end, horizon))`.
    pub within: NodeTimes,
    /// Its node-time after the horizon, while work drained.
    pub drain: NodeTimes,
    /// The target's own end.
    pub end: SimTime,
    /// The largest number of allocated nodes in `[warmup, end)`; of an instance 1.
    pub peak_nodes: u32,
    /// Nodes requested in `[warmup, end)` (of an instance: starts).
    pub spin_ups: u64,
    /// Parts a node's time is split into: 1 for a cluster, the slots of an instance.
    pub slots: u32,
    /// Nodes lost in `[warmup, end)`.
    pub nodes_evicted: u64,
    /// Its node-time (of a pool with two tiers: of the dedicated nodes) by hours of the clock, where asked for: the same
    /// that `within` and `drain` add up.
    pub hours: Option<Box<HourlyTimes>>,
    /// What it held in each charge period, where asked for: the same that `within`, `drain`, the other tier and the service's
    /// use add up.
    pub periods: Vec<PeriodUse>,
    /// Of a service: when each machine began and ended to be billed, where asked for, by begin; not clipped.
    pub usage: Vec<Usage>,
    /// Of a pool with two tiers: its low-priority nodes, whose time is not in `within` and `drain`.
    pub low_priority: Option<Box<TierTimes>>,
    /// Pieces of batch inference that never succeeded, of measured runs that completed.
    pub mini_batches_failed: u64,
    /// Items of the pieces that did, of completed runs.
    pub items_done: u64,
    /// Of a service: its requests, replicas and use.
    pub service: Option<Box<ServiceStatistics>>,
    /// Of a target whose drain was given up: how it stood then.
    pub standstill: Option<Standstill>,
    /// Of a target that takes runs: what any policy is billed for them.
    #[serde(default)]
    pub least: Option<Least>,
    /// Of a cluster or a pool: how well its nodes followed its runs.
    #[serde(default)]
    pub elasticity: Option<Elasticity>,
    /// Its runs by the hour of the week in which they were submitted, where hours differ.
    #[serde(default)]
    pub week: Option<Box<WeekStatistics>>,
}

/// The node-time of one tier of a pool.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TierTimes {
    /// In `[warmup, min(end, horizon))`.
    pub within: NodeTimes,
    /// After the horizon, while work drained.
    pub drain: NodeTimes,
}

/// What a target held in one charge period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeriodUse {
    /// Begin of the period, or the warm-up; it goes on until the next begins.
    pub from: SimTime,
    /// Its node-time by category, of a pool with two tiers that of the dedicated nodes.
    pub times: NodeTimes,
    /// That of the low-priority nodes of a pool with two tiers.
    pub low_priority: NodeTimes,
    /// What its service bills by use.
    pub used: ServiceUse,
}

impl PeriodUse {
    /// Periods out of parts in order of time, each with whether it begins a period.
    pub fn joined(parts: impl Iterator<Item = (Self, bool)>) -> Vec<Self> {
        let mut periods: Vec<Self> = Vec::new();
        for (part, is_period) in parts {
            match periods.last_mut().filter(|_| !is_period) {
                Some(last) => last.add(&part),
                None => periods.push(part),
            }
        }
        periods
    }

    /// Adds what another part of the time held.
    pub fn add(&mut self, other: &Self) {
        self.times += other.times;
        self.low_priority += other.low_priority;
        self.used += other.used;
    }
}

/// When one machine was billed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Usage {
    /// Start of billing.
    pub from: SimTime,
    /// End of the lease.
    pub to: SimTime,
}

macro_rules! node_times {
    (
        time { $($time:ident $field:ident $name:literal $legend:literal $group:ident $what:literal,)* }
        $charges:ident $rest:tt
    ) => {
        record! {
            /// Node-time by category (of an instance slot-time); every node-microsecond of a lease is in exactly one, and
            /// rounding beside them. A category that a stored row does not know took no time.
            #[derive(Serialize, Deserialize)]
            #[serde(default)]
            NodeTimes of NodeTime {
                $(#[doc = concat!("Of ", $what, ".")] $field,)*
                /// Load-balancer time: `ceil(allocated / 50)` over time (not node-time; not part of the sums).
                load_balancers,
                /// Time with no load balancer needed by that rule, for `load_balancer_at_zero`.
                load_balancers_at_zero,
            }
        }
    };
}

categories!(node_times);

impl NodeTimes {
    /// Idle of all kinds.
    pub fn idle(&self) -> NodeTime {
        self.of(Category::is_idle)
    }

    /// Of runs that are Running, checkpoints and lost work included.
    pub fn running(&self) -> NodeTime {
        self.run + self.checkpoints + self.lost
    }

    /// What interruptions take of nodes, with what is done against them: lost work, checkpoints and restarts.
    pub fn interruption_overhead(&self) -> NodeTime {
        self.lost + self.checkpoints + self.restarts
    }

    /// Of nodes that runs of the workspace have, from assignment to release.
    pub fn busy(&self) -> NodeTime {
        self.of(Category::is_busy)
    }

    fn of(&self, belongs: impl Fn(Category) -> bool) -> NodeTime {
        let times = Category::usage().iter().zip(self.fields());
        let times = times.filter(|(category, _)| belongs(**category));
        times.map(|(_, time)| time).sum()
    }

    /// The leases' time without rounding.
    pub fn leased(&self) -> NodeTime {
        self.parts().into_iter().sum()
    }

    /// The leases' time by category, in the order of [`Category::ALL`].
    pub fn parts(&self) -> [NodeTime; PARTS] {
        let fields = self.fields();
        std::array::from_fn(|part| fields[part])
    }

    /// What is billed.
    pub fn billed(&self) -> NodeTime {
        self.leased() + self.rounding
    }
}

/// Levels of one target over time, at changes or averaged over equal spans, bounded in size.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timeline {
    /// Points in order of time, without gaps.
    pub points: Vec<TimelinePoint>,
    /// The span over which levels were averaged, where changes were too many to keep each.
    pub averaged_over: Option<SimDuration>,
}

/// Levels that hold (or their mean) from `from` for `span`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TimelinePoint {
    /// Start of the span.
    pub from: SimTime,
    /// Its length.
    pub span: SimDuration,
    /// The levels.
    pub levels: Levels<f64>,
}

/// Nodes by state (of an instance: slots), and the queue. Nodes that never take runs are in a state of their own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Levels<T> {
    /// Asked for, not ready (of an instance: all its slots while it boots).
    pub provisioning: T,
    /// Ready, without a run.
    pub idle: T,
    /// With a run.
    pub occupied: T,
    /// Released, not gone.
    pub leaving: T,
    /// Nodes that belong to the target and never take runs.
    pub system: T,
    /// Runs in the queue.
    pub queued_runs: T,
    /// Nodes they ask for (of a service: replicas that wait for room on a node).
    pub queued_nodes: T,
}

impl<T> Levels<T> {
    /// The same levels in another type.
    pub fn map<U>(self, of: impl Fn(T) -> U) -> Levels<U> {
        Levels {
            provisioning: of(self.provisioning),
            idle: of(self.idle),
            occupied: of(self.occupied),
            leaving: of(self.leaving),
            system: of(self.system),
            queued_runs: of(self.queued_runs),
            queued_nodes: of(self.queued_nodes),
        }
    }
}

impl Levels<f64> {
    /// Adds other levels, each times a weight.
    pub fn add<T: Into<f64>>(&mut self, other: Levels<T>, weight: f64) {
        let other = other.map(Into::into);
        self.provisioning += other.provisioning * weight;
        self.idle += other.idle * weight;
        self.occupied += other.occupied * weight;
        self.leaving += other.leaving * weight;
        self.system += other.system * weight;
        self.queued_runs += other.queued_runs * weight;
        self.queued_nodes += other.queued_nodes * weight;
    }

    /// The levels times a factor.
    #[must_use]
    pub fn scale(self, factor: f64) -> Self {
        self.map(|level| level * factor)
    }
}
