//! A pool of nodes with a controller of its own (targets.md section 3).

use super::controllers::{Answer, Controller, Policy, Seen, answer};
use super::fleet::{Fleet, Node, NodeState};
use super::job::{Cause, Job};
use super::passing::Passing;
use super::{Counts, Deallocation, Discipline, IdleNodeChoice, Input, OnLoss, Pool, SECOND, draw};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Power {
    Off,
    Starting(u64),
    On(u64),
}

/// A pool on its way.
#[derive(Debug)]
pub struct PoolState<'a> {
    settings: &'a Pool,
    /// Runs that wait, in no particular order.
    pub queue: Vec<usize>,
    pub fleet: Fleet,
    power: Power,
    starts: usize,
    /// When the pool was left without a run.
    unused_since: Option<u64>,
    node_draws: usize,
    operation_draws: usize,
    operation_until: Option<u64>,
    life_draws: usize,
    /// What was seen since the pool got on.
    history: Vec<Seen>,
    last_asked: Option<u64>,
    is_due: bool,
    /// Low-priority nodes lost and not sought again.
    to_seek: u64,
    samples: Vec<(u64, u64)>,
    ids: u64,
    /// Nodes that were asked for and that quota has not given: dedicated ones, and those of low priority.
    wanted: [u64; 2],
    /// Draws of failures used so far.
    failure_draws: usize,
    /// D5: whether anything has happened to it since its last decision.
    touched: bool,
    /// What of all this occurred.
    pub counts: Counts,
    wanted_since: u64,
}

/// Reading: the most nodes that it can ever have, beside `max_nodes`: a formula asks for no more than
/// its fixed number, or its start nodes where samples are always too few.
pub fn most_nodes(pool: &Pool) -> u64 {
    let Controller::Batch(formula) = &pool.controller else {
        return pool.max_nodes;
    };
    let most = match formula.policy {
        Policy::Fixed(nodes) => nodes,
        Policy::Pending(start) | Policy::Replace(start) => {
            let mut enough = false;
            // Times of evaluation against those of samples repeat after at most 30 s of whole seconds.
            for evaluation in 1_000..1_031 {
                let now = evaluation * pool.evaluation_interval;
                let mut count = 0;
                let mut at = now / (30 * SECOND) * 30 * SECOND;
                while at + formula.window >= now {
                    count += u64::from(at + formula.delay <= now);
                    at -= 30 * SECOND;
                }
                enough |= count > 0 && count * 30 * SECOND * 10 >= 7 * formula.window;
            }
            if enough { pool.max_nodes } else { start }
        }
    };
    most.clamp(pool.min_nodes, pool.max_nodes)
}

impl<'a> PoolState<'a> {
    /// The pool at 0: on, or off if it stops itself.
    pub fn new(settings: &'a Pool) -> Self {
        let mut pool = Self {
            settings,
            queue: Vec::new(),
            fleet: Fleet::default(),
            power: Power::Off,
            starts: 0,
            unused_since: None,
            node_draws: 0,
            operation_draws: 0,
            operation_until: None,
            life_draws: 0,
            history: Vec::new(),
            last_asked: None,
            is_due: false,
            to_seek: 0,
            samples: Vec::new(),
            ids: 0,
            wanted: [0; 2],
            failure_draws: 0,
            touched: false,
            counts: Counts::default(),
            wanted_since: 0,
        };
        if settings.stop_after_idle.is_none() {
            pool.power = Power::On(0);
            pool.add_first_nodes(0, 0);
            for node in &mut pool.fleet.nodes {
                node.spins_up = false;
            }
            pool.make_ready(0);
        }
        pool
    }

    /// The nodes of a start. Reading: system nodes take the first ids, then come low-priority nodes,
    /// as in the formulas.
    fn add_first_nodes(&mut self, now: u64, creation: u64) {
        for _ in 0..self.settings.system_nodes {
            let node = self.add_node(now, false, (0, 0));
            node.state = NodeState::System;
            node.spins_up = false;
        }
        for _ in 0..self.settings.min_nodes {
            let low = self.size_of(true) < self.settings.low_priority_nodes;
            self.add_node(now, low, (0, creation));
        }
    }

    fn add_node(&mut self, now: u64, low: bool, (allocation, boot): (u64, u64)) -> &mut Node {
        let mut node = Node::new(self.ids, now, allocation, boot);
        node.low = low;
        self.ids += 1;
        self.fleet.nodes.push(node);
        self.fleet.nodes.last_mut().expect("just added")
    }

