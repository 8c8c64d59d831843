//! What time costs: the prices of a target and the exact cost lines of its results. Knows no simulation.
//!
//! Costs stay exact integers ([`Usd`]), and the lines add up to the total to the last unit, also where a price has to
//! be divided: by the slots of an instance, or by the hours of a fixed charge.

mod bill;
mod commitments;
mod lines;
mod uses;

use std::iter::Sum;

pub use bill::{BillLine, Held, Quantity, SoFar, Unit, bill, lines};
pub use commitments::{
    Commitment, CommitmentKind, CommitmentUse, Coverage, Covered, CoveredTime, Term,
};
pub use lines::{CostLines, MeteredUsage};

use self::lines::metered_tiers;
use self::uses::by_use;
use crate::results::{LeaseRecord, NodeTimes, TargetResult, Window};
use crate::units::{HOURS_PER_MONTH, NodeTime, SimDuration, TICKS_PER_HOUR, Usd, UsdPerHour};

/// The prices of one target.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TargetPrices {
    /// A node (or the instance) while it is billed.
    pub per_hour: UsdPerHour,
    /// The meter of that price.
    pub meter: Meter,
    /// Whether the tier is low priority, not dedicated.
    pub low_priority: bool,
    /// Name of the virtual machine's size, where the scenario names one.
    pub size: Option<String>,
    /// Region, where the scenario names one.
    pub region: Option<String>,
    /// Where the price is from, with its date, in words.
    pub source: Option<String>,
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
    /// What the target's service takes for each node-hour beside the machine: Databricks units.
    pub service_fee: UsdPerHour,
    /// Prices of what services bill by use.
    pub use_prices: UsePrices,
}

/// Prices of what services bill by use: Container Instances, Functions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FreeUse {
    /// Time of executions, with the memory of a replica.
    pub execution_time: NodeTime,
    /// Executions.
    pub executions: u64,
}

