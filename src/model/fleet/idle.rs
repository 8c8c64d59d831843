//! The idle nodes of a cluster in the order in which they went idle: which one a run takes, which one is released.

use std::cmp::Reverse;

use super::limits::{Limits, Stay};
use crate::engine::Work;
use crate::model::line::Line;
use crate::model::settings::IdleNodeChoice;
use crate::units::SimTime;

/// A node while it is idle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::model) struct IdleNode {
    /// Its place in the cluster's table.
    pub(in crate::model) node: u32,
    /// Its id, which decides among nodes that went idle at one instant.
    pub(in crate::model) id: u64,
    /// When it went idle.
    pub(in crate::model) since: SimTime,
    /// When it has been idle long enough to be released.
    pub(in crate::model) until: SimTime,
}

/// Idle nodes, longest idle first. Nodes that went idle at one instant are kept so that the lowest id is at the end that
/// runs take from: descending under `most_recently_idle`, ascending under `least_recently_idle`.
#[derive(Debug)]
pub(in crate::model) struct IdleNodes {
    choice: IdleNodeChoice,
    /// Where nodes have limits of their own; else the longest idle is the first to reach its limit.
    limits: Option<Box<Limits>>,
    list: Line<IdleNode>,
    /// Length of the list.
    count: u32,
    /// When the longest idle reaches its limit, or never; where nodes have limits of their own, one of them may at any time.
    first_limit: SimTime,
    /// When the last node joined.
    newest: SimTime,
    /// Whether several nodes joined at that instant.
    crowded: bool,
}

impl IdleNodes {
    pub(in crate::model) fn new(choice: IdleNodeChoice, equal_limits: bool) -> Self {
        Self {
            choice,
            limits: (!equal_limits).then(Box::default),
            list: Line::default(),
            count: 0,
            first_limit: SimTime::NEVER,
            newest: SimTime::NEVER,
            crowded: false,
        }
    }

    #[inline]
    pub(in crate::model) fn len(&self) -> u32 {
        self.count
    }

    #[inline]
    pub(in crate::model) fn push(&mut self, node: IdleNode) {
        self.crowded = node.since == self.newest;
        self.newest = node.since;
        self.list.push(node);
        self.count += 1;
        if self.count == 1 {
            self.see_first();
        }
    }

    /// Notes the limit of the longest idle, which is another or the first of all.
    #[inline(always)]
    fn see_first(&mut self) {
        self.first_limit = match self.list.first() {
            None => SimTime::NEVER,
            Some(_) if self.limits.is_some() => SimTime::ZERO,
            Some(longest) => longest.until,
        };
    }

    /// Puts the nodes that went idle at this instant in order.
    #[inline]
    pub(in crate::model) fn settle(&mut self) {
        if self.crowded {
            self.sort_newest();
        }
    }

    #[cold]
    fn sort_newest(&mut self) {
        let newest = self.newest;
        let start = self.list.partition_point(|idle| idle.since < newest);
        let group = &mut self.list[start..];
        match self.choice {
            IdleNodeChoice::MostRecentlyIdle => {
                group.sort_unstable_by_key(|idle| Reverse(idle.id));
            }
            IdleNodeChoice::LeastRecentlyIdle => group.sort_unstable_by_key(|idle| idle.id),
        }
        self.crowded = false;
        if let Some(limits) = &mut self.limits {
            limits.forget(newest);
        }
    }

    /// The node that a run takes.
    #[inline(always)]
    pub(in crate::model) fn take(&mut self) -> IdleNode {
        self.count -= 1;
        let taken = match self.choice {
            IdleNodeChoice::MostRecentlyIdle => self.list.pop_last(),
            IdleNodeChoice::LeastRecentlyIdle => self.list.pop_first(),
        };
        if self.count == 0 || self.choice == IdleNodeChoice::LeastRecentlyIdle {
            self.see_first();
        }
        taken.expect("a run takes no more nodes than are idle")
    }

