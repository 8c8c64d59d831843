//! What a replication leaves in few bytes: of a million replications, each is kept until the reports are made.

use serde::{Deserialize, Serialize};

use super::stored_result;
use super::{
    FanOutStatistics, GroupStatistics, LeaseRecord, ReplicationResult, RunRecord, RunStatistics,
    TargetResult, Timeline, TimelinePoint, WorkloadStatistics,
};

/// The result of one replication: its statistics as bytes, and beside them what was recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct Packed {
    statistics: Box<[u8]>,
    records: Option<Box<Records>>,
}

/// What was recorded of a replication, where asked for: the entries of [`ReplicationResult`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Records {
    /// Levels over time of each target.
    pub timelines: Vec<Timeline>,
    /// Every run, in order of submission.
    pub runs: Vec<RunRecord>,
    /// Every lease, by target and node id.
    pub leases: Vec<LeaseRecord>,
}

/// What stands behind the targets; the runs of all of them only where they are not those of the first.
#[derive(Serialize)]
struct Rest<'a>(
    &'a [FanOutStatistics],
    Option<&'a RunStatistics>,
    &'a [GroupStatistics],
    &'a [WorkloadStatistics],
);

/// The same when it is read.
#[derive(Deserialize)]
struct ReadRest(
    Vec<FanOutStatistics>,
    Option<RunStatistics>,
    Vec<GroupStatistics>,
    Vec<WorkloadStatistics>,
);

/// Bytes of a number in the head.
const NUMBER: usize = size_of::<u32>();

impl From<ReplicationResult> for Packed {
    fn from(result: ReplicationResult) -> Self {
        let rest = Rest(
            &result.fan_outs,
            result.other_runs(),
            &result.groups,
            &result.workloads,
        );
        let statistics = packed(&result.targets, &rest).into();
        let ReplicationResult {
            timelines,
            runs,
            leases,
            ..
        } = result;
        let records = Records {
            timelines,
            runs,
            leases,
        };
        Self {
            statistics,
            records: (records != Records::default()).then(|| Box::new(records)),
        }
    }
}

/// A head, the targets, and the rest. The head says how many targets there are and where each ends.
fn packed(targets: &[TargetResult], rest: &Rest<'_>) -> Vec<u8> {
    let number = |of: usize| u32::try_from(of).expect("less than 4 GB").to_le_bytes();
    let mut bytes = vec![0; NUMBER * (targets.len() + 1)];
    bytes[..NUMBER].copy_from_slice(&number(targets.len()));
    for (position, target) in targets.iter().enumerate() {
        bytes = postcard::to_extend(target, bytes).expect("memory takes every byte");
        let end = number(bytes.len());
        bytes[NUMBER * (position + 1)..][..NUMBER].copy_from_slice(&end);
    }
    let mut bytes = postcard::to_extend(rest, bytes).expect("memory takes every byte");
    bytes.shrink_to_fit();
    bytes
}

/// What was packed in these bytes.
fn read<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> T {
    postcard::from_bytes(bytes).expect("they were packed here")
}

impl Packed {
    /// The number at a place of the head.
    fn number(&self, place: usize) -> usize {
        let bytes = self.statistics[NUMBER * place..].first_chunk();
        u32::from_le_bytes(*bytes.expect("they were packed here")) as usize
    }

    /// Where a target ends; where the first begins, for none.
    fn end(&self, targets: usize) -> usize {
        match targets {
            0 => NUMBER * (self.number(0) + 1),
            position => self.number(position),
        }
    }

    /// What a target left, unpacked alone; `None` if there is no target at this position.
    pub fn target(&self, position: usize) -> Option<TargetResult> {
        let is_there = position < self.number(0);
        is_there.then(|| read(&self.statistics[self.end(position)..self.end(position + 1)]))
    }

    /// The fan-outs of each workload that has them, unpacked alone.
    pub fn fan_outs(&self) -> Vec<FanOutStatistics> {
        let rest = &self.statistics[self.end(self.number(0))..];
        let taken = postcard::take_from_bytes(rest);
        taken.expect("they were packed here").0
    }

