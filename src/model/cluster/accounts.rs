//! What a cluster has at an instant for its timeline, and how its accounts are closed.

use super::Cluster;
use crate::model::fleet::Power;
use crate::model::recorder::Recorder;
use crate::model::shared::Shared;
use crate::results::{Levels, TargetResult};

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

    /// Closes the accounts at the target's own end, where leases still open are closed.
    pub(in crate::model) fn finish<R: Recorder>(mut self, shared: &mut Shared<R>) -> TargetResult {
        let end = self.fleet.close();
        let (mini_batches_failed, items_done) = self.collector.pieces();
        let least = self.collector.need.least(self.fleet.billed(self.boot));
        TargetResult {
            least: Some(self.fleet.balance(least)),
            elasticity: Some(self.meter.finish()),
            week: self.collector.take_week(),
            runs: self.collector.finish(),
            standstill: self.progress.given_up(),
            mini_batches_failed,
            items_done,
            ..self.fleet.finish(end, shared)
        }
    }
}
