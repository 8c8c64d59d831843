//! A slow, simple second implementation of the model, written from `docs/semantics.md`, not from
//! the engine.
//!
//! It is a test oracle: the fast engine and this one must agree to the tick. It covers sections 1,
//! 2, 3 (without quota, 3.7), 4, 6 (node-time and rounding, no prices) and 7; preemption (5) is
//! left out, and every duration is an input. It walks from instant to instant, where the next
//! instant is the smallest of everything that can happen, found by looking at everything;
//! categories of node time are read off the state between two instants. Where the page leaves
//! something open, a comment that begins with `Reading:` says what was chosen.
//!
//! All times are ticks of one microsecond, and sums of times must fit into 64 bits.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "each test binary includes this module as its own and need not use all of it"
)]

mod cluster;
#[cfg(test)]
mod cluster_tests;
#[cfg(test)]
mod idle_tests;
mod instance;
#[cfg(test)]
mod instance_tests;
mod timeline;
mod workspace;
#[cfg(test)]
mod workspace_tests;

/// One second in ticks.
pub const SECOND: u64 = 1_000_000;

/// A scenario with all its draws made.
#[derive(Clone, Debug, Default)]
pub struct Input {
    /// Compute targets, in scenario order.
    pub targets: Vec<Target>,
    /// Environments of the workspace, in scenario order.
    pub environments: Vec<Environment>,
    /// Runs in any order.
    pub runs: Vec<Run>,
    /// Arrivals come before it.
    pub horizon: u64,
    /// Node time is counted from here on.
    pub warmup: u64,
    /// `end = "cut"` if true, `end = "drain"` if false.
    pub cut: bool,
}

/// A compute target.
#[derive(Clone, Debug)]
pub struct Target {
    /// What it is.
    pub kind: Kind,
    /// Maximum duration of the runs that have none of their own.
    pub max_run_duration: Option<u64>,
    /// A lease is rounded up to a multiple of this (at least 1).
    pub billing_granularity: u64,
    /// A lease is billed as at least this.
    pub billing_minimum: u64,
}

/// The kind of a target.
#[derive(Clone, Debug)]
pub enum Kind {
    /// Autoscaling cluster (section 3).
    Cluster(Cluster),
    /// Single VM (section 4).
    Instance(Instance),
}

/// Settings of a compute cluster.
#[derive(Clone, Debug)]
pub struct Cluster {
    /// Nodes that are there at 0 and never released.
    pub min_nodes: u32,
    /// Upper limit of nodes.
    pub max_nodes: u32,
    /// Idle time after which a surplus node is released.
    pub idle_before_scale_down: u64,
    /// Unbilled first part of provisioning.
    pub allocation: u64,
    /// Billed second part of provisioning.
    pub boot: u64,
    /// Time between release and gone. It holds quota only, which this model leaves out: it has no
    /// effect here.
    pub leaving: u64,
    /// Which idle node a run takes.
    pub idle_node_choice: IdleNodeChoice,
    /// What becomes of preparing nodes that are no longer wanted.
    pub surplus_provisioning: SurplusProvisioning,
    /// `(allocation, boot)` of the first, second, ... node requested; the constants above where it
    /// has run out. The nodes of `min_nodes` that are there at 0 are not requested and take none.
    pub boots: Vec<(u64, u64)>,
}

/// Setting `idle_node_choice`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdleNodeChoice {
    /// The node that went idle last.
    MostRecentlyIdle,
    /// The node that went idle first.
    LeastRecentlyIdle,
}

/// Setting `surplus_provisioning`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SurplusProvisioning {
    /// Nodes finish their provisioning.
    Keep,
    /// Surplus nodes are cancelled, newest request first.
    Cancel,
}

/// Settings of a compute instance.
#[derive(Clone, Debug)]
pub struct Instance {
    /// Runs it takes at once.
    pub slots: u32,
    /// Time from a start to ready, billed.
    pub boot: u64,
    /// Start/stop schedule; without one it is always meant to be on.
    pub schedule: Option<Schedule>,
    /// Time without a run after which it stops.
    pub idle_shutdown: Option<u64>,
    /// A run that joins the queue starts it after an idle shutdown.
    pub start_on_submission: bool,
}

/// Start/stop schedule of an instance.
#[derive(Clone, Debug)]
pub struct Schedule {
    /// On and ready at 0; else stopped.
    pub initially_on: bool,
    /// Change points `(time, on)` in order of time.
    pub changes: Vec<(u64, bool)>,
    /// `on_stop = "cancel"` if true, `"drain"` if false.
    pub on_stop_cancel: bool,
}

/// An environment (image).
#[derive(Clone, Debug)]
pub struct Environment {
    /// Time of the one build in the workspace.
    pub image_build: u64,
    /// Time of a pull, once per node.
    pub image_pull: u64,
}

