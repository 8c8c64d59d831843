//! What is counted of the runs of one user, group or class of a log.

use serde::{Deserialize, Serialize};

use crate::units::{NodeTime, SimDuration};

/// What is counted of some measured runs of a log: all of them, or those of which it says the same in one column.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupStatistics {
    /// Runs submitted in `[warmup, horizon)`.
    pub submitted: u64,
    /// Of these: completed.
    pub completed: u64,
    /// Of these: reached Running, so that their wait is known.
    pub started: u64,
    /// Sum of waits over `started` runs, in microseconds.
    pub wait_sum: u128,
    /// 95th percentile of the wait, exactly: the wait at position `ceil(0.95 n)`; `None` where no run started.
    pub wait_p95: Option<SimDuration>,
    /// Time from the assignment of their nodes to the release, times their nodes, over all attempts.
    pub node_time: NodeTime,
}

impl GroupStatistics {
    /// Adds what was counted of other runs; quantiles do not add up.
    pub fn add(&mut self, other: &Self) {
        self.submitted += other.submitted;
        self.completed += other.completed;
        self.started += other.started;
        self.wait_sum += other.wait_sum;
        self.node_time += other.node_time;
    }
}
