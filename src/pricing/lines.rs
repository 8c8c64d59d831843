//! The lines of a cost: one for each category of node-time and each fixed charge.

use std::ops::{Add, AddAssign};

use crate::results::NodeTimes;
use crate::units::{NodeTime, Usd, UsdPerHour};

/// What a target costs, by category. The lines add up to the total exactly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CostLines {
    /// Nodes Running.
    pub run: Usd,
    /// Nodes Running whose work was lost with a node.
    pub lost: Usd,
    /// Nodes in image pull and setup.
    pub startup: Usd,
    /// Nodes Finalizing.
    pub finalize: Usd,
    /// Nodes booting.
    pub boot: Usd,
    /// Nodes idle for a blocked run that waits for the rest of its nodes.
    pub gang_wait: Usd,
    /// Nodes idle because of `min_nodes`.
    pub idle_minimum: Usd,
    /// Nodes idle otherwise: before they are released; of an instance its free slots.
    pub idle_tail: Usd,
    /// Billed beyond the leases, by granularity and minimum.
    pub rounding: Usd,
    /// Disks.
    pub disk: Usd,
    /// Public IP addresses.
    pub public_ip: Usd,
    /// Load balancers.
    pub load_balancer: Usd,
}

impl CostLines {
    /// Names of the lines, in the order in which they are reported and stacked.
    pub const NAMES: [&'static str; 12] = [
        "run",
        "lost_work",
        "startup",
        "finalize",
        "boot",
        "gang_wait",
        "idle_minimum",
        "idle_tail",
        "rounding",
        "disk",
        "public_ip",
        "load_balancer",
    ];

    /// The lines, in the order of [`Self::NAMES`].
    pub fn lines(&self) -> [Usd; 12] {
        [
            self.run,
            self.lost,
            self.startup,
            self.finalize,
            self.boot,
            self.gang_wait,
            self.idle_minimum,
            self.idle_tail,
            self.rounding,
            self.disk,
            self.public_ip,
            self.load_balancer,
        ]
    }

    /// All lines together.
    pub fn total(&self) -> Usd {
        self.lines().into_iter().sum()
    }

    /// What runs by the clock: disks, public IP addresses and load balancers.
    pub fn fixed(&self) -> Usd {
        self.disk + self.public_ip + self.load_balancer
    }
}

impl AddAssign for CostLines {
    fn add_assign(&mut self, other: Self) {
        self.run += other.run;
        self.lost += other.lost;
        self.startup += other.startup;
        self.finalize += other.finalize;
        self.boot += other.boot;
        self.gang_wait += other.gang_wait;
        self.idle_minimum += other.idle_minimum;
        self.idle_tail += other.idle_tail;
        self.rounding += other.rounding;
        self.disk += other.disk;
        self.public_ip += other.public_ip;
        self.load_balancer += other.load_balancer;
    }
}

impl Add for CostLines {
    type Output = Self;
    fn add(mut self, other: Self) -> Self {
        self += other;
        self
    }
}

/// The price of node-time by category. Slot-time costs a slot's share of the price, which need not be a whole number:
/// each line is the step that it adds to the running sum, rounded down, so the lines add up to the price of the whole
/// and none is off by a unit or more.
pub(super) fn node_lines(times: &NodeTimes, price: UsdPerHour, slots: u32) -> CostLines {
    let slots = i128::from(slots.max(1));
    let mut summed = NodeTime::default();
    let mut charged = Usd::ZERO;
    let mut next = |part: NodeTime| {
        summed += part;
        let upto = Usd((summed * price).0 / slots);
        let line = upto - charged;
        charged = upto;
        line
    };
    CostLines {
        run: next(times.run),
        lost: next(times.lost),
        startup: next(times.startup),
        finalize: next(times.finalize),
        boot: next(times.boot),
        gang_wait: next(times.gang_wait),
        idle_minimum: next(times.idle_minimum),
        idle_tail: next(times.idle_tail),
        rounding: next(times.rounding),
        ..CostLines::default()
    }
}
