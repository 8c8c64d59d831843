//! Random worlds with random distributions, simulated once with everything recorded.

use std::cell::Cell;
use std::cmp::Reverse;

use autoscale_simulator::distribution::Distribution;
use autoscale_simulator::engine::Work;
use autoscale_simulator::engine::streams::{Purpose, Stream, Streams};
use autoscale_simulator::model::settings::{
    ClusterSettings, End, InstanceSettings, TargetKind, WorldSettings,
};
use autoscale_simulator::model::{Detailed, Recorder, simulate};
use autoscale_simulator::results::{
    LeaseRecord, Levels, ReplicationResult, RunRecord, RunStatus, Timeline,
};
use autoscale_simulator::units::{SimDuration, SimTime};
use autoscale_simulator::workload::{Submission, WorkloadSource};

use crate::support::lengths::vary;
use crate::support::{Size, random_world};

/// Looks at whether to go on before a simulation is taken for endless.
const MOST_LOOKS: u32 = 2_000;

/// Keeps everything in the order in which it comes, and watches that time never goes back.
pub(crate) struct Seen {
    clock: SimTime,
    runs: Vec<RunRecord>,
    leases: Vec<LeaseRecord>,
    /// By target: the levels from each instant on, the last of each instant.
    levels: Vec<Vec<(SimTime, Levels<u32>)>>,
    detailed: Detailed,
}

impl Seen {
    fn new(targets: usize) -> Self {
        Self {
            clock: SimTime::ZERO,
            runs: Vec::new(),
            leases: Vec::new(),
            levels: vec![Vec::new(); targets],
            detailed: Detailed::new(false, targets),
        }
    }

    fn pass(&mut self, now: SimTime) {
        assert!(
            now >= self.clock,
            "time goes back from {} to {now}",
            self.clock
        );
        self.clock = now;
    }
}

impl Recorder for Seen {
    const DETAILED: bool = true;

    fn run(&mut self, record: RunRecord) {
        if let Some(ended) = record.ended {
            self.pass(ended);
        }
        self.runs.push(record);
    }

    fn lease(&mut self, record: LeaseRecord) {
        self.leases.push(record);
    }

    fn levels(&mut self, target: usize, now: SimTime, levels: Levels<u32>) {
        self.pass(now);
        self.detailed.levels(target, now, levels);
        let seen = &mut self.levels[target];
        match seen.last_mut() {
            Some(last) if last.0 == now => last.1 = levels,
            _ => seen.push((now, levels)),
        }
    }
}

/// One simulated world.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) settings: WorldSettings,
    pub(crate) streams: Streams,
    pub(crate) result: ReplicationResult,
    /// Every run, by workload and position.
    pub(crate) runs: Vec<Life>,
    /// By target and node.
    pub(crate) leases: Vec<LeaseRecord>,
    pub(crate) levels: Vec<Vec<(SimTime, Levels<u32>)>>,
    pub(crate) timelines: Vec<Timeline>,
}

/// A run: what was submitted, and what became of it.
#[derive(Clone, Debug)]
pub(crate) struct Life {
    pub(crate) submission: Submission,
    /// Longest Running time.
    pub(crate) limit: SimDuration,
    pub(crate) record: RunRecord,
}

impl Life {
    /// End of Running by its own work or limit; or whatever ended the run before.
    pub(crate) fn stopped(&self, horizon: SimTime) -> Option<SimTime> {
        let started = self.record.started?;
        Some((started + self.submission.duration.min(self.limit)).min(self.left(horizon)))
    }

    /// When it left its nodes; a run that the cut found on them is there until the horizon.
    pub(crate) fn left(&self, horizon: SimTime) -> SimTime {
        self.record.ended.unwrap_or(horizon)
    }

    /// Its place in the order in which a target starts runs: by priority, then by entry into the queue; images that are
    /// ready come before submissions of the same instant, and each in the order of their runs' submission.
    pub(crate) fn place(&self) -> impl Ord + use<> {
        let record = &self.record;
        let waited = record
            .queued
            .is_some_and(|queued| queued > record.submitted);
        let image = if waited {
            self.submission.environment
        } else {
            None
        };
        (
            Reverse(self.submission.priority),
            record.queued,
            (!waited, image, record.submitted),
            (record.workload, record.position),
        )
    }
}

impl Case {
    /// The world of this number.
    pub(crate) fn new(number: u64, size: impl Fn(&mut Stream) -> Size) -> Self {
        let streams = Streams::new(1_789, number);
        let mut stream = streams.open(Purpose("case"), "invariants");
        let size = size(&mut stream);
        let mut settings = random_world(&mut stream, size);
        vary(&mut stream, size, &mut settings);
        let name = format!("case {number} of {} runs", size.runs);
        Self::simulated(name, settings, streams)
    }