    /// Preparing nodes whose time has come go idle.
    fn make_ready(&mut self, now: u64) {
        let (lives, drawn) = (&self.settings.lives, &mut self.life_draws);
        self.touched |= self.fleet.nodes_ready(now, |node| {
            if !node.low || lives.is_empty() {
                return u64::MAX;
            }
            *drawn += 1;
            draw(lives, *drawn - 1)
        });
    }

    /// Rank 0: runs end.
    pub fn end_runs(&mut self, now: u64, jobs: &mut [Job]) {
        if self.fleet.end_runs(now, jobs) {
            self.touched = true;
            self.note_use(now);
        }
    }

    /// Rank 2: the pool gets on, nodes are ready.
    pub fn ready(&mut self, now: u64) {
        if self.power == Power::Starting(now) {
            self.power = Power::On(now);
            self.history = Vec::new();
            self.is_due = true;
        }
        self.make_ready(now);
    }

    /// Rank 3: nodes are lost.
    pub fn lose_nodes(&mut self, now: u64, jobs: &mut [Job]) {
        for id in self.fleet.at_their_end(now) {
            self.touched = true;
            self.to_seek += self.fleet.count(|node| node.id == id && !node.marked);
            if let Some(run) = self.fleet.lose(id, now, jobs) {
                if jobs[run].spec.on_loss != OnLoss::Fail {
                    self.queue.push(run);
                }
                self.note_use(now);
            }
        }
    }

    /// A run joins its queue.
    pub fn join(&mut self, run: usize) {
        self.queue.push(run);
        self.touched = true;
        self.unused_since = None;
    }

    /// Rank 5: evaluations.
    pub fn ticks(&mut self, now: u64, is_wanted: bool) {
        if let Power::On(since) = self.power
            && (now - since).is_multiple_of(self.settings.evaluation_interval)
            && is_wanted
            && self.history.last().is_none_or(|seen| seen.at < now)
        {
            self.is_due = true;
            self.touched = true;
        }
    }

    /// Rank 6: the pool stops. Reading: like an evaluation, a stop falls out when nothing is left; it
    /// does not extend the target's end.
    pub fn idle_timeouts(&mut self, now: u64, is_wanted: bool) {
        if let Power::On(_) = self.power
            && let (Some(since), Some(limit)) = (self.unused_since, self.settings.stop_after_idle)
            && limit > 0
            && since + limit == now
            && is_wanted
        {
            self.stop(now);
        }
    }

    fn is_in_use(&self) -> bool {
        !self.queue.is_empty() || !self.fleet.active.is_empty()
    }

    /// A run has left its nodes.
    fn note_use(&mut self, now: u64) {
        if !self.is_in_use() {
            self.unused_since = Some(now);
        }
    }

    fn takes_samples(&self) -> bool {
        matches!(self.settings.controller, Controller::Batch(_))
    }

    /// Whether the decision has made something happen at `now`.
    pub fn has_event_at(&self, now: u64, jobs: &[Job]) -> bool {
        self.power == Power::Starting(now) || self.fleet.has_event_at(now, jobs)
    }

    fn size_of(&self, low: bool) -> u64 {
        self.fleet
            .count(|node| node.state != NodeState::System && !node.marked && node.low == low)
    }

    fn size(&self) -> u64 {
        self.size_of(false) + self.size_of(true)
    }

    fn view(&self, now: u64, jobs: &[Job]) -> Seen {
        let mut view = Seen {
            at: now,
            pending: self.queue.iter().map(|&run| jobs[run].spec.nodes).sum(),
            occupied: self.fleet.occupied(),
            min: self.settings.min_nodes,
            max: self.settings.max_nodes,
            last_asked: self.last_asked,
            low_size: self.size_of(true),
            low_most: self.settings.low_priority_nodes,
            ..Seen::default()
        };
        for node in &self.fleet.nodes {
            match node.state {
                NodeState::Preparing => view.provisioning += 1,
                NodeState::Idle(since) => {
                    view.idle += 1;
                    view.idle_since.push(since);
                }
                _ => {}
            }
        }
        view
    }

    /// 3.9: nodes that hold quota. Reading: marked ones do until they are gone.
    pub fn held(&self) -> u64 {
        match self.power {
            Power::Off => self.settings.system_nodes + self.settings.min_nodes,
            _ => self.fleet.nodes.len() as u64,
        }
    }

