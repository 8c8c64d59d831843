//! What a figure of an observation is, and how those of each unit are written down.

use super::statistic::{Parts, Statistic, Value};
use crate::units::{NodeTime, TICKS_PER_SECOND};

/// One figure of an observation.
#[derive(Clone, Copy)]
pub struct Figure {
    /// Header of its column, ending in the unit.
    pub name: &'static str,
    /// Unit, empty for a plain number.
    pub unit: &'static str,
    /// What it says.
    pub meaning: &'static str,
    /// Whether it is a count, a whole number in each replication.
    pub count: bool,
    /// How it is computed.
    pub statistic: Statistic,
}

/// Numerator and denominator of a mean of times: from microseconds to seconds.
pub(super) fn per_thing(sum: u128, count: u64) -> [f64; 2] {
    [sum as f64 / TICKS_PER_SECOND as f64, count as f64]
}

/// Numerator and denominator of a share of node-time.
pub(super) fn parts(part: NodeTime, whole: NodeTime) -> [f64; 2] {
    [part.0 as f64, whole.0 as f64]
}

const fn figure(
    name: &'static str,
    unit: &'static str,
    meaning: &'static str,
    statistic: Statistic,
) -> Figure {
    Figure {
        name,
        unit,
        meaning,
        count: false,
        statistic,
    }
}

pub(super) const fn count(name: &'static str, meaning: &'static str, value: Value) -> Figure {
    Figure {
        count: true,
        ..figure(name, "", meaning, Statistic::Mean(value))
    }
}

pub(super) const fn usd(name: &'static str, meaning: &'static str, value: Value) -> Figure {
    figure(name, "USD", meaning, Statistic::Mean(value))
}

pub(super) const fn usd_per(
    name: &'static str,
    meaning: &'static str,
    statistic: Statistic,
) -> Figure {
    figure(name, "USD", meaning, statistic)
}

pub(super) const fn decimal(
    name: &'static str,
    unit: &'static str,
    meaning: &'static str,
    value: Value,
) -> Figure {
    figure(name, unit, meaning, Statistic::Mean(value))
}

pub(super) const fn seconds(
    name: &'static str,
    meaning: &'static str,
    statistic: Statistic,
) -> Figure {
    figure(name, "s", meaning, statistic)
}

pub(super) const fn ratio(name: &'static str, meaning: &'static str, parts: Parts) -> Figure {
    share(name, meaning, Statistic::Ratio(parts))
}

pub(super) const fn share(
    name: &'static str,
    meaning: &'static str,
    statistic: Statistic,
) -> Figure {
    figure(name, "fraction (0 to 1)", meaning, statistic)
}
