//! The idle nodes of a pool: a run takes the one that went idle last, the one that goes is the longest idle; among nodes that
//! went idle at one instant both take the lowest id. Rules: docs/targets.md 3.2 and 3.6.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use crate::units::SimTime;

/// Since when a node is idle, its id and its place in the table of nodes.
type Idle = (SimTime, Reverse<u64>, u32);

/// The idle nodes: longest idle first, of equals the highest id.
#[derive(Debug, Default)]
pub(super) struct IdleList(BTreeSet<Idle>);

impl IdleList {
    pub(super) fn add(&mut self, since: SimTime, id: u64, place: u32) {
        self.0.insert((since, Reverse(id), place));
    }

    /// The node that a run takes.
    pub(super) fn take(&mut self) -> u32 {
        let taken = self.0.pop_last();
        taken.expect("a run takes no more nodes than are idle").2
    }

    /// Takes out the longest idle of the nodes that may go; among equals the lowest id.
    pub(super) fn take_longest(&mut self, may_go: impl Fn(u32) -> bool) -> Option<u32> {
        let mut longest: Option<Idle> = None;
        for idle in self.0.iter().filter(|idle| may_go(idle.2)) {
            if longest.is_some_and(|longest| longest.0 < idle.0) {
                break;
            }
            longest = Some(*idle);
        }
        let longest = longest?;
        self.0.remove(&longest);
        Some(longest.2)
    }

    /// Takes out a node that is lost.
    pub(super) fn remove(&mut self, place: u32) {
        self.0.retain(|idle| idle.2 != place);
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Takes out all.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// Since when each is idle, the longest idle first.
    pub(super) fn since(&self) -> Vec<SimTime> {
        self.0.iter().map(|idle| idle.0).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list() -> IdleList {
        let mut list = IdleList::default();
        // Places are ten times the ids.
        for (since, id) in [(10, 4), (10, 1), (12, 3), (15, 2), (15, 0)] {
            list.add(SimTime(since), id, u32::try_from(id).unwrap() * 10);
        }
        list
    }

    #[test]
    fn runs_take_the_lowest_id_of_those_that_went_idle_last() {
        let mut list = list();
        let order: Vec<u32> = (0..5).map(|_| list.take()).collect();
        assert_eq!(order, [0, 20, 30, 10, 40]);
    }

    #[test]
    fn the_longest_idle_goes_and_among_equals_the_lowest_id() {
        let mut all = list();
        let order: Vec<u32> = (0..5).filter_map(|_| all.take_longest(|_| true)).collect();
        assert_eq!(order, [10, 40, 30, 0, 20]);
        let mut some = list();
        some.remove(40);
        assert_eq!(some.take_longest(|place| place >= 20), Some(30));
        assert_eq!(some.since(), [SimTime(10), SimTime(15), SimTime(15)]);
    }
}
