//! The order in which a trial takes replications: wherever it ends, it has been all over the variants.

use std::ops::Range;

use crate::scenario::Scenario;
use crate::study::Place;

/// A variant of a scenario, with its number of replications.
#[derive(Clone, Copy, Debug)]
struct Column {
    scenario: usize,
    variant: usize,
    replications: u32,
}

/// Replications 0 and 1 of each variant, then the next one of each, and so on. Baselines come first, then the other variants in
/// strides of the golden section, so that those taken so far are spread evenly at any time.
#[derive(Debug)]
pub(super) struct Order {
    columns: Vec<Column>,
    /// The column that is next, and its replication.
    at: usize,
    next: u32,
    /// The replications of each column that are taken before the columns begin again.
    round: Range<u32>,
    /// Replications of a variant at most.
    most: u32,
}

impl Order {
    pub(super) fn new(scenarios: &[Scenario]) -> Self {
        let column = |scenario: usize, variant: usize| Column {
            scenario,
            variant,
            replications: scenarios[scenario].replications,
        };
        let all = 0..scenarios.len();
        let baselines = all.map(|at| column(at, scenarios[at].baseline)).collect();
        let others = scenarios.iter().enumerate().flat_map(|(at, scenario)| {
            let variants = 0..scenario.variants.len();
            let others = variants.filter(|variant| *variant != scenario.baseline);
            others.map(move |variant| column(at, variant))
        });
        Self::of(baselines, &others.collect::<Vec<Column>>())
    }

    fn of(baselines: Vec<Column>, others: &[Column]) -> Self {
        let mut columns = baselines;
        let strides = strides(others.len());
        columns.extend(strides.map(|at| others[at]));
        let most = columns.iter().map(|column| column.replications).max();
        Self {
            columns,
            at: 0,
            next: 0,
            round: 0..2,
            most: most.unwrap_or_default(),
        }
    }
}

impl Iterator for Order {
    type Item = Place;

    fn next(&mut self) -> Option<Place> {
        while self.round.start < self.most {
            if self.next == self.round.end {
                self.at += 1;
                if self.at == self.columns.len() {
                    self.at = 0;
                    self.round = self.round.end..self.round.end + 1;
                }
                self.next = self.round.start;
                continue;
            }
            let (column, replication) = (self.columns[self.at], self.next);
            self.next += 1;
            if replication < column.replications {
                return Some(Place {
                    scenario: column.scenario,
                    variant: column.variant,
                    replication,
                });
            }
        }
        None
    }
}

/// Every number below `count` once, in strides of the golden section of it.
fn strides(count: usize) -> impl Iterator<Item = usize> {
    // The golden section in thousandths; numbers of variants are far below what would overflow.
    let golden = (count * 618 / 1000).max(1);
    let are_coprime = |stride: &usize| greatest_common_divisor(*stride, count) == 1;
    let stride = (golden..=count).find(are_coprime).unwrap_or(1);
    (0..count).map(move |at| at * stride % count)
}

fn greatest_common_divisor(one: usize, other: usize) -> usize {
    if other == 0 {
        one
    } else {
        greatest_common_divisor(other, one % other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(replications: &[u32]) -> Vec<(usize, u32)> {
        let column = |(variant, count): (usize, &u32)| Column {
            scenario: 0,
            variant,
            replications: *count,
        };
        let columns: Vec<Column> = replications.iter().enumerate().map(column).collect();
        let order = Order::of(vec![columns[0]], &columns[1..]);
        order.map(|it| (it.variant, it.replication)).collect()
    }

    #[test]
    fn every_replication_comes_once() {
        for counts in [
            &[1][..],
            &[2],
            &[5],
            &[1, 1, 1],
            &[1, 3, 2],
            &[4; 30],
            &[1; 99],
        ] {
            let mut places = order(counts);
            places.sort_unstable();
            let each = |(variant, count): (usize, &u32)| (0..*count).map(move |at| (variant, at));
            let all: Vec<_> = counts.iter().enumerate().flat_map(each).collect();
            assert_eq!(places, all, "{counts:?}");
        }
    }

    #[test]
    fn wherever_it_ends_it_has_been_everywhere() {
        let places = order(&[10; 200]);
        assert_eq!(places[..2], [(0, 0), (0, 1)]);
        // After 20 of 200 variants, no 30 neighbors are without one.
        let mut variants: Vec<usize> = places[..40].iter().map(|place| place.0).collect();
        variants.sort_unstable();
        variants.dedup();
        assert_eq!(variants.len(), 20);
        let gaps = variants.windows(2).map(|pair| pair[1] - pair[0]);
        assert!(gaps.max() < Some(30), "{variants:?}");
    }
}
