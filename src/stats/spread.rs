//! How far a mean may be off: its standard error and the skewness of what it is the mean of.

use super::critical_t;

/// A skewness above which the interval of a mean cannot be trusted in small samples: that of an exponential, for which it still
/// holds what it promises.
const VERY_SKEWED: f64 = 2.0;

/// What the deviations of a sample about its mean say about the mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    error: f64,
    skewness: f64,
    count: usize,
}

impl Spread {
    /// From deviations about an estimate, which add up to 0; `None` of fewer than two.
    pub fn of(deviations: impl ExactSizeIterator<Item = f64> + Clone) -> Option<Self> {
        let count = deviations.len();
        let degrees_of_freedom = count.checked_sub(1).filter(|&degrees| degrees > 0)?;
        let squares: f64 = deviations.clone().map(|it| it * it).sum();
        let variance = squares / degrees_of_freedom as f64;
        let standard = variance.sqrt();
        let cubes = deviations.map(|it| (it / standard).powi(3));
        Some(Self {
            error: (variance / count as f64).sqrt(),
            skewness: if standard > 0.0 {
                cubes.sum::<f64>() / count as f64
            } else {
                0.0
            },
            count,
        })
    }

    /// Half the length of an interval of the mean that is symmetric about it, and long enough on either side.
    ///
    /// A sample of a quantity with a long tail mostly misses the tail: its mean is short of the truth where its spread is small.
    /// With the skewness `g = m3 / s^3` and `c = g / (3 sqrt(n))`, a mean that is `r` standard errors short of the truth, on the
    /// side of the tail, has the modified t `r - c / 2 - c r^2` (N. J. Johnson, Modified t tests and confidence intervals for
    /// asymmetrical populations, Journal of the American Statistical Association 73, 1978), which follows Student's distribution up
    /// to terms of order 1/n. The half-width is the `r` at which that is `t(n - 1)`: with `u = t + |c| / 2`, the root of the
    /// quadratic equation is `u + |c| u^2 + 2 c^2 u^3 + ...`. The series ends here, since the equation of a very skewed sample has
    /// no root (R. Willink, A confidence interval and test for the mean of an asymmetric distribution, Communications in
    /// Statistics: Theory and Methods 34, 2005). Without skewness the interval is Student's.
    pub fn half_width(&self, confidence: f64) -> f64 {
        let c = self.skewness.abs() / (3.0 * (self.count as f64).sqrt());
        let u = critical_t(confidence, self.count - 1) + c / 2.0;
        (u + c * u.powi(2) + 2.0 * c.powi(2) * u.powi(3)) * self.error
    }

    /// How many values the mean of such a quantity needs for an interval that can be trusted, where the sample is very skewed and
    /// has fewer: `25 G1^2` (Cochran, Sampling Techniques, 3rd ed., section 2.15), where `G1` is the sample skewness adjusted for
    /// its size, and very skewed is more so than an exponential quantity (above 2).
    pub fn wanted(&self) -> Option<usize> {
        if self.count < 3 {
            return None;
        }
        let count = self.count as f64;
        let adjusted = self.skewness * count * count / ((count - 1.0) * (count - 2.0));
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is above 0, and at most 25 times the number of values"
        )]
        let wanted = (25.0 * adjusted * adjusted).ceil() as usize;
        (adjusted.abs() > VERY_SKEWED && self.count < wanted).then_some(wanted)
    }
}
