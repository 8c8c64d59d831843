//! A compute target of any kind: hands what happens to whoever it concerns. No rules of its own.

use super::cluster::Cluster;
use super::collector::Collector;
use super::instance::Instance;
use super::ledger::Balancing;
use super::parts::Part;
use super::recorder::Recorder;
use super::run::{Run, RunId};
use super::settings::{TargetKind, TargetSettings};
use super::shared::{Ending, Shared};
use crate::engine::streams::Streams;
use crate::engine::{self, EventQueue};
use crate::results::TargetResult;
use crate::units::SimTime;

/// Nodes that one load balancer serves.
const NODES_PER_LOAD_BALANCER: u32 = 50;

/// The kinds of target; a kind is a file beside this one and a line in each `match`.
pub(super) enum Target {
    Cluster(Cluster),
    Instance(Instance),
}

impl Target {
    pub(super) fn new<R: Recorder>(
        position: u32,
        (settings, quota): (&TargetSettings, Option<u32>),
        streams: Streams,
        context: (&mut Shared<R>, &mut EventQueue),
    ) -> Self {
        match &settings.kind {
            TargetKind::Cluster(kind) => {
                let is_pool = settings.unmanaged && kind.policy.is_some();
                let balancing = if is_pool {
                    Balancing::None
                } else {
                    Balancing::PerNodes(NODES_PER_LOAD_BALANCER)
                };
                Self::Cluster(Cluster::new(
                    position,
                    (settings, quota),
                    (kind, balancing),
                    streams,
                    context,
                ))
            }
            TargetKind::Instance(kind) => {
                Self::Instance(Instance::new(position, settings, kind, streams, context))
            }
        }
    }

    /// Most nodes a run may ask for.
    #[inline]
    pub(super) fn most_nodes(&self) -> u32 {
        match self {
            Self::Cluster(cluster) => cluster.most_nodes(),
            Self::Instance(_) => 1,
        }
    }

    /// Rank within an instant, and id, of the event a part's timer stands for.
    pub(super) fn order(&self, part: Part) -> (u8, u64) {
        match self {
            Self::Cluster(cluster) => cluster.order(part),
            Self::Instance(instance) => instance.order(part),
        }
    }

    /// A run that may use it is submitted; it joins the queue when its image is ready.
    #[inline(always)]
    pub(super) fn expect(&mut self) {
        match self {
            Self::Cluster(cluster) => cluster.expect(),
            Self::Instance(instance) => instance.expect(),
        }
    }

    /// A run that might have used it went elsewhere.
    pub(super) fn forgo(&mut self) {
        match self {
            Self::Cluster(cluster) => cluster.forgo(),
            Self::Instance(instance) => instance.forgo(),
        }
    }

    /// Whether a run of this size fits beside its other runs, if quota allows `quota` more nodes.
    pub(super) fn has_room(&self, nodes: u32, quota: u64) -> bool {
        let (demand, room) = match self {
            Self::Cluster(cluster) => (cluster.demand(), cluster.room(quota)),
            Self::Instance(instance) => (instance.demand(), u64::from(instance.slot_count())),
        };
        demand + u64::from(nodes) <= room
    }

    /// Nodes that hold quota: of an instance always its one.
    pub(super) fn holding(&self) -> u32 {
        match self {
            Self::Cluster(cluster) => cluster.holding(),
            Self::Instance(_) => 1,
        }
    }

    /// Nodes of these that will be gone without more to do.
    pub(super) fn leaving(&self) -> u32 {
        match self {
            Self::Cluster(cluster) => cluster.leaving(),
            Self::Instance(_) => 0,
        }
    }

    /// Whether its queue orders runs by more than their entry.
    #[inline(always)]
    pub(super) fn ranks(&self) -> bool {
        match self {
            Self::Cluster(cluster) => cluster.ranks(),
            Self::Instance(_) => false,
        }
    }

    /// What its queue orders a run by beside its entry, lower first; 0 for all where it does not.
    pub(super) fn rank<R: Recorder>(&self, id: RunId, shared: &Shared<R>) -> u64 {
        match self {
            Self::Cluster(cluster) => cluster.rank(id, shared),
            Self::Instance(_) => 0,
        }
    }

    /// Whether it plans with nodes to come.
    #[inline(always)]
    pub(super) fn plans(&self) -> bool {
        match self {
            Self::Cluster(cluster) => cluster.plans(),
            Self::Instance(_) => false,
        }
    }

    /// Tells a target that plans for how many more nodes there is quota.
    pub(super) fn note_quota(&mut self, nodes: u64) {
        if let Self::Cluster(cluster) = self {
            cluster.note_quota(nodes);
        }
    }

    /// A run joins the queue; whether there is anything to decide.
    #[inline(always)]
    pub(super) fn enqueue(&mut self, now: SimTime, run: (RunId, &mut Run)) -> bool {
        match self {
            Self::Cluster(cluster) => cluster.enqueue(now, run),
            Self::Instance(instance) => instance.enqueue(now, run),
        }
    }

    /// The timer of a part fires.
    #[inline(always)]
    pub(super) fn fire<R: Recorder>(
        &mut self,
        now: SimTime,
        part: Part,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        match self {
            Self::Cluster(cluster) => cluster.fire(now, part, shared, queue),
            Self::Instance(instance) => instance.fire(now, part, shared, queue),
        }
    }

    /// One decision pass.
    #[inline(always)]
    pub(super) fn decide<R: Recorder>(
        &mut self,
        now: SimTime,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        match self {
            Self::Cluster(cluster) => cluster.decide(now, shared, queue),
            Self::Instance(instance) => instance.decide(now, shared, queue),
        }
    }

    /// Nodes on which it can have runs at one time. `None` where that says nothing: it may end runs before they are done, or
    /// have more nodes for a while.
    pub(super) fn most_at_work(&self) -> Option<u32> {
        match self {
            Self::Cluster(cluster) => cluster.most_at_work(),
            Self::Instance(_) => None,
        }
    }

    /// What may help where its runs take longer than can be counted.
    pub(super) fn remedy(&self) -> &'static str {
        let loses_nodes = match self {
            Self::Cluster(cluster) => cluster.loses_nodes(),
            Self::Instance(_) => false,
        };
        if loses_nodes {
            "its runs may lose their nodes again and again: make evictions rarer or runs shorter (`max_duration`), or keep \
             what is done (`on_interruption = \"resume\"`)"
        } else {
            engine::LESS_WORK
        }
    }

    /// Closes the accounts of a run that leaves its nodes.
    pub(super) fn end_run<R: Recorder>(&mut self, ending: Ending, shared: &mut Shared<R>) {
        match self {
            Self::Cluster(cluster) => cluster.end_run(ending, shared),
            Self::Instance(instance) => instance.end_run(ending, shared),
        }
    }

    #[inline]
    pub(super) fn collector(&mut self) -> &mut Collector {
        match self {
            Self::Cluster(cluster) => &mut cluster.collector,
            Self::Instance(instance) => &mut instance.collector,
        }
    }

    /// Closes the accounts.
    pub(super) fn finish<R: Recorder>(self, shared: &mut Shared<R>) -> TargetResult {
        match self {
            Self::Cluster(cluster) => cluster.finish(shared),
            Self::Instance(instance) => instance.finish(shared),
        }
    }
}
