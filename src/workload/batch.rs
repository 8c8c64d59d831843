//! Batches: many runs at once at given times.

use super::kind::{Kind, Past, Pattern};
use super::repeated::Repeated;
use crate::engine::Work;
use crate::engine::streams::Stream;
use crate::units::{SimDuration, SimTime};

/// A number of runs at each of some times.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    runs: Repeated,
    times: Vec<SimTime>,
    /// Times that came.
    next: usize,
    /// Runs that are still to come then.
    left: u64,
}

impl Batch {
    /// `runs` runs, at least 1, at each of `times`, which ascend.
    pub fn new(runs: u32, times: Vec<SimTime>) -> Self {
        Self {
            runs: Repeated::new(runs),
            times,
            next: 0,
            left: 0,
        }
    }
}

impl Batch {
    /// When its runs come, ascending.
    pub fn times(&self) -> &[SimTime] {
        &self.times
    }
}

impl Kind for Batch {
    fn next(&mut self, _: Past, stream: &mut Stream, work: &mut Work<'_>) -> SimTime {
        while self.left == 0 && self.next < self.times.len() && work.step() {
            self.next += 1;
            self.left = self.runs.draw(stream, work);
        }
        if self.left == 0 {
            return SimTime::NEVER;
        }
        self.left -= 1;
        self.times[self.next - 1]
    }

    fn scale(&mut self, factor: f64) {
        self.runs.scale(factor);
    }

    fn per_s(&self, horizon: SimTime) -> f64 {
        let before = self.times.partition_point(|at| *at < horizon);
        self.runs.mean() * before as f64 / horizon.as_secs_f64()
    }

    fn pattern(&self, _: SimDuration) -> Pattern {
        Pattern::Once
    }

    fn goes_on(&self) -> bool {
        false
    }

    fn is_random(&self) -> bool {
        self.runs.is_random()
    }
}
