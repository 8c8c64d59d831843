//! What quotas ask of a cluster and do to it; who gets what is decided elsewhere. Rules: docs/semantics.md section 3.7.

use super::Cluster;
use crate::autoscale::queue_driven;
use crate::model::recorder::Recorder;
use crate::model::shared::Shared;
use crate::units::SimTime;

impl Cluster {
    /// Nodes that hold quota: all from their request until they are gone.
    pub(in crate::model) fn holding(&self) -> u32 {
        self.allocated() + self.leaving_nodes
    }

    /// Nodes of these that are leaving.
    pub(in crate::model) fn leaving(&self) -> u32 {
        self.leaving_nodes
    }

    /// Nodes it would ask for if no quota withheld them.
    pub(in crate::model) fn wanted(&self) -> u32 {
        queue_driven(self.view()).saturating_sub(self.allocated())
    }

    /// When the run at the head of its queue first joined it.
    pub(in crate::model) fn head_since<R: Recorder>(&self, shared: &Shared<R>) -> Option<SimTime> {
        self.queue.head().map(|head| shared.runs[head.run].queued)
    }

    /// Nodes that its head lacks and could get but for quota; 0 where it does not wait for quota.
    pub(in crate::model) fn starved_of(&self) -> u32 {
        let head = self.queue.head().map_or(0, |head| head.nodes);
        let lacks = head.saturating_sub(self.idle.len() + self.provisioning);
        lacks.min(self.wanted())
    }

    /// Most nodes it may have with so many more within its quotas.
    pub(in crate::model) fn room(&self, more: u64) -> u64 {
        u64::from(self.max_nodes).min(u64::from(self.allocated()).saturating_add(more))
    }
}
