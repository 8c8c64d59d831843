//! A compute cluster (section 3). How it loses nodes stands in `loss`.

use super::fleet::{Fleet, Node, NodeState};
use super::job::{Cause, Job};
use super::{Cluster, Input, SurplusProvisioning};

/// A cluster on its way.
#[derive(Debug)]
pub struct ClusterState<'a> {
    pub settings: &'a Cluster,
    /// Runs that wait for nodes, in no particular order.
    pub queue: Vec<usize>,
    /// Its nodes: those in `allocated`, and those that are leaving or gone.
    pub fleet: Fleet,
    /// When each of the nodes that are leaving is gone.
    pub leaving: Vec<u64>,
    /// Nodes requested so far.
    pub spin_ups: usize,
    /// Nodes that have become ready so far.
    pub ready: usize,
    /// Draws of mass losses used so far.
    pub mass_draws_used: usize,
    /// The last instant whose mass losses have happened.
    pub mass_losses_done: Option<u64>,
    /// D5: whether anything has happened to it since its last decision.
    pub touched: bool,
}

impl<'a> ClusterState<'a> {
    /// The cluster at 0, with its minimum of nodes idle.
    pub fn new(settings: &'a Cluster) -> Self {
        let mut state = Self {
            settings,
            queue: Vec::new(),
            fleet: Fleet::default(),
            leaving: Vec::new(),
            spin_ups: 0,
            ready: 0,
            mass_draws_used: 0,
            mass_losses_done: None,
            touched: false,
        };
        for id in 0..settings.min_nodes {
            let mut node = Node::new(id, 0, 0, 0);
            node.spins_up = false;
            state.fleet.nodes.push(node);
        }
        state.nodes_ready(0);
        state
    }

    /// Runs whose end is `now` end; their nodes go idle.
    pub fn end_runs(&mut self, now: u64, jobs: &mut [Job]) {
        self.touched |= self.fleet.end_runs(now, jobs);
    }

    /// Nodes whose boot ends at `now` go idle. P1: their lives are drawn, in order of id.
    pub fn nodes_ready(&mut self, now: u64) {
        let (lives, ready) = (&self.settings.lives, &mut self.ready);
        self.touched |= self.fleet.nodes_ready(now, |_| {
            *ready += 1;
            lives.get(*ready - 1).copied().unwrap_or(u64::MAX)
        });
    }

    /// Leaving nodes are gone.
    pub fn nodes_gone(&mut self, now: u64) {
        let leaving = self.leaving.len();
        self.leaving.retain(|&gone_at| gone_at > now);
        self.touched |= self.leaving.len() < leaving;
    }

    /// A run joins its queue.
    pub fn join(&mut self, run: usize) {
        self.touched = true;
        self.queue.push(run);
    }

    /// Nodes whose idle timeout is `now`.
    pub fn idle_timeouts(&mut self, now: u64) {
        let timeout = self.settings.idle_before_scale_down;
        let due = |node: &Node| match node.state {
            NodeState::Idle(since) => since + timeout == now,
            _ => false,
        };
        self.touched |= self.fleet.count(due) > 0;
    }

    /// The decision pass. Q2: a cluster that has a quota requests no node in it; its quotas have room
    /// for `quota_room` nodes more.
    pub fn decide(&mut self, now: u64, jobs: &mut [Job], input: &Input, quota_room: Option<u64>) {
        self.dispatch(now, jobs, input);
        // D5. Reading: a cluster that nothing has happened to makes no pass, although time has gone
        // on and another plan might come out.
        if std::mem::take(&mut self.touched) {
            self.pass(now, jobs, input, quota_room);
        }
        if quota_room.is_none() {
            self.request(now, self.wanted(jobs));
        }
        self.release(now, jobs);
    }

    /// 3.2: while the head of the queue fits, it takes its nodes.
    fn dispatch(&mut self, now: u64, jobs: &mut [Job], input: &Input) {
        while let Some(run) = self.head(jobs)
            && jobs[run].spec.nodes <= self.fleet.idle()
        {
            self.start(run, now, jobs, input);
        }
    }

    /// A queued run takes its nodes, of which as many are idle.
    pub fn start(&mut self, run: usize, now: u64, jobs: &mut [Job], input: &Input) {
        let ids = self.fleet.idle_nodes(self.settings.idle_node_choice);
        self.queue.retain(|&other| other != run);
        self.fleet.occupy(run, ids, now, jobs, input);
    }

    /// Number of idle and provisioning nodes.
    pub fn unoccupied(&self) -> u64 {
        self.allocated() - self.fleet.occupied()
    }

    /// Number of provisioning, idle and occupied nodes.
    pub fn allocated(&self) -> u64 {
        self.fleet.nodes.len() as u64
    }

    /// Number of leaving nodes.
    pub fn leaving(&self) -> u64 {
        self.leaving.len() as u64
    }

    /// The run that is next.
    pub fn head(&self, jobs: &[Job]) -> Option<usize> {
        self.in_order(jobs).first().copied()
    }

