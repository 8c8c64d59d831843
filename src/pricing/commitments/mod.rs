//! What is paid for by the hour, used or not, and covers usage at its rate: reservations and savings plans.
//!
//! Who covers whose machines is found for every instant by one sweep over the leases of all covered targets: reservations
//! in the scenario's order first, then savings plans; each takes its targets in the scenario's order, as far as it goes.

use super::TargetPrices;
use crate::results::{TargetResult, Window};
use crate::units::{NodeTime, SimDuration, SimTime, Usd, UsdPerHour};

/// What is paid for by the hour, used or not, and covers usage at its rate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commitment {
    /// Name in the scenario.
    pub name: String,
    /// What is committed to.
    pub kind: CommitmentKind,
    /// The targets whose usage it covers, in scenario order.
    pub covers: Vec<Covered>,
    /// Where its prices are from, with their date, in words.
    pub source: Option<String>,
}

/// The kinds of commitment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommitmentKind {
    /// Machines of a size.
    Reservation {
        /// How many.
        machines: u32,
        /// Price of each.
        per_hour: UsdPerHour,
    },
    /// Usage at savings-plan prices.
    SavingsPlan {
        /// Dollars of usage an hour, at the plan's prices.
        per_hour: UsdPerHour,
    },
}

/// A target that a commitment covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Covered {
    /// Its position in the variant's results.
    pub target: usize,
    /// Price of one of its machines under a savings plan; a reservation has one price for all.
    pub per_hour: UsdPerHour,
}

/// What each commitment of a variant did in one replication, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// In `[warmup, horizon)`.
    pub within: Vec<CommitmentUse>,
    /// From the horizon to the latest end of the targets that a commitment covers.
    pub drain: Vec<CommitmentUse>,
}

/// What one commitment did in some span of time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommitmentUse {
    /// What is paid for it, used or not.
    pub paid: Usd,
    /// Machine-time of its targets, covered by whatever or not, without rounding.
    pub eligible: NodeTime,
    /// Machine-time that it covered, in the order of [`Commitment::covers`].
    pub covered: Vec<NodeTime>,
}

/// Machine-time of one target that one commitment covered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CoveredTime {
    /// Position of the commitment.
    pub commitment: usize,
    /// Its price for a machine of the target.
    pub rate: UsdPerHour,
    /// So much.
    pub time: NodeTime,
}

impl Commitment {
    /// Its price for a machine of the target at a position of [`Self::covers`].
    pub fn rate(&self, position: usize) -> UsdPerHour {
        match self.kind {
            CommitmentKind::Reservation { per_hour, .. } => per_hour,
            CommitmentKind::SavingsPlan { .. } => self.covers[position].per_hour,
        }
    }

    /// What it costs for some time, used or not.
    pub fn price(&self, time: SimDuration) -> Usd {
        let (machines, per_hour) = match self.kind {
            CommitmentKind::Reservation { machines, per_hour } => (machines, per_hour),
            CommitmentKind::SavingsPlan { per_hour } => (1, per_hour),
        };
        NodeTime(u128::from(time.0) * u128::from(machines)) * per_hour
    }
}

impl CommitmentUse {
    /// Machine-time that it covered.
    pub fn time(&self) -> NodeTime {
        self.covered.iter().copied().sum()
    }

    /// The part of [`Self::paid`] that went for usage.
    pub fn used(&self, commitment: &Commitment) -> Usd {
        let covered = self.covered.iter().enumerate();
        covered
            .map(|(position, time)| *time * commitment.rate(position))
            .sum()
    }

    /// The part that went for nothing.
    pub fn unused(&self, commitment: &Commitment) -> Usd {
        self.paid - self.used(commitment)
    }

    /// What the usage that it covered would have cost at the targets' own prices.
    pub fn without(&self, commitment: &Commitment, prices: &[TargetPrices]) -> Usd {
        let covered = self.covered.iter().zip(&commitment.covers);
        covered
            .map(|(time, covered)| *time * prices[covered.target].per_hour)
            .sum()
    }

    /// Both together, of the same commitment.
    #[must_use]
    pub fn joined(&self, other: &Self) -> Self {
        let covered = self.covered.iter().zip(&other.covered);
        Self {
            paid: self.paid + other.paid,
            eligible: self.eligible + other.eligible,
            covered: covered.map(|(one, two)| *one + *two).collect(),
        }
    }
}

