//! How many observations an interval of a wanted length takes: in rounds, until it is that short.
//!
//! The interval of a mean that is looked at again and again until it is short enough covers the truth less often than one of a
//! sample whose size was known ahead, the more so the smaller the sample. The loss goes away as the wanted length does (Chow and
//! Robbins, On the asymptotic theory of fixed-width sequential confidence intervals for the mean, Annals of Mathematical
//! Statistics 36, 1965). It is small where looks are few and none is at a small sample: the first is at [`LEAST`] or more (Law,
//! Simulation Modeling and Analysis, 5th ed., section 9.4.1), and each round is half as large as all before it.

/// Observations before the first look at least.
pub const LEAST: u32 = 10;

/// Observations that there are after the next round, of which `most` are allowed.
pub fn after_next_round(count: u32, most: u32) -> u32 {
    count.saturating_add(count.div_ceil(2)).min(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_grow_by_half_up_to_the_most() {
        let rounds = |first: u32, most: u32| {
            let next = |count: &u32| Some(after_next_round(*count, most));
            std::iter::successors(Some(first), next)
                .take(6)
                .collect::<Vec<_>>()
        };
        assert_eq!(rounds(10, 100), [10, 15, 23, 35, 53, 80]);
        assert_eq!(rounds(30, 60), [30, 45, 60, 60, 60, 60]);
        assert_eq!(after_next_round(u32::MAX, u32::MAX), u32::MAX);
    }
}
