//! The model: compute targets, the runs submitted to them, and the rules by which both live. No files, threads or money.
//!
//! [`simulate`] runs one replication of one variant. The rules are those of docs/semantics.md; the world hands each event to
//! its owner and asks the targets that were touched to decide.

mod attempt;
mod by_workload;
mod charging;
mod closing;
mod cluster;
mod collector;
mod drain;
mod elasticity;
mod fan_outs;
mod fleet;
mod images;
mod instance;
mod labeled;
mod lease_billing;
mod ledger;
mod line;
mod need;
mod node_loss;
mod parts;
mod plan;
mod progress;
mod quota;
mod quota_heads;
mod quota_units;
mod recorder;
mod routing;
mod run;
mod run_queue;
pub mod settings;
mod shared;
mod submitter;
mod tallies;
mod target;
mod wait_clock;

pub use recorder::{Detailed, Recorder, Silent};

use crate::engine::streams::Streams;
use crate::engine::{self, Event, EventQueue, Halt, Model, Work};
use crate::results::{ReplicationResult, RunStatus};
use crate::units::{SimDuration, SimTime};
use images::ImageBuilds;
use quota::Quotas;
use run::{RunId, Stage};
use settings::{End, WorldSettings};
use shared::{Ending, Owner, Shared, end_off_nodes};
use submitter::{Submitter, terms};
use tallies::Tallies;
use target::Target;

/// What one replication left, and what its recorder kept.
pub struct Outcome<R> {
    /// The statistics; what the recorder kept is not in them.
    pub result: ReplicationResult,
    /// The recorder.
    pub recorder: R,
    /// Operations on the event queue.
    pub queue_operations: u64,
}

/// Simulates one replication; the error says why it was not done, such as that `go_on` said no.
pub fn simulate<R: Recorder>(
    settings: &WorldSettings,
    streams: Streams,
    recorder: R,
    go_on: &dyn Fn() -> bool,
) -> Result<Outcome<R>, Halt> {
    let mut queue = EventQueue::new(Work::new(go_on));
    let mut world = World::new(settings, streams, recorder, &mut queue);
    world.decide(SimTime::ZERO, &mut queue);
    world.run(settings.horizon, &mut queue)?;
    if settings.end == End::Drain {
        world.begin_drain(&mut queue.work);
        world.run(SimTime::NEVER, &mut queue)?;
    }
    world.finish(settings.end, &mut queue)
}

/// In place of a target: none was touched.
const NONE: u32 = u32::MAX;
/// In place of a target: several were touched, or quotas are given out in each instant.
const SEVERAL: u32 = u32::MAX - 1;

/// The state of one replication.
struct World<R> {
    submitters: Vec<Submitter>,
    targets: Vec<Target>,
    images: ImageBuilds,
    /// The only target that was touched in this instant; [`NONE`], or [`SEVERAL`].
    touched: u32,
    /// Those where they are several, some perhaps more than once.
    all_touched: Vec<u32>,
    quotas: Quotas,
    /// Whether any workload has several targets.
    has_routes: bool,
    /// Longest Running time on each target, of runs without a limit of their own.
    limits: Vec<Option<SimDuration>>,
    shared: Shared<R>,
}

impl<R: Recorder> World<R> {
    fn new(
        settings: &WorldSettings,
        streams: Streams,
        recorder: R,
        queue: &mut EventQueue,
    ) -> Self {
        let all_terms = settings.workloads.iter().map(terms).collect();
        let pulls = settings.environments.iter();
        let pulls = pulls.map(|image| image.image_pull.mean()).collect();
        let in_common = (all_terms, pulls, Tallies::new(settings));
        let mut shared = Shared::new(settings.cuts(), in_common, recorder);
        shared.week.clone_from(&settings.week);
        let quotas = Quotas::new(settings);
        let images = ImageBuilds::new(&settings.environments, streams, &mut shared, queue);
        let mut targets = Vec::new();
        for (position, target) in (0..).zip(&settings.targets) {
            let context = (&mut shared, &mut *queue);
            let quota = quotas.most_nodes(position as usize, settings);
            targets.push(Target::new(position, (target, quota), streams, context));
        }
        let mut submitters = Vec::new();
        for workload in (0..).zip(&settings.workloads) {
            let mut submitter = Submitter::new(workload, settings, streams);
            let first = submitter.draw(&mut shared.runs, &mut queue.work);
            queue.add_source(first);
            submitters.push(submitter);
        }
        Self {
            submitters,
            images,
            touched: SEVERAL,
            all_touched: (0..).zip(&targets).map(|(target, _)| target).collect(),
            targets,
            quotas,
            has_routes: settings
                .workloads
                .iter()
                .any(|workload| workload.targets.len() > 1),
            limits: settings
                .targets
                .iter()
                .map(|target| target.max_run_duration)
                .collect(),
            shared,
        }
    }

    /// Simulates what is before `until`. It is the one copy of the loop.
    #[inline(never)]
    fn run(&mut self, until: SimTime, queue: &mut EventQueue) -> Result<(), Halt> {
        engine::advance(self, queue, until, |_| true)
            .map_err(|halt| halt.with(self.shared.runs.live_count()))
    }

    #[inline(always)]
    fn touch(&mut self, target: u32) {
        if self.touched == NONE {
            self.touched = target;
        } else if self.touched != target {
            self.touch_another(target);
        }
    }

    #[inline(never)]
    fn touch_another(&mut self, target: u32) {
        if self.touched != SEVERAL {
            self.all_touched.push(self.touched);
            self.touched = SEVERAL;
        }
        self.all_touched.push(target);
    }

