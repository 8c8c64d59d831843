//! The queue of a target.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::line::Line;
use super::run::{Run, RunId};
use super::wait_clock::Reading;

/// A run in a queue, with the nodes it asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Queued {
    pub(super) run: RunId,
    pub(super) nodes: u32,
    /// Where the queue orders by more than entry: lower first.
    pub(super) rank: u64,
    /// Its place in the order of first entries.
    pub(super) entry: u64,
}

impl Queued {
    /// The entry of a run.
    #[inline(always)]
    pub(super) fn of(id: RunId, run: &Run) -> Self {
        Self {
            run: id,
            nodes: run.submission.nodes,
            rank: run.rank,
            entry: run.entry,
        }
    }

    /// Its place within its priority.
    #[inline(always)]
    fn place(&self) -> (u64, u64) {
        (self.rank, self.entry)
    }
}

/// A target's queue: by priority, larger first, then by rank, lower first, then by entry. Its head stands apart, so that a
/// run that finds nobody waiting passes without touching the rest; and so do those behind it that come next.
#[derive(Debug, Default)]
pub(super) struct RunQueue {
    /// The head, while there are runs.
    head: Queued,
    head_priority: i64,
    /// The runs behind the head of one priority, above that of all others; perhaps none.
    next: Line<Queued>,
    next_priority: i64,
    /// The others, by priority, larger first; none is empty.
    bands: BTreeMap<Reverse<i64>, Line<Queued>>,
    /// Runs, the head among them.
    runs: u32,
    /// Nodes they ask for.
    nodes: u64,
    /// Runs that ever joined.
    entries: u64,
}

impl RunQueue {
    /// A run joins for the first time, at this reading of the wait clocks; whether it is the new head.
    #[inline(always)]
    pub(super) fn join(&mut self, (id, run): (RunId, &mut Run), clocks: Reading) -> bool {
        self.entries += 1;
        run.entry = self.entries;
        run.blocked = clocks;
        self.push(Queued::of(id, run), run.submission.priority)
    }

    /// Puts a run in behind those of its priority; whether it is the new head.
    #[inline(always)]
    fn push(&mut self, queued: Queued, priority: i64) -> bool {
        let becomes_head = self.runs == 0 || self.is_before_head(queued, priority);
        if self.runs > 0 {
            self.push_behind(queued, priority);
        } else {
            (self.head, self.head_priority) = (queued, priority);
        }
        self.runs += 1;
        self.nodes += u64::from(queued.nodes);
        becomes_head
    }

    /// Whether a run that joins for the first time comes before the head.
    #[inline(always)]
    fn is_before_head(&self, queued: Queued, priority: i64) -> bool {
        priority > self.head_priority
            || (priority == self.head_priority && queued.rank < self.head.rank)
    }

    /// Puts a run into a queue that has a head, which it may take the place of.
    #[inline(never)]
    fn push_behind(&mut self, queued: Queued, priority: i64) {
        if self.is_before_head(queued, priority) {
            let before = std::mem::replace(&mut self.head, queued);
            let band = std::mem::replace(&mut self.head_priority, priority);
            self.band(band).insert(0, before);
        } else {
            let band = self.band(priority);
            if band.last().is_none_or(|last| last.rank <= queued.rank) {
                band.push(queued);
            } else {
                let place = band.partition_point(|run| run.place() < queued.place());
                band.insert(place, queued);
            }
        }
    }

