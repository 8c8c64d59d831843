//! What a cluster has at an instant for its timeline, and how its accounts are closed.

use super::Cluster;
use crate::model::fleet::Power;
use crate::model::recorder::Recorder;
use crate::model::run::RunId;
use crate::model::shared::{Ending, Shared};
use crate::results::{Levels, RunStatus, TargetResult};
use crate::units::SimTime;

impl Cluster {
    pub(super) fn levels(&self) -> Levels<u32> {
        let system_nodes = self.policy.as_ref().map_or(0, |policy| policy.system_nodes);
        Levels {
            system: if self.power() == Power::Off {
                0
            } else {
                system_nodes
            },
            queued_runs: self.queue.runs(),
            queued_nodes: u32::try_from(self.queue.nodes()).unwrap_or(u32::MAX),
            ..self.fleet.levels()
        }
    }

    /// Accounts for a run still on its nodes when everything stops at `now`, and ends it.
    pub(in crate::model) fn cut_run<R: Recorder>(
        &mut self,
        run: RunId,
        now: SimTime,
        shared: &mut Shared<R>,
    ) {
        let lead = shared.runs[run].lead;
        let status = RunStatus::Unfinished;
        self.end_run(Ending { run, status, now }, lead, shared);
    }

    /// Closes the accounts at the target's own end, where leases still open are closed.
    pub(in crate::model) fn finish<R: Recorder>(mut self, shared: &mut Shared<R>) -> TargetResult {
        let end = self.fleet.close();
        let (mini_batches_failed, items_done) = self.collector.pieces();
        TargetResult {
            runs: self.collector.finish(),
            standstill: self.progress.given_up(),
            mini_batches_failed,
            items_done,
            ..self.fleet.finish(end, shared)
        }
    }
}
