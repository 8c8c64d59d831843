//! What all replications of a scenario take together, from those of a trial.

use std::collections::BTreeMap;

/// A sum that is estimated.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Sum {
    pub(super) total: f64,
    /// The square of its standard error; `None` where one value says nothing of the spread.
    pub(super) variance: Option<f64>,
}

impl Sum {
    /// Nothing, for sure.
    pub(super) const ZERO: Self = Self {
        total: 0.0,
        variance: Some(0.0),
    };

    /// A part of it.
    pub(super) fn over(self, parts: f64) -> Self {
        Self {
            total: self.total / parts,
            variance: self.variance.map(|variance| variance / (parts * parts)),
        }
    }

    pub(super) fn plus(self, other: Self) -> Self {
        let variance = self.variance.zip(other.variance);
        Self {
            total: self.total + other.total,
            variance: variance.map(|(one, other)| one + other),
        }
    }
}

/// The sum over `variants` variants with `each` values each, from some of the values, each with the position of its variant.
/// Variants without a value are taken to be like the others: their share of the error is from the differences between
/// variants, that of the rest from the differences within them. `None` if there is no value.
pub(super) fn sum(
    values: impl Iterator<Item = (usize, f64)>,
    variants: usize,
    each: u32,
) -> Option<Sum> {
    let mut by_variant: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
    for (variant, value) in values {
        by_variant.entry(variant).or_default().push(value);
    }
    let means: Vec<f64> = by_variant.values().map(|values| mean(values)).collect();
    if means.is_empty() {
        return None;
    }
    let (seen, all, each) = (means.len() as f64, variants as f64, f64::from(each));
    let mean_of_all = mean(&means);
    let between = squares(&means) / (seen - 1.0);
    let free: usize = by_variant.values().map(|values| values.len() - 1).sum();
    let within = by_variant
        .values()
        .map(|values| squares(values))
        .sum::<f64>()
        / free as f64;
    let within = if free == 0 { between } else { within };
    let of_unseen = (all * each).powi(2) * (1.0 - seen / all) * between / seen;
    let of_seen = by_variant.values().map(|values| {
        let count = values.len() as f64;
        each * each * (1.0 - count / each) * within / count
    });
    let of_seen: f64 = of_seen.sum::<f64>() * all / seen;
    // What is multiplied by nothing counts nothing, also where it is unknown.
    let known = |part: f64, share: f64| if share > 0.0 { part } else { 0.0 };
    let is_partly_unseen = all - seen;
    let is_partly_within = by_variant
        .values()
        .map(|values| each - values.len() as f64)
        .fold(0.0, f64::max);
    let variance = known(of_unseen, is_partly_unseen) + known(of_seen, is_partly_within);
    Some(Sum {
        total: all * each * mean_of_all,
        variance: variance.is_finite().then_some(variance),
    })
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The sum of the squares of deviations from the mean.
fn squares(values: &[f64]) -> f64 {
    let mean = mean(values);
    values.iter().map(|value| (value - mean).powi(2)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[(usize, f64)], variants: usize, each: u32) -> Sum {
        sum(values.iter().copied(), variants, each).expect("values")
    }

    #[test]
    fn what_was_seen_whole_has_no_error() {
        let all = of(&[(0, 1.0), (1, 5.0), (0, 3.0), (1, 7.0)], 2, 2);
        assert_eq!((all.total, all.variance), (16.0, Some(0.0)));
        assert_eq!(of(&[(0, 3.0)], 1, 1).variance, Some(0.0));
    }

    /// By hand: means 2 and 6 of two of four variants, s² = 8 between them, (4 x 10)² x (1 - 1/2) x 8/2 of the variants that
    /// were not seen; s² = 2 within, 2 x 10² x (1 - 2/10) x 2/2 of those that were, and as much of the others.
    #[test]
    fn what_was_not_seen_is_like_the_rest() {
        let some = of(&[(0, 1.0), (0, 3.0), (3, 5.0), (3, 7.0)], 4, 10);
        assert!((some.total - 160.0).abs() < 1e-9);
        let variance = some.variance.expect("a spread");
        assert!((variance - (3200.0 + 320.0)).abs() < 1e-9, "{variance}");
    }

    #[test]
    fn one_value_says_nothing_of_the_spread() {
        assert_eq!(of(&[(2, 4.0)], 5, 1).variance, None);
        assert_eq!(of(&[(2, 4.0)], 1, 5).variance, None);
        assert!(sum(std::iter::empty(), 3, 1).is_none());
    }
}
