//! A service (targets.md sections 5 and 6): admission, replicas, controllers, nodes.

use super::clock::{self, Clocked};
use super::controllers::{Answer, Controller as NodeController, Seen, answer};
use super::draw;
use super::serving::{Autoscaler, Controller, Input, Machines, Metric, Nodes, Output, Part, Rule};
use super::timeline::rounding;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Coming,
    Waiting,
    Bound(usize),
    OnReplica {
        replica: usize,
        from: u64,
        until: u64,
        too_long: bool,
    },
    Served(u64),
    Rejected(u64),
    TimedOut(u64),
}

#[derive(Clone, Copy, Debug)]
struct Asked {
    arrival: u64,
    service: u64,
    cold_service: u64,
    workload: usize,
    stage: Stage,
    cold: bool,
    /// When it got its place.
    placed: u64,
    /// In which round.
    round: u64,
}

#[derive(Clone, Debug)]
struct Replica {
    /// When its start began; `None`: it waits for a node.
    started: Option<u64>,
    ready_at: u64,
    is_ready: bool,
    /// When a place of it got free last.
    freed: u64,
    draining: bool,
    node: Option<usize>,
    gone: Option<u64>,
    /// The round in which it began or got free last.
    round: u64,
}

#[derive(Clone, Debug)]
struct Node {
    ready_at: u64,
    is_ready: bool,
    front_end: bool,
    idle_since: u64,
    gone: Option<u64>,
    /// The round in which it was asked for.
    round: u64,
}

/// What held from `from` to `to`.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    from: u64,
    to: u64,
    replicas: u64,
    starting: u64,
    busy: u64,
    waiting: u64,
    ready_places: u64,
    busy_on_ready: u64,
    nodes: u64,
    nodes_provisioning: u64,
}

struct Service<'a> {
    input: &'a Input,
    requests: Vec<Asked>,
    /// Users who think: which of the workloads of users they are of, and when their request comes.
    thinking: Vec<(usize, u64)>,
    /// Of each of these workloads: how often one began to think, and how many requests came.
    thoughts: Vec<usize>,
    sent: Vec<usize>,
    /// Requests of clients that are to come: whose, and when.
    due: Vec<(usize, u64)>,
    /// Those that come when all that was due at this instant has happened.
    late: Vec<usize>,
    /// Of each client: how many came or are to come, and how many came.
    planned: Vec<usize>,
    brought: Vec<usize>,
    /// Waiting requests, first come first.
    queue: Vec<usize>,
    replicas: Vec<Replica>,
    start_draws: usize,
    nodes: Vec<Node>,
    boot_draws: usize,
    wanted: u64,
    /// Needs of all evaluations.
    needs: Vec<(u64, u64)>,
    /// Times of all changes of the rules' number.
    changes: Vec<u64>,
    nodes_asked: Option<u64>,
    /// Counts how often instants were drained: what an event makes for its own instant happens in the
    /// next round (semantics.md 1).
    round: u64,
    evaluated: Option<u64>,
    turned: Option<u64>,
    scanned: Option<u64>,
    /// Ends on replicas: time, latency if served, and time on the replica.
    ends: Vec<(u64, Option<u64>, u64)>,
    /// When replicas were started.
    begun: Vec<u64>,
    stretches: Vec<Stretch>,
}

const MOST_INSTANTS: u64 = 2_000_000;

/// Simulates a service.
pub fn simulate(input: &Input) -> Output {
    let mut service = Service::new(input);
    let ends = clock::run(&mut service, input.horizon, input.cut, MOST_INSTANTS);
    assert!(ends, "the simulation does not end");
    service.output()
}

impl<'a> Service<'a> {
    fn new(input: &'a Input) -> Self {
        let mut given = input.requests.clone();
        given.sort_by_key(|request| (request.at, request.workload, request.position));
        let asked = |request: &super::serving::Request| Asked {
            arrival: request.at,
            service: request.service,
            cold_service: request.cold_service,
            workload: request.workload,
            stage: Stage::Coming,
            cold: false,
            placed: 0,
            round: 0,
        };
        let mut service = Self {
            input,
            requests: given
                .iter()
                .filter(|request| request.at < input.horizon)
                .map(asked)
                .collect(),
            thinking: Vec::new(),
            thoughts: vec![0; input.users.len()],
            sent: vec![0; input.users.len()],
            due: Vec::new(),
            late: Vec::new(),
            planned: vec![0; input.clients.len()],
            brought: vec![0; input.clients.len()],
            queue: Vec::new(),
            replicas: Vec::new(),
            start_draws: 0,
            nodes: Vec::new(),
            boot_draws: 0,
            wanted: smallest(&input.controller),
            needs: Vec::new(),
            changes: Vec::new(),
            nodes_asked: None,
            round: 1,
            evaluated: None,
            turned: None,
            scanned: None,
            ends: Vec::new(),
            begun: Vec::new(),
            stretches: Vec::new(),
        };
        service.open();
        for (of, users) in input.users.iter().enumerate() {
            for _ in 0..users.count {
                service.think(of, 0);
            }
        }
        for (of, client) in input.clients.iter().enumerate() {
            for _ in 0..client.at_once {
                service.plan(of, client.at);
            }
        }
        service
    }

