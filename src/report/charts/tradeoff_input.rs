//! What the charts of cost against wait are drawn from.

use super::super::numbers::TimeUnit;
use super::Study;
use super::work::Work;

/// One variant's cost and wait.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TradeoffPoint {
    /// The variant's name.
    pub name: String,
    /// Which look the variant has in all charts.
    pub look: usize,
    /// Mean cost.
    pub cost: f64,
    /// Half the width of its 95 % interval, where there are several replications.
    pub cost_half_width: Option<f64>,
    /// Mean of the replications' 95th percentiles of waits in seconds; `None` where no run started.
    pub wait_p95_s: Option<f64>,
    /// Half the width of its 95 % interval, where there are several replications.
    pub wait_p95_half_width_s: Option<f64>,
    /// Whether another variant dominates it, by the differences within each replication.
    pub is_dominated: bool,
}

/// What the chart of cost against wait shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TradeoffInput {
    /// Whether it is cost against waits of runs, or the cost of requests against their latency.
    pub of: Work,
    /// Where the figures come from.
    pub study: Study,
    /// Whether a part of the costs is not on the workspace's own bill, and so not shown.
    pub has_other_bills: bool,
    /// One point for each variant, in the order of the scenario.
    pub points: Vec<TradeoffPoint>,
    /// Position of the baseline in `points`.
    pub baseline: Option<usize>,
    /// The unit of the waits in tables.
    pub unit: TimeUnit,
    /// Times in seconds that are wanted to be kept, such as SLOs, and what they are called.
    pub limits: Vec<(f64, &'static str)>,
}

impl TradeoffInput {
    /// What is worth saying of the period of the costs; those of requests have none.
    pub(super) fn period_remark(&self) -> &'static str {
        match self.of {
            Work::Runs => self.study.period.remark(),
            Work::Requests => "",
        }
    }
}
