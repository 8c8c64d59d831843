//! A slow, simple second implementation of the model, written from `docs/semantics.md` and
//! `docs/targets.md`, not from the engine.
//!
//! It is a test oracle: the fast engine and this one must agree to the tick. It covers time and
//! order, runs, clusters with quota, limits by the clock, spare nodes, utilization, tiers and failed
//! allocations, instances, pools with controllers of their own, analytics units,
//! batch inference, services, loss of nodes, routing, node time and rounding (no prices), and the end;
//! every duration and every other draw is an input. It walks from instant to instant, where the next
//! instant is the smallest of everything that can happen, found by looking at everything; categories of
//! node time are read off the state between two instants. Controllers keep no counters: they look back
//! over the whole history of what they saw. Where the pages leave something open, a comment that begins
//! with `Reading:` says what was chosen.
//!
//! All times are ticks of one microsecond, and sums of times must fit into 64 bits; only the life
//! of a node may be endless.
//!
//! Labels in comments: quota and waiting (page sections 3.7, 3.8): Q1 what holds quota, Q2 giving
//! it out, Q3 heads that starve, Q4 runs refused at submission, Q5 what loading checks, Q6 nodes
//! canceled before their lease, Q7 causes of queue time. Losses (section 5): P1 lives, P2 when
//! losses end, P3 what a loss does, P8 the wait to the first Running, P9 losses by a log. Several
//! targets (section 2): R1 the choice, R2 targets that can never take a run, R3 after a loss. Order
//! and passing (3.2.1): D1 the order of a queue, D2 estimates, D3 planned times, D4 planned nodes, D5
//! when a pass is made, D6 `first_fit`, D7 `easy`, D8 `conservative`.

#![expect(
    unreachable_pub,
    reason = "its interface is marked, although only the tests beside it see it"
)]

pub mod batch;
#[cfg(test)]
mod batch_tests;
mod clock;
pub mod closed_form;
mod cluster;
#[cfg(test)]
mod cluster_tests;
pub mod controllers;
#[cfg(test)]
mod controllers_tests;
mod failures;
mod fleet;
#[cfg(test)]
mod idle_tests;
mod instance;
#[cfg(test)]
mod instance_tests;
mod job;
mod loss;
#[cfg(test)]
mod loss_tests;
mod passing;
#[cfg(test)]
mod passing_tests;
mod pool;
#[cfg(test)]
mod pool_tests;
mod quota;
#[cfg(test)]
mod quota_tests;
mod routing;
#[cfg(test)]
mod routing_tests;
mod scaling;
pub mod service;
#[cfg(test)]
mod service_tests;
pub mod serving;
mod timeline;
mod units;
#[cfg(test)]
mod units_tests;
mod workspace;
#[cfg(test)]
mod workspace_tests;

use controllers::Controller;
pub use timeline::Times;

/// One second in ticks.
pub const SECOND: u64 = 1_000_000;

/// The k-th draw (from 0) of a list; the last one again and again where it has run out.
pub fn draw(list: &[u64], k: usize) -> u64 {
    list[k.min(list.len() - 1)]
}

/// A scenario with all its draws made.
#[derive(Clone, Debug, Default)]
pub struct Input {
    /// Compute targets, in scenario order.
    pub targets: Vec<Target>,
    /// Environments of the workspace, in scenario order.
    pub environments: Vec<Environment>,
    /// Runs in any order.
    pub runs: Vec<Run>,
    /// Limits of vCPUs that targets share, in scenario order.
    pub quotas: Vec<Quota>,
    /// Services with their requests, which share nothing with targets (targets.md 5, 6).
    pub services: Vec<serving::Input>,
    /// Arrivals come before it.
    pub horizon: u64,
    /// Node time is counted from here on.
    pub warmup: u64,
    /// `end = "cut"` if true, `end = "drain"` if false.
    pub cut: bool,
}

/// A limit of vCPUs (3.7).
#[derive(Clone, Debug)]
pub struct Quota {
    /// The most vCPUs that its members may hold at once.
    pub limit: u64,
    /// Indices of the targets that share it. A target may be in several quotas.
    pub members: Vec<usize>,
}

/// A compute target.
#[derive(Clone, Debug)]
pub struct Target {
    /// What it is.
    pub kind: Kind,
    /// vCPUs of one of its nodes, or of the instance; at least 1 where a quota has it as a member.
    pub vcpus: u64,
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
    /// Nodes with a controller of their own (targets.md 3, 4).
    Pool(Pool),
    /// An account of so many analytics units (targets.md 2.2).
    Units(u64),
}

