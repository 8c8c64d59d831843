//! What services take beside their machines: a fee for each node-hour, and what is billed by use.

use super::TargetPrices;
use super::held::{Held, SoFar};
use super::quantity::{Quantity, Unit};
use crate::results::ServiceUse;
use crate::units::{HOURS_PER_MONTH, NodeTime, TICKS_PER_HOUR, Usd, UsdPerHour};

/// Executions have a price for so many.
const MILLION: u128 = 1_000_000;

/// A quantity with its price; the amount is exactly their product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Used {
    /// How much.
    pub(super) quantity: Quantity,
    /// Price of one unit in micro-dollars.
    pub(super) unit_micro_usd: u64,
    /// What it costs.
    pub(super) amount: Usd,
}

/// What is charged for of a use, where so much of a month of 730 h is free, pro rata for the measured time: the free part is
/// spread evenly over the use, so that the parts of the time add up to the whole.
fn charged(held: &Held, free_per_month: u128, of: impl Fn(&ServiceUse) -> u128) -> u128 {
    let used = of(&held.used);
    if free_per_month == 0 || used == 0 {
        return used;
    }
    let SoFar {
        before,
        whole,
        clock,
    } = &held.so_far;
    let (before, whole) = (of(before), of(whole));
    let month = u128::from(HOURS_PER_MONTH * TICKS_PER_HOUR);
    let free = whole.min(free_per_month.saturating_mul(u128::from(clock.0)) / month);
    let up_to = |used: u128| used - used.saturating_mul(free) / whole;
    up_to(before + used) - up_to(before)
}

/// What a stretch of time cost beside machines, by what is counted; nothing of what has no price.
pub(super) fn by_use(prices: &TargetPrices, held: &Held) -> Vec<Used> {
    let given = prices.use_prices;
    let times = [
        (held.machine_time(), prices.service_fee, Unit::NodeHour),
        (
            held.used.replica_time,
            given.replica_per_hour,
            Unit::ReplicaHour,
        ),
        (
            NodeTime(charged(held, given.free.execution_time.0, |used| {
                used.execution_time.0 + used.execution_rounding.0
            })),
            given.execution_per_hour,
            Unit::ExecutionHour,
        ),
    ];
    let executed = charged(held, u128::from(given.free.executions), |used| {
        u128::from(used.executions)
    });
    let of_time = |(time, per_hour, unit): (NodeTime, UsdPerHour, Unit)| Used {
        quantity: Quantity {
            parts: time.0,
            per_unit: u128::from(TICKS_PER_HOUR),
            unit,
        },
        unit_micro_usd: per_hour.0,
        amount: time * per_hour,
    };
    // A micro-dollar for a million is this part of one for each: a whole number of units of money.
    let each = i128::from(TICKS_PER_HOUR / 1_000_000);
    let executions = Used {
        quantity: Quantity {
            parts: executed,
            per_unit: MILLION,
            unit: Unit::MillionExecutions,
        },
        unit_micro_usd: given.micro_usd_per_million_executions,
        amount: Usd(
            i128::try_from(executed).expect("executions were counted by a u64")
                * i128::from(given.micro_usd_per_million_executions)
                * each,
        ),
    };
    let all = times.into_iter().map(of_time).chain([executions]);
    all.filter(|used| used.unit_micro_usd > 0).collect()
}
