//! What the charts of cost against wait are drawn from.

use super::super::numbers::TimeUnit;
use super::Study;
use super::axis::duration;
use super::work::Work;

/// What a point is among those of a search; a variant of a study is none of these.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Role {
    /// A variant, in the look that it has in all charts.
    #[default]
    Variant,
    /// The point that a search recommends.
    Best,
    /// The one that comes closest to a goal that none surely meets.
    Closest,
    /// It meets the goal and is not clearly worse than the best.
    Tied,
    /// It is not known to meet the goal, and not clearly worse.
    Undecided,
    /// Another one that meets the goal is clearly better.
    Worse,
    /// It misses the goal.
    Misses,
    /// Its queue grows, which counts where there is no goal.
    Grows,
}

/// One variant's cost and wait.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TradeoffPoint {
    /// The variant's name.
    pub name: String,
    /// Which look the variant has in all charts.
    pub look: usize,
    /// What it is in a search.
    pub role: Role,
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

/// What is wanted to be kept: a line across the chart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    /// Where it is: a cost, or a time in seconds.
    pub at: f64,
    /// What it is called: `SLO 500 ms`, `goal: p95 wait <= 10m`.
    pub name: String,
}

impl Line {
    /// The time in seconds within which a service promises to answer.
    pub fn slo(seconds: f64) -> Self {
        Self {
            at: seconds,
            name: format!("SLO {}", duration(seconds)),
        }
    }
}

/// What a chart of other points than the variants of a study says of itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wording {
    /// Name of its files without their endings.
    pub name: &'static str,
    /// Title of the chart.
    pub title: String,
    /// What the axis of costs is of, and its unit.
    pub cost: (String, String),
    /// What the axis of times is of.
    pub time: String,
    /// What was averaged, and which points are not shown.
    pub basis: String,
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
    /// Whether costs are those of a completed run, since variants are submitted different numbers of runs.
    pub is_per_run: bool,
    /// One point for each variant, in the order of the scenario.
    pub points: Vec<TradeoffPoint>,
    /// Position of the baseline in `points`.
    pub baseline: Option<usize>,
    /// The unit of the waits in tables.
    pub unit: TimeUnit,
    /// Times that are wanted to be kept: SLOs, limits of a goal.
    pub time_limits: Vec<Line>,
    /// Costs that are wanted to be kept.
    pub cost_limits: Vec<Line>,
    /// What it says of itself, where it is not a study's.
    pub wording: Option<Wording>,
}

/// How a chart is worded.
pub(super) struct Words {
    /// Name of its files without their endings.
    pub(super) name: &'static str,
    pub(super) title: String,
    /// What the axis of costs is of, and its unit.
    pub(super) cost: (String, String),
    /// Title of the axis of times.
    pub(super) time: String,
    /// What is missing where there is no time.
    pub(super) without: String,
    /// The times, for those who cannot see them.
    pub(super) what: String,
    /// What was averaged.
    pub(super) basis: String,
    /// What a point is.
    pub(super) thing: &'static str,
    /// What is worth saying of the period of the costs; may be empty.
    pub(super) period: &'static str,
}

impl TradeoffInput {
    pub(super) fn words(&self) -> Words {
        if let Some(own) = &self.wording {
            return Words {
                name: own.name,
                title: own.title.clone(),
                cost: own.cost.clone(),
                time: own.time.clone(),
                without: format!("without a {} and not shown", own.time),
                what: own.time.clone(),
                basis: own.basis.clone(),
                thing: "point",
                period: "",
            };
        }
        let words = self.of.tradeoff_words();
        Words {
            name: words.name,
            title: words.title.to_owned(),
            cost: self.cost(),
            time: words.time.to_owned(),
            without: words.without.to_owned(),
            what: format!("the 95th percentile of {}", words.what),
            basis: self.study.averaging(),
            thing: "variant",
            period: match self.of {
                Work::Runs if !self.is_per_run => self.study.period.remark(),
                Work::Runs | Work::Requests => "",
            },
        }
    }

    /// What the axis of costs of a study is of, and its unit.
    fn cost(&self) -> (String, String) {
        let (what, unit) = match self.of {
            Work::Runs if self.is_per_run => (
                "cost per completed run",
                self.study.currency.code().to_owned(),
            ),
            Work::Runs if self.has_other_bills => (
                "cost on the workspace's own bill",
                self.study.unit_of_costs(),
            ),
            Work::Runs => ("cost", self.study.unit_of_costs()),
            Work::Requests => (
                "cost of 1,000 served requests",
                self.study.currency.code().to_owned(),
            ),
        };
        (what.to_owned(), unit)
    }
}
