//! Random lengths of time over `rand_distr`: constant, exponential, log-normal and the rest of [`Distribution`].
//! Sampling rounds to the tick; what a scenario may write for each kind is decided in `scenario`.

mod ahead;
mod moments;

pub use ahead::{Ahead, exponentials};

use rand::Rng;
use rand_distr::weighted::WeightedAliasIndex;
use rand_distr::{Distribution as _, Exp1, StandardNormal};

use crate::units::SimDuration;

/// Standard normal quantile at 0.95: ties a log-normal's p95 to its median.
const Z_95: f64 = 1.644_853_626_951_472_2;

/// A distribution of non-negative lengths of time. Parameters in seconds were checked by the constructors.
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution(Kind);

/// The tag stands apart, where it is read in one step.
#[derive(Clone, Debug, PartialEq)]
#[repr(u8)]
enum Kind {
    Constant(SimDuration),
    Uniform {
        min: f64,
        width: f64,
    },
    Exponential {
        mean: f64,
    },
    LogNormal {
        mu: f64,
        sigma: f64,
    },
    Weibull {
        shape: f64,
        scale: f64,
    },
    Gamma {
        shape: f64,
        scale: f64,
        sampler: rand_distr::Gamma<f64>,
    },
    Pareto {
        scale: f64,
        shape: f64,
    },
    Triangular {
        min: f64,
        mode: f64,
        max: f64,
        sampler: rand_distr::Triangular<f64>,
    },
    Empirical(Box<Empirical>),
}

#[derive(Clone, Debug)]
struct Empirical {
    values: Vec<SimDuration>,
    /// The values in order, each with the share of the draws above it.
    tail: Vec<(SimDuration, f64)>,
    mean: f64,
    index: WeightedAliasIndex<f64>,
}

/// Two empirical distributions are equal when they were made of the same values and weights; the alias table follows.
impl PartialEq for Empirical {
    fn eq(&self, other: &Self) -> bool {
        self.values == other.values && self.mean.total_cmp(&other.mean).is_eq()
    }
}

/// Why parameters do not make a distribution: a sentence that names the parameter.
pub type Invalid = String;

fn positive(name: &str, value: f64) -> Result<f64, Invalid> {
    if value.is_finite() && value > 0.0 {
        Ok(value)
    } else {
        Err(format!("`{name}` must be above 0"))
    }
}

/// Whether values can be drawn by these weights.
pub fn check_weights(weights: &[f64]) -> Result<(), Invalid> {
    let sum: f64 = weights.iter().sum();
    if sum.is_nan() || sum <= 0.0 || weights.iter().any(|weight| *weight < 0.0) {
        return Err(
            "the weights are negative or all 0: weights are 0 or more, and at least one is above 0"
                .to_owned(),
        );
    }
    // Beyond these, sums and quotients of weights are no numbers any more.
    if (1e-100..=1e100).contains(&sum) {
        Ok(())
    } else {
        let size = if sum < 1.0 {
            "less than 1e-100"
        } else {
            "more than 1e100"
        };
        Err(format!(
            "the weights add up to {size}: write weights whose sum is between 1e-100 and 1e100"
        ))
    }
}

impl Distribution {
    /// Always `value`.
    pub fn constant(value: SimDuration) -> Self {
        Self(Kind::Constant(value))
    }

    /// Evenly between `min` and `max`.
    pub fn uniform(min: SimDuration, max: SimDuration) -> Result<Self, Invalid> {
        if min > max {
            return Err("`min` is above `max`: write the shorter duration as `min`".to_owned());
        }
        let (min, max) = (min.as_secs_f64(), max.as_secs_f64());
        Ok(Self(Kind::Uniform {
            min,
            width: max - min,
        }))
    }

    /// Memoryless with this mean.
    pub fn exponential(mean: SimDuration) -> Result<Self, Invalid> {
        let mean = positive("mean", mean.as_secs_f64())?;
        Ok(Self(Kind::Exponential { mean }))
    }

    /// Log-normal through its median and 95th percentile.
    pub fn log_normal_median_p95(median: SimDuration, p95: SimDuration) -> Result<Self, Invalid> {
        let median_s = positive("median", median.as_secs_f64())?;
        if p95 < median {
            return Err(
                "`p95` is below `median`: half of the durations are below `median` and 95 % below `p95`, so write a larger `p95`"
                    .to_owned(),
            );
        }
        let sigma = (p95.as_secs_f64() / median_s).ln() / Z_95;
        Ok(Self(Kind::LogNormal {
            mu: median_s.ln(),
            sigma,
        }))
    }

    /// Log-normal through its mean and coefficient of variation (standard deviation over mean).
    pub fn log_normal_mean_cv(mean: SimDuration, cv: f64) -> Result<Self, Invalid> {
        let mean = positive("mean", mean.as_secs_f64())?;
        let variance = positive("cv", cv)?.powi(2).ln_1p();
        Ok(Self(Kind::LogNormal {
            mu: mean.ln() - variance / 2.0,
            sigma: variance.sqrt(),
        }))
    }

