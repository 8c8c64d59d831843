//! Deterministic arrivals: one each interval, the first one interval after the start.

use crate::units::SimDuration;

/// One arrival each interval; the first falls at `first`.
#[derive(Clone, Debug, PartialEq)]
pub struct Deterministic {
    /// Time between arrivals, above 0.
    pub interval: SimDuration,
    /// Time of the first arrival.
    pub first: SimDuration,
}
