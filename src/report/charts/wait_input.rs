//! What the charts of waits and latencies are drawn from.

use super::Study;
use super::work::Work;

/// The distribution of one variant's waits.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WaitCurve {
    /// The variant's name.
    pub name: String,
    /// Which look the variant has in all charts.
    pub look: usize,
    /// Waits in seconds and the share of runs (0 to 1) that waited at most this long, both rising.
    /// The share at a wait of 0 is that of the runs that did not wait.
    pub points: Vec<(f64, f64)>,
}

/// What the chart of waits shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WaitInput {
    /// Whether these are waits of runs or latencies of requests.
    pub of: Work,
    /// Where the figures come from.
    pub study: Study,
    /// One curve for each variant, in the order of the scenario.
    pub curves: Vec<WaitCurve>,
    /// Position of the baseline in `curves`.
    pub baseline: Option<usize>,
    /// Times in seconds that are wanted to be kept, such as SLOs, and what they are called.
    pub limits: Vec<(f64, &'static str)>,
}
