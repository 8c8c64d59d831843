//! Means over replications and how sure they are: Student's t intervals, corrected for skewness, of means, paired differences and
//! ratios of means. Pure functions on numbers; what the numbers mean is for `report` to know.

pub mod chain;
pub mod crossing;
pub mod queues;
pub mod screening;
pub mod sequential;
mod spread;
pub mod start_up;
mod trend;
pub mod truncation;

use std::cell::Cell;

use statrs::distribution::{ContinuousCDF, StudentsT};

pub use spread::{Side, Spread};
pub use trend::{Trend, grows};

/// Confidence level of every interval that is reported.
pub const CONFIDENCE: f64 = 0.95;

/// A mean and the half-width of its confidence interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The estimated value.
    pub mean: f64,
    /// Half the length of its interval; `None` with fewer than two observations, which say nothing about spread.
    pub half_width: Option<f64>,
}

impl Estimate {
    /// Whether the interval covers `value`; `None` without an interval.
    pub fn covers(&self, value: f64) -> Option<bool> {
        let half_width = self.half_width?;
        Some((self.mean - value).abs() <= half_width)
    }

    /// Whether the interval is no longer, either way, than a share of the mean; without an interval it is not.
    pub fn is_within(&self, share: f64) -> bool {
        let width = self.half_width;
        width.is_some_and(|width| width <= share * self.mean.abs())
    }

    /// The same estimate where each value is off by up to `hidden`, beyond chance.
    #[must_use]
    pub fn widened(self, hidden: f64) -> Self {
        Self {
            half_width: self.half_width.map(|width| width + hidden),
            ..self
        }
    }

    /// A value without an interval.
    pub fn alone(mean: f64) -> Self {
        let half_width = None;
        Self { mean, half_width }
    }

    /// The estimate of the same figure in a unit `factor` times as small.
    #[must_use]
    pub fn scaled(self, factor: f64) -> Self {
        Self {
            mean: self.mean * factor,
            half_width: self.half_width.map(|width| width * factor.abs()),
        }
    }
}

/// Two-sided critical value of Student's t: without skewness, the interval is mean ± this × standard error.
///
/// The last value is remembered: a study asks for the same one many thousand times, and each takes microseconds.
pub fn critical_t(confidence: f64, degrees_of_freedom: usize) -> f64 {
    thread_local! {
        static LAST: Cell<Option<(u64, usize, f64)>> = const { Cell::new(None) };
    }
    let level = confidence.to_bits();
    match LAST.get() {
        Some((known, degrees, value)) if known == level && degrees == degrees_of_freedom => value,
        _ => {
            let value = student_t(confidence, degrees_of_freedom);
            LAST.set(Some((level, degrees_of_freedom, value)));
            value
        }
    }
}

fn student_t(confidence: f64, degrees_of_freedom: usize) -> f64 {
    let distribution = StudentsT::new(0.0, 1.0, degrees_of_freedom as f64)
        .expect("an interval has at least one degree of freedom");
    distribution.inverse_cdf(f64::midpoint(1.0, confidence))
}

/// The mean of `values`; `None` of none. Exact where all values are equal.
pub fn mean(values: &[f64]) -> Option<f64> {
    let first = *values.first()?;
    let excess: f64 = values.iter().map(|value| value - first).sum();
    Some(first + excess / values.len() as f64)
}

/// The mean of `values` with its interval, which is Student's t corrected for skewness ([`Spread::half_width`]); `None` of none.
pub fn estimate(values: &[f64], confidence: f64) -> Option<Estimate> {
    Some(Estimate {
        mean: mean(values)?,
        half_width: spread(values).map(|spread| spread.half_width(confidence)),
    })
}

/// The spread of `values` about their mean; `None` of fewer than two.
pub fn spread(values: &[f64]) -> Option<Spread> {
    let mean = mean(values)?;
    Spread::of(values.iter().map(|value| value - mean))
}

/// The mean of `values[i] - baseline[i]` with its interval. Pairs share their random numbers, so their difference
/// varies less than its parts (Law, Simulation Modeling and Analysis, 5th ed., section 10.2.1: paired-t interval).
pub fn paired_difference(values: &[f64], baseline: &[f64], confidence: f64) -> Option<Estimate> {
    assert_eq!(values.len(), baseline.len(), "pairs come in two");
    let differences: Vec<f64> = values.iter().zip(baseline).map(|(x, y)| x - y).collect();
    estimate(&differences, confidence)
}

