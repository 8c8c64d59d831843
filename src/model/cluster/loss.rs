//! Nodes of a cluster that are lost, and what becomes of the runs on them. Rules: docs/semantics.md section 5.

use super::Cluster;
use crate::engine::EventQueue;
use crate::model::node::NodeState;
use crate::model::recorder::Recorder;
use crate::model::shared::{Interruption, Owner, Shared, charge_interrupted, go_on, interrupt};
use crate::units::SimTime;

/// Parts of a cluster from here on are the lives of its nodes; below are the nodes.
pub(super) const FIRST_PART: u32 = 1 << 30;
/// The part that is the log of losses.
const LOG_PART: u32 = u32::MAX;

/// What a timer of a cluster belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// A node, by its place.
    Node(u32),
    /// The life of a node, by its place.
    Life(u32),
    /// The log of losses.
    Log,
}

/// What a part is.
pub(super) fn of_part(part: u32) -> Part {
    match part {
        LOG_PART => Part::Log,
        life if life >= FIRST_PART => Part::Life(life - FIRST_PART),
        place => Part::Node(place),
    }
}

/// The part of a node's life.
pub(super) fn life_part(place: u32) -> u32 {
    FIRST_PART + place
}

impl Cluster {
    /// Whether nodes may be taken away from its runs.
    pub(in crate::model) fn loses_nodes(&self) -> bool {
        self.losses.is_some()
    }

    /// Waits for the first losses of the log, if there is one.
    pub(super) fn watch_log<R: Recorder>(
        &mut self,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        let Some(losses) = self.losses.as_ref().filter(|losses| !losses.is_by_node()) else {
            return;
        };
        let timer = queue.add_timer();
        let (target, part) = (self.target, LOG_PART);
        shared.own(timer, Owner::Target { target, part });
        queue.set(timer, losses.next_of_log());
        self.log = Some(timer);
    }

    /// Whether nothing can happen to the cluster any more but that it shrinks: no run is left and none can come.
    fn is_over<R: Recorder>(&self, now: SimTime, shared: &Shared<R>) -> bool {
        now >= shared.window.horizon && self.live == 0
    }

    /// A timer of losses fires.
    #[cold]
    #[inline(never)]
    pub(super) fn fire_loss<R: Recorder>(
        &mut self,
        now: SimTime,
        part: u32,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        if self.is_over(now, shared) {
            return;
        }
        match of_part(part) {
            Part::Life(place) => self.lose(now, place, shared, queue),
            Part::Log => self.lose_by_log(now, shared, queue),
            Part::Node(_) => unreachable!("nodes have parts of their own"),
        }
    }

    fn lose_by_log<R: Recorder>(
        &mut self,
        now: SimTime,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        let (Some(losses), Some(timer)) = (&mut self.losses, self.log) else {
            unreachable!("the timer of the log belongs to losses");
        };
        let ready = self.nodes.ready();
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
    fn lose<R: Recorder>(
        &mut self,
        now: SimTime,
        place: u32,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        match self.nodes[place].state {
            NodeState::Idle => {}
            NodeState::Occupied => self.interrupt(now, place, shared, queue),
            // It was released, or lost to the log, at this very tick.
            NodeState::Preparing | NodeState::Leaving | NodeState::Gone => return,
        }
        queue.work.count(self.idle.len() as usize);
        self.idle.remove(place);
        self.end_lease((place, true), now, shared);
        if now >= shared.window.warmup {
            self.nodes_evicted += 1;
        }
        self.extends = true;
        let node = &self.nodes[place];
        queue.park(node.timer);
        if let Some(life) = node.life {
            queue.park(life);
        }
        self.nodes.free(place);
    }

    /// The attempt on this node ends; all its nodes go idle, and the run fails or queues again.
    fn interrupt<R: Recorder>(
        &mut self,
        now: SimTime,
        place: u32,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        let lead = self.nodes[place].lead;
        let node = &mut self.nodes[lead];
        let id = node.run.take();
        let id = id.expect("the first node of a run has the run");
        let others = std::mem::take(&mut node.others);
        queue.park(node.timer);
        let run = shared.runs[id];
        let on_loss = shared.terms[run.workload as usize].on_loss;
        let mut nodes = vec![lead];
        nodes.extend(others);
        let interruption = Interruption {
            run: id,
            now,
            on_loss,
            by_loss: true,
            held: nodes.iter().map(|place| self.nodes[*place].id).collect(),
        };
        let (lost, saved) = interrupt(interruption, shared);
        let count = run.submission.nodes;
        charge_interrupted(&run, (now, lost), count, &mut self.ledger);
        self.occupied -= count;
        for place in nodes {
            if R::DETAILED {
                self.nodes[place].times.add_run(&run, now, lost.work());
            }
            self.become_idle(place, now);
        }
        self.extends = true;
        let rule = (on_loss, self.max_run_duration);
        let own = (&mut self.queue, &self.clock, &mut self.collector);
        if !go_on((id, now, saved), rule, shared, own) {
            self.live -= 1;
        }
        let drains = now >= shared.window.horizon;
        if let Some(losses) = self.losses.as_mut().filter(|_| drains) {
            let left = (self.live, self.occupied > 0);
            losses.judge(left, !lost.saved.is_zero(), &mut queue.work);
        }
    }
}