/// Settings of a pool.
#[derive(Clone, Debug)]
pub struct Pool {
    /// Fewest nodes while it is on.
    pub min_nodes: u64,
    /// Most nodes.
    pub max_nodes: u64,
    /// Nodes that never take runs.
    pub system_nodes: u64,
    /// Times of its starts.
    pub creations: Vec<u64>,
    /// It stops after so long without a run.
    pub stop_after_idle: Option<u64>,
    /// Time between evaluations.
    pub evaluation_interval: u64,
    /// Who decides.
    pub controller: Controller,
    /// Unbilled part of provisioning, of the first, second, ... node that is drawn for.
    pub allocations: Vec<u64>,
    /// Billed part.
    pub boots: Vec<u64>,
    /// How allocations fail; never, without.
    pub failures: Option<Failures>,
    /// Who starts next.
    pub discipline: Discipline,
    /// The mean of allocation + boot. Reading: plans go by it also where nodes come by operations.
    pub mean_provisioning: u64,
    /// Times of scaling operations, where it scales by them.
    pub operations: Option<Vec<u64>>,
    /// Whether nodes are taken from runs.
    pub deallocation: Deallocation,
    /// Low-priority nodes at most.
    pub low_priority_nodes: u64,
    /// Life of the first, second, ... low-priority node that becomes ready; none: for ever.
    pub lives: Vec<u64>,
}

/// Setting `deallocation`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deallocation {
    /// Only idle nodes go.
    IdleOnly,
    /// The run joins its queue again.
    Requeue,
    /// The run fails.
    Terminate,
    /// The nodes are marked.
    TaskCompletion,
}

/// Settings of a compute cluster.
#[derive(Clone, Debug)]
pub struct Cluster {
    /// Nodes that are there at 0 and never released.
    pub min_nodes: u64,
    /// Upper limit of nodes.
    pub max_nodes: u64,
    /// Idle time after which a surplus node is released.
    pub idle_before_scale_down: u64,
    /// Unbilled first part of provisioning.
    pub allocation: u64,
    /// Billed second part of provisioning.
    pub boot: u64,
    /// Time between release and gone; the node still holds its quota.
    pub leaving: u64,
    /// Which idle node a run takes.
    pub idle_node_choice: IdleNodeChoice,
    /// What becomes of provisioning nodes that are no longer wanted.
    pub surplus_provisioning: SurplusProvisioning,
    /// Who starts next.
    pub discipline: Discipline,
    /// The mean of allocation + boot; without it their constants.
    pub mean_provisioning: Option<u64>,
    /// `(allocation, boot)` of the first, second, ... node requested; the constants above where it
    /// has run out. The nodes of `min_nodes` that are there at 0 are not requested and take none.
    pub boots: Vec<(u64, u64)>,
    /// Life of the first, second, ... node that becomes ready; `u64::MAX`, and where it has run
    /// out: never lost.
    pub lives: Vec<u64>,
    /// Times at which a share of the ready nodes is lost, in any order.
    pub mass_losses: Vec<MassLoss>,
    /// Uniform draws in `[0, 1)` of the mass losses, in the order in which they are used: one for
    /// each ready node at each mass loss that happens. They must not run out.
    pub mass_draws: Vec<f64>,
    /// How allocations fail; never, without.
    pub failures: Option<Failures>,
    /// Limits that hold at times of the week, in scenario order.
    pub capacity: Vec<CapacityWindow>,
    /// Idle nodes beyond demand.
    pub spare_nodes: u64,
    /// Who decides in place of the queue.
    pub utilization: Option<Utilization>,
    /// Low-priority nodes at most; if 0, all nodes are alike.
    pub low_priority_nodes: u64,
}

/// Limits of a cluster that hold at some times (3.10).
#[derive(Clone, Debug)]
pub struct CapacityWindow {
    /// Whether they hold at 0.
    pub initially_open: bool,
    /// Change points `(time, whether they hold)` in order of time.
    pub changes: Vec<(u64, bool)>,
    /// Fewest nodes.
    pub min_nodes: Option<u64>,
    /// Most nodes.
    pub max_nodes: Option<u64>,
    /// Limit of nodes that go idle.
    pub idle_before_scale_down: Option<u64>,
}

