//! What time costs: the prices of a target and the exact cost lines of its results. Knows no simulation.
//!
//! Costs stay exact integers ([`Usd`]), and the lines add up to the total to the last unit, also where a price has to
//! be divided: by the slots of an instance, or by the hours of a fixed charge.

mod bill;
mod commitments;
mod held;
mod least;
mod lines;
mod quantity;
mod shares;
mod uses;

use std::collections::BTreeMap;
use std::iter::Sum;

pub use bill::{BillLine, bill, lines};
pub use commitments::{
    Commitment, CommitmentKind, CommitmentUse, Coverage, Covered, CoveredTime, Term,
};
pub use held::{Held, SoFar};
pub use least::{least_cost, least_costs};
pub use lines::{CostLines, MeteredUsage};
pub use quantity::{Quantity, Unit};

use serde::{Deserialize, Serialize};

use self::lines::metered_tiers;
use self::uses::by_use;
use crate::results::{LeaseRecord, NodeTimes, TargetResult, Window};
use crate::units::{HOURS_PER_MONTH, NodeTime, SimDuration, TICKS_PER_HOUR, Usd, UsdPerHour};

/// The prices of one target.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetPrices {
    /// A node (or the instance) while it is billed.
    pub per_hour: UsdPerHour,
    /// The meter of that price.
    pub meter: Meter,
    /// The tier of its machines.
    pub tier: Tier,
    /// Name of the virtual machine's size, where the scenario names one.
    pub size: Option<String>,
    /// Region, where the scenario names one.
    pub region: Option<String>,
    /// Where the price is from, with its date, in words.
    pub source: Option<String>,
    /// Where the other list prices are from.
    pub other_sources: Vec<OtherSource>,
    /// Disks, over the whole time, also while stopped.
    pub disk: Option<FixedCharge>,
    /// The disk of each node, over the time of its lease.
    pub disk_per_node: Option<FixedCharge>,
    /// A public IP, over the whole time, also while stopped.
    pub public_ip: Option<FixedCharge>,
    /// One load balancer: of a cluster one per 50 allocated nodes, of an instance one, also while stopped.
    pub load_balancer: Option<FixedCharge>,
    /// Whether a cluster pays one load balancer even with no node allocated.
    pub load_balancer_at_zero: bool,
    /// Whether the target is attached: its bill is not the workspace's.
    pub unmanaged: bool,
    /// A low-priority node of a pool with two tiers.
    pub low_priority_per_hour: UsdPerHour,
    /// Where that price is from.
    pub low_priority_source: Option<String>,
    /// What the target's service takes for each node-hour beside the machine: Databricks units.
    pub service_fee: UsdPerHour,
    /// Prices of what services bill by use.
    pub use_prices: UsePrices,
}

/// Tags of what is bought, by name: cost exports are split by them.
pub type Tags = BTreeMap<String, String>;

/// The tier of a target's machines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tier {
    /// Machines that are not taken back.
    #[default]
    Dedicated,
    /// Low priority.
    LowPriority,
    /// Spot.
    Spot,
}

/// Where a list price is from that is not of machines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherSource {
    /// The category of cost.
    pub category: String,
    /// The price of a unit.
    pub micro_usd: u64,
    /// Who states it, and as of when.
    pub source: String,
}

/// Prices of what services bill by use: Container Instances, Functions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsePrices {
    /// A replica while it exists: its vCPUs and memory.
    pub replica_per_hour: UsdPerHour,
    /// An hour of service time: the memory of a replica.
    pub execution_per_hour: UsdPerHour,
    /// Micro-dollars for a million executions.
    pub micro_usd_per_million_executions: u64,
    /// What is free of executions in a month of 730 h.
    pub free: FreeUse,
}

/// What is free of a use in a month of 730 h.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FreeUse {
    /// Time of executions, with the memory of a replica.
    pub execution_time: NodeTime,
    /// Executions.
    pub executions: u64,
}

/// Which meter of the price service a target's time is billed by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Meter {
    /// Dedicated machines by the second.
    PayAsYouGo,
    /// Low-priority machines, at a fixed price.
    LowPriority,
    /// Spot machines, at a price that moves.
    Spot,
    /// The price is given in the scenario, without an entry of a price book.
    #[default]
    Given,
}

/// A charge that runs by the clock: an amount of micro-dollars over a number of hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FixedCharge {
    /// Micro-dollars.
    pub micro_usd: u64,
    /// For so many hours: 1, 24 (a day) or 730 (a month).
    pub hours: u64,
}

/// Costs before and after the horizon.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SplitCost {
    /// In `[warmup, horizon)`.
    pub within: CostLines,
    /// From the horizon to the target's end, while work drained.
    pub drain: CostLines,
    /// Part of both that the workspace's runs do not take; `None` where no target is unmanaged.
    pub outside_workspace: Option<Usd>,
    /// Part of both that is on the bill of others: the nodes of background runs, and the service's fee for them.
    pub others: Usd,
    /// Part of that in `[warmup, horizon)`.
    pub others_within: Usd,
}

impl TargetPrices {
    /// What `result` costs at its own price, with fixed charges over `[warmup, the target's end)`.
    pub fn cost(&self, result: &TargetResult, window: Window) -> SplitCost {
        self.covered_cost(result, window, [&[], &[]])
    }

