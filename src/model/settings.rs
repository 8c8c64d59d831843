//! What one variant simulates, checked: the targets, workloads and the clock's limits. No file format, no money.

use crate::calendar::WeeklySchedule;
use crate::distribution::Distribution;
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
    /// The images of the workspace.
    pub environments: Vec<Environment>,
    /// The targets that are simulated.
    pub targets: Vec<TargetSettings>,
    /// The workloads, each with the position of its target.
    pub workloads: Vec<WorkloadSettings>,
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
    /// What kind of target it is.
    pub kind: TargetKind,
}

/// Steps in which leases are billed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeaseBilling {
    /// Billed time is a multiple of this; zero bills to the tick.
    pub granularity: SimDuration,
    /// Billed time is at least this.
    pub minimum: SimDuration,
}

impl LeaseBilling {
    /// Billed time of a lease: rounded up to the granularity, and at least the minimum.
    pub fn billed(self, lease: SimDuration) -> SimDuration {
        let steps = lease.0.div_ceil(self.granularity.0.max(1));
        SimDuration(steps * self.granularity.0.max(1)).max(self.minimum)
    }
}

impl Default for LeaseBilling {
    fn default() -> Self {
        Self {
            granularity: SimDuration::from_secs(1),
            minimum: SimDuration::ZERO,
        }
    }
}

/// The kinds of compute target; a kind is a file beside this one and a line here.
#[derive(Clone, Debug)]
pub enum TargetKind {
    /// Scales with the submissions.
    Cluster(ClusterSettings),
    /// Always on.
    Instance(InstanceSettings),
}

/// A managed, autoscaling cluster.
#[derive(Clone, Debug)]
pub struct ClusterSettings {
    /// Nodes kept at all times.
    pub min_nodes: u32,
    /// Nodes at most; at least 1 and not below `min_nodes`.
    pub max_nodes: u32,
    /// Idle time after which a node that is not needed is released; where random, drawn each time a node goes idle.
    pub idle_before_scale_down: Distribution,
    /// First part of provisioning, not billed.
    pub allocation: Distribution,
    /// Second part of provisioning, billed.
    pub boot: Distribution,
    /// From release to gone, not billed.
    pub leaving: Distribution,
    /// Which idle node a run takes.
    pub idle_node_choice: IdleNodeChoice,
    /// What happens to preparing nodes that are no longer needed.
    pub surplus_provisioning: SurplusProvisioning,
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

/// What happens to preparing nodes that are no longer needed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SurplusProvisioning {
    /// They become ready and go idle.
    #[default]
    Keep,
    /// The newest requests are cancelled first.
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
