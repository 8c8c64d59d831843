//! Bursts: Poisson arrivals whose rate switches between quiet and peak by weekly windows of local time.

use rand_distr::{Distribution as _, Exp1};

use super::kind::{Kind, Past, Pattern, Peaks};
use crate::calendar::WeeklySchedule;
use crate::engine::Work;
use crate::engine::streams::Stream;
use crate::units::{SimDuration, SimTime};

/// A rate outside the windows and one inside them.
#[derive(Clone, Debug)]
pub struct Bursts {
    quiet_per_s: f64,
    peak_per_s: f64,
    windows: WeeklySchedule,
    /// Next change of the rate.
    edge: SimTime,
    /// Whether the rate is the peak's until then.
    inside: bool,
}

impl Bursts {
    /// Mean arrivals per second outside the windows, where 0 is allowed, and inside them, above 0.
    pub fn new(quiet_per_s: f64, peak_per_s: f64, windows: WeeklySchedule) -> Self {
        Self {
            quiet_per_s,
            peak_per_s,
            windows,
            edge: SimTime::ZERO,
            inside: false,
        }
    }
}

impl Kind for Bursts {
    /// One exponential amount of expected arrivals is used up at the rates in force, so that each arrival takes one draw
    /// however many windows lie between.
    fn next(&mut self, past: Past, stream: &mut Stream, work: &mut Work<'_>) -> SimTime {
        let mut left: f64 = Exp1.sample(stream);
        let mut at = past.last;
        loop {
            if at >= self.edge {
                self.inside = self.windows.is_open(at);
                self.edge = self.windows.next_change(at).unwrap_or(SimTime::NEVER);
            }
            let rate = if self.inside {
                self.peak_per_s
            } else {
                self.quiet_per_s
            };
            let expected = rate * self.edge.since(at).as_secs_f64();
            if expected > left {
                return at + SimDuration::from_secs_rounded(left / rate);
            }
            if self.edge >= past.horizon || !work.step() {
                return SimTime::NEVER;
            }
            left -= expected;
            at = self.edge;
        }
    }

    fn scale(&mut self, factor: f64) {
        self.quiet_per_s *= factor;
        self.peak_per_s *= factor;
    }

    fn per_s(&self, horizon: SimTime) -> f64 {
        let open = self.windows.open_time(SimTime::ZERO, horizon);
        let share = open.as_secs_f64() / horizon.as_secs_f64();
        self.quiet_per_s * (1.0 - share) + self.peak_per_s * share
    }

    fn pattern(&self, _: SimDuration) -> Pattern {
        Pattern::Weekly
    }

    fn goes_on(&self) -> bool {
        true
    }

    fn is_random(&self) -> bool {
        true
    }

    fn peaks(&self) -> Option<Peaks<'_>> {
        Some(Peaks {
            windows: &self.windows,
            peak_per_s: self.peak_per_s,
            quiet_per_s: self.quiet_per_s,
        })
    }
}
