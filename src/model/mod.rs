//! The model: compute targets, the runs submitted to them, and the rules by which both live. No files, threads or money.
//!
//! [`simulate`] runs one replication of one variant. The rules are those of docs/semantics.md; [`World`] hands each event to
//! its owner and asks the targets that were touched to decide.

mod cluster;
mod collector;
mod idle;
mod images;
mod instance;
mod ledger;
mod node;
mod recorder;
mod run;
pub mod settings;
mod shared;
mod target;

pub use recorder::{Detailed, Recorder, Silent};

use crate::distribution::Distribution;
use crate::engine::streams::Streams;
use crate::engine::{self, Event, EventQueue, Model};
use crate::results::{ReplicationResult, RunStatus, TargetResult, Window};
use crate::units::{SimDuration, SimTime};
use crate::workload::{Submission, WorkloadSettings, WorkloadSource};
use collector::Collector;
use images::ImageBuilds;
use run::{Run, RunId, Stage};
use settings::{End, WorldSettings};
use shared::{Owner, Shared};
use target::Target;

/// Instants between two looks at whether to go on: some tens of milliseconds of work.
const INSTANTS_A_LOOK: u64 = 1 << 18;

/// What one replication left, and what its recorder kept.
pub struct Outcome<R> {
    /// The statistics; what the recorder kept is not in them.
    pub result: ReplicationResult,
    /// The recorder.
    pub recorder: R,
    /// Operations on the event queue.
    pub queue_operations: u64,
}

/// Simulates one replication; `None` if `go_on` said no before it was done.
pub fn simulate<R: Recorder>(
    settings: &WorldSettings,
    streams: Streams,
    recorder: R,
    go_on: &dyn Fn() -> bool,
) -> Option<Outcome<R>> {
    let mut queue = EventQueue::new();
    let mut world = World::new(settings, streams, recorder, &mut queue);
    let until = match settings.end {
        End::Drain => SimTime::NEVER,
        End::Cut => settings.horizon,
    };
    world.decide(SimTime::ZERO, &mut queue);
    while engine::advance(&mut world, &mut queue, until, INSTANTS_A_LOOK) {
        if !go_on() {
            return None;
        }
    }
    Some(world.finish(settings.end, queue.operations()))
}

/// One workload as it runs.
struct Submitter {
    source: WorkloadSource,
    next: Option<Submission>,
    submitted: u64,
    target: u32,
    limit: Option<SimDuration>,
}

/// The state of one replication.
struct World<R> {
    submitters: Vec<Submitter>,
    targets: Vec<Target>,
    images: ImageBuilds,
    /// Targets touched in this instant, as flags and as a list to be put in order.
    touched: Vec<bool>,
    touched_list: Vec<u32>,
    shared: Shared<R>,
}

impl<R: Recorder> World<R> {
    fn new(
        settings: &WorldSettings,
        streams: Streams,
        recorder: R,
        queue: &mut EventQueue,
    ) -> Self {
        let window = Window {
            warmup: settings.warmup,
            horizon: settings.horizon,
        };
        let mut shared = Shared::new(window, recorder);
        let images = ImageBuilds::new(&settings.environments, streams, &mut shared, queue);
        let targets: Vec<Target> = settings
            .targets
            .iter()
            .zip(0..)
            .map(|(target, position)| Target::new(position, target, streams, (&mut shared, queue)))
            .collect();
        let submitters = Self::submitters(settings, streams, queue);
        Self {
            submitters,
            images,
            touched: vec![true; targets.len()],
            touched_list: settings
                .targets
                .iter()
                .zip(0..)
                .map(|(_, position)| position)
                .collect(),
            targets,
            shared,
        }
    }

    fn submitters(
        settings: &WorldSettings,
        streams: Streams,
        queue: &mut EventQueue,
    ) -> Vec<Submitter> {
        let pulls: Vec<&Distribution> = settings
            .environments
            .iter()
            .map(|environment| &environment.image_pull)
            .collect();
        let start = |workload: &WorkloadSettings| {
            let mut source = WorkloadSource::new(workload, &pulls, settings.horizon, streams);
            let next = source.next();
            queue.add_source(next.map_or(SimTime::NEVER, |run| run.at));
            let limit = workload
                .max_duration
                .or(settings.targets[workload.target].max_run_duration);
            let target = u32::try_from(workload.target).expect("fewer than 2^32 targets");
            Submitter {
                source,
                next,
                submitted: 0,
                target,
                limit,
            }
        };
        settings.workloads.iter().map(start).collect()
    }

    #[inline]
    fn touch(&mut self, target: u32) {
        if !std::mem::replace(&mut self.touched[target as usize], true) {
            self.touched_list.push(target);
        }
    }

