//! Nodes that live for one run, as analytics units do: they are there when all of them are, and go when it ends. Rules:
//! docs/targets.md 2.2.

use super::Cluster;
use crate::engine::EventQueue;
use crate::model::fleet::Use;
use crate::model::recorder::Recorder;
use crate::model::shared::Shared;
use crate::units::SimTime;

impl Cluster {
    /// Gets the nodes of the run at the head of the queue, if there may be as many; whether there are.
    #[cold]
    pub(super) fn provide<R: Recorder>(
        &mut self,
        now: SimTime,
        nodes: u32,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) -> bool {
        let fleet = &mut self.fleet;
        if nodes > self.max_nodes - fleet.occupied {
            return false;
        }
        for _ in 0..nodes {
            let place = fleet.add_node(now, Use::Runs, shared, queue);
            fleet.begin_life(place, now, queue);
        }
        fleet.idle.settle();
        fleet.ledger.count_spin_ups(now, nodes);
        true
    }

    /// Lets the nodes of a run go that has ended, of which `lead` is the first.
    #[cold]
    pub(super) fn give_back<R: Recorder>(
        &mut self,
        now: SimTime,
        lead: u32,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        let places = self.fleet.nodes.of_run(lead);
        self.fleet.nodes[lead].slot.others.clear();
        for place in places {
            self.fleet.let_go(place, now, shared, queue);
        }
    }
}
