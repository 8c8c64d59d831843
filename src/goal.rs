//! What a user wants of a variant: limits on figures, and the figure to make small. Plain data, which `scenario` fills and
//! `report` judges; what a figure is computed from is for `report` to know.

use serde::{Deserialize, Serialize};

use crate::printable::toml_key;

/// What a figure counts, which decides how its limits are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dimension {
    /// A time, written with its unit.
    Time,
    /// An amount of money.
    Money,
    /// A share, written in percent.
    Share,
}

/// The work that a figure is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// Any.
    Any,
    /// Runs.
    Runs,
    /// Runs of work that ends by itself.
    EndingRuns,
    /// Runs that parents bring.
    FanOuts,
    /// Requests to a service.
    Requests,
    /// Requests to a service that has an SLO.
    RequestsWithSlo,
}

macro_rules! figures {
    ($($(#[$attribute:meta])* $figure:ident $name:literal $dimension:ident $work:ident $example:literal $words:literal $meaning:literal;)*) => {
        /// A figure that may have a limit.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        pub enum Figure {
            $($(#[$attribute])* #[doc = $meaning] #[serde(rename = $name)] $figure,)*
        }

        impl Figure {
            /// All of them, in the order in which they are explained.
            pub const ALL: &[Self] = &[$(Self::$figure,)*];

            /// Its key.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$figure => $name,)* }
            }

            /// What it is, as in a sentence.
            pub const fn words(self) -> &'static str {
                match self { $(Self::$figure => $words,)* }
            }

            /// What it means, for the documentation.
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$figure => $meaning,)* }
            }

            /// What it counts.
            pub const fn dimension(self) -> Dimension {
                match self { $(Self::$figure => Dimension::$dimension,)* }
            }

            /// The work that it is about.
            pub const fn work(self) -> Work {
                match self { $(Self::$figure => Work::$work,)* }
            }

            /// A limit on it.
            pub const fn example(self) -> &'static str {
                match self { $(Self::$figure => $example,)* }
            }
        }
    };
}

figures! {
    #[default]
    Cost "cost" Money Any "<= 900" "cost"
        "Cost on the workspace's own bill (`cost_workspace_usd`)";
    CostPerMonth "cost_per_month" Money Any "<= 900" "cost per month"
        "Cost per month, where the measured time stands for a month (`cost_per_month_usd`)";
    CostPerRun "cost_per_run" Money Runs "<= 0.50" "cost per submitted run"
        "Cost per submitted run (`cost_per_run_usd`)";
    CostPerThousandRequests "cost_per_1000_requests" Money Requests "<= 0.50" "cost per 1,000 requests"
        "Cost per 1,000 served requests (`cost_per_1000_requests_usd`)";
    WaitMean "wait_mean" Time Runs "<= 5m" "mean wait"
        "Mean wait of runs";
    WaitP50 "wait_p50" Time Runs "<= 1m" "median wait"
        "Median wait of runs";
    WaitP95 "wait_p95" Time Runs "<= 10m" "p95 wait"
        "95th percentile of the wait of runs";
    WaitP99 "wait_p99" Time Runs "<= 30m" "p99 wait"
        "99th percentile of the wait of runs";
    WaitMax "wait_max" Time Runs "<= 2h" "longest wait"
        "Longest wait of a run, on average over the replications";
    TurnaroundMean "turnaround_mean" Time Runs "<= 1h" "mean turnaround"
        "Mean time from submission to completion";
    Makespan "makespan" Time EndingRuns "<= 8h" "makespan"
        "Time from the first submission to the last end of a run";
    FanOutMean "fan_out_mean" Time FanOuts "<= 3h" "mean time of a fan-out"
        "Mean time of a whole fan-out, from the submission of its parent to the end of its last child";
    FanOutP95 "fan_out_p95" Time FanOuts "<= 4h" "p95 time of a fan-out"
        "95th percentile of the time of a whole fan-out; of one workload with `arrivals.fan_out`";
    Completed "completed" Share Runs ">= 99%" "share of completed runs"
        "Completed runs over submitted runs (`completed_share`)";
    Utilization "utilization" Share Runs ">= 40%" "utilization"
        "Running time over billed time";
    LatencyMean "latency_mean" Time Requests "<= 200ms" "mean latency"
        "Mean latency of served requests";
    LatencyP50 "latency_p50" Time Requests "<= 100ms" "median latency"
        "Median latency of served requests";
    LatencyP95 "latency_p95" Time Requests "<= 500ms" "p95 latency"
        "95th percentile of the latency";
    LatencyP99 "latency_p99" Time Requests "<= 1s" "p99 latency"
        "99th percentile of the latency";
    LatencyMax "latency_max" Time Requests "<= 10s" "longest latency"
        "Longest latency, on average over the replications";
    WithinSlo "within_slo" Share RequestsWithSlo ">= 99.9%" "share of requests within the SLO"
        "Requests served within `slo` over requests that arrived (`within_slo_share`)";
    Rejected "rejected" Share Requests "<= 0.1%" "share of rejected requests"
        "Rejected requests (503) over requests that arrived (`rejected_share`)";
    ColdStarts "cold_starts" Share Requests "<= 1%" "share of cold starts"
        "Requests that waited for the start of a replica over requests that arrived (`cold_start_share`)";
}

