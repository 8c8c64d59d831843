//! The nodes of a cluster, in a table that reuses its places (and their timers); ids are never reused.

use std::ops::{Index, IndexMut};

use super::run::{Run, RunId};
use crate::engine::Timer;
use crate::results::LeaseRecord;
use crate::units::{NodeTime, SimDuration, SimTime};

/// Where a node stands in its life: preparing, then idle and occupied in turn, then leaving, then gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NodeState {
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
pub(super) struct Node {
    pub(super) state: NodeState,
    pub(super) timer: Timer,
    /// The run whose end its timer stands for: on the first node of a run.
    pub(super) run: Option<RunId>,
    /// The other nodes of that run.
    pub(super) others: Vec<u32>,
    pub(super) id: u64,
    pub(super) requested: SimTime,
    pub(super) billed_from: SimTime,
    /// End of boot.
    pub(super) ready: SimTime,
    pub(super) images: Images,
    pub(super) times: LeaseTimes,
}

impl Node {
    pub(super) fn lease_record(
        &self,
        target: u32,
        released: SimTime,
        billed: SimDuration,
    ) -> LeaseRecord {
        let lease = Lease {
            requested: self.requested,
            billed_from: self.billed_from,
            ready: self.ready.min(released),
            released,
            billed,
        };
        self.times.record(target, self.id, lease, 1)
    }
}

/// The images a node has.
#[derive(Clone, Debug, Default)]
pub(super) struct Images(Vec<u32>);

impl Images {
    /// Whether the image was missing; it is there from now on.
    pub(super) fn pull(&mut self, image: u32) -> bool {
        let missing = !self.0.contains(&image);
        if missing {
            self.0.push(image);
        }
        missing
    }
}

/// The interval of one lease.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lease {
    pub(super) requested: SimTime,
    pub(super) billed_from: SimTime,
    pub(super) ready: SimTime,
    pub(super) released: SimTime,
    pub(super) billed: SimDuration,
}

/// What the runs of one lease took of it; kept only where leases are recorded.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct LeaseTimes {
    startup: SimDuration,
    run: SimDuration,
    finalize: SimDuration,
}

impl LeaseTimes {
    /// Adds a run that is over at `now`, for one node or slot.
    pub(super) fn add_run(&mut self, run: &Run, now: SimTime) {
        let (started, stopped) = (run.started().min(now), run.stopped().min(now));
        self.startup = self.startup + started.since(run.assigned);
        self.run = self.run + stopped.since(started);
        self.finalize = self.finalize + now.since(stopped);
    }

    /// The record of a lease of so many slots; `boot` took all of them, and what is left over was idle.
    pub(super) fn record(&self, target: u32, node: u64, lease: Lease, slots: u32) -> LeaseRecord {
        let Lease {
            requested,
            billed_from,
            ready,
            released,
            billed,
        } = lease;
        let slots = u128::from(slots);
        let boot = u128::from(ready.since(billed_from).0) * slots;
        let [startup, run, finalize] =
            [self.startup, self.run, self.finalize].map(|part| u128::from(part.0));
        let leased = u128::from(released.since(billed_from).0) * slots;
        LeaseRecord {
            target,
            node,
            requested,
            billed_from,
            released,
            billed,
            boot: NodeTime(boot),
            startup: NodeTime(startup),
            run: NodeTime(run),
            lost: NodeTime(0),
            finalize: NodeTime(finalize),
            idle: NodeTime(leased - boot - startup - run - finalize),
            ended_by_loss: false,
        }
    }
}

/// The nodes of a cluster.
#[derive(Debug, Default)]
pub(super) struct Nodes {
    places: Vec<Node>,
    free: Vec<u32>,
    next_id: u64,
}

impl Nodes {
    /// A new node, preparing, in a free place or a new one, for which `new_timer` makes a timer.
    pub(super) fn add(&mut self, now: SimTime, new_timer: impl FnOnce(u32) -> Timer) -> u32 {
        let id = self.next_id;
        self.next_id += 1;
        let reused = self.free.pop();
        let new_place = || u32::try_from(self.places.len()).expect("fewer than 2^32 nodes");
        let place = reused.unwrap_or_else(new_place);
        let timer = if reused.is_some() {
            self[place].timer
        } else {
            new_timer(place)
        };
        let node = Node {
            state: NodeState::Preparing,
            timer,
            run: None,
            others: Vec::new(),
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
    pub(super) fn free(&mut self, place: u32) {
        self[place].state = NodeState::Gone;
        self.free.push(place);
    }

    /// Places of the nodes whose lease is open at `end`, in order of their ids.
    pub(super) fn leased(&self, end: SimTime) -> Vec<u32> {
        let places = 0..u32::try_from(self.places.len()).expect("checked when they were added");
        let open = |node: &Node| match node.state {
            NodeState::Idle | NodeState::Occupied | NodeState::Preparing => node.billed_from < end,
            NodeState::Leaving | NodeState::Gone => false,
        };
        let mut leased: Vec<u32> = places.filter(|place| open(&self[*place])).collect();
        leased.sort_unstable_by_key(|place| self[*place].id);
        leased
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
