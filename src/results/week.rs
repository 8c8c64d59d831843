//! The runs of a target by the hour of the week in which they were submitted.

use serde::{Deserialize, Serialize};

use crate::units::{HOURS_OF_WEEK, SimDuration};

/// Counts of the measured runs of a target by the hour of the week of their submission on the local clock, from Monday 00:00 on.
/// Each list has an entry for each hour.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeekStatistics {
    /// Runs submitted in `[warmup, horizon)`.
    pub submitted: Vec<u64>,
    /// Of these: reached Running, so that their wait is known.
    pub started: Vec<u64>,
    /// Sum of waits over `started` runs, in microseconds.
    pub wait_sum: Vec<u128>,
}

impl Default for WeekStatistics {
    fn default() -> Self {
        Self {
            submitted: vec![0; HOURS_OF_WEEK],
            started: vec![0; HOURS_OF_WEEK],
            wait_sum: vec![0; HOURS_OF_WEEK],
        }
    }
}

impl WeekStatistics {
    /// Adds the runs of other targets, hour by hour.
    pub fn add(&mut self, other: &Self) {
        let counts = self.submitted.iter_mut().zip(&other.submitted);
        let started = self.started.iter_mut().zip(&other.started);
        for (sum, count) in counts.chain(started) {
            *sum += count;
        }
        for (sum, waits) in self.wait_sum.iter_mut().zip(&other.wait_sum) {
            *sum += waits;
        }
    }

    /// Counts a run that was submitted in this hour, with its wait where it started.
    pub fn count(&mut self, hour: usize, wait: Option<SimDuration>) {
        self.submitted[hour] += 1;
        if let Some(wait) = wait {
            self.started[hour] += 1;
            self.wait_sum[hour] += u128::from(wait.0);
        }
    }
}
