//! What is counted of the runs of a target: how they ended, and how long they waited.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::quantile::quantiles_of_steps;
use super::{WaitQuantiles, steps};
use crate::stats::Trend;
use crate::units::{SimDuration, SimTime};

/// How many runs ended how, and how long they waited.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RunStatistics {
    /// Runs submitted in `[warmup, horizon)`.
    pub submitted: u64,
    /// Of these: completed.
    pub completed: u64,
    /// Refused at submission, ended by a lost node, or terminated.
    pub failed: u64,
    /// Stopped by a maximum duration or a schedule.
    pub canceled: u64,
    /// Not ended when the simulation was.
    pub unfinished: u64,
    /// Of the failed: those that a lost node ended (`on_interruption = "fail"`); the others were refused.
    pub failed_by_interruption: u64,
    /// Of the failed: those whose nodes their pool took away (`deallocation = "terminate"`).
    pub terminated: u64,
    /// Runs that lost a node at least once.
    pub hit: u64,
    /// Times that a run lost a node.
    pub losses: u64,
    /// Runs that reached Running: those whose wait is known.
    pub started: u64,
    /// Sum of waits (submission to first Running) over `started` runs, in microseconds.
    pub wait_sum: u128,
    /// Part of the waits spent on image builds.
    pub prepare_sum: u128,
    /// Part of the waits spent in the queue.
    pub queue_sum: u128,
    /// Part of the waits spent on the nodes: pull and setup.
    pub node_setup_sum: u128,
    /// Part of the queue's sum in which the head waited for nodes that were on their way.
    pub queue_provisioning_sum: u128,
    /// Part of the queue's sum in which a quota withheld the nodes that the head lacked.
    pub queue_quota_sum: u128,
    /// Sum of turnarounds (submission to Completed) over completed runs, in microseconds.
    pub turnaround_sum: u128,
    /// The first submission; `None` of no runs.
    pub first_submitted: Option<SimTime>,
    /// The last end of those that ended; `None` where none did.
    pub last_ended: Option<SimTime>,
    /// Quantiles of the wait; `None` where no run started.
    pub wait_quantiles: Option<WaitQuantiles>,
    /// Runs whose wait was at most [`wait_grid`](super::wait_grid)'s entry of the same position, up to the first that has all.
    #[serde(with = "steps::packed")]
    pub wait_at_most: Arc<[u64]>,
    /// Trend of the number of runs that wait for their first start, over `[0, horizon)` whatever the warm-up; `None` where
    /// the horizon is too short to tell.
    pub backlog: Option<Trend>,
}

impl RunStatistics {
    /// Time from the first submission to the last end; `None` of no runs, and where some have not ended.
    pub fn makespan(&self) -> Option<SimDuration> {
        let ended = self.last_ended.filter(|_| self.unfinished == 0)?;
        Some(ended.since(self.first_submitted?))
    }

    /// Several sorts of runs together; `None` of none. Quantiles of several are interpolated between the times of
    /// [`wait_grid`](super::wait_grid), and no trend of their backlog is known.
    pub fn together<'a>(all: impl Iterator<Item = &'a Self>) -> Option<Self> {
        let mut all = all.peekable();
        let mut sum = all.next()?.clone();
        if all.peek().is_none() {
            return Some(sum);
        }
        for one in all {
            sum.add(one);
        }
        sum.backlog = None;
        let longest = sum.wait_quantiles.map(|waits| waits.max);
        sum.wait_quantiles =
            longest.map(|max| quantiles_of_steps(&sum.wait_at_most, sum.started, max));
        Some(sum)
    }

    /// Counts and sums; of the quantiles only the longest wait.
    fn add(&mut self, one: &Self) {
        self.submitted += one.submitted;
        self.completed += one.completed;
        self.failed += one.failed;
        self.canceled += one.canceled;
        self.unfinished += one.unfinished;
        self.failed_by_interruption += one.failed_by_interruption;
        self.terminated += one.terminated;
        self.hit += one.hit;
        self.losses += one.losses;
        self.started += one.started;
        self.wait_sum += one.wait_sum;
        self.prepare_sum += one.prepare_sum;
        self.queue_sum += one.queue_sum;
        self.node_setup_sum += one.node_setup_sum;
        self.queue_provisioning_sum += one.queue_provisioning_sum;
        self.queue_quota_sum += one.queue_quota_sum;
        self.turnaround_sum += one.turnaround_sum;
        let first = [self.first_submitted, one.first_submitted];
        self.first_submitted = first.into_iter().flatten().min();
        self.last_ended = self.last_ended.max(one.last_ended);
        self.wait_at_most = steps::sum(&self.wait_at_most, &one.wait_at_most).into();
        let longest = [self.wait_quantiles, one.wait_quantiles]
            .into_iter()
            .flatten();
        self.wait_quantiles = longest.max_by_key(|waits| waits.max);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::wait_grid;

    fn of(waits: &[u64], submitted: u64) -> RunStatistics {
        let counts = wait_grid().map(|edge| waits.iter().filter(|wait| **wait <= edge.0).count());
        let counts = counts.map(|count| count as u64);
        let longest = waits.iter().max().copied();
        RunStatistics {
            submitted,
            started: waits.len() as u64,
            wait_sum: waits.iter().map(|wait| u128::from(*wait)).sum(),
            wait_at_most: steps::up_to_all(counts, waits.len() as u64).into(),
            wait_quantiles: longest.map(|longest| WaitQuantiles {
                max: SimDuration(longest),
                ..WaitQuantiles::default()
            }),
            first_submitted: Some(SimTime(submitted)),
            ..RunStatistics::default()
        }
    }

    #[test]
    fn runs_of_several_sorts_are_counted_together() {
        let (quick, slow) = (of(&[0; 98], 99), of(&[60_000_000, 61_000_000], 3));
        let together = RunStatistics::together([&quick, &slow].into_iter()).unwrap();
        assert_eq!((together.submitted, together.started), (102, 100));
        assert_eq!(together.wait_sum, 121_000_000);
        assert_eq!(together.first_submitted, Some(SimTime(3)));
        let waits = together.wait_quantiles.unwrap();
        assert_eq!(waits.p95, SimDuration::ZERO.into());
        assert_eq!(waits.max, SimDuration(61_000_000));
        let off = waits.p99.value.0.abs_diff(60_000_000);
        assert!(off <= waits.p99.hidden.0, "{waits:?}");
        assert_eq!(RunStatistics::together([&slow].into_iter()), Some(slow));
        assert_eq!(RunStatistics::together(std::iter::empty()), None);
    }
}
