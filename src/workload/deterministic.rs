//! Deterministic arrivals: one each interval, the first where the scenario puts it.

use super::ArrivalClock;
use crate::units::{SimDuration, SimTime};

/// One arrival each interval; the first falls at `first`.
#[derive(Clone, Debug, PartialEq)]
pub struct Deterministic {
    /// Time between arrivals, above 0.
    pub interval: SimDuration,
    /// Time of the first arrival.
    pub first: SimDuration,
}

impl Deterministic {
    /// The next arrival after the clock's last.
    pub fn next(&self, clock: &mut ArrivalClock) -> SimTime {
        if clock.count == 0 {
            SimTime::ZERO + self.first
        } else {
            clock.last + self.interval
        }
    }
}