    /// What there is at t = 0.
    fn open(&mut self) {
        if let Machines::Nodes(nodes) = &self.input.machines {
            for at in 0..nodes.min {
                self.nodes.push(Node {
                    ready_at: 0,
                    is_ready: true,
                    front_end: at < nodes.front_ends,
                    idle_since: 0,
                    gone: None,
                    round: 0,
                });
            }
        }
        for _ in 0..self.wanted {
            let mut replica = Replica {
                started: Some(0),
                ready_at: 0,
                is_ready: true,
                freed: 0,
                draining: false,
                node: None,
                gone: None,
                round: 0,
            };
            if let Machines::Nodes(_) = &self.input.machines {
                replica.node = self.best_node();
                if replica.node.is_none() {
                    // Reading: one that fits no node at t = 0 waits for one like any other.
                    replica.started = None;
                    replica.is_ready = false;
                }
            }
            self.replicas.push(replica);
        }
    }

    /// 5.7: a user hears at this time that the request ended, or begins.
    fn think(&mut self, of: usize, heard: u64) {
        let horizon = self.input.horizon;
        if heard >= horizon {
            return;
        }
        let think = draw(&self.input.users[of].thinks, self.thoughts[of]);
        self.thoughts[of] += 1;
        let comes = heard + think.max(1);
        if comes < horizon {
            self.thinking.push((of, comes));
        }
    }

    /// 5.7: the sender of a request hears of its end, if it is a user.
    fn hears(&mut self, request: usize, heard: u64, now: u64) {
        let workload = self.requests[request].workload;
        let mut of = self.input.users.iter();
        if let Some(of) = of.position(|users| users.workload == workload) {
            self.think(of, heard);
        }
        let mut of = self.input.clients.iter();
        let Some(of) = of.position(|client| client.workload == workload) else {
            return;
        };
        // One that is rejected as it arrives makes room for the next there and then.
        let Asked { arrival, stage, .. } = self.requests[request];
        let rejected = arrival == now && stage == Stage::Rejected(now);
        let others = rejected || self.due.contains(&(of, now));
        if heard > now || others || self.is_coming(workload, now) {
            self.plan(of, heard);
        } else if self.planned[of] < self.input.clients[of].children && now < self.input.horizon {
            self.planned[of] += 1;
            self.late.push(of);
        }
    }

    fn is_coming(&self, workload: usize, now: u64) -> bool {
        let due = |request: &Asked| {
            let comes = request.stage == Stage::Coming && request.arrival == now;
            comes && request.workload == workload
        };
        self.requests.iter().any(due)
    }

    /// 5.7: a client sends its next request at this time.
    fn plan(&mut self, of: usize, at: u64) {
        if self.planned[of] < self.input.clients[of].children && at < self.input.horizon {
            self.planned[of] += 1;
            self.due.push((of, at));
        }
    }

    /// The users whose think time is over send their requests; each is then due like any other.
    fn send(&mut self, now: u64) {
        while let Some(at) = self.thinking.iter().position(|&(_, comes)| comes == now) {
            let (of, arrival) = self.thinking.remove(at);
            let users = &self.input.users[of];
            let service = draw(&users.services, self.sent[of]);
            self.sent[of] += 1;
            self.requests.push(Asked {
                arrival,
                service,
                cold_service: users.cold_service.unwrap_or(service),
                workload: users.workload,
                stage: Stage::Coming,
                cold: false,
                placed: 0,
                round: 0,
            });
        }
        while let Some(at) = self.due.iter().position(|&(_, comes)| comes == now) {
            let (of, arrival) = self.due.remove(at);
            let client = &self.input.clients[of];
            let service = draw(&client.services, self.brought[of]);
            self.brought[of] += 1;
            self.requests.push(Asked {
                arrival,
                service,
                cold_service: client.cold_service.unwrap_or(service),
                workload: client.workload,
                stage: Stage::Coming,
                cold: false,
                placed: 0,
                round: 0,
            });
        }
    }