    /// The same where commitments cover some of its time within the horizon, and after it.
    pub fn covered_cost(
        &self,
        result: &TargetResult,
        window: Window,
        covered: [&[CoveredTime]; 2],
    ) -> SplitCost {
        let end = result.end.max(window.horizon);
        let within = window.length();
        let whole = end.since(window.warmup);
        let lines = |held: &Held, covered: &[CoveredTime]| {
            let mut lines = CostLines::of_usage(&self.metered(held, covered));
            lines.service = by_use(self, held).iter().map(|part| part.amount).sum();
            lines
        };
        let [before, after] = Held::of(result, window);
        let mut cost = SplitCost {
            within: lines(&before, covered[0]),
            drain: lines(&after, covered[1]),
            outside_workspace: None,
            others: Usd::ZERO,
            others_within: Usd::ZERO,
        };
        for (charge, line) in [
            (self.disk, line_of(|lines| &mut lines.disk)),
            (self.public_ip, line_of(|lines| &mut lines.public_ip)),
        ] {
            cost.charge(charge, clock(within), clock(whole), line);
        }
        let leased = result.within.leased();
        let leased_whole = leased + result.drain.leased();
        let line = line_of(|lines| &mut lines.disk);
        cost.charge(self.disk_per_node, leased, leased_whole, line);
        let balanced = self.balanced(&result.within);
        let balanced_whole = balanced + self.balanced(&result.drain);
        let line = line_of(|lines| &mut lines.load_balancer);
        cost.charge(self.load_balancer, balanced, balanced_whole, line);
        if self.unmanaged {
            let whole = self.outside_workspace(&[&before, &after], &cost.whole());
            cost.outside_workspace = Some(whole);
            cost.others = self.of_others(&[&before, &after], &cost.whole());
            cost.others_within = self.of_others(&[&before], &cost.within);
        }
        cost
    }

    /// All of a cost but the nodes of the workspace's runs, from assignment to release, and the service's fee for them.
    fn outside_workspace(&self, held: &[&Held], cost: &CostLines) -> Usd {
        let other = |held: &Held| {
            let slots = u128::from(held.slots.max(1));
            let of_runs = held.times.busy().0 / slots + held.low_priority.busy().0;
            NodeTime(held.machine_time().0 - of_runs)
        };
        let fees = held.iter().map(|held| other(held) * self.service_fee);
        let fee: Usd = fees.sum();
        cost.total() - cost.busy() - cost.service + fee
    }

    /// The nodes of background runs, and the service's fee for them.
    fn of_others(&self, held: &[&Held], cost: &CostLines) -> Usd {
        let background = |held: &Held| {
            let slots = u128::from(held.slots.max(1));
            NodeTime(held.times.background.0 / slots + held.low_priority.background.0)
        };
        let fees = held.iter().map(|held| background(held) * self.service_fee);
        cost.background + fees.sum()
    }

    /// The usage of its machines by rate.
    fn metered(&self, held: &Held, covered: &[CoveredTime]) -> Vec<MeteredUsage> {
        let rates = (self.per_hour, self.low_priority_per_hour);
        metered_tiers(&held.times, &held.low_priority, rates, held.slots, covered)
    }

    /// Whether commitments may cover its usage: only dedicated machines, by the second or at a price of the scenario's own.
    pub fn may_be_covered(&self) -> bool {
        self.tier == Tier::Dedicated && matches!(self.meter, Meter::PayAsYouGo | Meter::Given)
    }

    /// What the billed time of a lease costs at its own price, without fixed charges.
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

/// The cost of one replication: of each target, and what commitments took for no usage.
pub fn costs(
    targets: &[TargetResult],
    prices: &[TargetPrices],
    committed: (&[Commitment], Option<&Coverage>),
    window: Window,
) -> (Vec<SplitCost>, SplitCost) {
    assert_eq!(targets.len(), prices.len(), "each target has its prices");
    let of = |(position, (target, prices))| cost((position, target), prices, committed, window);
    let costs = targets.iter().zip(prices).enumerate().map(of);
    let (commitments, coverage) = committed;
    let unused = coverage.map_or_else(SplitCost::default, |coverage| SplitCost {
        within: unused(commitments, &coverage.within),
        drain: unused(commitments, &coverage.drain),
        ..SplitCost::default()
    });
    (costs.collect(), unused)
}

/// The cost of one target, which has this position among all.
pub fn cost(
    (position, target): (usize, &TargetResult),
    prices: &TargetPrices,
    (commitments, coverage): (&[Commitment], Option<&Coverage>),
    window: Window,
) -> SplitCost {
    assert!(
        commitments.is_empty() || coverage.is_some(),
        "where there are commitments, what they covered is known"
    );
    let covered = coverage.map(|coverage| coverage.of_target(commitments, position));
    let (within, drain) = covered.unwrap_or_default();
    prices.covered_cost(target, window, [&within, &drain])
}

/// What commitments took for no usage, in its line.
fn unused(commitments: &[Commitment], uses: &[CommitmentUse]) -> CostLines {
    let parts = uses.iter().zip(commitments);
    CostLines {
        unused_commitment: parts
            .map(|(part, commitment)| part.unused(commitment))
            .sum(),
        ..CostLines::default()
    }
}

impl Sum for SplitCost {
    fn sum<I: Iterator<Item = Self>>(parts: I) -> Self {
        parts.fold(Self::default(), |mut sum, part| {
            sum.within += part.within;
            sum.drain += part.drain;
            sum.others += part.others;
            sum.others_within += part.others_within;
            let outside = [sum.outside_workspace, part.outside_workspace];
            sum.outside_workspace = outside.into_iter().flatten().reduce(|one, two| one + two);
            sum
        })
    }
}

/// A cost within `[warmup, horizon)` as dollars per month of 730 hours: an extrapolation.
pub fn per_month(within: Usd, window: Window) -> f64 {
    within.dollars() * month_over(window)
}

/// A month of 730 hours over `[warmup, horizon)`.
pub fn month_over(window: Window) -> f64 {
    (HOURS_PER_MONTH * TICKS_PER_HOUR) as f64 / window.length().0 as f64
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

#[cfg(test)]
mod tests;
