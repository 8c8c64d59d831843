//! The lines of a cost: one for each category of node-time, what a service takes beside machines, what a commitment takes for
//! no usage, and fixed charges.

use std::ops::Add;

use super::commitments::CoveredTime;
use super::shares::steps;
use crate::category::{Category, PARTS, USAGE, categories, record};
use crate::results::NodeTimes;
use crate::units::{NodeTime, Usd, UsdPerHour};

macro_rules! cost_lines {
    (
        time { $($time:ident $time_field:ident $time_name:literal $time_legend:literal $group:ident
            $time_what:literal,)* }
        charges { $($charge:ident $charge_field:ident $charge_name:literal $charge_legend:literal
            $charge_what:literal,)* }
    ) => {
        record! {
            /// What a target or a variant costs, by category. The lines add up to the total exactly.
            CostLines of Usd {
                $(#[doc = concat!("Cost of ", $time_what, ".")] $time_field,)*
                $(#[doc = concat!("Cost: ", $charge_what, ".")] $charge_field,)*
            }
        }
    };
}

categories!(cost_lines);

const _: () = assert!(CostLines::FIELDS == Category::ALL.len());

impl CostLines {
    /// The lines, in the order of [`Category::ALL`].
    pub fn lines(&self) -> [Usd; Self::FIELDS] {
        self.fields()
    }

    /// What usage costs, whatever meters it runs on.
    pub(super) fn of_usage(meters: &[MeteredUsage]) -> Self {
        let mut lines = [Usd::ZERO; Self::FIELDS];
        for meter in meters {
            for (line, amount) in lines.iter_mut().zip(meter.amounts) {
                *line += amount;
            }
        }
        Self::of_fields(lines)
    }

    /// All lines together.
    pub fn total(&self) -> Usd {
        self.lines().into_iter().sum()
    }

    /// What nodes cost that runs of the workspace have, from assignment to release.
    pub fn busy(&self) -> Usd {
        let lines = Category::ALL.iter().zip(self.lines());
        let lines = lines.filter(|(category, _)| category.is_busy());
        lines.map(|(_, cost)| cost).sum()
    }

    /// What interruptions cost, with what is done against them: lost work, checkpoints and restarts.
    pub fn interruption_overhead(&self) -> Usd {
        self.lost + self.checkpoints + self.restarts
    }

    /// What runs by the clock: disks, public IP addresses and load balancers.
    pub fn fixed(&self) -> Usd {
        self.disk + self.public_ip + self.load_balancer
    }
}

impl Add for CostLines {
    type Output = Self;
    fn add(mut self, other: Self) -> Self {
        self += other;
        self
    }
}

/// Usage of one target at one rate, by category, in the order of [`Category::usage`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MeteredUsage {
    /// Position of the commitment that covers it; none where it pays the target's own price.
    pub commitment: Option<usize>,
    /// Whether it is of the low-priority tier of a pool with two.
    pub low_tier: bool,
    /// Price of a machine.
    pub rate: UsdPerHour,
    /// Slot-time (of a cluster: node-time).
    pub slot_times: [NodeTime; USAGE],
    /// What it costs.
    pub amounts: [Usd; USAGE],
}

/// The usage of a target by rate: what commitments cover, then the rest at its own price, to which rounding belongs.
///
/// A slot's or a category's share of an amount need not be a whole number: each line is the step that it adds to the
/// running sum, rounded down, so the lines add up to the amount of the whole and none is off by a unit or more.
pub(super) fn metered(
    times: &NodeTimes,
    own: UsdPerHour,
    slots: u32,
    covered: &[CoveredTime],
) -> Vec<MeteredUsage> {
    let slots = i128::from(slots.max(1));
    let priced = |commitment, rate: UsdPerHour, used: [NodeTime; USAGE]| {
        let price = |upto: NodeTime| (upto * rate).0 / slots;
        MeteredUsage {
            commitment,
            low_tier: false,
            rate,
            slot_times: used,
            amounts: steps(used, price).map(Usd),
        }
    };
    let fields = times.fields();
    let mut rest: [NodeTime; USAGE] = std::array::from_fn(|part| fields[part]);
    let mut meters = Vec::new();
    for part in covered {
        let mut used = [NodeTime::default(); USAGE];
        used[..PARTS].copy_from_slice(&part.parts);
        for (left, taken) in rest.iter_mut().zip(used) {
            let more = left.0.checked_sub(taken.0);
            left.0 = more.expect("no more is covered than was used");
        }
        meters.push(priced(Some(part.commitment), part.rate, used));
    }
    meters.push(priced(None, own, rest));
    meters
}

/// The same of both tiers of a pool: the low-priority one comes last, and nothing covers it.
pub(super) fn metered_tiers(
    times: &NodeTimes,
    low_priority: &NodeTimes,
    (own, low): (UsdPerHour, UsdPerHour),
    slots: u32,
    covered: &[CoveredTime],
) -> Vec<MeteredUsage> {
    let mut meters = metered(times, own, slots, covered);
    if low_priority.billed().0 > 0 {
        let tier = metered(low_priority, low, 1, &[]);
        meters.extend(tier.into_iter().map(|meter| MeteredUsage {
            low_tier: true,
            ..meter
        }));
    }
    meters
}