    /// Takes the next run of a workload in: refused, waiting for its image, or queued.
    #[inline(always)]
    fn submit(&mut self, now: SimTime, workload: usize, queue: &mut EventQueue) {
        let submitter = &mut self.submitters[workload];
        let id = submitter.next;
        let id = id.expect("a source is due only while it has a run");
        let next = submitter.draw(&mut self.shared.runs, &mut queue.work);
        queue.set_source(workload, next);
        if self.has_routes && self.submitters[workload].targets.len() > 1 {
            self.submit_routed(now, (workload, id), queue);
            return;
        }
        let run = &mut self.shared.runs[id];
        let target = &mut self.targets[run.target as usize];
        if run.submission.nodes > target.most_nodes() {
            self.refuse(now, id);
            return;
        }
        target.expect();
        if run.submission.environment.is_some() || target.ranks() {
            self.submit_apart(now, id, queue);
            return;
        }
        let position = run.target;
        run.queue(now, 0);
        let decides = target.enqueue(now, (id, run));
        if decides || self.shared.recorder.keeps_levels() {
            self.touch(position);
        }
    }

    /// The same for a run with an image, or in a queue that orders by more than entry.
    #[inline(never)]
    fn submit_apart(&mut self, now: SimTime, id: RunId, queue: &mut EventQueue) {
        if !self.waits_for_image(now, id, queue) {
            self.join_queue(now, id);
        }
    }

    /// Whether a run waits for its image from now on.
    fn waits_for_image(&mut self, now: SimTime, id: RunId, queue: &mut EventQueue) -> bool {
        let run = &mut self.shared.runs[id];
        let Some(image) = run.submission.environment else {
            return false;
        };
        run.stage = Stage::Preparing;
        self.images.waits(now, id, image, queue)
    }

    /// Tells sources of the ends of their runs, which may bring their next run earlier.
    #[cold]
    #[inline(never)]
    fn tell_ends(&mut self, queue: &mut EventQueue) {
        for (workload, ended) in self.shared.take_ends() {
            let submitter = &mut self.submitters[workload as usize];
            let next = submitter.hear(ended, &mut self.shared.runs, &mut queue.work);
            queue.set_source(workload as usize, next);
        }
    }

    /// A run fails at submission, since its target can never have the nodes it asks for.
    fn refuse(&mut self, now: SimTime, id: RunId) {
        let status = RunStatus::Failed;
        self.end_off_nodes(Ending {
            run: id,
            status,
            now,
        });
    }

    /// Ends a run that is on no nodes.
    fn end_off_nodes(&mut self, ending: Ending) {
        let target = self.shared.runs[ending.run].target as usize;
        let collector = self.targets[target].collector();
        end_off_nodes(ending, &mut self.shared, collector);
    }

    /// A run whose image is ready goes to one of its targets, and joins the queue there.
    #[inline(never)]
    fn enqueue(&mut self, now: SimTime, id: RunId) {
        if self.has_routes {
            self.route(id);
        }
        self.join_queue(now, id);
    }

    /// A run that may start joins the queue of its target.
    fn join_queue(&mut self, now: SimTime, id: RunId) {
        let position = self.shared.runs[id].target;
        let target = &mut self.targets[position as usize];
        let rank = target.rank(id, &self.shared);
        let run = &mut self.shared.runs[id];
        run.queue(now, rank);
        let decides = target.enqueue(now, (id, run));
        if decides || self.shared.recorder.keeps_levels() {
            self.touch(position);
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

    #[inline(always)]
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
                        if !queue.work.step() {
                            return;
                        }
                        self.enqueue(now, id);
                    }
                }
            },
        }
        if self.shared.has_ends() {
            self.tell_ends(queue);
        }
    }

    #[inline(always)]
    fn decide(&mut self, now: SimTime, queue: &mut EventQueue) {
        let touched = std::mem::replace(&mut self.touched, NONE);
        if let Some(target) = self.targets.get_mut(touched as usize) {
            target.decide(now, &mut self.shared, queue);
        } else if touched == SEVERAL {
            self.decide_several(now, queue);
        }
        if self.shared.has_ends() {
            self.tell_ends(queue);
        }
    }
}

impl<R: Recorder> World<R> {
    /// The decisions of an instant in which several targets were touched, or in which there are quotas.
    #[inline(never)]
    fn decide_several(&mut self, now: SimTime, queue: &mut EventQueue) {
        let mut touched = std::mem::take(&mut self.all_touched);
        touched.sort_unstable();
        touched.dedup();
        if self.quotas.is_empty() {
            for &target in &touched {
                self.targets[target as usize].decide(now, &mut self.shared, queue);
            }
        } else {
            self.decide_under_quotas(now, &touched, queue);
        }
        touched.clear();
        self.all_touched = touched;
        if !self.quotas.is_empty() {
            self.touched = SEVERAL;
        }
    }

    /// The same where there are quotas, which are given out after the targets' own decisions.
    #[inline(never)]
    fn decide_under_quotas(&mut self, now: SimTime, touched: &[u32], queue: &mut EventQueue) {
        for &target in touched {
            self.quotas.see(target as usize, &self.targets);
        }
        for position in touched.iter().map(|target| *target as usize) {
            if self.targets[position].plans() {
                let free = self.quotas.free_nodes(position);
                self.targets[position].note_quota(free);
            }
            self.targets[position].decide(now, &mut self.shared, queue);
            self.quotas.see(position, &self.targets);
        }
        let context = (&mut self.shared, &mut *queue);
        self.quotas.pass(now, touched, &mut self.targets, context);
    }
}