    /// The first of the requests that come when all that was due has happened; it arrives next.
    fn comes_late(&mut self, now: u64) -> bool {
        let all = 0..self.late.len();
        let first = all.min_by_key(|at| self.input.clients[self.late[*at]].workload);
        let Some(first) = first else {
            return false;
        };
        let of = self.late.remove(first);
        self.due.push((of, now));
        true
    }

    /// Handles the first event of the instant by rank; false if there is none.
    fn event(&mut self, now: u64) -> bool {
        self.ends_a_request(now)
            || self.is_ready(now)
            || self.arrives(now)
            || self.evaluates(now)
            || self.rejects(now)
            || self.expires(now)
            || self.comes_late(now)
    }

    /// Rank 0: of several by replica, then in order of arrival.
    fn ends_a_request(&mut self, now: u64) -> bool {
        let mut first: Option<(usize, usize, bool)> = None;
        for (at, request) in self.requests.iter().enumerate() {
            if let Stage::OnReplica {
                replica,
                until,
                too_long,
                ..
            } = request.stage
                && until == now
                && request.round < self.round
                && first.is_none_or(|best| (replica, at) < (best.0, best.1))
            {
                first = Some((replica, at, too_long));
            }
        }
        let Some((replica, at, too_long)) = first else {
            return false;
        };
        let overhead = self.input.router_overhead;
        let request = &mut self.requests[at];
        let length = now - request.placed;
        if too_long {
            request.stage = Stage::TimedOut(now);
            self.ends.push((now, None, length));
        } else {
            request.stage = Stage::Served(now);
            let latency = now - request.arrival + overhead;
            self.ends.push((now, Some(latency), length));
        }
        self.hears(at, now + overhead, now);
        self.replicas[replica].freed = now;
        self.replicas[replica].round = self.round;
        if self.replicas[replica].draining && self.taken(replica) == 0 {
            self.remove(replica, now);
        }
        self.hand_out(now);
        true
    }

    /// Rank 2: nodes, then replicas.
    fn is_ready(&mut self, now: u64) -> bool {
        let round = self.round;
        let due = |node: &Node| {
            let waits = !node.is_ready && node.gone.is_none() && node.round < round;
            waits && node.ready_at == now
        };
        if let Some(at) = self.nodes.iter().position(due) {
            self.nodes[at].is_ready = true;
            self.nodes[at].idle_since = now;
            self.place_pending(now);
            return true;
        }
        let due = |replica: &Replica| {
            let starts = replica.started.is_some() && !replica.is_ready;
            let earlier = starts && replica.round < round;
            earlier && replica.gone.is_none() && replica.ready_at == now
        };
        let Some(at) = self.replicas.iter().position(due) else {
            return false;
        };
        self.replicas[at].is_ready = true;
        self.replicas[at].freed = now;
        self.replicas[at].round = self.round;
        for request in 0..self.requests.len() {
            if self.requests[request].stage == Stage::Bound(at) {
                self.serve(request, at, now);
            }
        }
        self.hand_out(now);
        true
    }

    /// Rank 4.
    fn arrives(&mut self, now: u64) -> bool {
        self.send(now);
        let due = |at: &usize| {
            let request = &self.requests[*at];
            request.stage == Stage::Coming && request.arrival == now
        };
        let all = (0..self.requests.len()).filter(due);
        let Some(at) = all.min_by_key(|at| (self.requests[*at].workload, *at)) else {
            return false;
        };
        if self.queue.is_empty() {
            if let Some(replica) = self.free_place() {
                self.serve(at, replica, now);
                return true;
            }
            if self.may_start(now) {
                self.start_for(at, now);
                return true;
            }
        }
        // Reading: a request does not overtake those that wait.
        let full = self
            .input
            .queue_limit
            .is_some_and(|limit| self.queue.len() as u64 >= limit);
        if full || self.input.queue_timeout == Some(0) {
            self.requests[at].stage = Stage::Rejected(now);
            self.hears(at, now, now);
        } else {
            self.requests[at].stage = Stage::Waiting;
            self.queue.push(at);
        }
        true
    }

