//! What the targets of one world share: the live runs, the owners of timers, the window of statistics, the recorder.

use std::sync::Arc;

use super::attempt::{FirstStart, Lost, Past, Terms};
use super::charging::charge;
use super::collector::Collector;
use super::ledger::Ledger;
use super::parts::Part;
use super::recorder::{Recorder, record};
use super::run::{Run, RunId, RunTable, Stage};
use super::run_queue::{Queued, RunQueue};
use super::tallies::Tallies;
use super::wait_clock::{Reading, WaitClock, between};
use crate::calendar::WeekClock;
use crate::engine::{EventQueue, Timer};
use crate::results::{RunStatus, Window};
use crate::spans::Cuts;
use crate::units::{SimDuration, SimTime};
use crate::workload::{Ended, OnLoss};

/// Whose timer it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// A part of a target: a node, a slot, a switch.
    Target { target: u32, part: Part },
    /// The build of an image.
    Image(u32),
}

/// What the targets share.
pub(super) struct Shared<R> {
    pub(super) runs: RunTable,
    /// Ends that sources have not been told of yet: the workload, and its run.
    ends: Vec<(u32, Ended)>,
    owners: Vec<Owner>,
    pub(super) window: Window,
    /// Where time is cut: at the ends of the window, and between charge periods.
    pub(super) cuts: Cuts,
    /// By workload.
    pub(super) terms: Vec<Terms>,
    /// Mean time to pull each image.
    pub(super) pulls: Vec<SimDuration>,
    /// The runs by whose they are.
    pub(super) tallies: Tallies,
    /// The clock by whose hours of the week runs are counted.
    pub(super) week: Option<Arc<WeekClock>>,
    pub(super) recorder: R,
}

impl<R: Recorder> Shared<R> {
    pub(super) fn new(
        cuts: Cuts,
        (terms, pulls, tallies): (Vec<Terms>, Vec<SimDuration>, Tallies),
        recorder: R,
    ) -> Self {
        Self {
            runs: RunTable::default(),
            ends: Vec::new(),
            owners: Vec::new(),
            window: cuts.window,
            cuts,
            terms,
            pulls,
            tallies,
            week: None,
            recorder,
        }
    }

    /// Notes whose timer this new one is.
    pub(super) fn own(&mut self, timer: Timer, owner: Owner) {
        assert_eq!(
            timer.index(),
            self.owners.len(),
            "timers are owned in order of creation"
        );
        self.owners.push(owner);
    }

    /// A timer for a part of a target.
    pub(super) fn new_timer(&mut self, target: u32, part: Part, queue: &mut EventQueue) -> Timer {
        let timer = queue.add_timer();
        self.own(timer, Owner::Target { target, part });
        timer
    }

    #[inline]
    pub(super) fn owner(&self, timer: Timer) -> Owner {
        self.owners[timer.index()]
    }

    /// Takes a run that has ended out of the table; its source is to hear of it where it listens.
    #[inline(always)]
    fn leave(&mut self, id: RunId, now: SimTime) {
        let run = self.runs.remove(id);
        if run.is_heard {
            let (at, position) = (now, run.position);
            self.ends.push((run.workload, Ended { at, position }));
        }
    }

    /// Whether there are ends that sources have not been told of.
    #[inline(always)]
    pub(super) fn has_ends(&self) -> bool {
        !self.ends.is_empty()
    }

    /// The ends that sources have not been told of, in order.
    pub(super) fn take_ends(&mut self) -> Vec<(u32, Ended)> {
        std::mem::take(&mut self.ends)
    }

    /// Adds to the node setup of a run that has just been assigned what comes before Running after an attempt that ended
    /// early; when it ends.
    #[cold]
    pub(super) fn add_restart(&mut self, id: RunId) -> SimTime {
        let run = &mut self.runs[id];
        if run.is_again() {
            run.node_setup = run.node_setup + self.terms[run.workload as usize].restart;
        }
        run.ends()
    }

    /// Whether a run is one of a background workload.
    pub(super) fn is_background(&self, id: RunId) -> bool {
        self.terms[self.runs[id].workload as usize].background
    }
}

