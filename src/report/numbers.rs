//! Numbers for people: as many digits as the interval supports, and units that suit the size.

use crate::digits::{MOST_DECIMALS, decimals_for};
pub use crate::digits::{about, grouped};
use crate::stats::Estimate;

/// A unit in which times are printed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimeUnit {
    /// As printed after a number.
    pub name: &'static str,
    /// Its length.
    pub seconds: f64,
}

/// Seconds, minutes, hours: each up to the limit in seconds.
const UNITS: [(f64, TimeUnit); 3] = [
    (120.0, unit("s", 1.0)),
    (7200.0, unit("min", 60.0)),
    (f64::INFINITY, unit("h", 3600.0)),
];
/// Latencies have one more, up to a second.
const MILLISECOND: TimeUnit = unit("ms", 0.001);

const fn unit(name: &'static str, seconds: f64) -> TimeUnit {
    TimeUnit { name, seconds }
}

impl Default for TimeUnit {
    fn default() -> Self {
        UNITS[0].1
    }
}

impl TimeUnit {
    /// The unit for times up to `seconds`: s below 2 min, min below 2 h, then h.
    pub fn suiting(seconds: f64) -> Self {
        let fitting = UNITS.iter().find(|(limit, _)| seconds.abs() < *limit);
        fitting.map_or(UNITS[2].1, |(_, unit)| *unit)
    }

    /// The unit for latencies up to `seconds`: ms below 1 s, then as other times.
    pub fn suiting_latency(seconds: f64) -> Self {
        if seconds.abs() < 1.0 && seconds != 0.0 {
            MILLISECOND
        } else {
            Self::suiting(seconds)
        }
    }

    /// One unit for several times, so that they compare at a glance: the one that suits the geometric mean of those that
    /// are not 0.
    pub fn suiting_all(seconds: impl IntoIterator<Item = f64>) -> Self {
        Self::suiting(typical(seconds))
    }

    /// The same for several latencies.
    pub fn suiting_latencies(seconds: impl IntoIterator<Item = f64>) -> Self {
        Self::suiting_latency(typical(seconds))
    }

    /// An estimate in seconds in this unit.
    pub fn from_seconds(self, estimate: Estimate) -> Estimate {
        estimate.scaled(1.0 / self.seconds)
    }
}

/// The geometric mean of the times that are not 0.
fn typical(seconds: impl IntoIterator<Item = f64>) -> f64 {
    let positive = seconds.into_iter().filter(|seconds| *seconds > 0.0);
    let logarithms: Vec<f64> = positive.map(f64::ln).collect();
    if logarithms.is_empty() {
        return 0.0;
    }
    (logarithms.iter().sum::<f64>() / logarithms.len() as f64).exp()
}

/// A mean and its half-width as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The mean.
    pub mean: String,
    /// The half-width, if there is an interval.
    pub half_width: Option<String>,
}

impl Shown {
    /// With digits as [`decimals`] has them. A half-width that is not 0 is never printed as 0.
    pub fn of(estimate: Estimate) -> Self {
        Self::with_decimals(estimate, decimals(estimate))
    }

    /// An amount with the decimals of its column ([`decimals_of_column`]). A small amount that these would print as 0 keeps its own.
    pub fn in_column(estimate: Estimate, decimals: usize) -> Self {
        let is_lost = estimate.mean != 0.0
            && grouped(estimate.mean.abs(), decimals) == grouped(0.0, decimals);
        if is_lost {
            return Self::of(estimate);
        }
        Self::with_decimals(estimate, decimals)
    }

    /// An estimate of which `hidden` is unknown beyond chance: no digit below that, also where there is no interval.
    pub fn known(estimate: Estimate, hidden: f64) -> Self {
        let decimals = decimals(estimate).min(known_decimals(hidden));
        Self::with_decimals(estimate, decimals)
    }

    /// A share in percent: what is not 0 or 100 is not printed as if it were, however wide its interval; it has at most two
    /// decimals more than that gives.
    pub fn percent(share: Estimate) -> Self {
        let percent = share.scaled(100.0);
        let Estimate { mean, .. } = percent;
        let tells = |decimals: &usize| {
            let printed = grouped(mean, *decimals);
            let is_told =
                |end: f64| (mean - end).abs() == 0.0 || printed != grouped(end, *decimals);
            is_told(0.0) && is_told(100.0)
        };
        let least = decimals(percent);
        let most = (least + DECIMALS_BEYOND).min(MOST_DECIMALS);
        let decimals = (least..=most).find(tells);
        decimals.map_or_else(
            || Self::next_to_an_end(percent, least, most),
            |decimals| Self::with_decimals(percent, decimals),
        )
    }

