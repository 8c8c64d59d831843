//! How a pool does what its controller answers: asks for nodes, lets idle ones go, takes nodes from runs.
//! Rules: docs/targets.md 3.4 to 3.6 and 3.8.

use std::cmp::Reverse;

use super::control::{Answer, LowPriority};
use super::{DEDICATED, FIRST_LIFE, LOW, Pool, Tag};
use crate::autoscale::{Decision, PoolView};
use crate::engine::EventQueue;
use crate::model::node::NodeState;
use crate::model::recorder::Recorder;
use crate::model::settings::Deallocation;
use crate::model::shared::{Owner, Shared};
use crate::units::SimTime;

/// Nodes to ask for or to let go, by tier.
type Counts = [u32; 2];

impl Pool {
    fn view(&self, now: SimTime) -> PoolView {
        let sum = |of: fn(&super::Tier) -> u32| self.tiers.iter().map(of).sum();
        PoolView {
            now,
            occupied: sum(|tier| tier.occupied),
            idle: sum(|tier| tier.idle),
            provisioning: sum(|tier| tier.provisioning),
            pending: u32::try_from(self.queue.nodes()).unwrap_or(u32::MAX),
            min_nodes: self.min_nodes,
            max_nodes: self.max_nodes,
            operating: now < self.operating_until,
        }
    }

    /// Nodes that take runs, without marked ones.
    pub(super) fn size(&self) -> u32 {
        self.tiers.iter().map(super::Tier::size).sum()
    }

    /// The controller sees the pool, and what it answers is done.
    pub(super) fn evaluate<R: Recorder>(
        &mut self,
        now: SimTime,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        let low = LowPriority {
            size: self.tiers[LOW].size(),
            most: self.low_priority_nodes,
        };
        let view = self.view(now);
        let idle = &self.idle;
        queue.work.count(idle.len());
        match self.control.decide(view, low, || idle.since()) {
            Answer::Nodes(Decision::Keep) => {}
            Answer::Nodes(Decision::Add(count)) => {
                self.request_nodes(now, [count, 0], shared, queue);
            }
            Answer::Nodes(Decision::Remove(count)) => {
                self.let_idle_go(count, None, now, (shared, queue));
                self.begin_operation(now);
            }
            Answer::Tiers(tiers) => {
                self.resize([tiers.dedicated, tiers.low], now, shared, queue);
            }
        }
    }

    /// Brings each tier to so many nodes: first fewer in either, then more.
    fn resize<R: Recorder>(
        &mut self,
        aims: Counts,
        now: SimTime,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        let mut acted = false;
        for tier in [DEDICATED, LOW] {
            let surplus = self.tiers[tier].size().saturating_sub(aims[tier]);
            if surplus > 0 {
                let left = self.let_idle_go(surplus, Some(tier), now, (shared, queue));
                let left = self.take_from_runs(left, tier, now, (shared, queue));
                acted |= left < surplus;
            }
        }
        let mut room = self.max_nodes.saturating_sub(self.size());
        let more = [DEDICATED, LOW].map(|tier| {
            let more = aims[tier].saturating_sub(self.tiers[tier].size()).min(room);
            room -= more;
            more
        });
        if more != [0, 0] {
            self.request_nodes(now, more, shared, queue);
        } else if acted {
            self.begin_operation(now);
        }
        if acted {
            // Of a run that was put back, nodes of the other tier may have gone idle.
            self.dispatch(now, shared, queue);
        }
    }

    /// Low-priority nodes were lost: they are asked for again, as far as the last evaluation wanted them.
    pub(super) fn seek_lost_nodes<R: Recorder>(
        &mut self,
        now: SimTime,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        if now < self.operating_until || self.is_over(now, shared) {
            return;
        }
        let lacking = self.control.sought_again(self.tiers[LOW].size());
        let count = lacking.min(self.max_nodes.saturating_sub(self.size()));
        if count > 0 {
            self.request_nodes(now, [0, count], shared, queue);
        }
    }

    /// A scaling operation begins, where the pool has them; when it is over.
    fn begin_operation(&mut self, now: SimTime) -> Option<SimTime> {
        let over = now + self.scaling_operation.as_mut()?.draw();
        self.operating_until = over;
        Some(over)
    }

