//! Recurring: many runs at once at times of the week, by the local clock.

use super::kind::{Kind, Past, Pattern};
use super::repeated::Repeated;
use crate::calendar::RecurringTimes;
use crate::engine::Work;
use crate::engine::streams::Stream;
use crate::units::{SimDuration, SimTime};

const WEEK_S: f64 = 7.0 * 86_400.0;

/// A number of runs at each of the times.
#[derive(Clone, Debug, PartialEq)]
pub struct Recurring {
    runs: Repeated,
    per_week: usize,
    times: RecurringTimes,
    /// The time whose runs come, and how many of them are still to come.
    now: (SimTime, u64),
}

impl Recurring {
    /// `runs` runs, at least 1, at each of the times; `per_week` is how many times a week has.
    pub fn new(runs: u32, (times, per_week): (RecurringTimes, usize)) -> Self {
        Self {
            runs: Repeated::new(runs),
            per_week,
            times,
            now: (SimTime::ZERO, 0),
        }
    }
}

impl Kind for Recurring {
    fn next(&mut self, past: Past, stream: &mut Stream, work: &mut Work<'_>) -> SimTime {
        while self.now.1 == 0 {
            let at = self.times.next().unwrap_or(SimTime::NEVER);
            if at >= past.horizon || !work.step() {
                return SimTime::NEVER;
            }
            self.now = (at, self.runs.draw(stream, work));
        }
        self.now.1 -= 1;
        self.now.0
    }

    fn scale(&mut self, factor: f64) {
        self.runs.scale(factor);
    }

    fn per_s(&self, _: SimTime) -> f64 {
        self.runs.mean() * self.per_week as f64 / WEEK_S
    }

    fn pattern(&self, _: SimDuration) -> Pattern {
        Pattern::Weekly
    }

    fn goes_on(&self) -> bool {
        true
    }

    fn is_random(&self) -> bool {
        self.runs.is_random()
    }
}