/// Which meter of the price service a target's time is billed by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
            let times = |times: &NodeTimes| times.run + times.lost + times.startup + times.finalize;
            let slots = u128::from(held.slots.max(1));
            let of_runs = times(&held.times).0 / slots + times(&held.low_priority).0;
            NodeTime(held.machine_time().0 - of_runs)
        };
        let fees = held.iter().map(|held| other(held) * self.service_fee);
        let fee: Usd = fees.sum();
        let of_runs = cost.run + cost.lost + cost.startup + cost.finalize;
        cost.total() - of_runs - cost.service + fee
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
        !self.low_priority && matches!(self.meter, Meter::PayAsYouGo | Meter::Given)
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
    (commitments, coverage): (&[Commitment], Option<&Coverage>),
    window: Window,
) -> (Vec<SplitCost>, SplitCost) {
    assert_eq!(targets.len(), prices.len(), "each target has its prices");
    assert!(
        commitments.is_empty() || coverage.is_some(),
        "where there are commitments, what they covered is known"
    );
    let of = |(target, (result, prices)): (usize, (&TargetResult, &TargetPrices))| {
        let covered = coverage.map(|coverage| coverage.of_target(commitments, target));
        let (within, drain) = covered.unwrap_or_default();
        prices.covered_cost(result, window, [&within, &drain])
    };
    let costs = targets.iter().zip(prices).enumerate().map(of);
    let unused = coverage.map_or_else(SplitCost::default, |coverage| SplitCost {
        within: unused(commitments, &coverage.within),
        drain: unused(commitments, &coverage.drain),
        ..SplitCost::default()
    });
    (costs.collect(), unused)
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::results::TierTimes;
    use crate::units::{SimTime, TICKS_PER_SECOND};

    fn seconds(count: u64) -> NodeTime {
        NodeTime(u128::from(count * TICKS_PER_SECOND))
    }

    fn hours(count: u64) -> SimTime {
        SimTime(count * TICKS_PER_HOUR)
    }

    fn window() -> Window {
        Window {
            warmup: SimTime::ZERO,
            horizon: hours(24),
        }
    }

    fn prices(per_hour: f64) -> TargetPrices {
        TargetPrices {
            per_hour: UsdPerHour::from_dollars(per_hour).unwrap(),
            ..TargetPrices::default()
        }
    }

    fn dollars(amount: Usd, expected: f64) {
        assert!(
            (amount.dollars() - expected).abs() < 1e-12,
            "{amount:?} is not {expected} USD"
        );
    }

    #[test]
    fn idle_tails_of_a_burst_of_twenty_nodes() {
        // 20 nodes at 3.06 USD/h: tails of 120 s cost 20 x 120/3600 x 3.06 = 2.04, of 1800 s 30.60.
        for (tail, expected) in [(120, 2.04), (1800, 30.60)] {
            let result = TargetResult {
                within: NodeTimes {
                    run: seconds(20 * 3600),
                    idle_tail: seconds(20 * tail),
                    ..NodeTimes::default()
                },
                end: hours(24),
                slots: 1,
                ..TargetResult::default()
            };
            let cost = prices(3.06).cost(&result, window());
            dollars(cost.within.idle_tail, expected);
            dollars(cost.within.run, 61.20);
            dollars(cost.whole().total(), 61.20 + expected);
            assert_eq!(cost.drain, CostLines::default());
        }
    }

    #[test]
    fn slots_share_the_price_and_lose_nothing() {
        // One hour of an instance at 1 USD/h with three slots, one busy for 1 us less than a third of the slot-time.
        let third = u128::from(TICKS_PER_HOUR);
        let times = NodeTimes {
            run: NodeTime(third - 1),
            idle_tail: NodeTime(2 * third + 1),
            ..NodeTimes::default()
        };
        let lines = CostLines::of_usage(&lines::metered(&times, UsdPerHour(1_000_000), 3, &[]));
        assert_eq!(
            lines.total(),
            NodeTime(u128::from(TICKS_PER_HOUR)) * UsdPerHour(1_000_000)
        );
        assert_eq!(lines.run.0, (3_600_000_000 - 1) * 1_000_000 / 3);
        dollars(lines.total(), 1.0);
    }

    #[test]
    fn fixed_charges_run_by_the_clock_and_split_at_the_horizon() {
        // 24 h, of which 12 h are measured, and 6 h of drain: a disk at 5 USD a day costs 2.50 and 1.25, an IP at 3.65 USD a
        // month 0.005 an hour, so 0.06 and 0.03; load balancers at 0.025 an hour ran 30 and 2 hours, and 4 more at zero.
        let prices = TargetPrices {
            disk: Some(charge(5_000_000, 24)),
            public_ip: Some(charge(3_650_000, 730)),
            load_balancer: Some(charge(25_000, 1)),
            load_balancer_at_zero: true,
            ..TargetPrices::default()
        };
        let result = TargetResult {
            within: NodeTimes {
                load_balancers: seconds(30 * 3600),
                ..NodeTimes::default()
            },
            drain: NodeTimes {
                load_balancers: seconds(2 * 3600),
                load_balancers_at_zero: seconds(4 * 3600),
                ..NodeTimes::default()
            },
            end: hours(30),
            slots: 1,
            ..TargetResult::default()
        };
        let window = Window {
            warmup: hours(12),
            horizon: hours(24),
        };
        let cost = prices.cost(&result, window);
        dollars(cost.within.disk, 2.50);
        dollars(cost.drain.disk, 1.25);
        dollars(cost.within.public_ip, 0.06);
        dollars(cost.drain.public_ip, 0.03);
        dollars(cost.within.load_balancer, 0.75);
        dollars(cost.drain.load_balancer, 0.15);
        dollars(cost.whole().fixed(), 4.74);
        assert_eq!(cost.whole().fixed(), cost.whole().total());

        let without = TargetPrices {
            load_balancer_at_zero: false,
            ..prices
        };
        dollars(without.cost(&result, window).drain.load_balancer, 0.05);
    }

    #[test]
    fn a_month_is_extrapolated_from_what_was_measured() {
        // 3 USD over 12 h are 0.25 an hour, 182.50 in 730 hours.
        let window = Window {
            warmup: hours(12),
            horizon: hours(24),
        };
        let cost = seconds(3600) * UsdPerHour(3_000_000);
        assert!((per_month(cost, window) - 182.5).abs() < 1e-9);
    }

    #[test]
    fn a_lease_costs_its_billed_time() {
        let lease = LeaseRecord {
            target: 0,
            node: 0,
            requested: SimTime::ZERO,
            billed_from: SimTime(1),
            released: SimTime(59_000_001),
            billed: SimDuration::from_secs(60),
            boot: NodeTime(0),
            startup: NodeTime(0),
            run: NodeTime(59_000_000),
            lost: NodeTime(0),
            finalize: NodeTime(0),
            idle: NodeTime(0),
            ended_by_loss: false,
        };
        dollars(prices(3.0).lease_cost(&lease), 0.05);
    }

    fn charge(micro_usd: u64, hours: u64) -> FixedCharge {
        FixedCharge { micro_usd, hours }
    }

    fn any_times(slots: u32) -> impl Strategy<Value = NodeTimes> {
        // The whole of an instance's slot-time is a multiple of its slots: the idle time is what is missing.
        (prop::array::uniform9(0_u64..1 << 50), 0_u64..1 << 40).prop_map(
            move |(parts, rounding)| {
                let slots = u128::from(slots);
                let parts = parts.map(|part| NodeTime(u128::from(part)));
                let busy: NodeTime = parts.into_iter().sum();
                let [
                    run,
                    lost,
                    startup,
                    finalize,
                    boot,
                    gang_wait,
                    idle_minimum,
                    standing,
                    background,
                ] = parts;
                NodeTimes {
                    run,
                    lost,
                    startup,
                    finalize,
                    boot,
                    gang_wait,
                    idle_minimum,
                    idle_tail: NodeTime(slots - busy.0 % slots),
                    standing,
                    background,
                    rounding: NodeTime(u128::from(rounding) * slots),
                    load_balancers: idle_minimum,
                    load_balancers_at_zero: boot,
                }
            },
        )
    }

    proptest! {
        #[test]
        fn lines_add_up_to_the_price_of_the_whole(
            (slots, within, drain) in (1_u32..9).prop_flat_map(|slots| (Just(slots), any_times(slots), any_times(slots))),
            (price, fee, low) in (0_u64..200_000_000, 0_u64..9_000_000, 0_u64..50_000_000),
            tier in any_times(1),
            (disk, hours) in (0_u64..1_000_000_000, prop::sample::select(vec![1_u64, 24, 730])),
            (warmup, length, after) in (0_u64..1 << 45, 1_u64..1 << 45, 0_u64..1 << 45),
        ) {
            let prices = TargetPrices {
                per_hour: UsdPerHour(price),
                disk: Some(charge(disk, hours)),
                public_ip: None,
                load_balancer: Some(charge(disk, hours)),
                load_balancer_at_zero: true,
                low_priority_per_hour: UsdPerHour(low),
                service_fee: UsdPerHour(fee),
                unmanaged: true,
                ..TargetPrices::default()
            };
            let window = Window { warmup: SimTime(warmup), horizon: SimTime(warmup + length) };
            let result = TargetResult {
                within,
                drain,
                end: SimTime(warmup + length + after),
                slots,
                low_priority: Some(Box::new(TierTimes { within: tier, drain: NodeTimes::default() })),
                ..TargetResult::default()
            };
            let cost = prices.cost(&result, window);
            let billed = within.billed() + drain.billed();
            prop_assert_eq!(billed.0 % u128::from(slots), 0);
            let machines = NodeTime(billed.0 / u128::from(slots));
            let nodes = machines * UsdPerHour(price) + tier.billed() * UsdPerHour(low);
            // Each part of a machine's time is rounded down for the fee.
            let fees = ((machines + tier.billed()) * UsdPerHour(fee)).0;
            let service = cost.whole().service;
            prop_assert!((0..=i128::from(fee)).contains(&(fees - service.0)));
            let nodes = nodes + service;
            let balanced = within.load_balancers + within.load_balancers_at_zero
                + drain.load_balancers + drain.load_balancers_at_zero;
            let fixed = charge(disk, hours).over(NodeTime(u128::from(length + after)))
                + charge(disk, hours).over(balanced);
            prop_assert_eq!(cost.whole().fixed(), fixed);
            prop_assert_eq!(cost.whole().total(), nodes + fixed);
            prop_assert_eq!(cost.within.total() + cost.drain.total(), nodes + fixed);
            let lines = [
                (within.run, tier.run, cost.within.run),
                (within.idle_tail, tier.idle_tail, cost.within.idle_tail),
            ];
            for (time, of_tier, line) in lines {
                let exact = (time * UsdPerHour(price)).0;
                let own = line.0 - (of_tier * UsdPerHour(low)).0;
                prop_assert!((own * i128::from(slots) - exact).abs() < i128::from(slots));
            }
            let outside = cost.outside_workspace.expect("it is unmanaged");
            prop_assert!(outside >= fixed && outside <= cost.whole().total());
            prop_assert!(cost.whole().lines().iter().all(|line| *line >= Usd::ZERO));
        }
    }
}
