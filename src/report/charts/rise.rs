//! Axes of levels, from zero upwards: even, or logarithmic where one panel's levels would flatten those of the others.

use super::super::numbers::grouped;
use super::axis::Ticks;

/// Levels to heights.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rise {
    values: Vec<f64>,
    top: f64,
    step: f64,
    pub(super) is_log: bool,
}

/// How much higher an axis is than its highest level.
const AIR: f64 = 1.05;
/// A panel's highest level is this many times that of the middle one where it would flatten others.
const FLATTENED: f64 = 8.0;

impl Rise {
    /// An even axis up to a little above `highest`, whether or not there is a tick.
    pub(super) fn even(highest: f64, wanted: u8) -> Self {
        let top = highest.max(1.0) * AIR;
        let Ticks { step, values } = Ticks::up_to(top, wanted, 1.0);
        Self {
            values,
            top,
            step,
            is_log: false,
        }
    }

    /// An axis for the highest levels of some panels.
    pub(super) fn of(highest: &[f64], wanted: u8) -> Self {
        let mut some: Vec<f64> = highest
            .iter()
            .copied()
            .filter(|level| *level > 0.0)
            .collect();
        some.sort_by(f64::total_cmp);
        let most = some.last().copied().unwrap_or(0.0);
        let middle = some.get(some.len().saturating_sub(1) / 2).copied();
        if middle.is_none_or(|middle| most <= middle * FLATTENED) {
            return Self::even(most, wanted);
        }
        let powers = (0..15_i32).map(|power| 10_f64.powi(power));
        let within = powers.take_while(|level| *level <= most);
        Self {
            values: std::iter::once(0.0).chain(within).collect(),
            top: most * AIR,
            step: 1.0,
            is_log: true,
        }
    }

    /// Where a level is between the bottom and the top of a plot.
    pub(super) fn place(&self, level: f64, (bottom, top): (f64, f64)) -> f64 {
        let share = if self.is_log {
            level.max(0.0).ln_1p() / self.top.ln_1p()
        } else {
            level / self.top
        };
        bottom + (top - bottom) * share.clamp(0.0, 1.0)
    }

    /// The highest level that is on it.
    pub(super) fn top(&self) -> f64 {
        self.top
    }

    /// Its ticks with their labels, the lowest first.
    pub(super) fn ticks(&self) -> impl Iterator<Item = (f64, String)> + '_ {
        let ticks = Ticks {
            step: self.step,
            values: Vec::new(),
        };
        self.values.iter().map(move |&value| {
            let label = if self.is_log {
                grouped(value, 0)
            } else {
                ticks.label(value)
            };
            (value, label)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hopeless_panel_does_not_flatten_the_others() {
        let labels = |highest: &[f64]| -> Vec<String> {
            let rise = Rise::of(highest, 3);
            let ticks: Vec<(f64, String)> = rise.ticks().collect();
            let places: Vec<f64> = ticks
                .iter()
                .map(|t| rise.place(t.0, (100.0, 0.0)))
                .collect();
            assert!(places.is_sorted_by(|a, b| a > b), "{places:?}");
            ticks.into_iter().map(|tick| tick.1).collect()
        };
        assert_eq!(labels(&[4.0, 9.0, 30.0]), ["0", "10", "20", "30"]);
        assert_eq!(labels(&[4.0, 0.0, 5.0, 300.0]), ["0", "1", "10", "100"]);
        assert_eq!(labels(&[]), ["0", "1"]);
    }

    #[test]
    fn an_axis_ends_just_above_its_highest_level() {
        for (highest, wanted, ticks) in [
            (68.0, 3, [0.0, 20.0, 40.0, 60.0].as_slice()),
            (68.0, 5, &[0.0, 20.0, 40.0, 60.0]),
            (101.0, 3, &[0.0, 50.0, 100.0]),
            (4.0, 2, &[0.0, 2.0, 4.0]),
            (2.0, 5, &[0.0, 1.0, 2.0]),
        ] {
            let rise = Rise::even(highest, wanted);
            assert!((rise.top() / highest - AIR).abs() < 1e-9, "{highest}");
            let values: Vec<f64> = rise.ticks().map(|tick| tick.0).collect();
            assert_eq!(values, ticks, "{highest}");
        }
    }
}
