//! What the charts of nodes are drawn from.

use super::Study;
use super::levels::{NodesPanel, at_one_resolution};
use super::timeaxis::LocalClock;
use super::work::Counted;

/// What the chart of nodes shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NodesInput {
    /// What the levels are of.
    pub of: Counted,
    /// Where the figures come from.
    pub study: Study,
    /// Which replication is shown, counted from 0 as in the files.
    pub replication: u32,
    /// The local date-time of the start, such as `2017-11-20T00:00:00[Asia/Tokyo]`; without it the axis counts hours
    /// and days.
    pub start: Option<String>,
    /// Whether nobody states that: the axis has weekdays and times, but counts days instead of telling dates.
    pub start_is_assumed: bool,
    /// Seconds since the start at which the warm-up ends.
    pub warmup_s: f64,
    /// Seconds since the start at which the measured time ends.
    pub horizon_s: f64,
    /// How many variants have panels, where they are more than are shown.
    pub variants: usize,
    /// A panel for each target of each variant that is shown, in the order of the scenario.
    pub panels: Vec<NodesPanel>,
    /// Panels whose peak is shown, where it is not that of the panels themselves: charts of one study show one day.
    pub peak_of: Vec<NodesPanel>,
    /// Position of the baseline in the scenario.
    pub baseline: Option<usize>,
}

impl NodesInput {
    /// Whether the measured time is long enough to be shown as a week.
    pub(super) fn is_long(&self) -> bool {
        const LONG: f64 = 7.5 * 86_400.0;
        self.horizon_s - self.warmup_s > LONG
    }

    /// The clock of the axis.
    pub(super) fn clock(&self) -> Option<LocalClock> {
        let clock = LocalClock::starting(self.start.as_deref()?)?;
        Some(if self.start_is_assumed {
            clock.without_dates()
        } else {
            clock
        })
    }

    /// The same with all panels at the resolution of the coarsest.
    pub(super) fn at_one_resolution(&self) -> Self {
        Self {
            panels: at_one_resolution(&self.panels),
            peak_of: self.peak_of.clone(),
            study: self.study.clone(),
            start: self.start.clone(),
            ..*self
        }
    }
}
