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

/// A place for a run on a node.
#[derive(Debug)]
pub(in crate::model) struct Slot {
    /// Stands for the end of its run; that of the first slot, for what else the node waits for as well.
    pub(in crate::model) timer: Timer,
    /// The run, on the first node of it.
    pub(in crate::model) run: Option<RunId>,
    /// The other nodes of that run.
    pub(in crate::model) others: Vec<u32>,
    /// On the other nodes of a run: the first.
    pub(in crate::model) lead: u32,
}

impl Slot {
    pub(super) fn new(timer: Timer) -> Self {
        Self {
            timer,
            run: None,
            others: Vec::new(),
            lead: 0,
        }
    }
}

/// One node.
#[derive(Debug)]
pub(in crate::model) struct Node {
    pub(in crate::model) state: NodeState,
    pub(in crate::model) used: Use,
    /// Whether it is released when its run ends.
    pub(in crate::model) is_marked: bool,
    /// The timer of its life, where nodes are lost one by one.
    pub(in crate::model) life: Option<Timer>,
    /// Runs that it can hold concurrently.
    pub(in crate::model) capacity: u32,
    pub(in crate::model) slot: Slot,
    /// Further slots, as many as were ever occupied concurrently.
    pub(in crate::model) more: Vec<Slot>,
    pub(in crate::model) images: Images,
    pub(in crate::model) lease: Lease,
}

impl Node {
    /// Its slots, in order, as far as they were ever taken.
    pub(in crate::model) fn slots_mut(&mut self) -> impl Iterator<Item = &mut Slot> {
        [&mut self.slot].into_iter().chain(&mut self.more)
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

/// A lease, with what its runs took of it, which is kept only where leases are recorded.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::model) struct Lease {
    /// Its id, and its node's.
    pub(in crate::model) id: u64,
    pub(in crate::model) requested: SimTime,
    pub(in crate::model) billed_from: SimTime,
    /// End of boot.
    pub(in crate::model) ready: SimTime,
    node_setup: SimDuration,
    run: SimDuration,
    lost: SimDuration,
    finalize: SimDuration,
}

impl Lease {
    /// One that is asked for at `now`.
    pub(in crate::model) fn new(id: u64, now: SimTime) -> Self {
        Self {
            id,
            requested: now,
            billed_from: now,
            ready: now,
            ..Self::default()
        }
    }

    /// Adds an attempt that is over at `now`, with the work that was lost with it, for one node or slot.
    pub(in crate::model) fn add_run(&mut self, run: &Run, now: SimTime, lost: SimDuration) {
        let (started, stopped) = (run.started().min(now), run.stopped().min(now));
        self.node_setup = self.node_setup + started.since(run.assigned);
        self.run = self.run + SimDuration(stopped.since(started).0 - lost.0);
        self.lost = self.lost + lost;
        self.finalize = self.finalize + now.since(stopped);
    }

    /// Its record, given the number of slots of the node; boot took all of them, and what is left over was idle.
    pub(in crate::model) fn record(
        &self,
        (target, slots): (u32, u32),
        (released, billed): (SimTime, SimDuration),
        ended_by_loss: bool,
    ) -> LeaseRecord {
        let of_slots = |from, to: SimTime| u128::from(to.since(from).0) * u128::from(slots);
        let boot = of_slots(self.billed_from, self.ready.min(released));
        let [node_setup, run, lost, finalize] =
            [self.node_setup, self.run, self.lost, self.finalize].map(|part| u128::from(part.0));
        let leased = of_slots(self.billed_from, released);
        LeaseRecord {
            target,
            node: self.id,
            requested: self.requested,
            billed_from: self.billed_from,
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
        (used, capacity): (Use, u32),
        new_timers: impl FnOnce(u32) -> (Timer, Option<Timer>),
    ) -> u32 {
        let lease = Lease::new(self.next_id, now);
        self.next_id += 1;
        if let Some(place) = self.free.pop() {
            let node = &mut self[place];
            (node.state, node.used) = (NodeState::Preparing, used);
            (node.is_marked, node.lease) = (false, lease);
            node.images.0.clear();
            return place;
        }
        let place = u32::try_from(self.places.len()).expect("fewer than 2^32 nodes");
        let (timer, life) = new_timers(place);
        self.places.push(Node {
            state: NodeState::Preparing,
            used,
            is_marked: false,
            life,
            capacity,
            slot: Slot::new(timer),
            more: Vec::new(),
            images: Images::default(),
            lease,
        });
        place
    }

    /// The node is gone.
    pub(in crate::model) fn free(&mut self, place: u32) {
        self[place].state = NodeState::Gone;
        self.free.push(place);
    }

    /// Places of the nodes of the run whose first node this is, that one first.
    pub(in crate::model) fn of_run(&self, lead: u32) -> Vec<u32> {
        let others = self[lead].slot.others.iter().copied();
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
            NodeState::Idle | NodeState::Occupied | NodeState::Preparing => {
                node.lease.billed_from < end
            }
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
        self.places_where(|node| node.slot.run.is_some())
    }

    fn places_where(&self, holds: impl Fn(&Node) -> bool) -> Vec<u32> {
        let places = 0..u32::try_from(self.places.len()).expect("checked when they were added");
        let mut found: Vec<u32> = places.filter(|place| holds(&self[*place])).collect();
        found.sort_unstable_by_key(|place| self[*place].lease.id);
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
