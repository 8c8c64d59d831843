//! A compute cluster (section 3). How it loses nodes stands in `loss`.

use super::job::{Activity, Cause, Job};
use super::timeline::{Counts, Timeline, rounding};
use super::{Cluster, IdleNodeChoice, Input, LeaseOut, SurplusProvisioning, TargetOut};

/// What a node does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeState {
    /// In allocation or boot.
    Preparing,
    /// Idle since.
    Idle(u64),
    /// Held by a run.
    Occupied(usize),
    /// Released, or canceled in boot: leaving or gone.
    Released(u64),
    /// Canceled at or before the end of its allocation.
    NeverLeased(u64),
    /// Lost while it was idle or occupied.
    Lost(u64),
}

/// A node.
#[derive(Clone, Debug)]
pub struct Node {
    pub id: u64,
    pub requested: u64,
    /// End of the allocation.
    pub billed_from: u64,
    /// End of the boot.
    pub ready_at: u64,
    /// When its life ends, drawn when it is ready; `u64::MAX` is never.
    pub lost_at: u64,
    pub state: NodeState,
    /// Environments it has pulled.
    pub pulled: Vec<usize>,
    pub timeline: Timeline,
}

/// A cluster on its way.
#[derive(Debug)]
pub struct ClusterState<'a> {
    pub settings: &'a Cluster,
    /// Runs that wait for nodes, in no particular order.
    pub queue: Vec<usize>,
    /// Runs that have nodes.
    pub active: Vec<usize>,
    /// Nodes in `allocated`.
    pub nodes: Vec<Node>,
    /// Nodes that are leaving or gone.
    pub left: Vec<Node>,
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
    pub timeline: Timeline,
}

impl<'a> ClusterState<'a> {
    /// The cluster at 0, with its minimum of nodes idle.
    pub fn new(settings: &'a Cluster) -> Self {
        let node = |id| Node {
            id,
            requested: 0,
            billed_from: 0,
            ready_at: 0,
            lost_at: u64::MAX,
            state: NodeState::Preparing,
            pulled: Vec::new(),
            timeline: Timeline::default(),
        };
        let mut state = Self {
            settings,
            queue: Vec::new(),
            active: Vec::new(),
            nodes: (0..u64::from(settings.min_nodes)).map(node).collect(),
            left: Vec::new(),
            leaving: Vec::new(),
            spin_ups: 0,
            ready: 0,
            mass_draws_used: 0,
            mass_losses_done: None,
            touched: false,
            timeline: Timeline::default(),
        };
        state.nodes_ready(0);
        state
    }

    /// Runs whose end is `now` end; their nodes go idle.
    pub fn end_runs(&mut self, now: u64, jobs: &mut [Job]) {
        for run in self.active.clone() {
            if jobs[run].ends_at(now) {
                self.touched = true;
                jobs[run].end(now);
                self.active.retain(|&other| other != run);
                for node in &mut self.nodes {
                    if node.state == NodeState::Occupied(run) {
                        node.state = NodeState::Idle(now);
                    }
                }
            }
        }
    }

    /// Nodes whose boot ends at `now` go idle. P1: their lives are drawn, in order of id.
    pub fn nodes_ready(&mut self, now: u64) {
        for node in &mut self.nodes {
            if node.state == NodeState::Preparing && node.ready_at == now {
                self.touched = true;
                node.state = NodeState::Idle(now);
                let life = self.settings.lives.get(self.ready).copied();
                node.lost_at = now.saturating_add(life.unwrap_or(u64::MAX));
                self.ready += 1;
            }
        }
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
        self.touched |= self.nodes.iter().any(due);
    }

