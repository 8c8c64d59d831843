//! The random draws of the loops that ours is compared with.

use rand_distr::{Distribution, Exp1};
use rand_xoshiro::Xoshiro256PlusPlus;

/// An exponential time of this mean in seconds, as whole microseconds.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "draws are positive and far below 2^64"
)]
pub(crate) fn exponential(random: &mut Xoshiro256PlusPlus, mean: f64) -> u64 {
    let unit: f64 = Exp1.sample(random);
    (unit * mean * 1e6) as u64
}
