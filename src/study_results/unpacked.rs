//! Statistics of the first replications stay unpacked once they were asked for, and so do their costs: of few replications none
//! is unpacked and priced for each figure again.

use std::borrow::Cow;
use std::sync::OnceLock;

use super::VariantResults;
use crate::pricing::{SplitCost, cost, costs};
use crate::results::{Packed, ReplicationResult, TargetResult};

/// Bytes of the packed statistics that also stay unpacked, of each of a few variants. Unpacked and priced they take ten times the
/// room; of many variants none stay.
const KEPT: usize = 1 << 13;

/// Of the first replications, once they were asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Unpacked {
    statistics: OnceLock<Box<[ReplicationResult]>>,
    costs: OnceLock<Box<[Costs]>>,
}

/// What a replication costs.
#[derive(Clone, Debug)]
pub struct Costs {
    /// By target, in the order of the results.
    pub targets: Vec<SplitCost>,
    /// What commitments took for no usage.
    pub unused: SplitCost,
}

impl Unpacked {
    /// What stays unpacked of these.
    fn of(&self, replications: &[Packed]) -> &[ReplicationResult] {
        self.statistics.get_or_init(|| {
            let mut left = KEPT;
            let kept = replications.iter().map_while(|packed| {
                left = left.checked_sub(packed.packed_len())?;
                Some(packed.statistics())
            });
            kept.collect()
        })
    }
}

impl VariantResults {
    /// The statistics of a replication, without what was recorded and without weeks.
    pub fn statistics_of(&self, replication: usize) -> Cow<'_, ReplicationResult> {
        match self.unpacked(replication) {
            Some(kept) => Cow::Borrowed(kept),
            None => Cow::Owned(self.replications[replication].statistics()),
        }
    }

    /// The same of one target, which is unpacked alone; `None` if there is no target at this position.
    pub fn target_of(&self, replication: usize, position: usize) -> Option<Cow<'_, TargetResult>> {
        match self.unpacked(replication) {
            Some(kept) => kept.targets.get(position).map(Cow::Borrowed),
            None => (self.replications[replication].target(position)).map(Cow::Owned),
        }
    }

    /// The statistics of each replication, in order.
    pub fn statistics(&self) -> impl Iterator<Item = Cow<'_, ReplicationResult>> {
        (0..self.replications.len()).map(|replication| self.statistics_of(replication))
    }

    /// What a replication costs, given what it left at all targets.
    pub fn costs_of(&self, replication: usize, targets: &[TargetResult]) -> Cow<'_, Costs> {
        match self.known_costs(replication) {
            Some(kept) => Cow::Borrowed(kept),
            None => Cow::Owned(self.price(replication, targets)),
        }
    }

    /// What a target costs in a replication; alone where the costs of that are not kept.
    pub fn cost_of(
        &self,
        replication: usize,
        (position, target): (usize, &TargetResult),
    ) -> SplitCost {
        if let Some(kept) = self.known_costs(replication) {
            return kept.targets[position];
        }
        let committed = (&self.commitments[..], self.coverage.get(replication));
        let prices = &self.prices[position];
        cost((position, target), prices, committed, self.window)
    }

    fn known_costs(&self, replication: usize) -> Option<&Costs> {
        let known = self.known.kept()?;
        let kept = known.costs.get_or_init(|| {
            let results = known.of(&self.replications).iter().enumerate();
            let priced = results.map(|(number, of)| self.price(number, &of.targets));
            priced.collect()
        });
        kept.get(replication)
    }

    fn price(&self, replication: usize, targets: &[TargetResult]) -> Costs {
        let committed = (&self.commitments[..], self.coverage.get(replication));
        let (targets, unused) = costs(targets, &self.prices, committed, self.window);
        Costs { targets, unused }
    }

    fn unpacked(&self, replication: usize) -> Option<&ReplicationResult> {
        (self.known.kept()?.of(&self.replications)).get(replication)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pricing::TargetPrices;
    use crate::results::NodeTimes;
    use crate::study_results::Known;
    use crate::units::{NodeTime, Usd, UsdPerHour};

    #[test]
    fn replications_beyond_those_that_stay_unpacked_are_the_same() {
        let mut variant = VariantResults {
            prices: vec![
                TargetPrices {
                    per_hour: UsdPerHour(3),
                    ..TargetPrices::default()
                };
                8
            ],
            known: Known::of_variants(100),
            ..VariantResults::default()
        };
        let result = |end: u64| ReplicationResult {
            targets: vec![
                TargetResult {
                    spin_ups: end,
                    within: NodeTimes {
                        run: NodeTime(end.into()),
                        ..NodeTimes::default()
                    },
                    ..TargetResult::default()
                };
                8
            ],
            ..ReplicationResult::default()
        };
        let count = 500;
        for end in 0..count {
            variant.add(result(end), None, Vec::new());
        }
        let kept = variant.known.kept().expect("few variants");
        let kept = kept.of(&variant.replications).len();
        assert!((1..400).contains(&kept), "{kept}");
        let all: Vec<_> = variant.statistics().collect();
        for (number, of) in (0..).zip(&all) {
            assert_eq!(**of, result(number));
            let place = usize::try_from(number).unwrap();
            let target = variant.target_of(place, 7).unwrap();
            assert_eq!(target.spin_ups, number);
            assert!(variant.target_of(place, 8).is_none());
            let cost = variant.cost_of(place, (7, &target));
            assert_eq!(cost.whole().total(), Usd(i128::from(3 * number)));
            assert_eq!(variant.costs_of(place, &of.targets).targets[7], cost);
        }
        assert_eq!(all.len() as u64, count);
        assert!(Known::of_variants(101).kept().is_none());
    }
}
