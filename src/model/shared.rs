//! What the targets of one world share: the live runs, the owners of timers, the window of statistics, the recorder.

use super::collector::Collector;
use super::ledger::{Category, Ledger};
use super::recorder::Recorder;
use super::run::{Run, RunId, RunTable};
use crate::engine::Timer;
use crate::results::{RunRecord, RunStatus, Window};
use crate::units::{SimDuration, SimTime};

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
    pub(super) recorder: R,
}

impl<R: Recorder> Shared<R> {
    pub(super) fn new(window: Window, recorder: R) -> Self {
        Self {
            runs: RunTable::default(),
            owners: Vec::new(),
            window,
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
    let started = reached.then_some(started);
    collector.count(run, started, now, status);
    if R::DETAILED {
        let ended = (status != RunStatus::Unfinished).then_some(now);
        let mut record = record(run, status, ended);
        (record.queued, record.assigned, record.started) =
            (Some(run.queued), Some(run.assigned), started);
        held.sort_unstable();
        record.nodes_held = held;
        shared.recorder.run(record);
    }
    shared.runs.remove(id);
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
