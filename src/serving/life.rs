//! How replicas and nodes come and go: docs/targets.md 5.2, 6.2 and 6.3.

use std::cmp::Reverse;

use super::Service;
use super::nodes::Nodes;
use super::replicas::{Replica, State};
use super::requests::Request;
use super::timers::Owner;
use crate::autoscale::{Decision, Scaler as _, View};
use crate::engine::{EventQueue, Work};
use crate::results::Usage;
use crate::units::SimTime;

/// When the turn of a replica to go comes, earlier first.
type Turn = (u8, u32, Reverse<u64>);

impl Service<'_> {
    /// The replicas that there are at `t = 0`, ready as far as there are nodes for them.
    pub(super) fn open(&mut self, replicas: u32, work: &mut Work<'_>) {
        let now = SimTime::ZERO;
        let mut ready = Vec::new();
        for _ in 0..replicas {
            if !work.step() {
                return;
            }
            let slot = self.replicas.create(now);
            if self.find_node(slot) {
                self.replicas.start(now, slot);
                self.replicas.make_ready(now, slot);
                ready.push(slot);
            }
        }
        // The lowest id is the newest of an instant: in this order, each finds its place at the end.
        for slot in ready.into_iter().rev() {
            self.replicas.set_free(now, slot);
        }
    }

    /// Whether there is room for a pending replica; if not, it waits for a node.
    fn find_node(&mut self, slot: u32) -> bool {
        let Some(nodes) = &mut self.nodes else {
            return true;
        };
        let node = nodes.place();
        match node {
            Some(node) => self.replicas.get_mut(slot).node = node,
            None => nodes.pending.push_back(slot),
        }
        node.is_some()
    }

    /// Starts or lets go until so many replicas are there or on their way.
    pub(super) fn want(&mut self, now: SimTime, wanted: u32, queue: &mut EventQueue) {
        while self.replicas.kept() < wanted && queue.work.step() {
            let slot = self.replicas.create(now);
            if self.find_node(slot) {
                self.start(now, slot, queue);
            }
        }
        let surplus = self.replicas.kept().saturating_sub(wanted);
        if surplus > 0 {
            self.shrink(now, surplus, queue);
        }
    }

    /// Lets so many replicas go.
    fn shrink(&mut self, now: SimTime, surplus: u32, queue: &mut EventQueue) {
        let slots = self.replicas.slot_count();
        queue.work.count(slots);
        if self.nodes.is_none() {
            // Where none stands beside others, the order holds whoever goes.
            let mut all = self.by_turn();
            all.sort_unstable();
            for (_, slot) in all.into_iter().take(surplus as usize) {
                queue.work.count(1);
                self.dismiss(now, slot, queue);
            }
            return;
        }
        for _ in 0..surplus {
            queue.work.count(slots);
            if !queue.work.step() {
                return;
            }
            let next = self.by_turn().into_iter().min();
            let (_, slot) = next.expect("a surplus replica is there");
            self.dismiss(now, slot, queue);
        }
    }

    /// Starts a replica for a request, which is bound to it.
    pub(super) fn start_for(&mut self, now: SimTime, request: Request, queue: &mut EventQueue) {
        self.statistics.bind(request.arrived);
        let source = &mut self.sources[request.workload as usize];
        let request = source.cold(request);
        let slot = self.replicas.create(now);
        self.replicas.get_mut(slot).bound = Some(request);
        self.bound += 1;
        if self.find_node(slot) {
            self.start(now, slot, queue);
        }
    }

    fn start(&mut self, now: SimTime, slot: u32, queue: &mut EventQueue) {
        let timer = self.timers.take(Owner::Start(slot), queue);
        queue.set(timer, now + self.start.draw());
        self.replicas.start(now, slot);
        self.replicas.get_mut(slot).timer = Some(timer);
        self.starts.count(now);
    }

    /// A replica is ready: for the request that it was started for, then for those that wait.
    pub(super) fn replica_ready(&mut self, now: SimTime, slot: u32, queue: &mut EventQueue) {
        let replica = self.replicas.get_mut(slot);
        let (timer, bound) = (replica.timer.take(), replica.bound.take());
        self.timers.give_back(timer.expect("it fired"));
        self.replicas.make_ready(now, slot);
        self.replicas.set_free(now, slot);
        if let Some(request) = bound {
            self.bound -= 1;
            self.serve(now, request, slot, queue);
        }
        while self.replicas.get(slot).busy < self.settings.concurrency
            && let Some(request) = self.waiting.pop(now)
        {
            self.serve(now, request, slot, queue);
        }
        if self.replicas.get(slot).busy == 0
            && let Some(expiry) = &mut self.expiry
        {
            expiry.mind_idle(now, self.replicas.existing.count, queue);
        }
    }

    /// The replicas that may go with their turns: those that do not run before idle ones before busy ones; of these the
    /// ones on the node with the fewest replicas; of these the newest first.
    fn by_turn(&self) -> Vec<(Turn, u32)> {
        let key = |replica: &Replica| {
            let class = match replica.state {
                State::Pending => 0,
                State::Starting => 1,
                State::Ready if replica.busy == 0 => 2,
                State::Ready => 3,
                State::Draining | State::Gone => return None,
            };
            let beside = self
                .nodes
                .as_ref()
                .map_or(0, |nodes| nodes.replicas_on(replica.node));
            Some((class, beside, Reverse(replica.id)))
        };
        let kept = self.replicas.iter();
        kept.filter_map(|(slot, replica)| Some((key(replica)?, slot)))
            .collect()
    }

    /// Tells a replica to go.
    pub(super) fn dismiss(&mut self, now: SimTime, slot: u32, queue: &mut EventQueue) {
        let replica = *self.replicas.get(slot);
        if let Some(timer) = replica.timer {
            queue.park(timer);
            self.timers.give_back(timer);
        }
        match replica.state {
            State::Pending => {
                if let Some(nodes) = &mut self.nodes {
                    queue.work.count(nodes.forget_pending(slot));
                }
                self.replicas.remove(now, slot);
            }
            State::Ready => {
                self.replicas.drain(now, slot);
                if replica.busy == 0 {
                    self.remove(now, slot, queue);
                }
            }
            _ => self.remove(now, slot, queue),
        }
    }

    /// A replica is gone, and its room is there for one that waits for it.
    pub(super) fn remove(&mut self, now: SimTime, slot: u32, queue: &mut EventQueue) {
        let Replica { node, from, .. } = *self.replicas.get(slot);
        self.replicas.remove(now, slot);
        self.machines.replica_gone(Usage { from, to: now });
        if let Some(nodes) = &mut self.nodes {
            nodes.leave(now, node);
            self.place_pending(now, queue);
        }
    }

    fn place_pending(&mut self, now: SimTime, queue: &mut EventQueue) {
        while let Some(nodes) = &mut self.nodes
            && let Some(&slot) = nodes.pending.front()
            && queue.work.step()
            && let Some(node) = nodes.place()
        {
            nodes.pending.pop_front();
            self.replicas.get_mut(slot).node = node;
            self.start(now, slot, queue);
        }
    }

    pub(super) fn node_ready(&mut self, now: SimTime, node: u32, queue: &mut EventQueue) {
        if let Some(nodes) = &mut self.nodes {
            nodes.make_ready(now, node);
            self.place_pending(now, queue);
        }
    }

    /// Asks the autoscaler of nodes, unless all is over.
    pub(super) fn scan(&mut self, now: SimTime, queue: &mut EventQueue) {
        if self.is_over(now) {
            return;
        }
        let (Some(nodes), Some(scaler)) = (&mut self.nodes, &mut self.node_scaler) else {
            return;
        };
        queue.set(scaler.timer, now + scaler.scan);
        queue.work.count(nodes.existing.count as usize);
        let idle = longest_idle(nodes);
        let (waiting, provisioning) = (nodes.nodes_for_pending(), nodes.booting.count);
        let idle_nodes = u32::try_from(idle.len()).unwrap_or(u32::MAX);
        let view = View {
            now,
            occupied: nodes.existing.count - idle_nodes - provisioning,
            idle: idle_nodes,
            provisioning,
            pending: waiting,
            min_nodes: scaler.min_nodes,
            max_nodes: scaler.max_nodes,
            idle_since: &|| idle.iter().map(|(since, _)| *since).collect(),
            ..View::default()
        };
        match scaler.rule.ask(view) {
            Decision::Add(count) => {
                for _ in 0..count {
                    if !queue.work.step() {
                        return;
                    }
                    let timer = self.timers.take(Owner::Boot(nodes.request(now)), queue);
                    queue.set(timer, now + scaler.boot.draw());
                    self.node_requests.count(now);
                }
            }
            Decision::Remove(count) => {
                for (_, node) in idle.into_iter().take(count as usize) {
                    // Those behind it move up.
                    queue.work.count(nodes.existing.count as usize / 64);
                    let usage = nodes.remove(now, node);
                    self.machines.node_gone(usage);
                }
            }
            Decision::Keep | Decision::Tiers(_) => {}
        }
    }
}

/// Idle nodes by since when they are idle, then by id.
fn longest_idle(nodes: &Nodes) -> Vec<(SimTime, u32)> {
    let mut idle: Vec<(SimTime, u32)> = nodes
        .idle()
        .map(|node| (node.idle_since, node.id))
        .collect();
    idle.sort_unstable();
    idle
}
