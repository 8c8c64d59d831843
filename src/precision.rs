//! Intervals that a user wants to be short, and what may be spent on them: plain data.

use serde::{Deserialize, Serialize};

/// Intervals that are wanted of every variant, and what may be spent on them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Precision {
    /// Figures, each with the half-width that its interval may have as a share of it.
    pub wanted: Vec<(Precise, f64)>,
    /// Replications of each variant before the first look at the intervals.
    pub first: u32,
    /// Replications of each variant at most.
    pub most: u32,
}

/// A figure whose interval may be wanted to be short.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Precise {
    /// Cost on the workspace's own bill.
    Cost,
    /// Mean wait.
    WaitMean,
    /// 95th percentile of the wait.
    WaitP95,
    /// Mean turnaround.
    TurnaroundMean,
    /// 95th percentile of the latency of the only service.
    LatencyP95,
}

impl Precise {
    /// All, in the order in which they are told.
    pub const ALL: [Self; 5] = [
        Self::Cost,
        Self::WaitMean,
        Self::WaitP95,
        Self::TurnaroundMean,
        Self::LatencyP95,
    ];

    /// Its key in scenarios.
    pub fn key(self) -> &'static str {
        match self {
            Self::Cost => "cost",
            Self::WaitMean => "wait_mean",
            Self::WaitP95 => "wait_p95",
            Self::TurnaroundMean => "turnaround_mean",
            Self::LatencyP95 => "latency_p95",
        }
    }

    /// What it is, in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Cost => "cost",
            Self::WaitMean => "mean wait",
            Self::WaitP95 => "p95 wait",
            Self::TurnaroundMean => "mean turnaround",
            Self::LatencyP95 => "p95 latency",
        }
    }
}
