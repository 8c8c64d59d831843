//! Exact numbers for thresholds: a comparison of rounded numbers would decide at random where both are equal.

use std::cmp::Ordering;

/// A number of 0 or more as a fraction of whole numbers, compared exactly.
#[derive(Clone, Copy, Debug)]
pub struct Ratio {
    numerator: u128,
    denominator: u128,
}

impl Ratio {
    /// This fraction.
    ///
    /// # Panics
    ///
    /// If the denominator is 0.
    pub const fn new(numerator: u128, denominator: u128) -> Self {
        assert!(denominator > 0, "a fraction has a denominator");
        Self {
            numerator,
            denominator,
        }
    }

    /// A number as people write it, to nine decimals: `0.3` is three tenths. Negative numbers are 0.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the cast stops at 0 and at the largest number"
    )]
    pub fn decimal(number: f64) -> Self {
        Self::new((number * 1e9).round() as u128, 1_000_000_000)
    }

    /// Numerator and denominator, as given.
    pub fn parts(self) -> (u128, u128) {
        (self.numerator, self.denominator)
    }

    /// This times a fraction of numbers, of which the second is not 0.
    #[must_use]
    pub fn times(self, numerator: u32, denominator: u32) -> Self {
        Self::new(
            self.numerator.saturating_mul(u128::from(numerator)),
            self.denominator.saturating_mul(u128::from(denominator)),
        )
    }
}

impl Ord for Ratio {
    /// Compares whole parts, then the reciprocals of what is left: no product can overflow.
    fn cmp(&self, other: &Self) -> Ordering {
        let (mut one, mut two) = (*self, *other);
        loop {
            let whole = |of: Self| of.numerator / of.denominator;
            let rest = |of: Self| of.numerator % of.denominator;
            let order = whole(one).cmp(&whole(two));
            let (left, right) = (rest(one), rest(two));
            if order != Ordering::Equal || left == 0 || right == 0 {
                return order.then(left.min(1).cmp(&right.min(1)));
            }
            (one, two) = (
                Self::new(two.denominator, right),
                Self::new(one.denominator, left),
            );
        }
    }
}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Ratio {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Ratio {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_what_is_written() {
        assert_eq!(Ratio::decimal(0.3), Ratio::new(3, 10));
        assert_eq!(Ratio::decimal(12_345_678.0), Ratio::new(12_345_678, 1));
        assert_eq!(Ratio::decimal(0.0), Ratio::new(0, 7));
        // 0.2 x 3 / 2, which is above 0.3 in floating point.
        assert_eq!(Ratio::decimal(0.2).times(3, 2), Ratio::decimal(0.3));
    }

    #[test]
    fn fractions_compare_as_their_products_do() {
        for a in 0..12_u128 {
            for b in 1..12 {
                for c in 0..12 {
                    for d in 1..12 {
                        let order = Ratio::new(a, b).cmp(&Ratio::new(c, d));
                        assert_eq!(order, (a * d).cmp(&(c * b)), "{a}/{b} and {c}/{d}");
                    }
                }
            }
        }
    }

    #[test]
    fn large_numbers_compare_exactly() {
        // (n - 1) / n grows with n.
        let below_one = |n: u128| Ratio::new(n - 1, n);
        assert!(below_one(u128::MAX - 1) < below_one(u128::MAX));
        assert!(below_one(u128::MAX) < Ratio::new(1, 1));
    }
}