    /// Rank 5: the controller of the replicas, then the one of the nodes.
    fn evaluates(&mut self, now: u64) -> bool {
        if self.turns_profile(now) {
            return true;
        }
        let on_grid = |interval: u64, from: u64| now >= from && now.is_multiple_of(interval);
        let due = |interval: u64, from: u64| {
            self.evaluated != Some(now) && on_grid(interval, from) && self.is_wanted(now)
        };
        match self.input.controller {
            Controller::Utilization { refresh, .. } if due(refresh, 0) => {
                self.evaluated = Some(now);
                self.utilization(now);
                return true;
            }
            Controller::Rules { interval, .. } if due(interval, interval) => {
                self.evaluated = Some(now);
                self.rules(now);
                return true;
            }
            Controller::PerRequest { .. } if !self.queue.is_empty() && self.may_start(now) => {
                let head = self.queue.remove(0);
                self.start_for(head, now);
                return true;
            }
            _ => {}
        }
        if let Machines::Nodes(nodes) = &self.input.machines
            && let Some(autoscaler) = &nodes.autoscaler
            && self.scanned != Some(now)
            && on_grid(autoscaler.scan, 0)
            && self.is_wanted(now)
        {
            self.scanned = Some(now);
            self.scan(now, nodes, autoscaler);
            return true;
        }
        false
    }

    /// Rank 6: a wait is over.
    fn rejects(&mut self, now: u64) -> bool {
        let Some(timeout) = self.input.queue_timeout else {
            return false;
        };
        for place in 0..self.queue.len() {
            let at = self.queue[place];
            if self.requests[at].arrival + timeout == now {
                self.queue.remove(place);
                self.requests[at].stage = Stage::Rejected(now);
                self.hears(at, now, now);
                return true;
            }
        }
        false
    }

    /// Rank 6: an idle replica goes.
    fn expires(&mut self, now: u64) -> bool {
        let Controller::PerRequest {
            always_ready,
            expiry,
            ..
        } = self.input.controller
        else {
            return false;
        };
        if self.existing().len() as u64 <= always_ready {
            return false;
        }
        for at in self.existing() {
            let replica = &self.replicas[at];
            let earlier = replica.is_ready && replica.round < self.round;
            if earlier && self.taken(at) == 0 && replica.freed + expiry == now {
                self.remove(at, now);
                return true;
            }
        }
        false
    }

    /// Replicas that are there and do not drain.
    fn existing(&self) -> Vec<usize> {
        let there = |at: &usize| {
            let replica = &self.replicas[*at];
            replica.gone.is_none() && !replica.draining
        };
        (0..self.replicas.len()).filter(there).collect()
    }

    /// Places of a replica that are taken.
    fn taken(&self, replica: usize) -> u64 {
        let mut taken = 0;
        for request in &self.requests {
            match request.stage {
                Stage::OnReplica { replica: on, .. } if on == replica => taken += 1,
                _ => {}
            }
        }
        taken
    }

    /// The replica whose place got free last; of equals the lowest id.
    fn free_place(&self) -> Option<usize> {
        let mut best: Option<usize> = None;
        for at in self.existing() {
            let replica = &self.replicas[at];
            if replica.is_ready
                && self.taken(at) < self.input.concurrency
                && best.is_none_or(|other| replica.freed > self.replicas[other].freed)
            {
                best = Some(at);
            }
        }
        best
    }

    fn serve(&mut self, at: usize, replica: usize, now: u64) {
        let request = &mut self.requests[at];
        let length = if request.cold {
            request.cold_service
        } else {
            request.service
        };
        let limit = self.input.timeout.unwrap_or(u64::MAX);
        request.placed = now;
        request.round = self.round;
        request.stage = Stage::OnReplica {
            replica,
            from: now,
            until: now + length.min(limit),
            too_long: length > limit,
        };
    }

    /// Waiting requests take free places.
    fn hand_out(&mut self, now: u64) {
        while !self.queue.is_empty() {
            let Some(replica) = self.free_place() else {
                return;
            };
            let head = self.queue.remove(0);
            self.serve(head, replica, now);
        }
    }

    /// 6.4: whether a replica may be started for a request.
    fn may_start(&self, now: u64) -> bool {
        let Controller::PerRequest { max, interval, .. } = self.input.controller else {
            return false;
        };
        let allowed = self.begun.last().is_none_or(|last| now - last >= interval);
        allowed && (self.existing().len() as u64) < max
    }

    fn start_for(&mut self, at: usize, now: u64) {
        let replica = self.add_replica(now);
        self.requests[at].cold = true;
        self.requests[at].stage = Stage::Bound(replica);
    }

    fn add_replica(&mut self, now: u64) -> usize {
        let replica = self.replicas.len();
        self.replicas.push(Replica {
            started: None,
            ready_at: 0,
            is_ready: false,
            freed: 0,
            draining: false,
            node: None,
            gone: None,
            round: self.round,
        });
        if let Machines::Nodes(_) = &self.input.machines {
            self.place_pending(now);
        } else {
            self.begin(replica, now);
        }
        replica
    }