    /// A percentage so close to 0 or 100 that `most` decimals do not tell; its interval has `least`.
    fn next_to_an_end(percent: Estimate, least: usize, most: usize) -> Self {
        let step = 0.1_f64.powi(i32::try_from(most).expect("a few decimals"));
        let mean = if percent.mean < 50.0 {
            format!("<{}", grouped(step, most))
        } else {
            format!(">{}", grouped(100.0 - step, most))
        };
        Self {
            mean,
            ..Self::with_decimals(percent, least)
        }
    }

    fn with_decimals(estimate: Estimate, decimals: usize) -> Self {
        let least = 0.1_f64.powi(i32::try_from(decimals).expect("a few decimals"));
        let half_width = estimate.half_width.map(|width| {
            if width > 0.0 {
                grouped(width.max(least), decimals)
            } else {
                "0".to_owned()
            }
        });
        Self {
            mean: grouped(estimate.mean, decimals),
            half_width,
        }
    }

    /// `12.3 ± 0.4`.
    pub fn joined(&self) -> String {
        match &self.half_width {
            Some(width) => format!("{} ± {width}", self.mean),
            None => self.mean.clone(),
        }
    }

    /// `12.3 min (± 0.4)`, with a unit.
    pub fn with_unit(&self, unit: &str) -> String {
        match &self.half_width {
            Some(width) => format!("{} {unit} (± {width})", self.mean),
            None => format!("{} {unit}", self.mean),
        }
    }
}

/// Decimals of a printed estimate: one significant digit of the half-width but at most six of the mean; without a
/// half-width three of the mean, and none where the mean is a whole number.
pub fn decimals(estimate: Estimate) -> usize {
    let Estimate { mean, half_width } = estimate;
    match half_width {
        Some(width) if width > 0.0 => decimals_for(width, 1).min(decimals_for(mean, 6)),
        _ if (mean - mean.round()).abs() < 1e-9 => 0,
        _ => decimals_for(mean, 3),
    }
}

/// Decimals of all amounts of a column: those of the narrowest interval, but at most six digits of the largest amount; more where an
/// amount would look like 0.
pub fn decimals_of_column(amounts: impl Iterator<Item = Estimate> + Clone) -> usize {
    /// Decimals that no column is widened beyond for a small amount.
    const MOST: usize = 4;
    let largest = amounts.clone().map(|of| of.mean.abs());
    let largest = largest.fold(0.0, f64::max);
    let narrowest = amounts.clone().map(decimals).max().unwrap_or(0);
    let paid = amounts.map(|of| of.mean.abs()).filter(|of| *of > 0.0);
    let told = paid.map(|of| decimals_for(of, 1).min(MOST)).max();
    let fitting = narrowest.min(decimals_for(largest, 6));
    fitting.max(told.unwrap_or(0))
}

/// Decimals of a number of which `hidden` is unknown: down to its first digit; all of one that is known exactly.
pub fn known_decimals(hidden: f64) -> usize {
    decimals_for(hidden, 1)
}

