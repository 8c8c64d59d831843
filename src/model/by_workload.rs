//! The runs of each workload on each of its targets, where there are several workloads: who waits, and whose the node-time is.

use super::attempt::FirstStart;
use super::collector::Collector;
use super::run::Run;
use crate::results::{RunStatus, Window, WorkloadStatistics, bounded_slowdown};
use crate::units::{NodeTime, SimTime};
use crate::workload::WorkloadSettings;

/// The runs of one workload on one target.
#[derive(Debug)]
struct Share {
    workload: u32,
    target: u32,
    collector: Collector,
    slowdown_sum: u128,
    node_time: NodeTime,
}

/// The runs of each workload on each of its targets.
#[derive(Debug)]
pub(super) struct ByWorkload {
    warmup: SimTime,
    shares: Vec<Share>,
    /// By workload the place of its first target; none of those that are in no statistics.
    first: Vec<Option<usize>>,
}

impl ByWorkload {
    /// Nothing to count unless there are several workloads.
    pub(super) fn new(workloads: &[WorkloadSettings], window: Window) -> Self {
        let own = workloads.iter().filter(|own| !own.background).count();
        let mut all = Self {
            warmup: window.warmup,
            shares: Vec::new(),
            first: Vec::new(),
        };
        if own < 2 {
            return all;
        }
        for (workload, own) in (0..).zip(workloads) {
            all.first
                .push((!own.background).then_some(all.shares.len()));
            if own.background {
                continue;
            }
            let shares = own.targets.iter().map(|target| Share {
                workload,
                target: u32::try_from(*target).expect("targets are few"),
                collector: Collector::new(window),
                slowdown_sum: 0,
                node_time: NodeTime(0),
            });
            all.shares.extend(shares);
        }
        all
    }

    /// Whether nothing is counted.
    pub(super) fn is_empty(&self) -> bool {
        self.shares.is_empty()
    }

    /// Where a run is counted.
    fn of(&mut self, run: &Run) -> Option<&mut Share> {
        let first = (*self.first.get(run.workload as usize)?)?;
        let mut own = self.shares[first..].iter_mut();
        own.find(|share| share.target == run.target)
    }

    /// Counts a run at its end, as [`Collector::count`] does.
    pub(super) fn count(
        &mut self,
        run: &Run,
        first: Option<FirstStart>,
        ended: SimTime,
        status: RunStatus,
    ) {
        let warmup = self.warmup;
        let Some(share) = self.of(run) else { return };
        share.collector.count(run, first, ended, status);
        let submitted = run.submission.at;
        if let Some(first) = first
            && status == RunStatus::Completed
            && submitted >= warmup
        {
            let wait = first.started.since(submitted);
            share.slowdown_sum += bounded_slowdown(wait, ended.since(submitted));
        }
    }

    /// Counts the node-time of an attempt that ends, whenever its run was submitted.
    pub(super) fn count_attempt(&mut self, run: &Run, now: SimTime) {
        let from = run.assigned.max(self.warmup);
        if let Some(share) = self.of(run)
            && now > from
        {
            let nodes = u128::from(run.submission.nodes);
            share.node_time += NodeTime(u128::from(now.since(from).0) * nodes);
        }
    }

    /// By workload, then in the order of its targets.
    pub(super) fn finish(self) -> Vec<WorkloadStatistics> {
        let shares = self.shares.into_iter();
        let finished = shares.map(|mut share| WorkloadStatistics {
            workload: share.workload,
            target: share.target,
            runs: share.collector.finish(),
            slowdown_sum: share.slowdown_sum,
            node_time: share.node_time,
        });
        finished.collect()
    }
}
