//! How runs take nodes: heads in the queue's order, and what a start does.

use super::{Cluster, Supply};
use crate::engine::EventQueue;
use crate::model::node::NodeState;
use crate::model::recorder::Recorder;
use crate::model::run_queue::Queued;
use crate::model::shared::Shared;
use crate::units::SimTime;

impl Cluster {
    /// Starts runs strictly in the queue's order: a head that does not fit blocks those behind it.
    #[inline(always)]
    pub(super) fn dispatch<R: Recorder>(
        &mut self,
        now: SimTime,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        while let Some(head) = self.queue.head() {
            if self.supply == Supply::OneRun {
                self.provide(now, head.nodes, shared, queue);
            }
            if head.nodes > self.idle.len() || !queue.work.step() {
                return;
            }
            self.queue.pop(&mut queue.work);
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
        let lead = self.idle.take().node;
        let mut pulls = self.occupy(lead, run.submission.environment);
        for _ in 1..head.nodes {
            let idle = self.idle.take();
            if idle.armed {
                queue.park(self.nodes[idle.node].timer);
            }
            pulls |= self.occupy(idle.node, run.submission.environment);
            self.nodes[idle.node].lead = lead;
            self.nodes[lead].others.push(idle.node);
        }
        self.occupied += head.nodes;
        run.assign(now, (lead, pulls), self.clock.read(now));
        let mut ends = run.ends();
        if run.has_past {
            ends = shared.add_restart(head.run);
        }
        let node = &mut self.nodes[lead];
        node.lead = lead;
        node.run = Some(head.run);
        queue.set(node.timer, ends);
    }

    /// Takes an idle node; whether it has to pull the image.
    #[inline]
    fn occupy(&mut self, place: u32, environment: Option<u32>) -> bool {
        let node = &mut self.nodes[place];
        node.state = NodeState::Occupied;
        environment.is_some_and(|image| node.images.pull(image))
    }
}
