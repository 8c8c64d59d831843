//! The nodes of a cluster, in a table that reuses its places (and their timers); ids are never reused.

use std::ops::{Index, IndexMut};

use super::Use;
use crate::engine::Timer;
use crate::model::run::{Run, RunId};
use crate::results::LeaseRecord;
use crate::units::{NodeTime, SimDuration, SimTime};

/// Where a node stands in its life: provisioning, then idle and occupied in turn, then leaving, then gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::model) enum NodeState {
    /// Asked for, not ready: allocation, then boot.
    Preparing,
    /// Ready, without a run.
    Idle,
    /// With a run.
    Occupied,
    /// Released.
    Leaving,
    /// No node: a free place.
    Gone,
}

/// One node.
#[derive(Debug)]
pub(in crate::model) struct Node {
    pub(in crate::model) state: NodeState,
    pub(in crate::model) used: Use,
    /// Whether it is released when its run ends.
    pub(in crate::model) is_marked: bool,
    pub(in crate::model) timer: Timer,
    /// The timer of its life, where nodes are lost one by one.
    pub(in crate::model) life: Option<Timer>,
    /// The run whose end its timer stands for: on the first node of a run.
    pub(in crate::model) run: Option<RunId>,
    /// The other nodes of that run.
    pub(in crate::model) others: Vec<u32>,
    /// On the other nodes of a run: the first.
    pub(in crate::model) lead: u32,
    pub(in crate::model) id: u64,
    pub(in crate::model) requested: SimTime,
    pub(in crate::model) billed_from: SimTime,
    /// End of boot.
    pub(in crate::model) ready: SimTime,
    pub(in crate::model) images: Images,
    pub(in crate::model) times: LeaseTimes,
}

impl Node {
    pub(in crate::model) fn lease_record(
        &self,
        target: u32,
        released: SimTime,
        billed: SimDuration,
        ended_by_loss: bool,
    ) -> LeaseRecord {
        let lease = Lease {
            requested: self.requested,
            billed_from: self.billed_from,
            ready: self.ready.min(released),
            released,
            billed,
            ended_by_loss,
        };
        self.times.record(target, self.id, lease, 1)
    }
}

/// The images a node has.
#[derive(Clone, Debug, Default)]
pub(in crate::model) struct Images(Vec<u32>);

impl Images {
    /// Whether the image was missing; it is there from now on.
    pub(in crate::model) fn pull(&mut self, image: u32) -> bool {
        let missing = !self.0.contains(&image);
        if missing {
            self.0.push(image);
        }
        missing
    }
}

/// The interval of one lease.
#[derive(Clone, Copy, Debug)]
pub(in crate::model) struct Lease {
    pub(in crate::model) requested: SimTime,
    pub(in crate::model) billed_from: SimTime,
    pub(in crate::model) ready: SimTime,
    pub(in crate::model) released: SimTime,
    pub(in crate::model) billed: SimDuration,
    pub(in crate::model) ended_by_loss: bool,
}

/// What the runs of one lease took of it; kept only where leases are recorded.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::model) struct LeaseTimes {
    node_setup: SimDuration,
    run: SimDuration,
    lost: SimDuration,
    finalize: SimDuration,
}

impl LeaseTimes {
    /// Adds an attempt that is over at `now`, with the work that was lost with it, for one node or slot.
    pub(in crate::model) fn add_run(&mut self, run: &Run, now: SimTime, lost: SimDuration) {
        let (started, stopped) = (run.started().min(now), run.stopped().min(now));
        self.node_setup = self.node_setup + started.since(run.assigned);
        self.run = self.run + SimDuration(stopped.since(started).0 - lost.0);
        self.lost = self.lost + lost;
        self.finalize = self.finalize + now.since(stopped);
    }

    /// The record of a lease of so many slots; `boot` took all of them, and what is left over was idle.
    pub(in crate::model) fn record(
        &self,
        target: u32,
        node: u64,
        lease: Lease,
        slots: u32,
    ) -> LeaseRecord {
        let Lease {
            requested,
            billed_from,
            ready,
            released,
            billed,
            ended_by_loss,
        } = lease;
        let slots = u128::from(slots);
        let boot = u128::from(ready.since(billed_from).0) * slots;
        let [node_setup, run, lost, finalize] =
            [self.node_setup, self.run, self.lost, self.finalize].map(|part| u128::from(part.0));
        let leased = u128::from(released.since(billed_from).0) * slots;
        LeaseRecord {
            target,
            node,
            requested,
            billed_from,
            released,
            billed,
            boot: NodeTime(boot),
            node_setup: NodeTime(node_setup),
            run: NodeTime(run),
            lost: NodeTime(lost),
            finalize: NodeTime(finalize),
            idle: NodeTime(leased - boot - node_setup - run - lost - finalize),
            ended_by_loss,
        }
    }
}

