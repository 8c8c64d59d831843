//! What changes the number of nodes that a cluster should have: limits by the clock (3.10), spare nodes
//! (3.11), utilization (3.12) and tiers (3.13).

use super::cluster::ClusterState;
use super::fleet::{Node, NodeState};
use super::job::Job;
use super::{CapacityWindow, Cluster, Input};

/// Targets of utilization are counted in these.
const BILLION: u128 = 1_000_000_000;

impl CapacityWindow {
    /// Whether it holds.
    pub fn is_open(&self, now: u64) -> bool {
        let before = self.changes.iter().rev().find(|(at, _)| *at <= now);
        before.map_or(self.initially_open, |(_, open)| *open)
    }
}

/// The limits of a cluster.
#[derive(Clone, Copy, Debug)]
struct Limits {
    min: u64,
    max: u64,
    idle: u64,
}

impl Cluster {
    /// Limits at a time: of several windows that hold, the last that says something.
    fn limits(&self, now: u64) -> Limits {
        let mut limits = Limits {
            min: self.min_nodes,
            max: self.max_nodes,
            idle: self.idle_before_scale_down,
        };
        for window in self.capacity.iter().filter(|window| window.is_open(now)) {
            limits.min = window.min_nodes.unwrap_or(limits.min);
            limits.max = window.max_nodes.unwrap_or(limits.max);
            limits.idle = window.idle_before_scale_down.unwrap_or(limits.idle);
        }
        limits.min = limits.min.min(limits.max);
        limits
    }

    /// The largest `max_nodes` of all windows and of its own.
    pub fn largest(&self) -> u64 {
        let windows = self.capacity.iter().filter_map(|window| window.max_nodes);
        windows.fold(self.max_nodes, u64::max)
    }

    /// Nodes that are there at 0.
    pub fn first_nodes(&self) -> u64 {
        self.limits(0).min
    }
}

