//! How a fleet comes by nodes and lets them go: requests, releases and the end of leases.

use super::{Counts, Fleet, Lease, NodeState, Use};
use crate::category::Category;
use crate::engine::EventQueue;
use crate::model::ledger::Ledger;
use crate::model::recorder::Recorder;
use crate::model::shared::Shared;
use crate::units::{SimDuration, SimTime};

impl Fleet {
    /// Asks for nodes, dedicated ones first: each with provisioning of its own, or all ready at one time where that is given.
    #[inline(always)]
    pub(in crate::model) fn request<R: Recorder>(
        &mut self,
        (now, ready): (SimTime, Option<SimTime>),
        counts: Counts,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        for used in counts.dedicated_first() {
            if !queue.work.step() {
                break;
            }
            self.request_one((now, ready), used, shared, queue);
        }
        self.note_requested(counts);
        self.ledger.count_spin_ups(now, counts.all());
    }

    #[inline]
    fn request_one<R: Recorder>(
        &mut self,
        (now, together): (SimTime, Option<SimTime>),
        used: Use,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        let place = self.add_node(now, used, shared, queue);
        let (allocated, ready) = if let Some(ready) = together {
            (now, ready)
        } else {
            let allocated = self.allocation.lease_begin(now, &mut queue.work);
            (allocated, allocated + self.boot.draw())
        };
        self.set_ready(place, allocated, ready);
        queue.set(self.nodes[place].slot.timer, ready);
        if self.cancels {
            self.cancellable.push(place);
        }
    }

    /// When a node is ready that gets its machine at `allocated`.
    pub(in crate::model) fn set_ready(&mut self, place: u32, allocated: SimTime, ready: SimTime) {
        let billed_from = if self.billing.boot { allocated } else { ready };
        let lease = &mut self.nodes[place].lease;
        (lease.billed_from, lease.ready) = (billed_from, ready);
    }

    /// Whether a node may be canceled, or may have reached its idle limit; may say yes where none does.
    #[inline(always)]
    pub(in crate::model) fn may_release(&self, now: SimTime) -> bool {
        !self.cancellable.is_empty() || self.idle.may_expire(now)
    }

    /// Releases the newest provisioning node that may be canceled; whether there was one.
    pub(in crate::model) fn cancel<R: Recorder>(
        &mut self,
        now: SimTime,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) -> bool {
        let Some(place) = self.cancellable.pop() else {
            return false;
        };
        self.provisioning -= 1;
        if let Some(low) = self.low_tier_of(place) {
            low.provisioning -= 1;
        }
        self.let_go(place, now, shared, queue);
        true
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
        self.left_idle(idle.node);
        self.let_go(idle.node, now, shared, queue);
        true
    }

    /// Releases up to `count` idle nodes, of one tier or of any, the longest idle first. How many are left to release.
    pub(in crate::model) fn release_idle<R: Recorder>(
        &mut self,
        count: u32,
        used: Option<Use>,
        now: SimTime,
        (shared, queue): (&mut Shared<R>, &mut EventQueue),
    ) -> u32 {
        for left in (1..=count).rev() {
            if !queue.work.step() {
                return left;
            }
            let nodes = &self.nodes;
            let may_go = |place: u32| used.is_none_or(|used| nodes[place].used == used);
            let Some(place) = self.idle.take_longest(may_go) else {
                return left;
            };
            self.left_idle(place);
            self.let_go(place, now, shared, queue);
        }
        0
    }

    /// Releases all nodes immediately.
    pub(in crate::model) fn release_all<R: Recorder>(
        &mut self,
        now: SimTime,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        debug_assert_eq!(self.leaving_nodes, 0, "what stops lets nodes go in no time");
        for place in self.nodes.existing() {
            queue.work.count(1);
            self.let_go(place, now, shared, queue);
        }
        self.provisioning = 0;
        if let Some(low) = &mut self.low {
            (low.provisioning, low.idle) = (0, 0);
        }
        self.idle.clear();
    }

    /// A node has no run and is released: it is leaving, then gone. Its lease ends, if that has begun.
    pub(in crate::model) fn let_go<R: Recorder>(
        &mut self,
        place: u32,
        now: SimTime,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        self.released += 1;
        self.extended_at = now;
        let node = &self.nodes[place];
        if node.state == NodeState::Preparing && now <= node.lease.billed_from {
            self.free(place, queue);
            return;
        }
        self.end_lease((place, false), now, shared);
        let leaving = self.leaving.draw();
        if leaving.is_zero() {
            self.free(place, queue);
            return;
        }
        let node = &mut self.nodes[place];
        if let Some(life) = node.life {
            queue.park(life);
        }
        node.state = NodeState::Leaving;
        queue.set(node.slot.timer, now + leaving);
        self.leaving_nodes += 1;
    }

