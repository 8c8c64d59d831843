//! What is counted of the runs of a target: how they ended, and how long they waited.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

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
}
