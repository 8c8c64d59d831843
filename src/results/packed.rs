//! What a replication leaves in few bytes: of a million replications, each is kept until the reports are made.

use serde::{Deserialize, Serialize};

use super::stored_result;
use super::{
    FanOutStatistics, GroupStatistics, LeaseRecord, ReplicationResult, RunRecord, RunStatistics,
    TargetResult, Timeline, TimelinePoint, WeekStatistics, WorkloadStatistics,
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

/// The runs of each target by the hour of the week: hundreds of numbers that few figures rest on, and read alone.
type Weeks = Vec<Option<Box<WeekStatistics>>>;

/// Bytes of a number in the head.
const NUMBER: usize = size_of::<u32>();

impl From<ReplicationResult> for Packed {
    fn from(mut result: ReplicationResult) -> Self {
        let targets = result.targets.iter_mut();
        let weeks: Weeks = targets.map(|target| target.week.take()).collect();
        let rest = Rest(
            &result.fan_outs,
            result.other_runs(),
            &result.groups,
            &result.workloads,
        );
        let statistics = packed(&result.targets, &rest, &weeks).into();
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

/// A head, the targets, the rest, and the weeks where there are any. The head says how many targets there are, and where each of
/// them and the rest end.
fn packed(targets: &[TargetResult], rest: &Rest<'_>, weeks: &Weeks) -> Vec<u8> {
    let parts = targets.len() + 1;
    let mut bytes = vec![0; NUMBER * (parts + 1)];
    put_number(&mut bytes, 0, targets.len());
    for (position, target) in targets.iter().enumerate() {
        bytes = put(target, bytes);
        let end = bytes.len();
        put_number(&mut bytes, position + 1, end);
    }
    bytes = put(rest, bytes);
    let end = bytes.len();
    put_number(&mut bytes, parts, end);
    if weeks.iter().any(Option::is_some) {
        bytes = put(weeks, bytes);
    }
    bytes.shrink_to_fit();
    bytes
}

/// Puts a number into its place of the head.
fn put_number(bytes: &mut [u8], place: usize, number: usize) {
    let number = u32::try_from(number).expect("less than 4 GB");
    bytes[NUMBER * place..][..NUMBER].copy_from_slice(&number.to_le_bytes());
}

/// Packs a part behind the others.
fn put(part: &impl Serialize, bytes: Vec<u8>) -> Vec<u8> {
    postcard::to_extend(part, bytes).expect("memory takes every byte")
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

    /// Where a part ends, a target or behind all of them the rest; where the first begins, for none.
    fn end(&self, parts: usize) -> usize {
        match parts {
            0 => NUMBER * (self.number(0) + 2),
            position => self.number(position),
        }
    }

    /// The runs of each target by the hour of the week, where they were counted; none where no target has them.
    pub fn weeks(&self) -> Vec<Option<Box<WeekStatistics>>> {
        let bytes = &self.statistics[self.end(self.number(0) + 1)..];
        if bytes.is_empty() {
            return Vec::new();
        }
        read(bytes)
    }

    /// Bytes of its statistics.
    pub fn packed_len(&self) -> usize {
        self.statistics.len()
    }

    /// What a target left, unpacked alone, without its week; `None` if there is no target at this position.
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

    /// The statistics, unpacked; without what was recorded, and without weeks.
    pub fn statistics(&self) -> ReplicationResult {
        let count = self.number(0);
        let targets: Vec<TargetResult> = (0..count).filter_map(|at| self.target(at)).collect();
        let ReadRest(fan_outs, others, groups, workloads) =
            read(&self.statistics[self.end(count)..self.end(count + 1)]);
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
        let mut statistics = self.statistics();
        for (target, week) in statistics.targets.iter_mut().zip(self.weeks()) {
            target.week = week;
        }
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
    use crate::units::{NodeTime, SimDuration, SimTime};

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
            assert_eq!(packed.weeks(), []);
            assert_eq!(packed.unpack(), result);
        }
    }

    #[test]
    fn weeks_are_read_alone() {
        let mut week = WeekStatistics::default();
        week.count(33, Some(SimDuration(7)));
        let mut result = ReplicationResult {
            targets: vec![target(8), target(9)],
            groups: vec![GroupStatistics::default()],
            ..ReplicationResult::default()
        };
        result.targets[1].week = Some(Box::new(week.clone()));
        let packed = Packed::from(result.clone());
        assert_eq!(packed.weeks(), [None, Some(Box::new(week))]);
        assert_eq!(packed.target(1), Some(target(9)));
        assert_eq!(packed.statistics().groups, result.groups);
        assert_eq!(packed.unpack(), result);
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
