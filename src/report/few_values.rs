//! Intervals that rest on few large values, so that the sample cannot tell how far its mean may be off.

use super::row::Row;
use super::statistic::Statistic;
use super::{VariantResults, figures, money, requests};

/// An interval that is no longer than this share of the mean is not told of: where it should be wider changes little.
const SMALL: f64 = 0.01;

/// What is said where the cost, the p95 wait or the p95 latency of a variant is so skewed over its replications that their number
/// is too small, to follow its name: [`crate::stats::Spread::wanted`] has the rule.
pub(super) fn warning(variant: &VariantResults) -> Option<String> {
    let row = Row::of_all(variant);
    let mut all = vec![("cost", Statistic::Mean(money::own_cost))];
    if !row.growing.any() {
        all.push(("p95 wait", figures::WAIT_P95));
        all.push(("p95 latency", requests::LATENCY_P95));
    }
    let wanted = all.into_iter().filter_map(|(name, statistic)| {
        let wanted = row.spread(statistic)?.wanted()?;
        let is_small = row.figure(statistic)?.is_within(SMALL);
        (!is_small).then_some((name, wanted))
    });
    let (names, wanted): (Vec<&str>, Vec<usize>) = wanted.unzip();
    let most = rounded_up(wanted.into_iter().max()?);
    let intervals = match names.as_slice() {
        [one] => format!("the interval of its {one} rests"),
        many => format!("the intervals of its {} rest", many.join(" and its ")),
    };
    Some(format!(
        ": {intervals} on few large values, and may miss the true mean more often than 1 time in 20: ask for at least \
         {most} replications"
    ))
}

/// A number with two digits and zeros, and no smaller.
fn rounded_up(count: usize) -> usize {
    let unit = std::iter::successors(Some(1_usize), |unit| unit.checked_mul(10))
        .find(|unit| count / unit < 100)
        .unwrap_or(1);
    count.div_ceil(unit) * unit
}

#[cfg(test)]
mod tests {
    use super::rounded_up;

    #[test]
    fn numbers_are_rounded_up_to_two_digits() {
        for (count, rounded) in [
            (7, 7),
            (99, 99),
            (100, 100),
            (101, 110),
            (751, 760),
            (99_001, 100_000),
        ] {
            assert_eq!(rounded_up(count), rounded, "{count}");
        }
    }
}
