//! Which idle nodes have reached their limits where these differ from node to node.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use super::IdleNode;
use crate::engine::Work;
use crate::units::{SimDuration, SimTime};

/// Entries beyond twice the idle nodes, above which they are rebuilt.
const SPARE_ENTRIES: usize = 64;

/// Since when a node is idle, and its id: in the order in which nodes are released.
pub(super) type Stay = (SimTime, Reverse<u64>);

/// The limits of idle nodes. A node that stops being idle leaves its entry, which is dropped when it comes up.
#[derive(Debug, Default)]
pub(super) struct Limits {
    /// Those that lay ahead when last looked at, the earliest first.
    ahead: BinaryHeap<Reverse<(SimTime, Stay)>>,
    /// Those that were reached.
    reached: BTreeSet<Stay>,
    /// Nodes that have been idle since before this time have entries.
    known_before: SimTime,
}

impl Limits {
    /// Nodes that have been idle since this time may have no entries.
    pub(super) fn forget(&mut self, since: SimTime) {
        self.known_before = self.known_before.min(since);
    }

    /// Takes in the nodes that went idle, from a list of the longest idle first, and finds what is reached at `now`.
    pub(super) fn update(&mut self, now: SimTime, list: &[IdleNode], work: &mut Work<'_>) {
        if self.ahead.len() + self.reached.len() > 2 * list.len() + SPARE_ENTRIES {
            *self = Self::default();
        }
        if let Some(newest) = list.last().filter(|idle| idle.since >= self.known_before) {
            let known = list.partition_point(|idle| idle.since < self.known_before);
            let entry = |idle: &IdleNode| Reverse((idle.until, (idle.since, Reverse(idle.id))));
            self.ahead.extend(list[known..].iter().map(entry));
            self.known_before = newest.since + SimDuration(1);
            work.count(list.len() - known);
        }
        while let Some(Reverse((until, stay))) = self.ahead.peek()
            && *until <= now
        {
            self.reached.insert(*stay);
            self.ahead.pop();
        }
    }

    /// The first to be released of those that have reached their limits, which may have stopped being idle.
    pub(super) fn first_reached(&self) -> Option<Stay> {
        self.reached.first().copied()
    }

    /// Drops the first that has reached its limit.
    pub(super) fn drop_first(&mut self) {
        self.reached.pop_first();
    }

    /// The earliest limit that lies ahead, with its stay, which may be over.
    pub(super) fn first_ahead(&self) -> Option<(SimTime, Stay)> {
        self.ahead.peek().map(|Reverse(first)| *first)
    }

    /// Drops the earliest limit that lies ahead.
    pub(super) fn drop_first_ahead(&mut self) {
        self.ahead.pop();
    }
}