    /// Nodes that take runs and hold quota.
    pub fn allocated(&self) -> u64 {
        match self.power {
            Power::Off => self.settings.min_nodes,
            _ => self.size(),
        }
    }

    /// Q3: the nodes that the head lacks and that are wanted.
    pub fn need(&self, jobs: &[Job]) -> u64 {
        let there = |node: &Node| matches!(node.state, NodeState::Preparing | NodeState::Idle(_));
        let lacks = self.blocked(jobs).saturating_sub(self.fleet.count(there));
        lacks.min(self.wanted.iter().sum())
    }

    /// 3.9: takes of what is wanted as much as quota gives, dedicated nodes first.
    pub fn request(&mut self, now: u64, most: u64) {
        let dedicated = self.wanted[0].min(most);
        let low = self.wanted[1].min(most - dedicated);
        self.wanted = [self.wanted[0] - dedicated, self.wanted[1] - low];
        self.add_nodes(now, false, dedicated);
        self.add_nodes(now, true, low);
        if now > self.wanted_since {
            self.counts.given_later += dedicated + low;
        }
        if dedicated + low > 0 {
            self.begin_operation(now);
        }
    }

    /// The decision pass.
    pub fn decide(
        &mut self,
        now: u64,
        jobs: &mut [Job],
        input: &Input,
        (is_wanted, quota_room): (bool, Option<u64>),
    ) {
        if self.takes_samples() && now.is_multiple_of(30 * SECOND) && is_wanted {
            let view = self.view(now, jobs);
            if self.samples.last().is_none_or(|&(at, _)| at < now) {
                self.samples.push((now, view.occupied + view.pending));
            }
        }
        if self.power == Power::Off && !self.queue.is_empty() {
            self.power_on(now);
        }
        let Power::On(_) = self.power else {
            return;
        };
        let has_quota = quota_room.is_some();
        self.dispatch(now, jobs, input, quota_room);
        let stops_at_once = self.settings.stop_after_idle == Some(0);
        if stops_at_once && !self.is_in_use() && is_wanted {
            self.stop(now);
            return;
        }
        if self.is_due {
            self.evaluate(now, jobs, input, quota_room);
        } else if self.to_seek > 0 && is_wanted {
            self.seek_again(now);
        }
        if !has_quota {
            self.request(now, u64::MAX);
        }
    }

    fn power_on(&mut self, now: u64) {
        let creation = draw(&self.settings.creations, self.starts);
        self.starts += 1;
        self.power = Power::Starting(now + creation);
        self.add_first_nodes(now, creation);
    }

    fn stop(&mut self, now: u64) {
        self.power = Power::Off;
        while !self.fleet.nodes.is_empty() {
            self.fleet.dismiss(0, now);
        }
        self.history = Vec::new();
        self.samples = Vec::new();
        self.operation_until = None;
        self.last_asked = None;
        self.is_due = false;
        self.to_seek = 0;
        self.wanted = [0; 2];
        self.unused_since = None;
    }

    /// 3.2: heads that fit start, and then those who may pass the head that is left.
    fn dispatch(&mut self, now: u64, jobs: &mut [Job], input: &Input, quota_room: Option<u64>) {
        while let Some(run) = self.head(jobs)
            && jobs[run].spec.nodes <= self.fleet.idle()
        {
            self.start(run, now, jobs, input);
        }
        if std::mem::take(&mut self.touched) {
            let waiting = self.queue.len();
            self.pass(now, jobs, input, quota_room);
            self.counts.passed += (waiting - self.queue.len()) as u64;
        }
    }

    fn evaluate(&mut self, now: u64, jobs: &mut [Job], input: &Input, quota_room: Option<u64>) {
        self.is_due = false;
        self.wanted = [0; 2];
        self.to_seek = 0;
        let view = self.view(now, jobs);
        self.history.push(view);
        let given = answer(&self.settings.controller, &self.history, &self.samples);
        let busy = self.operation_until.is_some_and(|until| now < until);
        let (asked, went, target_low) = match given {
            _ if busy => (0, 0, 0),
            Answer::Nothing => (0, 0, 0),
            Answer::More(nodes) => (self.ask(now, false, nodes), 0, 0),
            Answer::Fewer(nodes) => (0, self.let_go(now, nodes, jobs), 0),
            Answer::Targets(dedicated, low) => self.resize(now, (dedicated, low), jobs),
        };
        let seen = self.history.last_mut().expect("just pushed");
        (seen.asked, seen.went, seen.target_low) = (asked, went, target_low);
        seen.ignored = busy;
        if asked > 0 {
            self.last_asked = Some(now);
        }
        if quota_room.is_none() {
            self.request(now, u64::MAX);
        }
        if went > 0 {
            self.begin_operation(now);
        }
        // Reading: what was taken from runs on the other tier's nodes may serve at once.
        if went > 0 {
            self.touched = true;
            self.dispatch(now, jobs, input, quota_room);
        }
    }

