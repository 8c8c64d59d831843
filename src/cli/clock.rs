//! Wall time that passes.
#![expect(
    clippy::disallowed_types,
    reason = "how long work takes is what estimates and rounds are made of"
)]

use std::time::Instant;

/// A moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock(Instant);

impl Clock {
    /// Now.
    pub(super) fn start() -> Self {
        Self(Instant::now())
    }

    /// Seconds since then.
    pub(super) fn seconds(self) -> f64 {
        self.0.elapsed().as_secs_f64()
    }
}
