//! What quotas ask of a cluster and do to it; who gets what is decided elsewhere. Rules: docs/semantics.md section 3.7.

use super::Cluster;
use crate::engine::{EventQueue, Work};
use crate::model::fleet::{Counts, Power};
use crate::model::recorder::Recorder;
use crate::model::shared::Shared;
use crate::units::SimTime;

impl Cluster {
    /// Nodes that hold quota: all from their request until they are gone. One that is off keeps that of its first nodes.
    pub(in crate::model) fn holding(&self) -> u32 {
        let system_nodes = self.policy.as_ref().map_or(0, |policy| policy.system_nodes);
        if self.power() == Power::Off {
            return system_nodes + self.min_nodes;
        }
        system_nodes + self.fleet.size() + self.fleet.marked + self.fleet.leaving_nodes
    }

    /// Nodes of these that are leaving.
    pub(in crate::model) fn leaving(&self) -> u32 {
        self.fleet.leaving_nodes
    }

    /// Nodes it would ask for if no quota withheld them.
    pub(in crate::model) fn wanted(&self) -> u32 {
        match &self.policy {
            Some(policy) => policy.withheld.all(),
            None => self.lacks(),
        }
    }

    /// Asks for nodes for which there is quota.
    pub(in crate::model) fn take_quota<R: Recorder>(
        &mut self,
        now: SimTime,
        count: u32,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        let Some(policy) = &mut self.policy else {
            self.request_nodes(now, count, shared, queue);
            return;
        };
        let withheld = &mut policy.withheld;
        let dedicated = withheld.dedicated.min(count);
        let low = count - dedicated;
        withheld.dedicated -= dedicated;
        withheld.low -= low;
        let over = policy.begin_operation(now);
        let counts = Counts { dedicated, low };
        self.fleet.request((now, over), counts, shared, queue);
    }

    /// Whether it has an idle node to release for others: one that has reached its idle limit. A policy lets none go.
    pub(in crate::model) fn may_give_way(&mut self, now: SimTime, work: &mut Work<'_>) -> bool {
        self.policy.is_none() && self.fleet.idle.has_expired(now, work)
    }

    /// Releases the longest idle node that has reached its idle limit, for others; whether there was one.
    pub(in crate::model) fn give_way<R: Recorder>(
        &mut self,
        now: SimTime,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) -> bool {
        self.fleet.release_expired(now, shared, queue)
    }

    /// When the run at the head of its queue first joined it.
    pub(in crate::model) fn head_since<R: Recorder>(&self, shared: &Shared<R>) -> Option<SimTime> {
        self.queue.head().map(|head| shared.runs[head.run].queued)
    }

    /// Nodes that its head lacks and could get but for quota; 0 where it does not wait for quota.
    pub(in crate::model) fn starved_of(&self) -> u32 {
        self.lacking().min(self.wanted())
    }

    /// Most nodes it may have with this many more within its quotas.
    pub(in crate::model) fn room(&self, more: u64) -> u64 {
        u64::from(self.max_nodes.min(self.most_wanted))
            .min(u64::from(self.fleet.size()).saturating_add(more))
    }
}
