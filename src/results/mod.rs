//! What a replication leaves behind, as plain numbers: no formatting, no prices, no averages over replications.
//!
//! Times are exact sums of microseconds; statistics cover runs submitted in `[warmup, horizon)` and node-time in
//! `[warmup, the target's end)`, split at the horizon.

mod hours;
mod node_times;
mod services;

pub use hours::{HourGrid, HourReader, HourlyTimes, PARTS, PartTimes};
pub use node_times::NodeTimes;
pub use services::{RequestStatistics, RequestTotal, ServiceStatistics, ServiceUse, latency_grid};

use crate::units::{NodeTime, SimDuration, SimTime};

/// What statistics cover: runs submitted in `[warmup, horizon)`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReplicationResult {
    /// One entry for each simulated target, in the order of the settings, then one for each service.
    pub targets: Vec<TargetResult>,
    /// The runs of all targets together.
    pub all_runs: RunStatistics,
    /// Levels over time of each target, where asked for.
    pub timelines: Vec<Timeline>,
    /// Every run, where asked for, in order of submission.
    pub runs: Vec<RunRecord>,
    /// Every lease, where asked for, by target and node id.
    pub leases: Vec<LeaseRecord>,
}

/// What one target did in one replication.
#[derive(Clone, Debug, Default, PartialEq)]
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
    pub nodes_lost: u64,
    /// Its node-time (of a pool with two tiers: of the dedicated nodes) by hours of the clock, where asked for: the same
    /// that `within` and `drain` add up.
    pub hours: Option<Box<HourlyTimes>>,
    /// Of a service: when each machine began and ended to be billed, where asked for, by begin; not clipped.
    pub usage: Vec<Usage>,
    /// Of a pool with two tiers: its low-priority nodes, whose time is not in `within` and `drain`.
    pub low_priority: Option<TierTimes>,
    /// Pieces of batch inference that never succeeded, of measured runs that completed.
    pub pieces_failed: u64,
    /// Items of the pieces that did, of completed runs.
    pub items_done: u64,
    /// Of a service: its requests, replicas and use.
    pub service: Option<Box<ServiceStatistics>>,
}

/// The node-time of one tier of a pool.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TierTimes {
    /// In `[warmup, min(end, horizon))`.
    pub within: NodeTimes,
    /// After the horizon, while work drained.
    pub drain: NodeTimes,
}

/// When one machine was billed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Usage {
    /// Start of billing.
    pub from: SimTime,
    /// End of the lease.
    pub to: SimTime,
}

/// How many runs ended how, and how long they waited.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunStatistics {
    /// Runs submitted in `[warmup, horizon)`.
    pub submitted: u64,
    /// Of these: completed.
    pub completed: u64,
    /// Refused at submission, ended by a lost node, or terminated.
    pub failed: u64,
    /// Stopped by a maximum duration or a schedule.
    pub canceled: u64,
    /// Not ended when the simulation was.
    pub unfinished: u64,
    /// Of the failed: those that a lost node ended (`on_preemption = "fail"`); the others were refused.
    pub failed_by_loss: u64,
    /// Of the failed: those whose nodes their pool took away (`deallocation = "terminate"`).
    pub terminated: u64,
    /// Runs that lost a node at least once.
    pub hit: u64,
    /// Times that a run lost a node.
    pub losses: u64,
    /// Runs that reached Running: those whose wait is known.
    pub started: u64,
    /// Sum of waits (submission to first Running) over `started` runs, in microseconds.
    pub wait_sum: u128,
    /// Part of the waits spent on image builds.
    pub prepare_sum: u128,
    /// Part of the waits spent in the queue.
    pub queue_sum: u128,
    /// Part of the waits spent on the nodes: pull and setup.
    pub startup_sum: u128,
    /// Part of the queue's sum in which the head waited for nodes that were on their way.
    pub queue_provisioning_sum: u128,
    /// Part of the queue's sum in which a quota withheld the nodes that the head lacked.
    pub queue_quota_sum: u128,
    /// Sum of turnarounds (submission to Completed) over completed runs, in microseconds.
    pub turnaround_sum: u128,
    /// Quantiles of the wait; `None` where no run started.
    pub wait_quantiles: Option<WaitQuantiles>,
    /// Runs whose wait was at most [`wait_grid`]'s entry of the same position.
    pub wait_at_most: Vec<u64>,
    /// Waits by quarter of `[warmup, horizon)` in which the run was submitted.
    pub quarters: [WaitTotal; 4],
}

/// Quantiles of one replication's waits, read from a histogram with a relative error of at most 0.1 %.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WaitQuantiles {
    /// Median.
    pub p50: SimDuration,
    /// 95th percentile.
    pub p95: SimDuration,
    /// 99th percentile.
    pub p99: SimDuration,
    /// The longest.
    pub max: SimDuration,
}

