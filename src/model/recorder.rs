//! What a replication is asked to keep beyond its statistics: every run and lease, and levels over time. Never formats.

use super::attempt::Past;
use super::run::{Run, Stage};
use crate::results::{LeaseRecord, Levels, RunRecord, RunStatus, Timeline};
use crate::timeline::TimelineBuilder;
use crate::units::{SimDuration, SimTime};

/// Receives what happens; [`Silent`] costs nothing.
pub trait Recorder {
    /// Whether records are wanted at all.
    const DETAILED: bool;

    /// A run ended (or the simulation did).
    fn run(&mut self, record: RunRecord);

    /// A lease ended.
    fn lease(&mut self, record: LeaseRecord);

    /// Whether levels are wanted.
    #[inline(always)]
    fn keeps_levels(&self) -> bool {
        Self::DETAILED
    }

    /// A target's levels from `now` on.
    fn levels(&mut self, target: usize, now: SimTime, levels: Levels<u32>);
}

/// Keeps nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Recorder for Silent {
    const DETAILED: bool = false;
    fn run(&mut self, _: RunRecord) {}
    fn lease(&mut self, _: LeaseRecord) {}
    fn levels(&mut self, _: usize, _: SimTime, _: Levels<u32>) {}
}

/// Keeps what it was asked to.
#[derive(Clone, Debug, Default)]
pub struct Detailed {
    records: bool,
    timelines: Vec<TimelineBuilder>,
    /// Runs, in order of their ends.
    pub runs: Vec<RunRecord>,
    /// Leases, in order of their ends.
    pub leases: Vec<LeaseRecord>,
}

impl Detailed {
    /// Keeps runs and leases if `records`, and the levels of the first `timelines` targets.
    pub fn new(records: bool, timelines: usize) -> Self {
        Self {
            records,
            timelines: vec![TimelineBuilder::default(); timelines],
            ..Self::default()
        }
    }

    /// The levels of each target up to its end, or to the last change after it: nodes may still be leaving.
    pub fn timelines(&self, ends: &[SimTime]) -> Vec<Timeline> {
        self.timelines
            .iter()
            .zip(ends)
            .map(|(builder, end)| builder.clone().finish(*end))
            .collect()
    }
}

impl Recorder for Detailed {
    const DETAILED: bool = true;

    fn run(&mut self, record: RunRecord) {
        if self.records {
            self.runs.push(record);
        }
    }

    fn lease(&mut self, record: LeaseRecord) {
        if self.records {
            self.leases.push(record);
        }
    }

    #[inline(always)]
    fn keeps_levels(&self) -> bool {
        !self.timelines.is_empty()
    }

    fn levels(&mut self, target: usize, now: SimTime, levels: Levels<u32>) {
        if let Some(timeline) = self.timelines.get_mut(target) {
            timeline.push(now, levels);
        }
    }
}

/// The record of a run with what its attempts were; `last` is when its last one began.
pub(super) fn record(
    run: &Run,
    past: Past,
    (status, now): (RunStatus, SimTime),
    last: Option<SimTime>,
) -> RunRecord {
    let ended = (status != RunStatus::Unfinished).then_some(now);
    let queued = last.is_some() || run.stage == Stage::Queued;
    let first = past.first;
    let blocked = |clock: usize| SimDuration(first.map_or(0, |first| first.blocked[clock]));
    RunRecord {
        workload: run.workload,
        position: run.position,
        label: run.submission.label,
        target: run.target,
        nodes: run.submission.nodes,
        submitted: run.submission.at,
        queued: queued.then_some(run.queued),
        assigned: first.map(|first| first.assigned).or(last),
        started: first.map(|first| first.started),
        node_setup: first.map_or(SimDuration::ZERO, |first| first.node_setup),
        queue_provisioning: blocked(0),
        queue_quota: blocked(1),
        ended,
        status,
        nodes_held: past.held,
        losses: past.losses,
        lost: past.lost,
        deallocations: past.deallocations,
        deallocated: past.deallocated,
    }
}
