//! Poisson arrivals: independent, at a constant rate.

/// Arrivals at a constant rate; the gaps are exponential.
#[derive(Clone, Debug, PartialEq)]
pub struct Poisson {
    /// Mean arrivals per second, above 0.
    pub rate_per_s: f64,
}