    /// A node is gone that was leaving.
    pub(in crate::model) fn gone(&mut self, place: u32) {
        self.leaving_nodes -= 1;
        self.nodes.free(place);
    }

    /// A node without a run is lost immediately.
    pub(in crate::model) fn lose<R: Recorder>(
        &mut self,
        place: u32,
        now: SimTime,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        self.end_lease((place, true), now, shared);
        self.free(place, queue);
        if now >= shared.window.warmup {
            self.nodes_evicted += 1;
        }
        self.extended_at = now;
    }

    /// The place of a node that is gone is free.
    fn free(&mut self, place: u32, queue: &mut EventQueue) {
        let node = &self.nodes[place];
        // The timer of an idle node is parked already.
        if node.state != NodeState::Idle {
            queue.park(node.slot.timer);
        }
        if let Some(life) = node.life {
            queue.park(life);
        }
        self.nodes.free(place);
    }

    /// Closes a lease at `now`, by a loss or otherwise.
    pub(super) fn end_lease<R: Recorder>(
        &mut self,
        (place, by_loss): (u32, bool),
        now: SimTime,
        shared: &mut Shared<R>,
    ) {
        let lease = self.nodes[place].lease;
        self.book((place, lease), (now, by_loss), shared);
    }

    /// Closes the lease of a machine that goes off and may come back with another, unless it has not begun. After the horizon
    /// it counts only if something extends the owner's end.
    pub(in crate::model) fn suspend<R: Recorder>(
        &mut self,
        place: u32,
        now: SimTime,
        shared: &mut Shared<R>,
    ) {
        let node = &mut self.nodes[place];
        let lease = node.lease;
        if now <= lease.billed_from {
            return;
        }
        node.lease.id += 1;
        if now > shared.window.horizon {
            self.provisional.push((place, lease, now));
        } else {
            self.book((place, lease), (now, false), shared);
        }
    }

    /// The leases count that were closed provisionally, as far as they are before `end`.
    pub(in crate::model) fn commit_leases<R: Recorder>(
        &mut self,
        end: SimTime,
        shared: &mut Shared<R>,
    ) {
        for (place, lease, to) in std::mem::take(&mut self.provisional) {
            if lease.billed_from < end {
                self.book((place, lease), (to.min(end), false), shared);
            }
        }
    }

    /// Puts a closed lease on the books, with its boot as far as it came, in which no slot is of use.
    #[inline(always)]
    fn book<R: Recorder>(
        &mut self,
        (place, lease): (u32, Lease),
        (released, by_loss): (SimTime, bool),
        shared: &mut Shared<R>,
    ) {
        let node = &self.nodes[place];
        let (category, until) = if node.used == Use::System {
            (Category::SystemNodes, released)
        } else {
            (Category::Boot, lease.ready.min(released))
        };
        let slots = node.capacity;
        let ledger = self.ledger_of(place);
        ledger.add(category, lease.billed_from, until, slots);
        self.book_rest((place, lease), (released, by_loss), shared);
    }

    /// Puts a closed lease on the books on which its boot is already.
    #[inline(always)]
    pub(in crate::model) fn book_rest<R: Recorder>(
        &mut self,
        (place, lease): (u32, Lease),
        (released, by_loss): (SimTime, bool),
        shared: &mut Shared<R>,
    ) {
        let slots = self.nodes[place].capacity;
        let length = released.since(lease.billed_from);
        let billed = self.billing.billed(length);
        let ledger = self.ledger_of(place);
        ledger.add_lease(lease.billed_from, released, slots);
        ledger.add_rounding(released, SimDuration(billed.0 - length.0), slots);
        if R::DETAILED {
            let record = lease.record((self.target, slots), (released, billed), by_loss);
            shared.recorder.lease(record);
        }
    }

    /// The accounts of a node, which are those of its tier.
    #[inline(always)]
    fn ledger_of(&mut self, place: u32) -> &mut Ledger {
        match &mut self.low {
            Some(low) if self.nodes[place].used == Use::LowPriorityRuns => &mut low.ledger,
            _ => &mut self.ledger,
        }
    }
}
