//! What the targets of one world share: the live runs, the owners of timers, the window of statistics, the recorder.

use super::attempt::{FirstStart, Past, Terms};
use super::collector::Collector;
use super::ledger::{Category, Ledger};
use super::recorder::Recorder;
use super::run::{Run, RunId, RunTable, Stage};
use crate::engine::Timer;
use crate::results::{RunRecord, RunStatus, Window};
use crate::units::{SimDuration, SimTime};
use crate::workload::OnLoss;

/// Whose timer it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// A part of a target: a node, a slot, a switch.
    Target { target: u32, part: u32 },
    /// The build of an image.
    Image(u32),
}

/// What the targets share.
pub(super) struct Shared<R> {
    pub(super) runs: RunTable,
    owners: Vec<Owner>,
    pub(super) window: Window,
    /// By workload.
    pub(super) terms: Vec<Terms>,
    pub(super) recorder: R,
}

impl<R: Recorder> Shared<R> {
    pub(super) fn new(window: Window, terms: Vec<Terms>, recorder: R) -> Self {
        Self {
            runs: RunTable::default(),
            owners: Vec::new(),
            window,
            terms,
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

    #[inline]
    pub(super) fn owner(&self, timer: Timer) -> Owner {
        self.owners[timer.index()]
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
    Ending {
        run: id,
        status,
        now,
    }: Ending,
    mut held: Vec<u64>,
    shared: &mut Shared<R>,
    (ledger, collector): (&mut Ledger, &mut Collector),
) {
    let run = &shared.runs[id];
    let nodes = run.submission.nodes;
    let (started, stopped) = (run.started(), run.stopped().min(now));
    if started > run.assigned {
        ledger.add(Category::Startup, run.assigned, started.min(now), nodes);
    }
    if stopped > started {
        ledger.add(Category::Run, started, stopped, nodes);
    }
    if now > stopped.max(started) {
        ledger.add(Category::Finalize, stopped, now, nodes);
    }
    // A run that is stopped at the very tick at which Running would begin has not reached it.
    let reached = status == RunStatus::Completed || started < now || run.ends() == now;
    let mut first = reached.then_some(FirstStart {
        assigned: run.assigned,
        started,
        startup: run.startup,
        blocked: run.blocked,
    });
    if run.was_hit {
        first = first_of_hit(&shared.runs.past(id), first);
    }
    collector.count(run, first, now, status);
    if run.was_hit {
        collector.count_losses(run, shared.runs.past(id).losses, false);
    }
    if R::DETAILED {
        held.sort_unstable();
        let past = Past {
            first,
            held,
            ..shared.runs.past(id)
        };
        let record = full_record(run, past, (status, now), Some(run.assigned));
        shared.recorder.run(record);
    }
    shared.runs.remove(id);
}

/// When a run that lost a node first reached Running: before, or in this attempt.
fn first_of_hit(past: &Past, this: Option<FirstStart>) -> Option<FirstStart> {
    past.first.or(this.map(|this| FirstStart {
        startup: past.startup + this.startup,
        ..this
    }))
}

/// An attempt that a loss ended.
#[derive(Clone, Debug)]
pub(super) struct Interruption {
    pub(super) run: RunId,
    pub(super) now: SimTime,
    /// What becomes of the run.
    pub(super) on_loss: OnLoss,
    /// Ids of its nodes, where runs are recorded.
    pub(super) held: Vec<u64>,
}

/// Ends an attempt whose node was lost: its time goes to the ledger, lost work apart, and the run remembers it. What was
/// lost, and what completed checkpoints hold by now.
pub(super) fn interrupt<R: Recorder>(
    Interruption {
        run: id,
        now,
        on_loss,
        mut held,
    }: Interruption,
    shared: &mut Shared<R>,
    ledger: &mut Ledger,
) -> (SimDuration, SimDuration) {
    let mut past = shared.runs.past(id);
    let run = &shared.runs[id];
    let nodes = run.submission.nodes;
    let (started, stopped) = (run.started(), run.stopped().min(now));
    ledger.add(Category::Startup, run.assigned, started.min(now), nodes);
    let lost = on_loss.lose(run.work, now.since(started));
    let (lost_from, lost_to) = (started + lost.from, started + lost.to);
    if now > started {
        ledger.add(Category::Run, started, lost_from, nodes);
        ledger.add(Category::Lost, lost_from, lost_to, nodes);
        ledger.add(Category::Run, lost_to, stopped, nodes);
        ledger.add(Category::Finalize, stopped, now, nodes);
    }
    let lost_work = SimDuration(lost.to.0 - lost.from.0);
    past.losses += 1;
    past.lost = past.lost + lost_work;
    past.saved = past.saved + lost.saved;
    if past.first.is_none() {
        if started < now {
            past.first = Some(FirstStart {
                assigned: run.assigned,
                started,
                startup: past.startup + run.startup,
                blocked: run.blocked,
            });
        } else {
            past.startup = past.startup + now.since(run.assigned);
        }
    }
    held.sort_unstable();
    past.held = held;
    let saved = past.saved;
    shared.runs.remember(id, past);
    (lost_work, saved)
}

/// Counts and records a run that ends without a node: after an attempt that a loss ended, or before its first.
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
    collector.count(run, past.first, now, status);
    if run.was_hit {
        let ended_it = status == RunStatus::Failed;
        collector.count_losses(run, past.losses, ended_it);
    }
    if R::DETAILED {
        let last = run.was_hit.then_some(run.assigned);
        let record = full_record(run, past, (status, now), last);
        shared.recorder.run(record);
    }
    shared.runs.remove(id);
}

/// The record of a run with what its attempts were; `last` is when its last one began.
fn full_record(
    run: &Run,
    past: Past,
    (status, now): (RunStatus, SimTime),
    last: Option<SimTime>,
) -> RunRecord {
    let ended = (status != RunStatus::Unfinished).then_some(now);
    let queued = last.is_some() || run.stage == Stage::Queued;
    let first = past.first;
    RunRecord {
        queued: queued.then_some(run.queued),
        assigned: first.map(|first| first.assigned).or(last),
        started: first.map(|first| first.started),
        nodes_held: past.held,
        losses: past.losses,
        lost: past.lost,
        ..record(run, status, ended)
    }
}

/// The record of a run as submitted; times after submission are the caller's to add.
pub(super) fn record(run: &Run, status: RunStatus, ended: Option<SimTime>) -> RunRecord {
    RunRecord {
        workload: run.workload,
        position: run.position,
        target: run.target,
        nodes: run.submission.nodes,
        submitted: run.submission.at,
        queued: None,
        assigned: None,
        started: None,
        ended,
        status,
        nodes_held: Vec::new(),
        losses: 0,
        lost: SimDuration::ZERO,
    }
}