    /// An operation begins, where the pool scales by them: its nodes are those asked for now.
    fn begin_operation(&mut self, now: u64) {
        let Some(operations) = &self.settings.operations else {
            return;
        };
        let length = draw(operations, self.operation_draws);
        self.operation_draws += 1;
        self.operation_until = Some(now + length);
        for node in &mut self.fleet.nodes {
            if node.state == NodeState::Preparing && node.requested == now {
                node.billed_from = now;
                node.ready_at = now + length;
            }
        }
    }

    /// Resizes the tiers: fewer first, then more. Reading: dedicated nodes come first; `min_nodes` is a
    /// bound of the whole target, so that a tier may shrink while the other grows.
    fn resize(
        &mut self,
        now: u64,
        (dedicated, low): (u64, u64),
        jobs: &mut [Job],
    ) -> (u64, u64, u64) {
        let (mut went, mut asked) = (0, 0);
        for (tier, target) in [(false, dedicated), (true, low)] {
            let surplus = self.size_of(tier).saturating_sub(target);
            went += self.take_away(now, tier, surplus, jobs);
        }
        for (tier, target) in [(false, dedicated), (true, low)] {
            let lacking = target.saturating_sub(self.size_of(tier));
            asked += self.ask(now, tier, lacking);
        }
        (asked, went, low)
    }

    fn seek_again(&mut self, now: u64) {
        self.to_seek = 0;
        if let Controller::Batch(formula) = &self.settings.controller
            && !matches!(formula.policy, Policy::Replace(_))
            && let Some(last) = self.history.last()
        {
            let lacking = last.target_low.saturating_sub(self.size_of(true));
            self.ask(now, true, lacking);
        }
    }

    /// Asks for more nodes of a tier; gives how many.
    fn ask(&mut self, now: u64, low: bool, nodes: u64) -> u64 {
        let others = self.wanted[usize::from(!low)];
        let room = self.settings.max_nodes.saturating_sub(self.size() + others);
        let asked = nodes.min(room);
        self.wanted[usize::from(low)] = asked;
        self.wanted_since = now;
        asked
    }

    fn add_nodes(&mut self, now: u64, low: bool, nodes: u64) {
        for _ in 0..nodes {
            let mut times = (0, u64::MAX - now);
            // The time of an operation is drawn for all of its nodes.
            if self.settings.operations.is_none() {
                let drawn = self.node_draws;
                times.0 = draw(&self.settings.allocations, drawn);
                times.1 = draw(&self.settings.boots, drawn);
                if let Some(failures) = &self.settings.failures {
                    let paused = failures.pauses(now, &mut self.failure_draws);
                    self.counts.paused += paused;
                    times.0 += paused;
                }
                self.node_draws += 1;
            }
            self.add_node(now, low, times);
        }
    }

    /// Lets nodes go; gives how many (marked ones as well).
    fn let_go(&mut self, now: u64, nodes: u64, jobs: &mut [Job]) -> u64 {
        let most = self.size().saturating_sub(self.settings.min_nodes);
        self.take_away(now, false, nodes.min(most), jobs)
    }

    fn take_away(&mut self, now: u64, low: bool, nodes: u64, jobs: &mut [Job]) -> u64 {
        let mut left = nodes;
        while left > 0 {
            // The longest idle first, of equals the lowest id.
            let mut first: Option<(u64, usize)> = None;
            for (at, node) in self.fleet.nodes.iter().enumerate() {
                if let NodeState::Idle(since) = node.state
                    && node.low == low
                    && first.is_none_or(|best| (since, at) < best)
                {
                    first = Some((since, at));
                }
            }
            let Some((_, at)) = first else {
                break;
            };
            self.fleet.dismiss(at, now);
            left -= 1;
        }
        if self.settings.deallocation != Deallocation::IdleOnly {
            while left > 0 {
                let Some((run, held)) = self.last_assigned(low, jobs) else {
                    break;
                };
                if held > left {
                    break;
                }
                left -= held;
                self.take_from(run, low, now, jobs);
            }
        }
        nodes - left
    }

