//! Quantiles of times from a live histogram: interpolated within its bins, each with what the bin hides.

mod histogram;

pub use histogram::Histogram;

use crate::results::{Quantile, WaitQuantiles};
use crate::units::SimDuration;

/// The times of one bin, in order of size.
struct Bin {
    /// The least and the greatest time that they can be.
    low: u64,
    high: u64,
    /// Position of the first of them among all times, from 1.
    first: u64,
    count: u64,
    /// Whether the first is exactly `low`, and the last exactly `high`.
    low_is_known: bool,
    high_is_known: bool,
}

/// Quantiles of the times of a histogram, of which the shortest above zero and the longest are known exactly; `None` of
/// no times.
///
/// The quantile of p % is the time at position ceil(p n / 100) of n in order of size.
pub fn quantiles(
    times: &Histogram,
    shortest: SimDuration,
    longest: SimDuration,
) -> Option<WaitQuantiles> {
    let all = times.len();
    let ranks = [50, 95, 99].map(|percent| (all * percent).div_ceil(100).max(1));
    let mut found = [Quantile::default(); 3];
    let bins = times.around(ranks.into_iter());
    for ((found, rank), (bin, before)) in found.iter_mut().zip(ranks).zip(bins) {
        let histogram::Bin { low, high, count } = bin;
        let is_last = before + count == all;
        let low_is_known = (low..=high).contains(&shortest.0);
        let bin = Bin {
            low: if low_is_known { shortest.0 } else { low },
            high: if is_last { longest.0 } else { high },
            first: before + 1,
            count,
            low_is_known,
            high_is_known: is_last,
        };
        *found = bin.at(rank);
    }
    let [p50, p95, p99] = found;
    (all > 0).then_some(WaitQuantiles {
        p50,
        p95,
        p99,
        max: longest,
    })
}

impl Bin {
    /// The time at a position among all times: as if those of the bin were evenly spread, which is off by no more than
    /// to the farther end of the bin.
    fn at(&self, position: u64) -> Quantile {
        let last = self.first + self.count - 1;
        if position == self.first && self.low_is_known {
            return SimDuration(self.low).into();
        }
        if position == last && self.high_is_known {
            return SimDuration(self.high).into();
        }
        let half = |is_known: bool| if is_known { 0.0 } else { 0.5 };
        let from = self.first as f64 - half(self.low_is_known);
        let to = last as f64 + half(self.high_is_known);
        let share = (position as f64 - from) / (to - from);
        let width = SimDuration(self.high - self.low);
        let above = SimDuration::from_secs_rounded(width.as_secs_f64() * share).min(width);
        Quantile {
            value: SimDuration(self.low) + above,
            hidden: above.max(SimDuration(width.0 - above.0)),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(times: &[u64]) -> WaitQuantiles {
        let mut all = Histogram::default();
        for time in times {
            all.record(*time);
        }
        let above_zero = times.iter().filter(|time| **time > 0);
        let shortest = above_zero.min().copied().unwrap_or_default();
        let longest = times.iter().max().copied().unwrap_or_default();
        quantiles(&all, SimDuration(shortest), SimDuration(longest)).unwrap()
    }

    fn exact(micros: u64) -> Quantile {
        SimDuration(micros).into()
    }

    #[test]
    fn equal_times_and_the_ends_are_exact() {
        assert_eq!(
            quantiles(&Histogram::default(), SimDuration(0), SimDuration(0)),
            None
        );
        for micros in [0, 1, 2_047, 2_049, 200_000, 120_000_000, 1 << 49] {
            let all = of(&[micros; 100]);
            assert_eq!([all.p50, all.p95, all.p99], [exact(micros); 3]);
            assert_eq!(all.max, SimDuration(micros));
        }
        // Below 2,048 us a bin holds one time; zeros are exact beside others.
        let all = of(&[0, 0, 0, 700, 1_999]);
        assert_eq!([all.p50, all.p95], [exact(0), exact(1_999)]);
        // The first of a bin whose least time is known.
        assert_eq!(of(&[200_001, 900_000]).p50, exact(200_001));
    }

    #[test]
    fn a_bin_of_four_is_divided_by_hand() {
        // Bins between 131,072 and 262,143 us are 128 wide: 200,000 lies in [199,936, 200,063]. Of 80 times the 40th,
        // p50, is the 2nd of 4 in it, between 38 shorter and 38 longer ones: 199,936 + 127 x 1.5 / 4 = 199,983.6.
        let mut times = vec![1_000; 38];
        times.extend([200_000; 4]);
        times.extend([900_000; 38]);
        let p50 = of(&times).p50;
        assert_eq!(p50.value, SimDuration(199_984));
        assert_eq!(p50.hidden, SimDuration(79));
    }

    proptest! {
        #[test]
        fn the_true_time_is_within_what_is_hidden(
            mut times in prop::collection::vec(0_u64..5_000_000, 1..400),
        ) {
            let all = of(&times);
            times.sort_unstable();
            for (percent, seen) in [(50, all.p50), (95, all.p95), (99, all.p99)] {
                let position = (times.len() * percent).div_ceil(100);
                let truth = times[position - 1];
                prop_assert!(seen.value.0.abs_diff(truth) <= seen.hidden.0);
                prop_assert!(seen.hidden.0 as f64 <= truth as f64 / 1000.0);
            }
            prop_assert!(all.p50.value <= all.p95.value && all.p95.value <= all.p99.value);
        }
    }
}
