//! What a replication left as it is stored, without its runs and leases: the runs of all targets only where they are not those of the
//! first.

use serde::{Deserialize, Serialize, Serializer};

use super::{
    GroupStatistics, ReplicationResult, RunStatistics, TargetResult, Timeline, WorkloadStatistics,
};

/// A result as it is written.
#[derive(Serialize)]
struct Written<'a> {
    targets: &'a [TargetResult],
    all_runs: Option<&'a RunStatistics>,
    groups: &'a [GroupStatistics],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    workloads: &'a [WorkloadStatistics],
    timelines: &'a [Timeline],
}

/// A result as it is read.
#[derive(Deserialize)]
pub(super) struct Stored {
    targets: Vec<TargetResult>,
    all_runs: Option<RunStatistics>,
    groups: Vec<GroupStatistics>,
    #[serde(default)]
    workloads: Vec<WorkloadStatistics>,
    timelines: Vec<Timeline>,
}

impl ReplicationResult {
    /// The runs of all targets, where they are not those of the first.
    pub(super) fn other_runs(&self) -> Option<&RunStatistics> {
        let first = self.targets.first().map(|first| &first.runs);
        (first != Some(&self.all_runs)).then_some(&self.all_runs)
    }
}

/// The runs of all targets, given those that are not of the first.
pub(super) fn all_runs(others: Option<RunStatistics>, targets: &[TargetResult]) -> RunStatistics {
    let of_first = || targets.first().map(|first| first.runs.clone());
    others.or_else(of_first).unwrap_or_default()
}

impl Serialize for ReplicationResult {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let written = Written {
            targets: &self.targets,
            all_runs: self.other_runs(),
            groups: &self.groups,
            workloads: &self.workloads,
            timelines: &self.timelines,
        };
        written.serialize(serializer)
    }
}

impl From<Stored> for ReplicationResult {
    fn from(stored: Stored) -> Self {
        Self {
            all_runs: all_runs(stored.all_runs, &stored.targets),
            targets: stored.targets,
            groups: stored.groups,
            workloads: stored.workloads,
            timelines: stored.timelines,
            ..Self::default()
        }
    }
}
