//! Batches: many runs at once at given times.

use crate::units::SimTime;

/// `runs` runs at each of `times`.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// Runs submitted at each time, at least 1.
    pub runs: u32,
    /// Times, ascending.
    pub times: Vec<SimTime>,
}
