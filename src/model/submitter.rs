//! A workload while it runs: draws its next run ahead, and knows where its runs may go.

use super::attempt::Terms;
use super::fan_outs::FanOuts;
use super::run::{RunId, RunTable};
use super::settings::WorldSettings;
use crate::distribution::Distribution;
use crate::engine::Work;
use crate::engine::streams::Streams;
use crate::results::FanOutStatistics;
use crate::units::{SimDuration, SimTime};
use crate::workload::{Ended, OnLoss, Pieces, Submission, WorkloadSettings, WorkloadSource};

/// One workload as it runs.
pub(super) struct Submitter {
    source: WorkloadSource,
    /// Where runs are made of pieces.
    pieces: Option<Box<Pieces>>,
    /// Its next run, in the table already.
    pub(super) next: Option<RunId>,
    drawn: u64,
    /// Whether it is told of the ends of its runs.
    listens: bool,
    /// Where parents bring its runs, which are in statistics.
    fan_outs: Option<Box<FanOuts>>,
    workload: u32,
    /// The first of its targets.
    target: u32,
    /// Where its runs may go, in order.
    pub(super) targets: Vec<u32>,
    /// How fast its runs are on each of these, where that differs from 1.
    speeds: Box<[f64]>,
    /// Whether the duration of a run is not what is drawn for it: its pieces say it, or the speed of its only target.
    adjusts: bool,
    on_loss: OnLoss,
    /// Longest Running time of an attempt on its first target.
    limit: SimDuration,
}

impl Submitter {
    pub(super) fn new(
        (workload, settings): (u32, &WorkloadSettings),
        world: &WorldSettings,
        streams: Streams,
    ) -> Self {
        let pulls = world.environments.iter().map(|image| &image.image_pull);
        let pulls: Vec<&Distribution> = pulls.collect();
        let place = |target: &usize| u32::try_from(*target).expect("fewer than 2^32 targets");
        let targets: Vec<u32> = settings.targets.iter().map(place).collect();
        let of_target = world.targets[settings.targets[0]].max_run_duration;
        let source = WorkloadSource::new(settings, &pulls, world.horizon, streams);
        Self {
            listens: source.listens(),
            fan_outs: (settings.arrivals.fan_out().is_some() && !settings.background)
                .then(|| Box::new(FanOuts::new(workload, world.warmup))),
            source,
            pieces: settings
                .batch_inference
                .as_ref()
                .map(|pieces| Box::new(Pieces::new(pieces, streams, &settings.name))),
            next: None,
            drawn: 0,
            workload,
            target: targets[0],
            targets,
            speeds: settings.speeds.clone().into_boxed_slice(),
            adjusts: settings.batch_inference.is_some()
                || (settings.targets.len() == 1 && !settings.speeds.is_empty()),
            on_loss: settings.on_loss,
            limit: terms(settings).limit(of_target),
        }
    }

    /// Draws the next run; when it will be submitted, or never.
    #[inline(always)]
    pub(super) fn draw(&mut self, runs: &mut RunTable, work: &mut Work<'_>) -> SimTime {
        let Some(submission) = self.source.submission(work) else {
            self.next = None;
            return SimTime::NEVER;
        };
        self.place(submission, runs, work)
    }

    /// One of its runs has ended, which may bring the next one earlier, or one where there was none; when the next will be
    /// submitted.
    pub(super) fn hear(
        &mut self,
        ended: Ended,
        runs: &mut RunTable,
        work: &mut Work<'_>,
    ) -> SimTime {
        if let Some(fan_outs) = &mut self.fan_outs
            && let Some(submitted) = self.source.last_child(ended)
        {
            fan_outs.count(submitted, ended.at);
        }
        let pending = self.next.map(|id| runs[id].submission.at);
        match (self.source.hear(ended, pending), self.next) {
            (Some(at), Some(id)) => {
                runs[id].bring_forward(at);
                at
            }
            (Some(at), None) => {
                let submission = self.source.run_at(at);
                self.place(submission, runs, work)
            }
            (None, _) => SimTime::NEVER,
        }
    }

    /// What is counted of its fan-outs, where there are some.
    pub(super) fn finish(self) -> Option<FanOutStatistics> {
        let fan_outs = self.fan_outs?;
        Some(fan_outs.finish(self.source.open_parents()))
    }

    /// Puts the next run into the table; when it will be submitted.
    #[inline(always)]
    fn place(
        &mut self,
        submission: Submission,
        runs: &mut RunTable,
        work: &mut Work<'_>,
    ) -> SimTime {
        let id = runs.take_place(work);
        let run = &mut runs[id];
        let owners = [self.workload, self.target];
        run.begin(submission, owners, (self.drawn, self.listens));
        run.plan(submission.duration, self.limit, self.on_loss);
        self.drawn += 1;
        self.next = Some(id);
        if self.adjusts {
            self.adjust(id, runs, work);
        }
        submission.at
    }

    /// The next run takes as long as its pieces do, or as the speed of its only target makes it.
    #[cold]
    #[inline(never)]
    fn adjust(&mut self, id: RunId, runs: &mut RunTable, work: &mut Work<'_>) {
        let run = &mut runs[id];
        if let Some(pieces) = &mut self.pieces {
            let (duration, worked_off) = pieces.work_off(run.submission.nodes, work);
            run.submission.duration = duration;
            runs.remember_pieces(id, worked_off);
        }
        let run = &mut runs[id];
        run.submission.duration = self.duration_on(self.target, run.submission.duration);
        run.plan(run.submission.duration, self.limit, self.on_loss);
    }

    /// How long a run of this length takes on one of the targets.
    pub(super) fn duration_on(&self, target: u32, duration: SimDuration) -> SimDuration {
        let place = self.targets.iter().position(|own| *own == target);
        let speed = place.and_then(|place| self.speeds.get(place));
        speed.map_or(duration, |speed| duration.at_speed(*speed))
    }
}

/// What the runs of a workload have in common.
pub(super) fn terms(settings: &WorkloadSettings) -> Terms {
    Terms {
        on_loss: settings.on_loss,
        restart: settings.restart,
        background: settings.background,
        max_duration: settings.max_duration,
        estimate: settings.estimate,
        around: settings.setup.mean() + settings.finalize.mean(),
    }
}
