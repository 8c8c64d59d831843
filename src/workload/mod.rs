//! Who submits what, and when: [`WorkloadSettings`] as checked, [`Arrivals`] as the table of arrival kinds,
//! [`WorkloadSource`] as the stream of [`Submission`]s of one replication. Nothing here knows targets' insides.

mod arrivals;
pub mod batch;
pub mod bursts;
pub mod closed;
mod copies;
pub mod deterministic;
pub mod fan_out;
mod kind;
pub mod labels;
pub mod mmpp;
mod pieces;
pub mod poisson;
pub mod profile;
pub mod recurring;
mod repeated;
mod row;
pub mod sinusoid;
mod source;
pub mod trace;

pub use arrivals::{ArrivalStream, Arrivals};
pub use kind::{Ended, Pattern, Peaks};
pub use pieces::{Pieces, WorkedOff};
pub use source::{Draw, WorkloadSource};

use crate::distribution::Distribution;
use crate::units::{SimDuration, SimTime};

/// A workload as the scenario describes it.
#[derive(Clone, Debug)]
pub struct WorkloadSettings {
    /// Name in the scenario; part of the names of its random streams.
    pub name: String,
    /// Positions of its targets in the settings' list, at least one. Of several, a run goes to the first that has room for
    /// it beside its other runs, else to the last that can ever take it.
    pub targets: Vec<usize>,
    /// How fast its runs are on each of `targets`, against the machine whose durations are written; empty: 1 on each.
    pub speeds: Vec<f64>,
    /// When runs are submitted; a trace also says what each run is.
    pub arrivals: Arrivals,
    /// Running time of each run; a trace's rows bring their own.
    pub duration: Distribution,
    /// Nodes of each run; a trace's rows bring their own where a column is mapped.
    pub nodes: NodeCount,
    /// Priority of each run, larger first; a trace's rows bring their own where a column is mapped.
    pub priority: i64,
    /// Position of the environment (image) in the settings' list; a trace's rows bring their own where a column is mapped.
    pub environment: Option<u32>,
    /// Longest Running time of an attempt; the target's limit applies where this is `None`.
    pub max_duration: Option<SimDuration>,
    /// Time on the nodes before Running, after the image is pulled.
    pub setup: Distribution,
    /// Time on the nodes after Running.
    pub finalize: Distribution,
    /// What becomes of a run that loses a node.
    pub on_loss: OnLoss,
    /// Time on the nodes before Running, after setup, in each attempt after a loss.
    pub restart: SimDuration,
    /// Whether it stands for other users of an attached target: it takes capacity, but is in no statistics of runs.
    pub background: bool,
    /// What is told beforehand of how long a run takes.
    pub estimate: Estimate,
    /// What a run of batch inference is made of; its duration follows from it (docs/targets.md 6.6).
    pub batch_inference: Option<BatchInference>,
}

impl WorkloadSettings {
    /// How fast its runs are on a target, by position in the settings' list.
    pub fn speed_on(&self, target: usize) -> f64 {
        let place = self.targets.iter().position(|own| *own == target);
        let speed = place.and_then(|place| self.speeds.get(place));
        speed.copied().unwrap_or(1.0)
    }

    /// Whether nothing about its runs is random.
    pub fn is_fixed(&self) -> bool {
        let lengths = [&self.duration, &self.setup, &self.finalize];
        !self.arrivals.are_random()
            && lengths.iter().all(|length| length.as_constant().is_some())
            && matches!(self.nodes, NodeCount::Constant(_))
            && self.batch_inference.is_none()
    }
}

/// What is told beforehand of how long a run takes, for queues that plan with it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Estimate {
    /// How long it takes.
    #[default]
    Exact,
    /// Its duration times a factor.
    Factor(f64),
    /// The same of each run; a trace's rows bring their own where a column is mapped.
    Value(SimDuration),
}

impl Estimate {
    /// The estimate of a run with this duration.
    pub fn of(self, duration: SimDuration) -> SimDuration {
        match self {
            Self::Exact => duration,
            Self::Factor(factor) => SimDuration::from_secs_rounded(duration.as_secs_f64() * factor),
            Self::Value(value) => value,
        }
    }
}

/// A run of batch inference: pieces for the processes on its nodes.
#[derive(Clone, Debug, PartialEq)]
pub struct BatchInference {
    /// Pieces of a run, at least 1.
    pub mini_batches: u32,
    /// Items (requests) in a piece, for the cost per 1,000.
    pub items_per_mini_batch: u32,
    /// Workers on each node, at least 1.
    pub processes_per_node: u32,
    /// Time of one try.
    pub mini_batch_time: Distribution,
    /// A try that takes longer fails at this time.
    pub invocation_timeout: SimDuration,
    /// Probability of a try to fail at its end, below 1.
    pub failure_probability: f64,
    /// Tries of a piece at most, at least 1.
    pub tries: u32,
}

/// What becomes of a run that loses a node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnLoss {
    /// It fails.
    Fail,
    /// It joins its queue again at its old place and starts from the beginning.
    #[default]
    Requeue,
    /// It joins its queue again at its old place and goes on from its last completed checkpoint.
    Resume {
        /// Running time from one checkpoint to the next, above zero.
        interval: SimDuration,
        /// Time of a checkpoint, on the nodes but without progress.
        cost: SimDuration,
    },
}

/// How many nodes a run asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeCount {
    /// Every run the same.
    Constant(u32),
    /// One of the values, by weight.
    Choice {
        /// Node counts, each at least 1.
        values: Vec<u32>,
        /// A weight above 0 in total for each value.
        weights: Vec<f64>,
    },
}

/// One unit of work as it enters the system; everything random about it is drawn here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Submission {
    /// When it is submitted.
    pub at: SimTime,
    /// Nodes it needs at once.
    pub nodes: u32,
    /// Running time when not interrupted.
    pub duration: SimDuration,
    /// Larger first.
    pub priority: i64,
    /// What the row of a log says beforehand of its Running time; zero where none does.
    pub estimate: SimDuration,
    /// The number of its label, where its workload has some; else 0.
    pub label: u32,
    /// Its image, by position in the settings' list.
    pub environment: Option<u32>,
    /// Time to pull its image onto a node that does not have it.
    pub image_pull: SimDuration,
    /// Time on the nodes before Running.
    pub setup: SimDuration,
    /// Time on the nodes after Running.
    pub finalize: SimDuration,
}