/// How allocations fail (3.9).
#[derive(Clone, Debug)]
pub struct Failures {
    /// Probability of a try to fail outside the windows.
    pub probability: f64,
    /// Whether every try fails at 0.
    pub initially_open: bool,
    /// Change points `(time, whether every try fails)` in order of time.
    pub changes: Vec<(u64, bool)>,
    /// First pause.
    pub retry_after: u64,
    /// How much longer each further pause is.
    pub backoff: u64,
    /// No pause is longer.
    pub retry_at_most: u64,
    /// Uniform draws in `[0, 1)`, in the order in which they are used.
    pub draws: Vec<f64>,
}

/// Scaling by utilization (3.12).
#[derive(Clone, Debug)]
pub struct Utilization {
    /// The share that is to be busy, in billionths.
    pub target_billionths: u64,
    /// Whether nodes that queued runs ask for are load.
    pub counts_waiting: bool,
    /// Whether load is the mean since the last evaluation.
    pub averages: bool,
    /// The largest need of this time counts.
    pub scale_down_after: u64,
    /// Time between evaluations.
    pub refresh: u64,
}

/// A loss of many nodes at once.
#[derive(Clone, Copy, Debug)]
pub struct MassLoss {
    /// When.
    pub at: u64,
    /// Each ready node is lost if its draw is below this.
    pub share: f64,
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
    /// Surplus nodes are canceled, newest request first.
    Cancel,
}

/// Who starts next on a cluster (3.2.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Discipline {
    /// `order = "shortest"` if true.
    pub shortest: bool,
    /// Setting `backfill`.
    pub backfill: Backfill,
    /// `backfill_order = "shortest"` if true.
    pub shortest_passes_first: bool,
}

/// Setting `backfill`: what may start before a head that does not fit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Backfill {
    /// Nothing.
    #[default]
    None,
    /// Whatever fits.
    FirstFit,
    /// What by plan does not delay the head.
    Easy,
    /// What by plan delays no run before it.
    Conservative,
}

/// What is told of the Running time of a run before it starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Estimate {
    /// Its duration on its target.
    #[default]
    Exact,
    /// So many tenths of it.
    Tenths(u64),
    /// This, also where a trace says it.
    Value(u64),
}

/// Settings of a compute instance.
#[derive(Clone, Debug)]
pub struct Instance {
    /// Runs it takes at once.
    pub slots: u64,
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
    /// Indices of the targets that it may go to, in order of preference; at least one.
    pub targets: Vec<usize>,
    /// How fast it is on each of them, in tenths; empty: 10 on each.
    pub speeds: Vec<u64>,
    /// Submission time.
    pub submit: u64,
    /// Nodes it needs, at least 1.
    pub nodes: u64,
    /// Time in Running.
    pub duration: u64,
    /// What is told of its duration.
    pub estimate: Estimate,
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
    /// What becomes of it when one of its nodes is lost.
    pub on_loss: OnLoss,
    /// Occupied time between setup and Running in the attempts after the first.
    pub restart: u64,
    /// It stands for other users of the target.
    pub background: bool,
}

/// Setting `on_interruption`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnLoss {
    /// The run is Failed.
    Fail,
    /// It begins again.
    Requeue,
    /// It goes on from its last completed checkpoint.
    Resume {
        /// Progress between two checkpoints, at least 1.
        interval: u64,
        /// Time that a checkpoint takes.
        cost: u64,
    },
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
    /// One per target.
    pub counts: Vec<Counts>,
    /// One per service.
    pub services: Vec<serving::Output>,
}

