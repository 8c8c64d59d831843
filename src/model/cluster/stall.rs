//! A cluster whose runs wait for nodes that its policy never gives them. Rules: docs/semantics.md section 7.

use super::Cluster;
use super::policy::Policy;
use crate::engine::EventQueue;
use crate::model::fleet::Counts;
use crate::model::recorder::Recorder;
use crate::model::shared::Shared;
use crate::results::{Standstill, WaitsFor};
use crate::units::SimTime;

impl Cluster {
    /// After an evaluation that let `went` nodes go: from the horizon on, one that leaves the queue with no run at work came to
    /// nothing if it let nodes go, or if none is on its way either.
    pub(super) fn judge<R: Recorder>(
        &mut self,
        policy: &mut Policy,
        (now, went): (SimTime, u64),
        shared: &Shared<R>,
        queue: &mut EventQueue,
    ) {
        let Some(head) = self.queue.head().filter(|_| now >= shared.window.horizon) else {
            return;
        };
        let is_at_work = self.fleet.marked > 0 || self.fleet.occupied > 0;
        let is_coming = now < policy.operating_until || self.fleet.provisioning > 0;
        if is_at_work || (is_coming && went == 0) {
            return;
        }
        let (runs, nodes) = (self.queue.runs(), self.fleet.size());
        self.progress.fail(|tries| Standstill {
            at: now,
            waits_for: WaitsFor::Nodes,
            runs,
            head_nodes: head.nodes,
            nodes,
            tries,
        });
        if self.progress.given_up().is_some() {
            queue.park(policy.evaluation_timer);
            policy.paused = Some(now);
            policy.withheld = Counts::default();
        }
    }
}

impl Policy {
    /// A cluster that was given up and to which a run came goes on at its next evaluation after `last`.
    pub(super) fn go_on(&mut self, now: SimTime, last: SimTime, queue: &mut EventQueue) {
        let passed = now.since(last).0 / self.interval.0;
        let next = last + self.interval * (passed + 1);
        queue.set(self.evaluation_timer, next);
    }
}