/// The end of a run that was assigned.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ending {
    pub(super) run: RunId,
    pub(super) status: RunStatus,
    pub(super) now: SimTime,
}

/// Ends a run: its time goes to the ledger, its wait to the collector, its record (with the ids of the nodes it held) to
/// the recorder.
#[inline(always)]
pub(super) fn end_run<R: Recorder>(
    ending: Ending,
    held: Option<Vec<u64>>,
    shared: &mut Shared<R>,
    (ledger, collector): (&mut Ledger, &mut Collector),
) {
    let run = &shared.runs[ending.run];
    charge(
        (run, &shared.terms),
        ending.now,
        run.submission.nodes,
        ledger,
    );
    count_end(run, ending, (shared, Some(collector)));
    close_run(ending, held, shared);
}

/// Counts a run that leaves its nodes, where there is a collector.
#[inline(always)]
pub(super) fn count_end<R: Recorder>(
    run: &Run,
    ending: Ending,
    (shared, collector): (&Shared<R>, Option<&mut Collector>),
) {
    let Some(collector) = collector else {
        return;
    };
    let Ending { status, now, .. } = ending;
    if run.has_past() {
        let past = shared.runs.past(ending.run);
        let first = first_of_hit(&past, first_start(run, ending));
        collector.count(run, first, now, status);
        collector.count_past(run, &past, status);
    } else {
        collector.count(run, first_start(run, ending), now, status);
    }
    if came_through(run, ending) {
        collector.need.count(run, now, &shared.terms);
    }
}

/// Whether a run that leaves its nodes was let do all that it was to do there.
#[inline(always)]
fn came_through(run: &Run, Ending { status, now, .. }: Ending) -> bool {
    status != RunStatus::Unfinished && run.ends() == now
}

/// When a run that leaves its nodes reached Running in this attempt. One that is stopped at the very tick at which Running
/// would begin has not reached it; one whose limit is 0 has.
#[inline(always)]
fn first_start(run: &Run, ending: Ending) -> Option<FirstStart> {
    let started = run.started();
    let reached =
        ending.status == RunStatus::Completed || started < ending.now || came_through(run, ending);
    reached.then_some(FirstStart {
        assigned: run.assigned,
        started,
        node_setup: run.node_setup,
        blocked: run.blocked,
    })
}

/// Records a run that leaves its nodes, which was counted, and takes it out of the table.
#[inline(always)]
pub(super) fn close_run<R: Recorder>(
    ending: Ending,
    held: Option<Vec<u64>>,
    shared: &mut Shared<R>,
) {
    if R::DETAILED || !shared.tallies.is_empty() {
        tell_of(ending, held.unwrap_or_default(), shared);
    }
    shared.leave(ending.run, ending.now);
}

/// Tells tallies and the recorder of a run that leaves its nodes.
#[inline(never)]
fn tell_of<R: Recorder>(ending: Ending, mut held: Vec<u64>, shared: &mut Shared<R>) {
    let Ending {
        run: id,
        status,
        now,
    } = ending;
    let (run, past) = (&shared.runs[id], shared.runs.past(id));
    let first = first_of_hit(&past, first_start(run, ending));
    if !shared.tallies.is_empty() {
        (shared.tallies).count_on_nodes(run, &past, first, (status, now));
    }
    if R::DETAILED {
        held.sort_unstable();
        let past = Past {
            first,
            held,
            ..past
        };
        let record = record(run, past, (status, now), Some(run.assigned));
        shared.recorder.run(record);
    }
}

/// When a run that lost a node first reached Running: before, or in this attempt.
fn first_of_hit(past: &Past, this: Option<FirstStart>) -> Option<FirstStart> {
    past.first.or(this.map(|this| FirstStart {
        node_setup: past.node_setup + this.node_setup,
        ..this
    }))
}

/// An attempt that ends early.
#[derive(Clone, Debug)]
pub(super) struct Interruption {
    pub(super) run: RunId,
    pub(super) now: SimTime,
    /// What becomes of the run.
    pub(super) on_loss: OnLoss,
    /// Whether a node was lost; else its nodes were taken away, which counts as no loss.
    pub(super) by_loss: bool,
    /// Ids of its nodes, where runs are recorded.
    pub(super) held: Vec<u64>,
}

