//! How a managed cluster follows its queue: nodes are asked for, kept to spare, and released when they were idle for their
//! time. Rules: docs/semantics.md section 3.3 and 3.4.

use super::{Cluster, Supply};
use crate::autoscale::QueueDriven;
use crate::engine::{EventQueue, Timer};
use crate::model::parts::Part;
use crate::model::recorder::Recorder;
use crate::model::settings::ClusterSettings;
use crate::model::shared::Shared;
use crate::units::{SimDuration, SimTime};

/// Nodes that are kept beyond demand, while there is some and for a while after.
#[derive(Debug)]
pub(super) struct Spare {
    nodes: u32,
    /// For how long after demand was last above 0.
    after: SimDuration,
    /// Until when; for ever while there is demand.
    until: SimTime,
    /// Nodes wanted beyond demand, now.
    wanted: u32,
    timer: Timer,
}

impl Spare {
    pub(super) fn new(
        settings: &ClusterSettings,
        new_timer: &mut impl FnMut(Part) -> Timer,
    ) -> Option<Self> {
        (settings.spare_nodes > 0).then(|| Self {
            nodes: settings.spare_nodes,
            after: settings.idle_before_scale_down.mean(),
            until: SimTime::ZERO,
            wanted: 0,
            timer: new_timer(Part::Spare),
        })
    }

    /// Sees the demand of an instant; the nodes to spare.
    #[cold]
    fn see(&mut self, now: SimTime, demand: u64, queue: &mut EventQueue) -> u32 {
        if demand > 0 {
            self.until = SimTime::NEVER;
            queue.park(self.timer);
        } else if self.until == SimTime::NEVER {
            self.until = now + self.after;
            queue.set(self.timer, self.until);
        }
        self.wanted = if now < self.until { self.nodes } else { 0 };
        self.wanted
    }
}

impl Cluster {
    /// Nodes it is to have.
    #[inline(always)]
    fn desired(&self, demand: u64, spare_nodes: u32) -> u32 {
        let scaling = QueueDriven {
            demand,
            spare_nodes,
            min_nodes: self.min_nodes,
            max_nodes: self.max_nodes,
        };
        scaling.nodes()
    }

    /// Nodes it would ask for at once.
    pub(super) fn lacks(&self) -> u32 {
        let spare_nodes = self.spare.as_ref().map_or(0, |spare| spare.wanted);
        let desired = self.desired(self.demand(), spare_nodes);
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
        let demand = self.demand();
        let spare_nodes = match &mut self.spare {
            Some(spare) => spare.see(now, demand, queue),
            None => 0,
        };
        let (desired, size) = (self.desired(demand, spare_nodes), self.fleet.size());
        if desired > size {
            if self.supply == Supply::OwnPass {
                self.request_nodes(now, desired - size, shared, queue);
            }
        } else if desired < size {
            self.release(now, desired, shared, queue);
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

    /// Sets the timers of nodes that went idle at this instant; a cluster of fixed size never releases any, and one with a
    /// policy only when that says so.
    #[inline(always)]
    pub(super) fn arm_idle_timers(&mut self, now: SimTime, queue: &mut EventQueue) {
        if self.keeps_idle {
            return;
        }
        let nodes = &self.fleet.nodes;
        for idle in self.fleet.idle.take_fresh() {
            if !idle.armed && idle.until > now {
                idle.armed = true;
                queue.set(nodes[idle.node].slot.timer, idle.until);
            }
        }
    }
}
