//! A pool that is off, starting or on: its starts, its stops, and when it is evaluated. Rules: docs/targets.md 3.1 and 3.3.

use super::{DEDICATED, LOW, Pool, Tag};
use crate::engine::EventQueue;
use crate::model::node::NodeState;
use crate::model::recorder::Recorder;
use crate::model::shared::Shared;
use crate::units::SimTime;

/// Whether a pool has nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Power {
    Off,
    /// Its first nodes are on their way.
    Starting,
    On,
}

impl Pool {
    /// Begins to start, to be on at `on`: its system nodes come first, then `min_nodes`.
    pub(super) fn begin_start<R: Recorder>(
        &mut self,
        now: SimTime,
        on: SimTime,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        self.power = Power::Starting;
        for _ in 0..self.system_nodes {
            if !queue.work.step() {
                break;
            }
            let system_nodes = Tag {
                system_nodes: true,
                ..Tag::default()
            };
            let place = self.add_node(now, system_nodes, shared, queue);
            self.nodes[place].state = NodeState::Occupied;
        }
        let low = self.min_nodes.min(self.low_priority_nodes);
        for (tier, count) in [(LOW, low), (DEDICATED, self.min_nodes - low)] {
            for _ in 0..count {
                if !queue.work.step() {
                    break;
                }
                let tag = Tag {
                    tier,
                    ..Tag::default()
                };
                let place = self.add_node(now, tag, shared, queue);
                let node = &mut self.nodes[place];
                node.billed_from = if self.billing.boot { now } else { on };
                node.ready = on;
                self.tiers[tier].provisioning += 1;
            }
        }
        queue.set(self.power_timer, on);
    }

    /// It is on: its first nodes are ready, and its controller sees it for the first time.
    pub(super) fn begin(&mut self, now: SimTime, queue: &mut EventQueue) {
        self.power = Power::On;
        for place in self.nodes.provisioning() {
            queue.work.count(1);
            self.become_ready(place, now, queue);
        }
        self.control.begin(now);
        self.reach_evaluation(now, queue);
    }

    /// An evaluation falls into this instant.
    pub(super) fn reach_evaluation(&mut self, now: SimTime, queue: &mut EventQueue) {
        self.evaluates = true;
        queue.set(self.evaluation_timer, now + self.evaluation_interval);
    }

    /// Whether no run is assigned or queued.
    fn is_unused(&self) -> bool {
        let occupied = self.tiers.iter().any(|tier| tier.occupied > 0);
        !occupied && self.marked == 0 && self.queue.is_empty()
    }

    /// Sets when it stops if it stays unused; with no time to wait, it stops at once.
    pub(super) fn watch_use<R: Recorder>(
        &mut self,
        now: SimTime,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        let Some(limit) = self.stop_after_idle else {
            return;
        };
        if !self.is_unused() {
            if self.unused_since.take().is_some() {
                queue.park(self.power_timer);
            }
        } else if self.is_over(now, shared) {
            // It is closed at its end.
        } else if limit.is_zero() {
            self.stop(now, shared, queue);
        } else if self.unused_since.is_none() {
            self.unused_since = Some(now);
            queue.set(self.power_timer, now + limit);
        }
    }

    /// The time without use has passed; a submission at this very tick, which ranks before, would have saved it.
    pub(super) fn stop_if_unused<R: Recorder>(
        &mut self,
        now: SimTime,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        if self.is_unused() {
            self.stop(now, shared, queue);
        }
    }

    /// All its nodes are gone at once, and its controller knows nothing any more.
    fn stop<R: Recorder>(&mut self, now: SimTime, shared: &mut Shared<R>, queue: &mut EventQueue) {
        for place in self.nodes.existing() {
            queue.work.count(1);
            self.withdraw(place, now, shared, queue);
        }
        for tier in &mut self.tiers {
            (tier.provisioning, tier.idle) = (0, 0);
        }
        self.idle.clear();
        self.power = Power::Off;
        self.unused_since = None;
        self.operating_until = now;
        self.evaluates = false;
        queue.park(self.evaluation_timer);
        queue.park(self.power_timer);
        self.extends = true;
    }
}
