//! What is counted of the parents of a workload that fans out.

use serde::{Deserialize, Serialize};

use super::WaitQuantiles;

/// The fan-outs of a workload: each is a parent with all of its children.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FanOutStatistics {
    /// Position of the workload among the names of the variant.
    pub workload: u32,
    /// Parents submitted in `[warmup, horizon)`.
    pub submitted: u64,
    /// Of these: those whose children have all ended, in whatever way.
    pub ended: u64,
    /// Sum of their times, from the submission of the parent to the end of its last child, in microseconds.
    pub time_sum: u128,
    /// Quantiles of these times; `None` where none ended, and of several workloads together.
    pub quantiles: Option<WaitQuantiles>,
}

impl FanOutStatistics {
    /// Those of several workloads together; `None` of none.
    pub fn together<'a>(all: impl Iterator<Item = &'a Self>) -> Option<Self> {
        let mut all = all;
        let mut sum = all.next()?.clone();
        for one in all {
            sum.submitted += one.submitted;
            sum.ended += one.ended;
            sum.time_sum += one.time_sum;
            sum.quantiles = None;
        }
        Some(sum)
    }
}