/// The nodes of a cluster.
#[derive(Debug, Default)]
pub(in crate::model) struct Nodes {
    places: Vec<Node>,
    free: Vec<u32>,
    next_id: u64,
}

impl Nodes {
    /// A new node, provisioning, in a free place or a new one, for which `new_timers` makes its timers.
    pub(in crate::model) fn add(
        &mut self,
        now: SimTime,
        used: Use,
        new_timers: impl FnOnce(u32) -> (Timer, Option<Timer>),
    ) -> u32 {
        let id = self.next_id;
        self.next_id += 1;
        let reused = self.free.pop();
        let new_place = || u32::try_from(self.places.len()).expect("fewer than 2^32 nodes");
        let place = reused.unwrap_or_else(new_place);
        let (timer, life) = if reused.is_some() {
            (self[place].timer, self[place].life)
        } else {
            new_timers(place)
        };
        let node = Node {
            state: NodeState::Preparing,
            used,
            is_marked: false,
            timer,
            life,
            run: None,
            others: Vec::new(),
            lead: place,
            id,
            requested: now,
            billed_from: now,
            ready: now,
            images: Images::default(),
            times: LeaseTimes::default(),
        };
        if reused.is_some() {
            self[place] = node;
        } else {
            self.places.push(node);
        }
        place
    }

    /// The node is gone.
    pub(in crate::model) fn free(&mut self, place: u32) {
        self[place].state = NodeState::Gone;
        self.free.push(place);
    }

    /// Places of the nodes of the run whose first node this is, that one first.
    pub(in crate::model) fn of_run(&self, lead: u32) -> Vec<u32> {
        let others = self[lead].others.iter().copied();
        [lead].into_iter().chain(others).collect()
    }

    /// All nodes and free places, in no order.
    pub(in crate::model) fn all(&self) -> impl Iterator<Item = &Node> {
        self.places.iter()
    }

    /// Places of the nodes that are ready, in order of their ids.
    pub(in crate::model) fn ready(&self) -> Vec<u32> {
        self.places_where(|node| matches!(node.state, NodeState::Idle | NodeState::Occupied))
    }

    /// Places of the nodes whose lease is open at `end`, in order of their ids.
    pub(in crate::model) fn leased(&self, end: SimTime) -> Vec<u32> {
        self.places_where(|node| match node.state {
            NodeState::Idle | NodeState::Occupied | NodeState::Preparing => node.billed_from < end,
            NodeState::Leaving | NodeState::Gone => false,
        })
    }

    /// Places of the nodes that are provisioning, in order of their ids.
    pub(in crate::model) fn provisioning(&self) -> Vec<u32> {
        self.places_where(|node| node.state == NodeState::Preparing)
    }

    /// Places of all nodes that are not gone, in order of their ids.
    pub(in crate::model) fn existing(&self) -> Vec<u32> {
        self.places_where(|node| node.state != NodeState::Gone)
    }

    /// Places of the nodes that are the first of a run, in order of their ids.
    pub(in crate::model) fn leads(&self) -> Vec<u32> {
        self.places_where(|node| node.run.is_some())
    }

    fn places_where(&self, holds: impl Fn(&Node) -> bool) -> Vec<u32> {
        let places = 0..u32::try_from(self.places.len()).expect("checked when they were added");
        let mut found: Vec<u32> = places.filter(|place| holds(&self[*place])).collect();
        found.sort_unstable_by_key(|place| self[*place].id);
        found
    }
}

impl Index<u32> for Nodes {
    type Output = Node;
    #[inline]
    fn index(&self, place: u32) -> &Node {
        &self.places[place as usize]
    }
}

impl IndexMut<u32> for Nodes {
    #[inline]
    fn index_mut(&mut self, place: u32) -> &mut Node {
        &mut self.places[place as usize]
    }
}
