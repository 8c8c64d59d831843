//! How runs take nodes: heads in the queue's order, and what a start does.

use super::{Cluster, Supply};
use crate::engine::EventQueue;
use crate::model::recorder::Recorder;
use crate::model::run_queue::Queued;
use crate::model::shared::Shared;
use crate::units::SimTime;

impl Cluster {
    /// Starts runs in the queue's order. Behind a head that does not fit those start that the discipline lets pass.
    #[inline(always)]
    pub(super) fn dispatch<R: Recorder>(
        &mut self,
        now: SimTime,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        while let Some(head) = self.queue.head() {
            let fits = head.nodes <= self.fleet.idle.len()
                || (self.supply == Supply::OneRun && self.provide(now, head.nodes, shared, queue));
            if !fits || !queue.work.step() {
                if self.plans() {
                    self.backfill(now, shared, queue);
                }
                return;
            }
            self.queue.pop();
            self.start(now, head, shared, queue);
        }
    }

    #[inline(always)]
    pub(super) fn start<R: Recorder>(
        &mut self,
        now: SimTime,
        head: Queued,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        let run = &mut shared.runs[head.run];
        let image = run.submission.environment;
        let fleet = &mut self.fleet;
        fleet.occupied += head.nodes;
        let lead = fleet.idle.take().node;
        let mut pulls = false;
        if head.nodes > 1 {
            pulls = fleet.occupy_others(lead, head.nodes - 1, image);
        }
        let (node, pulls_too) = fleet.occupy(lead, image);
        node.slot.lead = lead;
        node.slot.run = Some(head.run);
        run.assign(now, (lead, pulls | pulls_too), self.clock.read(now));
        let (timer, mut ends) = (node.slot.timer, run.ends());
        if run.has_past() {
            ends = shared.add_restart(head.run);
        }
        queue.set(timer, ends);
    }
}
