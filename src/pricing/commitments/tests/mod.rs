//! Coverage against hand-worked cases and a second computation: what both are made of.

mod by_hand;
mod hour_by_hour;

use proptest::prelude::*;

use super::*;
use crate::category::Category;
use crate::pricing::{Meter, SplitCost, Tier, costs};
use crate::results::{HourGrid, HourlyTimes, NodeTimes};
use crate::units::{SimDuration, TICKS_PER_SECOND};

fn at(second: u64) -> SimTime {
    SimTime(second * TICKS_PER_SECOND)
}

fn dollars(amount: Usd, expected: f64) {
    assert!(
        (amount.dollars() - expected).abs() < 1e-12,
        "{amount:?} is not {expected} USD"
    );
}

fn own(micro_usd: u64) -> TargetPrices {
    TargetPrices {
        per_hour: UsdPerHour(micro_usd),
        ..TargetPrices::default()
    }
}

/// Positions of categories.
const RUN: usize = Category::Run as usize;
const BOOT: usize = Category::Boot as usize;
const IDLE_TAIL: usize = Category::IdleBeforeScaleDown as usize;

/// A target with leases between these seconds. In each, runs take the first third, and the node is idle afterwards. `t = 0` is
/// `into_hour` seconds after a full hour.
fn target_at(
    into_hour: u64,
    leases: &[(u64, u64)],
    (slots, end): (u32, u64),
    window: Window,
) -> TargetResult {
    let into_hour = SimDuration::from_secs(into_hour);
    let mut hours = HourlyTimes::new(HourGrid { into_hour, window });
    let mut times = [NodeTimes::default(); 2];
    for (from, to) in leases {
        let middle = from + (to - from) / 3;
        for (part, from, to) in [(RUN, *from, middle), (IDLE_TAIL, middle, *to)] {
            hours.add(part, at(from), at(to), slots);
            let clipped = |first: SimTime, last: SimTime| {
                let length = at(to).min(last).since(at(from).max(first));
                NodeTime(u128::from(length.0) * u128::from(slots))
            };
            let split = [
                clipped(window.warmup, window.horizon),
                clipped(window.horizon, at(end)),
            ];
            for (times, time) in times.iter_mut().zip(split) {
                if part == RUN {
                    times.run += time;
                } else {
                    times.idle_before_scale_down += time;
                }
            }
        }
    }
    TargetResult {
        within: times[0],
        drain: times[1],
        end: at(end),
        slots,
        hours: Some(Box::new(hours)),
        ..TargetResult::default()
    }
}

/// The same from a full hour on.
fn target(leases: &[(u64, u64)], slots: u32, end: u64, window: Window) -> TargetResult {
    target_at(0, leases, (slots, end), window)
}

fn commitment(kind: CommitmentKind, covers: &[(usize, u64)]) -> Commitment {
    let covered = |(target, micro_usd): &(usize, u64)| Covered {
        target: *target,
        per_hour: UsdPerHour(*micro_usd),
    };
    Commitment {
        name: "commitment".to_owned(),
        term: Term::default(),
        kind,
        covers: covers.iter().map(covered).collect(),
        source: None,
    }
}

fn reservation(machines: u32, micro_usd: u64, covers: &[(usize, u64)]) -> Commitment {
    let per_hour = UsdPerHour(micro_usd);
    commitment(CommitmentKind::Reservation { machines, per_hour }, covers)
}

fn plan(micro_usd: u64, covers: &[(usize, u64)]) -> Commitment {
    let per_hour = UsdPerHour(micro_usd);
    commitment(CommitmentKind::SavingsPlan { per_hour }, covers)
}