    /// Takes the next run of a workload in: refused, waiting for its image, or queued.
    #[inline]
    fn submit(&mut self, now: SimTime, workload: usize, queue: &mut EventQueue) {
        let submitter = &mut self.submitters[workload];
        let submission = submitter
            .next
            .take()
            .expect("a source is due only while it has a submission");
        submitter.next = submitter.source.next();
        queue.set_source(
            workload,
            submitter.next.map_or(SimTime::NEVER, |run| run.at),
        );
        let run = Run {
            stage: Stage::Preparing,
            workload: u32::try_from(workload).expect("fewer than 2^32 workloads"),
            target: submitter.target,
            position: submitter.submitted,
            submission,
            limit: submitter.limit,
            queued: now,
            assigned: now,
            startup: SimDuration::ZERO,
            other_nodes: Vec::new(),
            lead: 0,
        };
        submitter.submitted += 1;
        let target = &mut self.targets[run.target as usize];
        if submission.nodes > target.most_nodes() {
            target.collector().count(&run, None, now, RunStatus::Failed);
            if R::DETAILED {
                self.shared
                    .recorder
                    .run(shared::record(&run, RunStatus::Failed, Some(now)));
            }
            return;
        }
        target.expect();
        let id = self.shared.runs.insert(run);
        let waits = submission
            .environment
            .is_some_and(|image| self.images.waits(now, id, image, queue));
        if !waits {
            self.enqueue(now, id);
        }
    }

    #[inline]
    fn enqueue(&mut self, now: SimTime, id: RunId) {
        let run = &mut self.shared.runs[id];
        run.stage = Stage::Queued;
        run.queued = now;
        let target = run.target;
        self.targets[target as usize].enqueue(id, &self.shared);
        self.touch(target);
    }

    /// Ends what has not ended, closes every target's accounts and gathers the statistics.
    fn finish(mut self, end: End, queue_operations: u64) -> Outcome<R> {
        let horizon = self.shared.window.horizon;
        for id in self.shared.runs.live() {
            let run = &self.shared.runs[id];
            let target = run.target as usize;
            if run.stage == Stage::Assigned {
                assert_eq!(end, End::Cut, "only a cut leaves runs on their nodes");
                self.targets[target].cut_run(id, horizon, &mut self.shared);
            } else {
                self.targets[target]
                    .collector()
                    .count(run, None, horizon, RunStatus::Unfinished);
                if R::DETAILED {
                    let mut record = shared::record(run, RunStatus::Unfinished, None);
                    record.queued = (run.stage == Stage::Queued).then_some(run.queued);
                    self.shared.recorder.run(record);
                }
            }
        }
        let all_runs = match self.targets.as_mut_slice() {
            [only] => only.collector().finish(),
            several => {
                let mut all = Collector::new(self.shared.window);
                for target in several {
                    all.merge(target.collector());
                }
                all.finish()
            }
        };
        let targets: Vec<TargetResult> = self
            .targets
            .into_iter()
            .map(|target| target.finish(&mut self.shared))
            .collect();
        let result = ReplicationResult {
            targets,
            all_runs,
            ..ReplicationResult::default()
        };
        Outcome {
            result,
            recorder: self.shared.recorder,
            queue_operations,
        }
    }
}

/// Ranks of events within an instant: docs/semantics.md section 1; those of targets are with them.
const RANK_IMAGE_READY: u8 = 1;
const RANK_SUBMISSION: u8 = 4;

impl<R: Recorder> Model for World<R> {
    fn order(&self, event: Event) -> (u8, u32, u64) {
        match event {
            Event::Source(workload) => (
                RANK_SUBMISSION,
                u32::try_from(workload).unwrap_or(u32::MAX),
                0,
            ),
            Event::Timer(timer) => match self.shared.owner(timer) {
                Owner::Image(position) => (RANK_IMAGE_READY, position, 0),
                Owner::Target { target, part } => {
                    let (rank, id) = self.targets[target as usize].order(part);
                    (rank, target, id)
                }
            },
        }
    }

    #[inline]
    fn apply(&mut self, now: SimTime, event: Event, queue: &mut EventQueue) {
        match event {
            Event::Source(workload) => self.submit(now, workload, queue),
            Event::Timer(timer) => match self.shared.owner(timer) {
                Owner::Target { target, part } => {
                    self.targets[target as usize].fire(now, part, &mut self.shared, queue);
                    self.touch(target);
                }
                Owner::Image(position) => {
                    for id in self.images.ready(position) {
                        self.enqueue(now, id);
                    }
                }
            },
        }
    }

    #[inline]
    fn decide(&mut self, now: SimTime, queue: &mut EventQueue) {
        if self.touched_list.len() > 1 {
            self.touched_list.sort_unstable();
        }
        for place in 0..self.touched_list.len() {
            let target = self.touched_list[place] as usize;
            self.touched[target] = false;
            self.targets[target].decide(now, &mut self.shared, queue);
        }
        self.touched_list.clear();
    }
}
