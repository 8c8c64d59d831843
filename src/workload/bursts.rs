//! Bursts: Poisson arrivals whose rate switches between quiet and peak by weekly windows of local time.

use crate::calendar::WeeklySchedule;

/// A rate outside the windows and one inside them.
#[derive(Clone, Debug)]
pub struct Bursts {
    /// Mean arrivals per second outside the windows; 0 is allowed.
    pub quiet_per_s: f64,
    /// Mean arrivals per second inside the windows, above 0.
    pub peak_per_s: f64,
    /// The peak windows.
    pub windows: WeeklySchedule,
}