impl Figure {
    /// The one of a name.
    pub fn named(name: &str) -> Option<Self> {
        let mut all = Self::ALL.iter().copied();
        all.find(|figure| figure.name() == name)
    }

    /// The one of a column of `summary.csv`.
    pub fn of_column(column: &str) -> Option<Self> {
        let mut all = Self::ALL.iter().copied();
        all.find(|figure| figure.column() == column)
    }

    /// Whether it is known of a part of the runs, such as those of one workload.
    pub const fn is_of_some_runs(self) -> bool {
        matches!(
            self,
            Self::WaitMean
                | Self::WaitP50
                | Self::WaitP95
                | Self::WaitP99
                | Self::WaitMax
                | Self::TurnaroundMean
                | Self::Completed
        )
    }

    /// Whether it is known of one workload.
    pub const fn is_of_a_workload(self) -> bool {
        self.is_of_some_runs() || matches!(self.work(), Work::FanOuts)
    }

    /// Its column in `summary.csv`.
    pub const fn column(self) -> &'static str {
        match self {
            Self::Cost => "cost_workspace_usd",
            Self::CostPerMonth => "cost_per_month_usd",
            Self::CostPerRun => "cost_per_run_usd",
            Self::CostPerThousandRequests => "cost_per_1000_requests_usd",
            Self::WaitMean => "wait_mean_s",
            Self::WaitP50 => "wait_p50_s",
            Self::WaitP95 => "wait_p95_s",
            Self::WaitP99 => "wait_p99_s",
            Self::WaitMax => "wait_max_s",
            Self::TurnaroundMean => "turnaround_mean_s",
            Self::Makespan => "makespan_s",
            Self::FanOutMean => "fan_out_mean_s",
            Self::FanOutP95 => "fan_out_p95_s",
            Self::Completed => "completed_share",
            Self::Utilization => "utilization",
            Self::LatencyMean => "latency_mean_s",
            Self::LatencyP50 => "latency_p50_s",
            Self::LatencyP95 => "latency_p95_s",
            Self::LatencyP99 => "latency_p99_s",
            Self::LatencyMax => "latency_max_s",
            Self::WithinSlo => "within_slo_share",
            Self::Rejected => "rejected_share",
            Self::ColdStarts => "cold_start_share",
        }
    }
}

/// What has figures of its own, beside those of all targets together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScopeKind {
    /// A target or a service.
    Target,
    /// The runs of a workload.
    Workload,
    /// The runs of a user of logs.
    User,
    /// The runs of a group of users of logs.
    Group,
}

impl ScopeKind {
    /// All of them, in the order of keys and columns.
    pub const ALL: [Self; 4] = [Self::Target, Self::Workload, Self::User, Self::Group];

    /// Its key in `[goal]` and `[[expect]]`, and its column.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Target => "target",
            Self::Workload => "workload",
            Self::User => "user",
            Self::Group => "group",
        }
    }

    /// The one of that kind with this name.
    pub const fn named(self, name: String) -> Scope {
        match self {
            Self::Target => Scope::Target(name),
            Self::Workload => Scope::Workload(name),
            Self::User => Scope::User(name),
            Self::Group => Scope::Group(name),
        }
    }

    /// Whether a figure is known of it.
    pub const fn has(self, figure: Figure) -> bool {
        match self {
            Self::Target => !matches!(figure.work(), Work::FanOuts),
            Self::Workload => figure.is_of_a_workload(),
            Self::User | Self::Group => figure.is_of_some_runs(),
        }
    }
}