/// Ends an attempt early: the run remembers it. What was lost of it, and what completed checkpoints hold by now.
pub(super) fn interrupt<R: Recorder>(
    Interruption {
        run: id,
        now,
        on_loss,
        by_loss,
        mut held,
    }: Interruption,
    shared: &mut Shared<R>,
) -> (Lost, SimDuration) {
    let mut past = shared.runs.past(id);
    let run = &shared.runs[id];
    let started = run.started();
    shared.tallies.count_interrupted(run, now);
    // Where checkpoints do not count (its nodes were taken away, and it fails), their time is lost as well.
    let work = match on_loss {
        OnLoss::Resume { .. } => run.work,
        OnLoss::Fail | OnLoss::Requeue => run.running,
    };
    let lost = on_loss.lose(work, now.since(started));
    past.attempts += 1;
    past.on_nodes = past.on_nodes + now.since(run.assigned);
    past.terminated = !by_loss && on_loss == OnLoss::Fail;
    if by_loss {
        past.losses += 1;
        past.lost = past.lost + lost.work();
    } else {
        past.deallocations += 1;
        past.deallocated = past.deallocated + lost.work();
    }
    past.saved = past.saved + lost.saved;
    if past.first.is_none() {
        if started < now {
            past.first = Some(FirstStart {
                assigned: run.assigned,
                started,
                node_setup: past.node_setup + run.node_setup,
                blocked: run.blocked,
            });
        } else {
            past.node_setup = past.node_setup + now.since(run.assigned);
        }
    }
    held.sort_unstable();
    past.held = held;
    let saved = past.saved;
    shared.runs.remember(id, past);
    (lost, saved)
}

/// A run whose attempt ended early fails, or joins its queue again. Whether it still lives.
pub(super) fn go_on<R: Recorder>(
    (id, now, saved): (RunId, SimTime, SimDuration),
    (on_loss, of_target): (OnLoss, Option<SimDuration>),
    shared: &mut Shared<R>,
    (queue, clock, collector): (&mut RunQueue, &WaitClock, &mut Collector),
) -> bool {
    let lives = on_loss != OnLoss::Fail;
    if lives {
        queue_again((id, saved), of_target, shared, (queue, clock.read(now)));
    } else {
        let ending = Ending {
            run: id,
            status: RunStatus::Failed,
            now,
        };
        end_off_nodes(ending, shared, collector);
    }
    lives
}

/// A run joins its queue again at its old place, with what is left of its work.
fn queue_again<R: Recorder>(
    (id, saved): (RunId, SimDuration),
    of_target: Option<SimDuration>,
    shared: &mut Shared<R>,
    (queue, clocks): (&mut RunQueue, Reading),
) {
    let run = &mut shared.runs[id];
    let terms = &shared.terms[run.workload as usize];
    let left = SimDuration(run.submission.duration.0 - saved.0);
    run.plan(left, terms.limit(of_target), terms.on_loss);
    run.stage = Stage::Queued;
    run.blocked = between(run.blocked, clocks);
    if run.rank > 0 {
        shared.runs[id].rank = shared.estimate(id, of_target).0;
    }
    let run = &shared.runs[id];
    queue.put_back(Queued::of(id, run), run.submission.priority);
}

/// Counts and records a run that ends without a node: after an attempt that ended early, or before its first.
pub(super) fn end_off_nodes<R: Recorder>(
    Ending {
        run: id,
        status,
        now,
    }: Ending,
    shared: &mut Shared<R>,
    collector: &mut Collector,
) {
    let (run, past) = (&shared.runs[id], shared.runs.past(id));
    if !shared.is_background(id) {
        collector.count(run, past.first, now, status);
        if run.has_past() {
            collector.count_past(run, &past, status);
        }
    }
    if !shared.tallies.is_empty() {
        (shared.tallies).count_off_nodes(run, &past, (status, now));
    }
    if R::DETAILED {
        let last = (past.attempts > 0).then_some(run.assigned);
        let record = record(run, past, (status, now), last);
        shared.recorder.run(record);
    }
    shared.leave(id, now);
}
