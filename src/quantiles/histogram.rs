//! A histogram of times whose bins are at most a thousandth of their times wide, and which takes room only up to the longest.
//!
//! Bins as those of `HdrHistogram` with three digits (Tene, hdrhistogram.org): times below 2,048 each have a bin, and each doubling
//! from there on has 1,024. A flat table that grows makes short replications cheap: most have no long times.

/// Bins of each doubling.
const BINS: u64 = 1 << HALF_BITS;
const HALF_BITS: u32 = 10;
/// Bins that are passed over at a time on the way to a position.
const PART: usize = 32;

/// How often each time was counted, in microseconds.
#[derive(Clone, Debug, Default)]
pub struct Histogram {
    counts: Vec<u32>,
    all: u64,
}

/// A bin with times in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bin {
    /// The least time of the bin.
    pub low: u64,
    /// The greatest.
    pub high: u64,
    /// How many there are.
    pub count: u64,
}

/// How far the times of a bin of this time are shifted, which is by how much its width is doubled.
#[inline]
fn doublings(time: u64) -> u32 {
    (u64::BITS - time.leading_zeros()).saturating_sub(HALF_BITS + 1)
}

/// Position of the bin of a time.
#[inline]
fn position(time: u64) -> usize {
    let doublings = doublings(time);
    let position = u64::from(doublings) * BINS + (time >> doublings);
    usize::try_from(position).expect("fewer than 2^16 bins")
}

/// The least and the greatest time of the bin at a position.
fn bounds(position: usize) -> (u64, u64) {
    let position = position as u64;
    let doublings = (position / BINS).saturating_sub(1);
    let low = (position - doublings * BINS) << doublings;
    (low, low + ((1 << doublings) - 1))
}

impl Histogram {
    /// Counts a time.
    #[inline]
    pub fn record(&mut self, time: u64) {
        self.record_many(time, 1);
    }

    /// Counts a time this number of times; one bin holds up to `u32::MAX`.
    #[inline]
    pub fn record_many(&mut self, time: u64, times: u32) {
        let position = position(time);
        if position >= self.counts.len() {
            self.grow(position);
        }
        let count = &mut self.counts[position];
        *count = count.saturating_add(times);
        self.all += u64::from(times);
    }

    #[cold]
    fn grow(&mut self, position: usize) {
        self.counts.resize(position + 1, 0);
    }

    /// Takes the times of another in.
    pub fn add(&mut self, other: &Self) {
        if self.counts.len() < other.counts.len() {
            self.counts.resize(other.counts.len(), 0);
        }
        for (own, other) in self.counts.iter_mut().zip(&other.counts) {
            *own = own.saturating_add(*other);
        }
        self.all += other.all;
    }

    /// How many times were counted.
    pub fn len(&self) -> u64 {
        self.all
    }

    /// Whether none was.
    pub fn is_empty(&self) -> bool {
        self.all == 0
    }

    /// The bin with the time at each of some positions among all times in order of size, from 1, which ascend; and how many times
    /// lie in the bins before it.
    pub fn around(&self, ranks: impl Iterator<Item = u64>) -> impl Iterator<Item = (Bin, u64)> {
        let (mut from, mut before_part) = (0, 0);
        ranks.map_while(move |rank| {
            while let Some(part) = self.counts.get(from..from + PART) {
                let count: u64 = part.iter().map(|count| u64::from(*count)).sum();
                if before_part + count >= rank {
                    break;
                }
                (from, before_part) = (from + PART, before_part + count);
            }
            let mut before = before_part;
            let rest = self.counts[from..].iter().map(|count| u64::from(*count));
            let place = rest.take_while(|count| {
                let is_before = before + count < rank;
                before += if is_before { *count } else { 0 };
                is_before
            });
            let position = from + place.count();
            let count = u64::from(*self.counts.get(position)?);
            let (low, high) = bounds(position);
            Some((Bin { low, high, count }, before))
        })
    }

