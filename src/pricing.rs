//! What time costs: the prices of a target and the exact cost lines of its results. Knows no simulation.
//!
//! Costs stay exact integers ([`Usd`]), and the lines add up to the total to the last unit, also where a price has to
//! be divided: by the slots of an instance, or by the hours of a fixed charge.

use std::iter::Sum;
use std::ops::{Add, AddAssign};

use crate::results::{LeaseRecord, NodeTimes, TargetResult, Window};
use crate::units::{HOURS_PER_MONTH, NodeTime, SimDuration, TICKS_PER_HOUR, Usd, UsdPerHour};

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

/// What a target costs, by category. The lines add up to the total exactly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CostLines {
    /// Nodes Running.
    pub run: Usd,
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

/// Costs before and after the horizon.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SplitCost {
    /// In `[warmup, horizon)`.
    pub within: CostLines,
    /// From the horizon to the target's end, while work drained.
    pub drain: CostLines,
}

impl TargetPrices {
    /// What `result` costs, with fixed charges over `[warmup, the target's end)`.
    pub fn cost(&self, result: &TargetResult, window: Window) -> SplitCost {
        let end = result.end.max(window.horizon);
        let within = window.length();
        let whole = end.since(window.warmup);
        let lines = |times: &NodeTimes| node_lines(times, self.per_hour, result.slots);
        let mut cost = SplitCost {
            within: lines(&result.within),
            drain: lines(&result.drain),
        };
        for (charge, line) in [
            (self.disk, line_of(|lines| &mut lines.disk)),
            (self.public_ip, line_of(|lines| &mut lines.public_ip)),
        ] {
            cost.charge(charge, clock(within), clock(whole), line);
        }
        let balanced = self.balanced(&result.within);
        let balanced_whole = balanced + self.balanced(&result.drain);
        let line = line_of(|lines| &mut lines.load_balancer);
        cost.charge(self.load_balancer, balanced, balanced_whole, line);
        cost
    }

    /// What the billed time of a lease costs, without fixed charges.
    pub fn lease_cost(&self, lease: &LeaseRecord) -> Usd {
        clock(lease.billed) * self.per_hour
    }

    /// Load-balancer time that is paid.
    fn balanced(&self, times: &NodeTimes) -> NodeTime {
        if self.load_balancer_at_zero {
            times.load_balancers + times.load_balancers_at_zero
        } else {
            times.load_balancers
        }
    }
}

impl FixedCharge {
    /// The charge as a price per hour, in dollars, for printing.
    pub fn per_hour(self) -> f64 {
        self.micro_usd as f64 / 1e6 / self.hours as f64
    }

    /// The charge pro rata for `time`, rounded down to a whole unit of [`Usd`].
    pub fn over(self, time: NodeTime) -> Usd {
        let ticks = i128::try_from(time.0).expect("times fit in 127 bits");
        Usd(ticks * i128::from(self.micro_usd) / i128::from(self.hours.max(1)))
    }
}

impl CostLines {
    /// Names of the lines, in the order in which they are reported and stacked.
    pub const NAMES: [&'static str; 11] = [
        "run",
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
    pub fn lines(&self) -> [Usd; 11] {
        [
            self.run,
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

impl SplitCost {
    /// Both parts.
    pub fn whole(&self) -> CostLines {
        self.within + self.drain
    }

    /// Adds a fixed charge to a line of both parts; the parts add up to the charge for the `whole` time.
    fn charge(
        &mut self,
        charge: Option<FixedCharge>,
        within: NodeTime,
        whole: NodeTime,
        line: Line,
    ) {
        if let Some(charge) = charge {
            let before = charge.over(within);
            *line(&mut self.within) += before;
            *line(&mut self.drain) += charge.over(whole) - before;
        }
    }
}

impl Sum for SplitCost {
    fn sum<I: Iterator<Item = Self>>(parts: I) -> Self {
        parts.fold(Self::default(), |mut sum, part| {
            sum.within += part.within;
            sum.drain += part.drain;
            sum
        })
    }
}

/// A cost within `[warmup, horizon)` as dollars per month of 730 hours: an extrapolation.
pub fn per_month(within: Usd, window: Window) -> f64 {
    let month = (HOURS_PER_MONTH * TICKS_PER_HOUR) as f64;
    within.dollars() * month / window.length().0 as f64
}

/// One line of the cost lines.
type Line = fn(&mut CostLines) -> &mut Usd;

/// Lets closures for different lines have one type.
fn line_of(line: Line) -> Line {
    line
}

/// A length of time of one thing.
fn clock(length: SimDuration) -> NodeTime {
    NodeTime(u128::from(length.0))
}

/// The price of node-time by category. Slot-time costs a slot's share of the price, which need not be a whole number:
/// each line is the step that it adds to the running sum, rounded down, so the lines add up to the price of the whole
/// and none is off by a unit or more.
fn node_lines(times: &NodeTimes, price: UsdPerHour, slots: u32) -> CostLines {
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

#[cfg(test)]
mod tests;