impl Coverage {
    /// The coverage of one replication. Panics if a covered target did not keep its usage.
    pub fn of(
        commitments: &[Commitment],
        prices: &[TargetPrices],
        targets: &[TargetResult],
        window: Window,
    ) -> Self {
        if commitments.is_empty() {
            return Self::default();
        }
        let ends = targets.iter().map(|target| target.end);
        let end = ends.max().unwrap_or(window.horizon).max(window.horizon);
        let cuts = [window.warmup, window.horizon, end];
        let sweep = Sweep::new(commitments, prices, targets, window.horizon);
        let [within, drain] = <[Span; 2]>::try_from(sweep.run(&cuts))
            .expect("there is a span between each two of three cuts");
        for (target, result) in targets.iter().enumerate() {
            let slots = u128::from(result.slots.max(1));
            let is_covered = commitments.iter().any(|commitment| {
                let mut covers = commitment.covers.iter();
                covers.any(|covered| covered.target == target)
            });
            if is_covered && prices[target].may_be_covered() {
                let kept = [&within, &drain].map(|span| span.machines[target].0 * slots);
                let leased = [&result.within, &result.drain].map(|times| times.leased().0);
                assert_eq!(kept, leased, "a covered target keeps all its usage");
            }
        }
        Self {
            within: within.uses,
            drain: drain.uses,
        }
    }

    /// What each commitment did between each two neighbouring instants, which ascend.
    pub fn between(
        commitments: &[Commitment],
        prices: &[TargetPrices],
        targets: &[TargetResult],
        horizon: SimTime,
        cuts: &[SimTime],
    ) -> Vec<Vec<CommitmentUse>> {
        let sweep = Sweep::new(commitments, prices, targets, horizon);
        sweep.run(cuts).into_iter().map(|span| span.uses).collect()
    }

    /// What covers a target: within the horizon, and after it.
    pub fn of_target(
        &self,
        commitments: &[Commitment],
        target: usize,
    ) -> (Vec<CoveredTime>, Vec<CoveredTime>) {
        (
            covered_times(commitments, &self.within, target),
            covered_times(commitments, &self.drain, target),
        )
    }
}

/// What of a target each commitment covered.
pub(super) fn covered_times(
    commitments: &[Commitment],
    uses: &[CommitmentUse],
    target: usize,
) -> Vec<CoveredTime> {
    let mut times = Vec::new();
    for (position, (commitment, part)) in commitments.iter().zip(uses).enumerate() {
        for (place, covered) in commitment.covers.iter().enumerate() {
            if covered.target == target && part.covered[place].0 > 0 {
                times.push(CoveredTime {
                    commitment: position,
                    rate: commitment.rate(place),
                    time: part.covered[place],
                });
            }
        }
    }
    times
}

/// What happened between two cuts.
#[derive(Debug)]
struct Span {
    /// By commitment.
    uses: Vec<CommitmentUse>,
    /// Machine-time by target, of those that may be covered.
    machines: Vec<NodeTime>,
}

/// Goes through the leases of all covered targets in order of time.
struct Sweep<'a> {
    commitments: &'a [Commitment],
    /// Their positions in the order in which they cover: reservations, then savings plans.
    order: Vec<usize>,
    /// Until when each is paid.
    paid_until: Vec<SimTime>,
    /// Targets whose usage may be covered.
    covered: Vec<bool>,
    targets: &'a [TargetResult],
}

