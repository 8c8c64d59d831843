//! Runs that have been submitted and have not ended, in a table that reuses its places; and the queue of a target.

use std::collections::{BTreeMap, VecDeque};
use std::ops::{Index, IndexMut};

use super::attempt::Past;
use super::wait_clock::{Reading, between};
use crate::engine::Work;
use crate::units::{SimDuration, SimTime};
use crate::workload::{OnLoss, Submission, WorkedOff};

/// Runs that can live at one time: their places are counted by 32 bits.
const MOST_LIVE: usize = u32::MAX as usize;

/// Bands of a queue that are passed or moved in a unit of work.
const BANDS_A_UNIT: usize = 16;

/// Place of a live run in the [`RunTable`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RunId(u32);

/// How far a live run has come. Starting, Running and Finalizing follow from its times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// The next of its workload: not yet submitted.
    Ahead,
    /// Submitted; its image is being built.
    Preparing,
    /// In its target's queue.
    Queued,
    /// On its nodes.
    Assigned,
    /// No run: a free place.
    Ended,
}

/// A live run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    pub(super) stage: Stage,
    pub(super) workload: u32,
    pub(super) target: u32,
    pub(super) position: u64,
    pub(super) submission: Submission,
    /// Work of this attempt: Running time without checkpoints, cut at the limit of the run or else its target.
    pub(super) work: SimDuration,
    /// Running time of this attempt, with its checkpoints.
    pub(super) running: SimDuration,
    /// Whether the limit cuts it.
    pub(super) exceeds_limit: bool,
    /// Whether its source wants to be told of its end.
    pub(super) is_heard: bool,
    /// Whether the table knows a past of it: it lost nodes, or is made of pieces.
    pub(super) has_past: bool,
    /// When it first joined a queue.
    pub(super) queued: SimTime,
    /// Where its queue orders by more than entry, what by; lower first.
    pub(super) rank: u64,
    /// Its place among those of its target that joined the queue.
    pub(super) entry: u64,
    /// While it queues, the target's wait clocks when it joined; once assigned, what passed on them until then.
    pub(super) blocked: Reading,
    pub(super) assigned: SimTime,
    /// Pull, setup and restart, once assigned.
    pub(super) node_setup: SimDuration,
    /// The first node (of an instance: the slot).
    pub(super) lead: u32,
}

impl Run {
    /// A run to come; its work is set when its target is known.
    #[inline(always)]
    pub(super) fn ahead(
        submission: Submission,
        [workload, target]: [u32; 2],
        (position, is_heard): (u64, bool),
    ) -> Self {
        Self {
            stage: Stage::Ahead,
            workload,
            target,
            position,
            submission,
            work: submission.duration,
            running: submission.duration,
            exceeds_limit: false,
            is_heard,
            has_past: false,
            queued: submission.at,
            rank: 0,
            entry: 0,
            blocked: [0; 2],
            assigned: submission.at,
            node_setup: SimDuration::ZERO,
            lead: 0,
        }
    }

    /// Has a run that is still to be submitted come at another time.
    pub(super) fn bring_forward(&mut self, at: SimTime) {
        self.submission.at = at;
        (self.queued, self.assigned) = (at, at);
    }

    /// Sets what the next attempt does: what is left of its work, at most the limit.
    #[inline(always)]
    pub(super) fn plan(&mut self, left: SimDuration, limit: SimDuration, on_loss: OnLoss) {
        self.work = left.min(limit);
        self.exceeds_limit = left > limit;
        self.running = on_loss.span(self.work);
    }

    /// Puts it on its nodes; `clocks` are the target's wait clocks.
    #[inline(always)]
    pub(super) fn assign(&mut self, now: SimTime, (lead, pulls): (u32, bool), clocks: Reading) {
        let pull = if pulls {
            self.submission.image_pull
        } else {
            SimDuration::ZERO
        };
        self.stage = Stage::Assigned;
        self.assigned = now;
        self.blocked = between(self.blocked, clocks);
        self.node_setup = pull + self.submission.setup;
        self.lead = lead;
    }

    /// Its entry in a queue.
    #[inline(always)]
    pub(super) fn in_queue(&self, id: RunId) -> Queued {
        Queued {
            run: id,
            nodes: self.submission.nodes,
            rank: self.rank,
            entry: self.entry,
        }
    }

    /// Start of Running, once assigned.
    pub(super) fn started(&self) -> SimTime {
        self.assigned + self.node_setup
    }

    /// End of Running, once assigned.
    pub(super) fn stopped(&self) -> SimTime {
        self.started() + self.running
    }

