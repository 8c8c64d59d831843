//! The nodes of a cluster, a pool or an account of units: what they do, what they did, and what comes
//! of it (semantics.md sections 2, 3.2, 5, 6).

use super::job::Job;
use super::timeline::{Timeline, Times, rounding};
use super::{IdleNodeChoice, Input, LeaseOut, TargetOut};
use std::collections::BTreeSet;

/// What a node does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeState {
    /// In allocation or boot.
    Preparing,
    /// Idle since.
    Idle(u64),
    /// Held by a run.
    Occupied(usize),
    /// It never takes runs.
    System,
    /// Released, or canceled in boot: leaving or gone.
    Released(u64),
    /// Canceled at or before the end of its allocation.
    NeverLeased(u64),
    /// Lost.
    Lost(u64),
}

/// A node.
#[derive(Clone, Debug)]
pub struct Node {
    pub id: u64,
    /// Of the low-priority tier.
    pub low: bool,
    pub requested: u64,
    /// End of the allocation.
    pub billed_from: u64,
    /// End of the boot.
    pub ready_at: u64,
    /// Whether it was asked for: neither there at 0 nor a system node.
    pub spins_up: bool,
    /// When its life ends, drawn when it is ready; `u64::MAX` is never.
    pub lost_at: u64,
    /// It goes when its run leaves it.
    pub marked: bool,
    /// While it is idle: how long it is to be so at least, if it is to go.
    pub idle_limit: u64,
    pub state: NodeState,
    /// Environments it has pulled.
    pub pulled: Vec<usize>,
    pub timeline: Timeline,
}

impl Node {
    /// A dedicated node that is asked for at `now`.
    pub fn new(id: u64, now: u64, allocation: u64, boot: u64) -> Self {
        Self {
            id,
            low: false,
            requested: now,
            billed_from: now + allocation,
            ready_at: now + allocation + boot,
            spins_up: true,
            lost_at: u64::MAX,
            marked: false,
            idle_limit: 0,
            state: NodeState::Preparing,
            pulled: Vec::new(),
            timeline: Timeline::default(),
        }
    }
}

/// The nodes of a target.
#[derive(Debug, Default)]
pub struct Fleet {
    /// Nodes that are there, by id.
    pub nodes: Vec<Node>,
    /// Nodes that are leaving or gone.
    pub left: Vec<Node>,
    /// Runs that have nodes.
    pub active: Vec<usize>,
    /// The idle limit of nodes that go idle now.
    pub idle_limit: u64,
    /// Of the dedicated and of the low-priority nodes.
    tiers: [Timeline; 2],
}

impl Fleet {
    /// How many nodes there are of which something holds.
    pub fn count(&self, holds: impl Fn(&Node) -> bool) -> u64 {
        self.nodes.iter().filter(|node| holds(node)).count() as u64
    }

    /// Number of idle nodes.
    pub fn idle(&self) -> u64 {
        self.count(|node| matches!(node.state, NodeState::Idle(_)))
    }

    /// Number of occupied nodes, marked ones left out.
    pub fn occupied(&self) -> u64 {
        self.count(|node| matches!(node.state, NodeState::Occupied(_)) && !node.marked)
    }

    /// Nodes whose boot ends at `now` go idle, in order of id, and their lives are drawn. Gives
    /// whether there are any.
    pub fn nodes_ready(&mut self, now: u64, mut life: impl FnMut(&Node) -> u64) -> bool {
        let mut any = false;
        for node in &mut self.nodes {
            if node.state == NodeState::Preparing && node.ready_at == now {
                any = true;
                node.state = NodeState::Idle(now);
                node.idle_limit = self.idle_limit;
                node.lost_at = now.saturating_add(life(node));
            }
        }
        any
    }

    /// Runs whose end is `now` end. Gives whether there are any.
    pub fn end_runs(&mut self, now: u64, jobs: &mut [Job]) -> bool {
        let mut any = false;
        for run in self.active.clone() {
            if jobs[run].ends_at(now) {
                any = true;
                jobs[run].end(now);
                self.vacate(run, now);
            }
        }
        any
    }

    /// A run has left its nodes: they go idle, and marked ones go.
    pub fn vacate(&mut self, run: usize, now: u64) {
        self.active.retain(|&other| other != run);
        for at in (0..self.nodes.len()).rev() {
            if self.nodes[at].state == NodeState::Occupied(run) {
                self.nodes[at].state = NodeState::Idle(now);
                self.nodes[at].idle_limit = self.idle_limit;
                if self.nodes[at].marked {
                    self.remove(at, NodeState::Released(now));
                }
            }
        }
    }

    /// P3: a node is lost if it is still there, and with it the attempt of the run on it, which is
    /// given. A run that goes on is to join its queue again.
    pub fn lose(&mut self, id: u64, now: u64, jobs: &mut [Job]) -> Option<usize> {
        let at = self.nodes.iter().position(|node| node.id == id)?;
        let NodeState::Occupied(run) = self.nodes[at].state else {
            self.remove(at, NodeState::Lost(now));
            return None;
        };
        let wasted = jobs[run].lose(now);
        self.waste(run, wasted, jobs);
        self.remove(at, NodeState::Lost(now));
        self.vacate(run, now);
        Some(run)
    }

