//! What the head of the queue waits for. Rules: docs/semantics.md section 3.8.

use super::{Cluster, Supply};
use crate::model::fleet::Power;
use crate::model::wait_clock::Cause;

impl Cluster {
    /// What the queue waits for from now on.
    #[inline(always)]
    pub(super) fn blocked(&self) -> Cause {
        match self.queue.head() {
            Some(head) if head.nodes <= self.fleet.free_or_coming() => Cause::Provisioning,
            Some(_) if self.power() == Power::Starting => Cause::Provisioning,
            Some(_) if self.supply == Supply::GivenOut && self.wanted() > 0 => Cause::Quota,
            _ => Cause::Capacity,
        }
    }

    /// Nodes that its head lacks beyond those that are idle or coming.
    pub(super) fn lacking(&self) -> u32 {
        let head = self.queue.head().map_or(0, |head| head.nodes);
        head.saturating_sub(self.fleet.free_or_coming())
    }
}