    /// Whether the decision has made something happen at `now`.
    pub fn has_event_at(&self, now: u64, jobs: &[Job]) -> bool {
        let ready = |node: &Node| node.state == NodeState::Preparing && node.ready_at == now;
        self.active.iter().any(|&run| jobs[run].ends_at(now)) || self.nodes.iter().any(ready)
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

    /// The ids of the idle nodes, the one to be taken first in front.
    fn idle_nodes(&self) -> Vec<u64> {
        let mut idle: Vec<(u64, u64)> = Vec::new();
        for node in &self.nodes {
            if let NodeState::Idle(since) = node.state {
                idle.push((since, node.id));
            }
        }
        match self.settings.idle_node_choice {
            IdleNodeChoice::MostRecentlyIdle => {
                idle.sort_by_key(|&(since, id)| (std::cmp::Reverse(since), id));
            }
            IdleNodeChoice::LeastRecentlyIdle => idle.sort_unstable(),
        }
        idle.into_iter().map(|(_, id)| id).collect()
    }

    /// 3.2: while the head of the queue fits, it takes its nodes.
    fn dispatch(&mut self, now: u64, jobs: &mut [Job], input: &Input) {
        while let Some(run) = self.head(jobs)
            && u64::from(jobs[run].spec.nodes) <= self.idle()
        {
            self.start(run, now, jobs, input);
        }
    }

    /// A queued run takes its nodes, of which as many are idle.
    pub fn start(&mut self, run: usize, now: u64, jobs: &mut [Job], input: &Input) {
        let mut ids = self.idle_nodes();
        ids.truncate(jobs[run].spec.nodes as usize);
        ids.sort_unstable();
        self.queue.retain(|&other| other != run);
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

    /// Number of idle nodes.
    pub fn idle(&self) -> u64 {
        self.idle_nodes().len() as u64
    }

    /// Number of occupied nodes.
    pub fn occupied(&self) -> u64 {
        let occupied = |node: &&Node| matches!(node.state, NodeState::Occupied(_));
        self.nodes.iter().filter(occupied).count() as u64
    }

    /// Number of idle and provisioning nodes.
    pub fn unoccupied(&self) -> u64 {
        self.allocated() - self.occupied()
    }

    /// Number of provisioning, idle and occupied nodes.
    pub fn allocated(&self) -> u64 {
        self.nodes.len() as u64
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
        let mut wanted = self.occupied();
        for &run in &self.queue {
            wanted += u64::from(jobs[run].spec.nodes);
        }
        wanted.clamp(
            u64::from(self.settings.min_nodes),
            u64::from(self.settings.max_nodes),
        )
    }

    /// 3.3: how many nodes it lacks.
    pub fn wanted(&self, jobs: &[Job]) -> u64 {
        self.desired(jobs).saturating_sub(self.allocated())
    }

    /// Q3: how many nodes the head lacks that only quota keeps from it; 0 if it is not starved.
    pub fn need(&self, jobs: &[Job]) -> u64 {
        let nodes = self
            .head(jobs)
            .map_or(0, |run| u64::from(jobs[run].spec.nodes));
        nodes
            .saturating_sub(self.unoccupied())
            .min(self.wanted(jobs))
    }

    /// Requests nodes.
    pub fn request(&mut self, now: u64, count: u64) {
        for _ in 0..count {
            let constants = (self.settings.allocation, self.settings.boot);
            let drawn = self.settings.boots.get(self.spin_ups);
            let (allocation, boot) = drawn.copied().unwrap_or(constants);
            self.nodes.push(Node {
                id: u64::from(self.settings.min_nodes) + self.spin_ups as u64,
                requested: now,
                billed_from: now + allocation,
                ready_at: now + allocation + boot,
                lost_at: u64::MAX,
                state: NodeState::Preparing,
                pulled: Vec::new(),
                timeline: Timeline::default(),
            });
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

    /// Releases a node, or cancels it.
    fn dismiss(&mut self, at: usize, now: u64) {
        let mut node = self.nodes.remove(at);
        node.state = match node.state {
            // Q6: its quota is free at once.
            NodeState::Preparing if now <= node.billed_from => NodeState::NeverLeased(now),
            _ => NodeState::Released(now),
        };
        // Reading: with no time in leaving it is gone, and its quota free, at once and not only
        // when the instant is drained again.
        if node.state == NodeState::Released(now) && self.settings.leaving > 0 {
            self.leaving.push(now + self.settings.leaving);
        }
        self.left.push(node);
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
            let provisioning = |&at: &usize| self.nodes[at].state == NodeState::Preparing;
            let newest = (0..self.nodes.len())
                .filter(provisioning)
                .max_by_key(|&at| self.nodes[at].id);
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
        for (at, node) in self.nodes.iter().enumerate() {
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
        for &run in &self.active {
            times.extend(jobs[run].times());
        }
        for node in &self.nodes {
            match node.state {
                NodeState::Preparing => times.extend([node.billed_from, node.ready_at]),
                NodeState::Idle(since) => times.push(since + self.settings.idle_before_scale_down),
                _ => {}
            }
            if node.lost_at < u64::MAX {
                times.push(node.lost_at);
            }
        }
        times.extend(&self.leaving);
        times.extend(self.settings.mass_losses.iter().map(|mass| mass.at));
    }

    /// Q7: what its queued runs wait for.
    fn cause(&self, jobs: &[Job]) -> Cause {
        let head = self.head(jobs);
        let nodes = head.map_or(0, |run| u64::from(jobs[run].spec.nodes));
        if nodes <= self.unoccupied() {
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
        let mut all = Counts {
            allocated: self.allocated(),
            ..Counts::default()
        };
        let mut idle = 0;
        for node in &mut self.nodes {
            let mut own = Counts::default();
            match node.state {
                NodeState::Preparing if from >= node.billed_from => {
                    own.boot = 1;
                    all.boot += 1;
                }
                NodeState::Idle(_) => {
                    own.idle_before_scale_down = 1;
                    idle += 1;
                }
                NodeState::Occupied(run) => match jobs[run].activity(from) {
                    Activity::NodeSetup => {
                        own.node_setup = 1;
                        all.node_setup += 1;
                    }
                    Activity::Running => {
                        own.run = 1;
                        all.run += 1;
                    }
                    Activity::Finalizing => {
                        own.finalize = 1;
                        all.finalize += 1;
                    }
                },
                _ => {}
            }
            node.timeline.push(from, to, own);
        }
        // Section 6: the idle nodes are split over the reasons they are idle for.
        let blocked = self
            .head(jobs)
            .map_or(0, |run| u64::from(jobs[run].spec.nodes));
        all.idle_gang_assembly = idle.min(blocked);
        let minimum = u64::from(self.settings.min_nodes)
            .saturating_sub(self.occupied())
            .saturating_sub(all.idle_gang_assembly);
        all.idle_min_nodes = minimum.min(idle - all.idle_gang_assembly);
        all.idle_before_scale_down = idle - all.idle_gang_assembly - all.idle_min_nodes;
        self.timeline.push(from, to, all);
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
        // The nodes of t = 0 were not requested.
        let requested = |node: &&&Node| {
            let counts = node.requested >= input.warmup && node.requested < end;
            counts && node.id >= u64::from(self.settings.min_nodes)
        };
        let spin_ups = nodes.iter().filter(requested).count() as u64;
        let mut leases: Vec<LeaseOut> = Vec::new();
        for node in nodes {
            let released = match node.state {
                NodeState::NeverLeased(_) => continue,
                NodeState::Released(time) | NodeState::Lost(time) => time,
                _ if node.billed_from >= end => continue,
                _ => end,
            };
            let time = node.timeline.integrate(node.billed_from, released);
            leases.push(LeaseOut {
                target,
                node: node.id,
                requested: node.requested,
                billed_from: node.billed_from,
                released,
                ended_by_loss: matches!(node.state, NodeState::Lost(_)),
                boot: time.boot,
                node_setup: time.node_setup,
                run: time.run,
                lost: time.lost,
                finalize: time.finalize,
                idle: time.idle_before_scale_down,
            });
        }
        let ended_in_time = |lease: &&LeaseOut| lease.released >= input.warmup;
        let billed = leases.iter().filter(ended_in_time);
        let time = self.timeline.integrate(input.warmup, end);
        let within = self.timeline.integrate(input.warmup, input.horizon);
        let lost = |node: &&Node| matches!(node.state, NodeState::Lost(_));
        let totals = TargetOut {
            end,
            boot: time.boot,
            node_setup: time.node_setup,
            run: time.run,
            lost_within: within.lost,
            lost_in_drain: time.lost - within.lost,
            finalize: time.finalize,
            idle_gang_assembly: time.idle_gang_assembly,
            idle_min_nodes: time.idle_min_nodes,
            idle_before_scale_down: time.idle_before_scale_down,
            rounding: billed
                .map(|l| rounding(&input.targets[target], l.released - l.billed_from))
                .sum(),
            spin_ups,
            nodes_evicted: self.left.iter().filter(lost).count() as u64,
            peak_nodes: time.allocated,
        };
        (leases, totals)
    }
}
