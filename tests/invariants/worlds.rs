//! Random worlds with random distributions, simulated once with everything recorded.

use std::cell::Cell;
use std::cmp::Reverse;

use autoscale_simulator::calendar::{Calendar, WeeklySchedule};
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
use autoscale_simulator::workload::batch::Batch;
use autoscale_simulator::workload::bursts::Bursts;
use autoscale_simulator::workload::deterministic::Deterministic;
use autoscale_simulator::workload::poisson::Poisson;
use autoscale_simulator::workload::{
    Arrivals, NodeCount, Submission, WorkloadSettings, WorkloadSource,
};

use crate::support::{SECOND, Size, below, constant, pick, random_world};

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
            TargetKind::Instance(_) | TargetKind::Pool(_) => None,
        }
    }

    pub(crate) fn instance(&self, target: usize) -> Option<&InstanceSettings> {
        match &self.settings.targets[target].kind {
            TargetKind::Cluster(_) | TargetKind::Pool(_) => None,
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

/// Makes random what [`random_world`] leaves constant.
fn vary(stream: &mut Stream, size: Size, settings: &mut WorldSettings) {
    for environment in &mut settings.environments {
        environment.image_build = vary_length(stream, &environment.image_build, 300);
        environment.image_pull = vary_length(stream, &environment.image_pull, 20);
    }
    for target in &mut settings.targets {
        match &mut target.kind {
            TargetKind::Cluster(cluster) => {
                let limit = &mut cluster.idle_before_scale_down;
                *limit = vary_length(stream, limit, 120);
                cluster.allocation = vary_length(stream, &cluster.allocation, 30);
                cluster.boot = vary_length(stream, &cluster.boot, 180);
                cluster.leaving = vary_length(stream, &cluster.leaving, 30);
            }
            TargetKind::Pool(pool) => {
                pool.boot = vary_length(stream, &pool.boot, 180);
            }
            TargetKind::Instance(instance) => {
                instance.boot = vary_length(stream, &instance.boot, 120);
            }
        }
    }
    let (horizon, targets) = (settings.horizon, settings.targets.clone());
    for workload in &mut settings.workloads {
        workload.setup = vary_length(stream, &workload.setup, 15);
        workload.finalize = vary_length(stream, &workload.finalize, 15);
        if below(stream, 2) == 0 {
            let most = match &targets[workload.targets[0]].kind {
                TargetKind::Cluster(cluster) => cluster.max_nodes,
                TargetKind::Instance(_) => 1,
                TargetKind::Pool(pool) => pool.max_nodes,
            };
            generate(stream, size, (horizon, most), workload);
        }
    }
}

/// As it is, or random with a mean of some `typical_s` seconds.
fn vary_length(stream: &mut Stream, now: &Distribution, typical_s: u64) -> Distribution {
    if below(stream, 2) == 0 {
        return now.clone();
    }
    random_length(stream, typical_s)
}

fn random_length(stream: &mut Stream, typical_s: u64) -> Distribution {
    let typical = SimDuration::from_secs(typical_s);
    let times = |factor: u64| SimDuration::from_secs(typical_s * factor);
    let length = match below(stream, 6) {
        0 => Distribution::exponential(typical),
        1 => Distribution::log_normal_median_p95(typical, times(3)),
        2 => Distribution::uniform(SimDuration::ZERO, times(2)),
        3 => Distribution::gamma(0.5, times(2)),
        4 => Distribution::triangular(SimDuration::ZERO, typical, times(4)),
        _ => Distribution::empirical(
            vec![SimDuration::ZERO, typical, times(5)],
            vec![1.0, 3.0, 0.5],
        ),
    };
    length.unwrap()
}

/// Arrivals that are generated instead of read, with random durations and weighted node counts.
fn generate(
    stream: &mut Stream,
    size: Size,
    (horizon, most): (SimTime, u32),
    workload: &mut WorkloadSettings,
) {
    let rate_per_s = size.runs as f64 / horizon.as_secs_f64().max(1.0);
    let length = SimDuration(horizon.0 / size.runs + 1);
    workload.arrivals = match below(stream, 4) {
        0 => Arrivals::Poisson(Poisson::new(rate_per_s)),
        1 => Arrivals::Deterministic(Deterministic::new(
            SimDuration(length.0.max(SECOND)),
            SimTime(below(stream, length.0)),
        )),
        2 => Arrivals::Batch(Batch::new(
            5,
            (0..=size.runs / 5)
                .map(|batch| SimTime(batch * 5 * length.0 / SECOND * SECOND))
                .collect(),
        )),
        _ => {
            let start = jiff::civil::date(2024, 1, 1).at(0, 0, 0, 0);
            let calendar = Calendar::new(start, "Europe/Berlin").unwrap();
            let windows = [
                "daily 00:00-00:05".to_owned(),
                "daily 00:20-01:00".to_owned(),
            ];
            Arrivals::Bursts(Bursts::new(
                pick(stream, &[0.0, rate_per_s / 2.0]),
                rate_per_s * 3.0,
                WeeklySchedule::parse(&calendar, &windows).unwrap(),
            ))
        }
    };
    workload.duration = random_length(stream, size.duration_s);
    if below(stream, 4) == 0 {
        workload.duration = constant(size.duration_s * SECOND);
    }
    if below(stream, 2) == 0 {
        workload.nodes = NodeCount::Choice {
            values: vec![1, 2.min(most), most, most + 1],
            weights: vec![6.0, 2.0, 0.5, pick(stream, &[0.0, 0.5])],
        };
    }
    workload.priority = pick(stream, &[-1, 0, 0, 3]);
    workload.environment = pick(stream, &[None, None, Some(0), Some(2)]);
}

/// Whether it never reached its nodes because it was refused.
pub(crate) fn refused(run: &Life) -> bool {
    run.record.status == RunStatus::Failed
}
