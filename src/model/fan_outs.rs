//! The time of whole fan-outs: from the submission of a parent to the end of its last child.

use crate::quantiles::{Histogram, quantiles};
use crate::results::FanOutStatistics;
use crate::units::{SimDuration, SimTime};

/// The fan-outs of one workload whose parents came after the warm-up.
#[derive(Debug)]
pub(super) struct FanOuts {
    warmup: SimTime,
    statistics: FanOutStatistics,
    times: Histogram,
    shortest: SimDuration,
    longest: SimDuration,
}

impl FanOuts {
    /// Of the workload at this position.
    pub(super) fn new(workload: u32, warmup: SimTime) -> Self {
        Self {
            warmup,
            statistics: FanOutStatistics {
                workload,
                ..FanOutStatistics::default()
            },
            times: Histogram::default(),
            shortest: SimDuration(u64::MAX),
            longest: SimDuration::ZERO,
        }
    }

    /// The last child of a parent that came at `submitted` has ended.
    pub(super) fn count(&mut self, submitted: SimTime, ended: SimTime) {
        if submitted < self.warmup {
            return;
        }
        let time = ended.since(submitted);
        self.statistics.submitted += 1;
        self.statistics.ended += 1;
        self.statistics.time_sum += u128::from(time.0);
        self.shortest = self.shortest.min(time);
        self.longest = self.longest.max(time);
        self.times.record(time.0);
    }

    /// The sums, with those parents of which not all children have ended.
    pub(super) fn finish(mut self, open: impl Iterator<Item = SimTime>) -> FanOutStatistics {
        let open = open.filter(|submitted| *submitted >= self.warmup);
        self.statistics.submitted += open.count() as u64;
        self.statistics.quantiles = quantiles(&self.times, self.shortest, self.longest);
        self.statistics
    }
}
