//! Axes of costs: even from about zero, or logarithmic with a place of its own for zero where costs are too far apart.

use super::super::numbers::grouped;
use super::axis::{Linear, Ticks};

/// Costs to places.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum CostScale {
    /// Evenly.
    Even { scale: Linear, ticks: Ticks },
    /// Zero at the start, then equal distances for equal factors; without a zero, `zero` and `from` are one place.
    Log {
        low: f64,
        high: f64,
        zero: f64,
        places: (f64, f64),
    },
}

/// Costs further apart than by this factor would be one heap on an even axis.
const FLATTENED: f64 = 10.0;
/// More ticks than this are thinned out to powers of ten.
const MOST_TICKS: usize = 9;
/// Room of a zero beside a logarithmic axis.
const ZERO_ROOM: f64 = 34.0;

impl CostScale {
    /// A scale for costs, each with the half-width of its interval.
    pub(super) fn of(costs: &[(f64, f64)], places: (f64, f64)) -> Self {
        let positive = || costs.iter().map(|cost| cost.0).filter(|cost| *cost > 0.0);
        let low = positive().fold(f64::INFINITY, f64::min);
        let high = positive().fold(0.0, f64::max);
        let is_negative = costs.iter().any(|cost| cost.0 < 0.0);
        if high > low * FLATTENED && !is_negative {
            let has_zero = costs.iter().any(|cost| cost.0 <= 0.0);
            let along = (places.1 - places.0).signum();
            let zero = places.0 + 8.0 * along;
            let from = if has_zero {
                zero + ZERO_ROOM * along
            } else {
                zero
            };
            let end = costs.iter().map(|(cost, half)| cost + half);
            return Self::Log {
                low: low * 0.9,
                high: end.fold(high, f64::max) * 1.15,
                zero,
                places: (from, places.1),
            };
        }
        Self::even(costs, places)
    }

    fn even(costs: &[(f64, f64)], places: (f64, f64)) -> Self {
        let first = costs.iter().map(|(cost, half)| cost - half);
        let first = first.fold(f64::INFINITY, f64::min);
        let last = costs.iter().map(|(cost, half)| cost + half);
        let last = last.fold(f64::NEG_INFINITY, f64::max);
        // From zero, unless the costs are so alike that they would be one heap; always with some air.
        let span = (last - first).max(last.abs() * 0.02).max(0.01);
        let from = if first >= 0.0 && first < span * 1.5 {
            0.0
        } else {
            first - span * 0.12
        };
        let ticks = Ticks::around(from, last + span * 0.06, 6, 0.0);
        let values = ticks.range();
        let scale = Linear { values, places };
        Self::Even { scale, ticks }
    }

    /// Where a cost is; on a logarithmic axis those outside are at its ends.
    pub(super) fn place(&self, cost: f64) -> f64 {
        match *self {
            Self::Even { scale, .. } => scale.place(cost),
            Self::Log { zero, .. } if cost <= 0.0 => zero,
            Self::Log {
                low, high, places, ..
            } => {
                let share = (cost.clamp(low, high) / low).ln() / (high / low).ln();
                places.0 + (places.1 - places.0) * share
            }
        }
    }

    /// What the title of the axis says of it beside the unit.
    pub(super) fn remark(&self) -> &'static str {
        match self {
            Self::Even { scale, .. } if scale.values.0 > 0.0 => ", axis not from 0",
            Self::Even { .. } => "",
            Self::Log { zero, places, .. } if is_apart(*zero, *places) => ", log scale; 0 apart",
            Self::Log { .. } => ", log scale",
        }
    }

    /// Places and labels of its ticks.
    pub(super) fn ticks(&self) -> Vec<(f64, String)> {
        match self {
            Self::Even { ticks, .. } => {
                let label = |&value: &f64| (self.place(value), ticks.label(value));
                ticks.values.iter().map(label).collect()
            }
            Self::Log {
                low,
                high,
                zero,
                places,
            } => {
                let is_within = |value: &f64| *value >= *low && *value <= *high;
                let decades = || (-9..15_i32).map(|power| 10_f64.powi(power));
                let fine = decades().flat_map(|decade| [1.0, 2.0, 5.0].map(|step| step * decade));
                let fine: Vec<f64> = fine.filter(is_within).collect();
                let all = if fine.len() > MOST_TICKS {
                    decades().filter(is_within).collect()
                } else {
                    fine
                };
                let zero = is_apart(*zero, *places).then(|| (*zero, "0".to_owned()));
                let label = |value: f64| (self.place(value), grouped(value, decimals(value)));
                zero.into_iter().chain(all.into_iter().map(label)).collect()
            }
        }
    }
}

/// Whether zero has a place of its own.
fn is_apart(zero: f64, places: (f64, f64)) -> bool {
    (zero - places.0).abs() > 1e-9
}

/// Decimals of a value of one digit.
fn decimals(value: f64) -> usize {
    let is_whole = |decimals: &usize| {
        let scaled = value * 10_f64.powf(*decimals as f64);
        scaled > 0.9999
    };
    (0..10).find(is_whole).unwrap_or(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(costs: &[f64]) -> (Vec<String>, &'static str) {
        let costs: Vec<(f64, f64)> = costs.iter().map(|cost| (*cost, 0.0)).collect();
        let scale = CostScale::of(&costs, (100.0, 700.0));
        let ticks = scale.ticks();
        assert!(ticks.is_sorted_by(|a, b| a.0 < b.0));
        (
            ticks.into_iter().map(|tick| tick.1).collect(),
            scale.remark(),
        )
    }

    #[test]
    fn costs_that_are_alike_are_on_an_even_axis() {
        let (labels, remark) = labels(&[100.0, 900.0]);
        assert_eq!(labels, ["0", "200", "400", "600", "800", "1,000"]);
        assert_eq!(remark, "");
    }

    #[test]
    fn costs_that_are_far_apart_are_on_a_logarithmic_one() {
        let (far, remark) = labels(&[0.02, 0.5]);
        assert_eq!(far, ["0.02", "0.05", "0.1", "0.2", "0.5"]);
        assert_eq!(remark, ", log scale");
        // Two powers of ten alone would tell little.
        let two = labels(&[0.019, 7.4]).0;
        assert_eq!(two, ["0.02", "0.05", "0.1", "0.2", "0.5", "1", "2", "5"]);
        assert_eq!(labels(&[1.0, 5e3]).0, ["1", "10", "100", "1,000"]);
        let (with_zero, remark) = labels(&[0.0, 30.0, 900.0]);
        assert_eq!(with_zero, ["0", "50", "100", "200", "500", "1,000"]);
        assert_eq!(remark, ", log scale; 0 apart");
    }
}
