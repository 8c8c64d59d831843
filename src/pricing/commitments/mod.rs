//! What is paid for by the hour, used or not, and covers usage at its rate: reservations and savings plans.
//!
//! Each clock hour of UTC is filled by itself, from all machine-time of that hour: reservations in the scenario's order
//! first, then savings plans; what one covers in an hour is shared among its targets and their categories by on-demand
//! value (docs/semantics.md, section 6).

mod hours;
mod stored;

use serde::{Deserialize, Serialize};

use self::hours::Filling;
use super::TargetPrices;
use crate::category::PARTS;
use crate::results::{TargetResult, Window};
use crate::units::{NodeTime, SimDuration, SimTime, Usd, UsdPerHour};

/// What is paid for by the hour, used or not, and covers usage at its rate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commitment {
    /// Name in the scenario.
    pub name: String,
    /// For how long it is bought.
    pub term: Term,
    /// What is committed to.
    pub kind: CommitmentKind,
    /// The targets whose usage it covers, in scenario order.
    pub covers: Vec<Covered>,
    /// Where its prices are from, with their date, in words.
    pub source: Option<String>,
}

/// For how long a commitment is bought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Term {
    /// A year.
    #[default]
    One,
    /// Three years.
    Three,
}

impl Term {
    /// What is said of a term that is not the usual one, after a name.
    pub fn words(self) -> &'static str {
        match self {
            Self::One => "",
            Self::Three => " for three years",
        }
    }
}

/// The kinds of commitment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Covered {
    /// Its position in the variant's results.
    pub target: usize,
    /// Price of one of its machines under a savings plan; a reservation has one price for all.
    pub per_hour: UsdPerHour,
}

/// What each commitment of a variant did in one replication, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// In `[warmup, horizon)`.
    pub within: Vec<CommitmentUse>,
    /// From the horizon to the latest end of the targets that a commitment covers.
    pub drain: Vec<CommitmentUse>,
}

/// What one commitment did in some span of time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommitmentUse {
    /// What is paid for it, used or not.
    pub paid: Usd,
    /// Machine-time of its targets, covered by whatever or not, without rounding.
    pub eligible: NodeTime,
    /// Machine-time that it covered, in the order of [`Commitment::covers`].
    pub covered: Vec<NodeTime>,
    /// The same as slot-time by category, in the order of [`crate::results::NodeTimes::parts`].
    #[serde(deserialize_with = "stored::parts")]
    pub parts: Vec<[NodeTime; PARTS]>,
}

/// Time of one target that one commitment covered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CoveredTime {
    /// Position of the commitment.
    pub commitment: usize,
    /// Its price for a machine of the target.
    pub rate: UsdPerHour,
    /// Slot-time that it covered by category, in the order of [`crate::results::NodeTimes::parts`].
    pub parts: [NodeTime; PARTS],
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
        let mut joined = self.clone();
        joined.paid += other.paid;
        joined.eligible += other.eligible;
        for (sum, more) in joined.covered.iter_mut().zip(&other.covered) {
            *sum += *more;
        }
        let parts = joined.parts.iter_mut().zip(&other.parts);
        for (sum, more) in parts.flat_map(|(sums, more)| sums.iter_mut().zip(more)) {
            *sum += *more;
        }
        joined
    }
}

impl Coverage {
    /// The coverage of one replication. Panics if a covered target did not keep its hours.
    pub fn of(
        commitments: &[Commitment],
        prices: &[TargetPrices],
        targets: &[TargetResult],
        window: Window,
    ) -> Self {
        if commitments.is_empty() {
            return Self::default();
        }
        let filling = Filling::new(commitments, prices, targets, window);
        let [within, drain] = filling.split_at_horizon();
        for (target, result) in targets.iter().enumerate() {
            let is_covered = commitments.iter().any(|commitment| {
                let mut covers = commitment.covers.iter();
                covers.any(|covered| covered.target == target)
            });
            if is_covered && prices[target].may_be_covered() {
                let kept = [within.used[target], drain.used[target]];
                let all = [result.within.parts(), result.drain.parts()];
                assert_eq!(kept, all, "a covered target keeps all its hours");
            }
        }
        Self {
            within: within.uses,
            drain: drain.uses,
        }
    }

    /// What each commitment did between each two neighboring instants, which ascend; all but the first and the last are
    /// begins of clock hours.
    pub fn between(
        commitments: &[Commitment],
        prices: &[TargetPrices],
        targets: &[TargetResult],
        window: Window,
        cuts: &[SimTime],
    ) -> Vec<Vec<CommitmentUse>> {
        let filling = Filling::new(commitments, prices, targets, window);
        let spans = filling.between(cuts).into_iter();
        spans.map(|span| span.uses).collect()
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
                    parts: part.parts[place],
                });
            }
        }
    }
    times
}

#[cfg(test)]
mod tests;