    /// The ids of the nodes whose life ends at `now`.
    pub fn at_their_end(&self, now: u64) -> Vec<u64> {
        let ending = self.nodes.iter().filter(|node| node.lost_at == now);
        ending.map(|node| node.id).collect()
    }

    /// A node goes.
    fn remove(&mut self, at: usize, state: NodeState) {
        let mut node = self.nodes.remove(at);
        node.state = state;
        self.left.push(node);
    }

    /// A node is released, or canceled.
    pub fn dismiss(&mut self, at: usize, now: u64) {
        let node = &self.nodes[at];
        let never = node.state == NodeState::Preparing && now <= node.billed_from;
        self.remove(
            at,
            if never {
                NodeState::NeverLeased(now)
            } else {
                NodeState::Released(now)
            },
        );
    }

    /// The ids of the idle nodes, the one to be taken first in front.
    pub fn idle_nodes(&self, choice: IdleNodeChoice) -> Vec<u64> {
        let mut idle: Vec<(u64, u64)> = Vec::new();
        for node in &self.nodes {
            if let NodeState::Idle(since) = node.state {
                idle.push((since, node.id));
            }
        }
        match choice {
            IdleNodeChoice::MostRecentlyIdle => {
                idle.sort_by_key(|&(since, id)| (std::cmp::Reverse(since), id));
            }
            IdleNodeChoice::LeastRecentlyIdle => idle.sort_unstable(),
        }
        idle.into_iter().map(|(_, id)| id).collect()
    }

    /// A run takes the first nodes of a list that is long enough.
    pub fn occupy(
        &mut self,
        run: usize,
        mut ids: Vec<u64>,
        now: u64,
        jobs: &mut [Job],
        input: &Input,
    ) {
        ids.truncate(usize::try_from(jobs[run].spec.nodes).expect("as many as there are"));
        ids.sort_unstable();
        self.active.push(run);
        let mut pull = 0;
        for node in &mut self.nodes {
            if !ids.contains(&node.id) {
                continue;
            }
            node.state = NodeState::Occupied(run);
            if let Some(environment) = jobs[run].spec.environment
                && !node.pulled.contains(&environment)
            {
                node.pulled.push(environment);
                pull = input.environments[environment].image_pull;
            }
        }
        jobs[run].assign(now, pull, ids);
    }

    /// The work that a run did in `[from, to)` is lost, on all its nodes.
    pub fn waste(&mut self, run: usize, (from, to): (u64, u64), jobs: &[Job]) {
        for node in &mut self.nodes {
            if node.state == NodeState::Occupied(run) {
                node.timeline.lose(from, to, 1);
                if !jobs[run].spec.background {
                    self.tiers[usize::from(node.low)].lose(from, to, 1);
                }
            }
        }
    }

    /// The checkpoints that a run wrote until now are lost with its work, on all its nodes.
    pub fn waste_checkpoints(&mut self, run: usize, now: u64, jobs: &[Job]) {
        for (from, to) in jobs[run].written(0, now) {
            let to = to.min(now);
            for node in &mut self.nodes {
                if node.state == NodeState::Occupied(run) {
                    node.timeline.lose_checkpoint(from, to, 1);
                    if !jobs[run].spec.background {
                        self.tiers[usize::from(node.low)].lose_checkpoint(from, to, 1);
                    }
                }
            }
        }
    }

    /// All times at which something happens to runs and nodes, past ones included.
    pub fn times(&self, jobs: &[Job], times: &mut Vec<u64>) {
        for &run in &self.active {
            times.extend(jobs[run].times());
        }
        for node in &self.nodes {
            if node.state == NodeState::Preparing {
                times.extend([node.billed_from, node.ready_at]);
            }
            if node.lost_at < u64::MAX {
                times.push(node.lost_at);
            }
        }
    }

    /// Whether a run ends or a node gets ready at `now`.
    pub fn has_event_at(&self, now: u64, jobs: &[Job]) -> bool {
        let ready = |node: &Node| node.state == NodeState::Preparing && node.ready_at == now;
        self.active.iter().any(|&run| jobs[run].ends_at(now)) || self.count(ready) > 0
    }

    /// Books the time from `from` to `to`, of which each part in which a checkpoint begins or ends is
    /// booked by itself. The rest is as in `walk_part`.
    pub fn walk(&mut self, (from, to): (u64, u64), jobs: &[Job], nodes: (u64, u64, u64)) {
        let mut from = from;
        for cut in cuts(&self.active, jobs, (from, to)) {
            self.walk_part((from, cut), jobs, nodes);
            from = cut;
        }
    }

