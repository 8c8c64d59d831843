//! The end of a replication: what has not ended ends, and every target closes its accounts.

use super::collector::Collector;
use super::run::Stage;
use super::settings::End;
use super::shared::Ending;
use super::submitter::Submitter;
use super::{Outcome, Recorder, World};
use crate::engine::{self, EventQueue, Halt};
use crate::results::{ReplicationResult, RunStatus, TargetResult};

impl<R: Recorder> World<R> {
    /// Ends what has not ended, closes every target's accounts and gathers the statistics.
    pub(super) fn finish(mut self, end: End, queue: &mut EventQueue) -> Result<Outcome<R>, Halt> {
        self.end_all(end, queue);
        queue.work.outcome()?;
        let several = (self.targets.len() != 1).then(|| {
            let mut all = Collector::new(self.shared.window);
            for target in &mut self.targets {
                all.merge(target.collector());
            }
            all.finish()
        });
        let mut targets: Vec<TargetResult> = self
            .targets
            .into_iter()
            .map(|target| target.finish(&mut self.shared))
            .collect();
        // The room of the targets themselves, which are larger, is not kept.
        targets.shrink_to_fit();
        let all_runs = several.unwrap_or_else(|| targets[0].runs.clone());
        let mut result = ReplicationResult {
            targets,
            all_runs,
            ..ReplicationResult::default()
        };
        self.shared.tallies.finish(&mut result);
        result.fan_outs = (self.submitters.into_iter())
            .filter_map(Submitter::finish)
            .collect();
        Ok(Outcome {
            result,
            recorder: self.shared.recorder,
            queue_operations: queue.operations(),
        })
    }

    /// Ends the runs that have not ended.
    fn end_all(&mut self, end: End, queue: &mut EventQueue) {
        let horizon = self.shared.window.horizon;
        // A drain leaves nothing to happen, unless that comes too late.
        let is_late = end == End::Drain && queue.has_more();
        for id in self.shared.runs.live() {
            if !queue.work.step() {
                return;
            }
            let run = &self.shared.runs[id];
            let target = run.target as usize;
            let ending = Ending {
                run: id,
                status: RunStatus::Unfinished,
                now: horizon,
            };
            if is_late {
                engine::give_up_at_latest(&mut queue.work, self.targets[target].remedy());
            } else if run.stage != Stage::Assigned {
                self.end_off_nodes(ending);
            } else if end == End::Cut {
                self.targets[target].end_run(ending, &mut self.shared);
            } else {
                // Only a cut leaves runs on their nodes, unless they end later than can be counted.
                engine::give_up_at_latest(&mut queue.work, self.targets[target].remedy());
            }
        }
    }
}
