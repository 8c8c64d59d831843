//! A compute cluster (section 3). How it loses nodes stands in `loss`.

use super::fleet::{Fleet, Node, NodeState};
use super::job::{Cause, Job};
use super::passing::Passing;
use super::{Cluster, Counts, Discipline, Input, SurplusProvisioning};

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
    /// 3.10: the time whose limits hold.
    pub limits_of: u64,
    /// 3.11: whether there was demand at the last decision.
    pub had_demand: bool,
    /// 3.11: until when there are spare nodes, where there is no demand any more.
    pub spare_until: Option<u64>,
    /// 3.12: an evaluation is due.
    pub is_due: bool,
    /// 3.12: the evaluations with their needs.
    pub needs: Vec<(u64, u64)>,
    /// 3.12: load times time since the last of them.
    pub load_time: u128,
    /// 3.12: nodes that the last of them asked for and that have not been requested: dedicated ones, and
    /// those of low priority.
    pub asked: [u64; 2],
    /// Evaluations in a row that came to nothing (section 7).
    pub vain: u64,
    /// Draws of failures used so far.
    pub failure_draws: usize,
    /// What of all this occurred.
    pub counts: Counts,
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
            limits_of: 0,
            had_demand: false,
            spare_until: None,
            is_due: false,
            needs: Vec::new(),
            load_time: 0,
            asked: [0; 2],
            vain: 0,
            failure_draws: 0,
            counts: Counts::default(),
        };
        state.fleet.idle_limit = state.idle_limit();
        let first = settings.first_nodes();
        // Reading: as in a pool's start (targets.md 3.1), low-priority nodes have the lowest ids.
        let low = state.low_of(first);
        for id in 0..first {
            let mut node = Node::new(id, 0, 0, 0);
            node.spins_up = false;
            node.low = id < low;
            state.fleet.nodes.push(node);
        }
        state.nodes_ready(0);
        state
    }

    /// Runs whose end is `now` end; their nodes go idle.
    pub fn end_runs(&mut self, now: u64, jobs: &mut [Job]) {
        if self.fleet.end_runs(now, jobs) {
            self.touched = true;
            self.vain = 0;
        }
    }

    /// Nodes whose boot ends at `now` go idle. P1: their lives are drawn, in order of id.
    pub fn nodes_ready(&mut self, now: u64) {
        let (settings, ready) = (self.settings, &mut self.ready);
        self.touched |= self.fleet.nodes_ready(now, |node| {
            if !Self::can_be_lost(settings, node) {
                return u64::MAX;
            }
            *ready += 1;
            settings.lives.get(*ready - 1).copied().unwrap_or(u64::MAX)
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
        self.vain = 0;
        self.queue.push(run);
    }

    /// Nodes whose idle timeout is `now`.
    pub fn idle_timeouts(&mut self, now: u64) {
        let due = |node: &Node| self.idle_until(node) == Some(now);
        self.touched |= self.fleet.count(due) > 0 || self.spare_until == Some(now);
    }

    /// The decision pass. Q2: a cluster that has a quota requests no node in it; its quotas have room
    /// for `quota_room` nodes more.
    pub fn decide(&mut self, now: u64, jobs: &mut [Job], input: &Input, quota_room: Option<u64>) {
        if self.is_given_up() {
            return;
        }
        self.dispatch(now, jobs, input);
        // D5. Reading: a cluster that nothing has happened to makes no pass, although time has gone
        // on and another plan might come out.
        if std::mem::take(&mut self.touched) {
            self.pass(now, jobs, input, quota_room);
        }
        self.note_demand(now, jobs);
        self.evaluate(now, jobs, input, quota_room);
        if quota_room.is_none() {
            self.request(now, self.wanted(now, jobs));
        }
        if self.settings.utilization.is_none() {
            self.release(now, jobs);
        }
    }

    /// 3.2: while the head of the queue fits, it takes its nodes.
    fn dispatch(&mut self, now: u64, jobs: &mut [Job], input: &Input) {
        while let Some(run) = self.head(jobs)
            && jobs[run].spec.nodes <= self.fleet.idle()
        {
            self.start(run, now, jobs, input);
        }
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

    /// 3.3: the number of nodes the cluster should have.
    pub fn desired(&self, now: u64, jobs: &[Job]) -> u64 {
        let wanted = self.demand(jobs) + self.spare_nodes(now);
        wanted.clamp(self.min_nodes(), self.max_nodes())
    }

    /// 3.3: how many nodes it lacks. Reading (3.12): what an evaluation asks for is wanted until the next
    /// one.
    pub fn wanted(&self, now: u64, jobs: &[Job]) -> u64 {
        match self.settings.utilization {
            Some(_) => self.asked.iter().sum(),
            None => self.desired(now, jobs).saturating_sub(self.allocated()),
        }
    }

    /// The nodes that the head needs; 0 without a head.
    fn blocked(&self, jobs: &[Job]) -> u64 {
        self.head(jobs).map_or(0, |run| jobs[run].spec.nodes)
    }

    /// Q3: how many nodes the head lacks that only quota keeps from it; 0 if it is not starved.
    pub fn need(&self, now: u64, jobs: &[Job]) -> u64 {
        self.blocked(jobs)
            .saturating_sub(self.unoccupied())
            .min(self.wanted(now, jobs))
    }

    /// Requests nodes.
    pub fn request(&mut self, now: u64, count: u64) {
        self.count_requests(now, count);
        let dedicated = self.dedicated_of(count);
        for position in 0..count {
            let constants = (self.settings.allocation, self.settings.boot);
            let drawn = self.settings.boots.get(self.spin_ups);
            let (mut allocation, boot) = drawn.copied().unwrap_or(constants);
            if let Some(failures) = &self.settings.failures {
                let paused = failures.pauses(now, &mut self.failure_draws);
                self.counts.paused += paused;
                allocation += paused;
            }
            let id = self.fleet.nodes.len() + self.fleet.left.len();
            let mut node = Node::new(id as u64, now, allocation, boot);
            node.low = position >= dedicated;
            self.fleet.nodes.push(node);
            self.spin_ups += 1;
        }
    }

    /// 3.4 and 3.5: surplus nodes leave.
    fn release(&mut self, now: u64, jobs: &[Job]) {
        while self.allocated() > self.desired(now, jobs) {
            let Some(at) = self.first_to_leave(now) else {
                return;
            };
            self.dismiss(at, now);
        }
    }

    /// Releases a node, or cancels it. Q6: the quota of one that was never leased is free at once.
    pub fn dismiss(&mut self, at: usize, now: u64) {
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
                && self.idle_until(node).is_some_and(|until| now >= until)
            {
                expired.push((since, std::cmp::Reverse(node.id), at));
            }
        }
        expired.into_iter().min().map(|(_, _, at)| at)
    }

    /// All times at which something happens, past ones included; `goes_on` is whether a run or the horizon
    /// is still to come after `now`.
    pub fn times(&self, now: u64, goes_on: bool, jobs: &[Job], times: &mut Vec<u64>) {
        self.fleet.times(jobs, times);
        self.scaling_times(now, goes_on, times);
        for node in &self.fleet.nodes {
            times.extend(self.idle_until(node));
        }
        times.extend(&self.leaving);
        times.extend(self.settings.mass_losses.iter().map(|mass| mass.at));
    }

    /// Q7: what its queued runs wait for.
    fn cause(&self, now: u64, jobs: &[Job]) -> Cause {
        if self.blocked(jobs) <= self.unoccupied() {
            Cause::Provisioning
        } else if self.wanted(now, jobs) > 0 {
            Cause::Quota
        } else {
            Cause::Capacity
        }
    }

    /// Books the time from `from` to `to`.
    pub fn walk(&mut self, from: u64, to: u64, jobs: &mut [Job]) {
        let cause = self.cause(from, jobs);
        for &run in &self.queue {
            jobs[run].wait(from, to, cause);
        }
        let counts = (self.allocated(), self.min_nodes(), self.blocked(jobs));
        self.add_load(from, to, jobs);
        self.count_spare(from, to, jobs);
        self.fleet.walk((from, to), jobs, counts);
    }
}

impl Passing for ClusterState<'_> {
    fn waiting(&self) -> &[usize] {
        &self.queue
    }

    fn nodes(&self) -> &Fleet {
        &self.fleet
    }

    fn discipline(&self) -> Discipline {
        self.settings.discipline
    }

    fn mean_provisioning(&self) -> u64 {
        let constants = self.settings.allocation + self.settings.boot;
        self.settings.mean_provisioning.unwrap_or(constants)
    }

    fn room(&self) -> u64 {
        self.max_nodes().saturating_sub(self.allocated())
    }

    fn start(&mut self, run: usize, now: u64, jobs: &mut [Job], input: &Input) {
        let ids = self.fleet.idle_nodes(self.settings.idle_node_choice);
        self.queue.retain(|&other| other != run);
        self.fleet.occupy(run, ids, now, jobs, input);
    }
}
