//! How a figure is computed: of one replication, and over the replications of a row or of a pair of rows.
//!
//! Each replication leaves a value such that the mean over the replications is the figure and their spread its error; of a
//! ratio that is its linearization. So differences and ratios of all kinds of figures are taken alike, from pairs.

use super::observation::Observation;
use crate::results::{Quantile, WaitQuantiles};
use crate::stats::{CONFIDENCE, Estimate, estimate, linearized_ratio};

/// A figure of one replication; `None` where it does not apply, as the cost of services where there are none.
pub type Value = fn(&Observation<'_>) -> Option<f64>;

/// Numerator and denominator of one replication, also where both are 0; `None` where the figure does not apply.
pub type Parts = fn(&Observation<'_>) -> Option<[f64; 2]>;

/// One of the quantiles.
pub type Which = fn(&WaitQuantiles) -> Quantile;

/// How a figure is computed.
#[derive(Clone, Copy, Debug)]
pub enum Statistic {
    /// The mean over the replications.
    Mean(Value),
    /// The mean of the numerator over the mean of the denominator: no replication is left out, and none that has little
    /// counts as much as one that has much.
    Ratio(Parts),
    /// The mean over the replications of a quantile of waits, in seconds.
    Wait(Which),
    /// The mean over the replications of a quantile of latencies, in seconds.
    Latency(Which),
    /// The mean over the replications of a quantile of the times of fan-outs, in seconds.
    FanOut(Which),
}

/// A value for each replication that has the figure.
pub(super) struct Sample {
    /// Their mean is the figure.
    pub(super) values: Vec<f64>,
    /// What histograms hide of each value.
    pub(super) hidden: Vec<f64>,
}

impl Sample {
    /// Mean and interval, widened by what histograms hide.
    pub(super) fn estimate(&self) -> Option<Estimate> {
        self.estimate_at(CONFIDENCE)
    }

    /// The same at another level of confidence.
    pub(super) fn estimate_at(&self, confidence: f64) -> Option<Estimate> {
        Some(estimate(&self.values, confidence)?.widened(self.hidden()))
    }

    /// What histograms hide of the mean, at most.
    pub(super) fn hidden(&self) -> f64 {
        mean_of(&self.hidden)
    }
}

/// The mean; 0 of none.
pub(super) fn mean_of(values: &[f64]) -> f64 {
    crate::stats::mean(values).unwrap_or(0.0)
}

impl Statistic {
    /// The figure of one replication alone, and what its histogram hides of it; of a ratio to 0 there is none.
    pub(super) fn of(self, of: &Observation<'_>) -> Option<(f64, f64)> {
        match self {
            Self::Mean(value) => Some((value(of)?, 0.0)),
            Self::Ratio(parts) => {
                let [part, whole] = parts(of)?;
                (whole != 0.0).then(|| (part / whole, 0.0))
            }
            Self::Wait(which) => {
                let quantile = which(of.waits()?.wait_quantiles.as_ref()?);
                Some(in_seconds(quantile))
            }
            Self::FanOut(which) => {
                let quantile = which(of.fan_out_times()?.quantiles.as_ref()?);
                Some(in_seconds(quantile))
            }
            Self::Latency(which) => {
                let quantile = which(&of.latencies()?.quantiles()?);
                Some(in_seconds(quantile))
            }
        }
    }

    /// What it takes of a replication: of a ratio its parts, else the figure and what its histogram hides. `None` where it
    /// does not apply.
    pub(super) fn pair(self, of: &Observation<'_>) -> Option<(f64, f64)> {
        match self {
            Self::Ratio(parts) => parts(of).map(|[part, whole]| (part, whole)),
            _ => self.of(of),
        }
    }

    /// The values of replications, from what it takes of each; `None` where there is no figure.
    pub(super) fn sample(self, pairs: Vec<(f64, f64)>) -> Option<Sample> {
        let (values, hidden): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
        if let Self::Ratio(_) = self {
            return Some(Sample {
                values: linearized_ratio(&values, &hidden)?,
                hidden: Vec::new(),
            });
        }
        (!values.is_empty()).then_some(Sample { values, hidden })
    }

    /// Whether what it is the quantile of is the same in two replications: every count, every sum and all that the
    /// histogram shows. Then bins hide nothing of their difference.
    pub(super) fn is_same(self, one: &Observation<'_>, other: &Observation<'_>) -> bool {
        match self {
            Self::Mean(_) | Self::Ratio(_) => true,
            Self::Wait(_) => one.runs == other.runs,
            Self::FanOut(_) => one.fan_outs == other.fan_outs,
            Self::Latency(_) => {
                let of = |of: &Observation<'_>| of.requests.and_then(|all| all.only).cloned();
                of(one) == of(other)
            }
        }
    }
}

fn in_seconds(quantile: Quantile) -> (f64, f64) {
    (quantile.value.as_secs_f64(), quantile.hidden.as_secs_f64())
}