    /// Takes out the longest idle node that has reached its limit; among equals the highest id.
    #[inline]
    pub(in crate::model) fn take_expired(
        &mut self,
        now: SimTime,
        work: &mut Work<'_>,
    ) -> Option<IdleNode> {
        let place = self.expired_place(now, work)?;
        Some(self.take_out(place))
    }

    /// Takes out the longest idle of the nodes that may go; among equals the lowest id.
    pub(in crate::model) fn take_longest(&mut self, may_go: impl Fn(u32) -> bool) -> Option<u32> {
        self.settle();
        let mut longest: Option<(SimTime, u64, usize)> = None;
        let list = self.list.iter().enumerate();
        for (place, idle) in list.filter(|(_, idle)| may_go(idle.node)) {
            if longest.is_some_and(|(since, ..)| since < idle.since) {
                break;
            }
            let this = (idle.since, idle.id, place);
            longest = Some(longest.map_or(this, |longest| longest.min(this)));
        }
        let (_, _, place) = longest?;
        Some(self.take_out(place).node)
    }

    fn take_out(&mut self, place: usize) -> IdleNode {
        let taken = self.list.remove(place);
        self.count -= 1;
        self.see_first();
        taken
    }

    /// Since when each node is idle, the longest idle first.
    pub(in crate::model) fn since(&self) -> Vec<SimTime> {
        self.list.iter().map(|idle| idle.since).collect()
    }

    /// Takes out all.
    pub(in crate::model) fn clear(&mut self) {
        self.list.clear();
        self.count = 0;
        self.see_first();
    }

    /// Whether a node may have reached its limit; may say yes where none has, never no where one has.
    #[inline(always)]
    pub(in crate::model) fn may_expire(&self, now: SimTime) -> bool {
        self.first_limit <= now
    }

    /// Whether a node has reached its limit.
    pub(in crate::model) fn has_expired(&mut self, now: SimTime, work: &mut Work<'_>) -> bool {
        self.expired_place(now, work).is_some()
    }

    #[inline]
    fn expired_place(&mut self, now: SimTime, work: &mut Work<'_>) -> Option<usize> {
        if self.limits.is_some() {
            return self.place_of_limits(now, work);
        }
        let first = self.list.first().filter(|idle| idle.until <= now)?;
        Some(match self.choice {
            IdleNodeChoice::MostRecentlyIdle => 0,
            IdleNodeChoice::LeastRecentlyIdle => {
                let since = first.since;
                self.list.partition_point(|idle| idle.since <= since) - 1
            }
        })
    }

    /// The same where nodes have limits of their own.
    #[cold]
    #[inline(never)]
    fn place_of_limits(&mut self, now: SimTime, work: &mut Work<'_>) -> Option<usize> {
        let limits = self.limits.as_mut()?;
        limits.update(now, &self.list, work);
        while let Some(stay) = limits.first_reached() {
            // The entry may be that of an earlier stay, as one that began at this very instant.
            let place = place_of(stay, self.choice, &self.list);
            if let Some(place) = place.filter(|place| self.list[*place].until <= now) {
                return Some(place);
            }
            limits.drop_first();
        }
        None
    }

    /// When the next of them reaches its limit; never where none will.
    #[inline(always)]
    pub(in crate::model) fn next_limit(&mut self, now: SimTime, work: &mut Work<'_>) -> SimTime {
        if self.first_limit > now {
            self.first_limit
        } else {
            self.next_limit_of_others(now, work)
        }
    }

    /// The same where the longest idle node has reached its limit, or nodes have limits of their own.
    #[inline(never)]
    fn next_limit_of_others(&mut self, now: SimTime, work: &mut Work<'_>) -> SimTime {
        let Some(limits) = &mut self.limits else {
            let next = self.list.partition_point(|idle| idle.until <= now);
            let next = self.list.get(next);
            return next.map_or(SimTime::NEVER, |idle| idle.until);
        };
        limits.update(now, &self.list, work);
        while let Some((until, stay)) = limits.first_ahead() {
            let place = place_of(stay, self.choice, &self.list);
            if place.is_some_and(|place| self.list[place].until == until) {
                return until;
            }
            limits.drop_first_ahead();
        }
        SimTime::NEVER
    }

