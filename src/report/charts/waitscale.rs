//! Axes of waits: logarithmic with a place of its own for zero, or linear, with labels that people say.

use super::axis::{self, Linear, Ticks};

/// A place on an axis and its label.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct WaitTick {
    pub(super) place: f64,
    pub(super) label: String,
    /// Whether it deserves a line across the chart.
    pub(super) is_major: bool,
}

/// Waits to places.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum WaitScale {
    /// From zero, evenly.
    Linear { scale: Linear, step: f64 },
    /// Zero at the start, then a break, then equal distances for equal factors.
    Log {
        low: f64,
        high: f64,
        zero: f64,
        from: f64,
        to: f64,
    },
}

const MAJOR: [f64; 12] = [
    0.001, 0.01, 0.1, 1.0, 10.0, 60.0, 600.0, 3600.0, 21_600.0, 86_400.0, 864_000.0, 8.64e6,
];
const MINOR: [f64; 34] = [
    0.001,
    0.002,
    0.005,
    0.01,
    0.02,
    0.05,
    0.1,
    0.2,
    0.5,
    1.0,
    2.0,
    5.0,
    10.0,
    20.0,
    30.0,
    60.0,
    120.0,
    300.0,
    600.0,
    1200.0,
    1800.0,
    3600.0,
    7200.0,
    14_400.0,
    21_600.0,
    43_200.0,
    86_400.0,
    172_800.0,
    432_000.0,
    864_000.0,
    1_728_000.0,
    4_320_000.0,
    8.64e6,
    4.32e7,
];

impl WaitScale {
    /// How a page finds the time at a place, as an attribute: low, high, zero, from, to; empty of an even scale.
    pub(super) fn attribute(&self) -> String {
        match self {
            Self::Linear { .. } => String::new(),
            Self::Log {
                low,
                high,
                zero,
                from,
                to,
            } => format!("{low} {high} {zero} {from} {to}"),
        }
    }

    /// A logarithmic scale that shows `low` to `high` seconds, with zero at `zero` and the rest from `from` to `to`.
    /// Where `zero` and `from` are the same place, zero is not on the scale.
    pub(super) fn log(low: f64, high: f64, zero: f64, (from, to): (f64, f64)) -> Self {
        let below = |tick: &f64| *tick <= low * (1.0 + 1e-9);
        let low = MINOR.into_iter().rev().find(below).unwrap_or(MINOR[0]);
        let above = |tick: &f64| *tick >= high * (1.0 - 1e-9) && *tick > low * 1.5;
        let high = MINOR.into_iter().find(above).unwrap_or(high.max(low * 2.0));
        Self::Log {
            low,
            high,
            zero,
            from,
            to,
        }
    }

    /// An even scale from zero to at least `longest` seconds.
    pub(super) fn linear(longest: f64, places: (f64, f64)) -> Self {
        let longest = if longest > 0.0 { longest } else { 60.0 };
        let step = axis::duration_step(longest, 5);
        let values = Ticks::in_steps(0.0, longest, step).range();
        Self::Linear {
            scale: Linear { values, places },
            step,
        }
    }

    /// Whether zero has a place of its own.
    pub(super) fn has_zero_apart(&self) -> bool {
        match self {
            Self::Linear { .. } => false,
            Self::Log { zero, from, .. } => (zero - from).abs() > 1e-9,
        }
    }

    /// What the title of the axis says of it; empty of an even one.
    pub(super) fn remark(&self) -> &'static str {
        match self {
            Self::Linear { .. } => "",
            Self::Log { .. } if self.has_zero_apart() => " (log scale; 0 apart)",
            Self::Log { .. } => " (log scale)",
        }
    }

    /// Where a wait is; waits outside the axis are at its ends.
    pub(super) fn place(&self, wait: f64) -> f64 {
        match *self {
            Self::Linear { scale, .. } => scale.place(wait.clamp(scale.values.0, scale.values.1)),
            Self::Log { zero, .. } if wait <= 0.0 => zero,
            Self::Log {
                low,
                high,
                from,
                to,
                ..
            } => {
                let share = (wait.clamp(low, high) / low).ln() / (high / low).ln();
                from + (to - from) * share
            }
        }
    }

    pub(super) fn ticks(&self) -> Vec<WaitTick> {
        let tick = |wait: f64, is_major: bool| {
            let label = axis::duration(wait);
            WaitTick {
                place: self.place(wait),
                label,
                is_major,
            }
        };
        match *self {
            Self::Linear { scale, step } => {
                let ticks = Ticks::in_steps(0.0, scale.values.1, step);
                ticks
                    .values
                    .into_iter()
                    .map(|wait| tick(wait, true))
                    .collect()
            }
            Self::Log { low, high, .. } => {
                let within = |wait: &f64| *wait >= low * 0.999 && *wait <= high * 1.001;
                let major: Vec<f64> = MAJOR.into_iter().filter(within).collect();
                let crowded = major.len() >= 4;
                let shown = MINOR.into_iter().filter(within).filter_map(|wait| {
                    let is_major = major.iter().any(|m| (m - wait).abs() < 1e-9);
                    let is_end = wait > high * 0.99 || wait < low * 1.01;
                    (is_major || !crowded || is_end).then(|| tick(wait, is_major))
                });
                let zero = self.has_zero_apart().then(|| tick(0.0, false));
                zero.into_iter().chain(shown).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_has_its_own_place_left_of_the_logarithmic_part() {
        let scale = WaitScale::log(1.0, 5000.0, 0.0, (30.0, 630.0));
        assert!(scale.place(0.0).abs() < 1e-9);
        assert!((scale.place(0.5) - 30.0).abs() < 1e-9);
        assert!(scale.place(10.0) > scale.place(1.0));
        assert!((scale.place(1e9) - 630.0).abs() < 1e-9);
        let labels: Vec<String> = scale.ticks().into_iter().map(|tick| tick.label).collect();
        assert_eq!(
            labels,
            ["0", "1 s", "10 s", "1 min", "10 min", "1 h", "2 h"]
        );
    }

    #[test]
    fn a_short_range_gets_more_ticks() {
        let scale = WaitScale::log(60.0, 500.0, 0.0, (30.0, 630.0));
        let labels: Vec<String> = scale.ticks().into_iter().map(|tick| tick.label).collect();
        assert_eq!(labels, ["0", "1 min", "2 min", "5 min", "10 min"]);
    }

    #[test]
    fn a_scale_may_be_without_zero() {
        let scale = WaitScale::log(60.0, 500.0, 30.0, (30.0, 630.0));
        assert!(!scale.has_zero_apart());
        assert_eq!(scale.ticks()[0].label, "1 min");
        assert!((scale.place(0.0) - 30.0).abs() < 1e-9);
    }

    #[test]
    fn places_rise_with_waits_on_both_scales() {
        let scales = [
            WaitScale::log(0.2, 1e6, 0.0, (10.0, 500.0)),
            WaitScale::linear(400.0, (0.0, 500.0)),
        ];
        for scale in scales {
            let places: Vec<f64> = MINOR.iter().map(|&wait| scale.place(wait)).collect();
            assert!(places.is_sorted());
            assert!(scale.ticks().is_sorted_by(|a, b| a.place < b.place));
        }
    }
}
