//! What a replication left as it is stored, without its runs and leases: the runs of all targets only where they are not those of the
//! first.

use serde::{Deserialize, Serialize, Serializer};

use super::{
    FanOutStatistics, GroupStatistics, ReplicationResult, RunStatistics, TargetResult, Timeline,
    WorkloadStatistics,
};

/// A result as it is written.
#[derive(Serialize)]
struct Written<'a> {
    targets: &'a [TargetResult],
    all_runs: Option<&'a RunStatistics>,
    groups: &'a [GroupStatistics],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    workloads: &'a [WorkloadStatistics],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    fan_outs: &'a [FanOutStatistics],
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
    #[serde(default)]
    fan_outs: Vec<FanOutStatistics>,
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
            fan_outs: &self.fan_outs,
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
            fan_outs: stored.fan_outs,
            timelines: stored.timelines,
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::{FanOutStatistics, NodeTimes};
    use crate::units::NodeTime;

    #[test]
    fn rows_of_earlier_programs_are_read() {
        let whole = ReplicationResult {
            targets: vec![TargetResult {
                within: NodeTimes {
                    run: NodeTime(7),
                    checkpoints: NodeTime(2),
                    restarts: NodeTime(3),
                    ..NodeTimes::default()
                },
                ..TargetResult::default()
            }],
            fan_outs: vec![FanOutStatistics {
                submitted: 5,
                ..FanOutStatistics::default()
            }],
            ..ReplicationResult::default()
        };
        let mut stored = serde_json::to_value(&whole).unwrap();
        let read = |stored: &serde_json::Value| -> ReplicationResult {
            serde_json::from_value(stored.clone()).unwrap()
        };
        assert_eq!(read(&stored), whole);
        stored.as_object_mut().unwrap().remove("fan_outs").unwrap();
        for part in ["within", "drain"] {
            let times = stored["targets"][0][part].as_object_mut().unwrap();
            for category in ["checkpoints", "restarts"] {
                times.remove(category).unwrap();
            }
        }
        let earlier = read(&stored);
        assert_eq!(earlier.fan_outs, []);
        let times = earlier.targets[0].within;
        assert_eq!(
            (times.run, times.checkpoints, times.restarts),
            (NodeTime(7), NodeTime(0), NodeTime(0))
        );
    }
}