    /// Weibull with this shape and scale; a shape below 1 has a heavy tail.
    pub fn weibull(shape: f64, scale: SimDuration) -> Result<Self, Invalid> {
        let shape = positive("shape", shape)?;
        let scale = positive("scale", scale.as_secs_f64())?;
        Ok(Self(Kind::Weibull { shape, scale }))
    }

    /// Gamma with this shape and scale: the mean is their product.
    pub fn gamma(shape: f64, scale: SimDuration) -> Result<Self, Invalid> {
        let shape = positive("shape", shape)?;
        let scale = positive("scale", scale.as_secs_f64())?;
        let sampler = rand_distr::Gamma::new(shape, scale).map_err(|error| error.to_string())?;
        Ok(Self(Kind::Gamma {
            shape,
            scale,
            sampler,
        }))
    }

    /// Pareto: never below `scale`, and above `x` with probability `(scale / x)^shape`.
    pub fn pareto(scale: SimDuration, shape: f64) -> Result<Self, Invalid> {
        let shape = positive("shape", shape)?;
        let scale = positive("scale", scale.as_secs_f64())?;
        Ok(Self(Kind::Pareto { scale, shape }))
    }

    /// Triangular between `min` and `max` with its peak at `mode`.
    pub fn triangular(
        min: SimDuration,
        mode: SimDuration,
        max: SimDuration,
    ) -> Result<Self, Invalid> {
        if !(min <= mode && mode <= max) {
            return Err("`min`, `mode` and `max` must not descend: write the shortest, the most likely and the longest duration".to_owned());
        }
        let (min, mode, max) = (min.as_secs_f64(), mode.as_secs_f64(), max.as_secs_f64());
        if max <= min {
            return Err("`min` must be below `max`: a duration that is always the same is written alone, such as `\"5m\"`".to_owned());
        }
        let sampler =
            rand_distr::Triangular::new(min, max, mode).map_err(|error| error.to_string())?;
        Ok(Self(Kind::Triangular {
            min,
            mode,
            max,
            sampler,
        }))
    }

    /// One of the given values, each with its weight.
    pub fn empirical(values: Vec<SimDuration>, weights: Vec<f64>) -> Result<Self, Invalid> {
        if values.is_empty() {
            return Err("there are no values".to_owned());
        }
        if values.len() != weights.len() {
            return Err(format!(
                "{} values but {} weights",
                values.len(),
                weights.len()
            ));
        }
        check_weights(&weights)?;
        let total: f64 = weights.iter().sum();
        let weighted = values.iter().zip(&weights);
        let sum: f64 = weighted
            .map(|(value, weight)| value.as_secs_f64() * weight)
            .sum();
        let mean = sum / total;
        let mut tail: Vec<(SimDuration, f64)> = values
            .iter()
            .copied()
            .zip(weights.iter().copied())
            .collect();
        tail.sort_unstable_by_key(|(value, _)| *value);
        let mut above = 0.0;
        for (_, weight) in tail.iter_mut().rev() {
            let own = *weight / total;
            *weight = above;
            above += own;
        }
        let index = WeightedAliasIndex::new(weights).map_err(|error| error.to_string())?;
        Ok(Self(Kind::Empirical(Box::new(Empirical {
            values,
            tail,
            mean,
            index,
        }))))
    }

    /// Whether every draw is zero.
    pub fn is_zero(&self) -> bool {
        self.as_constant() == Some(SimDuration::ZERO)
    }

    /// The value, if there is only one.
    pub fn as_constant(&self) -> Option<SimDuration> {
        match self.0 {
            Kind::Constant(value) => Some(value),
            _ => None,
        }
    }

    /// The mean, to the tick; the longest time there is where it is infinite.
    pub fn mean(&self) -> SimDuration {
        self.as_constant()
            .unwrap_or_else(|| SimDuration::from_secs_rounded(self.mean_secs()))
    }

    /// Mean in seconds; infinite for a Pareto with shape 1 or less.
    pub fn mean_secs(&self) -> f64 {
        match &self.0 {
            Kind::Constant(value) => value.as_secs_f64(),
            Kind::Uniform { min, width } => min + width / 2.0,
            Kind::Exponential { mean } => *mean,
            Kind::LogNormal { mu, sigma } => (mu + sigma * sigma / 2.0).exp(),
            Kind::Weibull { shape, scale } => {
                scale * statrs::function::gamma::gamma(1.0 + 1.0 / shape)
            }
            Kind::Gamma { shape, scale, .. } => shape * scale,
            Kind::Pareto { scale, shape } if *shape > 1.0 => scale * shape / (shape - 1.0),
            Kind::Pareto { .. } => f64::INFINITY,
            Kind::Triangular { min, mode, max, .. } => (min + mode + max) / 3.0,
            Kind::Empirical(empirical) => empirical.mean,
        }
    }