    /// 3.3: the number of nodes the cluster should have.
    fn desired(&self, jobs: &[Job]) -> u64 {
        let mut wanted = self.fleet.occupied();
        for &run in &self.queue {
            wanted += jobs[run].spec.nodes;
        }
        wanted.clamp(self.settings.min_nodes, self.settings.max_nodes)
    }

    /// 3.3: how many nodes it lacks.
    pub fn wanted(&self, jobs: &[Job]) -> u64 {
        self.desired(jobs).saturating_sub(self.allocated())
    }

    /// The nodes that the head needs; 0 without a head.
    fn blocked(&self, jobs: &[Job]) -> u64 {
        self.head(jobs).map_or(0, |run| jobs[run].spec.nodes)
    }

    /// Q3: how many nodes the head lacks that only quota keeps from it; 0 if it is not starved.
    pub fn need(&self, jobs: &[Job]) -> u64 {
        self.blocked(jobs)
            .saturating_sub(self.unoccupied())
            .min(self.wanted(jobs))
    }

    /// Requests nodes.
    pub fn request(&mut self, now: u64, count: u64) {
        for _ in 0..count {
            let constants = (self.settings.allocation, self.settings.boot);
            let drawn = self.settings.boots.get(self.spin_ups);
            let (allocation, boot) = drawn.copied().unwrap_or(constants);
            let id = self.settings.min_nodes + self.spin_ups as u64;
            let node = Node::new(id, now, allocation, boot);
            self.fleet.nodes.push(node);
            self.spin_ups += 1;
        }
    }

    /// 3.4 and 3.5: surplus nodes leave.
    fn release(&mut self, now: u64, jobs: &[Job]) {
        while self.allocated() > self.desired(jobs) {
            let Some(at) = self.first_to_leave(now) else {
                return;
            };
            self.dismiss(at, now);
        }
    }

    /// Releases a node, or cancels it. Q6: the quota of one that was never leased is free at once.
    fn dismiss(&mut self, at: usize, now: u64) {
        self.fleet.dismiss(at, now);
        // Reading: with no time in leaving it is gone, and its quota free, at once and not only
        // when the instant is drained again.
        let left = self.fleet.left.last().expect("it has just gone");
        if left.state == NodeState::Released(now) && self.settings.leaving > 0 {
            self.leaving.push(now + self.settings.leaving);
        }
    }

    /// Q3: whether it has an idle node past its timeout.
    pub fn has_expired(&self, now: u64) -> bool {
        self.longest_expired(now).is_some()
    }

    /// Q3: releases the node that has been idle past its timeout for longest.
    pub fn release_expired(&mut self, now: u64) {
        let at = self.longest_expired(now);
        self.dismiss(at.expect("asked for before"), now);
    }

    /// The index of the node that leaves first: with `cancel` the newest request, else the longest
    /// idle node of those that have been idle for long enough.
    fn first_to_leave(&self, now: u64) -> Option<usize> {
        if self.settings.surplus_provisioning == SurplusProvisioning::Cancel {
            let nodes = &self.fleet.nodes;
            let provisioning = |&at: &usize| nodes[at].state == NodeState::Preparing;
            let newest = (0..nodes.len())
                .filter(provisioning)
                .max_by_key(|&at| nodes[at].id);
            if newest.is_some() {
                return newest;
            }
        }
        self.longest_expired(now)
    }

    /// The index of the node that has been idle for longest, if past its timeout; ties: the highest
    /// id.
    fn longest_expired(&self, now: u64) -> Option<usize> {
        let mut expired: Vec<(u64, std::cmp::Reverse<u64>, usize)> = Vec::new();
        for (at, node) in self.fleet.nodes.iter().enumerate() {
            if let NodeState::Idle(since) = node.state
                && now - since >= self.settings.idle_before_scale_down
            {
                expired.push((since, std::cmp::Reverse(node.id), at));
            }
        }
        expired.into_iter().min().map(|(_, _, at)| at)
    }

    /// All times at which something happens, past ones included.
    pub fn times(&self, jobs: &[Job], times: &mut Vec<u64>) {
        self.fleet.times(jobs, times);
        for node in &self.fleet.nodes {
            if let NodeState::Idle(since) = node.state {
                times.push(since + self.settings.idle_before_scale_down);
            }
        }
        times.extend(&self.leaving);
        times.extend(self.settings.mass_losses.iter().map(|mass| mass.at));
    }

    /// Q7: what its queued runs wait for.
    fn cause(&self, jobs: &[Job]) -> Cause {
        if self.blocked(jobs) <= self.unoccupied() {
            Cause::Provisioning
        } else if self.wanted(jobs) > 0 {
            Cause::Quota
        } else {
            Cause::Capacity
        }
    }

    /// Books the time from `from` to `to`.
    pub fn walk(&mut self, from: u64, to: u64, jobs: &mut [Job]) {
        let cause = self.cause(jobs);
        for &run in &self.queue {
            jobs[run].wait(from, to, cause);
        }
        let counts = (
            self.allocated(),
            self.settings.min_nodes,
            self.blocked(jobs),
        );
        self.fleet.walk((from, to), jobs, counts);
    }
}
