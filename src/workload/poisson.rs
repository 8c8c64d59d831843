//! Poisson arrivals: independent, at a constant rate.

use rand_distr::{Distribution as _, Exp1};

use super::ArrivalClock;
use crate::engine::streams::Stream;
use crate::units::{SimDuration, SimTime};

/// Arrivals at a constant rate; the gaps are exponential.
#[derive(Clone, Debug, PartialEq)]
pub struct Poisson {
    /// Mean arrivals per second, above 0.
    pub rate_per_s: f64,
}

impl Poisson {
    /// The next arrival after the clock's last.
    #[inline]
    pub fn next(&self, clock: &mut ArrivalClock, stream: &mut Stream) -> SimTime {
        let gap: f64 = Exp1.sample(stream);
        clock.last + SimDuration::from_secs_rounded(gap / self.rate_per_s)
    }
}
