//! What one variant simulates, checked: the targets, workloads and the clock's limits. No file format, no money.

use std::sync::Arc;

pub use super::lease_billing::LeaseBilling;
pub use super::node_loss::{LossLog, MassLoss, NodeLoss};
pub use crate::autoscale::ScalingPolicy;
use crate::calendar::{ChargePeriods, WeekClock, WeeklySchedule};
use crate::discipline::Discipline;
use crate::distribution::Distribution;
use crate::results::Window;
use crate::serving::settings::{RequestSettings, ServiceSettings};
use crate::spans::Cuts;
use crate::units::{SimDuration, SimTime};
use crate::workload::WorkloadSettings;

/// One alternative, ready to simulate. Orders of targets and workloads are the scenario's: they decide ties.
#[derive(Clone, Debug)]
pub struct WorldSettings {
    /// Arrivals fall in `[0, horizon)`.
    pub horizon: SimTime,
    /// Runs submitted and node-time spent before this are left out of the statistics; below the horizon.
    pub warmup: SimTime,
    /// What happens to runs that have not ended at the horizon.
    pub end: End,
    /// Charge periods by which what targets and services hold is kept as well, where asked for.
    pub charge_periods: Option<ChargePeriods>,
    /// The clock by whose hours of the week runs are counted, where hours differ.
    pub week: Option<Arc<WeekClock>>,
    /// The images of the workspace.
    pub environments: Vec<Environment>,
    /// The targets that are simulated.
    pub targets: Vec<TargetSettings>,
    /// The workloads, each with the positions of its targets.
    pub workloads: Vec<WorkloadSettings>,
    /// Limits that targets share. Their instances and `min_nodes` fit into them, and beside the instances one node of each
    /// cluster does.
    pub quotas: Vec<Quota>,
    /// The services that are simulated, each by itself beside the targets.
    pub services: Vec<ServiceSettings>,
    /// The workloads of requests, each with the position of its service.
    pub requests: Vec<RequestSettings>,
}

impl WorldSettings {
    /// Where measured time is cut.
    pub fn cuts(&self) -> Cuts {
        Cuts {
            window: Window {
                warmup: self.warmup,
                horizon: self.horizon,
            },
            periods: self.charge_periods.clone(),
        }
    }
}

/// Parts in which quotas count a GPU: sizes have halves, thirds, quarters, sixths and eighths of one.
pub const GPU_PARTS: u64 = 24;

/// What a quota counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum QuotaUnit {
    /// vCPUs.
    #[default]
    Vcpus,
    /// GPUs, in parts of one.
    Gpus,
    /// Nodes, and instances.
    Nodes,
}

/// A limit on what some targets hold together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quota {
    /// What it limits, for messages: a family, a total.
    pub name: String,
    /// What it counts.
    pub unit: QuotaUnit,
    /// Limit, in parts of its unit.
    pub limit: u64,
    /// Positions of the targets that share it; a node of each takes some of it.
    pub members: Vec<usize>,
}

/// How a simulation ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum End {
    /// It goes on until every run has ended.
    #[default]
    Drain,
    /// Everything stops at the horizon.
    Cut,
}

/// An image that runs use.
#[derive(Clone, Debug, PartialEq)]
pub struct Environment {
    /// Name in the scenario; part of the names of its random streams.
    pub name: String,
    /// Time of the one build, at its first use in the workspace.
    pub image_build: Distribution,
    /// Time a node takes to pull it, once per node.
    pub image_pull: Distribution,
}

/// A compute target.
#[derive(Clone, Debug)]
pub struct TargetSettings {
    /// Name in the scenario; part of the names of its random streams.
    pub name: String,
    /// Longest Running time of a run that has no limit of its own.
    pub max_run_duration: Option<SimDuration>,
    /// How the time of a lease turns into billed time.
    pub billing: LeaseBilling,
    /// vCPUs of a node (or the instance), which quotas count; 0 where they are not known and no quota asks.
    pub vcpus: u32,
    /// GPUs of a node in parts of one, likewise.
    pub gpu_parts: u32,
    /// How far into an hour of the clock (of UTC) `t = 0` is, where the result keeps node-time by such hours: commitments
    /// are accounted for with it.
    pub keep_hours: Option<SimDuration>,
    /// Whether it is attached: the workspace neither scales nor bills it.
    pub unmanaged: bool,
    /// What kind of target it is.
    pub kind: TargetKind,
}

