//! Lengths that are drawn ahead: a batch takes fewer steps than as many draws one by one.

use rand::Rng;
use rand_distr::{Distribution as _, Exp1};

use crate::units::SimDuration;

/// Most lengths of a batch.
const MOST: usize = 32;

/// Lengths of one stream that were drawn and not used yet. A batch is twice as long as the one before, so that no more are
/// drawn in vain than were used.
#[derive(Clone, Debug, Default)]
pub struct Ahead {
    batch: Vec<SimDuration>,
    /// Place of the next one in the batch.
    next: usize,
}

impl Ahead {
    /// The next length; `draw` draws as many as there is room for, in order.
    #[inline(always)]
    pub fn next(&mut self, draw: impl FnOnce(&mut [SimDuration])) -> SimDuration {
        let Some(&length) = self.batch.get(self.next) else {
            return self.refill(draw);
        };
        self.next += 1;
        length
    }

    /// Draws the next batch; its first length.
    #[inline(never)]
    fn refill(&mut self, draw: impl FnOnce(&mut [SimDuration])) -> SimDuration {
        if self.batch.len() < MOST {
            let count = (2 * self.batch.len()).max(1);
            self.batch.resize(count, SimDuration::ZERO);
        }
        draw(&mut self.batch);
        self.next = 1;
        self.batch[0]
    }
}

/// Draws exponential lengths of this mean, up to as many as a batch has, each rounded to the nearest tick.
#[inline]
pub fn exponentials<R: Rng + Clone>(mean_s: f64, rng: &mut R, lengths: &mut [SimDuration]) {
    let count = lengths.len().min(MOST);
    let mut units = [0.0; MOST];
    // The state of a generator that nothing else refers to stays in registers.
    let mut own = rng.clone();
    for place in 0..count {
        units[place % MOST] = Exp1.sample(&mut own);
    }
    *rng = own;
    SimDuration::round_all(&units[..count], mean_s, lengths);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::streams::{Purpose, Streams};

    #[test]
    fn lengths_drawn_ahead_are_those_drawn_one_by_one() {
        let open = || Streams::new(1, 0).open(Purpose("test"), "ahead");
        // Of the longest mean some are beyond what is rounded in one go.
        for mean_s in [1e-6, 600.0, 2e9] {
            let (mut one_by_one, mut stream) = (open(), open());
            let mut ahead = Ahead::default();
            let mut drawn = 0;
            for used in 1..1_000 {
                let length = ahead.next(|lengths| {
                    drawn += lengths.len();
                    exponentials(mean_s, &mut stream, lengths);
                });
                let unit: f64 = Exp1.sample(&mut one_by_one);
                assert_eq!(length, SimDuration::from_secs_rounded(mean_s * unit));
                assert!(drawn < 2 * used && drawn < used + MOST, "{drawn} of {used}");
            }
        }
    }
}
