//! The bill of a replication, handed out to workloads: what their own runs use, and the rest in proportion to that.

use crate::category::Category;
use crate::pricing::{BillLine, Commitment};
use crate::units::Usd;

/// Parts of a cost: of nodes that have runs, of other nodes, fees and fixed charges, unused commitments.
pub(super) const PARTS: usize = 4;

/// What somebody pays, by part.
pub(super) type Amounts = [Usd; PARTS];

const RUNS: usize = 0;
const IDLE: usize = 1;
const FIXED: usize = 2;
const UNUSED: usize = 3;

/// The part that a category is of.
fn part(category: Category) -> usize {
    match category {
        Category::UnusedCommitment => UNUSED,
        Category::Background => RUNS,
        used if used.is_busy() => RUNS,
        held if held.is_usage() => IDLE,
        _ => FIXED,
    }
}

/// Who pays: a workload on a target, or what of a target no workload used, or what is no target's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Payer {
    pub(super) target: Option<usize>,
    pub(super) workload: Option<usize>,
}

/// The bill by payer. `used` is the node-time of each payer. A line of a target is shared by its workloads in proportion to it:
/// what runs of one target use has one price on average, so that this is each workload's own. Unused commitments are shared by all
/// payers of the targets that they cover. What nobody used, and the nodes of background work, is the target's or else nobody's.
pub(super) fn handed_out(
    bill: &[BillLine],
    commitments: &[Commitment],
    payers: &[Payer],
    used: &[u128],
) -> Vec<Amounts> {
    let mut all = vec![[Usd::ZERO; PARTS]; payers.len()];
    for line in bill {
        let part = part(line.category);
        let covers = |target: usize| {
            let commitment = line.commitment.map(|position| &commitments[position]);
            commitment.is_some_and(|of| of.covers.iter().any(|covered| covered.target == target))
        };
        let pays = |payer: &Payer| match (line.target, payer.target) {
            (Some(target), of) => of == Some(target),
            (None, of) => of.is_some_and(covers),
        };
        let is_others = line.category == Category::Background;
        let of = |(payer, used): (&Payer, &u128)| {
            if pays(payer) && !is_others { *used } else { 0 }
        };
        let weights: Vec<u128> = payers.iter().zip(used).map(of).collect();
        let nobody = Payer {
            target: line.target,
            workload: None,
        };
        let rest = payers.iter().position(|payer| *payer == nobody);
        let rest = rest.expect("each target and none has somebody who pays the rest");
        match split(line.amount, &weights) {
            Some(amounts) => {
                for (sums, amount) in all.iter_mut().zip(amounts) {
                    sums[part] += amount;
                }
            }
            None => all[rest][part] += line.amount,
        }
    }
    all
}

/// An amount in proportion to weights, in parts that add up to it exactly; `None` where all weights are 0.
fn split(amount: Usd, weights: &[u128]) -> Option<Vec<Usd>> {
    let weights = weights.iter().map(|weight| i128::try_from(*weight));
    let weights: Result<Vec<i128>, _> = weights.collect();
    let weights = weights.expect("node-time fits in 127 bits");
    let whole: i128 = weights.iter().sum();
    if whole == 0 {
        return None;
    }
    // Whole and rest apart, so that no product overflows.
    let (each, rest) = (amount.0.div_euclid(whole), amount.0.rem_euclid(whole));
    let (mut before, mut given) = (0, 0);
    let parts = weights.iter().map(|weight| {
        before += weight;
        let upto = each * before + rest * before / whole;
        let part = upto - given;
        given = upto;
        Usd(part)
    });
    Some(parts.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pricing::{Quantity, Unit};

    const fn payer(target: Option<usize>, workload: Option<usize>) -> Payer {
        Payer { target, workload }
    }

    fn line(target: usize, category: Category, dollars: i128) -> BillLine {
        BillLine {
            target: Some(target),
            commitment: None,
            low_tier: false,
            category,
            quantity: Quantity {
                parts: 1,
                per_unit: 1,
                unit: Unit::Hour,
            },
            unit_micro_usd: 0,
            amount: Usd(Usd::ONE.0 * dollars),
        }
    }

    #[test]
    fn a_bill_is_paid_by_those_who_use_what_it_is_for() {
        let payers = [
            payer(Some(0), Some(0)),
            payer(Some(0), Some(1)),
            payer(Some(0), None),
            payer(Some(1), None),
            payer(None, None),
        ];
        let bill = [
            line(0, Category::Run, 40),
            line(0, Category::Boot, 8),
            line(0, Category::Background, 5),
            line(0, Category::Disk, 4),
            line(1, Category::IdleUnusedCapacity, 7),
        ];
        let paid = handed_out(&bill, &[], &payers, &[3, 1, 0, 0, 0]);
        let dollars = paid
            .iter()
            .map(|parts| parts.map(|part| part.0 / Usd::ONE.0));
        let expected = [
            [30, 6, 3, 0],
            [10, 2, 1, 0],
            [5, 0, 0, 0],
            [0, 7, 0, 0],
            [0; PARTS],
        ];
        assert_eq!(dollars.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn parts_add_up_to_the_last_unit() {
        let parts = split(Usd(100), &[1, 0, 1, 1]).unwrap();
        assert_eq!(parts, [Usd(33), Usd(0), Usd(33), Usd(34)]);
        let huge = Usd(i128::MAX / 2);
        let weights = [1 << 60, 3, (1 << 60) + 1];
        let sum: i128 = split(huge, &weights).unwrap().iter().map(|of| of.0).sum();
        assert_eq!(sum, huge.0);
        assert_eq!(split(Usd(1), &[0, 0]), None);
    }
}
