//! Sinusoid: Poisson arrivals whose rate swings round a mean.

use std::f64::consts::TAU;

use rand::RngExt as _;
use rand_distr::{Distribution as _, Exp1};

use super::kind::{Kind, Past, Pattern};
use crate::engine::Work;
use crate::engine::streams::Stream;
use crate::units::{SimDuration, SimTime};

/// A rate of `mean + swing x sin(2 pi t / period)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Sinusoid {
    mean_per_s: f64,
    swing_per_s: f64,
    period: SimDuration,
}

impl Sinusoid {
    /// Mean arrivals per second, above 0; by how much the rate swings, at most the mean; the period, above 0.
    pub fn new(mean_per_s: f64, swing_per_s: f64, period: SimDuration) -> Self {
        Self {
            mean_per_s,
            swing_per_s,
            period,
        }
    }

    fn at(&self, seconds: f64) -> f64 {
        self.mean_per_s + self.swing_per_s * (TAU * seconds / self.period.as_secs_f64()).sin()
    }
}

impl Kind for Sinusoid {
    /// By thinning (Lewis and Shedler, "Simulation of nonhomogeneous Poisson processes by thinning", Naval Research Logistics
    /// Quarterly 26, 1979): arrivals at the highest rate, each kept with the share that the rate is of it.
    fn next(&mut self, past: Past, stream: &mut Stream, work: &mut Work<'_>) -> SimTime {
        let most = self.mean_per_s + self.swing_per_s;
        let mut at = past.last;
        while at < past.horizon && work.step() {
            let gap: f64 = Exp1.sample(stream);
            at = at + SimDuration::from_secs_rounded(gap / most);
            if stream.random::<f64>() * most < self.at(at.as_secs_f64()) {
                return at;
            }
        }
        SimTime::NEVER
    }

    fn scale(&mut self, factor: f64) {
        self.mean_per_s *= factor;
        self.swing_per_s *= factor;
    }

    fn per_s(&self, horizon: SimTime) -> f64 {
        let (end, period) = (horizon.as_secs_f64(), self.period.as_secs_f64());
        let swung = self.swing_per_s * period / TAU * (1.0 - (TAU * end / period).cos());
        self.mean_per_s + swung / end
    }

    /// Times differ within a period.
    fn pattern(&self, measured: SimDuration) -> Pattern {
        if self.swing_per_s > 0.0 && self.period > measured {
            Pattern::Once
        } else {
            Pattern::Weekly
        }
    }

    fn goes_on(&self) -> bool {
        true
    }

    fn is_random(&self) -> bool {
        true
    }
}
