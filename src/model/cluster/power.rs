//! A cluster that is off, starting or on: its starts, its stops, and when its policy is asked. Rules: docs/targets.md 3.1
//! and 3.3.

use super::Cluster;
use super::policy::Policy;
use crate::engine::EventQueue;
use crate::model::fleet::{Counts, NodeState, Power, Use};
use crate::model::recorder::Recorder;
use crate::model::shared::Shared;
use crate::units::SimTime;

impl Cluster {
    /// Whether it has nodes; without a policy it is on at all times.
    #[inline(always)]
    pub(super) fn power(&self) -> Power {
        self.policy
            .as_ref()
            .map_or(Power::On, |policy| policy.switch.power)
    }

    /// One that does not stop by itself is on from the start: it is as if it had been started before, to be on now.
    pub(super) fn begin_on<R: Recorder>(&mut self, shared: &mut Shared<R>, queue: &mut EventQueue) {
        let Some(mut policy) = self.policy.take() else {
            return;
        };
        if policy.switch.stop_after.is_none() {
            let at_start = (SimTime::ZERO, SimTime::ZERO);
            self.begin_start(&mut policy, at_start, shared, queue);
        }
        self.policy = Some(policy);
    }

    /// Begins to start at `now`, to be on at `on`: its system nodes come first, then `min_nodes`.
    pub(super) fn begin_start<R: Recorder>(
        &mut self,
        policy: &mut Policy,
        (now, on): (SimTime, SimTime),
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        let fleet = &mut self.fleet;
        for _ in 0..policy.system_nodes {
            if !queue.work.step() {
                break;
            }
            let place = fleet.add_node(now, Use::System, shared, queue);
            fleet.nodes[place].state = NodeState::Occupied;
        }
        let counts = fleet.more(self.min_nodes);
        for used in counts.low_first() {
            if !queue.work.step() {
                break;
            }
            let place = fleet.add_node(now, used, shared, queue);
            fleet.set_ready(place, now, on);
        }
        fleet.note_requested(counts);
        policy.switch.start(on, queue);
    }

    /// It is on: its first nodes are ready, and its policy sees it for the first time.
    pub(super) fn begin(&mut self, now: SimTime, queue: &mut EventQueue) {
        for place in self.fleet.nodes.provisioning() {
            queue.work.count(1);
            self.fleet.node_ready(place, now, queue);
        }
        if let Some(policy) = &mut self.policy {
            policy.begin(now);
        }
        self.reach_evaluation(now, queue);
    }

    /// An evaluation falls into this instant.
    pub(super) fn reach_evaluation(&mut self, now: SimTime, queue: &mut EventQueue) {
        if let Some(policy) = &mut self.policy {
            policy.evaluates = true;
            queue.set(policy.evaluation_timer, now + policy.interval);
        }
    }

    /// Whether no run is assigned or queued.
    fn is_unused(&self) -> bool {
        self.fleet.occupied == 0 && self.fleet.marked == 0 && self.queue.is_empty()
    }

    /// Sets when it stops if it stays unused; with no time to wait, it stops at once.
    pub(super) fn watch_use<R: Recorder>(
        &mut self,
        policy: &mut Policy,
        now: SimTime,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        let use_now = (self.is_unused(), self.is_over(now, shared));
        if policy.switch.watch_use(now, use_now, queue) {
            self.stop(policy, now, shared, queue);
        }
    }

    /// The time without use has passed; a submission at this very tick, which ranks before, would have saved it.
    pub(super) fn stop_if_unused<R: Recorder>(
        &mut self,
        now: SimTime,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        if self.is_unused()
            && let Some(mut policy) = self.policy.take()
        {
            self.stop(&mut policy, now, shared, queue);
            self.policy = Some(policy);
        }
    }

    /// All its nodes are gone at once, and its policy knows nothing any more.
    fn stop<R: Recorder>(
        &mut self,
        policy: &mut Policy,
        now: SimTime,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        self.fleet.release_all(now, shared, queue);
        policy.switch.stop(queue);
        policy.operating_until = now;
        policy.evaluates = false;
        policy.withheld = Counts::default();
        queue.park(policy.evaluation_timer);
        self.fleet.extended_at = now;
    }
}