/// The kinds of compute target; a kind is a file beside this one and a line here.
#[derive(Clone, Debug)]
pub enum TargetKind {
    /// Scales with the submissions.
    Cluster(ClusterSettings),
    /// Always on.
    Instance(InstanceSettings),
}

impl TargetKind {
    /// Nodes that take no runs.
    pub fn system_nodes(&self) -> u32 {
        match self {
            Self::Cluster(cluster) => cluster.policy.as_ref().map_or(0, |of| of.system_nodes),
            Self::Instance(_) => 0,
        }
    }

    /// Nodes whose quota it holds at all times and gives to nobody: an instance its one; a cluster with a policy, which lets
    /// nodes go only as that says, those that take no runs and its smallest number of others.
    pub fn kept_nodes(&self) -> u32 {
        match self {
            Self::Instance(_) => 1,
            Self::Cluster(cluster) if cluster.policy.is_some() => {
                let windows = cluster
                    .capacity
                    .iter()
                    .filter_map(|window| window.min_nodes);
                self.system_nodes() + windows.fold(cluster.min_nodes, u32::min)
            }
            Self::Cluster(_) => 0,
        }
    }
}

/// A policy of a cluster that is asked at its own evaluation times, and what belongs to it: docs/targets.md section 3.
#[derive(Clone, Debug)]
pub struct PolicySettings {
    /// Who decides.
    pub rule: ScalingPolicy,
    /// Time between two evaluations, above zero.
    pub interval: SimDuration,
    /// Nodes that belong to the cluster while it is on and never take runs.
    pub system_nodes: u32,
    /// Time from its start to being on; of a cluster that stops itself.
    pub creation: Distribution,
    /// Time without any assigned or queued run after which it stops; it is on at all times if `None`.
    pub stop_after_idle: Option<SimDuration>,
    /// Time of a scaling operation, one draw for all nodes of a decision; nodes come one by one if `None`.
    pub scaling_operation: Option<Distribution>,
    /// Whether nodes may be taken from runs, and what becomes of these.
    pub deallocation: Deallocation,
}

impl PolicySettings {
    /// A policy of a cluster that is on at all times and whose nodes come one by one and go only when they are idle.
    pub fn new(rule: ScalingPolicy, interval: SimDuration) -> Self {
        Self {
            rule,
            interval,
            system_nodes: 0,
            creation: Distribution::constant(SimDuration::ZERO),
            stop_after_idle: None,
            scaling_operation: None,
            deallocation: Deallocation::IdleOnly,
        }
    }
}

/// What happens to runs whose nodes are taken away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Deallocation {
    /// Only idle nodes are taken.
    #[default]
    IdleOnly,
    /// They join their queue again at their old place and begin anew.
    Requeue,
    /// They fail.
    Terminate,
    /// Their nodes are marked, and go when they end.
    TaskCompletion,
}

/// A cluster that is scaled: a managed one, or the pool of an attached target.
#[derive(Clone, Debug)]
pub struct ClusterSettings {
    /// Who starts next.
    pub discipline: Discipline,
    /// Nodes kept at all times.
    pub min_nodes: u32,
    /// Nodes at most; at least 1 and not below `min_nodes`.
    pub max_nodes: u32,
    /// Limits that hold at times of the week; of those that apply the last.
    pub capacity: Vec<CapacityWindow>,
    /// Idle nodes kept beyond demand, while there is some and for the mean idle time after.
    pub spare_nodes: u32,
    /// Who decides in the place of the queue.
    pub policy: Option<Box<PolicySettings>>,
    /// Low-priority nodes at most, of `max_nodes`, which come first; others are dedicated. If 0, all nodes are alike.
    pub low_priority_nodes: u32,
    /// Idle time after which a node that is not needed is released; where random, drawn each time a node goes idle. A policy
    /// does not ask for it.
    pub idle_before_scale_down: Distribution,
    /// First part of provisioning, not billed.
    pub allocation: Distribution,
    /// Second part of provisioning, billed.
    pub boot: Distribution,
    /// From release to gone, not billed.
    pub leaving: Distribution,
    /// Which idle node a run takes.
    pub idle_node_choice: IdleNodeChoice,
    /// What happens to provisioning nodes that are no longer needed.
    pub surplus_provisioning: SurplusProvisioning,
    /// How ready nodes are lost: of two tiers, low-priority ones.
    pub loss: NodeLoss,
    /// How allocations fail before they succeed; never, if `None`.
    pub allocation_failure: Option<Box<AllocationFailure>>,
    /// Whether a node lives for one run: it is there at once when all nodes of the run may be, and goes when the run ends.
    /// `min_nodes`, idle time, allocation and boot are 0 then, and nodes are never lost.
    pub one_run: bool,
}

