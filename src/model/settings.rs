//! What one variant simulates, checked: the targets, workloads and the clock's limits. No file format, no money.

use std::sync::Arc;

pub use super::lease_billing::LeaseBilling;
pub use crate::autoscale::KubernetesSettings;
pub use crate::autoscale::batch::{BatchFormula, BatchPolicy};
use crate::calendar::{ChargePeriods, HourlyRates, WeeklySchedule};
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
    /// Nodes under a controller of its own, asked at its own times.
    Pool(PoolSettings),
}

/// A pool of nodes with a controller of its own: docs/targets.md section 3.
#[derive(Clone, Debug)]
pub struct PoolSettings {
    /// Fewest nodes while it is on.
    pub min_nodes: u32,
    /// Nodes at most; at least 1 and not below `min_nodes`.
    pub max_nodes: u32,
    /// Nodes that belong to it while it is on and never take runs.
    pub system_nodes: u32,
    /// Time from its start to being on; of a pool that stops itself.
    pub creation: Distribution,
    /// Time without any assigned or queued run after which it stops; it is on at all times if `None`.
    pub stop_after_idle: Option<SimDuration>,
    /// Time between two evaluations, above zero.
    pub evaluation_interval: SimDuration,
    /// Who decides.
    pub controller: PoolController,
    /// First part of provisioning a node, not billed; unused where there are scaling operations.
    pub allocation: Distribution,
    /// Second part, billed; unused where there are scaling operations.
    pub boot: Distribution,
    /// Time of a scaling operation, one draw for all nodes of a decision; nodes come one by one if `None`.
    pub scaling_operation: Option<Distribution>,
    /// Whether nodes may be taken from runs, and what becomes of these.
    pub deallocation: Deallocation,
    /// Low-priority nodes at most, of `max_nodes`; others are dedicated.
    pub low_priority_nodes: u32,
    /// Losses of a low-priority node per hour of ready time.
    pub low_priority_losses_per_hour: f64,
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

/// The controllers of pools: docs/targets.md section 4.
#[derive(Clone, Debug, PartialEq)]
pub enum PoolController {
    /// Spark on `HDInsight` and Synapse: pending against free, for a time.
    SparkAutoscale {
        /// More nodes when pending was above free for so long.
        up_after: SimDuration,
        /// Fewer when it was below for so long.
        down_after: SimDuration,
    },
    /// Databricks: up in two steps, down by under-use.
    DatabricksOptimized {
        /// Idle nodes go when some were idle and nothing waited for so long.
        down_after: SimDuration,
    },
    /// Databricks: 8 nodes, then twice as many; down one, then twice as many.
    DatabricksStandard {
        /// Nodes go when nothing ran or waited for so long.
        down_after: SimDuration,
    },
    /// Azure Batch: a formula over samples.
    BatchFormula(BatchFormula),
    /// The cluster autoscaler of Kubernetes.
    Kubernetes(KubernetesSettings),
}

/// A managed, autoscaling cluster.
#[derive(Clone, Debug)]
pub struct ClusterSettings {
    /// Who starts next.
    pub discipline: Discipline,
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
    /// What happens to provisioning nodes that are no longer needed.
    pub surplus_provisioning: SurplusProvisioning,
    /// How ready nodes are lost.
    pub loss: NodeLoss,
    /// How allocations fail before they succeed; never, if `None`.
    pub allocation_failure: Option<Box<AllocationFailure>>,
    /// Whether a node lives for one run: it is there at once when all nodes of the run may be, and goes when the run ends.
    /// `min_nodes`, idle time, allocation and boot are 0 then, and nodes are never lost.
    pub one_run: bool,
}

/// How ready nodes are lost (evicted, preempted).
#[derive(Clone, Debug, Default, PartialEq)]
pub enum NodeLoss {
    /// Never.
    #[default]
    Never,
    /// At an age that is exponential, by this many losses per node-hour of ready time.
    Rate(f64),
    /// The same with a rate for each local hour of the day.
    ByHour(Box<HourlyRates>),
    /// As in a log of another pool of nodes, whose times repeat after its span.
    Replay(LossLog),
}

/// What a log of preemptions says, from its first line on.
#[derive(Clone, Debug, PartialEq)]
pub struct LossLog {
    /// The losses in order of time, none of them after the span.
    pub losses: Arc<[MassLoss]>,
    /// Time from the log's first line to its last, after which it is repeated; above zero.
    pub span: SimDuration,
}

impl LossLog {
    /// The mean share of nodes in a loss.
    pub fn mean_share(&self) -> f64 {
        let shares: f64 = self.losses.iter().map(|loss| loss.share).sum();
        shares / self.losses.len().max(1) as f64
    }

    /// Losses to be expected of one node, as the exponent of its chance to come through, in so long a time that begins right
    /// after one of the log's losses, whichever leaves the fewest. A loss of all nodes counts as a hundred.
    pub fn least_losses(&self, length: SimDuration) -> f64 {
        let sums = self.sums();
        let after = |loss: &MassLoss| self.between(&sums, loss.at.0 + 1, loss.at.0 + length.0);
        let all = self.losses.iter().map(after);
        all.fold(f64::INFINITY, f64::min)
    }

    /// The same after a loss that left none of the nodes of a run. New ones are ready `after` each loss. Those that are ready
    /// at the next loss are lost immediately.
    pub fn least_losses_again(&self, length: SimDuration, new_after: SimDuration) -> f64 {
        let sums = self.sums();
        let of_new = self.losses.iter().map(|loss| {
            let new = loss.at.0 + new_after.0;
            self.between(&sums, new.max(loss.at.0 + 1), new + length.0)
        });
        let left = self.losses.iter().filter(|loss| loss.share < 1.0);
        let of_left = left.map(|loss| self.between(&sums, loss.at.0 + 1, loss.at.0 + length.0));
        of_new.chain(of_left).fold(f64::INFINITY, f64::min)
    }

    /// The exponents of the log's losses, added up: the sum before each of them, and that of all.
    fn sums(&self) -> Vec<f64> {
        const ALL: f64 = 100.0;
        let exponents = self
            .losses
            .iter()
            .map(|loss| (-(-loss.share).ln_1p()).min(ALL));
        let mut sums = vec![0.0];
        for exponent in exponents {
            sums.push(sums[sums.len() - 1] + exponent);
        }
        sums
    }

    /// The exponents of the losses at these ticks of the repeated log and before `to`, added up.
    fn between(&self, sums: &[f64], from: u64, to: u64) -> f64 {
        let before = |tick: u64| {
            // A loss may fall on the end of a round.
            let round = tick.saturating_sub(1) / self.span.0;
            let rest = tick - round * self.span.0;
            let within = self.losses.partition_point(|loss| loss.at.0 < rest);
            round as f64 * sums[self.losses.len()] + sums[within]
        };
        (before(to) - before(from)).max(0.0)
    }

    /// Losses to be expected of one node in an hour.
    pub fn per_hour(&self) -> f64 {
        let shares: f64 = self.losses.iter().map(|loss| loss.share).sum();
        shares / self.span.as_secs_f64() * 3600.0
    }
}

/// Nodes lost at one time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MassLoss {
    /// Since the log's begin.
    pub at: SimDuration,
    /// Share of the ready nodes, above 0 and at most 1: the probability with which each is lost.
    pub share: f64,
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