    /// The probability that a length exceeds a number of seconds.
    pub fn exceeds(&self, seconds: f64) -> f64 {
        if seconds < 0.0 {
            return 1.0;
        }
        match &self.0 {
            Kind::Constant(value) => f64::from(u8::from(value.as_secs_f64() > seconds)),
            Kind::Uniform { width, min } if *width <= 0.0 => f64::from(u8::from(*min > seconds)),
            Kind::Uniform { min, width } => ((min + width - seconds) / width).clamp(0.0, 1.0),
            Kind::Exponential { mean } => (-seconds / mean).exp(),
            Kind::LogNormal { mu, sigma } if *sigma <= 0.0 => {
                f64::from(u8::from(mu.exp() > seconds))
            }
            Kind::LogNormal { mu, sigma } => {
                let z = (seconds.ln() - mu) / sigma;
                statrs::function::erf::erfc(z / std::f64::consts::SQRT_2) / 2.0
            }
            Kind::Weibull { shape, scale } => (-(seconds / scale).powf(*shape)).exp(),
            Kind::Gamma { shape, scale, .. } => gamma_exceeds(*shape, seconds / scale),
            Kind::Pareto { scale, shape } => (scale / seconds).powf(*shape).min(1.0),
            Kind::Triangular { min, mode, max, .. } => {
                let width = max - min;
                if seconds <= *min {
                    1.0
                } else if seconds < *mode {
                    1.0 - (seconds - min).powi(2) / (width * (mode - min))
                } else if seconds < *max {
                    (max - seconds).powi(2) / (width * (max - mode))
                } else {
                    0.0
                }
            }
            Kind::Empirical(empirical) => empirical.exceeds(seconds),
        }
    }

    /// Draws one length, rounded to the nearest tick. None is longer than [`SimDuration::LONGEST`]: what the heaviest tails
    /// give beyond would only overflow the clock.
    pub fn sample<R: Rng + Clone>(&self, rng: &mut R) -> SimDuration {
        let mut length = [SimDuration::ZERO];
        self.draw_all(rng, &mut length);
        length[0]
    }

    /// Draws lengths, up to as many as an [`Ahead`] asks for at once.
    pub fn draw_all<R: Rng + Clone>(&self, rng: &mut R, lengths: &mut [SimDuration]) {
        match &self.0 {
            Kind::Constant(value) => return lengths.fill(*value),
            Kind::Exponential { mean } => exponentials(*mean, rng, lengths),
            other => lengths.fill_with(|| other.draw(rng)),
        }
        let all_bits = lengths.iter().fold(0, |bits, length| bits | length.0);
        if all_bits > SimDuration::LONGEST.0 {
            for length in lengths {
                *length = (*length).min(SimDuration::LONGEST);
            }
        }
    }
}

/// The probability of a gamma of scale 1 to exceed `x`; where the function has no value, that of its limit.
fn gamma_exceeds(shape: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 1.0;
    }
    statrs::function::gamma::checked_gamma_ur(shape, x).unwrap_or(0.0)
}

impl Empirical {
    fn exceeds(&self, seconds: f64) -> f64 {
        let of = |(value, _): &(SimDuration, f64)| value.as_secs_f64() <= seconds;
        let place = self.tail.partition_point(of);
        let last = place.checked_sub(1).and_then(|last| self.tail.get(last));
        last.map_or(1.0, |(_, above)| *above)
    }
}

impl Kind {
    /// Draws one length, however long, of the kinds that are drawn one by one.
    fn draw<R: Rng>(&self, rng: &mut R) -> SimDuration {
        let seconds = match self {
            Self::Constant(_) | Self::Exponential { .. } => {
                unreachable!("these are drawn together")
            }
            Self::Uniform { min, width } => {
                let unit: f64 = rand_distr::StandardUniform.sample(rng);
                min + width * unit
            }
            Self::LogNormal { mu, sigma } => {
                let unit: f64 = StandardNormal.sample(rng);
                (mu + sigma * unit).exp()
            }
            // The inverse of the distribution function at exp(-E), E standard exponential: see `pareto` below too.
            Self::Weibull { shape, scale } => {
                let unit: f64 = Exp1.sample(rng);
                scale * (unit.ln() / shape).exp()
            }
            Self::Gamma { sampler, .. } => sampler.sample(rng),
            Self::Pareto { scale, shape } => {
                let unit: f64 = Exp1.sample(rng);
                scale * (unit / shape).exp()
            }
            Self::Triangular { sampler, .. } => sampler.sample(rng),
            Self::Empirical(empirical) => return empirical.values[empirical.index.sample(rng)],
        };
        SimDuration::from_secs_rounded(seconds)
    }
}

#[cfg(test)]
mod tests;