    /// Takes out a node that is lost.
    pub(in crate::model) fn remove(&mut self, node: u32) {
        let place = self.list.iter().position(|idle| idle.node == node);
        let place = place.expect("only an idle node is removed");
        self.take_out(place);
    }
}

/// Where the node of a stay is in a list that is in order, if it still is.
fn place_of(
    (since, Reverse(id)): Stay,
    choice: IdleNodeChoice,
    list: &[IdleNode],
) -> Option<usize> {
    let place = list.binary_search_by(|idle| {
        let by_id = idle.id.cmp(&id);
        idle.since.cmp(&since).then(match choice {
            IdleNodeChoice::MostRecentlyIdle => by_id.reverse(),
            IdleNodeChoice::LeastRecentlyIdle => by_id,
        })
    });
    place.ok()
}

#[cfg(test)]
mod tests {
    use rand::Rng as _;

    use super::*;
    use crate::engine::streams::{Purpose, Streams};
    use crate::units::SimDuration;

    fn nodes(choice: IdleNodeChoice, equal_limits: bool, joined: &[(u64, u64, u64)]) -> IdleNodes {
        let mut idle = IdleNodes::new(choice, equal_limits);
        for &(id, since, until) in joined {
            let (since, until) = (SimTime(since), SimTime(until));
            idle.push(IdleNode {
                node: 0,
                id,
                since,
                until,
            });
            idle.settle();
        }
        idle
    }

    const JOINED: [(u64, u64, u64); 5] = [
        (4, 10, 20),
        (1, 10, 20),
        (3, 12, 22),
        (2, 15, 25),
        (0, 15, 25),
    ];

    #[test]
    fn runs_take_the_lowest_id_of_the_chosen_instant() {
        let mut most = nodes(IdleNodeChoice::MostRecentlyIdle, true, &JOINED);
        let mut least = nodes(IdleNodeChoice::LeastRecentlyIdle, true, &JOINED);
        let order = |idle: &mut IdleNodes| -> Vec<u64> { (0..5).map(|_| idle.take().id).collect() };
        assert_eq!(order(&mut most), [0, 2, 3, 1, 4]);
        assert_eq!(order(&mut least), [1, 4, 3, 0, 2]);
    }

    #[test]
    fn the_longest_idle_is_released_first_and_among_equals_the_highest_id() {
        for choice in [
            IdleNodeChoice::MostRecentlyIdle,
            IdleNodeChoice::LeastRecentlyIdle,
        ] {
            let mut idle = nodes(choice, true, &JOINED);
            let mut released = Vec::new();
            while let Some(node) = idle.take_expired(SimTime(22), &mut Work::unwatched()) {
                released.push(node.id);
            }
            assert_eq!(released, [4, 1, 3], "{choice:?}");
        }
    }

    #[test]
    fn a_policy_releases_the_longest_idle_and_among_equals_the_lowest_id() {
        let mut all = nodes(IdleNodeChoice::MostRecentlyIdle, true, &JOINED);
        for (place, idle) in (0..).zip(&mut *all.list) {
            idle.node = place;
        }
        let ids: Vec<u64> = all.list.iter().map(|idle| idle.id).collect();
        assert_eq!(ids, [4, 1, 3, 2, 0]);
        assert_eq!(all.take_longest(|place| place != 1), Some(0));
        assert_eq!(all.since()[..2], [SimTime(10), SimTime(12)]);
        let order: Vec<u32> = (0..5).filter_map(|_| all.take_longest(|_| true)).collect();
        assert_eq!(order, [1, 2, 4, 3]);
    }

