//! Records of single runs and leases, where asked for.

use std::fmt;
use std::io;
use std::sync::Arc;

use crate::units::{NodeTime, SimDuration, SimTime};

/// How a run ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RunStatus {
    /// All its work was done.
    #[default]
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
    /// The number of its label, where its workload has some; else 0.
    pub label: u32,
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
    /// Time on nodes before it, over all attempts; 0 where it did not start.
    pub node_setup: SimDuration,
    /// Time in the queue before it, while nodes were on their way; likewise.
    pub queue_provisioning: SimDuration,
    /// Time in the queue before it, while a quota withheld nodes; likewise.
    pub queue_quota: SimDuration,
    /// When it ended.
    pub ended: Option<SimTime>,
    /// How it ended.
    pub status: RunStatus,
    /// Ids of the nodes it held, in its last attempt (of an instance: none).
    pub nodes_held: Vec<u64>,
    /// Times that it lost a node.
    pub losses: u32,
    /// Running time that it lost with these nodes, once for each time (not times its nodes).
    pub lost: SimDuration,
    /// Times that its pool took nodes away from it, which are no losses.
    pub deallocations: u32,
    /// Running time that it lost with these nodes (not times its nodes).
    pub deallocated: SimDuration,
}

/// What the wait of a run was for; the parts add up to it (docs/semantics.md section 3.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitParts {
    /// Before it joined the queue: its image was built.
    pub image: SimDuration,
    /// In the queue: nodes or slots that others held, or a schedule.
    pub capacity: SimDuration,
    /// In the queue: a quota withheld nodes.
    pub quota: SimDuration,
    /// In the queue: nodes were on their way.
    pub provisioning: SimDuration,
    /// On nodes: pull and setup.
    pub node_setup: SimDuration,
}

impl WaitParts {
    /// The wait.
    pub fn total(&self) -> SimDuration {
        let parts = self.by_cause();
        parts
            .iter()
            .fold(SimDuration::ZERO, |sum, (_, part)| sum + *part)
    }

    /// Each part with its cause, in the order in which they usually come.
    pub fn by_cause(&self) -> [(&'static str, SimDuration); 5] {
        [
            ("image build", self.image),
            ("capacity", self.capacity),
            ("quota", self.quota),
            ("provisioning", self.provisioning),
            ("node setup", self.node_setup),
        ]
    }
}

impl RunRecord {
    /// What its wait was for; `None` where it did not start.
    pub fn wait_parts(&self) -> Option<WaitParts> {
        let (queued, started) = (self.queued?, self.started?);
        let known = self.node_setup + self.queue_provisioning + self.queue_quota;
        Some(WaitParts {
            image: queued.since(self.submitted),
            capacity: SimDuration(started.since(queued).0 - known.0),
            quota: self.queue_quota,
            provisioning: self.queue_provisioning,
            node_setup: self.node_setup,
        })
    }
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
    pub node_setup: NodeTime,
    /// Slot-time Running, without what was lost.
    pub run: NodeTime,
    /// Slot-time Running whose work was lost with a node that was lost or taken away.
    pub lost: NodeTime,
    /// Slot-time Finalizing.
    pub finalize: NodeTime,
    /// Idle slot-time.
    pub idle: NodeTime,
    /// Whether the node was lost, not released.
    pub ended_by_loss: bool,
}

/// Gets records in their order, some at a time; an error ends it.
pub type Each<'a, R> = &'a mut dyn FnMut(&[R]) -> io::Result<()>;

/// Has the runs and leases of a study that do not stay with its results.
pub trait RecordSource: Send + Sync {
    /// Gives every run of a replication of the variant at a position, in order of submission.
    fn runs(&self, place: (usize, usize), each: Each<'_, RunRecord>) -> io::Result<()>;

    /// Gives every lease, by target and node id.
    fn leases(&self, place: (usize, usize), each: Each<'_, LeaseRecord>) -> io::Result<()>;
}

/// Where the runs and leases of a study are: with its results, unless it says where else.
#[derive(Clone, Default)]
pub struct Recorded(Option<Arc<dyn RecordSource>>);

impl Recorded {
    /// They are elsewhere.
    pub fn elsewhere(source: Arc<dyn RecordSource>) -> Self {
        Self(Some(source))
    }

    /// Who has them; `None` where they are with the results.
    pub fn source(&self) -> Option<&dyn RecordSource> {
        self.0.as_deref()
    }
}

/// Results are equal wherever their records are.
impl PartialEq for Recorded {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl fmt::Debug for Recorded {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.0.as_ref().map(|_| "elsewhere");
        write!(out, "{}", place.unwrap_or("with the results"))
    }
}
