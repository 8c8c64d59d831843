//! Each variant against the baseline, from pairs of replications that share their random numbers.

use super::figures::{self, Value};
use super::observation::Row;
use super::{StudyResults, VariantResults, requests};
use crate::stats::{CONFIDENCE, Estimate, estimate, paired_difference, ratio_of_means};

/// A variant against the baseline, all its targets together.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison<'a> {
    /// Name of the variant.
    pub variant: &'a str,
    /// Name of the baseline.
    pub baseline: &'a str,
    /// Pairs of replications.
    pub replications: usize,
    /// Total cost in dollars.
    pub cost: Change,
    /// Mean wait in seconds.
    pub wait_mean: Change,
    /// 95th percentile of the wait in seconds.
    pub wait_p95: Change,
    /// Mean turnaround in seconds.
    pub turnaround: Change,
    /// 95th percentile of the latency in seconds, where one service answers.
    pub latency_p95: Change,
    /// Share of requests that were rejected.
    pub rejected_share: Change,
    /// Share of requests served within the SLO.
    pub slo_share: Change,
    /// Dollars for a thousand served requests.
    pub cost_per_1000_requests: Change,
    /// Whether both take runs, and whether both serve requests.
    pub both: Both,
    /// Those of the two whose queues grow, so that their waits or latencies cannot be compared.
    pub growing: Vec<&'a str>,
    /// Dollars per hour of waiting saved: `(cost - cost of the baseline) / (hours waited in the baseline - hours waited)`.
    ///
    /// Where the variant costs more and waits less, this is the price of an hour saved; where it costs less and waits
    /// more, what is saved by an hour more of waiting. It is negative where the variant is better in both or worse in
    /// both. `None` where the interval of the hours covers 0.
    pub usd_per_wait_hour_saved: Option<Estimate>,
}

/// What a variant and the baseline both do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Both {
    /// Both take runs.
    pub take_runs: bool,
    /// Both serve requests.
    pub serve: bool,
}

/// How a figure changes from the baseline to a variant, over the pairs in which both have it; `None` where none has.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Change {
    /// Mean of the variant.
    pub value: Option<Estimate>,
    /// Mean of the baseline.
    pub baseline: Option<Estimate>,
    /// Variant less baseline.
    pub difference: Option<Estimate>,
    /// Variant over baseline; `None` where the baseline is 0.
    pub ratio: Option<Estimate>,
}

/// The variants but the baseline, each against it.
pub fn comparisons(study: &StudyResults) -> Vec<Comparison<'_>> {
    study.baseline().map_or_else(Vec::new, |baseline| {
        study
            .others()
            .map(|variant| Comparison::of(variant, baseline))
            .collect()
    })
}

impl<'a> Comparison<'a> {
    /// `variant` against `baseline`.
    pub fn of(variant: &'a VariantResults, baseline: &'a VariantResults) -> Self {
        let pairs = Pairs {
            variant: Row::of_all(variant),
            baseline: Row::of_all(baseline),
        };
        Self {
            variant: &variant.name,
            baseline: &baseline.name,
            replications: variant.replications.len().min(baseline.replications.len()),
            cost: pairs.change(figures::cost),
            wait_mean: pairs.change(figures::wait_mean),
            wait_p95: pairs.change(figures::wait_p95),
            turnaround: pairs.change(figures::turnaround),
            latency_p95: pairs.change(requests::latency_p95),
            rejected_share: pairs.change(requests::rejected_share),
            slo_share: pairs.change(requests::slo_share),
            cost_per_1000_requests: pairs.change(requests::cost_per_thousand),
            both: Both {
                take_runs: pairs.variant.takes_runs() && pairs.baseline.takes_runs(),
                serve: pairs.variant.serves() && pairs.baseline.serves(),
            },
            growing: pairs.growing(),
            usd_per_wait_hour_saved: pairs.usd_per_wait_hour_saved(),
        }
    }
}

struct Pairs<'a> {
    variant: Row<'a>,
    baseline: Row<'a>,
}

impl<'a> Pairs<'a> {
    /// Names of those whose queues grow.
    fn growing(&self) -> Vec<&'a str> {
        let both = [&self.variant, &self.baseline].into_iter();
        let growing = both.filter(|row| row.growing.any());
        growing.map(|row| row.variant).collect()
    }

    /// A figure of the variant and of the baseline, by replication.
    fn values(&self, value: Value) -> (Vec<f64>, Vec<f64>) {
        let pairs = self
            .variant
            .observations
            .iter()
            .zip(&self.baseline.observations);
        pairs
            .filter_map(|(variant, baseline)| Some((value(variant)?, value(baseline)?)))
            .unzip()
    }

    fn change(&self, value: Value) -> Change {
        let (variant, baseline) = self.values(value);
        Change {
            value: estimate(&variant, CONFIDENCE),
            baseline: estimate(&baseline, CONFIDENCE),
            difference: paired_difference(&variant, &baseline, CONFIDENCE),
            ratio: ratio_of_means(&variant, &baseline, CONFIDENCE),
        }
    }

    fn usd_per_wait_hour_saved(&self) -> Option<Estimate> {
        let (cost, baseline_cost) = self.values(figures::cost);
        let (hours, baseline_hours) = self.values(figures::wait_hours);
        let saved = paired_difference(&baseline_hours, &hours, CONFIDENCE)?;
        if saved.covers(0.0) == Some(true) {
            return None;
        }
        let paid: Vec<f64> = subtract(&cost, &baseline_cost);
        ratio_of_means(&paid, &subtract(&baseline_hours, &hours), CONFIDENCE)
    }
}

fn subtract(from: &[f64], what: &[f64]) -> Vec<f64> {
    from.iter().zip(what).map(|(x, y)| x - y).collect()
}
