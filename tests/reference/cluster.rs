//! A compute cluster (section 3).

use super::timeline::{Counts, Timeline, rounding};
use super::workspace::{Activity, Job, head};
use super::{Cluster, IdleNodeChoice, Input, LeaseOut, SurplusProvisioning, TargetOut};

/// What a node does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NodeState {
    /// In allocation or boot.
    Preparing,
    /// Idle since.
    Idle(u64),
    /// Held by a run.
    Occupied(usize),
    /// Released, or cancelled in boot: leaving or gone.
    Released(u64),
    /// Cancelled at or before the end of its allocation.
    NeverLeased(u64),
}

/// A node.
#[derive(Clone, Debug)]
struct Node {
    id: u64,
    requested: u64,
    /// End of the allocation.
    billed_from: u64,
    /// End of the boot.
    ready_at: u64,
    state: NodeState,
    /// Environments it has pulled.
    pulled: Vec<usize>,
    timeline: Timeline,
}

/// A cluster on its way.
#[derive(Debug)]
pub struct ClusterState<'a> {
    settings: &'a Cluster,
    /// Runs that wait for nodes, in no particular order.
    pub queue: Vec<usize>,
    /// Runs that have nodes.
    active: Vec<usize>,
    /// Nodes in `allocated`.
    nodes: Vec<Node>,
    /// Nodes that are leaving or gone.
    left: Vec<Node>,
    /// Nodes requested so far.
    spin_ups: usize,
    timeline: Timeline,
}

impl<'a> ClusterState<'a> {
    /// The cluster at 0, with its minimum of nodes idle.
    pub fn new(settings: &'a Cluster) -> Self {
        let node = |id| Node {
            id,
            requested: 0,
            billed_from: 0,
            ready_at: 0,
            state: NodeState::Idle(0),
            pulled: Vec::new(),
            timeline: Timeline::default(),
        };
        Self {
            settings,
            queue: Vec::new(),
            active: Vec::new(),
            nodes: (0..u64::from(settings.min_nodes)).map(node).collect(),
            left: Vec::new(),
            spin_ups: 0,
            timeline: Timeline::default(),
        }
    }