    /// The run that was assigned last of those with unmarked nodes of the tier (of equals the one
    /// that holds the highest id), and how many it has.
    fn last_assigned(&self, low: bool, jobs: &[Job]) -> Option<(usize, u64)> {
        let of = |node: &Node| node.low == low && !node.marked;
        let mut best: Option<(u64, u64, usize)> = None;
        for node in &self.fleet.nodes {
            if let NodeState::Occupied(run) = node.state
                && of(node)
            {
                let highest = jobs[run].out.nodes_held.iter().max();
                let key = (
                    jobs[run].assigned_at(),
                    *highest.expect("it has nodes"),
                    run,
                );
                best = best.max(Some(key));
            }
        }
        let (_, _, run) = best?;
        let held = |node: &Node| node.state == NodeState::Occupied(run) && of(node);
        Some((run, self.fleet.count(held)))
    }

    fn take_from(&mut self, run: usize, low: bool, now: u64, jobs: &mut [Job]) {
        for node in &mut self.fleet.nodes {
            if node.state == NodeState::Occupied(run) && node.low == low {
                node.marked = true;
            }
        }
        if self.settings.deallocation == Deallocation::TaskCompletion {
            return;
        }
        let terminate = self.settings.deallocation == Deallocation::Terminate;
        if terminate {
            self.fleet.waste_checkpoints(run, now, jobs);
        }
        let wasted = jobs[run].deallocate(now, terminate);
        self.fleet.waste(run, wasted, jobs);
        if !terminate {
            self.queue.push(run);
        }
        self.fleet.vacate(run, now);
        self.note_use(now);
    }

    /// All times at which something happens or changes, past ones included; `goes_on` is whether a run
    /// or the horizon is still to come after `now`.
    pub fn times(&self, now: u64, goes_on: bool, jobs: &[Job], times: &mut Vec<u64>) {
        self.fleet.times(jobs, times);
        match self.power {
            Power::Off => {}
            Power::Starting(until) => times.push(until),
            Power::On(since) => {
                let interval = self.settings.evaluation_interval;
                if goes_on {
                    times.push(since + ((now - since) / interval + 1) * interval);
                }
                let limit = self.settings.stop_after_idle;
                if let (Some(since), Some(limit)) = (self.unused_since, limit) {
                    times.push(since + limit);
                }
            }
        }
        if self.takes_samples() && goes_on {
            times.push((now / (30 * SECOND) + 1) * 30 * SECOND);
        }
    }

    /// What its queued runs wait for (semantics.md 3.8).
    fn cause(&self, jobs: &[Job]) -> Cause {
        let there = |node: &Node| matches!(node.state, NodeState::Preparing | NodeState::Idle(_));
        if matches!(self.power, Power::Starting(_)) || self.blocked(jobs) <= self.fleet.count(there)
        {
            Cause::Provisioning
        } else if self.wanted != [0; 2] {
            Cause::Quota
        } else {
            Cause::Capacity
        }
    }

    /// The nodes that the head needs; 0 without a head.
    fn blocked(&self, jobs: &[Job]) -> u64 {
        self.head(jobs).map_or(0, |run| jobs[run].spec.nodes)
    }

    /// Books the time from `from` to `to`.
    pub fn walk(&mut self, from: u64, to: u64, jobs: &mut [Job]) {
        let cause = self.cause(jobs);
        for &run in &self.queue {
            jobs[run].wait(from, to, cause);
        }
        let counts = (self.size(), self.settings.min_nodes, self.blocked(jobs));
        self.fleet.walk((from, to), jobs, counts);
    }
}

impl Passing for PoolState<'_> {
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
        self.settings.mean_provisioning
    }

    fn room(&self) -> u64 {
        self.settings.max_nodes.saturating_sub(self.size())
    }

    fn start(&mut self, run: usize, now: u64, jobs: &mut [Job], input: &Input) {
        let ids = self.fleet.idle_nodes(IdleNodeChoice::MostRecentlyIdle);
        self.queue.retain(|&other| other != run);
        self.fleet.occupy(run, ids, now, jobs, input);
    }
}
