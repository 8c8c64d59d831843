//! What time costs: the prices of a target and the cost lines of its results. Knows no simulation.

use crate::units::UsdPerHour;

/// The prices of one target.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TargetPrices {
    /// A node (or the instance) while it is billed.
    pub per_hour: UsdPerHour,
    /// Disks, over the whole time, also while stopped.
    pub disk: Option<FixedCharge>,
    /// A public IP, over the whole time, also while stopped.
    pub public_ip: Option<FixedCharge>,
    /// One load balancer: of a cluster one per 50 allocated nodes, of an instance one, also while stopped.
    pub load_balancer: Option<FixedCharge>,
    /// Whether a cluster pays one load balancer even with no node allocated.
    pub load_balancer_at_zero: bool,
}

/// A charge that runs by the clock: an amount of micro-dollars over a number of hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FixedCharge {
    /// Micro-dollars.
    pub micro_usd: u64,
    /// For so many hours: 1, 24 (a day) or 730 (a month).
    pub hours: u64,
}

impl FixedCharge {
    /// The charge as a price per hour, in dollars, for printing.
    pub fn per_hour(self) -> f64 {
        self.micro_usd as f64 / 1e6 / self.hours as f64
    }
}

#[allow(unused_imports, reason = "used once cost lines are computed")]
use UsdPerHour as _;
