//! What is counted of the runs of one user, group or class of a log.

use serde::{Deserialize, Serialize};

use super::{RunStatistics, WaitQuantiles};
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
    /// Sum of turnarounds (submission to Completed) over completed runs, in microseconds.
    #[serde(default)]
    pub turnaround_sum: u128,
    /// Median of the wait, exactly: the wait at position `ceil(0.5 n)`; `None` where no run started.
    #[serde(default)]
    pub wait_p50: Option<SimDuration>,
    /// Its 95th percentile, likewise.
    pub wait_p95: Option<SimDuration>,
    /// Its 99th percentile, likewise.
    #[serde(default)]
    pub wait_p99: Option<SimDuration>,
    /// The longest wait; `None` where no run started.
    #[serde(default)]
    pub wait_max: Option<SimDuration>,
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
        self.turnaround_sum += other.turnaround_sum;
        self.node_time += other.node_time;
    }

    /// Sets the quantiles from the waits in order, which `wait` gives by position, of the `started` runs.
    pub fn set_waits(&mut self, wait: impl Fn(usize) -> SimDuration) {
        let count = usize::try_from(self.started).expect("the waits are in memory");
        let quantile = |percent: usize| {
            let rank = (count * percent).div_ceil(100);
            (count > 0).then(|| wait(rank - 1))
        };
        self.wait_p50 = quantile(50);
        self.wait_p95 = quantile(95);
        self.wait_p99 = quantile(99);
        self.wait_max = quantile(100);
    }

    /// The same as statistics of runs; what is not counted here is 0 there.
    pub fn runs(&self) -> RunStatistics {
        RunStatistics {
            submitted: self.submitted,
            completed: self.completed,
            started: self.started,
            wait_sum: self.wait_sum,
            turnaround_sum: self.turnaround_sum,
            wait_quantiles: self.wait_quantiles(),
            ..RunStatistics::default()
        }
    }

    fn wait_quantiles(&self) -> Option<WaitQuantiles> {
        Some(WaitQuantiles {
            p50: self.wait_p50?.into(),
            p95: self.wait_p95?.into(),
            p99: self.wait_p99?.into(),
            max: self.wait_max?,
        })
    }
}
