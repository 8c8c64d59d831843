//! Runs that have been submitted and have not ended, in a table that reuses its places; and the queue of a target.

use std::collections::VecDeque;
use std::ops::{Index, IndexMut};

use crate::units::{SimDuration, SimTime};
use crate::workload::Submission;

/// Place of a live run in the [`RunTable`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RunId(u32);

/// How far a live run has come. Starting, Running and Finalizing follow from its times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Its image is being built.
    Preparing,
    /// In its target's queue.
    Queued,
    /// On its nodes.
    Assigned,
    /// No run: a free place.
    Ended,
}

/// A live run.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub(super) stage: Stage,
    pub(super) workload: u32,
    pub(super) target: u32,
    pub(super) position: u64,
    pub(super) submission: Submission,
    /// Longest Running time, from the run or else its target.
    pub(super) limit: Option<SimDuration>,
    pub(super) queued: SimTime,
    pub(super) assigned: SimTime,
    /// Pull and setup, once assigned.
    pub(super) startup: SimDuration,
    /// Nodes beyond the first, for a gang.
    pub(super) other_nodes: Vec<u32>,
    /// The first node (of an instance: the slot).
    pub(super) lead: u32,
}

impl Run {
    /// Puts it on its nodes.
    pub(super) fn assign(&mut self, now: SimTime, lead: u32, pulls: bool) {
        let pull = if pulls {
            self.submission.image_pull
        } else {
            SimDuration::ZERO
        };
        self.stage = Stage::Assigned;
        self.assigned = now;
        self.startup = pull + self.submission.setup;
        self.lead = lead;
    }

    /// Start of Running, once assigned.
    pub(super) fn started(&self) -> SimTime {
        self.assigned + self.startup
    }

    /// Whether the limit stops it before its work is done.
    pub(super) fn exceeds_limit(&self) -> bool {
        self.limit
            .is_some_and(|limit| self.submission.duration > limit)
    }

    /// End of Running, once assigned.
    pub(super) fn stopped(&self) -> SimTime {
        let limit = self.limit.unwrap_or(SimDuration(u64::MAX));
        self.started() + self.submission.duration.min(limit)
    }

    /// When it leaves its nodes, once assigned: after Finalizing, or at its limit.
    pub(super) fn ends(&self) -> SimTime {
        if self.exceeds_limit() {
            self.stopped()
        } else {
            self.stopped() + self.submission.finalize
        }
    }
}

/// The live runs.
#[derive(Debug, Default)]
pub(super) struct RunTable {
    places: Vec<Run>,
    free: Vec<RunId>,
}

impl RunTable {
    pub(super) fn insert(&mut self, run: Run) -> RunId {
        if let Some(id) = self.free.pop() {
            self[id] = run;
            id
        } else {
            self.places.push(run);
            RunId(u32::try_from(self.places.len() - 1).expect("fewer than 2^32 live runs"))
        }
    }

    /// Frees the place of a run that has ended.
    pub(super) fn remove(&mut self, id: RunId) {
        self[id].stage = Stage::Ended;
        self.free.push(id);
    }

    /// The runs that have not ended.
    pub(super) fn live(&self) -> Vec<RunId> {
        let places = self.places.iter().enumerate();
        let live = places.filter(|(_, run)| run.stage != Stage::Ended);
        live.map(|(place, _)| RunId(u32::try_from(place).expect("checked at insertion")))
            .collect()
    }
}

impl Index<RunId> for RunTable {
    type Output = Run;
    #[inline]
    fn index(&self, id: RunId) -> &Run {
        &self.places[id.0 as usize]
    }
}

impl IndexMut<RunId> for RunTable {
    #[inline]
    fn index_mut(&mut self, id: RunId) -> &mut Run {
        &mut self.places[id.0 as usize]
    }
}

/// A target's queue: by priority, larger first, then by entry.
#[derive(Debug, Default)]
pub(super) struct RunQueue {
    bands: Vec<(i32, VecDeque<RunId>)>,
    runs: u32,
    nodes: u64,
}

impl RunQueue {
    pub(super) fn push(&mut self, id: RunId, priority: i32, nodes: u32) {
        self.runs += 1;
        self.nodes += u64::from(nodes);
        match self.bands.iter().position(|(band, _)| *band <= priority) {
            Some(place) if self.bands[place].0 == priority => self.bands[place].1.push_back(id),
            place => {
                let place = place.unwrap_or(self.bands.len());
                self.bands.insert(place, (priority, VecDeque::from([id])));
            }
        }
    }

    /// The run that is next.
    #[inline]
    pub(super) fn head(&self) -> Option<RunId> {
        self.bands
            .iter()
            .find_map(|(_, band)| band.front().copied())
    }

    /// Takes out the head, which asked for so many nodes.
    #[inline]
    pub(super) fn pop(&mut self, nodes: u32) {
        let band = self.bands.iter_mut().find(|(_, band)| !band.is_empty());
        band.and_then(|(_, band)| band.pop_front())
            .expect("only a head that was seen is taken");
        self.runs -= 1;
        self.nodes -= u64::from(nodes);
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
            queue.push(RunId(id), priority, 2);
        }
        assert_eq!((queue.runs(), queue.nodes()), (6, 12));
        let mut order = Vec::new();
        while let Some(RunId(id)) = queue.head() {
            order.push(id);
            queue.pop(2);
        }
        assert_eq!(order, [5, 1, 3, 0, 2, 4]);
        assert!(queue.is_empty());
    }
}
