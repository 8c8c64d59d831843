//! What services take beside their machines: a fee for each node-hour, and what is billed by use.

use super::TargetPrices;
use super::bill::{Held, Quantity, Unit};
use crate::units::{NodeTime, TICKS_PER_HOUR, Usd, UsdPerHour};

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
            held.used.execution_time,
            given.execution_per_hour,
            Unit::ExecutionHour,
        ),
    ];
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
            parts: u128::from(held.used.executions),
            per_unit: MILLION,
            unit: Unit::MillionExecutions,
        },
        unit_micro_usd: given.micro_usd_per_million_executions,
        amount: Usd(i128::from(held.used.executions)
            * i128::from(given.micro_usd_per_million_executions)
            * each),
    };
    let all = times.into_iter().map(of_time).chain([executions]);
    all.filter(|used| used.unit_micro_usd > 0).collect()
}
