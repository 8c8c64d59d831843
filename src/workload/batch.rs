//! Batches: many runs at once at given times.

use super::kind::{Kind, Past, Pattern};
use crate::engine::Work;
use crate::engine::streams::Stream;
use crate::units::{SimDuration, SimTime};

/// A number of runs at each of some times.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    runs: u32,
    times: Vec<SimTime>,
    /// Position of the next time.
    next: usize,
    /// Runs that came then.
    came: u32,
}

impl Batch {
    /// `runs` runs, at least 1, at each of `times`, which ascend.
    pub fn new(runs: u32, times: Vec<SimTime>) -> Self {
        Self {
            runs,
            times,
            next: 0,
            came: 0,
        }
    }
}

impl Kind for Batch {
    fn next(&mut self, _: Past, _: &mut Stream, _: &mut Work<'_>) -> SimTime {
        if self.came == self.runs {
            self.next += 1;
            self.came = 0;
        }
        self.came += 1;
        self.times.get(self.next).copied().unwrap_or(SimTime::NEVER)
    }

    fn per_s(&self, horizon: SimTime) -> f64 {
        let before = self.times.partition_point(|at| *at < horizon);
        f64::from(self.runs) * before as f64 / horizon.as_secs_f64()
    }

    fn pattern(&self, _: SimDuration) -> Pattern {
        Pattern::Once
    }

    fn goes_on(&self) -> bool {
        false
    }
}
