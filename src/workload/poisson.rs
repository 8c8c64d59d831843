//! Poisson arrivals: independent, at a constant rate.

use super::kind::{Kind, Past, Pattern};
use crate::distribution::exponentials;
use crate::engine::Work;
use crate::engine::streams::Stream;
use crate::units::{SimDuration, SimTime};

/// Arrivals at a constant rate; the gaps are exponential.
#[derive(Clone, Debug, PartialEq)]
pub struct Poisson {
    mean_gap_s: f64,
}

impl Poisson {
    /// So many arrivals per second on average, above 0.
    pub fn new(rate_per_s: f64) -> Self {
        Self {
            mean_gap_s: 1.0 / rate_per_s,
        }
    }

    /// Draws the gaps before the next arrivals.
    pub(super) fn draw_gaps(&self, stream: &mut Stream, gaps: &mut [SimDuration]) {
        exponentials(self.mean_gap_s, stream, gaps);
    }
}

impl Kind for Poisson {
    fn next(&mut self, past: Past, stream: &mut Stream, _: &mut Work<'_>) -> SimTime {
        let mut gap = [SimDuration::ZERO];
        self.draw_gaps(stream, &mut gap);
        past.last + gap[0]
    }

    fn scale(&mut self, factor: f64) {
        self.mean_gap_s /= factor;
    }

    fn per_s(&self, _: SimTime) -> f64 {
        1.0 / self.mean_gap_s
    }

    fn pattern(&self, _: SimDuration) -> Pattern {
        Pattern::Steady
    }

    fn goes_on(&self) -> bool {
        true
    }

    fn is_random(&self) -> bool {
        true
    }
}