/// How much of what a target may have occurred in it, so that tests can tell that it did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Nodes requested at the very time at which limits changed.
    pub at_windows: u64,
    /// Time of idle nodes that were spare.
    pub spare_time: u64,
    /// Nodes that evaluations of utilization asked for and got.
    pub asked: u64,
    /// Nodes that they released.
    pub let_go: u64,
    /// Time for which allocations that failed paused.
    pub paused: u64,
    /// Runs that passed a blocked head of a pool.
    pub passed: u64,
    /// Nodes that quota gave a pool later than it asked for them.
    pub given_later: u64,
    /// How often it was given up.
    pub given_up: u64,
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        let Self {
            at_windows,
            spare_time,
            asked,
            let_go,
            paused,
            passed,
            given_later,
            given_up,
        } = other;
        self.at_windows += at_windows;
        self.spare_time += spare_time;
        self.asked += asked;
        self.let_go += let_go;
        self.paused += paused;
        self.passed += passed;
        self.given_later += given_later;
        self.given_up += given_up;
    }
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Reached its end.
    Completed,
    /// Refused at submission, ended by the loss of a node or by the deallocation of its nodes.
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
    /// Index of the target it went to; before it has joined a queue, the first of its list.
    pub target: usize,
    /// When it joined its queue first.
    pub queued: Option<u64>,
    /// When it got its nodes, in the attempt that was the first to reach Running; while none has,
    /// in the last attempt.
    pub assigned: Option<u64>,
    /// First begin of Running.
    pub started: Option<u64>,
    /// When it was Completed, Failed or Canceled.
    pub ended: Option<u64>,
    /// The nodes of its last attempt, ascending; on an instance the index of the on-period, as in
    /// `LeaseOut::node`.
    pub nodes_held: Vec<u64>,
    /// Attempts that ended by the loss of a node.
    pub losses: u64,
    /// Running time that these losses destroyed (not times nodes).
    pub lost: u64,
    /// Attempts that ended as its pool took nodes away.
    pub deallocations: u64,
    /// Running time that these destroyed (not times nodes).
    pub deallocated: u64,
    /// Whether the last of them failed it.
    pub terminated: bool,
    /// Time with nodes assigned before the first Running, over all attempts.
    pub node_setup: u64,
    /// Time in the queue before the first Running, by cause.
    pub queue: QueueTime,
}

/// Time of a run in its queue, put down to what it waited for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QueueTime {
    /// The head of its queue waited for provisioning nodes, or for the instance to boot.
    pub provisioning: u64,
    /// The head's nodes could not be requested for lack of quota.
    pub quota: u64,
    /// All else: `max_nodes`, slots, a stopped instance.
    pub capacity: u64,
}

/// Record of a lease, not clipped to the warm-up.
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
    /// Release, cancellation, loss, stop, or the target's end.
    pub released: u64,
    /// Whether the loss of the node ended it.
    pub ended_by_loss: bool,
    /// Whether it is of the low-priority tier.
    pub low: bool,
    /// Its time by category, which adds up to `released - billed_from`, for an instance times its slots.
    /// Idle time is not told apart, that of background runs is among that of others, and a system node
    /// is idle.
    pub times: Times,
}

/// Totals of a target: node time (slot time for an instance) of its dedicated and of its low-priority
/// nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetOut {
    /// The target's own end.
    pub end: u64,
    /// Node time in `[warmup, horizon)`.
    pub within: [Times; 2],
    /// Node time in `[horizon, end)`.
    pub drain: [Times; 2],
    /// Billed minus true length of the leases that end at or after the warm-up (for an instance not
    /// times slots).
    pub rounding: [u64; 2],
    /// Nodes requested in `[warmup, end)`; system nodes and those of t = 0 are not.
    pub spin_ups: u64,
    /// Nodes lost in `[warmup, end)`.
    pub nodes_evicted: u64,
    /// Largest `allocated` (of a pool: size) that lasted some time in `[warmup, end)`.
    pub peak_nodes: u64,
}

impl Default for Target {
    fn default() -> Self {
        Self {
            kind: Kind::Cluster(Cluster::default()),
            vcpus: 1,
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
            discipline: Discipline::default(),
            mean_provisioning: None,
            boots: Vec::new(),
            lives: Vec::new(),
            mass_losses: Vec::new(),
            mass_draws: Vec::new(),
            failures: None,
            capacity: Vec::new(),
            spare_nodes: 0,
            utilization: None,
            low_priority_nodes: 0,
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
            targets: vec![0],
            speeds: Vec::new(),
            submit: 0,
            nodes: 1,
            duration: 0,
            estimate: Estimate::Exact,
            priority: 0,
            environment: None,
            max_duration: None,
            setup: 0,
            finalize: 0,
            on_loss: OnLoss::Fail,
            restart: 0,
            background: false,
        }
    }
}

/// Simulates a scenario.
pub fn simulate(input: &Input) -> Output {
    try_to_simulate(input).expect("the simulation ends")
}

/// Simulates a scenario; `None` if it does not end: runs may give their nodes up again and again.
pub fn try_to_simulate(input: &Input) -> Option<Output> {
    let mut workspace = workspace::Workspace::new(input);
    // More than any world here has that ends.
    let most_instants = 20_000 + 100 * input.runs.len() as u64;
    let ends = clock::run(&mut workspace, input.horizon, input.cut, most_instants);
    ends.then(|| workspace.output())
}
