//! Quantiles as a histogram shows them, and the times at which distributions of waits are kept.

use serde::{Deserialize, Serialize};

use crate::units::SimDuration;

/// Quantiles of one replication's waits or latencies, read from a histogram.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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

/// The waits at which distributions are kept: 0, then eight steps to each doubling from 2^16 us (0.07 s) to 2^45 us (407 days).
pub fn wait_grid() -> impl Iterator<Item = SimDuration> {
    let steps = (0..=8 * 29_u32).map(|step| {
        let exponent = 16.0 + f64::from(step) / 8.0;
        SimDuration::from_secs_rounded(exponent.exp2() / 1e6)
    });
    std::iter::once(SimDuration::ZERO).chain(steps)
}
