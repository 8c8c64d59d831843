//! The begin of a drain, which is not begun if it cannot end in time. Rules: docs/semantics.md section 7.

use super::World;
use super::recorder::Recorder;
use crate::engine::{self, LATEST, Work};
use crate::workload::OnLoss;

impl<R: Recorder> World<R> {
    /// The drain begins, unless more work waits for a target than it can do before simulated time ends.
    pub(super) fn begin_drain(&self, work: &mut Work<'_>) {
        work.begin_drain();
        work.count(usize::try_from(self.shared.runs.live_count()).unwrap_or(usize::MAX));
        let mut waiting = vec![0; self.targets.len()];
        for run in self.shared.runs.queued() {
            let on_loss = self.shared.terms[run.workload as usize].on_loss;
            // One that fails when it is lost may take less.
            if on_loss != OnLoss::Fail {
                let nodes = u128::from(run.submission.nodes);
                waiting[run.target as usize] += nodes * u128::from(run.running.0);
            }
        }
        let time = u128::from(LATEST.0.saturating_sub(self.shared.window.horizon.0));
        for (target, waiting) in self.targets.iter().zip(waiting) {
            let most = target.most_at_work();
            if most.is_some_and(|nodes| waiting > u128::from(nodes) * time) {
                engine::give_up_at_latest(work, target.remedy());
            }
        }
    }
}
