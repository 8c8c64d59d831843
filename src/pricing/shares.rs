//! What parts take of a whole, in whole numbers that add up to it.

use crate::units::NodeTime;

/// What each part adds to a figure of the running sum.
pub(super) fn steps<const N: usize>(
    parts: [NodeTime; N],
    figure: impl Fn(NodeTime) -> i128,
) -> [i128; N] {
    let mut summed = NodeTime::default();
    let mut before = 0;
    parts.map(|part| {
        summed += part;
        let upto = figure(summed);
        let step = upto - before;
        before = upto;
        step
    })
}

/// `amount x part / whole`, rounded down, where the part is at most the whole; nothing of no whole. The product may need
/// more than 128 bits, so it is built bit by bit and reduced on the way.
pub(super) fn share(amount: u128, part: u128, whole: u128) -> i128 {
    if let Some(product) = amount.checked_mul(part) {
        let quotient = product.checked_div(whole).unwrap_or(0);
        return i128::try_from(quotient).expect("a part is no more than its whole");
    }
    let Some(each) = amount.checked_div(whole) else {
        return 0;
    };
    let rest = amount % whole;
    let (mut quotient, mut remainder) = (0_u128, 0_u128);
    for bit in (0..u128::BITS - part.leading_zeros()).rev() {
        quotient *= 2;
        remainder *= 2;
        if part >> bit & 1 == 1 {
            remainder += rest;
        }
        quotient += remainder / whole;
        remainder %= whole;
    }
    i128::try_from(each * part + quotient).expect("a part is no more than its whole")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn shares_of_large_amounts_are_exact() {
        // 10^30 x (3 x 10^20 - 1) / (3 x 10^20) = 10^30 - 10^10 / 3, rounded down.
        let (amount, whole) = (10_u128.pow(30), 3 * 10_u128.pow(20));
        let expected = 10_i128.pow(30) - 10_i128.pow(10) / 3 - 1;
        assert_eq!(share(amount, whole - 1, whole), expected);
        assert_eq!(share(amount, whole, whole), 10_i128.pow(30));
        assert_eq!(share(amount, 0, whole), 0);
        assert_eq!(share(amount, 0, 0), 0);
    }

    proptest! {
        #[test]
        fn shares_are_products_over_wholes(
            amount in 0_u128..1 << 60,
            (part, whole) in (1_u128..1 << 60).prop_flat_map(|whole| (0..=whole, Just(whole))),
        ) {
            prop_assert_eq!(share(amount, part, whole).unsigned_abs(), amount * part / whole);
        }
    }
}
