//! A pool of nodes with a controller of its own (targets.md section 3).

use super::controllers::{Answer, Controller, Policy, Seen, answer};
use super::job::{Activity, Job, OnLoss, Run, RunOut, Status};
use super::{SECOND, draw};

/// A pool, its runs and all draws.
#[derive(Clone, Debug)]
pub struct Input {
    /// Fewest nodes while it is on.
    pub min_nodes: u64,
    /// Most nodes.
    pub max_nodes: u64,
    /// Nodes that never take runs.
    pub system_nodes: u64,
    /// Times of its starts.
    pub creations: Vec<u64>,
    /// It stops after so long without a run.
    pub stop_after_idle: Option<u64>,
    /// Time between evaluations.
    pub evaluation_interval: u64,
    /// Who decides.
    pub controller: Controller,
    /// Unbilled part of provisioning, of the first, second, ... node that is drawn for.
    pub allocations: Vec<u64>,
    /// Billed part.
    pub boots: Vec<u64>,
    /// Times of scaling operations, where it scales by them.
    pub operations: Option<Vec<u64>>,
    /// Whether nodes are taken from runs.
    pub deallocation: Deallocation,
    /// Low-priority nodes at most.
    pub low_priority_nodes: u64,
    /// Life of the first, second, ... low-priority node that becomes ready; none: for ever.
    pub lives: Vec<u64>,
    /// `(image_build, image_pull)` of the environments.
    pub environments: Vec<(u64, u64)>,
    /// Runs in any order.
    pub runs: Vec<Run>,
    /// Arrivals come before it.
    pub horizon: u64,
    /// Node time is counted from here on.
    pub warmup: u64,
    /// `end = "cut"`.
    pub cut: bool,
    /// A lease is rounded up to a multiple of this (at least 1).
    pub billing_granularity: u64,
    /// A lease is billed as at least this.
    pub billing_minimum: u64,
}

/// Setting `deallocation`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deallocation {
    /// Only idle nodes go.
    IdleOnly,
    /// The run joins its queue again.
    Requeue,
    /// The run fails.
    Terminate,
    /// The nodes are marked.
    TaskCompletion,
}

/// What came out.
#[derive(Clone, Debug)]
pub struct Output {
    /// One per run, in the order of the input.
    pub runs: Vec<RunOut>,
    /// By node id.
    pub leases: Vec<LeaseOut>,
    /// Runs that failed since their nodes were taken away, by position in the input.
    pub terminated: Vec<usize>,
    /// Leases (node, from, to) of the system nodes.
    pub system_node_leases: Vec<(u64, u64, u64)>,
    /// The target's own end.
    pub end: u64,
    /// Node time in `[warmup, horizon)` of the dedicated and the low-priority nodes.
    pub within: [Times; 2],
    /// The same in `[horizon, end)`.
    pub drain: [Times; 2],
    /// Standing node time in `[warmup, horizon)` and in `[horizon, end)`.
    pub system_nodes: [u64; 2],
    /// Idle time of the whole pool in `[warmup, end)`: gang wait, minimum, tail.
    pub idle_kinds: [u64; 3],
    /// Rounding of leases that end at or after the warm-up: dedicated, low-priority, standing.
    pub rounding: [u64; 3],
    /// Nodes requested in `[warmup, end)`, standing ones and those of t = 0 left out.
    pub spin_ups: u64,
    /// Nodes lost in `[warmup, end)`.
    pub nodes_evicted: u64,
    /// The largest size that lasted some time in `[warmup, end)`.
    pub peak_nodes: u64,
}

/// Node time by category.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// Second part of provisioning, start or operation.
    pub boot: u64,
    /// Pull, setup and restart.
    pub node_setup: u64,
    /// Running, without what was lost.
    pub run: u64,
    /// Running that was lost.
    pub lost: u64,
    /// Finalizing.
    pub finalize: u64,
    /// Idle.
    pub idle: u64,
    /// All of background runs.
    pub background: u64,
}

