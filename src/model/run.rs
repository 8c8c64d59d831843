//! Runs that have been submitted and have not ended, in a table that reuses its places.

use std::collections::BTreeMap;
use std::ops::{Index, IndexMut};

use super::attempt::Past;
use super::wait_clock::{Reading, between};
use crate::engine::{LATEST, Work};
use crate::results::RunStatus;
use crate::units::{SimDuration, SimTime};
use crate::workload::{OnLoss, Submission, WorkedOff};

/// Runs that can live at one time: their places are counted by 32 bits.
const MOST_LIVE: usize = u32::MAX as usize;

/// Longest Running time, which takes a run beyond all that is simulated whenever it starts: what checkpoints add may be more.
/// The times of a run do not overflow with it.
const MOST_RUNNING: SimDuration = SimDuration(1 << 62);
const _: () = assert!(LATEST.0 < MOST_RUNNING.0 && SimDuration::LONGEST.0 < MOST_RUNNING.0 >> 4);

/// Place of a live run in the [`RunTable`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct RunId(pub(super) u32);

/// How far a live run has come. Starting, Running and Finalizing follow from its times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
    #[default]
    Ended,
}

/// What the table remembers of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Remembered {
    /// Nothing.
    #[default]
    Nothing,
    /// What becomes of its pieces, of which it is made.
    Pieces,
    /// Attempts that ended early.
    Attempts,
}

/// A live run. The default stands in a place without one.
#[derive(Clone, Copy, Debug, Default)]
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
    remembered: Remembered,
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
    /// The first node.
    pub(super) lead: u32,
}

impl Run {
    /// A run to come takes this place. Its work is set when its target is known, and what its queue and its nodes say of it
    /// when it joins them.
    #[inline(always)]
    pub(super) fn begin(
        &mut self,
        submission: Submission,
        [workload, target]: [u32; 2],
        (position, is_heard): (u64, bool),
    ) {
        self.stage = Stage::Ahead;
        self.submission = submission;
        (self.workload, self.target) = (workload, target);
        (self.position, self.is_heard) = (position, is_heard);
        self.remembered = Remembered::Nothing;
    }

    /// Has a run that is still to be submitted come at another time.
    pub(super) fn bring_forward(&mut self, at: SimTime) {
        self.submission.at = at;
    }

    /// It joins a queue, which orders by this beside entry.
    #[inline(always)]
    pub(super) fn queue(&mut self, now: SimTime, rank: u64) {
        self.stage = Stage::Queued;
        (self.queued, self.rank) = (now, rank);
    }

    /// Sets what the next attempt does: what is left of its work, at most the limit.
    #[inline(always)]
    pub(super) fn plan(&mut self, left: SimDuration, limit: SimDuration, on_loss: OnLoss) {
        self.work = left.min(limit);
        self.exceeds_limit = left > limit;
        self.running = on_loss.span(self.work).min(MOST_RUNNING);
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

    /// Whether the table knows a past of it: it lost nodes, or is made of pieces.
    #[inline(always)]
    pub(super) fn has_past(&self) -> bool {
        self.remembered != Remembered::Nothing
    }

    /// Whether an attempt of it ended early.
    #[inline(always)]
    pub(super) fn is_again(&self) -> bool {
        self.remembered == Remembered::Attempts
    }

    /// Whether checkpoints take some of the Running time of this attempt.
    #[inline(always)]
    pub(super) fn has_checkpoints(&self) -> bool {
        self.running != self.work
    }

    /// Start of Running, once assigned.
    pub(super) fn started(&self) -> SimTime {
        SimTime(self.assigned.0 + self.node_setup.0)
    }

    /// End of Running, once assigned.
    pub(super) fn stopped(&self) -> SimTime {
        SimTime(self.started().0 + self.running.0)
    }

    /// What becomes of it where it ends by itself, or at its limit.
    #[inline]
    pub(super) fn own_end(&self) -> RunStatus {
        if self.exceeds_limit {
            RunStatus::Canceled
        } else {
            RunStatus::Completed
        }
    }

    /// When it leaves its nodes, once assigned: after Finalizing, or at its limit.
    pub(super) fn ends(&self) -> SimTime {
        if self.exceeds_limit {
            self.stopped()
        } else {
            SimTime(self.stopped().0 + self.submission.finalize.0)
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
    /// A place for a run that the caller puts there.
    #[inline(always)]
    pub(super) fn take_place(&mut self, work: &mut Work<'_>) -> RunId {
        let id = self.free.pop();
        id.unwrap_or_else(|| self.add_place(work))
    }

    #[cold]
    #[inline(never)]
    fn add_place(&mut self, work: &mut Work<'_>) -> RunId {
        if self.places.len() >= MOST_LIVE {
            work.give_up(
                format!("{MOST_LIVE} runs are there at one time, which is as many as can be"),
                "runs come faster than they end: make the targets larger or the horizon shorter",
            );
            return RunId(0);
        }
        self.places.push(Run::default());
        RunId(u32::try_from(self.places.len() - 1).expect("fewer than 2^32 live runs"))
    }

    /// Frees the place of a run that has ended, which stands there until it is taken again.
    #[inline(always)]
    pub(super) fn remove(&mut self, id: RunId) -> &Run {
        self.free.push(id);
        let run = &mut self.places[id.0 as usize];
        run.stage = Stage::Ended;
        if run.has_past() {
            self.pasts.remove(&id.0);
        }
        run
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
        self[id].remembered = if past.attempts > 0 {
            Remembered::Attempts
        } else {
            Remembered::Pieces
        };
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
