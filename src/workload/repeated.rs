//! A number of arrivals times a factor: the whole part of the factor is repeated, and the rest drawn arrival by arrival.

use rand::RngExt as _;

use crate::engine::Work;
use crate::engine::streams::Stream;

/// How often each of some arrivals comes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Factor {
    whole: u32,
    /// Probability that it comes once more, below 1.
    rest: f64,
}

impl Default for Factor {
    fn default() -> Self {
        Self {
            whole: 1,
            rest: 0.0,
        }
    }
}

impl Factor {
    /// Each comes `factor` times as often as it did.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a factor is positive, and at most a few thousand"
    )]
    pub(super) fn scale(&mut self, factor: f64) {
        let mean = self.mean() * factor;
        self.whole = mean as u32;
        self.rest = mean.fract();
    }

    pub(super) fn mean(self) -> f64 {
        f64::from(self.whole) + self.rest
    }

    pub(super) fn whole(self) -> u32 {
        self.whole
    }

    pub(super) fn is_random(self) -> bool {
        self.rest > 0.0
    }

    /// Whether one arrival comes once more.
    pub(super) fn comes_once_more(self, stream: &mut Stream) -> bool {
        stream.random::<f64>() < self.rest
    }
}

/// A number of arrivals, each repeated by a factor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Repeated {
    count: u32,
    factor: Factor,
}

impl Repeated {
    /// Each of this many items, once.
    pub(super) fn new(count: u32) -> Self {
        let factor = Factor::default();
        Self { count, factor }
    }

    pub(super) fn scale(&mut self, factor: f64) {
        self.factor.scale(factor);
    }

    /// Mean number of items.
    pub(super) fn mean(&self) -> f64 {
        f64::from(self.count) * self.factor.mean()
    }

    pub(super) fn is_random(&self) -> bool {
        self.factor.is_random()
    }

    /// How many there are this time.
    pub(super) fn draw(&self, stream: &mut Stream, work: &mut Work<'_>) -> u64 {
        let mut drawn = u64::from(self.count) * u64::from(self.factor.whole());
        if self.is_random() {
            for _ in 0..self.count {
                if !work.step() {
                    break;
                }
                drawn += u64::from(self.factor.comes_once_more(stream));
            }
        }
        drawn
    }
}
