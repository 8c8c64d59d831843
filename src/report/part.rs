//! What of a variant is looked at, and what of a replication belongs to it.

use crate::results::{FanOutStatistics, GroupStatistics, ReplicationResult, RunStatistics};

/// What of a variant is looked at.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part {
    /// All targets together.
    All,
    /// The target of a position.
    Target(usize),
    /// Equal targets, from a position on.
    Equal { first: usize, count: usize },
    /// The runs of the workload of a position, on all its targets.
    Workload(usize),
    /// The runs of the user or group of logs whose results are at a position.
    Group(usize),
}

impl Part {
    /// The runs that it stands for in one replication; `None` of targets, and of runs that are not counted.
    pub(super) fn some_runs(self, result: &ReplicationResult) -> Option<RunStatistics> {
        match self {
            Self::All | Self::Target(_) | Self::Equal { .. } => None,
            Self::Workload(workload) => runs_of(result, workload),
            Self::Group(place) => result.groups.get(place).map(GroupStatistics::runs),
        }
    }

    /// Its fan-outs in one replication; none of targets and of parts of a workload.
    pub(super) fn fan_outs(self, all: &[FanOutStatistics]) -> Option<FanOutStatistics> {
        let is_own = |of: &&FanOutStatistics| match self {
            Self::All => true,
            Self::Workload(workload) => of.workload as usize == workload,
            Self::Target(_) | Self::Equal { .. } | Self::Group(_) => false,
        };
        FanOutStatistics::together(all.iter().filter(is_own))
    }
}

/// The runs of a workload in one replication; `None` of one whose runs are not counted.
fn runs_of(result: &ReplicationResult, workload: usize) -> Option<RunStatistics> {
    if result.workloads.is_empty() {
        // They are counted by workload only where there are several.
        return Some(result.all_runs.clone());
    }
    let own = result.workloads.iter();
    let own = own.filter(|of| of.workload as usize == workload);
    RunStatistics::together(own.map(|of| &of.runs))
}