/// The ratio of means `R = mean(x) / mean(y)` of pairs, with the interval of the delta method.
///
/// The residuals `e_i = x_i - R y_i` have mean 0, and `R - rho` is to first order `mean(e) / mean(y)`, so the standard
/// error is `s_e / (sqrt(n) |mean(y)|)` with `s_e^2 = sum e_i^2 / (n - 1)` (Cochran, Sampling Techniques, 3rd ed.,
/// chapter 6: variance of the ratio estimate). The rest is as for a mean: Student's t with n - 1 degrees of freedom, and the
/// skewness of the residuals.
/// A residual that is no more than what double precision leaves of its parts is 0. `None` of none or where `mean(y)` is 0.
pub fn ratio_of_means(x: &[f64], y: &[f64], confidence: f64) -> Option<Estimate> {
    let (ratio, residuals) = ratio_and_residuals(x, y)?;
    Some(Estimate {
        mean: ratio,
        half_width: Spread::of(residuals.into_iter()).map(|spread| spread.half_width(confidence)),
    })
}

/// A value for each pair such that their mean is the ratio of means `R` and the standard error of that mean is the one of
/// [`ratio_of_means`]: `R + (x_i - R y_i) / mean(y)`. Differences and ratios of ratios can so be had from values paired by
/// replication, like those of means. `None` of none or where `mean(y)` is 0.
pub fn linearized_ratio(x: &[f64], y: &[f64]) -> Option<Vec<f64>> {
    let (ratio, residuals) = ratio_and_residuals(x, y)?;
    Some(residuals.iter().map(|residual| ratio + residual).collect())
}

