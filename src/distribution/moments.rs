//! What is known of a distribution without a draw: its least value and its second moment.

use statrs::function::gamma::gamma;

use super::{Distribution, Empirical, Kind};
use crate::units::SimDuration;

impl Distribution {
    /// No draw is below this.
    pub fn least(&self) -> SimDuration {
        match &self.0 {
            Kind::Constant(value) => *value,
            Kind::Uniform { min: least, .. }
            | Kind::Triangular { min: least, .. }
            | Kind::Pareto { scale: least, .. } => {
                SimDuration::from_secs_rounded(*least).min(SimDuration::LONGEST)
            }
            Kind::Empirical(empirical) => empirical
                .tail
                .first()
                .map_or(SimDuration::ZERO, |(value, _)| *value),
            Kind::Exponential { .. }
            | Kind::LogNormal { .. }
            | Kind::Weibull { .. }
            | Kind::Gamma { .. } => SimDuration::ZERO,
        }
    }

    /// Mean of the squares, in square seconds; infinite for a Pareto with shape 2 or less. Sources: C. Forbes et al.,
    /// *Statistical Distributions*, 4th ed., Wiley 2011.
    pub fn mean_square_secs(&self) -> f64 {
        match &self.0 {
            Kind::Constant(value) => value.as_secs_f64().powi(2),
            Kind::Uniform { min, width } => {
                let max = min + width;
                (min * min + min * max + max * max) / 3.0
            }
            Kind::Exponential { mean } => 2.0 * mean * mean,
            Kind::LogNormal { mu, sigma } => (2.0 * (mu + sigma * sigma)).exp(),
            Kind::Weibull { shape, scale } => scale * scale * gamma(1.0 + 2.0 / shape),
            Kind::Gamma { shape, scale, .. } => shape * (shape + 1.0) * scale * scale,
            Kind::Pareto { scale, shape } if *shape > 2.0 => scale * scale * shape / (shape - 2.0),
            Kind::Pareto { .. } => f64::INFINITY,
            Kind::Triangular { min, mode, max, .. } => {
                (min * min + mode * mode + max * max + min * mode + min * max + mode * max) / 6.0
            }
            Kind::Empirical(empirical) => empirical.mean_square(),
        }
    }

    /// Whether it is memoryless.
    pub fn is_exponential(&self) -> bool {
        matches!(self.0, Kind::Exponential { .. })
    }
}

impl Empirical {
    fn mean_square(&self) -> f64 {
        // Each value has the share of the draws that are not below it less that of those above it.
        let from = std::iter::once(1.0).chain(self.tail.iter().map(|(_, above)| *above));
        let values = self.tail.iter().zip(from);
        let parts =
            values.map(|((value, above), from)| value.as_secs_f64().powi(2) * (from - above));
        parts.sum()
    }
}
