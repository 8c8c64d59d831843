//! Intervals against what the scenario wants of them.

use super::row::Row;
use super::statistic::Statistic;
use super::{StudyResults, VariantResults, figures, money, requests};
use crate::precision::{Precise, Precision};
use crate::stats::{Estimate, sequential};

/// How many replications of each variant a study has after its next round; `None` where it has enough, or all that are allowed.
pub fn after_next_round(study: &StudyResults) -> Option<u32> {
    let precision = study.precision.as_ref()?;
    let least = study.variants.iter().map(|it| it.replications.len()).min();
    let count = u32::try_from(least?).unwrap_or(u32::MAX);
    let is_short = |variant| unmet(variant, precision).is_empty();
    if count >= precision.most || study.variants.iter().all(is_short) {
        return None;
    }
    Some(sequential::after_next_round(count, precision.most))
}

/// What is said of each variant whose intervals are longer than wanted.
pub(super) fn warnings(study: &StudyResults) -> Vec<String> {
    let Some(precision) = &study.precision else {
        return Vec::new();
    };
    let of = |variant: &VariantResults| {
        let unmet = unmet(variant, precision);
        let told: Vec<String> = unmet.iter().map(told).collect();
        (!told.is_empty()).then(|| {
            format!(
                "variant `{}`: the precision was not reached with {} replications, the most that `max_replications` allows: {}",
                variant.name,
                variant.replications.len(),
                told.join(", ")
            )
        })
    };
    study.variants.iter().filter_map(of).collect()
}

/// A figure whose interval is longer than wanted, and the share of it that was wanted.
struct Unmet {
    figure: Precise,
    estimate: Estimate,
    wanted: f64,
}

/// The figures of a variant that it has, and whose intervals are longer than wanted. Where a queue grows there is no mean wait.
fn unmet(variant: &VariantResults, precision: &Precision) -> Vec<Unmet> {
    let row = Row::of_all(variant);
    let wanted = precision.wanted.iter().filter(|(figure, _)| {
        let waits = *figure != Precise::Cost;
        !(waits && row.growing.any())
    });
    let unmet = wanted.filter_map(|(figure, wanted)| {
        let estimate = row.figure(statistic(*figure))?;
        let is_long = !estimate.is_within(*wanted);
        is_long.then_some(Unmet {
            figure: *figure,
            estimate,
            wanted: *wanted,
        })
    });
    unmet.collect()
}

fn told(unmet: &Unmet) -> String {
    let Unmet {
        figure,
        estimate,
        wanted,
    } = *unmet;
    let width = estimate.half_width.unwrap_or(f64::INFINITY);
    format!(
        "{} ± {} % ({} % wanted)",
        figure.words(),
        two_digits_up(100.0 * width / estimate.mean.abs()),
        // Rounding takes away what a hundredth of a written percentage leaves.
        (wanted * 1e8).round() / 1e6
    )
}

/// A number with two digits, rounded up: what is too long is not told to be as short as wanted.
fn two_digits_up(number: f64) -> f64 {
    let unit = 10_f64.powf(1.0 - number.log10().floor());
    (number * unit).ceil() / unit
}

fn statistic(figure: Precise) -> Statistic {
    match figure {
        Precise::Cost => Statistic::Mean(money::own_cost),
        Precise::WaitMean => figures::WAIT_MEAN,
        Precise::WaitP95 => figures::WAIT_P95,
        Precise::TurnaroundMean => figures::TURNAROUND,
        Precise::LatencyP95 => requests::LATENCY_P95,
    }
}

#[cfg(test)]
mod tests {
    use super::two_digits_up;

    #[test]
    fn percentages_are_rounded_up_to_two_digits() {
        for (number, rounded) in [(5.01, 5.1), (0.1234, 0.13), (12.0, 12.0), (123.4, 130.0)] {
            assert!((two_digits_up(number) - rounded).abs() < 1e-9, "{number}");
        }
    }
}