/// Count and sum of waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WaitTotal {
    /// Runs that started.
    pub started: u64,
    /// Sum of their waits in microseconds.
    pub wait_sum: u128,
}

/// The waits at which distributions are kept: 0, then eight steps to each doubling from 2^16 us (0.07 s) to 2^45 us (407 days).
pub fn wait_grid() -> impl Iterator<Item = SimDuration> {
    let steps = (0..=8 * 29_u32).map(|step| {
        let exponent = 16.0 + f64::from(step) / 8.0;
        SimDuration::from_secs_rounded(exponent.exp2() / 1e6)
    });
    std::iter::once(SimDuration::ZERO).chain(steps)
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunStatus {
    /// All its work was done.
    Completed,
    /// Refused at submission, since it asks for more nodes than its target can ever have; or ended by a lost node;
    /// or its pool took its nodes away.
    Failed,
    /// Stopped by a maximum duration or a schedule.
    Canceled,
    /// The simulation ended first.
    Unfinished,
}

/// One run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunRecord {
    /// Position of its workload in the settings.
    pub workload: u32,
    /// Position within its workload, from 0.
    pub position: u64,
    /// Position of its target in the settings.
    pub target: u32,
    /// Nodes it asked for.
    pub nodes: u32,
    /// Submission.
    pub submitted: SimTime,
    /// When it joined the queue.
    pub queued: Option<SimTime>,
    /// When its nodes were assigned.
    pub assigned: Option<SimTime>,
    /// First Running.
    pub started: Option<SimTime>,
    /// When it ended.
    pub ended: Option<SimTime>,
    /// How it ended.
    pub status: RunStatus,
    /// Ids of the nodes it held, in its last attempt (of an instance: none).
    pub nodes_held: Vec<u64>,
    /// Times that it lost a node.
    pub losses: u32,
    /// Running time that it lost with nodes, once for each time (not times its nodes).
    pub lost: SimDuration,
}

/// One lease: a node from the end of its allocation to its release, or an instance from a start to a stop. Not clipped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaseRecord {
    /// Position of its target in the settings.
    pub target: u32,
    /// Node id (of an instance: the number of the start, from 0).
    pub node: u64,
    /// When the node was asked for.
    pub requested: SimTime,
    /// Start of billing.
    pub billed_from: SimTime,
    /// End of billing.
    pub released: SimTime,
    /// Billed time: the lease after granularity and minimum.
    pub billed: SimDuration,
    /// Slot-time in boot (of a cluster: node-time; likewise below).
    pub boot: NodeTime,
    /// Slot-time in pull and setup.
    pub startup: NodeTime,
    /// Slot-time Running, without what was lost.
    pub run: NodeTime,
    /// Slot-time Running that was lost with a node.
    pub lost: NodeTime,
    /// Slot-time Finalizing.
    pub finalize: NodeTime,
    /// Idle slot-time.
    pub idle: NodeTime,
    /// Whether the node was lost, not released.
    pub ended_by_loss: bool,
}

/// Levels of one target over time, at changes or averaged over equal spans, bounded in size.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timeline {
    /// Points in order of time.
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

/// Nodes by state (of an instance: slots), and the queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Levels<T> {
    /// Asked for, not ready (of an instance: all its slots while it boots).
    pub preparing: T,
    /// Ready, without a run.
    pub idle: T,
    /// With a run.
    pub occupied: T,
    /// Released, not gone.
    pub leaving: T,
    /// Runs in the queue.
    pub queued_runs: T,
    /// Nodes they ask for (of a service: replicas that wait for room on a node).
    pub queued_nodes: T,
}

impl<T> Levels<T> {
    /// The same levels in another type.
    pub fn map<U>(self, of: impl Fn(T) -> U) -> Levels<U> {
        Levels {
            preparing: of(self.preparing),
            idle: of(self.idle),
            occupied: of(self.occupied),
            leaving: of(self.leaving),
            queued_runs: of(self.queued_runs),
            queued_nodes: of(self.queued_nodes),
        }
    }
}

impl Levels<f64> {
    /// Adds other levels, each times a weight.
    pub fn add<T: Into<f64>>(&mut self, other: Levels<T>, weight: f64) {
        let other = other.map(Into::into);
        self.preparing += other.preparing * weight;
        self.idle += other.idle * weight;
        self.occupied += other.occupied * weight;
        self.leaving += other.leaving * weight;
        self.queued_runs += other.queued_runs * weight;
        self.queued_nodes += other.queued_nodes * weight;
    }

    /// The levels times a factor.
    #[must_use]
    pub fn scale(self, factor: f64) -> Self {
        self.map(|level| level * factor)
    }
}