    /// Runs whose end is `now` end; their nodes go idle.
    pub fn end_runs(&mut self, now: u64, jobs: &mut [Job]) {
        for run in self.active.clone() {
            if jobs[run].end_at == now {
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

    /// Nodes whose boot ends at `now` go idle.
    pub fn nodes_ready(&mut self, now: u64) {
        for node in &mut self.nodes {
            if node.state == NodeState::Preparing && node.ready_at == now {
                node.state = NodeState::Idle(now);
            }
        }
    }

    /// Whether the decision has made something happen at `now`.
    pub fn has_event_at(&self, now: u64, jobs: &[Job]) -> bool {
        let ready = |node: &Node| node.state == NodeState::Preparing && node.ready_at == now;
        self.active.iter().any(|&run| jobs[run].end_at == now) || self.nodes.iter().any(ready)
    }

    /// The decision pass.
    pub fn decide(&mut self, now: u64, jobs: &mut [Job], input: &Input) {
        self.dispatch(now, jobs, input);
        self.scale_up(now, jobs);
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
        while let Some(at) = head(&self.queue, jobs) {
            let run = self.queue[at];
            let needed = jobs[run].spec.nodes as usize;
            let mut ids = self.idle_nodes();
            if needed > ids.len() {
                return;
            }
            ids.truncate(needed);
            ids.sort_unstable();
            self.queue.remove(at);
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
    }

    /// Number of occupied nodes.
    fn occupied(&self) -> u64 {
        let occupied = |node: &&Node| matches!(node.state, NodeState::Occupied(_));
        self.nodes.iter().filter(occupied).count() as u64
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

    /// 3.3: requests the nodes that lack.
    fn scale_up(&mut self, now: u64, jobs: &[Job]) {
        while self.desired(jobs) > self.nodes.len() as u64 {
            let constants = (self.settings.allocation, self.settings.boot);
            let drawn = self.settings.boots.get(self.spin_ups);
            let (allocation, boot) = drawn.copied().unwrap_or(constants);
            self.nodes.push(Node {
                id: u64::from(self.settings.min_nodes) + self.spin_ups as u64,
                requested: now,
                billed_from: now + allocation,
                ready_at: now + allocation + boot,
                state: NodeState::Preparing,
                pulled: Vec::new(),
                timeline: Timeline::default(),
            });
            self.spin_ups += 1;
        }
    }

    /// 3.4 and 3.5: surplus nodes leave.
    fn release(&mut self, now: u64, jobs: &[Job]) {
        while self.nodes.len() as u64 > self.desired(jobs) {
            let Some(at) = self.first_to_leave(now) else {
                return;
            };
            let mut node = self.nodes.remove(at);
            node.state = match node.state {
                NodeState::Preparing if now <= node.billed_from => NodeState::NeverLeased(now),
                _ => NodeState::Released(now),
            };
            self.left.push(node);
        }
    }

    /// The index of the node that leaves first: with `cancel` the newest request, else the longest
    /// idle node of those that have been idle for long enough, and the highest id of these.
    fn first_to_leave(&self, now: u64) -> Option<usize> {
        if self.settings.surplus_provisioning == SurplusProvisioning::Cancel {
            let preparing = |&at: &usize| self.nodes[at].state == NodeState::Preparing;
            let newest = (0..self.nodes.len())
                .filter(preparing)
                .max_by_key(|&at| self.nodes[at].id);
            if newest.is_some() {
                return newest;
            }
        }
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
        }
    }

    /// Books the time from `from` to `to`.
    pub fn walk(&mut self, from: u64, to: u64, jobs: &[Job]) {
        let mut all = Counts {
            allocated: self.nodes.len() as u64,
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
                    own.idle_tail = 1;
                    idle += 1;
                }
                NodeState::Occupied(run) => match jobs[run].activity(from) {
                    Activity::Startup => {
                        own.startup = 1;
                        all.startup += 1;
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
        let blocked =
            head(&self.queue, jobs).map_or(0, |at| u64::from(jobs[self.queue[at]].spec.nodes));
        all.gang_wait = idle.min(blocked);
        let minimum = u64::from(self.settings.min_nodes)
            .saturating_sub(self.occupied())
            .saturating_sub(all.gang_wait);
        all.idle_minimum = minimum.min(idle - all.gang_wait);
        all.idle_tail = idle - all.gang_wait - all.idle_minimum;
        self.timeline.push(from, to, all);
    }

    /// Leases and totals; `end` is the later of the horizon and the end of the last run.
    pub fn output(&self, target: usize, end: u64, input: &Input) -> (Vec<LeaseOut>, TargetOut) {
        let mut nodes: Vec<&Node> = self.nodes.iter().chain(&self.left).collect();
        nodes.sort_by_key(|node| node.id);
        let mut end = end;
        for node in &nodes {
            if let NodeState::Released(time) | NodeState::NeverLeased(time) = node.state {
                end = end.max(time);
            }
        }
        let mut leases: Vec<LeaseOut> = Vec::new();
        for node in nodes {
            let released = match node.state {
                NodeState::NeverLeased(_) => continue,
                NodeState::Released(time) => time,
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
                boot: time.boot,
                startup: time.startup,
                run: time.run,
                finalize: time.finalize,
                idle: time.idle_tail,
            });
        }
        let ended_in_time = |lease: &&LeaseOut| lease.released >= input.warmup;
        let billed = leases.iter().filter(ended_in_time);
        let time = self.timeline.integrate(input.warmup, end);
        let totals = TargetOut {
            end,
            boot: time.boot,
            startup: time.startup,
            run: time.run,
            finalize: time.finalize,
            gang_wait: time.gang_wait,
            idle_minimum: time.idle_minimum,
            idle_tail: time.idle_tail,
            rounding: billed
                .map(|l| rounding(&input.targets[target], l.released - l.billed_from))
                .sum(),
            spin_ups: self.spin_ups as u64,
            peak_nodes: time.allocated,
        };
        (leases, totals)
    }
}
