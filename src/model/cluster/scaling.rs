//! How a managed cluster follows its queue: nodes are asked for, kept to spare, and released when they were idle for their
//! time. Rules: docs/semantics.md section 3.3 and 3.4.

use super::{Cluster, Supply};
use crate::autoscale::{Decision, Scaler as _, View};
use crate::engine::EventQueue;
use crate::model::recorder::Recorder;
use crate::model::shared::Shared;
use crate::units::SimTime;

impl Cluster {
    /// What there is to see of its nodes and its queue.
    #[inline(always)]
    pub(super) fn seen(&self, now: SimTime) -> View<'static> {
        View {
            now,
            occupied: self.fleet.occupied,
            idle: self.fleet.idle.len(),
            provisioning: self.fleet.provisioning,
            pending: u32::try_from(self.queue.nodes()).unwrap_or(u32::MAX),
            min_nodes: self.min_nodes,
            max_nodes: self.max_nodes,
            ..View::default()
        }
    }

    /// Nodes that it would request now.
    pub(super) fn lacks(&self) -> u32 {
        let desired = self.queue_driven.nodes(&self.seen(SimTime::ZERO));
        desired.saturating_sub(self.fleet.size())
    }

    /// Brings the nodes to what the queue needs.
    #[inline(always)]
    pub(super) fn follow_queue<R: Recorder>(
        &mut self,
        now: SimTime,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        if self.has_fixed_nodes {
            return;
        }
        let size = self.fleet.size();
        let no_more = self.queue.is_empty() && size >= self.min_nodes || size >= self.max_nodes;
        let no_fewer = self.idle_limit.is_none() || !self.fleet.may_release(now);
        if no_more && no_fewer && self.spare.is_none() {
            return;
        }
        let decision = self.queue_driven.ask(self.seen(now));
        if let Some(timer) = self.spare {
            queue.set(timer, self.queue_driven.due());
        }
        match decision {
            Decision::Add(count) => {
                if self.supply == Supply::OwnPass {
                    self.request_nodes(now, count, shared, queue);
                }
            }
            Decision::Remove(count) => {
                if self.fleet.may_release(now) {
                    self.release(now, self.fleet.size() - count, shared, queue);
                }
            }
            Decision::Keep | Decision::Tiers(_) => {}
        }
    }

    /// Asks for nodes at once, each with provisioning of its own.
    #[inline(always)]
    pub(super) fn request_nodes<R: Recorder>(
        &mut self,
        now: SimTime,
        count: u32,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        let counts = self.fleet.more(count);
        self.fleet.request((now, None), counts, shared, queue);
    }

    fn release<R: Recorder>(
        &mut self,
        now: SimTime,
        desired: u32,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        let fleet = &mut self.fleet;
        while fleet.size() > desired && queue.work.step() && fleet.cancel(now, shared, queue) {}
        while fleet.size() > desired && fleet.release_expired(now, shared, queue) {}
    }

    /// Waits for the next idle node to reach its limit; a cluster of fixed size never releases any, and one with a policy only
    /// when that says so.
    #[inline(always)]
    pub(super) fn await_idle_limit(&mut self, now: SimTime, queue: &mut EventQueue) {
        if let Some(limit) = &mut self.idle_limit {
            let next = self.fleet.idle.next_limit(now, &mut queue.work);
            if next != limit.due {
                limit.due = next;
                queue.set(limit.timer, next);
            }
        }
    }
}
