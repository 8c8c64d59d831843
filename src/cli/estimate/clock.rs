//! Wall time that passes.
#![expect(
    clippy::disallowed_types,
    reason = "how long work takes is what an estimate is made of"
)]

use std::time::Instant;

/// A moment.
#[derive(Clone, Copy, Debug)]
pub(in crate::cli) struct Clock(Instant);

impl Clock {
    /// Now.
    pub(in crate::cli) fn start() -> Self {
        Self(Instant::now())
    }

    /// Seconds since then.
    pub(in crate::cli) fn seconds(self) -> f64 {
        self.0.elapsed().as_secs_f64()
    }
}