impl<'a> Sweep<'a> {
    fn new(
        commitments: &'a [Commitment],
        prices: &[TargetPrices],
        targets: &'a [TargetResult],
        horizon: SimTime,
    ) -> Self {
        let mut covered = vec![false; targets.len()];
        let targets_of = |commitment: &'a Commitment| {
            let covers = commitment.covers.iter();
            covers.map(|covered| covered.target)
        };
        for target in commitments.iter().flat_map(targets_of) {
            covered[target] = prices[target].may_be_covered();
        }
        let paid_until = commitments.iter().map(|commitment| {
            let ends = targets_of(commitment).map(|target| targets[target].end);
            ends.max().unwrap_or(horizon).max(horizon)
        });
        let is_plan = |position: &usize| {
            matches!(
                commitments[*position].kind,
                CommitmentKind::SavingsPlan { .. }
            )
        };
        let mut order: Vec<usize> = (0..commitments.len()).collect();
        order.sort_by_key(is_plan);
        Self {
            order,
            paid_until: paid_until.collect(),
            covered,
            commitments,
            targets,
        }
    }

    /// What happened between each two neighbouring cuts, which ascend.
    fn run(&self, cuts: &[SimTime]) -> Vec<Span> {
        let changes = self.changes(cuts);
        let mut changes = changes.iter().peekable();
        let mut running = vec![0_u64; self.targets.len()];
        let mut spans = Vec::new();
        for bounds in cuts.windows(2) {
            let mut span = self.empty(bounds[0], bounds[1]);
            let mut now = bounds[0];
            while now < bounds[1] {
                while let Some(change) = changes.next_if(|change| change.0 <= now) {
                    let (_, target, begins) = *change;
                    running[target] = if begins {
                        running[target] + 1
                    } else {
                        running[target] - 1
                    };
                }
                let next = changes.peek().map_or(bounds[1], |change| change.0);
                let until = next.min(bounds[1]);
                self.cover(until.since(now), &running, &mut span);
                now = until;
            }
            self.sum_eligible(&mut span);
            spans.push(span);
        }
        spans
    }

    /// Begins (true) and ends of leases, clipped to the cuts, in order of time; of one instant, begins come first.
    fn changes(&self, cuts: &[SimTime]) -> Vec<(SimTime, usize, bool)> {
        let (Some(first), Some(last)) = (cuts.first(), cuts.last()) else {
            return Vec::new();
        };
        let mut changes = Vec::new();
        for (target, result) in self.targets.iter().enumerate() {
            if !self.covered[target] {
                continue;
            }
            for lease in &result.usage {
                let (from, to) = (lease.from.max(*first), lease.to.min(*last));
                if from < to {
                    changes.push((from, target, true));
                    changes.push((to, target, false));
                }
            }
        }
        changes.sort_unstable_by_key(|(at, target, begins)| (*at, !*begins, *target));
        changes
    }

    /// A span in which nothing was used.
    fn empty(&self, from: SimTime, to: SimTime) -> Span {
        let uses = self.commitments.iter().zip(&self.paid_until);
        let uses = uses.map(|(commitment, until)| CommitmentUse {
            paid: commitment.price(to.min(*until).since(from)),
            eligible: NodeTime::default(),
            covered: vec![NodeTime::default(); commitment.covers.len()],
        });
        Span {
            uses: uses.collect(),
            machines: vec![NodeTime::default(); self.targets.len()],
        }
    }

    /// Covers so many running machines of each target for some time. A savings plan covers the last machine it can
    /// afford in part, to the tick.
    fn cover(&self, time: SimDuration, running: &[u64], span: &mut Span) {
        let time = u128::from(time.0);
        let mut left: Vec<u128> = running
            .iter()
            .map(|machines| u128::from(*machines) * time)
            .collect();
        for (sum, more) in span.machines.iter_mut().zip(&left) {
            sum.0 += more;
        }
        for &position in &self.order {
            let commitment = &self.commitments[position];
            let mut room = match commitment.kind {
                CommitmentKind::Reservation { machines, .. } => u128::from(machines) * time,
                CommitmentKind::SavingsPlan { per_hour } => u128::from(per_hour.0) * time,
            };
            let covered = &mut span.uses[position].covered;
            for (place, sum) in commitment.covers.iter().zip(covered) {
                let rest = &mut left[place.target];
                let cost = match commitment.kind {
                    CommitmentKind::Reservation { .. } => 1,
                    CommitmentKind::SavingsPlan { .. } => u128::from(place.per_hour.0),
                };
                let taken = room.checked_div(cost).map_or(*rest, |most| most.min(*rest));
                sum.0 += taken;
                *rest -= taken;
                room -= taken * cost;
            }
        }
    }

    fn sum_eligible(&self, span: &mut Span) {
        for (commitment, part) in self.commitments.iter().zip(&mut span.uses) {
            let covers = commitment.covers.iter();
            part.eligible = covers.map(|covered| span.machines[covered.target]).sum();
        }
    }
}

#[cfg(test)]
mod tests;
