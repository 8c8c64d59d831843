//! Values that flags take.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use crate::scenario::MAX_REPLICATIONS;

/// More than any engine takes.
const MOST_SHARDS: usize = 1_000_000;

/// Points of `simulate sensitivity` that show all there is to see.
const MOST_COMBINATIONS: u32 = 100_000;
const MOST_TRAJECTORIES: u32 = 1_000;

/// Charge periods of a cost export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChargePeriod {
    /// Days of UTC
    Day,
    /// Months of UTC
    Month,
}

/// Further reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FurtherReport {
    /// A summary in Markdown for a pull request, report.md
    Md,
}

impl ChargePeriod {
    /// As the flag has it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Month => "month",
        }
    }
}

pub(super) fn replications(text: &str) -> Result<u32, String> {
    whole(text, 1..=MAX_REPLICATIONS)
}

pub(super) fn combinations(text: &str) -> Result<u32, String> {
    whole(text, 1..=MOST_COMBINATIONS)
}

pub(super) fn trajectories(text: &str) -> Result<u32, String> {
    whole(text, 2..=MOST_TRAJECTORIES)
}

pub(super) fn seed(text: &str) -> Result<u64, String> {
    whole(text, 0..=u64::MAX)
}

pub(super) fn threads(text: &str) -> Result<usize, String> {
    whole(text, 1..=1024)
}

pub(super) fn shards(text: &str) -> Result<usize, String> {
    whole(text, 1..=MOST_SHARDS)
}

/// A percentage as a share, such as `1%`.
pub(super) fn percentage(text: &str) -> Result<f64, String> {
    let number = text.trim().strip_suffix('%').unwrap_or(text.trim());
    match number.trim().parse::<f64>() {
        Ok(number) if (0.01..=50.0).contains(&number) => Ok(number / 100.0),
        _ => Err("write a percentage from 0.01% to 50%, such as 1%".to_owned()),
    }
}

/// A whole number in a range.
fn whole<T: FromStr + PartialOrd + Display>(
    text: &str,
    range: RangeInclusive<T>,
) -> Result<T, String> {
    match text.parse() {
        Ok(number) if range.contains(&number) => Ok(number),
        _ => Err(format!(
            "write a whole number from {} to {}",
            range.start(),
            range.end()
        )),
    }
}
