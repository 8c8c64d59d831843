//! Poisson arrivals: independent, at a constant rate.

use rand_distr::{Distribution as _, Exp1};

use super::ArrivalClock;
use crate::engine::streams::Stream;
use crate::units::{SimDuration, SimTime};

/// Arrivals at a constant rate; the gaps are exponential.
#[derive(Clone, Debug, PartialEq)]
pub struct Poisson {
    mean_gap_s: f64,
}

impl Poisson {
    /// So many arrivals per second in the mean, above 0.
    pub fn new(rate_per_s: f64) -> Self {
        Self {
            mean_gap_s: 1.0 / rate_per_s,
        }
    }

    /// Mean arrivals per second.
    pub fn rate_per_s(&self) -> f64 {
        1.0 / self.mean_gap_s
    }

    /// The next arrival after the clock's last.
    #[inline(always)]
    pub fn next(&self, clock: &mut ArrivalClock, stream: &mut Stream) -> SimTime {
        let gap: f64 = Exp1.sample(stream);
        clock.last + SimDuration::from_secs_rounded(gap * self.mean_gap_s)
    }
}
