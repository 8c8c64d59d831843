//! How the time of a lease turns into billed time.

use crate::units::SimDuration;

/// Steps in which leases are billed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeaseBilling {
    /// Billed time is a multiple of this; zero bills to the tick.
    pub granularity: SimDuration,
    /// Billed time is at least this.
    pub minimum: SimDuration,
    /// Whether boot is billed; if not, it counts as allocation, before the lease.
    pub boot: bool,
}

impl LeaseBilling {
    /// Billed time of a lease: rounded up to the granularity, and at least the minimum.
    pub fn billed(self, lease: SimDuration) -> SimDuration {
        let steps = lease.0.div_ceil(self.granularity.0.max(1));
        SimDuration(steps * self.granularity.0.max(1)).max(self.minimum)
    }
}

impl Default for LeaseBilling {
    fn default() -> Self {
        Self {
            granularity: SimDuration::from_secs(1),
            minimum: SimDuration::ZERO,
            boot: true,
        }
    }
}