    fn begin(&mut self, replica: usize, now: u64) {
        let start = draw(&self.input.starts, self.start_draws);
        self.start_draws += 1;
        self.begun.push(now);
        self.replicas[replica].started = Some(now);
        self.replicas[replica].round = self.round;
        self.replicas[replica].ready_at = now + start;
    }

    /// 6.3: replicas without a node take one, in order.
    fn place_pending(&mut self, now: u64) {
        for at in self.existing() {
            if self.replicas[at].started.is_none()
                && let Some(node) = self.best_node()
            {
                self.replicas[at].node = Some(node);
                self.begin(at, now);
            }
        }
    }

    fn replicas_on(&self, node: usize) -> u64 {
        let on = |replica: &&Replica| replica.node == Some(node) && replica.gone.is_none();
        self.replicas.iter().filter(on).count() as u64
    }

    /// The ready node that fits one more and has the most; of equals the lowest id.
    fn best_node(&self) -> Option<usize> {
        let Machines::Nodes(nodes) = &self.input.machines else {
            return None;
        };
        let mut best: Option<(u64, usize)> = None;
        for (at, node) in self.nodes.iter().enumerate() {
            let fit = if node.front_end {
                nodes.fit_beside_front_end
            } else {
                nodes.fit
            };
            let on = self.replicas_on(at);
            if node.is_ready
                && node.gone.is_none()
                && on < fit
                && best.is_none_or(|(most, _)| on > most)
            {
                best = Some((on, at));
            }
        }
        best.map(|(_, at)| at)
    }

    /// The replica is gone; its node may take another.
    fn remove(&mut self, replica: usize, now: u64) {
        self.replicas[replica].gone = Some(now);
        if let Some(node) = self.replicas[replica].node {
            if self.replicas_on(node) == 0 {
                self.nodes[node].idle_since = now;
            }
            self.place_pending(now);
        }
    }

    /// Starts what lacks, lets go what is too many.
    fn bring_to(&mut self, wanted: u64, now: u64) {
        self.wanted = wanted;
        while (self.existing().len() as u64) < wanted {
            self.add_replica(now);
        }
        while self.existing().len() as u64 > wanted {
            let victim = self.victim();
            if self.taken(victim) > 0 {
                self.replicas[victim].draining = true;
            } else {
                self.remove(victim, now);
            }
        }
    }

    /// Which replica goes: one that waits for a node, else starts, else is idle, else busy; of equals
    /// from the node with the fewest replicas; of these the newest.
    fn victim(&self) -> usize {
        let mut best: Option<((u64, u64, usize), usize)> = None;
        for at in self.existing() {
            let replica = &self.replicas[at];
            let class = match () {
                () if replica.started.is_none() => 3,
                () if !replica.is_ready => 2,
                () if self.taken(at) == 0 => 1,
                () => 0,
            };
            let few = replica
                .node
                .map_or(0, |node| u64::MAX - self.replicas_on(node));
            let key = (class, few, at);
            if best.is_none_or(|(other, _)| key > other) {
                best = Some((key, at));
            }
        }
        best.expect("there is one").1
    }

    /// 6.2.
    fn utilization(&mut self, now: u64) {
        let Controller::Utilization {
            target,
            min,
            max,
            counts_waiting,
            window,
            down_after,
            ..
        } = self.input.controller
        else {
            return;
        };
        let of = |busy: u64, waiting: u64| busy + if counts_waiting { waiting } else { 0 };
        // Load times span.
        let span = window.min(now);
        let (load, span) = if span == 0 {
            (of(self.busy(), self.queue.len() as u64), 1)
        } else {
            let mut sum = 0;
            for stretch in &self.stretches {
                let time = stretch.to.saturating_sub(stretch.from.max(now - span));
                sum += of(stretch.busy, stretch.waiting) * time;
            }
            (sum, span)
        };
        let per = target * self.input.concurrency * span;
        let need = (load * 1000).div_ceil(per).clamp(min, max);
        self.needs.push((now, need));
        let mut wanted = need;
        if need <= self.wanted {
            for &(at, other) in &self.needs {
                if at + down_after > now {
                    wanted = wanted.max(other);
                }
            }
        }
        self.bring_to(wanted, now);
    }

    fn busy(&self) -> u64 {
        let on = |request: &&Asked| matches!(request.stage, Stage::OnReplica { .. });
        self.requests.iter().filter(on).count() as u64
    }

