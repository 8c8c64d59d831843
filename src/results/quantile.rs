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

/// Quantiles of `all` waits of which the counts up to each time of [`wait_grid`] are known, and the longest: linear between two
/// times of the grid.
pub(super) fn quantiles_of_steps(at_most: &[u64], all: u64, longest: SimDuration) -> WaitQuantiles {
    let of = |percent: u64| {
        let rank = (all * percent).div_ceil(100).max(1);
        let (mut low, mut before) = (SimDuration::ZERO, 0);
        for (edge, count) in wait_grid().zip(at_most.iter().copied()) {
            if count >= rank {
                let high = edge.min(longest);
                let width = high.0.saturating_sub(low.0);
                let share = (rank - before) as f64 / (count - before) as f64;
                return between(low, SimDuration(width), share);
            }
            (low, before) = (edge, count);
        }
        let width = SimDuration(longest.0.saturating_sub(low.0));
        let share = (rank - before) as f64 / (all - before).max(1) as f64;
        between(low, width, share)
    };
    WaitQuantiles {
        p50: of(50),
        p95: of(95),
        p99: of(99),
        max: longest,
    }
}

/// A share of a width above its low end, which may be anywhere in the width.
fn between(low: SimDuration, width: SimDuration, share: f64) -> Quantile {
    let above = SimDuration::from_secs_rounded(width.as_secs_f64() * share).min(width);
    Quantile {
        value: low + above,
        hidden: above.max(SimDuration(width.0 - above.0)),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_of_steps_are_within_what_they_say_is_hidden() {
        let mut waits: Vec<u64> = (0..1_000_u64).map(|at| at * at * 3_000).collect();
        waits.sort_unstable();
        let all = waits.len() as u64;
        let counts = wait_grid().map(|edge| waits.iter().filter(|wait| **wait <= edge.0).count());
        let counts: Vec<u64> = counts.map(|count| count as u64).collect();
        let longest = SimDuration(waits[waits.len() - 1]);
        let found = quantiles_of_steps(&counts, all, longest);
        for (quantile, place) in [(found.p50, 499), (found.p95, 949), (found.p99, 989)] {
            let off = quantile.value.0.abs_diff(waits[place]);
            assert!(
                off <= quantile.hidden.0,
                "{quantile:?} for {}",
                waits[place]
            );
            // Steps are an eighth of a doubling apart.
            assert!(quantile.hidden.0 <= waits[place] / 10, "{quantile:?}");
        }
        assert_eq!(found.max, longest);
        let none = quantiles_of_steps(&[7], 7, SimDuration::ZERO);
        assert_eq!(none.p99, SimDuration::ZERO.into());
    }
}