/// Decimals more than its interval gives that a share may have to be told from 0 and 1.
const DECIMALS_BEYOND: usize = 2;

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(mean: f64, half_width: Option<f64>) -> String {
        Shown::of(Estimate { mean, half_width }).joined()
    }

    #[test]
    fn digits_fit_the_half_width() {
        for (mean, half_width, text) in [
            (12.345, 0.41, "12.3 ± 0.4"),
            (12.345, 0.041, "12.35 ± 0.04"),
            (12.345, 4.1, "12 ± 4"),
            (123_456.7, 321.0, "123,457 ± 321"),
            (0.123_456, 0.001, "0.123 ± 0.001"),
            (123.456, 0.000_1, "123.456 ± 0.001"),
            (0.0003, 2.0, "0 ± 2"),
            (-0.0003, 2.0, "0 ± 2"),
            (0.0, 0.5, "0.0 ± 0.5"),
            (-1.25, 0.3, "-1.2 ± 0.3"),
        ] {
            assert_eq!(shown(mean, Some(half_width)), text, "{mean} {half_width}");
        }
    }

    #[test]
    fn amounts_of_a_column_have_as_many_decimals_and_none_looks_like_0() {
        let column = |amounts: &[(f64, Option<f64>)]| -> Vec<String> {
            let amounts = amounts
                .iter()
                .map(|&(mean, half_width)| Estimate { mean, half_width });
            let decimals = decimals_of_column(amounts.clone());
            amounts
                .map(|of| Shown::in_column(of, decimals).joined())
                .collect()
        };
        assert_eq!(
            column(&[(0.052, Some(0.003)), (1234.4, Some(5.0)), (0.0, Some(0.0))]),
            ["0.05 ± 0.01", "1,234.40 ± 5.00", "0.00 ± 0"]
        );
        assert_eq!(
            column(&[(443.2, Some(3.0)), (12_345.6, Some(90.0))]),
            ["443 ± 3", "12,346 ± 90"]
        );
        assert_eq!(
            column(&[(98_765.4, None), (0.06, None)]),
            ["98,765.40", "0.06"]
        );
        // Far below all others, an amount has its own digits.
        assert_eq!(
            column(&[(25.0, None), (0.000_012, None)]),
            ["25.0000", "0.000012"]
        );
    }

    #[test]
    fn numbers_have_thousands_separators() {
        assert_eq!(grouped(1_234_567.891, 2), "1,234,567.89");
        assert_eq!(grouped(-1234.0, 0), "-1,234");
        assert_eq!(grouped(-0.001, 2), "0.00");
        assert_eq!(grouped(999.0, 0), "999");
        assert_eq!(grouped(1e300, 0), "1.00e300");
    }

    #[test]
    fn no_digit_is_printed_that_is_hidden() {
        let shown =
            |mean, half_width, hidden| Shown::known(Estimate { mean, half_width }, hidden).joined();
        assert_eq!(shown(3.072, None, 0.128), "3.1");
        assert_eq!(shown(3.072, None, 1.28), "3");
        assert_eq!(shown(3.072, None, 0.0), "3.07");
        assert_eq!(shown(4.000_84, Some(0.002_02), 0.002), "4.001 ± 0.002");
    }

    #[test]
    fn only_nothing_is_0_percent_and_only_all_is_100() {
        let shown = |mean, half_width| Shown::percent(Estimate { mean, half_width }).joined();
        for (share, half_width, text) in [
            (1.0, None, "100"),
            (0.0, Some(0.0), "0 ± 0"),
            (0.9999, None, "99.99"),
            (0.9999, Some(0.01), "99.99 ± 1.00"),
            (0.999_999, Some(0.000_002), "99.9999 ± 0.0002"),
            (0.995, Some(0.02), "99.5 ± 2.0"),
            (0.004, Some(0.02), "0.4 ± 2.0"),
            (0.000_04, None, "0.00400"),
            (0.75, Some(0.02), "75 ± 2"),
            (0.999_999_999_999, None, ">99.99"),
            (0.999_999_7, Some(0.003), ">99.999 ± 0.3"),
            (0.000_000_3, Some(0.02), "<0.01 ± 2"),
            (1e-12, Some(1e-12), "<0.000001 ± 0.000001"),
        ] {
            assert_eq!(shown(share, half_width), text, "{share}");
        }
    }

    #[test]
    fn without_spread_three_digits_do() {
        for (mean, text) in [
            (0.0, "0"),
            (244.0, "244"),
            (2.04, "2.04"),
            (61.2, "61.2"),
            (1234.56, "1,235"),
            (0.001_234, "0.00123"),
            (1e-12, "0"),
        ] {
            assert_eq!(shown(mean, None), text);
            assert_eq!(shown(mean, Some(0.0)), format!("{text} ± 0"));
        }
    }

    #[test]
    fn units_suit_the_size() {
        for (seconds, unit) in [
            (0.0, "s"),
            (119.9, "s"),
            (120.0, "min"),
            (-600.0, "min"),
            (7200.0, "h"),
        ] {
            assert_eq!(TimeUnit::suiting(seconds).name, unit);
        }
        for (seconds, unit) in [
            (0.0, "s"),
            (0.09, "ms"),
            (-0.9, "ms"),
            (1.0, "s"),
            (120.0, "min"),
        ] {
            assert_eq!(TimeUnit::suiting_latency(seconds).name, unit);
        }
        // The geometric mean of 0.1 and 4.0 s is 0.63 s.
        assert_eq!(TimeUnit::suiting_latencies([0.1, 0.0, 4.0]).name, "ms");
        let latency = Estimate {
            mean: 0.25,
            half_width: Some(0.001),
        };
        let shown = Shown::of(MILLISECOND.from_seconds(latency));
        assert_eq!(shown.with_unit("ms"), "250 ms (± 1)");
        let wait = Estimate {
            mean: 372.0,
            half_width: Some(24.0),
        };
        let minutes = TimeUnit::suiting(wait.mean).from_seconds(wait);
        assert_eq!(Shown::of(minutes).with_unit("min"), "6.2 min (± 0.4)");
    }
}