    /// Asks for so many nodes of each tier, dedicated ones first.
    fn request_nodes<R: Recorder>(
        &mut self,
        now: SimTime,
        counts: Counts,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) {
        let over = self.begin_operation(now);
        for tier in [DEDICATED, LOW] {
            for _ in 0..counts[tier] {
                if !queue.work.step() {
                    break;
                }
                let tag = Tag {
                    tier,
                    ..Tag::default()
                };
                let place = self.add_node(now, tag, shared, queue);
                let (allocated, ready) = if let Some(over) = over {
                    (now, over)
                } else {
                    let allocated = now + self.allocation.draw();
                    (allocated, allocated + self.boot.draw())
                };
                let node = &mut self.nodes[place];
                node.billed_from = if self.billing.boot { allocated } else { ready };
                node.ready = ready;
                queue.set(node.timer, ready);
                self.tiers[tier].provisioning += 1;
            }
        }
        let ledger = &mut self.tiers[DEDICATED].ledger;
        ledger.count_spin_ups(now, counts[0] + counts[1]);
    }

    pub(super) fn add_node<R: Recorder>(
        &mut self,
        now: SimTime,
        tag: Tag,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) -> u32 {
        let (target, lives) = (self.target, self.losses.is_some());
        let mut new_timer = |part| {
            let timer = queue.add_timer();
            shared.own(timer, Owner::Target { target, part });
            timer
        };
        let place = self.nodes.add(now, |place| {
            let timer = new_timer(place);
            (timer, lives.then(|| new_timer(FIRST_LIFE + place)))
        });
        if place as usize == self.tags.len() {
            self.tags.push(tag);
        } else {
            self.tags[place as usize] = tag;
        }
        place
    }

    /// A node is ready; that of a low-priority one begins its life.
    pub(super) fn become_ready(&mut self, place: u32, now: SimTime, queue: &mut EventQueue) {
        let tier = self.tags[place as usize].tier;
        self.tiers[tier].provisioning -= 1;
        self.become_idle(place, now);
        if tier == LOW
            && let Some(losses) = &mut self.losses
        {
            let life = self.nodes[place].life;
            let life = life.expect("nodes have lives where nodes are lost");
            queue.set(life, losses.end_of_life(now));
        }
    }

    pub(super) fn become_idle(&mut self, place: u32, now: SimTime) {
        let node = &mut self.nodes[place];
        node.state = NodeState::Idle;
        self.idle.add(now, node.id, place);
        self.tiers[self.tags[place as usize].tier].idle += 1;
    }

    /// Lets at most so many idle nodes go, of a tier or of any; how many are left to go.
    fn let_idle_go<R: Recorder>(
        &mut self,
        count: u32,
        tier: Option<usize>,
        now: SimTime,
        (shared, queue): (&mut Shared<R>, &mut EventQueue),
    ) -> u32 {
        for left in (1..=count).rev() {
            if !queue.work.step() {
                return left;
            }
            let tags = &self.tags;
            let may_go = |place: u32| tier.is_none_or(|tier| tags[place as usize].tier == tier);
            let Some(place) = self.idle.take_longest(may_go) else {
                return left;
            };
            self.tiers[self.tags[place as usize].tier].idle -= 1;
            self.withdraw(place, now, shared, queue);
        }
        0
    }

    /// Takes nodes of a tier from runs, the run that was assigned last first, while a run has no more of them than are left
    /// to go; how many are left then.
    fn take_from_runs<R: Recorder>(
        &mut self,
        mut count: u32,
        tier: usize,
        now: SimTime,
        (shared, queue): (&mut Shared<R>, &mut EventQueue),
    ) -> u32 {
        if count == 0 || self.deallocation == Deallocation::IdleOnly {
            return count;
        }
        let mut runs: Vec<(SimTime, u64, u32)> = Vec::new();
        for lead in self.nodes.leads() {
            queue.work.count(1);
            let node = &self.nodes[lead];
            let run = node.run.expect("a first node has a run");
            let ids = node.others.iter().map(|other| self.nodes[*other].id);
            let highest = ids.chain([node.id]).max().unwrap_or(node.id);
            runs.push((shared.runs[run].assigned, highest, lead));
        }
        runs.sort_unstable_by_key(|run| Reverse(*run));
        for (_, _, lead) in runs {
            if !queue.work.step() {
                break;
            }
            let places = self.places_of(lead).into_iter().filter(|place| {
                let tag = self.tags[*place as usize];
                tag.tier == tier && !tag.marked
            });
            let places: Vec<u32> = places.collect();
            let held = u32::try_from(places.len()).expect("nodes are counted by a u32");
            if held > count {
                break;
            }
            if held == 0 {
                continue;
            }
            count -= held;
            for place in places {
                self.tags[place as usize].marked = true;
            }
            self.tiers[tier].occupied -= held;
            self.marked += held;
            if self.deallocation != Deallocation::TaskCompletion {
                self.deallocate(lead, now, shared, queue);
            }
        }
        count
    }
}