    /// When it leaves its nodes, once assigned: after Finalizing, or at its limit.
    pub(super) fn ends(&self) -> SimTime {
        if self.exceeds_limit {
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
    /// Of those that have one.
    pasts: BTreeMap<u32, Past>,
}

impl RunTable {
    #[inline(always)]
    pub(super) fn insert(&mut self, run: Run, work: &mut Work<'_>) -> RunId {
        let id = self.free.pop();
        let id = id.unwrap_or_else(|| self.add_place(run, work));
        self[id] = run;
        id
    }

    /// One more place, with the run in it.
    #[cold]
    #[inline(never)]
    fn add_place(&mut self, run: Run, work: &mut Work<'_>) -> RunId {
        if self.places.len() >= MOST_LIVE {
            work.give_up(
                format!("{MOST_LIVE} runs are there at one time, which is as many as can be"),
                "runs come faster than they end: make the targets larger or the horizon shorter",
            );
            return RunId(0);
        }
        self.places.push(run);
        RunId(u32::try_from(self.places.len() - 1).expect("fewer than 2^32 live runs"))
    }

    /// Frees the place of a run that has ended.
    #[inline(always)]
    pub(super) fn remove(&mut self, id: RunId) {
        let run = &mut self[id];
        run.stage = Stage::Ended;
        if run.has_past {
            self.pasts.remove(&id.0);
        }
        self.free.push(id);
    }

    /// What is remembered of a run.
    pub(super) fn past(&self, id: RunId) -> Past {
        self.pasts.get(&id.0).cloned().unwrap_or_default()
    }

    /// Remembers what becomes of the pieces of a new run.
    pub(super) fn remember_pieces(&mut self, id: RunId, pieces: WorkedOff) {
        let past = Past {
            pieces,
            ..Past::default()
        };
        self.remember(id, past);
    }

    /// Remembers this of a run.
    pub(super) fn remember(&mut self, id: RunId, past: Past) {
        self[id].has_past = true;
        self.pasts.insert(id.0, past);
    }

    /// How many runs there are, those ahead included.
    pub(super) fn live_count(&self) -> u64 {
        (self.places.len() - self.free.len()) as u64
    }

    /// The runs that wait for nodes.
    pub(super) fn queued(&self) -> impl Iterator<Item = &Run> {
        let runs = self.places.iter();
        runs.filter(|run| run.stage == Stage::Queued)
    }

    /// The runs that were submitted and have not ended.
    pub(super) fn live(&self) -> Vec<RunId> {
        let places = self.places.iter().enumerate();
        let live = places.filter(|(_, run)| !matches!(run.stage, Stage::Ahead | Stage::Ended));
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

/// A run in a queue, with the nodes it asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Queued {
    pub(super) run: RunId,
    pub(super) nodes: u32,
    /// Where the queue orders by more than entry: lower first.
    pub(super) rank: u64,
    /// Its place in the order of first entries.
    pub(super) entry: u64,
}

impl Queued {
    /// Its place within its priority.
    #[inline(always)]
    fn place(&self) -> (u64, u64) {
        (self.rank, self.entry)
    }
}

/// A target's queue: by priority, larger first, then by rank, lower first, then by entry. Its head stands apart, so that a run that finds nobody
/// waiting passes without touching the rest.
#[derive(Debug, Default)]
pub(super) struct RunQueue {
    head: Option<Queued>,
    head_priority: i64,
    /// The runs behind the head, by priority, larger first.
    bands: Vec<(i64, VecDeque<Queued>)>,
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
    pub(super) fn join(
        &mut self,
        (id, run): (RunId, &mut Run),
        clocks: Reading,
        work: &mut Work<'_>,
    ) -> bool {
        self.entries += 1;
        run.entry = self.entries;
        run.blocked = clocks;
        self.push(run.in_queue(id), run.submission.priority, work)
    }

    /// Puts a run in behind those of its priority; whether it is the new head.
    #[inline(always)]
    fn push(&mut self, queued: Queued, priority: i64, work: &mut Work<'_>) -> bool {
        let becomes_head = self.runs == 0 || self.is_before_head(queued, priority);
        if self.runs > 0 {
            self.push_behind(queued, priority, work);
        } else {
            (self.head, self.head_priority) = (Some(queued), priority);
        }
        self.runs += 1;
        self.nodes += u64::from(queued.nodes);
        becomes_head
    }

    /// Whether a run that joins for the first time comes before the head.
    #[inline(always)]
    fn is_before_head(&self, queued: Queued, priority: i64) -> bool {
        priority > self.head_priority
            || (priority == self.head_priority
                && self.head.is_some_and(|head| queued.rank < head.rank))
    }

    /// Puts a run into a queue that has a head, which it may take the place of.
    #[inline(never)]
    fn push_behind(&mut self, queued: Queued, priority: i64, work: &mut Work<'_>) {
        work.count(self.bands.len() / BANDS_A_UNIT);
        if self.is_before_head(queued, priority) {
            let before = self.head.replace(queued).expect("the queue has a head");
            let band = std::mem::replace(&mut self.head_priority, priority);
            self.band(band).push_front(before);
        } else {
            let band = self.band(priority);
            if band.back().is_none_or(|last| last.rank <= queued.rank) {
                band.push_back(queued);
            } else {
                let place = band.partition_point(|run| run.place() < queued.place());
                band.insert(place, queued);
            }
        }
    }

    /// The runs behind the head, in order.
    pub(super) fn rest(&self) -> impl Iterator<Item = Queued> + '_ {
        self.bands.iter().flat_map(|(_, runs)| runs.iter().copied())
    }

    /// Takes out a run behind the head.
    pub(super) fn take(&mut self, queued: Queued, priority: i64) {
        self.runs -= 1;
        self.nodes -= u64::from(queued.nodes);
        let band = self.band(priority);
        let place = band.partition_point(|run| run.place() < queued.place());
        let taken = band.remove(place);
        assert_eq!(taken, Some(queued), "it is in the queue");
    }

    /// Puts a run in that was in before, at its old place.
    pub(super) fn put_back(&mut self, queued: Queued, priority: i64) {
        self.runs += 1;
        self.nodes += u64::from(queued.nodes);
        let Some(head) = self.head else {
            (self.head, self.head_priority) = (Some(queued), priority);
            return;
        };
        let order = |run: Queued, priority| (std::cmp::Reverse(priority), run.place());
        if order(queued, priority) < order(head, self.head_priority) {
            let band = std::mem::replace(&mut self.head_priority, priority);
            self.head = Some(queued);
            self.band(band).push_front(head);
        } else {
            let band = self.band(priority);
            let place = band.partition_point(|run| run.place() < queued.place());
            band.insert(place, queued);
        }
    }

    /// The band of a priority, made if it is new.
    fn band(&mut self, priority: i64) -> &mut VecDeque<Queued> {
        let place = self.bands.partition_point(|(band, _)| *band > priority);
        if self
            .bands
            .get(place)
            .is_none_or(|(band, _)| *band != priority)
        {
            self.bands.insert(place, (priority, VecDeque::new()));
        }
        &mut self.bands[place].1
    }

    /// The run that is next.
    #[inline(always)]
    pub(super) fn head(&self) -> Option<Queued> {
        self.head
    }

    /// Takes out the head.
    #[inline(always)]
    pub(super) fn pop(&mut self, work: &mut Work<'_>) {
        let head = self.head.take();
        self.runs -= 1;
        self.nodes -= u64::from(head.expect("only a head that was seen is taken").nodes);
        if self.runs > 0 {
            self.find_head(work);
        }
    }

    #[inline(never)]
    fn find_head(&mut self, work: &mut Work<'_>) {
        work.count(self.bands.len() / BANDS_A_UNIT);
        let waiting = self.bands.iter_mut().find(|(_, runs)| !runs.is_empty());
        let (priority, runs) = waiting.expect("there are runs behind the head");
        (self.head, self.head_priority) = (runs.pop_front(), *priority);
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
                &mut Work::unwatched(),
            );
        }
        assert_eq!((queue.runs(), queue.nodes()), (6, 12));
        let mut order = Vec::new();
        while let Some(Queued { run: RunId(id), .. }) = queue.head() {
            order.push(id);
            queue.pop(&mut Work::unwatched());
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
                &mut Work::unwatched(),
            );
            assert_eq!(queue.head().unwrap().run, RunId(id.min(1)));
        }
        queue.pop(&mut Work::unwatched());
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
            queue.push(queued(entry), priority, &mut Work::unwatched());
        }
        queue.put_back(queued(2), 0);
        queue.put_back(queued(4), 3);
        let mut order = Vec::new();
        while let Some(head) = queue.head() {
            order.push(head.entry);
            queue.pop(&mut Work::unwatched());
        }
        assert_eq!(order, [4, 5, 1, 2, 3, 6]);
        queue.put_back(queued(1), 0);
        assert_eq!((queue.head().unwrap().entry, queue.nodes()), (1, 1));
    }
}
