//! The results of all replications of all variants of one scenario, with the names and prices that reports need.
//!
//! `study` fills it, `pricing` and `report` read it; it is plain data.

mod together;
mod unpacked;

use std::io;
use std::ops::Range;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::currency::Currency;
use crate::goal::{Expectation, Goal};
use crate::precision::Precision;
use crate::pricing::{Commitment, CommitmentUse, Coverage, Held, Tags, TargetPrices};
use crate::results::{
    Each, LeaseRecord, Packed, Recorded, Records, ReplicationResult, RunRecord, Window,
};
use crate::units::SimDuration;
pub use crate::workload::labels::{LABELS, Labels, shared};
pub use together::{Known, Together};
pub use unpacked::Costs;

/// Everything that reports are made of. It is stored without its replications, which are stored one by one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StudyResults {
    /// Name of the scenario.
    pub scenario: String,
    /// Its seed.
    pub seed: u64,
    /// Position of the variant that the others are compared with.
    pub baseline: usize,
    /// Intervals that were wanted, where they decided how many replications there are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precision: Option<Precision>,
    /// The alternatives, in the scenario's order.
    pub variants: Vec<VariantResults>,
    /// What is wanted of a variant, if something is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goal: Option<Goal>,
    /// Thresholds that the results must not cross.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub expectations: Vec<Expectation>,
    /// Where its runs and leases are, if they were asked for.
    #[serde(skip)]
    pub recorded: Recorded,
}

/// One variant: names, prices and what its replications left behind.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct VariantResults {
    /// Its name.
    pub name: String,
    /// The provider of its machines, as FOCUS has it.
    pub provider: String,
    /// What its costs are printed in, the same of all variants.
    pub currency: Currency,
    /// What its statistics cover.
    pub window: Window,
    /// Whether everything stopped at the horizon (`end = "cut"`).
    pub cut: bool,
    /// Names of the simulated targets and then of the services, in the order of the results.
    pub targets: Vec<String>,
    /// Those of them that are equal: the instances that one with a `count` stands for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub equal: Vec<EqualTargets>,
    /// Their prices, in the same order.
    pub prices: Vec<TargetPrices>,
    /// Their tags, in the same order; empty where none of them has any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tags>,
    /// What covers usage of targets at a price of its own, in the scenario's order.
    pub commitments: Vec<Commitment>,
    /// What they covered, by replication; empty where there are none.
    #[serde(skip)]
    pub coverage: Vec<Coverage>,
    /// What each target is, in words, in the order of the results: `Azure Databricks`.
    pub products: Vec<String>,
    /// What kind of target each is, in the order of the results.
    pub kinds: Vec<TargetSort>,
    /// What comes to each target, in the order of the results.
    pub coming: Vec<Coming>,
    /// Of each target that is a queue with an exact mean wait, what that is, in the order of the results.
    #[serde(default)]
    pub exact: Vec<Option<ExactQueue>>,
    /// For each target the positions of the clusters that share a quota with it, in the order of the results.
    pub rivals: Vec<Vec<usize>>,
    /// What its targets may have at most, and its requests take.
    pub limits: Limits,
    /// Names of the workloads, in the order in which runs refer to them.
    pub workloads: Vec<String>,
    /// Of each workload whose its runs are, where its log says so and they are counted.
    pub labels: Vec<Option<Arc<Labels>>>,
    /// How far into an hour of UTC `t = 0` is: commitments are filled by such hours.
    pub into_hour: SimDuration,
    /// The local date-time at `t = 0` with its zone, as `2024-01-01T00:00:00+01:00[Europe/Berlin]`.
    pub start: String,
    /// Whether nobody states that, so that no date is to be told.
    #[serde(default)]
    pub start_is_assumed: bool,
    /// What replication 0 is billed for in each charge period, in order of time, where asked for.
    #[serde(skip)]
    pub periods: Vec<BilledPeriod>,
    /// Whether its work comes again, and what it depends on.
    pub recurrence: Recurrence,
    /// Whether its runs are counted by the hour of the week.
    #[serde(default)]
    pub by_week: bool,
    /// Results by replication, from replication 0 on.
    #[serde(skip)]
    pub replications: Vec<Packed>,
    /// What these show together and cost, once it was asked for. Whatever else than [`Self::add`] changes them, or what they are
    /// priced by, begins with none.
    #[serde(skip)]
    pub known: Known,
}

/// Targets that follow each other and are equal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EqualTargets {
    /// What they are called together: `own-1 to own-12`.
    pub name: String,
    /// Position of the first.
    pub first: usize,
    /// How many they are.
    pub count: usize,
}

impl EqualTargets {
    /// Their positions.
    pub fn positions(&self) -> Range<usize> {
        self.first..self.first + self.count
    }
}

/// What one replication of one variant left.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Replication {
    /// Its results.
    pub result: ReplicationResult,
    /// What commitments covered of it, where there are any.
    pub coverage: Option<Coverage>,
    /// What it is billed for by charge period, where asked for.
    pub periods: Vec<BilledPeriod>,
}

/// Limits that a scenario sets, in the order of the results.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Limits {
    /// Most nodes that runs can have of each target, of an instance its slots, of a service replicas.
    pub nodes: Vec<Most>,
    /// Latency that each service is to keep; `None` of targets and of services without an SLO.
    pub slos: Vec<Option<SimDuration>>,
    /// The quotas.
    pub quotas: Vec<SharedQuota>,
}