impl ClusterSettings {
    /// A cluster whose nodes take no time to come, go as soon as they are not needed, are alike, and are never lost.
    pub fn new(min_nodes: u32, max_nodes: u32) -> Self {
        let none = || Distribution::constant(SimDuration::ZERO);
        Self {
            discipline: Discipline::default(),
            min_nodes,
            max_nodes,
            capacity: Vec::new(),
            spare_nodes: 0,
            policy: None,
            low_priority_nodes: 0,
            idle_before_scale_down: none(),
            allocation: none(),
            boot: none(),
            leaving: none(),
            idle_node_choice: IdleNodeChoice::default(),
            surplus_provisioning: SurplusProvisioning::default(),
            loss: NodeLoss::Never,
            allocation_failure: None,
            one_run: false,
        }
    }

    /// Whether its nodes are alike, and its queue alone decides how many there are.
    pub fn follows_queue_alone(&self) -> bool {
        let own = self.policy.is_some() || !self.capacity.is_empty() || self.spare_nodes > 0;
        !own && self.low_priority_nodes == 0
    }

    /// Nodes at most, in any window.
    pub fn largest(&self) -> u32 {
        let windows = self.capacity.iter().filter_map(|window| window.max_nodes);
        windows.fold(self.max_nodes, u32::max)
    }

    /// The most nodes that it is ever to have: a run that needs more would wait for ever.
    pub fn most_nodes(&self) -> u32 {
        let largest = self.largest();
        self.policy.as_ref().map_or(largest, |policy| {
            policy.rule.scaler().most_nodes(self.min_nodes, largest)
        })
    }
}

/// Limits of a cluster that hold at times of the week.
#[derive(Clone, Debug)]
pub struct CapacityWindow {
    /// Name in the scenario.
    pub name: String,
    /// When they hold.
    pub hours: WeeklySchedule,
    /// Nodes kept then, if that differs.
    pub min_nodes: Option<u32>,
    /// Nodes at most then, if that differs.
    pub max_nodes: Option<u32>,
    /// Idle time of nodes that go idle then, if that differs.
    pub idle_before_scale_down: Option<Distribution>,
}

/// How allocations fail: tried at once and again after growing pauses, until one succeeds.
#[derive(Clone, Debug, PartialEq)]
pub struct AllocationFailure {
    /// Probability of a try outside the windows to fail, below 1.
    pub probability: f64,
    /// Every try in these windows fails; they do not cover the whole week.
    pub windows: Option<WeeklySchedule>,
    /// Pause after the first failure, above zero.
    pub retry_after: SimDuration,
    /// Each further pause is so many times the one before, at least 1.
    pub backoff: f64,
    /// No pause is longer.
    pub retry_at_most: SimDuration,
}

/// Which idle node a run takes; among nodes that went idle at one instant, the lowest id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IdleNodeChoice {
    /// The one that went idle last.
    #[default]
    MostRecentlyIdle,
    /// The one that went idle first.
    LeastRecentlyIdle,
}

/// What happens to provisioning nodes that are no longer needed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SurplusProvisioning {
    /// They become ready and go idle.
    #[default]
    Keep,
    /// The newest requests are canceled first.
    Cancel,
}

/// A managed, always-on instance.
#[derive(Clone, Debug)]
pub struct InstanceSettings {
    /// Runs it takes at once, at least 1.
    pub slots: u32,
    /// Time a start takes, billed.
    pub boot: Distribution,
    /// When it is on; always, if `None`.
    pub schedule: Option<WeeklySchedule>,
    /// What a stop tick does to its runs.
    pub on_stop: OnStop,
    /// Time without any assigned or queued run after which it stops.
    pub idle_shutdown: Option<SimDuration>,
    /// Whether a submission starts it when it is stopped and the schedule has it on.
    pub start_on_submission: bool,
    /// Whether it keeps its machine, and is billed, while it is stopped: a virtual machine shut down from inside.
    pub allocated_while_stopped: bool,
}

/// What a stop tick of the schedule does to the runs of an instance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnStop {
    /// The instance stays on until its last run ends.
    #[default]
    Drain,
    /// They are canceled at the tick.
    Cancel,
}
