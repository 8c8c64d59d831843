//! A workload while it runs: draws its next run ahead, and knows where its runs may go.

use super::attempt::Terms;
use super::run::{Run, RunId, RunTable};
use super::settings::WorldSettings;
use crate::distribution::Distribution;
use crate::engine::streams::Streams;
use crate::units::{SimDuration, SimTime};
use crate::workload::{OnLoss, WorkloadSettings, WorkloadSource};

/// One workload as it runs.
pub(super) struct Submitter {
    source: WorkloadSource,
    /// Its next run, in the table already.
    pub(super) next: Option<RunId>,
    drawn: u64,
    workload: u32,
    /// Where its runs may go, in order.
    pub(super) targets: Vec<u32>,
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
        let of_target = world.targets[settings.targets[0]].max_run_duration;
        Self {
            source: WorkloadSource::new(settings, &pulls, world.horizon, streams),
            next: None,
            drawn: 0,
            workload,
            targets: settings.targets.iter().map(place).collect(),
            on_loss: settings.on_loss,
            limit: terms(settings).limit(of_target),
        }
    }

    /// Draws the next run; when it will be submitted, or never.
    #[inline(always)]
    pub(super) fn draw(&mut self, runs: &mut RunTable) -> SimTime {
        let Some(submission) = self.source.submission() else {
            self.next = None;
            return SimTime::NEVER;
        };
        let owners = [self.workload, self.targets[0]];
        let mut run = Run::ahead(submission, owners, self.drawn);
        run.plan(submission.duration, self.limit, self.on_loss);
        self.drawn += 1;
        let id = runs.insert(run);
        if self.source.pieces_failed() > 0 {
            runs.remember_pieces(id, self.source.pieces_failed());
        }
        self.next = Some(id);
        submission.at
    }
}

/// What the runs of a workload have in common.
pub(super) fn terms(settings: &WorkloadSettings) -> Terms {
    Terms {
        on_loss: settings.on_loss,
        restart: settings.restart,
        background: settings.background,
        max_duration: settings.max_duration,
    }
}