/// A run as submitted.
#[derive(Clone, Debug)]
pub struct Run {
    /// Workload, in declaration order.
    pub workload: usize,
    /// Position within the workload.
    pub position: usize,
    /// Index of the target.
    pub target: usize,
    /// Submission time.
    pub submit: u64,
    /// Nodes it needs, at least 1.
    pub nodes: u32,
    /// Time in Running.
    pub duration: u64,
    /// Larger goes first.
    pub priority: i64,
    /// Index of its environment.
    pub environment: Option<usize>,
    /// Limit of its Running time.
    pub max_duration: Option<u64>,
    /// Setup time before Running.
    pub setup: u64,
    /// Time in Finalizing.
    pub finalize: u64,
}

/// What came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// One per run, in the order of the input.
    pub runs: Vec<RunOut>,
    /// By target, then by node.
    pub leases: Vec<LeaseOut>,
    /// One per target.
    pub targets: Vec<TargetOut>,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Reached its end.
    Completed,
    /// Refused at submission.
    Failed,
    /// By maximum duration or by a stop tick.
    Canceled,
    /// The simulation ended first.
    Unfinished,
}

/// Record of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunOut {
    /// How it ended.
    pub status: Status,
    /// When it joined its queue.
    pub queued: Option<u64>,
    /// When it got its nodes.
    pub assigned: Option<u64>,
    /// Begin of Running.
    pub started: Option<u64>,
    /// When it was Completed, Failed or Canceled.
    pub ended: Option<u64>,
    /// Its nodes, ascending; on an instance the index of the on-period, as in `LeaseOut::node`.
    pub nodes_held: Vec<u64>,
}

/// Record of a lease, not clipped to the warm-up. The parts add up to `released - billed_from`, for
/// an instance times its slots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaseOut {
    /// Index of the target.
    pub target: usize,
    /// Node id; for an instance the index of the on-period.
    pub node: u64,
    /// When the node was requested.
    pub requested: u64,
    /// End of the allocation.
    pub billed_from: u64,
    /// Release, cancellation, stop, or the target's end.
    pub released: u64,
    /// Time in boot.
    pub boot: u64,
    /// Time in pull and setup.
    pub startup: u64,
    /// Time in Running.
    pub run: u64,
    /// Time in Finalizing.
    pub finalize: u64,
    /// Idle time of all kinds.
    pub idle: u64,
}

/// Totals of a target: node time (slot time for an instance) in `[warmup, end)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetOut {
    /// The target's own end.
    pub end: u64,
    /// Time in boot.
    pub boot: u64,
    /// Time in pull and setup.
    pub startup: u64,
    /// Time in Running.
    pub run: u64,
    /// Time in Finalizing.
    pub finalize: u64,
    /// Idle time of nodes that wait for the rest of the head run's nodes.
    pub gang_wait: u64,
    /// Idle time that `min_nodes` explains.
    pub idle_minimum: u64,
    /// All other idle time; for an instance its free slots.
    pub idle_tail: u64,
    /// Billed minus true length of the leases that end at or after the warm-up (for an instance not
    /// times slots).
    pub rounding: u64,
    /// Nodes requested.
    pub spin_ups: u64,
    /// Largest `allocated` that lasted some time in `[warmup, end)`.
    pub peak_nodes: u64,
}

impl Default for Target {
    fn default() -> Self {
        Self {
            kind: Kind::Cluster(Cluster::default()),
            max_run_duration: None,
            billing_granularity: SECOND,
            billing_minimum: 0,
        }
    }
}

impl Default for Cluster {
    fn default() -> Self {
        Self {
            min_nodes: 0,
            max_nodes: 4,
            idle_before_scale_down: 120 * SECOND,
            allocation: 0,
            boot: 0,
            leaving: 0,
            idle_node_choice: IdleNodeChoice::MostRecentlyIdle,
            surplus_provisioning: SurplusProvisioning::Keep,
            boots: Vec::new(),
        }
    }
}

impl Default for Instance {
    fn default() -> Self {
        Self {
            slots: 1,
            boot: 0,
            schedule: None,
            idle_shutdown: None,
            start_on_submission: true,
        }
    }
}

impl Default for Run {
    fn default() -> Self {
        Self {
            workload: 0,
            position: 0,
            target: 0,
            submit: 0,
            nodes: 1,
            duration: 0,
            priority: 0,
            environment: None,
            max_duration: None,
            setup: 0,
            finalize: 0,
        }
    }
}

/// Simulates a scenario.
pub fn simulate(input: &Input) -> Output {
    let mut workspace = workspace::Workspace::new(input);
    let mut now = 0;
    loop {
        workspace.instant(now);
        match workspace.next_instant(now) {
            // `end = "cut"`: only instants strictly before the horizon happen.
            Some(next) if !input.cut || next < input.horizon => {
                workspace.walk(now, next);
                now = next;
            }
            _ => break,
        }
    }
    workspace.walk(now, now.max(input.horizon));
    workspace.output()
}
