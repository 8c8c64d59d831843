//! Bursts: Poisson arrivals whose rate switches between quiet and peak by weekly windows of local time.

use rand_distr::{Distribution as _, Exp1};

use super::ArrivalClock;
use crate::calendar::WeeklySchedule;
use crate::engine::Work;
use crate::engine::streams::Stream;
use crate::units::{SimDuration, SimTime};

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

impl Bursts {
    /// The next arrival after the clock's last: one exponential amount of expected arrivals is used up at the rates in
    /// force, so that each arrival takes one draw however many windows lie between.
    pub fn next(
        &self,
        clock: &mut ArrivalClock,
        stream: &mut Stream,
        work: &mut Work<'_>,
    ) -> SimTime {
        let mut left: f64 = Exp1.sample(stream);
        let mut at = clock.last;
        loop {
            if at >= clock.edge || clock.count == 0 {
                clock.inside = self.windows.is_open(at);
                clock.edge = self.windows.next_change(at).unwrap_or(SimTime::NEVER);
            }
            let rate = if clock.inside {
                self.peak_per_s
            } else {
                self.quiet_per_s
            };
            let expected = rate * clock.edge.since(at).as_secs_f64();
            if expected > left {
                return at + SimDuration::from_secs_rounded(left / rate);
            }
            if clock.edge >= clock.horizon || !work.step() {
                return SimTime::NEVER;
            }
            left -= expected;
            at = clock.edge;
        }
    }
}