    /// Bytes of memory that it takes, but for runs and leases.
    pub fn room(&self) -> usize {
        let levels = self.records().map_or(0, |records| {
            let points = records
                .timelines
                .iter()
                .map(|levels| levels.points.capacity());
            size_of::<Records>() + points.sum::<usize>() * size_of::<TimelinePoint>()
        });
        size_of::<Self>() + self.statistics.len() + levels
    }

    /// The statistics, unpacked; without what was recorded.
    pub fn statistics(&self) -> ReplicationResult {
        let count = self.number(0);
        let targets: Vec<TargetResult> = (0..count).filter_map(|at| self.target(at)).collect();
        let ReadRest(fan_outs, others, groups, workloads) =
            read(&self.statistics[self.end(count)..]);
        ReplicationResult {
            all_runs: stored_result::all_runs(others, &targets),
            targets,
            groups,
            workloads,
            fan_outs,
            ..ReplicationResult::default()
        }
    }

    /// What was recorded; `None` where nothing was.
    pub fn records(&self) -> Option<&Records> {
        self.records.as_deref()
    }

    /// The result as it was packed.
    pub fn unpack(self) -> ReplicationResult {
        let statistics = self.statistics();
        let Records {
            timelines,
            runs,
            leases,
        } = self.records.map(|records| *records).unwrap_or_default();
        ReplicationResult {
            timelines,
            runs,
            leases,
            ..statistics
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::{HourGrid, HourlyTimes, NodeTimes, ServiceStatistics};
    use crate::stats::Trend;
    use crate::units::{NodeTime, SimTime};

    fn runs(started: u64) -> RunStatistics {
        RunStatistics {
            started,
            wait_sum: u128::MAX - 1,
            wait_at_most: [0, 0, 0, 7, 7, u64::MAX].into(),
            backlog: Some(Trend {
                growth: -0.1,
                variance: 1e300,
            }),
            ..RunStatistics::default()
        }
    }

    fn target(started: u64) -> TargetResult {
        let mut hours = HourlyTimes::new(HourGrid::default());
        hours.add(3, SimTime(5), SimTime(1 << 60), 2);
        let mut service = ServiceStatistics::default();
        service.requests.latency_at_most = vec![3, 4, 4];
        TargetResult {
            runs: runs(started),
            within: NodeTimes {
                idle_before_scale_down: NodeTime(1 << 100),
                ..NodeTimes::default()
            },
            end: SimTime(u64::MAX),
            hours: Some(Box::new(hours)),
            service: Some(Box::new(service)),
            ..TargetResult::default()
        }
    }

    #[test]
    fn what_is_packed_comes_back() {
        let alone = ReplicationResult {
            targets: vec![target(8)],
            all_runs: runs(8),
            timelines: vec![Timeline::default()],
            ..ReplicationResult::default()
        };
        let several = ReplicationResult {
            targets: vec![target(8), target(9)],
            all_runs: runs(17),
            groups: vec![GroupStatistics {
                wait_sum: u128::MAX,
                ..GroupStatistics::default()
            }],
            workloads: vec![WorkloadStatistics {
                slowdown_sum: u128::MAX,
                runs: runs(3),
                ..WorkloadStatistics::default()
            }],
            ..ReplicationResult::default()
        };
        for result in [alone, several, ReplicationResult::default()] {
            let packed = Packed::from(result.clone());
            let recorded = packed.records().map(|records| records.timelines.len());
            assert_eq!(recorded.unwrap_or(0), result.timelines.len());
            assert_eq!(packed.statistics().targets, result.targets);
            let each = (0..).map_while(|position| packed.target(position));
            assert_eq!(each.collect::<Vec<_>>(), result.targets);
            assert_eq!(packed.unpack(), result);
        }
    }

    #[test]
    fn a_small_result_takes_little_room() {
        let small = ReplicationResult {
            targets: vec![TargetResult {
                runs: RunStatistics {
                    wait_at_most: vec![0; 200].into(),
                    ..RunStatistics::default()
                },
                ..TargetResult::default()
            }],
            ..ReplicationResult::default()
        };
        let bytes = Packed::from(small).statistics.len();
        assert!(bytes < 150, "{bytes} bytes");
    }
}