    /// How many times lie in bins that end at or before each of some edges, which ascend.
    pub fn at_most(&self, edges: impl Iterator<Item = u64>) -> impl Iterator<Item = u64> {
        let (mut at_most, mut from) = (0, 0);
        edges.map(move |edge| {
            // The bins that end at or before it lie before the one of the next time.
            let bins = edge.checked_add(1).map_or(usize::MAX, position);
            let to = bins.min(self.counts.len());
            let counts = self.counts[from..to].iter();
            at_most += counts.map(|count| u64::from(*count)).sum::<u64>();
            from = to;
            at_most
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The bins with times in them, the least first.
    fn bins(times: &Histogram) -> Vec<Bin> {
        let counts = times.counts.iter().map(|count| u64::from(*count));
        let filled = counts.enumerate().filter(|(_, count)| *count > 0);
        let bins = filled.map(|(position, count)| {
            let (low, high) = bounds(position);
            Bin { low, high, count }
        });
        bins.collect()
    }

    #[test]
    fn bins_follow_one_another_without_gaps() {
        let mut next = 0;
        for place in 0..=position(u64::MAX) {
            let (low, high) = bounds(place);
            assert_eq!(low, next, "bin {place}");
            assert_eq!((position(low), position(high)), (place, place));
            assert!(high - low < low / 1_000 + 1, "{low} to {high} is narrow");
            next = high.wrapping_add(1);
        }
        assert_eq!(next, 0, "the last bin ends with the greatest time");
    }

    #[test]
    fn widths_double_as_documented() {
        assert_eq!(bounds(position(2_047)), (2_047, 2_047));
        assert_eq!(bounds(position(2_048)), (2_048, 2_049));
        assert_eq!(bounds(position(200_000)), (199_936, 200_063));
    }

    #[test]
    fn what_is_at_most_an_edge_ends_there() {
        let mut times = Histogram::default();
        times.record_many(0, 3);
        times.record(2_048);
        times.record(9_000_000);
        let edges = [0, 2_048, 2_049, 10_000_000];
        let at_most: Vec<u64> = times.at_most(edges.into_iter()).collect();
        assert_eq!(at_most, [3, 3, 4, 5]);
    }

    #[test]
    fn the_bin_around_each_rank_is_found() {
        let mut times = Histogram::default();
        times.record_many(0, 3);
        times.record_many(5_000, 2);
        times.record(u64::MAX);
        let bin = |time: u64, count| {
            let (low, high) = bounds(position(time));
            Bin { low, high, count }
        };
        let around: Vec<(Bin, u64)> = times.around([1, 3, 4, 5, 6].into_iter()).collect();
        let [zero, middle, longest] = [bin(0, 3), bin(5_000, 2), bin(u64::MAX, 1)];
        let expected = [(zero, 0), (zero, 0), (middle, 3), (middle, 3), (longest, 5)];
        assert_eq!(around, expected);
        assert_eq!(times.around([7].into_iter()).count(), 0);
        assert_eq!(times.at_most([u64::MAX].into_iter()).next(), Some(6));
    }

    proptest! {
        #[test]
        fn what_is_at_most_an_edge_is_the_sum_of_the_bins_that_end_there(
            times in prop::collection::vec(0_u64..1 << 40, 0..80),
            mut edges in prop::collection::vec(0_u64..1 << 41, 1..20),
        ) {
            let mut all = Histogram::default();
            for time in times {
                all.record(time);
            }
            edges.sort_unstable();
            let at_most = |edge: &u64| -> u64 {
                bins(&all).iter().filter(|bin| bin.high <= *edge).map(|bin| bin.count).sum()
            };
            let expected: Vec<u64> = edges.iter().map(at_most).collect();
            let found: Vec<u64> = all.at_most(edges.into_iter()).collect();
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn two_together_are_one_of_all(
            one in prop::collection::vec(0_u64..1 << 50, 0..50),
            other in prop::collection::vec(0_u64..1 << 20, 0..50),
        ) {
            let of = |times: &[u64]| {
                let mut all = Histogram::default();
                for time in times {
                    all.record(*time);
                }
                all
            };
            let both: Vec<u64> = one.iter().chain(&other).copied().collect();
            let mut added = of(&other);
            added.add(&of(&one));
            prop_assert_eq!(bins(&added), bins(&of(&both)));
            prop_assert_eq!(added.len(), both.len() as u64);
            prop_assert_eq!(added.is_empty(), both.is_empty());
        }
    }
}
