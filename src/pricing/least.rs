//! The lower bound of a cost over all policies: docs/deciding.md, "How good could it be".

use super::{Commitment, CommitmentKind, TargetPrices, clock};
use crate::results::{Least, TargetResult, Window};
use crate::units::{NodeTime, Usd, UsdPerHour};

/// What one target costs at least, of all replications of all policies with the same runs; `None` of what takes no runs. Of
/// commitments it has the prices of what they cover, and not what they take for no usage.
pub fn least_cost(
    (position, target): (usize, &TargetResult),
    prices: &TargetPrices,
    commitments: &[Commitment],
    window: Window,
) -> Option<Usd> {
    let least = target.least.as_ref()?;
    let billed = machine_time(least.billed, target);
    let rate = prices.cheapest(target, covering(position, prices, commitments));
    Some(billed * rate + prices.least_charges(target, least, window))
}

/// What all targets of a variant cost at least, with what commitments take, used or not; `None` where one takes no runs.
pub fn least_costs(
    targets: &[TargetResult],
    prices: &[TargetPrices],
    commitments: &[Commitment],
    window: Window,
) -> Option<Usd> {
    let of = |(target, prices)| least_cost(target, prices, commitments, window);
    let each = targets.iter().enumerate().zip(prices).map(of);
    let each: Usd = each.sum::<Option<Usd>>()?;
    let paid: Usd = commitments
        .iter()
        .map(|commitment| commitment.price(window.length()))
        .sum();
    let mut beside = paid;
    for ((position, target), prices) in targets.iter().enumerate().zip(prices) {
        let least = target.least.as_ref()?;
        let covers = || covering(position, prices, commitments);
        let room: u128 = covers().map(|cover| cover.room(window).0).sum();
        let beyond = machine_time(least.billed, target).0.saturating_sub(room);
        let rate = prices.cheapest(target, covers());
        beside += NodeTime(beyond) * rate + prices.least_charges(target, least, window);
    }
    Some(each.max(beside))
}

/// A commitment that may cover a target.
struct Cover<'a> {
    commitment: &'a Commitment,
    /// What it takes for an hour of a machine of the target.
    rate: UsdPerHour,
}

impl Cover<'_> {
    /// Machine-time of the target that it can cover up to the horizon.
    fn room(&self, window: Window) -> NodeTime {
        let length = clock(window.length());
        match self.commitment.kind {
            CommitmentKind::Reservation { machines, .. } => {
                NodeTime(length.0 * u128::from(machines))
            }
            CommitmentKind::SavingsPlan { per_hour } => {
                let committed = length.0 * u128::from(per_hour.0);
                NodeTime(committed.div_ceil(u128::from(self.rate.0.max(1))))
            }
        }
    }
}

/// The commitments that may cover a target.
fn covering<'a>(
    position: usize,
    prices: &TargetPrices,
    commitments: &'a [Commitment],
) -> impl Iterator<Item = Cover<'a>> {
    let may = prices.may_be_covered();
    let covers = commitments.iter().filter(move |_| may);
    covers.filter_map(move |commitment| {
        let place = commitment
            .covers
            .iter()
            .position(|of| of.target == position)?;
        let rate = commitment.rate(place);
        Some(Cover { commitment, rate })
    })
}

/// Machine-time from slot-time, rounded down.
fn machine_time(slot_time: NodeTime, target: &TargetResult) -> NodeTime {
    NodeTime(slot_time.0 / u128::from(target.slots.max(1)))
}

impl TargetPrices {
    /// The least that an hour of a machine costs, the service's fee included.
    fn cheapest<'a>(
        &self,
        target: &TargetResult,
        covers: impl Iterator<Item = Cover<'a>>,
    ) -> UsdPerHour {
        let low = (target.low_priority.is_some()).then_some(self.low_priority_per_hour);
        let others = covers.map(|cover| cover.rate).chain(low);
        let machine = others.fold(self.per_hour, Ord::min);
        UsdPerHour(machine.0 + self.service_fee.0)
    }

    /// The charges that run by the clock or by leases: a disk of each node is one of dedicated nodes.
    fn least_charges(&self, target: &TargetResult, least: &Least, window: Window) -> Usd {
        let length = clock(window.length());
        let leased = match target.low_priority {
            None => least.leased,
            Some(_) => NodeTime::default(),
        };
        let balanced = if self.load_balancer_at_zero {
            least.balanced.max(length)
        } else {
            least.balanced
        };
        let charges = [
            (self.disk, length),
            (self.public_ip, length),
            (self.disk_per_node, leased),
            (self.load_balancer, balanced),
        ];
        let charges = charges.into_iter();
        let charges = charges.filter_map(|(charge, time)| Some(charge?.over(time)));
        charges.sum()
    }
}
