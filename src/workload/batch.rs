//! Batches: many runs at once at given times.

use super::ArrivalClock;
use crate::units::SimTime;

/// `runs` runs at each of `times`.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// Runs submitted at each time, at least 1.
    pub runs: u32,
    /// Times, ascending.
    pub times: Vec<SimTime>,
}

impl Batch {
    /// The next arrival, by the number of arrivals before.
    pub fn next(&self, clock: &mut ArrivalClock) -> SimTime {
        let batch = clock.count / u64::from(self.runs);
        let position = usize::try_from(batch).unwrap_or(usize::MAX);
        self.times.get(position).copied().unwrap_or(SimTime::NEVER)
    }
}
