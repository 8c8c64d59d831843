//! What happens when ready nodes are lost. Rules: docs/semantics.md section 5.

use super::Cluster;
use crate::engine::EventQueue;
use crate::model::fleet::NodeState;
use crate::model::parts::Part;
use crate::model::recorder::Recorder;
use crate::model::shared::Shared;
use crate::units::SimTime;

impl Cluster {
    /// Waits for the first losses of the log, if there is one.
    pub(super) fn watch_log<R: Recorder>(
        &mut self,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        let losses = self.fleet.losses.as_ref();
        let Some(losses) = losses.filter(|losses| !losses.is_by_node()) else {
            return;
        };
        let timer = shared.new_timer(self.target, Part::Log, queue);
        queue.set(timer, losses.next_of_log());
        self.log = Some(timer);
    }

    pub(super) fn lose_by_log<R: Recorder>(
        &mut self,
        now: SimTime,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        let mut ready = self.fleet.nodes.ready();
        ready.retain(|place| self.fleet.may_be_lost(*place));
        let (Some(losses), Some(timer)) = (&mut self.fleet.losses, self.log) else {
            unreachable!("the timer of the log belongs to losses");
        };
        queue.work.count(ready.len());
        let lost = losses.take_of_log(ready.len());
        queue.set(timer, losses.next_of_log());
        for (place, lost) in ready.into_iter().zip(lost) {
            if lost && queue.work.step() {
                self.lose(now, place, shared, queue);
            }
        }
    }

    /// A ready node is gone at once; the run on it ends its attempt.
    pub(super) fn lose<R: Recorder>(
        &mut self,
        now: SimTime,
        place: u32,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        match self.fleet.nodes[place].state {
            NodeState::Idle => {}
            NodeState::Occupied => self.interrupt_by_loss(now, place, shared, queue),
            // It was released, or lost to the log, at this very tick.
            NodeState::Preparing | NodeState::Leaving | NodeState::Gone => return,
        }
        if self.fleet.nodes[place].state == NodeState::Idle {
            self.fleet.take_from_idle(place, queue);
        }
        self.fleet.lose(place, now, shared, queue);
        if let Some(policy) = &mut self.policy {
            policy.lost_nodes = true;
        }
    }
}
