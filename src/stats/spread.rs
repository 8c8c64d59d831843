//! How far a mean may be off: its standard error and the skewness of what it is the mean of.

use super::critical_t;

/// A skewness above which the interval of a mean cannot be trusted in small samples: that of an exponential, for which it still
/// holds what it promises.
const VERY_SKEWED: f64 = 2.0;

/// A side of a mean on which the truth may lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The truth is smaller than the mean of the sample.
    Below,
    /// It is larger.
    Above,
}

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
        self.length(confidence, self.skewness.abs())
    }

    /// How far the truth may lie on one side of the mean, further than which it lies with this risk. Skewness lengthens it, as in
    /// [`Self::half_width`], where the long tail is on that side. On the other side Student's t is long enough: a sample of a
    /// quantity with a long tail seldom has a mean that is beyond the truth by many of its own standard errors.
    pub fn reach(&self, risk: f64, side: Side) -> f64 {
        let skewness = match side {
            Side::Below => -self.skewness,
            Side::Above => self.skewness,
        };
        self.length(1.0 - 2.0 * risk, skewness.max(0.0))
    }

    /// The half-width where the sample has a skewness that is not negative.
    fn length(&self, confidence: f64, skewness: f64) -> f64 {
        let c = skewness / (3.0 * (self.count as f64).sqrt());
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

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng as _;
    use rand_chacha::ChaCha8Rng;
    use rand_distr::{Distribution as _, Exp1};

    fn spread(values: &[f64]) -> Spread {
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        Spread::of(values.iter().map(|value| value - mean)).unwrap()
    }

    #[test]
    fn one_side_of_a_symmetric_sample_is_half_of_its_interval() {
        let spread = spread(&[1.0, 2.0, 3.0, 4.0, 5.0]);
        for side in [Side::Below, Side::Above] {
            assert!((spread.reach(0.025, side) - spread.half_width(0.95)).abs() < 1e-12);
        }
    }

    /// By hand: deviations -1, -1, -1, 3 have the variance 4, the standard error 1 and the skewness (27 - 3) / (8 x 4) = 0.75, so
    /// that c = 0.75 / 6 = 0.125. The 2.5 % point of Student's t with 3 degrees of freedom is 3.182446.
    #[test]
    fn skewness_lengthens_the_side_of_the_tail_alone() {
        let spread = spread(&[0.0, 0.0, 0.0, 4.0]);
        let u = 3.182_446_f64 + 0.0625;
        let above = u + 0.125 * u.powi(2) + 2.0 * 0.125_f64.powi(2) * u.powi(3);
        assert!((spread.reach(0.025, Side::Above) - above).abs() < 1e-5);
        assert!((spread.reach(0.025, Side::Below) - 3.182_446).abs() < 1e-5);
    }

    /// Of sums of four exponential values, which have the skewness 1 and the tail above: the side of the tail is wrong in as many samples
    /// as with an interval that is symmetric, and the other one in no more than its risk.
    #[test]
    fn the_side_of_no_tail_holds_its_risk_and_the_other_one_is_as_sure_as_before() {
        const SAMPLES: usize = 20_000;
        let mut rng = ChaCha8Rng::seed_from_u64(7);
        let mut wrong = [0.0; 3];
        for _ in 0..SAMPLES {
            let mut value = || {
                (0..4)
                    .map(|_| -> f64 { Exp1.sample(&mut rng) })
                    .sum::<f64>()
            };
            let values: Vec<f64> = (0..20).map(|_| value()).collect();
            let mean = values.iter().sum::<f64>() / 20.0;
            let spread = spread(&values);
            let are_wrong = [
                4.0 < mean - spread.reach(0.01, Side::Below),
                4.0 > mean + spread.reach(0.01, Side::Above),
                4.0 > mean + spread.half_width(0.98),
            ];
            for (wrong, is_wrong) in wrong.iter_mut().zip(are_wrong) {
                *wrong += f64::from(u8::from(is_wrong)) / SAMPLES as f64;
            }
        }
        let [below, above, symmetric] = wrong;
        assert!(below <= 0.01, "{below}");
        assert!(above <= symmetric + 0.001, "{above}, {symmetric}");
    }
}