    /// 4.5 on the nodes of 6.3.
    fn scan(&mut self, now: u64, nodes: &Nodes, autoscaler: &Autoscaler) {
        let pending = self
            .existing()
            .iter()
            .filter(|at| self.replicas[**at].started.is_none())
            .count() as u64;
        let mut seen = Seen {
            at: now,
            pending: pending.div_ceil(nodes.fit),
            last_asked: self.nodes_asked,
            ..Seen::default()
        };
        let mut size = 0;
        let mut idle: Vec<(u64, usize)> = Vec::new();
        for (at, node) in self.nodes.iter().enumerate() {
            if node.gone.is_some() {
                continue;
            }
            size += 1;
            if !node.is_ready {
                seen.provisioning += 1;
            } else if !node.front_end && self.replicas_on(at) == 0 {
                idle.push((node.idle_since, at));
            }
        }
        idle.sort_unstable();
        seen.idle = idle.len() as u64;
        seen.idle_since = idle.iter().map(|&(since, _)| since).collect();
        let controller = NodeController::Kubernetes {
            unneeded_after: autoscaler.unneeded_after,
            delay_after_add: autoscaler.delay_after_add,
            bulk: autoscaler.bulk,
        };
        match answer(&controller, &[seen], &[]) {
            Answer::More(more) if size < nodes.max => {
                self.nodes_asked = Some(now);
                for _ in 0..more.min(nodes.max - size) {
                    let boot = draw(&autoscaler.boots, self.boot_draws);
                    self.boot_draws += 1;
                    self.nodes.push(Node {
                        ready_at: now + boot,
                        is_ready: false,
                        front_end: false,
                        idle_since: 0,
                        gone: None,
                        round: self.round,
                    });
                }
            }
            Answer::Fewer(fewer) => {
                // The longest idle first.
                for (_, (_, at)) in (0..fewer.min(size - nodes.min)).zip(idle) {
                    self.nodes[at].gone = Some(now);
                }
            }
            _ => {}
        }
    }

    /// 6.5: a window of the profile begins or ends.
    fn turns_profile(&mut self, now: u64) -> bool {
        let Controller::Rules {
            min,
            max,
            profile: Some(profile),
            ..
        } = &self.input.controller
        else {
            return false;
        };
        let turn = profile.changes.iter().find(|change| change.0 == now);
        let Some(&(_, opens)) = turn.filter(|_| self.turned != Some(now)) else {
            return false;
        };
        if !self.is_wanted(now) {
            return false;
        }
        self.turned = Some(now);
        let wanted = if opens {
            profile.instances
        } else {
            self.wanted.clamp(*min, *max)
        };
        if wanted != self.wanted {
            self.changes.push(now);
            self.bring_to(wanted, now);
        }
        true
    }

    /// 6.5.
    fn rules(&mut self, now: u64) {
        let Controller::Rules {
            min,
            max,
            rules,
            profile,
            ..
        } = &self.input.controller
        else {
            return;
        };
        let current = self.wanted;
        if let Some(profile) = profile {
            let mut open = profile.initially;
            for &(at, opens) in &profile.changes {
                if at <= now {
                    open = opens;
                }
            }
            if open {
                return;
            }
        }
        let acts = |rule: &&Rule| {
            let last = self.changes.last();
            last.is_none_or(|last| now - last >= rule.cooldown)
        };
        let holds = |rule: &Rule| {
            let value = self.metric(rule, now);
            value.is_some_and(|value| exceeds(rule, value))
        };
        let out: Vec<&Rule> = rules.iter().filter(|rule| rule.change > 0).collect();
        let within: Vec<&Rule> = rules.iter().filter(|rule| rule.change < 0).collect();
        let any_out = out.iter().any(|rule| holds(rule));
        let mut wanted = current;
        if any_out {
            // Reading: an out-rule that holds but cools down keeps in-rules from acting.
            let mut most = 0;
            for rule in out.iter().copied().filter(acts) {
                if holds(rule) {
                    most = most.max(rule.change.unsigned_abs());
                }
            }
            wanted = current + most;
        } else if within.iter().all(|rule| holds(rule)) {
            let mut least = u64::MAX;
            for rule in within.iter().copied().filter(acts) {
                least = least.min(rule.change.unsigned_abs());
            }
            // None may act: no number is below the current one.
            let least = if least == u64::MAX { 0 } else { least };
            let lowest = current.saturating_sub(least).max(*min).max(1);
            for fewer in lowest..current {
                let flaps = |rule: &&&Rule| {
                    let (over, under) = self.metric(rule, now).unwrap_or((0, 1));
                    let projected = (over * u128::from(current), under * u128::from(fewer));
                    rule.above && rule.metric != Metric::Latency && exceeds(rule, projected)
                };
                if !out.iter().any(|rule| flaps(&rule)) {
                    wanted = fewer;
                    break;
                }
            }
        }
        let wanted = wanted.clamp(*min, *max);
        if wanted != current {
            self.changes.push(now);
            self.bring_to(wanted, now);
        }
    }