impl ClusterState<'_> {
    /// Fewest nodes as things are.
    pub fn min_nodes(&self) -> u64 {
        self.settings.limits(self.limits_of).min
    }

    /// Most nodes as things are.
    pub fn max_nodes(&self) -> u64 {
        self.settings.limits(self.limits_of).max
    }

    /// The idle limit of nodes that go idle now. Reading: of those that go idle at the tick of a change, and
    /// before it, the one that held until then.
    pub fn idle_limit(&self) -> u64 {
        self.settings.limits(self.limits_of).idle
    }

    /// When a node has been idle for long enough, if that says anything.
    pub fn idle_until(&self, node: &Node) -> Option<u64> {
        match node.state {
            NodeState::Idle(since) if self.settings.utilization.is_none() => {
                Some(since + node.idle_limit)
            }
            _ => None,
        }
    }

    /// Rank 5: windows and evaluations. Reading: windows change nothing any more once the cluster is not
    /// wanted, as their ticks do not extend its end.
    pub fn ticks(&mut self, now: u64, is_wanted: bool) {
        let is_wanted = is_wanted && !self.is_given_up();
        let changes = |window: &CapacityWindow| window.changes.iter().any(|(at, _)| *at == now);
        if is_wanted && self.settings.capacity.iter().any(changes) {
            self.limits_of = now;
            self.fleet.idle_limit = self.idle_limit();
            self.touched = true;
        }
        if let Some(rule) = &self.settings.utilization
            && now.is_multiple_of(rule.refresh)
            && is_wanted
            && self.needs.last().is_none_or(|&(at, _)| at < now)
        {
            self.is_due = true;
            self.touched = true;
        }
    }

    /// Occupied nodes and those that queued runs ask for.
    pub fn demand(&self, jobs: &[Job]) -> u64 {
        let queued = self.queue.iter().map(|&run| jobs[run].spec.nodes);
        self.fleet.occupied() + queued.sum::<u64>()
    }

    /// 3.11: looks whether there is demand.
    pub fn note_demand(&mut self, now: u64, jobs: &[Job]) {
        if self.demand(jobs) > 0 {
            self.had_demand = true;
            self.spare_until = None;
        } else if self.had_demand {
            self.had_demand = false;
            // Reading: the mean of the cluster's own idle time, also in a window that has another.
            self.spare_until = Some(now + self.settings.idle_before_scale_down);
        }
    }

    /// 3.11: spare nodes as things are.
    pub fn spare_nodes(&self, now: u64) -> u64 {
        let counts = self.had_demand || self.spare_until.is_some_and(|until| now < until);
        if counts { self.settings.spare_nodes } else { 0 }
    }

    /// All times at which limits change, spare nodes are spared no more or evaluations come, past ones
    /// included.
    pub fn scaling_times(&self, now: u64, goes_on: bool, times: &mut Vec<u64>) {
        if self.settings.spare_nodes > 0 {
            times.extend(self.spare_until);
        }
        if !goes_on || self.is_given_up() {
            return;
        }
        for window in &self.settings.capacity {
            times.extend(window.changes.iter().map(|(at, _)| *at));
        }
        if let Some(rule) = &self.settings.utilization {
            times.push((now / rule.refresh + 1) * rule.refresh);
        }
    }

    /// 3.12: what the load is as things are.
    fn load(&self, jobs: &[Job]) -> u64 {
        let counts_waiting = |rule: &super::Utilization| rule.counts_waiting;
        if self
            .settings
            .utilization
            .as_ref()
            .is_some_and(counts_waiting)
        {
            self.demand(jobs)
        } else {
            self.fleet.occupied()
        }
    }

    /// 3.12: the time from `from` to `to` passes.
    pub fn add_load(&mut self, from: u64, to: u64, jobs: &[Job]) {
        self.load_time += u128::from(self.load(jobs)) * u128::from(to - from);
    }

    /// 3.12: one evaluation, if it is time for it.
    pub fn evaluate(&mut self, now: u64, jobs: &[Job], input: &Input, quota_room: Option<u64>) {
        let Some(rule) = self.settings.utilization.clone() else {
            return;
        };
        if !std::mem::take(&mut self.is_due) {
            return;
        }
        let since = self.needs.last().map(|&(at, _)| now - at);
        // Reading: at t = 0 there is no time to have a mean over, and load is as it is.
        let (load, time) = match since {
            Some(passed) if rule.averages => (self.load_time, u128::from(passed)),
            _ => (u128::from(self.load(jobs)), 1),
        };
        self.load_time = 0;
        let need = (load * BILLION).div_ceil(time * u128::from(rule.target_billionths));
        let need = u64::try_from(need).expect("not so many");
        let need = need.clamp(self.min_nodes(), self.max_nodes());
        self.needs.push((now, need));
        // Reading: the present evaluation counts in any case.
        let recent = self.needs.iter().rev();
        let recent = recent.take_while(|&&(at, _)| at == now || at + rule.scale_down_after > now);
        let wanted = recent.map(|&(_, need)| need).max().expect("at least one");
        // Reading: which of them are of low priority is settled here, also where quota gives them later.
        // Reading: an earlier need may be above a `max_nodes` that holds now; it asks for no more than that,
        // but nodes do not go as long as that need counts.
        let lacking = wanted
            .min(self.max_nodes())
            .saturating_sub(self.allocated());
        let low = self.low_of(lacking);
        self.asked = [lacking - low, low];
        let surplus = self.allocated().saturating_sub(wanted);
        let before = self.allocated();
        for _ in 0..surplus {
            let nodes = self.fleet.nodes.iter().enumerate();
            let idle = nodes.filter_map(|(at, node)| match node.state {
                NodeState::Idle(since) => Some((since, node.id, at)),
                _ => None,
            });
            let Some((_, _, at)) = idle.min() else {
                break;
            };
            self.dismiss(at, now);
            self.counts.let_go += 1;
        }
        let provisioning = self.fleet.count(|node| node.state == NodeState::Preparing);
        // Reading: nodes that wait for quota are not on their way.
        let comes = provisioning > 0 || (lacking > 0 && quota_room.is_none());
        let none_comes = !comes || self.allocated() < before;
        let waits = !self.queue.is_empty() && self.fleet.active.is_empty();
        // Reading: an evaluation that does not come to nothing does not break the row; else one node that is
        // lost and asked for again, now and then, would keep the target for ever.
        self.vain += u64::from(now >= input.horizon && waits && none_comes);
        self.counts.given_up += u64::from(self.is_given_up());
    }

    /// Whether it was given up (section 7).
    pub fn is_given_up(&self) -> bool {
        self.vain > 1_000
    }

    /// Counts nodes that are requested.
    pub fn count_requests(&mut self, now: u64, count: u64) {
        if self.limits_of == now && now > 0 {
            self.counts.at_windows += count;
        }
        if self.settings.utilization.is_some() {
            self.counts.asked += count;
        }
    }

    /// Counts the time of spare nodes.
    pub fn count_spare(&mut self, from: u64, to: u64, jobs: &[Job]) {
        let demand = self.demand(jobs);
        let without = demand.clamp(self.min_nodes(), self.max_nodes());
        let spare = self.desired(from, jobs) - without;
        self.counts.spare_time += spare.min(self.fleet.idle()) * (to - from);
    }

    /// Whether windows or evaluations come.
    pub fn has_ticks(&self) -> bool {
        self.settings.utilization.is_some() || !self.settings.capacity.is_empty()
    }

    /// 3.13: which of some nodes that are requested at one time are of low priority: the last ones.
    pub fn low_of(&self, count: u64) -> u64 {
        let low = self.fleet.count(|node| node.low);
        count.min(self.settings.low_priority_nodes - low)
    }

    /// 3.13: how many of some nodes that are requested now are dedicated, which come first.
    pub fn dedicated_of(&mut self, count: u64) -> u64 {
        if self.settings.utilization.is_none() {
            return count - self.low_of(count);
        }
        let dedicated = count.min(self.asked[0]);
        self.asked[0] -= dedicated;
        self.asked[1] -= count - dedicated;
        dedicated
    }

    /// 3.13: whether a node may be lost.
    pub fn can_be_lost(settings: &Cluster, node: &Node) -> bool {
        settings.low_priority_nodes == 0 || node.low
    }
}
