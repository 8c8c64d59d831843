//! How a cluster comes by nodes and lets them go: requests, cancellations, releases and the end of leases.

use super::{Cluster, Supply, loss};
use crate::category::Category;
use crate::engine::EventQueue;
use crate::model::node::NodeState;
use crate::model::recorder::Recorder;
use crate::model::settings::SurplusProvisioning;
use crate::model::shared::{Owner, Shared};
use crate::units::{SimDuration, SimTime};

impl Cluster {
    pub(super) fn add_node<R: Recorder>(
        &mut self,
        now: SimTime,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) -> u32 {
        let target = self.target;
        let lives = self.losses.as_ref().is_some_and(super::Losses::is_by_node);
        let mut new_timer = |part| {
            let timer = queue.add_timer();
            shared.own(timer, Owner::Target { target, part });
            timer
        };
        self.nodes.add(now, |place| {
            let timer = new_timer(place);
            (timer, lives.then(|| new_timer(loss::life_part(place))))
        })
    }

    /// Asks for so many nodes at once, each with provisioning of its own.
    pub(in crate::model) fn request_nodes<R: Recorder>(
        &mut self,
        now: SimTime,
        count: u32,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        for _ in 0..count {
            if !queue.work.step() {
                break;
            }
            let place = self.add_node(now, shared, queue);
            let allocated = self.allocation.lease_begin(now, &mut queue.work);
            let ready = allocated + self.boot.draw();
            let billed_from = if self.billing.boot { allocated } else { ready };
            let node = &mut self.nodes[place];
            (node.billed_from, node.ready) = (billed_from, ready);
            queue.set(node.timer, ready);
            if self.surplus == SurplusProvisioning::Cancel {
                self.cancellable.push(place);
            }
        }
        self.provisioning += count;
        self.ledger.count_spin_ups(now, count);
    }

    pub(super) fn release<R: Recorder>(
        &mut self,
        now: SimTime,
        desired: u32,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        while self.allocated() > desired && queue.work.step() {
            let Some(place) = self.cancellable.pop() else {
                break;
            };
            self.provisioning -= 1;
            self.extends = true;
            let billed_from = self.nodes[place].billed_from;
            if now > billed_from {
                self.let_go(place, now, shared, queue);
            } else {
                queue.park(self.nodes[place].timer);
                self.nodes.free(place);
            }
        }
        while self.allocated() > desired && self.release_expired(now, shared, queue) {}
    }

    /// Releases the longest idle node that has reached its idle limit; whether there was one.
    pub(in crate::model) fn release_expired<R: Recorder>(
        &mut self,
        now: SimTime,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) -> bool {
        if !queue.work.step() {
            return false;
        }
        let Some(idle) = self.idle.take_expired(now, &mut queue.work) else {
            return false;
        };
        self.extends = true;
        self.let_go(idle.node, now, shared, queue);
        true
    }

    /// Ends a node's lease; it is leaving, then gone.
    pub(super) fn let_go<R: Recorder>(
        &mut self,
        place: u32,
        now: SimTime,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        self.end_lease((place, false), now, shared);
        let leaving = self.leaving.draw();
        let node = &mut self.nodes[place];
        if let Some(life) = node.life {
            queue.park(life);
        }
        if leaving.is_zero() {
            queue.park(node.timer);
            self.nodes.free(place);
        } else {
            node.state = NodeState::Leaving;
            queue.set(node.timer, now + leaving);
            self.leaving_nodes += 1;
        }
    }

    /// Closes a lease at `now`, with its boot as far as it came, by a loss or otherwise.
    pub(super) fn end_lease<R: Recorder>(
        &mut self,
        (place, by_loss): (u32, bool),
        now: SimTime,
        shared: &mut Shared<R>,
    ) {
        let node = &self.nodes[place];
        let lease = now.since(node.billed_from);
        let billed = self.billing.billed(lease);
        self.ledger
            .add(Category::Boot, node.billed_from, node.ready.min(now), 1);
        self.ledger.add_lease(node.billed_from, now, 1);
        self.ledger
            .add_rounding(now, SimDuration(billed.0 - lease.0), 1);
        if R::DETAILED {
            shared
                .recorder
                .lease(node.lease_record(self.target, now, billed, by_loss));
        }
    }

    /// Sets the timers of nodes that went idle at this instant; a cluster of fixed size never releases any.
    #[inline(always)]
    pub(super) fn arm_idle_timers(&mut self, now: SimTime, queue: &mut EventQueue) {
        if self.min_nodes == self.max_nodes && self.supply != Supply::GivenOut {
            return;
        }
        for idle in self.idle.take_fresh() {
            if !idle.armed && idle.until > now {
                idle.armed = true;
                queue.set(self.nodes[idle.node].timer, idle.until);
            }
        }
    }
}
