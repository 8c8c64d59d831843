//! The nodes that replicas stand on, and who stands where: docs/targets.md 6.3.

use std::cmp::Reverse;
use std::collections::{BTreeSet, VecDeque};

use super::levels::Level;
use super::settings::ServingNodes;
use crate::results::Usage;
use crate::spans::Cuts;
use crate::units::SimTime;

/// One node.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    /// In order of creation.
    pub(super) id: u32,
    pub(super) is_ready: bool,
    /// Replicas that fit.
    room: u32,
    pub(super) has_front_end: bool,
    /// Replicas on it.
    pub(super) replicas: u32,
    /// When it got ready or its last replica left.
    pub(super) idle_since: SimTime,
    from: SimTime,
}

impl Node {
    /// Its turn to be filled, where it has room.
    fn turn(&self) -> Option<(Reverse<u32>, u32)> {
        let has_room = self.is_ready && self.replicas < self.room;
        has_room.then_some((Reverse(self.replicas), self.id))
    }
}

/// All nodes of a service, and the replicas that wait for one.
#[derive(Debug)]
pub(super) struct Nodes {
    settings: ServingNodes,
    /// Those that are not gone, by id.
    list: Vec<Node>,
    /// Ready nodes with room, in the order in which they are filled: the most replicas first, of equals the lowest id.
    with_room: BTreeSet<(Reverse<u32>, u32)>,
    next_id: u32,
    /// Slots of pending replicas, in order.
    pub(super) pending: VecDeque<u32>,
    pub(super) existing: Level,
    pub(super) booting: Level,
}

impl Nodes {
    /// The smallest number of nodes, ready.
    pub(super) fn new(settings: &ServingNodes, cuts: &Cuts) -> Self {
        let mut nodes = Self {
            settings: settings.clone(),
            list: Vec::new(),
            with_room: BTreeSet::new(),
            next_id: 0,
            pending: VecDeque::new(),
            existing: Level::new(cuts),
            booting: Level::new(cuts),
        };
        for _ in 0..settings.min_nodes {
            let id = nodes.request(SimTime::ZERO);
            nodes.make_ready(SimTime::ZERO, id);
        }
        nodes
    }

    /// Asks for one node more; its id.
    pub(super) fn request(&mut self, now: SimTime) -> u32 {
        let id = self.next_id;
        self.next_id += 1;
        let has_front_end = id < self.settings.front_ends;
        self.list.push(Node {
            id,
            is_ready: false,
            room: if has_front_end {
                self.settings.replicas_beside_front_end
            } else {
                self.settings.replicas_per_node
            },
            has_front_end,
            replicas: 0,
            idle_since: now,
            from: now,
        });
        self.existing.up(now);
        self.booting.up(now);
        id
    }

    fn get_mut(&mut self, id: u32) -> &mut Node {
        let place = self.list.binary_search_by_key(&id, |node| node.id);
        &mut self.list[place.expect("the node is not gone")]
    }

    pub(super) fn make_ready(&mut self, now: SimTime, id: u32) {
        self.booting.down(now);
        self.change(id, |node| (node.is_ready, node.idle_since) = (true, now));
    }

    /// Changes a node that is there, and sees to its place among those with room.
    fn change(&mut self, id: u32, change: impl FnOnce(&mut Node)) {
        let node = self.get_mut(id);
        let before = node.turn();
        change(node);
        let after = node.turn();
        if let Some(before) = before {
            self.with_room.remove(&before);
        }
        self.with_room.extend(after);
    }

    /// Puts a replica on the node that fits it and has the most replicas; of equals the lowest id.
    pub(super) fn place(&mut self) -> Option<u32> {
        let &(_, id) = self.with_room.first()?;
        self.change(id, |node| node.replicas += 1);
        Some(id)
    }

    /// A replica has left its node.
    pub(super) fn leave(&mut self, now: SimTime, id: u32) {
        self.change(id, |node| {
            node.replicas -= 1;
            if node.replicas == 0 {
                node.idle_since = now;
            }
        });
    }

    /// A pending replica waits no more; how many were looked at.
    pub(super) fn forget_pending(&mut self, slot: u32) -> usize {
        // Mostly it is the newest.
        if self.pending.back() == Some(&slot) {
            self.pending.pop_back();
            return 1;
        }
        self.pending.retain(|pending| *pending != slot);
        self.pending.len()
    }

    /// Replicas on a node.
    pub(super) fn replicas_on(&self, id: u32) -> u32 {
        let place = self.list.binary_search_by_key(&id, |node| node.id);
        place.map_or(0, |place| self.list[place].replicas)
    }

    /// A node goes; when it was billed.
    pub(super) fn remove(&mut self, now: SimTime, id: u32) -> Usage {
        self.existing.down(now);
        let place = self.list.binary_search_by_key(&id, |node| node.id);
        let node = self.list.remove(place.expect("the node is not gone"));
        if let Some(turn) = node.turn() {
            self.with_room.remove(&turn);
        }
        Usage {
            from: node.from,
            to: now,
        }
    }

    /// Ready nodes without replicas and without a front end.
    pub(super) fn idle(&self) -> impl Iterator<Item = &Node> {
        let idle = |node: &&Node| node.is_ready && node.replicas == 0 && !node.has_front_end;
        self.list.iter().filter(idle)
    }

    /// Nodes that the pending replicas would fill.
    pub(super) fn nodes_for_pending(&self) -> u32 {
        let pending = u32::try_from(self.pending.len()).unwrap_or(u32::MAX);
        pending.div_ceil(self.settings.replicas_per_node)
    }

    /// When each node that is still there was billed.
    pub(super) fn open(&self, end: SimTime) -> impl Iterator<Item = Usage> {
        self.list.iter().map(move |node| Usage {
            from: node.from,
            to: end,
        })
    }
}