    /// These settings, simulated.
    pub(crate) fn simulated(name: String, settings: WorldSettings, streams: Streams) -> Self {
        let looks = Cell::new(0);
        let go_on = || {
            looks.set(looks.get() + 1);
            looks.get() < MOST_LOOKS
        };
        let seen = Seen::new(settings.targets.len());
        let outcome = simulate(&settings, streams, seen, &go_on).unwrap_or_else(|halt| {
            panic!("{name}: the simulation does not end: {halt}: {settings:#?}")
        });
        let (result, mut seen) = (outcome.result, outcome.recorder);
        let ends: Vec<SimTime> = result.targets.iter().map(|target| target.end).collect();
        let timelines = seen.detailed.timelines(&ends);
        seen.runs.sort_by_key(|run| (run.workload, run.position));
        seen.leases.sort_by_key(|lease| (lease.target, lease.node));
        let runs = lives(&name, &settings, streams, seen.runs);
        Self {
            runs,
            leases: seen.leases,
            levels: seen.levels,
            timelines,
            result,
            name,
            settings,
            streams,
        }
    }

    /// The runs of a target.
    pub(crate) fn runs_of(&self, target: usize) -> impl Iterator<Item = &Life> {
        self.runs
            .iter()
            .filter(move |run| run.record.target as usize == target)
    }

    /// The leases of a target, by node.
    pub(crate) fn leases_of(&self, target: usize) -> impl Iterator<Item = &LeaseRecord> {
        self.leases
            .iter()
            .filter(move |lease| lease.target as usize == target)
    }

    pub(crate) fn cluster(&self, target: usize) -> Option<&ClusterSettings> {
        match &self.settings.targets[target].kind {
            TargetKind::Cluster(cluster) => Some(cluster),
            TargetKind::Instance(_) => None,
        }
    }

    pub(crate) fn instance(&self, target: usize) -> Option<&InstanceSettings> {
        match &self.settings.targets[target].kind {
            TargetKind::Cluster(_) => None,
            TargetKind::Instance(instance) => Some(instance),
        }
    }

    pub(crate) fn horizon(&self) -> SimTime {
        self.settings.horizon
    }

    pub(crate) fn warmup(&self) -> SimTime {
        self.settings.warmup
    }

    pub(crate) fn end(&self, target: usize) -> SimTime {
        self.result.targets[target].end
    }

    /// Whether a run that has not ended may be left: after a cut, or queued at an instance that no start comes to.
    pub(crate) fn may_leave(&self, run: &Life) -> bool {
        let target = run.record.target as usize;
        self.settings.end == End::Cut
            || (run.record.assigned.is_none() && self.instance(target).is_some())
    }
}

/// Puts each record beside its submission, made again from the same streams: one record for every submission.
fn lives(
    name: &str,
    settings: &WorldSettings,
    streams: Streams,
    records: Vec<RunRecord>,
) -> Vec<Life> {
    let pulls: Vec<&Distribution> = settings
        .environments
        .iter()
        .map(|environment| &environment.image_pull)
        .collect();
    let mut lives = Vec::new();
    let mut records = records.into_iter();
    for (position, workload) in settings.workloads.iter().enumerate() {
        let mut source = WorkloadSource::new(workload, &pulls, settings.horizon, streams);
        let limit = workload
            .max_duration
            .or(settings.targets[workload.targets[0]].max_run_duration)
            .unwrap_or(SimDuration(u64::MAX));
        let mut place = 0;
        while let Some(submission) = source.submission(&mut Work::unwatched()) {
            let record = records
                .next()
                .unwrap_or_else(|| panic!("{name}: a run has no record"));
            assert_eq!(
                (record.workload as usize, record.position),
                (position, place),
                "{name}: each run has one record"
            );
            assert_eq!(
                record.target as usize, workload.targets[0],
                "{name}: {record:?}"
            );
            assert_eq!(
                (record.submitted, record.nodes),
                (submission.at, submission.nodes),
                "{name}: {record:?}"
            );
            place += 1;
            lives.push(Life {
                submission,
                limit,
                record,
            });
        }
    }
    assert_eq!(records.next(), None, "{name}: a record has no run");
    lives
}

/// Whether it never reached its nodes because it was refused.
pub(crate) fn refused(run: &Life) -> bool {
    run.record.status == RunStatus::Failed
}