/// The ratio of means, and the residual of each pair over `mean(y)`.
fn ratio_and_residuals(x: &[f64], y: &[f64]) -> Option<(f64, Vec<f64>)> {
    /// A share of its parts below which a residual is only rounding.
    const LEAST: f64 = 1e-13;
    assert_eq!(x.len(), y.len(), "pairs come in two");
    let denominator = mean(y)?;
    if denominator == 0.0 {
        return None;
    }
    let ratio = mean(x)? / denominator;
    let residuals = x.iter().zip(y).map(|(x, y)| {
        let residual = x - ratio * y;
        let is_rounding = residual.abs() <= LEAST * x.abs().max((ratio * y).abs());
        if is_rounding {
            0.0
        } else {
            residual / denominator
        }
    });
    Some((ratio, residuals.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;
    use rand_distr::{Distribution, Exp1};

    fn close(a: f64, b: f64, tolerance: f64) {
        assert!((a - b).abs() <= tolerance, "{a} is not {b}");
    }

    #[test]
    fn critical_values_are_those_of_the_tables() {
        for (confidence, degrees, value) in [
            (0.95, 1, 12.706_205),
            (0.95, 2, 4.302_653),
            (0.95, 4, 2.776_445),
            (0.95, 9, 2.262_157),
            (0.95, 29, 2.045_230),
            (0.95, 99, 1.984_217),
            (0.95, 999, 1.962_341),
            (0.90, 10, 1.812_461),
            (0.99, 5, 4.032_143),
            (0.999, 29, 3.659_405),
        ] {
            close(critical_t(confidence, degrees), value, 2e-6);
        }
    }

    #[test]
    fn an_interval_is_held_against_its_mean() {
        let estimate = |mean, half_width| Estimate { mean, half_width };
        assert!(estimate(-200.0, Some(10.0)).is_within(0.05));
        assert!(!estimate(200.0, Some(10.1)).is_within(0.05));
        assert!(estimate(0.0, Some(0.0)).is_within(0.05));
        assert!(!estimate(200.0, None).is_within(0.05));
    }

    #[test]
    fn too_few_observations_have_no_interval() {
        assert_eq!(estimate(&[], CONFIDENCE), None);
        assert_eq!(mean(&[]), None);
        let one = estimate(&[3.5], CONFIDENCE).unwrap();
        assert_eq!((one.mean, one.half_width), (3.5, None));
        assert_eq!(one.covers(3.5), None);
        let ratio = ratio_of_means(&[3.0], &[2.0], CONFIDENCE).unwrap();
        assert_eq!((ratio.mean, ratio.half_width), (1.5, None));
    }

    #[test]
    fn a_hand_worked_interval() {
        // mean 5, squares 9 + 1 + 1 + 9 = 20, s = sqrt(20/3), error = sqrt(20/12), t(3) = 3.182446
        let result = estimate(&[2.0, 4.0, 6.0, 8.0], CONFIDENCE).unwrap();
        close(result.mean, 5.0, 0.0);
        close(
            result.half_width.unwrap(),
            3.182_446 * (20.0_f64 / 12.0).sqrt(),
            1e-5,
        );
        assert_eq!(result.covers(1.0), Some(true));
        assert_eq!(result.covers(0.5), Some(false));
        let hours = result.scaled(-0.5);
        close(hours.mean, -2.5, 0.0);
        close(hours.half_width.unwrap(), 2.054_26, 1e-5);
    }

    #[test]
    fn a_hand_worked_interval_of_a_skewed_sample() {
        // mean 3, deviations -2, -1, -1, 4: squares 22, s = sqrt(22/3) = 2.708013, error 1.354006; cubes -8 - 1 - 1 + 64 = 54,
        // g = 13.5 / s^3 = 0.679801, c = g / 6 = 0.113300; u = 3.182446 + 0.056650 = 3.239096;
        // u + c u^2 + 2 c^2 u^3 = 3.239096 + 1.188716 + 0.872494 = 5.300306, times the error
        let values = [1.0, 2.0, 2.0, 7.0];
        let result = estimate(&values, CONFIDENCE).unwrap();
        close(result.mean, 3.0, 0.0);
        close(result.half_width.unwrap(), 7.176_648, 2e-6);
        let mirrored = estimate(&values.map(|value| -value), CONFIDENCE).unwrap();
        assert_eq!(mirrored.half_width, result.half_width);
        let in_thousands = estimate(&values.map(|value| value * 1000.0), CONFIDENCE).unwrap();
        close(in_thousands.half_width.unwrap(), 7_176.648, 2e-3);
    }

    #[test]
    fn a_very_skewed_sample_wants_more() {
        // One 1 among 29 zeros: G1 = sqrt(30), and 25 x 30 = 750.
        let mut values = [0.0; 30];
        values[7] = 1.0;
        let wanted = spread(&values).unwrap().wanted();
        assert!(matches!(wanted, Some(750 | 751)), "{wanted:?}");
        // 500 among 1,000 are no longer skewed; of two values, or of equal ones, no skewness is known.
        let even: Vec<f64> = (0..1000).map(|n| f64::from(n % 2)).collect();
        for values in [&even[..], &[0.0, 1.0], &[2.0; 9], &[1.0, 2.0, 2.0, 7.0]] {
            assert_eq!(spread(values).unwrap().wanted(), None, "{values:?}");
        }
        assert_eq!(spread(&[1.0]), None);
    }

    #[test]
    fn equal_values_have_an_interval_of_exactly_nothing() {
        let same = [0.1; 7];
        let result = estimate(&same, CONFIDENCE).unwrap();
        assert_eq!((result.mean, result.half_width), (0.1, Some(0.0)));
        let none = paired_difference(&same, &same, CONFIDENCE).unwrap();
        assert_eq!((none.mean, none.half_width), (0.0, Some(0.0)));
    }

    #[test]
    fn pairs_differ_less_than_their_parts() {
        let baseline = [10.0, 20.0, 30.0];
        let result = paired_difference(&[11.0, 22.0, 33.0], &baseline, CONFIDENCE).unwrap();
        // differences 1, 2, 3: s = 1, t(2) = 4.302653
        close(result.mean, 2.0, 0.0);
        close(result.half_width.unwrap(), 4.302_653 / 3.0_f64.sqrt(), 1e-5);
    }

    #[test]
    fn a_hand_worked_ratio() {
        // R = 9 / 6 = 1.5; residuals 4-3, 5-6, 0 over y = 2, 4, 3 with x = 4, 5, 4.5: 1, -1, 0; s = 1; mean(y) = 3
        let result = ratio_of_means(&[4.0, 5.0, 4.5], &[2.0, 4.0, 3.0], CONFIDENCE).unwrap();
        close(result.mean, 1.5, 1e-15);
        let expected = 4.302_653 / 3.0_f64.sqrt() / 3.0;
        close(result.half_width.unwrap(), expected, 1e-5);
        let negative = ratio_of_means(&[4.0, 5.0, 4.5], &[-2.0, -4.0, -3.0], CONFIDENCE).unwrap();
        close(negative.mean, -1.5, 1e-15);
        close(negative.half_width.unwrap(), expected, 1e-5);
    }

    #[test]
    fn a_ratio_to_nothing_is_none() {
        assert_eq!(ratio_of_means(&[1.0, 2.0], &[0.0, 0.0], CONFIDENCE), None);
        assert_eq!(ratio_of_means(&[], &[], CONFIDENCE), None);
        let proportional = ratio_of_means(&[0.0, 0.0], &[1.0, 2.0], CONFIDENCE).unwrap();
        assert_eq!(
            (proportional.mean, proportional.half_width),
            (0.0, Some(0.0))
        );
    }

    /// Share of `trials` in which `covered` says that the interval holds the truth.
    fn coverage(trials: u32, mut covered: impl FnMut(&mut ChaCha8Rng) -> bool) -> f64 {
        let mut rng = ChaCha8Rng::seed_from_u64(20_240_101);
        let hits = (0..trials).filter(|_| covered(&mut rng)).count();
        hits as f64 / f64::from(trials)
    }

    /// Arrivals of a Poisson process of mean 3.
    fn about_three(rng: &mut ChaCha8Rng) -> f64 {
        let gaps = std::iter::from_fn(|| Some(Distribution::<f64>::sample(&Exp1, rng)));
        let times = gaps.scan(0.0, |time, gap| {
            *time += gap / 3.0;
            Some(*time)
        });
        times.take_while(|time| *time < 1.0).count() as f64
    }

    #[test]
    fn a_ratio_to_few_runs_is_right_and_covered() {
        // 24 USD a day for three runs a day on average: 8 USD per run. About one day in 20 has none. The mean of the
        // days' ratios is 24 E[1/N | N > 0] = 24 x 0.4328 = 10.39.
        let share = coverage(10_000, |rng| {
            let runs: [f64; 30] = std::array::from_fn(|_| about_three(rng));
            let result = ratio_of_means(&[24.0; 30], &runs, CONFIDENCE).unwrap();
            result.covers(8.0).unwrap()
        });
        assert!((0.93..=0.965).contains(&share), "{share}");
        let mut rng = ChaCha8Rng::seed_from_u64(7);
        let runs: Vec<f64> = (0..100_000).map(|_| about_three(&mut rng)).collect();
        let many = ratio_of_means(&vec![24.0; runs.len()], &runs, CONFIDENCE).unwrap();
        close(many.mean, 8.0, 0.05);
        let of_days = runs.iter().filter(|runs| **runs > 0.0);
        let of_days: Vec<f64> = of_days.map(|runs| 24.0 / runs).collect();
        close(mean(&of_days).unwrap(), 10.386, 0.1);
    }

    #[test]
    fn linearized_ratios_have_the_mean_and_the_error_of_the_ratio() {
        let (x, y) = ([4.0, 5.0, 4.5, 0.25], [2.0, 4.0, 3.0, 0.0]);
        let ratio = ratio_of_means(&x, &y, CONFIDENCE).unwrap();
        let values = linearized_ratio(&x, &y).unwrap();
        let same = estimate(&values, CONFIDENCE).unwrap();
        close(same.mean, ratio.mean, 1e-15);
        close(same.half_width.unwrap(), ratio.half_width.unwrap(), 1e-12);
        // Proportional figures have exactly no error, whatever double precision leaves.
        let runs = [3.0, 7.0, 11.0, 0.0];
        let cost = runs.map(|runs| runs * 0.1);
        let exact = ratio_of_means(&cost, &runs, CONFIDENCE).unwrap();
        assert_eq!(exact.half_width, Some(0.0));
        assert_eq!(linearized_ratio(&[1.0, 2.0], &[0.0, 0.0]), None);
    }
}
