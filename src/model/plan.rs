//! How long runs are planned to be on their nodes: what queues that let runs pass a blocked head plan with. Rules:
//! docs/semantics.md section 3.2.1.

use super::recorder::Recorder;
use super::run::RunId;
use super::shared::Shared;
use crate::units::SimDuration;

/// Nothing is planned to take less, and what is overdue is planned to end after this.
pub(super) const LEAST: SimDuration = SimDuration::from_secs(1);

impl<R: Recorder> Shared<R> {
    /// The estimate of the Running time of a run's attempt: what is left of it, at most the limit of the run or its target.
    pub(super) fn estimate(&self, id: RunId, of_target: Option<SimDuration>) -> SimDuration {
        let run = &self.runs[id];
        let terms = &self.terms[run.workload as usize];
        let submitted = run.submission;
        let whole = if submitted.estimate.is_zero() {
            terms.estimate.of(submitted.duration)
        } else {
            submitted.estimate
        };
        let saved = if run.has_past() {
            self.runs.past(id).saved
        } else {
            SimDuration::ZERO
        };
        let left = SimDuration(whole.0.saturating_sub(saved.0));
        left.max(LEAST).min(terms.limit(of_target))
    }

    /// How long a run is planned to be on its nodes: the mean of its stages round its estimate. Its image counts as missing.
    pub(super) fn planned(&self, id: RunId, of_target: Option<SimDuration>) -> SimDuration {
        let run = &self.runs[id];
        let terms = &self.terms[run.workload as usize];
        let image = run.submission.environment;
        let pull = image.map_or(SimDuration::ZERO, |image| self.pulls[image as usize]);
        let restarts = run.is_again();
        let restart = if restarts {
            terms.restart
        } else {
            SimDuration::ZERO
        };
        pull + terms.around + restart + self.estimate(id, of_target)
    }
}