    /// The runs behind the head, in order.
    pub(super) fn rest(&self) -> impl Iterator<Item = Queued> + '_ {
        let others = self.bands.values().flat_map(|band| band.iter());
        self.next.iter().chain(others).copied()
    }

    /// Takes out a run behind the head.
    pub(super) fn take(&mut self, queued: Queued, priority: i64) {
        self.runs -= 1;
        self.nodes -= u64::from(queued.nodes);
        let band = self.band(priority);
        let place = band.partition_point(|run| run.place() < queued.place());
        let taken = band.remove(place);
        if band.is_empty() {
            // The next band is not among them.
            self.bands.remove(&Reverse(priority));
        }
        assert_eq!(taken, queued, "it is in the queue");
    }

    /// Puts a run in that was in before, at its old place.
    pub(super) fn put_back(&mut self, queued: Queued, priority: i64) {
        self.runs += 1;
        self.nodes += u64::from(queued.nodes);
        if self.runs == 1 {
            (self.head, self.head_priority) = (queued, priority);
            return;
        }
        let head = self.head;
        let order = |run: Queued, priority| (Reverse(priority), run.place());
        if order(queued, priority) < order(head, self.head_priority) {
            let band = std::mem::replace(&mut self.head_priority, priority);
            self.head = queued;
            self.band(band).insert(0, head);
        } else {
            let band = self.band(priority);
            let place = band.partition_point(|run| run.place() < queued.place());
            band.insert(place, queued);
        }
    }

    /// The band of a priority, made if it is new.
    #[inline(always)]
    fn band(&mut self, priority: i64) -> &mut Line<Queued> {
        if priority == self.next_priority {
            &mut self.next
        } else {
            self.other_band(priority)
        }
    }

    #[inline(never)]
    fn other_band(&mut self, priority: i64) -> &mut Line<Queued> {
        if priority < self.next_priority && !(self.next.is_empty() && self.bands.is_empty()) {
            return self.bands.entry(Reverse(priority)).or_default();
        }
        let before = std::mem::replace(&mut self.next_priority, priority);
        if !self.next.is_empty() {
            let runs = std::mem::take(&mut self.next);
            self.bands.insert(Reverse(before), runs);
        }
        &mut self.next
    }

    /// The run that is next.
    #[inline(always)]
    pub(super) fn head(&self) -> Option<Queued> {
        (self.runs > 0).then_some(self.head)
    }

    /// Takes out the head.
    #[inline(always)]
    pub(super) fn pop(&mut self) {
        self.runs -= 1;
        self.nodes -= u64::from(self.head.nodes);
        if self.runs > 0 {
            self.find_head();
        }
    }

    #[inline(always)]
    fn find_head(&mut self) {
        if self.next.is_empty() {
            self.find_next();
        }
        let head = self.next.pop_first();
        self.head = head.expect("there are runs behind the head");
        self.head_priority = self.next_priority;
    }

    /// The next band comes to the front.
    #[inline(never)]
    fn find_next(&mut self) {
        let next = self.bands.pop_first();
        let (Reverse(priority), runs) = next.expect("there are runs behind the head");
        (self.next, self.next_priority) = (runs, priority);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.runs == 0
    }

    /// Runs in the queue.
    pub(super) fn runs(&self) -> u32 {
        self.runs
    }

    /// Nodes they ask for.
    pub(super) fn nodes(&self) -> u64 {
        self.nodes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queue_goes_by_priority_then_entry() {
        let mut queue = RunQueue::default();
        for (id, priority) in [(0, 0), (1, 5), (2, 0), (3, 5), (4, -1), (5, 7)] {
            let (run, entry) = (RunId(id), u64::from(id) + 1);
            queue.push(
                Queued {
                    run,
                    nodes: 2,
                    rank: 0,
                    entry,
                },
                priority,
            );
        }
        assert_eq!((queue.runs(), queue.nodes()), (6, 12));
        let mut order = Vec::new();
        while let Some(Queued { run: RunId(id), .. }) = queue.head() {
            order.push(id);
            queue.pop();
        }
        assert_eq!(order, [5, 1, 3, 0, 2, 4]);
        assert!(queue.is_empty());
    }

    #[test]
    fn a_new_priority_while_others_wait_finds_its_place() {
        let mut queue = RunQueue::default();
        for (id, priority) in [(0, 0), (1, 9), (2, 4)] {
            let (run, entry) = (RunId(id), u64::from(id) + 1);
            queue.push(
                Queued {
                    run,
                    nodes: 1,
                    rank: 0,
                    entry,
                },
                priority,
            );
            assert_eq!(queue.head().unwrap().run, RunId(id.min(1)));
        }
        queue.pop();
        assert_eq!(queue.head().unwrap().run, RunId(2));
    }

    #[test]
    fn a_run_comes_back_to_its_old_place() {
        // Entries 1 to 6, of which 2 and 4 (and then 1) were out.
        let mut queue = RunQueue::default();
        let queued = |entry: u64| Queued {
            run: RunId(u32::try_from(entry).unwrap()),
            nodes: 1,
            rank: 0,
            entry,
        };
        for (entry, priority) in [(1, 0), (3, 0), (5, 3), (6, 0)] {
            queue.push(queued(entry), priority);
        }
        queue.put_back(queued(2), 0);
        queue.put_back(queued(4), 3);
        let mut order = Vec::new();
        while let Some(head) = queue.head() {
            order.push(head.entry);
            queue.pop();
        }
        assert_eq!(order, [4, 5, 1, 2, 3, 6]);
        queue.put_back(queued(1), 0);
        assert_eq!((queue.head().unwrap().entry, queue.nodes()), (1, 1));
    }
}