/// A lease, not clipped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaseOut {
    /// Node id.
    pub node: u64,
    /// Whether it is low-priority.
    pub low: bool,
    /// When it was requested.
    pub requested: u64,
    /// End of the allocation.
    pub billed_from: u64,
    /// End of the lease.
    pub released: u64,
    /// Whether the loss of the node ended it.
    pub ended_by_loss: bool,
    /// Its time by category, that of background runs among that of others.
    pub times: Times,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Preparing,
    Idle(u64),
    Occupied(usize),
    Gone(u64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Category {
    Boot,
    NodeSetup,
    Run,
    Finalize,
    Idle,
}

#[derive(Clone, Debug)]
struct Node {
    id: u64,
    low: bool,
    state: State,
    requested: u64,
    billed_from: u64,
    ready_at: u64,
    marked: bool,
    lost: bool,
    dies_at: Option<u64>,
    images: Vec<usize>,
    /// Stretches `[from, to)`, in order, and whether they were of a background run.
    spent: Vec<(u64, u64, Category, bool)>,
    /// Stretches of Running that were lost.
    wasted: Vec<(u64, u64, bool)>,
}

impl Node {
    fn is_there(&self) -> bool {
        !matches!(self.state, State::Gone(_))
    }

    /// Whether it counts in the size.
    fn counts(&self) -> bool {
        self.is_there() && !self.marked
    }

    /// Time by category in `[low, high)`; that of background runs is apart if `apart`.
    fn times(&self, low: u64, high: u64, apart: bool) -> Times {
        let clip = |from: u64, to: u64| to.min(high).saturating_sub(from.max(low));
        let mut times = Times::default();
        for &(from, to, category, background) in &self.spent {
            let time = clip(from, to);
            match category {
                _ if background && apart => times.background += time,
                Category::Boot => times.boot += time,
                Category::NodeSetup => times.node_setup += time,
                Category::Run => times.run += time,
                Category::Finalize => times.finalize += time,
                Category::Idle => times.idle += time,
            }
        }
        for &(from, to, background) in &self.wasted {
            if background && apart {
                continue;
            }
            times.lost += clip(from, to);
            times.run -= clip(from, to);
        }
        times
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Power {
    Off,
    Starting(u64),
    On(u64),
}

struct Pool<'a> {
    input: &'a Input,
    jobs: Vec<Job>,
    /// Runs not submitted yet.
    coming: Vec<usize>,
    /// Runs that wait for their image.
    building: Vec<usize>,
    /// When each environment is built, once a build has begun.
    built_at: Vec<Option<u64>>,
    queue: Vec<usize>,
    entries: u64,
    power: Power,
    starts: usize,
    /// When the pool was left without a run.
    unused_since: Option<u64>,
    nodes: Vec<Node>,
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
    system_nodes_from: Option<u64>,
    /// Ids of the system nodes that are there.
    system_node_ids: Vec<u64>,
    system_node_leases: Vec<(u64, u64, u64)>,
    terminated: Vec<usize>,
    ids: u64,
    /// Stretches with gang wait, minimum, tail and size.
    levels: Vec<(u64, u64, [u64; 4])>,
}

/// More instants than any world here has that ends: runs may give their nodes up again and again.
const MOST_INSTANTS: u64 = 20_000;

/// Simulates a pool.
pub fn simulate(input: &Input) -> Output {
    try_to_simulate(input).expect("the simulation ends")
}

/// Simulates a pool; `None` if it does not end.
pub fn try_to_simulate(input: &Input) -> Option<Output> {
    let mut pool = Pool::new(input);
    let mut now = 0;
    for _ in 0..MOST_INSTANTS {
        pool.instant(now);
        match pool.next_instant(now) {
            Some(next) if !input.cut || next < input.horizon => {
                pool.walk(now, next);
                now = next;
            }
            _ => {
                pool.walk(now, now.max(input.horizon));
                return Some(pool.output());
            }
        }
    }
    None
}

/// Reading: the most nodes that it can ever have, beside `max_nodes`: a formula asks for no more than
/// its fixed number, or its start nodes where samples are always too few.
fn most_nodes(input: &Input) -> u64 {
    let Controller::Batch(formula) = &input.controller else {
        return input.max_nodes;
    };
    let most = match formula.policy {
        Policy::Fixed(nodes) => nodes,
        Policy::Pending(start) | Policy::Replace(start) => {
            let mut enough = false;
            // Times of evaluation against those of samples repeat after at most 30 s of whole seconds.
            for evaluation in 1_000..1_031 {
                let now = evaluation * input.evaluation_interval;
                let mut count = 0;
                let mut at = now / (30 * SECOND) * 30 * SECOND;
                while at + formula.window >= now {
                    count += u64::from(at + formula.delay <= now);
                    at -= 30 * SECOND;
                }
                enough |= count > 0 && count * 30 * SECOND * 10 >= 7 * formula.window;
            }
            if enough { input.max_nodes } else { start }
        }
    };
    most.clamp(input.min_nodes, input.max_nodes)
}

impl<'a> Pool<'a> {
    fn new(input: &'a Input) -> Self {
        let mut pool = Self {
            input,
            jobs: input.runs.iter().map(Job::new).collect(),
            coming: (0..input.runs.len()).collect(),
            building: Vec::new(),
            built_at: vec![None; input.environments.len()],
            queue: Vec::new(),
            entries: 0,
            power: Power::Off,
            starts: 0,
            unused_since: None,
            nodes: Vec::new(),
            node_draws: 0,
            operation_draws: 0,
            operation_until: None,
            life_draws: 0,
            history: Vec::new(),
            last_asked: None,
            is_due: false,
            to_seek: 0,
            samples: Vec::new(),
            system_nodes_from: None,
            system_node_ids: Vec::new(),
            ids: 0,
            system_node_leases: Vec::new(),
            terminated: Vec::new(),
            levels: Vec::new(),
        };
        // Arrivals come before the horizon.
        pool.coming
            .retain(|&run| input.runs[run].submit < input.horizon);
        if input.stop_after_idle.is_none() {
            pool.power = Power::On(0);
            pool.add_standing(0);
            for _ in 0..input.min_nodes {
                // Reading: first low-priority nodes, as in the formulas.
                let low = pool.size_of(true) < input.low_priority_nodes;
                pool.add_node(0, low, 0, 0);
            }
            pool.make_ready(0, |_| true);
        }
        pool
    }

    /// Reading: system nodes take the first ids of a start.
    fn add_standing(&mut self, now: u64) {
        self.system_nodes_from = Some(now);
        self.system_node_ids = (self.ids..self.ids + self.input.system_nodes).collect();
        self.ids += self.input.system_nodes;
    }

    fn add_node(&mut self, now: u64, low: bool, allocation: u64, boot: u64) {
        let id = self.ids;
        self.ids += 1;
        self.nodes.push(Node {
            id,
            low,
            state: State::Preparing,
            requested: now,
            billed_from: now + allocation,
            ready_at: now + allocation + boot,
            marked: false,
            lost: false,
            dies_at: None,
            images: Vec::new(),
            spent: Vec::new(),
            wasted: Vec::new(),
        });
    }

    /// Preparing nodes whose time has come go idle.
    fn make_ready(&mut self, now: u64, which: impl Fn(&Node) -> bool) {
        for node in &mut self.nodes {
            if node.state == State::Preparing && node.ready_at <= now && which(node) {
                node.state = State::Idle(now);
                if node.low && !self.input.lives.is_empty() {
                    let life = draw(&self.input.lives, self.life_draws);
                    self.life_draws += 1;
                    node.dies_at = now.checked_add(life);
                }
            }
        }
    }

    /// An instant: drained and decided until nothing is left.
    fn instant(&mut self, now: u64) {
        loop {
            self.drain(now);
            if self.takes_samples() && now.is_multiple_of(30 * SECOND) && self.is_wanted(now) {
                let view = self.view(now);
                if self.samples.last().is_none_or(|&(at, _)| at < now) {
                    self.samples.push((now, view.occupied + view.pending));
                }
            }
            self.decide(now);
            if !self.has_event(now) {
                return;
            }
        }
    }

    fn takes_samples(&self) -> bool {
        matches!(self.input.controller, Controller::Batch(_))
    }

    fn has_event(&self, now: u64) -> bool {
        self.event_times().contains(&now)
    }

    /// Times at which events happen that are not over yet.
    fn event_times(&self) -> Vec<u64> {
        let mut times: Vec<u64> = Vec::new();
        for &run in &self.coming {
            times.push(self.jobs[run].spec.submit);
        }
        for &run in &self.building {
            let environment = self.jobs[run].spec.environment.expect("it has an image");
            times.extend(self.built_at[environment]);
        }
        for job in &self.jobs {
            times.extend(job.attempt.as_ref().map(|attempt| attempt.end));
        }
        if let Power::Starting(until) = self.power {
            times.push(until);
        }
        for node in &self.nodes {
            if node.state == State::Preparing {
                times.push(node.ready_at);
            }
        }
        times
    }

    /// All events of the instant that are known, by rank.
    fn drain(&mut self, now: u64) {
        // Rank 0: runs end.
        for run in 0..self.jobs.len() {
            let ends = |job: &Job| job.attempt.as_ref().is_some_and(|a| a.end == now);
            if ends(&self.jobs[run]) {
                self.jobs[run].end(now);
                self.free_nodes(run, now);
            }
        }
        // Rank 1: images are ready.
        for environment in 0..self.built_at.len() {
            if self.built_at[environment] == Some(now) {
                let ready: Vec<usize> = self.building.clone();
                for run in ready {
                    if self.jobs[run].spec.environment == Some(environment) {
                        self.building.retain(|&other| other != run);
                        self.join(run, now);
                    }
                }
            }
        }
        // Rank 2: the pool gets on, nodes are ready.
        if self.power == Power::Starting(now) {
            self.power = Power::On(now);
            self.history = Vec::new();
            self.is_due = true;
        }
        self.make_ready(now, |_| true);
        // Rank 3: nodes are lost; from the horizon on while a run is left.
        if self.is_wanted(now) {
            for at in 0..self.nodes.len() {
                if self.nodes[at].is_there() && self.nodes[at].dies_at == Some(now) {
                    self.lose(at, now);
                }
            }
        }
        // Rank 4: submissions.
        let mut submitted: Vec<usize> = Vec::new();
        for &run in &self.coming {
            if self.jobs[run].spec.submit == now {
                submitted.push(run);
            }
        }
        submitted.sort_by_key(|&run| (self.jobs[run].spec.workload, self.jobs[run].spec.position));
        self.coming.retain(|run| !submitted.contains(run));
        for run in submitted {
            self.submit(run, now);
        }
        // Rank 5: evaluations.
        if let Power::On(since) = self.power
            && (now - since).is_multiple_of(self.input.evaluation_interval)
            && self.is_wanted(now)
            && self.history.last().is_none_or(|seen| seen.at < now)
        {
            self.is_due = true;
        }
        // Rank 6: the pool stops.
        if let Power::On(_) = self.power
            && let (Some(since), Some(limit)) = (self.unused_since, self.input.stop_after_idle)
            && limit > 0
            && since + limit == now
            && self.is_wanted(now)
        {
            self.stop(now);
        }
    }

    fn submit(&mut self, run: usize, now: u64) {
        let job = &mut self.jobs[run];
        if job.spec.nodes > most_nodes(self.input) {
            job.out.status = Status::Failed;
            job.out.ended = Some(now);
            return;
        }
        let Some(environment) = job.spec.environment else {
            self.join(run, now);
            return;
        };
        let (build, _) = self.input.environments[environment];
        let ready = *self.built_at[environment].get_or_insert(now + build);
        if ready > now {
            self.building.push(run);
        } else {
            self.join(run, now);
        }
    }

    fn join(&mut self, run: usize, now: u64) {
        self.jobs[run].out.queued = Some(now);
        self.jobs[run].entry = self.entries;
        self.entries += 1;
        self.queue.push(run);
        self.unused_since = None;
    }

    /// Whether the horizon is to come or a run has not ended. Reading: like an evaluation, a stop falls
    /// out when nothing is left; it does not extend the target's end.
    fn is_wanted(&self, now: u64) -> bool {
        let left = |job: &Job| job.spec.submit < self.input.horizon && job.out.ended.is_none();
        now < self.input.horizon || self.jobs.iter().any(left)
    }

    fn is_in_use(&self) -> bool {
        !self.queue.is_empty() || self.jobs.iter().any(|job| job.attempt.is_some())
    }

    /// The run has left its nodes.
    fn free_nodes(&mut self, run: usize, now: u64) {
        for node in &mut self.nodes {
            if node.state == State::Occupied(run) {
                node.state = if node.marked {
                    State::Gone(now)
                } else {
                    State::Idle(now)
                };
            }
        }
        if !self.is_in_use() {
            self.unused_since = Some(now);
        }
    }

    /// The work of the run since its last checkpoint is lost, on all its nodes.
    fn waste(&mut self, run: usize, now: u64, anew: bool) -> u64 {
        let (from, to) = self.jobs[run].give_up(now, anew);
        for node in &mut self.nodes {
            if node.state == State::Occupied(run) {
                node.wasted.push((from, to, self.jobs[run].spec.background));
            }
        }
        to - from
    }

    /// A node is lost.
    fn lose(&mut self, at: usize, now: u64) {
        let state = self.nodes[at].state;
        if let State::Occupied(run) = state {
            self.jobs[run].out.lost += self.waste(run, now, false);
            self.jobs[run].out.losses += 1;
            self.nodes[at].state = State::Gone(now);
            if self.jobs[run].spec.on_loss == OnLoss::Fail {
                self.jobs[run].out.status = Status::Failed;
                self.jobs[run].out.ended = Some(now);
            } else {
                self.queue.push(run);
            }
            self.free_nodes(run, now);
        }
        self.nodes[at].state = State::Gone(now);
        self.nodes[at].lost = true;
        if !self.nodes[at].marked {
            self.to_seek += 1;
        }
    }

    fn size_of(&self, low: bool) -> u64 {
        let of = |node: &&Node| node.counts() && node.low == low;
        self.nodes.iter().filter(of).count() as u64
    }

    fn size(&self) -> u64 {
        self.size_of(false) + self.size_of(true)
    }

    fn pending(&self) -> u64 {
        let mut sum = 0;
        for &run in &self.queue {
            sum += self.jobs[run].spec.nodes;
        }
        sum
    }

    fn view(&self, now: u64) -> Seen {
        let mut view = Seen {
            at: now,
            pending: self.pending(),
            min: self.input.min_nodes,
            max: self.input.max_nodes,
            last_asked: self.last_asked,
            low_size: self.size_of(true),
            low_most: self.input.low_priority_nodes,
            ..Seen::default()
        };
        for node in &self.nodes {
            if node.marked {
                continue;
            }
            match node.state {
                State::Preparing => view.provisioning += 1,
                State::Idle(since) => {
                    view.idle += 1;
                    view.idle_since.push(since);
                }
                State::Occupied(_) => view.occupied += 1,
                State::Gone(_) => {}
            }
        }
        view
    }

    /// The decision pass.
    fn decide(&mut self, now: u64) {
        if self.power == Power::Off && !self.queue.is_empty() {
            self.start(now);
        }
        let Power::On(_) = self.power else {
            return;
        };
        self.dispatch(now);
        let stops_at_once = self.input.stop_after_idle == Some(0);
        if stops_at_once && !self.is_in_use() && self.is_wanted(now) {
            self.stop(now);
            return;
        }
        if self.is_due {
            self.evaluate(now);
        } else if self.to_seek > 0 && self.is_wanted(now) {
            self.seek_again(now);
        }
    }

    fn start(&mut self, now: u64) {
        let creation = draw(&self.input.creations, self.starts);
        self.starts += 1;
        self.power = Power::Starting(now + creation);
        self.add_standing(now);
        for _ in 0..self.input.min_nodes {
            let low = self.size_of(true) < self.input.low_priority_nodes;
            self.add_node(now, low, 0, creation);
        }
    }

    fn stop(&mut self, now: u64) {
        self.power = Power::Off;
        for node in &mut self.nodes {
            if node.is_there() {
                node.state = State::Gone(now);
            }
        }
        if let Some(from) = self.system_nodes_from.take() {
            for id in std::mem::take(&mut self.system_node_ids) {
                self.system_node_leases.push((id, from, now));
            }
        }
        self.history = Vec::new();
        self.samples = Vec::new();
        self.operation_until = None;
        self.last_asked = None;
        self.is_due = false;
        self.to_seek = 0;
        self.unused_since = None;
    }

    /// The head: the largest priority, then the earliest entry.
    fn head(&self) -> Option<usize> {
        let key = |run: &usize| {
            let job = &self.jobs[*run];
            (std::cmp::Reverse(job.spec.priority), job.entry)
        };
        self.queue.iter().copied().min_by_key(key)
    }

    fn dispatch(&mut self, now: u64) {
        while let Some(run) = self.head() {
            let mut idle: Vec<(u64, u64)> = Vec::new();
            for node in &self.nodes {
                if let State::Idle(since) = node.state {
                    idle.push((u64::MAX - since, node.id));
                }
            }
            idle.sort_unstable();
            let wanted = self.jobs[run].spec.nodes;
            if (idle.len() as u64) < wanted {
                return;
            }
            let mut taken: Vec<u64> = Vec::new();
            for &(_, id) in &idle {
                if (taken.len() as u64) < wanted {
                    taken.push(id);
                }
            }
            taken.sort_unstable();
            let mut pull = 0;
            for node in &mut self.nodes {
                if taken.contains(&node.id) {
                    node.state = State::Occupied(run);
                    if let Some(image) = self.jobs[run].spec.environment
                        && !node.images.contains(&image)
                    {
                        node.images.push(image);
                        pull = self.input.environments[image].1;
                    }
                }
            }
            self.queue.retain(|&other| other != run);
            self.jobs[run].assign(now, pull, taken);
        }
    }

    fn evaluate(&mut self, now: u64) {
        self.is_due = false;
        self.to_seek = 0;
        let view = self.view(now);
        self.history.push(view);
        let given = answer(&self.input.controller, &self.history, &self.samples);
        let busy = self.operation_until.is_some_and(|until| now < until);
        let (asked, went, target_low) = match given {
            _ if busy => (0, 0, 0),
            Answer::Nothing => (0, 0, 0),
            Answer::More(nodes) => (self.ask(now, false, nodes), 0, 0),
            Answer::Fewer(nodes) => (0, self.let_go(now, false, nodes), 0),
            Answer::Targets(dedicated, low) => self.resize(now, dedicated, low),
        };
        let seen = self.history.last_mut().expect("just pushed");
        (seen.asked, seen.went, seen.target_low) = (asked, went, target_low);
        seen.ignored = busy;
        if asked > 0 {
            self.last_asked = Some(now);
        }
        if let Some(operations) = &self.input.operations
            && asked + went > 0
        {
            let length = draw(operations, self.operation_draws);
            self.operation_draws += 1;
            self.operation_until = Some(now + length);
            for node in &mut self.nodes {
                if node.state == State::Preparing && node.requested == now {
                    node.billed_from = now;
                    node.ready_at = now + length;
                }
            }
        }
        // Reading: what was taken from runs on the other tier's nodes may serve at once.
        if went > 0 {
            self.dispatch(now);
        }
    }

    /// Resizes the tiers: fewer first, then more. Reading: dedicated nodes come first; `min_nodes` is a
    /// bound of the whole target, so that a tier may shrink while the other grows.
    fn resize(&mut self, now: u64, dedicated: u64, low: u64) -> (u64, u64, u64) {
        let mut went = 0;
        for (tier, target) in [(false, dedicated), (true, low)] {
            let size = self.size_of(tier);
            went += self.take_away(now, tier, size.saturating_sub(target));
        }
        let mut asked = 0;
        for (tier, target) in [(false, dedicated), (true, low)] {
            let size = self.size_of(tier);
            asked += self.ask(now, tier, target.saturating_sub(size));
        }
        (asked, went, low)
    }

    fn seek_again(&mut self, now: u64) {
        self.to_seek = 0;
        if let Controller::Batch(formula) = &self.input.controller
            && !matches!(formula.policy, Policy::Replace(_))
            && let Some(last) = self.history.last()
        {
            let lacking = last.target_low.saturating_sub(self.size_of(true));
            self.ask(now, true, lacking);
        }
    }

    /// Asks for more nodes of a tier; gives how many.
    fn ask(&mut self, now: u64, low: bool, nodes: u64) -> u64 {
        let room = self.input.max_nodes.saturating_sub(self.size());
        let asked = nodes.min(room);
        for _ in 0..asked {
            if self.input.operations.is_some() {
                // Their time is set when the operation is drawn.
                self.add_node(now, low, 0, u64::MAX - now);
            } else {
                let allocation = draw(&self.input.allocations, self.node_draws);
                let boot = draw(&self.input.boots, self.node_draws);
                self.node_draws += 1;
                self.add_node(now, low, allocation, boot);
            }
        }
        asked
    }

    /// Lets nodes of a tier go; gives how many (marked ones as well).
    fn let_go(&mut self, now: u64, low: bool, nodes: u64) -> u64 {
        let most = self.size().saturating_sub(self.input.min_nodes);
        self.take_away(now, low, nodes.min(most))
    }

    fn take_away(&mut self, now: u64, low: bool, nodes: u64) -> u64 {
        let mut left = nodes;
        let wanted = left;
        while left > 0 {
            // The longest idle first, of equals the lowest id.
            let mut first: Option<(u64, usize)> = None;
            for (at, node) in self.nodes.iter().enumerate() {
                if let State::Idle(since) = node.state
                    && node.low == low
                    && first.is_none_or(|best| (since, at) < best)
                {
                    first = Some((since, at));
                }
            }
            let Some((_, at)) = first else {
                break;
            };
            self.nodes[at].state = State::Gone(now);
            left -= 1;
        }
        if self.input.deallocation != Deallocation::IdleOnly {
            while left > 0 {
                let Some((run, held)) = self.last_assigned(low) else {
                    break;
                };
                if held > left {
                    break;
                }
                left -= held;
                self.take_from(run, low, now);
            }
        }
        wanted - left
    }

    /// The run that was assigned last of those with unmarked nodes of the tier (of equals the one
    /// that holds the highest id), and how many it has.
    fn last_assigned(&self, low: bool) -> Option<(usize, u64)> {
        let mut best: Option<(u64, u64, usize)> = None;
        for node in &self.nodes {
            if let State::Occupied(run) = node.state
                && node.low == low
                && !node.marked
            {
                let attempt = self.jobs[run].attempt.as_ref().expect("it has nodes");
                let highest = self.jobs[run].out.nodes_held.iter().max();
                let key = (attempt.assigned, *highest.expect("it has nodes"), run);
                best = best.max(Some(key));
            }
        }
        let (_, _, run) = best?;
        let of =
            |node: &&Node| node.state == State::Occupied(run) && node.low == low && !node.marked;
        Some((run, self.nodes.iter().filter(of).count() as u64))
    }

    fn take_from(&mut self, run: usize, low: bool, now: u64) {
        if self.input.deallocation == Deallocation::TaskCompletion {
            for node in &mut self.nodes {
                if node.state == State::Occupied(run) && node.low == low {
                    node.marked = true;
                }
            }
            return;
        }
        let terminate = self.input.deallocation == Deallocation::Terminate;
        self.jobs[run].out.deallocated += self.waste(run, now, terminate);
        self.jobs[run].out.deallocations += 1;
        for node in &mut self.nodes {
            if node.state == State::Occupied(run) && node.low == low {
                node.state = State::Gone(now);
            }
        }
        if self.input.deallocation == Deallocation::Terminate {
            self.jobs[run].out.status = Status::Failed;
            self.jobs[run].out.ended = Some(now);
            self.terminated.push(run);
        } else {
            self.queue.push(run);
        }
        self.free_nodes(run, now);
    }

    /// The next time at which anything can happen or change.
    fn next_instant(&self, now: u64) -> Option<u64> {
        let mut times = self.event_times();
        for job in &self.jobs {
            if let Some(attempt) = &job.attempt {
                times.extend([attempt.running, attempt.finalizing]);
            }
        }
        for node in &self.nodes {
            if node.is_there() {
                times.extend(node.dies_at);
            }
            if node.state == State::Preparing {
                times.push(node.billed_from);
            }
        }
        let goes_on = self.is_wanted(now + 1);
        if let Power::On(since) = self.power {
            let interval = self.input.evaluation_interval;
            let next = since + ((now - since) / interval + 1) * interval;
            if goes_on {
                times.push(next);
            }
            if let (Some(since), Some(limit)) = (self.unused_since, self.input.stop_after_idle) {
                times.push(since + limit);
            }
        }
        if self.takes_samples() && goes_on {
            times.push((now / (30 * SECOND) + 1) * 30 * SECOND);
        }
        times.into_iter().filter(|&time| time > now).min()
    }

    /// Lets the time from `from` to `to` pass, in which nothing changes.
    fn walk(&mut self, from: u64, to: u64) {
        if from == to {
            return;
        }
        let mut idle = 0;
        let mut occupied = 0;
        for node in &mut self.nodes {
            let mut background = false;
            let category = match node.state {
                State::Preparing if node.billed_from <= from => Category::Boot,
                State::Preparing | State::Gone(_) => continue,
                State::Idle(_) => {
                    idle += 1;
                    Category::Idle
                }
                State::Occupied(run) => {
                    occupied += u64::from(!node.marked);
                    background = self.jobs[run].spec.background;
                    match self.jobs[run].activity(from) {
                        Activity::NodeSetup => Category::NodeSetup,
                        Activity::Running => Category::Run,
                        Activity::Finalizing => Category::Finalize,
                    }
                }
            };
            node.spent.push((from, to, category, background));
        }
        let blocked = self.head().map_or(0, |run| self.jobs[run].spec.nodes);
        let gang = idle.min(blocked);
        let minimum = self.input.min_nodes.saturating_sub(occupied + gang);
        let minimum = minimum.min(idle - gang);
        let kinds = [gang, minimum, idle - gang - minimum, self.size()];
        self.levels.push((from, to, kinds));
    }

    fn output(mut self) -> Output {
        let input = self.input;
        if input.cut {
            for job in &mut self.jobs {
                job.cut(input.horizon);
            }
        }
        let mut end = input.horizon;
        for job in &self.jobs {
            end = end.max(job.out.ended.unwrap_or(0));
        }
        for node in &self.nodes {
            if let State::Gone(at) = node.state {
                end = end.max(at);
            }
        }
        if let Some(from) = self.system_nodes_from {
            for id in self.system_node_ids.clone() {
                self.system_node_leases.push((id, from, end));
            }
        }
        let mut output = Output {
            runs: self.jobs.iter().map(|job| job.out.clone()).collect(),
            leases: Vec::new(),
            system_node_leases: self.system_node_leases.clone(),
            terminated: self.terminated.clone(),
            end,
            within: [Times::default(); 2],
            drain: [Times::default(); 2],
            system_nodes: [0; 2],
            idle_kinds: [0; 3],
            rounding: [0; 3],
            spin_ups: 0,
            nodes_evicted: 0,
            peak_nodes: 0,
        };
        self.add_nodes(&mut output);
        for &(_, from, to) in &self.system_node_leases {
            output.rounding[2] += rounding(input, from, to);
            let clip = |low: u64, high: u64| to.min(high).saturating_sub(from.max(low));
            output.system_nodes[0] += clip(input.warmup, input.horizon);
            output.system_nodes[1] += clip(input.horizon, end);
        }
        for &(from, to, kinds) in &self.levels {
            let time = to.min(end).saturating_sub(from.max(input.warmup));
            for (sum, kind) in output.idle_kinds.iter_mut().zip(kinds) {
                *sum += kind * time;
            }
            if time > 0 {
                output.peak_nodes = output.peak_nodes.max(kinds[3]);
            }
        }
        output
    }

    /// Leases and sums over the nodes.
    fn add_nodes(&self, output: &mut Output) {
        let (input, end) = (self.input, output.end);
        for node in &self.nodes {
            let requested = node.requested >= input.warmup && node.requested < end;
            let was_there = node.requested == 0 && input.stop_after_idle.is_none();
            let was_there = was_there && node.id < input.system_nodes + input.min_nodes;
            output.spin_ups += u64::from(requested && !was_there);
            output.nodes_evicted +=
                u64::from(node.lost && matches!(node.state, State::Gone(at) if at >= input.warmup));
            let released = match node.state {
                // Canceled at or before the end of its allocation: no lease.
                State::Gone(at) if at <= node.billed_from && at < node.ready_at => continue,
                State::Gone(at) => at,
                _ if node.billed_from >= end => continue,
                _ => end,
            };
            let tier = usize::from(node.low);
            output.rounding[tier] += rounding(input, node.billed_from, released);
            add(
                &mut output.within[tier],
                node.times(input.warmup, input.horizon, true),
            );
            add(
                &mut output.drain[tier],
                node.times(input.horizon, end, true),
            );
            output.leases.push(LeaseOut {
                node: node.id,
                low: node.low,
                requested: node.requested,
                billed_from: node.billed_from,
                released,
                ended_by_loss: node.lost,
                times: node.times(0, end, false),
            });
        }
    }
}

/// What billing adds to a lease that ends at or after the warm-up.
fn rounding(input: &Input, from: u64, to: u64) -> u64 {
    let granularity = input.billing_granularity.max(1);
    let length = to - from;
    let billed = length.div_ceil(granularity) * granularity;
    let counts = to >= input.warmup;
    u64::from(counts) * (billed.max(input.billing_minimum) - length)
}

fn add(sum: &mut Times, more: Times) {
    sum.boot += more.boot;
    sum.node_setup += more.node_setup;
    sum.run += more.run;
    sum.lost += more.lost;
    sum.finalize += more.finalize;
    sum.idle += more.idle;
    sum.background += more.background;
}