    /// A metric over the window of the rule that ends now, as a fraction; over what there was if less.
    fn metric(&self, rule: &Rule, now: u64) -> Option<(u128, u128)> {
        let begin = now.checked_sub(rule.window);
        let from = begin.unwrap_or(0);
        let is_in = |at: u64| at <= now && begin.is_none_or(|begin| at > begin);
        let (mut busy, mut places) = (0, 0);
        for stretch in &self.stretches {
            let time = stretch.to.saturating_sub(stretch.from.max(from));
            busy += stretch.busy_on_ready * time;
            places += stretch.ready_places * time;
        }
        let second = u128::from(super::SECOND);
        match rule.metric {
            Metric::Cpu => (places > 0).then(|| (busy.into(), places.into())),
            Metric::Latency => {
                let (mut sum, mut count) = (0, 0_u64);
                for &(at, latency, _) in &self.ends {
                    if let Some(latency) = latency
                        && is_in(at)
                    {
                        sum += latency;
                        count += 1;
                    }
                }
                (count > 0).then(|| (sum.into(), u128::from(count) * second))
            }
            Metric::Requests => {
                let came =
                    |request: &&Asked| request.stage != Stage::Coming && is_in(request.arrival);
                let count = self.requests.iter().filter(came).count();
                let arrivals = count as u128 * u128::from(self.input.concurrency);
                (places > 0).then(|| (arrivals * second, places.into()))
            }
        }
    }

    /// Whether the horizon is to come or a request is in the system.
    fn is_wanted(&self, now: u64) -> bool {
        let is_in = |request: &Asked| {
            matches!(
                request.stage,
                Stage::Coming | Stage::Waiting | Stage::Bound(_) | Stage::OnReplica { .. }
            )
        };
        now < self.input.horizon || self.requests.iter().any(is_in)
    }

    fn output(&self) -> Output {
        let input = self.input;
        let mut output = Output {
            end: input.horizon,
            ..Output::default()
        };
        for request in &self.requests {
            let measured = request.arrival >= input.warmup;
            let ended = match request.stage {
                Stage::Served(at) | Stage::Rejected(at) | Stage::TimedOut(at) => at,
                _ => 0,
            };
            output.end = output.end.max(ended);
            if !measured {
                continue;
            }
            output.arrived += 1;
            output.cold += u64::from(request.cold);
            match request.stage {
                Stage::Served(at) => {
                    let latency = at - request.arrival + input.router_overhead;
                    output.served += 1;
                    output.latency_sum += latency;
                    output.wait_sum += request.placed - request.arrival;
                    output.longest = output.longest.max(latency);
                    output.within_slo += u64::from(input.slo.is_none_or(|slo| latency <= slo));
                }
                Stage::Rejected(_) => output.rejected += 1,
                Stage::TimedOut(_) => output.timed_out += 1,
                _ => output.unfinished += 1,
            }
        }
        if input.cut {
            output.end = input.horizon;
        }
        let measured = input.warmup..input.horizon;
        for begun in &self.begun {
            output.starts += u64::from(measured.contains(begun));
        }
        for stretch in &self.stretches {
            let time = stretch.to.min(input.horizon);
            let time = time.saturating_sub(stretch.from.max(input.warmup));
            output.replica_time += stretch.replicas * time;
            output.busy_time += stretch.busy * time;
            output.node_time += stretch.nodes * time;
            if time > 0 {
                output.peak_replicas = output.peak_replicas.max(stretch.replicas);
            }
        }
        output.parts = [
            self.part(input.warmup, input.horizon),
            self.part(input.horizon, output.end),
        ];
        // What ends at the very end belongs to the part that ends there.
        for &(at, _, length) in &self.ends {
            let part = &mut output.parts[usize::from(at >= input.horizon)];
            if at < input.warmup {
                continue;
            }
            part.executions += 1;
            if let Some(billing) = input.execution_billing {
                part.execution_rounding += rounding(billing, length);
            }
        }
        output
    }