    /// Books the time from `from` to `to`, in which `allocated` nodes count, of which there should be
    /// `min_nodes`, and a head that needs `blocked` nodes waits.
    fn walk_part(
        &mut self,
        (from, to): (u64, u64),
        jobs: &[Job],
        (allocated, min_nodes, blocked): (u64, u64, u64),
    ) {
        let occupied = self.occupied();
        let mut tiers = [Times::default(); 2];
        for node in &mut self.nodes {
            let mut own = Times::default();
            let all = &mut tiers[usize::from(node.low)];
            match node.state {
                NodeState::Preparing if from >= node.billed_from => own.boot = 1,
                NodeState::Idle(_) | NodeState::System => own.idle_before_scale_down = 1,
                NodeState::Occupied(run) => own = jobs[run].counts(from),
                _ => {}
            }
            node.timeline.push(from, to, own, 1);
            match node.state {
                NodeState::Occupied(run) if jobs[run].spec.background => all.background += 1,
                NodeState::System => all.system_nodes += 1,
                _ => all.add(own, 1),
            }
        }
        // Section 6: the idle nodes are split over the reasons they are idle for, dedicated ones first.
        let mut gang = blocked;
        let idle: u64 = tiers.iter().map(|tier| tier.idle_before_scale_down).sum();
        let mut minimum = min_nodes.saturating_sub(occupied + gang.min(idle));
        for tier in &mut tiers {
            let idle = &mut tier.idle_before_scale_down;
            tier.idle_gang_assembly = gang.min(*idle);
            gang -= tier.idle_gang_assembly;
            *idle -= tier.idle_gang_assembly;
        }
        for tier in &mut tiers {
            let idle = &mut tier.idle_before_scale_down;
            tier.idle_min_nodes = minimum.min(*idle);
            minimum -= tier.idle_min_nodes;
            *idle -= tier.idle_min_nodes;
        }
        self.tiers[0].push(from, to, tiers[0], allocated);
        self.tiers[1].push(from, to, tiers[1], 0);
    }

    /// Leases and totals; `end` is the later of the horizon and the end of the last run.
    pub fn output(&self, target: usize, end: u64, input: &Input) -> (Vec<LeaseOut>, TargetOut) {
        let mut nodes: Vec<&Node> = self.nodes.iter().chain(&self.left).collect();
        nodes.sort_by_key(|node| node.id);
        let mut end = end;
        for node in &nodes {
            if let NodeState::Released(time)
            | NodeState::NeverLeased(time)
            | NodeState::Lost(time) = node.state
            {
                end = end.max(time);
            }
        }
        let mut totals = TargetOut::new(&self.tiers, end, input);
        let mut leases: Vec<LeaseOut> = Vec::new();
        for node in nodes {
            let counts = node.requested >= input.warmup && node.requested < end;
            totals.spin_ups += u64::from(node.spins_up && counts);
            let released = match node.state {
                NodeState::NeverLeased(_) => continue,
                NodeState::Released(time) | NodeState::Lost(time) => time,
                _ if node.billed_from >= end => continue,
                _ => end,
            };
            let lease = LeaseOut {
                target,
                node: node.id,
                requested: node.requested,
                billed_from: node.billed_from,
                released,
                ended_by_loss: matches!(node.state, NodeState::Lost(_)),
                low: node.low,
                times: node.timeline.integrate(node.billed_from, released),
            };
            totals.close(&lease, input);
            leases.push(lease);
        }
        (leases, totals)
    }
}

impl TargetOut {
    /// The totals of a target up to its end, as far as timelines of its tiers tell.
    pub fn new(tiers: &[Timeline; 2], end: u64, input: &Input) -> Self {
        let time = |from, to| [tiers[0].integrate(from, to), tiers[1].integrate(from, to)];
        Self {
            end,
            within: time(input.warmup, input.horizon),
            drain: time(input.horizon.max(input.warmup), end),
            rounding: [0; 2],
            spin_ups: 0,
            nodes_evicted: 0,
            peak_nodes: tiers[0].peak(input.warmup, end),
        }
    }

    /// Counts a lease that ends at or after the warm-up.
    pub fn close(&mut self, lease: &LeaseOut, input: &Input) {
        if lease.released >= input.warmup {
            let length = lease.released - lease.billed_from;
            let target = &input.targets[lease.target];
            let billing = (target.billing_granularity, target.billing_minimum);
            self.rounding[usize::from(lease.low)] += rounding(billing, length);
            self.nodes_evicted += u64::from(lease.ended_by_loss);
        }
    }

    /// Its time in `[warmup, end)`, of both tiers.
    pub fn total(&self) -> Times {
        let mut total = Times::default();
        for part in self.within.iter().chain(&self.drain) {
            total.add(*part, 1);
        }
        total
    }
}

/// Where checkpoints of runs on their nodes begin and end between two times, and the later of these.
pub fn cuts(active: &[usize], jobs: &[Job], (from, to): (u64, u64)) -> BTreeSet<u64> {
    let mut cuts = BTreeSet::from([to]);
    for &run in active {
        for (begin, end) in jobs[run].written(from, to) {
            cuts.extend(
                [begin, end]
                    .into_iter()
                    .filter(|at| (from..to).contains(at)),
            );
        }
    }
    cuts
}
