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
        let fleet = &mut self.fleet;
        let lead = fleet.idle.take().node;
        let mut pulls = fleet.occupy(lead, run.submission.environment);
        for _ in 1..head.nodes {
            let other = fleet.idle.take().node;
            pulls |= fleet.occupy(other, run.submission.environment);
            fleet.nodes[other].slot.lead = lead;
            fleet.nodes[lead].slot.others.push(other);
        }
        fleet.occupied += head.nodes;
        run.assign(now, (lead, pulls), self.clock.read(now));
        let mut ends = run.ends();
        if run.has_past {
            ends = shared.add_restart(head.run);
        }
        let slot = &mut self.fleet.nodes[lead].slot;
        slot.lead = lead;
        slot.run = Some(head.run);
        queue.set(slot.timer, ends);
    }
}