    #[test]
    fn unequal_limits_release_whoever_reached_its_own() {
        for choice in [
            IdleNodeChoice::MostRecentlyIdle,
            IdleNodeChoice::LeastRecentlyIdle,
        ] {
            let mut idle = nodes(
                choice,
                false,
                &[(0, 10, 90), (1, 10, 30), (2, 10, 20), (3, 12, 15)],
            );
            let mut released = Vec::new();
            while let Some(node) = idle.take_expired(SimTime(30), &mut Work::unwatched()) {
                released.push(node.id);
            }
            assert_eq!(released, [2, 1, 3], "{choice:?}");
        }
    }

    /// The order of release, found by looking at each node.
    fn longest_expired(idle: &IdleNodes, now: SimTime) -> Option<u64> {
        let expired = idle.list.iter().filter(|idle| idle.until <= now);
        let first = expired.min_by_key(|idle| (idle.since, Reverse(idle.id)));
        first.map(|idle| idle.id)
    }

    #[test]
    fn unequal_limits_release_what_a_look_at_each_node_would() {
        for choice in [
            IdleNodeChoice::MostRecentlyIdle,
            IdleNodeChoice::LeastRecentlyIdle,
        ] {
            let mut idle = IdleNodes::new(choice, false);
            let mut gone: Vec<u64> = (0..300).collect();
            let mut stream = Streams::new(1, 0).open(Purpose("test"), "idle");
            let mut draw =
                |below: usize| usize::try_from(stream.next_u64() % below as u64).unwrap();
            let mut released = 0;
            // Three rounds an instant: nodes go idle, runs take some, and some are released or lost.
            for round in 0..6_000 {
                let now = SimTime(round / 3);
                for _ in 0..draw(20).min(gone.len()) {
                    let place = draw(gone.len());
                    let id = gone.swap_remove(place);
                    let until = now + SimDuration(draw(40) as u64);
                    idle.push(IdleNode {
                        node: u32::try_from(id).unwrap(),
                        id,
                        since: now,
                        until,
                    });
                }
                idle.settle();
                for _ in 0..draw(8).min(idle.list.len()) {
                    gone.push(idle.take().id);
                }
                for _ in 0..draw(12) {
                    let expected = longest_expired(&idle, now);
                    let found = idle.take_expired(now, &mut Work::unwatched());
                    assert_eq!(found.map(|idle| idle.id), expected);
                    released += u64::from(found.is_some());
                    gone.extend(expected);
                }
                if draw(5) == 0 && idle.len() > 0 {
                    let node = idle.list[draw(idle.list.len())].node;
                    idle.remove(node);
                    gone.push(node.into());
                }
            }
            assert!(released > 1_000, "{released}");
        }
    }

    #[test]
    fn the_next_limit_is_the_earliest_that_lies_ahead() {
        for choice in [
            IdleNodeChoice::MostRecentlyIdle,
            IdleNodeChoice::LeastRecentlyIdle,
        ] {
            let mut equal = nodes(choice, true, &JOINED);
            let own = [(0, 10, 90), (1, 10, 30), (2, 10, 20), (3, 12, 15)];
            let mut unequal = nodes(choice, false, &own);
            let next =
                |idle: &mut IdleNodes, now| idle.next_limit(SimTime(now), &mut Work::unwatched()).0;
            let of_equal = [15, 19, 20, 22, 24].map(|now| next(&mut equal, now));
            assert_eq!(of_equal, [20, 20, 22, 25, 25], "{choice:?}");
            let of_unequal = [13, 15, 20, 29].map(|now| next(&mut unequal, now));
            assert_eq!(of_unequal, [15, 20, 30, 30], "{choice:?}");
            // A node that is gone has none.
            let lowest = unequal.list.iter().position(|idle| idle.id == 1).unwrap();
            unequal.take_out(lowest);
            assert_eq!(next(&mut unequal, 29), 90, "{choice:?}");
            assert_eq!(next(&mut equal, 25), SimTime::NEVER.0, "{choice:?}");
            equal.clear();
            assert_eq!(next(&mut equal, 15), SimTime::NEVER.0, "{choice:?}");
        }
    }
}
