//! Quantiles as a histogram shows them.

use crate::units::SimDuration;

/// Quantiles of one replication's waits or latencies, read from a histogram.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WaitQuantiles {
    /// Median.
    pub p50: Quantile,
    /// 95th percentile.
    pub p95: Quantile,
    /// 99th percentile.
    pub p99: Quantile,
    /// The longest, exactly.
    pub max: SimDuration,
}

/// A quantile as a histogram shows it: interpolated within its bin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quantile {
    /// The estimate.
    pub value: SimDuration,
    /// What the bin hides: the true quantile is at most this much above or below. Zero where it is known exactly.
    pub hidden: SimDuration,
}

/// A quantile that is known exactly.
impl From<SimDuration> for Quantile {
    fn from(value: SimDuration) -> Self {
        Self {
            value,
            hidden: SimDuration::ZERO,
        }
    }
}
