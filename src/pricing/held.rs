//! What a stretch of time held of one target, before any price.

use serde::{Deserialize, Serialize};

use crate::results::{NodeTimes, ServiceUse, TargetResult, Window};
use crate::units::{NodeTime, SimDuration};

/// What a stretch of time held of one target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// Its node-time by category, of a pool with two tiers that of the dedicated nodes.
    pub times: NodeTimes,
    /// That of the low-priority nodes of a pool with two tiers.
    pub low_priority: NodeTimes,
    /// What its service bills by use.
    pub used: ServiceUse,
    /// Where this stands in the whole measured time.
    pub so_far: SoFar,
    /// Parts of a machine's time.
    pub slots: u32,
    /// Time for which its disks and public IP addresses are charged.
    pub clock: SimDuration,
}

/// What a service was used in the whole measured time, of which a part is looked at: what is free of it is spread evenly over
/// the use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SoFar {
    /// The use before the part.
    pub before: ServiceUse,
    /// The use of the whole time.
    pub whole: ServiceUse,
    /// The length of the whole time.
    pub clock: SimDuration,
}

impl Held {
    /// What a target held within the horizon, and after it.
    pub fn of(result: &TargetResult, window: Window) -> [Self; 2] {
        let service = result.service.as_deref();
        let used = service.map_or_else(Default::default, |of| [of.within, of.drain]);
        let mut so_far = SoFar {
            before: ServiceUse::default(),
            whole: used[0],
            clock: result.end.max(window.horizon).since(window.warmup),
        };
        so_far.whole += used[1];
        let low_priority = result.low_priority.as_deref().copied().unwrap_or_default();
        let within = Self {
            times: result.within,
            low_priority: low_priority.within,
            used: used[0],
            so_far,
            slots: result.slots,
            clock: window.length(),
        };
        let drain = Self {
            times: result.drain,
            low_priority: low_priority.drain,
            used: used[1],
            so_far: SoFar {
                before: used[0],
                ..so_far
            },
            slots: result.slots,
            clock: result.end.since(window.horizon),
        };
        [within, drain]
    }

    /// Billed machine-time of both tiers.
    pub fn machine_time(&self) -> NodeTime {
        let dedicated = self.times.billed().0 / u128::from(self.slots.max(1));
        NodeTime(dedicated) + self.low_priority.billed()
    }
}
