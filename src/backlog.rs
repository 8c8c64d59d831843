//! How many wait for their first start (runs), or for a place (requests), over time: from `t = 0` to the horizon whatever
//! the warm-up, in slices short enough to show the trend and few enough to need little memory.

use crate::stats::Trend;
use crate::units::SimTime;

/// Slices of the horizon at least; below twice as many.
const LEAST_SLICES: u64 = 512;

/// Arrivals less starts, by slice.
#[derive(Clone, Debug)]
pub struct Backlog {
    /// A slice is two to the power of this many ticks.
    shift: u32,
    /// By slice; the last one ends after the horizon.
    changes: Vec<i64>,
}

impl Backlog {
    /// Nobody waits at `t = 0`.
    pub fn new(horizon: SimTime) -> Self {
        let shift = (horizon.0 / LEAST_SLICES).checked_ilog2().unwrap_or(0);
        let slices = usize::try_from(horizon.0 >> shift).expect("fewer than 1,024");
        Self {
            shift,
            changes: vec![0; slices + 1],
        }
    }

    /// Counts one that waits, and when it stopped, if it did.
    #[inline(always)]
    pub fn count(&mut self, submitted: SimTime, left: Option<SimTime>) {
        let from = submitted.0 >> self.shift;
        let to = left.map_or(u64::MAX, |left| left.0 >> self.shift);
        if from != to {
            self.add(from, 1);
            self.add(to, -1);
        }
    }

    /// What comes after the horizon is not of interest.
    #[inline(always)]
    fn add(&mut self, slice: u64, change: i64) {
        let slice = usize::try_from(slice).unwrap_or(usize::MAX);
        if let Some(sum) = self.changes.get_mut(slice) {
            *sum += change;
        }
    }

    /// Takes another target's in, of the same horizon.
    pub fn merge(&mut self, other: &Self) {
        for (sum, more) in self.changes.iter_mut().zip(&other.changes) {
            *sum += more;
        }
    }

    /// What its levels at the ends of whole slices say.
    pub fn trend(&self) -> Option<Trend> {
        let (_, whole) = self.changes.split_last()?;
        let levels = whole.iter().scan(0, |level, change| {
            *level += change;
            Some(*level)
        });
        Trend::of(&levels.collect::<Vec<i64>>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn levels(of: &Backlog) -> Vec<i64> {
        let mut level = 0;
        let (_, whole) = of.changes.split_last().unwrap();
        let sums = whole.iter().map(|change| {
            level += change;
            level
        });
        sums.collect()
    }

    #[test]
    fn levels_are_the_runs_that_wait_at_the_ends_of_slices() {
        // 1,000 ticks in slices of one; 2,000 in 1,000 slices of two.
        let mut one = Backlog::new(SimTime(1000));
        one.count(SimTime(0), Some(SimTime(3)));
        one.count(SimTime(1), None);
        one.count(SimTime(2), Some(SimTime(2)));
        one.count(SimTime(999), Some(SimTime(5000)));
        let found = levels(&one);
        assert_eq!(
            (found.len(), &found[..5], found[999]),
            (1000, &[1, 2, 2, 1, 1][..], 2)
        );
        let two = Backlog::new(SimTime(2000));
        assert_eq!((two.shift, two.changes.len()), (1, 1001));
        assert_eq!(Backlog::new(SimTime(1)).trend(), None);
        let long = Backlog::new(SimTime(u64::MAX));
        assert!(long.changes.len() <= 1024, "{}", long.changes.len());
    }
}
