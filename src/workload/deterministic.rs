//! Deterministic arrivals: one each interval, the first where the scenario puts it.

use super::kind::{Kind, Past, Pattern};
use crate::engine::Work;
use crate::engine::streams::Stream;
use crate::units::{SimDuration, SimTime};

/// One arrival each interval.
#[derive(Clone, Debug, PartialEq)]
pub struct Deterministic {
    interval: SimDuration,
    next: SimTime,
}

impl Deterministic {
    /// One arrival each `interval`, which is above 0; the first falls at `first`.
    pub fn new(interval: SimDuration, first: SimTime) -> Self {
        Self {
            interval,
            next: first,
        }
    }
}

impl Kind for Deterministic {
    fn next(&mut self, _: Past, _: &mut Stream, _: &mut Work<'_>) -> SimTime {
        let at = self.next;
        self.next = at + self.interval;
        at
    }

    fn scale(&mut self, factor: f64) {
        let interval = self.interval.as_secs_f64() / factor;
        self.interval = SimDuration::from_secs_rounded(interval).max(SimDuration(1));
    }

    fn per_s(&self, _: SimTime) -> f64 {
        1.0 / self.interval.as_secs_f64()
    }

    /// One or two arrivals at fixed times say nothing of other times.
    fn pattern(&self, measured: SimDuration) -> Pattern {
        if self.interval.0 > measured.0 / 2 {
            Pattern::Once
        } else {
            Pattern::Steady
        }
    }

    fn goes_on(&self) -> bool {
        true
    }
}