    fn part(&self, low: u64, high: u64) -> Part {
        let mut part = Part::default();
        let mut machine_time = 0;
        let mut places = self.input.concurrency;
        for stretch in &self.stretches {
            let time = stretch.to.min(high).saturating_sub(stretch.from.max(low));
            part.replica_time += stretch.replicas * time;
            part.execution_time += stretch.busy * time;
            match &self.input.machines {
                Machines::None => {}
                Machines::EachReplica => {
                    machine_time += stretch.replicas * time;
                    part.boot += stretch.starting * time;
                }
                Machines::Always(machines) => machine_time += machines * time,
                Machines::Nodes(nodes) => {
                    places = self.input.concurrency * nodes.fit;
                    machine_time += stretch.nodes * time;
                    part.boot += stretch.nodes_provisioning * time;
                }
            }
        }
        let mut share = 1;
        if let (Machines::Always(machines), Controller::Fixed(replicas)) =
            (&self.input.machines, &self.input.controller)
        {
            (share, places) = (*machines, self.input.concurrency * replicas);
        }
        if machine_time > 0 {
            part.run = part.execution_time * share / places;
            part.idle = machine_time - part.boot - part.run;
        }
        part
    }
}

impl Clocked for Service<'_> {
    fn instant(&mut self, now: u64) {
        loop {
            let mut some = false;
            while self.event(now) {
                some = true;
            }
            self.round += 1;
            if !some {
                return;
            }
        }
    }

    fn next_instant(&self, now: u64) -> Option<u64> {
        let mut times: Vec<u64> = Vec::new();
        times.extend(self.thinking.iter().map(|&(_, comes)| comes));
        times.extend(self.due.iter().map(|&(_, comes)| comes));
        let after = |interval: u64| (now / interval + 1) * interval;
        for request in &self.requests {
            match request.stage {
                Stage::Coming => times.push(request.arrival),
                Stage::Waiting => {
                    times.extend(self.input.queue_timeout.map(|most| request.arrival + most));
                }
                Stage::OnReplica { until, .. } => times.push(until),
                _ => {}
            }
        }
        let goes_on = self.is_wanted(now + 1);
        for (at, replica) in self.replicas.iter().enumerate() {
            if replica.gone.is_none() && replica.started.is_some() && goes_on {
                times.push(replica.ready_at);
                if let Controller::PerRequest { expiry, .. } = self.input.controller
                    && replica.is_ready
                    && self.taken(at) == 0
                {
                    times.push(replica.freed + expiry);
                }
            }
        }
        if goes_on {
            for node in &self.nodes {
                times.push(node.ready_at);
            }
            match &self.input.controller {
                Controller::Utilization { refresh, .. } => times.push(after(*refresh)),
                Controller::Rules {
                    interval, profile, ..
                } => {
                    times.push(after(*interval));
                    if let Some(profile) = profile {
                        times.extend(profile.changes.iter().map(|change| change.0));
                    }
                }
                Controller::PerRequest { interval, .. } => {
                    times.extend(self.begun.last().map(|last| last + interval));
                }
                Controller::Fixed(_) => {}
            }
            if let Machines::Nodes(nodes) = &self.input.machines
                && let Some(autoscaler) = &nodes.autoscaler
            {
                times.push(after(autoscaler.scan));
            }
        }
        times.into_iter().filter(|&time| time > now).min()
    }

    fn walk(&mut self, from: u64, to: u64) {
        if from == to {
            return;
        }
        let mut stretch = Stretch {
            from,
            to,
            replicas: 0,
            starting: 0,
            busy: self.busy(),
            waiting: self.queue.len() as u64,
            ready_places: 0,
            busy_on_ready: 0,
            nodes: 0,
            nodes_provisioning: 0,
        };
        for (at, replica) in self.replicas.iter().enumerate() {
            // Reading: a replica that waits for a node does not exist yet.
            if replica.gone.is_none() && replica.started.is_some() {
                stretch.replicas += 1;
                stretch.starting += u64::from(!replica.is_ready);
                if replica.is_ready && !replica.draining {
                    stretch.ready_places += self.input.concurrency;
                    stretch.busy_on_ready += self.taken(at);
                }
            }
        }
        for node in &self.nodes {
            if node.gone.is_none() {
                stretch.nodes += 1;
                stretch.nodes_provisioning += u64::from(!node.is_ready);
            }
        }
        self.stretches.push(stretch);
    }
}

/// How many replicas there are at t = 0.
fn smallest(controller: &Controller) -> u64 {
    match controller {
        Controller::Fixed(replicas) => *replicas,
        Controller::Rules {
            profile: Some(profile),
            ..
        } if profile.initially => profile.instances,
        Controller::Utilization { min, .. } | Controller::Rules { min, .. } => *min,
        Controller::PerRequest { always_ready, .. } => *always_ready,
    }
}

fn exceeds(rule: &Rule, (over, under): (u128, u128)) -> bool {
    // a / b > c / d where a x d > c x b.
    let (value, threshold) = (over * rule.threshold.1, rule.threshold.0 * under);
    if rule.above {
        value > threshold
    } else {
        value < threshold
    }
}
