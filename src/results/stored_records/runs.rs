//! Runs as they are stored.

use std::io;
use std::marker::PhantomData;

use super::lists::{List, Take as _, Values, skip};
use super::{BLOCK, Stored, fields, length};
use crate::results::{Each, RunRecord, RunStatus};
use crate::units::{SimDuration, SimTime};

/// From one time to another, in microseconds; less than 0 where that is earlier.
type Ticks = i64;

fields! {
    RunRecord as "runs", told by Steps:
    workload: u32 => u32 = |run, _| run.workload,
    position: i64 => i64 = |_, told| told.position,
    label: u32 => u32 = |run, _| run.label,
    target: u32 => u32 = |run, _| run.target,
    nodes: u32 => u32 = |run, _| run.nodes,
    submitted: Ticks => Ticks = |_, told| told.submitted,
    queued: Option<Ticks> => Option<Ticks> = |_, told| told.lengths[0],
    assigned: Option<Ticks> => Option<Ticks> = |_, told| told.lengths[1],
    started: Option<Ticks> => Option<Ticks> = |_, told| told.lengths[2],
    node_setup: u64 => u64 = |run, _| run.node_setup.0,
    queue_provisioning: u64 => u64 = |run, _| run.queue_provisioning.0,
    queue_quota: u64 => u64 = |run, _| run.queue_quota.0,
    ended: Option<Ticks> => Option<Ticks> = |_, told| told.lengths[3],
    status: RunStatus => RunStatus = |run, _| run.status,
    nodes_held: &'a [u64] => Vec<u64> = |run, _| &run.nodes_held,
    losses: u32 => u32 = |run, _| run.losses,
    lost: u64 => u64 = |run, _| run.lost.0,
    deallocations: u32 => u32 = |run, _| run.deallocations,
    deallocated: u64 => u64 = |run, _| run.deallocated.0,
}

/// What is stored of a run as a step from another: from the run before it, or from the one before it in its workload.
#[derive(Default)]
struct Steps {
    /// From the position before, in its workload.
    position: i64,
    /// From the submission before.
    submitted: Ticks,
    /// To each of its later times, from the one before it that is known.
    lengths: [Option<Ticks>; 4],
    /// The position after the last run of each workload.
    positions: Vec<u64>,
    last_submitted: SimTime,
}

impl Steps {
    /// The position after the last run of a workload.
    #[inline(always)]
    fn next_position(&mut self, workload: u32) -> &mut u64 {
        let place = workload as usize;
        if place >= self.positions.len() {
            self.positions.resize(place + 1, 0);
        }
        &mut self.positions[place]
    }

    /// Steps to a run.
    #[inline(always)]
    fn tell(&mut self, run: &RunRecord) {
        let next = self.next_position(run.workload);
        let skipped = length(*next, run.position);
        *next = run.position.wrapping_add(1);
        self.position = skipped;
        self.submitted = length(self.last_submitted.0, run.submitted.0);
        self.last_submitted = run.submitted;
        let mut last = run.submitted;
        let mut since = |time: Option<SimTime>| {
            let time = time?;
            Some(length(std::mem::replace(&mut last, time).0, time.0))
        };
        self.lengths[0] = since(run.queued);
        self.lengths[1] = since(run.assigned);
        self.lengths[2] = since(run.started);
        self.lengths[3] = since(run.ended);
    }

    /// Makes the next run from its fields.
    #[inline(always)]
    fn fill(&mut self, run: &mut RunRecord, row: &Row) {
        let next = self.next_position(row.workload);
        run.position = next.wrapping_add_signed(row.position);
        *next = run.position.wrapping_add(1);
        run.submitted = SimTime(self.last_submitted.0.wrapping_add_signed(row.submitted));
        self.last_submitted = run.submitted;
        let mut last = run.submitted;
        let mut after = |length: Option<Ticks>| {
            last = SimTime(last.0.wrapping_add_signed(length?));
            Some(last)
        };
        run.queued = after(row.queued);
        run.assigned = after(row.assigned);
        run.started = after(row.started);
        run.ended = after(row.ended);
        run.workload = row.workload;
        run.label = row.label;
        run.target = row.target;
        run.nodes = row.nodes;
        run.node_setup = SimDuration(row.node_setup);
        run.queue_provisioning = SimDuration(row.queue_provisioning);
        run.queue_quota = SimDuration(row.queue_quota);
        run.status = row.status;
        run.nodes_held.clone_from(&row.nodes_held);
        run.losses = row.losses;
        run.lost = SimDuration(row.lost);
        run.deallocations = row.deallocations;
        run.deallocated = SimDuration(row.deallocated);
    }
}

/// A run before its fields are known.
fn empty() -> RunRecord {
    RunRecord {
        workload: 0,
        position: 0,
        label: 0,
        target: 0,
        nodes: 0,
        submitted: SimTime::ZERO,
        queued: None,
        assigned: None,
        started: None,
        node_setup: SimDuration::ZERO,
        queue_provisioning: SimDuration::ZERO,
        queue_quota: SimDuration::ZERO,
        ended: None,
        status: RunStatus::default(),
        nodes_held: Vec::new(),
        losses: 0,
        lost: SimDuration::ZERO,
        deallocations: 0,
        deallocated: SimDuration::ZERO,
    }
}