/// The most that there can be of something at one time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Most {
    /// How many.
    pub count: u32,
    /// What allows no more.
    pub by: Bound,
}

/// What allows no more nodes or replicas.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Bound {
    /// The largest size of a cluster or a pool.
    MaxNodes,
    /// The slots of an instance.
    Slots,
    /// The largest number of replicas.
    Replicas,
    /// The nodes of a service, which hold no more replicas.
    ServingNodes,
    /// A quota, by its name.
    Quota(String),
}

/// A quota: what some targets share.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SharedQuota {
    /// Its name.
    pub name: String,
    /// What it counts.
    pub counts: Counts,
    /// Limit, in what it counts.
    pub limit: f64,
    /// Positions of the targets that share it, each with what a node of it (or the instance) takes.
    pub members: Vec<(usize, f64)>,
}

/// What a quota counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Counts {
    /// Virtual cores.
    Vcpus,
    /// GPUs, which may be fractions.
    Gpus,
    /// Nodes and instances.
    Nodes,
}

/// What one charge period is billed for: the part of a day or a month of UTC that is measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BilledPeriod {
    /// Begin and end of the day or month.
    pub charge: [Timestamp; 2],
    /// Begin and end of the month around it.
    pub month: [Timestamp; 2],
    /// What it held of each target, in the order of the results.
    pub held: Vec<Held>,
    /// What each commitment did.
    pub uses: Vec<CommitmentUse>,
}

/// A queue for which theory has an exact mean wait.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExactQueue {
    /// What it is, in Kendall's notation: `M/M/4`.
    pub notation: String,
    /// Mean wait, from submission to Running, in the long run.
    pub mean_wait_s: f64,
}

/// What comes to a target, as far as it decides whether waits depend on the horizon.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Coming {
    /// Work that goes on until the horizon, wherever it is.
    #[default]
    GoesOn,
    /// The same, and more of it than the target can do.
    TooMuch,
    /// Work of which none comes before other work has ended: it goes on, but no queue grows without end.
    WaitsForEnds,
    /// Work that ends by itself, as batches and logs do.
    Ends,
}

/// Whether measured time stands for other time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Recurrence {
    /// All times are alike.
    #[default]
    Steady,
    /// Hours or days differ: windows of arrivals, schedules, rates by the hour.
    Weekly,
    /// Some of its work is a list that need not come again: a batch, a trace or a few arrivals.
    Once,
}

/// Kinds of target, as far as answers depend on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TargetSort {
    /// Scales with the submissions.
    Cluster {
        /// Nodes that it keeps at all times.
        min_nodes: u32,
        /// Nodes that it has at most.
        max_nodes: u32,
    },
    /// Units that live for one run: without runs there are none, and none is idle.
    OneRun {
        /// Units that it has at most.
        max_units: u32,
    },
    /// An instance without a schedule and without idle shutdown: on at all times.
    AlwaysOn,
    /// An instance that is off at times.
    Switched,
    /// Nodes under a controller of its own.
    Pool,
    /// A deployed model, by the name of its kind of target.
    Service,
}

impl VariantResults {
    /// Adds what the next replication left.
    pub fn add(
        &mut self,
        result: impl Into<Packed>,
        coverage: Option<Coverage>,
        periods: Vec<BilledPeriod>,
    ) {
        self.known = self.known.forgotten();
        self.replications.push(result.into());
        self.coverage.extend(coverage);
        self.periods.extend(periods);
    }
}

impl StudyResults {
    /// What costs are printed in.
    pub fn currency(&self) -> Currency {
        self.variants
            .first()
            .map_or_else(Currency::default, |variant| variant.currency)
    }

    /// The variant that the others are compared with.
    pub fn baseline(&self) -> Option<&VariantResults> {
        self.variants.get(self.baseline)
    }

    /// Gives every run of a replication of the variant at a position, where asked for, in order of submission.
    pub fn each_run(&self, place: (usize, usize), each: Each<'_, RunRecord>) -> io::Result<()> {
        match self.recorded.source() {
            Some(source) => source.runs(place, each),
            None => self.records(place).map_or(Ok(()), |of| each(&of.runs)),
        }
    }

    /// Gives every lease, likewise, by target and node id.
    pub fn each_lease(&self, place: (usize, usize), each: Each<'_, LeaseRecord>) -> io::Result<()> {
        match self.recorded.source() {
            Some(source) => source.leases(place, each),
            None => self.records(place).map_or(Ok(()), |of| each(&of.leases)),
        }
    }

    /// What was recorded of a replication and stays with its results, if something does.
    fn records(&self, (variant, number): (usize, usize)) -> Option<&Records> {
        self.variants[variant].replications[number].records()
    }

    /// Each replication: its variant with the position, and its number.
    pub fn replications(&self) -> impl Iterator<Item = (usize, &VariantResults, usize)> {
        self.variants
            .iter()
            .enumerate()
            .flat_map(|(position, variant)| {
                let all = 0..variant.replications.len();
                all.map(move |replication| (position, variant, replication))
            })
    }

    /// The variants but the baseline.
    pub fn others(&self) -> impl Iterator<Item = &VariantResults> {
        let all = self.variants.iter().enumerate();
        all.filter(|(position, _)| *position != self.baseline)
            .map(|(_, variant)| variant)
    }
}