/// What a limit is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scope {
    /// All targets together.
    All,
    /// One target or service, by its name.
    Target(String),
    /// The runs of one workload on all its targets, by its name.
    Workload(String),
    /// The runs of one user of logs, of all workloads and targets, by what the logs call the user.
    User(String),
    /// The same of one group of users.
    Group(String),
}

impl Scope {
    /// Its kind and its name; `None` of all targets together.
    pub fn part(&self) -> Option<(ScopeKind, &str)> {
        match self {
            Self::All => None,
            Self::Target(name) => Some((ScopeKind::Target, name)),
            Self::Workload(name) => Some((ScopeKind::Workload, name)),
            Self::User(name) => Some((ScopeKind::User, name)),
            Self::Group(name) => Some((ScopeKind::Group, name)),
        }
    }

    /// Its name, if it is of this kind.
    pub fn name_of(&self, kind: ScopeKind) -> Option<&str> {
        let (own, name) = self.part()?;
        (own == kind).then_some(name)
    }

    /// What follows a figure in a sentence: ` of gpu`, ` of workload train`, or nothing of all targets together.
    pub fn words(&self) -> String {
        match self.part() {
            None => String::new(),
            Some((ScopeKind::Target, name)) => format!(" of {name}"),
            Some((kind, name)) => format!(" of {} {name}", kind.key()),
        }
    }
}

/// On which side of a limit it is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Side {
    /// `<=`.
    AtMost,
    /// `>=`.
    AtLeast,
}

impl Side {
    /// As it is written.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::AtMost => "<=",
            Self::AtLeast => ">=",
        }
    }
}

/// A limit on a figure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Limit {
    /// The figure.
    pub figure: Figure,
    /// What it is about.
    pub scope: Scope,
    /// On which side it is good.
    pub side: Side,
    /// Seconds, a fraction of 1, or an amount in the currency of the results.
    pub value: f64,
    /// The value as the user wrote it: `10m`, `99%`.
    pub written: String,
}

impl Limit {
    /// As a user writes it: `target.gpu.wait_p95 <= 10m`.
    pub fn written(&self) -> String {
        let of = match self.scope.part() {
            None => String::new(),
            Some((kind, name)) => format!("{}.{}.", kind.key(), toml_key(name)),
        };
        let (name, sign) = (self.figure.name(), self.side.sign());
        format!("{of}{name} {sign} {}", self.written)
    }

    /// Whether a value is on the good side or on the limit.
    pub fn allows(&self, value: f64) -> bool {
        self.excess(value) <= 0.0
    }

    /// How far a value is beyond the limit, in the unit of the figure; negative on the good side.
    pub fn excess(&self, value: f64) -> f64 {
        match self.side {
            Side::AtMost => value - self.value,
            Side::AtLeast => self.value - value,
        }
    }
}

/// What a variant has to keep, and what is to be small among those that do.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Goal {
    /// All of them are to be kept.
    pub limits: Vec<Limit>,
    /// What is to be small.
    pub minimize: Figure,
}

/// Thresholds that results must not cross.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Expectation {
    /// Names of the variants that it is about; all where there are none.
    pub variants: Vec<String>,
    /// The thresholds.
    pub limits: Vec<Limit>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_has_a_good_side_that_it_belongs_to() {
        let limit = |side| Limit {
            figure: Figure::WaitP95,
            scope: Scope::Target("gpu".to_owned()),
            side,
            value: 600.0,
            written: "10m".to_owned(),
        };
        let most = limit(Side::AtMost);
        assert_eq!(most.written(), "target.gpu.wait_p95 <= 10m");
        assert!(most.allows(600.0) && most.allows(0.0) && !most.allows(600.1));
        let least = limit(Side::AtLeast);
        assert!(least.allows(600.0) && !least.allows(599.9));
        assert_eq!((most.excess(610.0), least.excess(610.0)), (10.0, -10.0));
    }

    #[test]
    fn names_are_the_keys_and_what_is_stored() {
        for figure in Figure::ALL {
            assert_eq!(Figure::named(figure.name()), Some(*figure));
            let stored = serde_json::to_string(figure).unwrap();
            assert_eq!(stored, format!("\"{}\"", figure.name()));
        }
        assert_eq!(Figure::named("wait"), None);
    }
}
