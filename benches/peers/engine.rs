//! W1 and W2 on the crate desque, a general engine: a heap of boxed events, and a state that they share. It keeps no
//! percentiles, no accounts and no cost, and neither does this.

use std::collections::VecDeque;

use desque::SimState;
use desque::serial::{OkEvent, Simulation};
use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::draws::exponential;
use super::lean::Lean;

const BOOT: u64 = 180_000_000;
const IDLE: u64 = 120_000_000;

/// A cluster: nodes that are idle, and runs that wait.
struct Cluster {
    random: Xoshiro256PlusPlus,
    mean_gap: f64,
    runs_left: u32,
    /// Idle nodes, the longest idle first.
    idle: VecDeque<u32>,
    /// How often each node was idle: a limit of an earlier time says nothing. Events cannot be taken back.
    times_idle: Vec<u32>,
    /// Places of nodes that are gone.
    gone: Vec<u32>,
    waiting: VecDeque<(u64, u64)>,
    allocated: u32,
    busy: u32,
    max_nodes: u32,
    scales: bool,
    waits: u64,
    spin_ups: u64,
    node_ticks: u64,
    last: u64,
}

impl SimState<u64> for Cluster {}

type Simulated = Simulation<Cluster, u64>;

#[derive(Debug)]
struct Arrival;

#[derive(Debug)]
struct Completion {
    node: u32,
}

#[derive(Debug)]
struct Ready {
    node: u32,
}

#[derive(Debug)]
struct IdleLimit {
    node: u32,
    times_idle: u32,
}

fn schedule<E: OkEvent<Cluster, u64> + 'static>(simulated: &mut Simulated, event: E, at: u64) {
    simulated
        .schedule(event, at)
        .expect("nothing is scheduled for the past");
}

impl OkEvent<Cluster, u64> for Arrival {
    fn execute(&mut self, simulated: &mut Simulated) {
        let now = *simulated.current_time();
        let state = simulated.state_mut();
        let duration = exponential(&mut state.random, 600.0);
        state.runs_left -= 1;
        let gap = (state.runs_left > 0).then(|| exponential(&mut state.random, state.mean_gap));
        let idle = state.idle.pop_back();
        let mut requested = None;
        if idle.is_some() {
            state.busy += 1;
        } else {
            state.waiting.push_back((now, duration));
            if state.allocated < state.max_nodes
                && state.busy as usize + state.waiting.len() > state.allocated as usize
            {
                requested = Some(state.request(now));
            }
        }
        if let Some(node) = idle {
            schedule(simulated, Completion { node }, now + duration);
        }
        if let Some(node) = requested {
            schedule(simulated, Ready { node }, now + BOOT);
        }
        if let Some(gap) = gap {
            schedule(simulated, Arrival, now + gap);
        }
    }
}

impl OkEvent<Cluster, u64> for Completion {
    fn execute(&mut self, simulated: &mut Simulated) {
        simulated.state_mut().busy -= 1;
        go_on(simulated, self.node);
    }
}

impl OkEvent<Cluster, u64> for Ready {
    fn execute(&mut self, simulated: &mut Simulated) {
        go_on(simulated, self.node);
    }
}

impl OkEvent<Cluster, u64> for IdleLimit {
    fn execute(&mut self, simulated: &mut Simulated) {
        let now = *simulated.current_time();
        let state = simulated.state_mut();
        if state.times_idle[self.node as usize] == self.times_idle
            && let Some(place) = state.idle.iter().position(|idle| *idle == self.node)
        {
            state.idle.remove(place);
            state.gone.push(self.node);
            state.account(now);
            state.allocated -= 1;
        }
    }
}

/// A node takes the run that waits longest, or is idle.
fn go_on(simulated: &mut Simulated, node: u32) {
    let now = *simulated.current_time();
    let state = simulated.state_mut();
    if let Some((since, duration)) = state.waiting.pop_front() {
        state.waits += now - since;
        state.busy += 1;
        schedule(simulated, Completion { node }, now + duration);
        return;
    }
    state.idle.push_back(node);
    if state.scales {
        state.times_idle[node as usize] += 1;
        let times_idle = state.times_idle[node as usize];
        schedule(simulated, IdleLimit { node, times_idle }, now + IDLE);
    }
}

impl Cluster {
    fn new(runs: u32, max_nodes: u32, rate: f64, seed: u64) -> Self {
        Self {
            random: Xoshiro256PlusPlus::seed_from_u64(seed),
            mean_gap: 1.0 / rate,
            runs_left: runs,
            idle: VecDeque::new(),
            times_idle: Vec::new(),
            gone: Vec::new(),
            waiting: VecDeque::new(),
            allocated: 0,
            busy: 0,
            max_nodes,
            scales: true,
            waits: 0,
            spin_ups: 0,
            node_ticks: 0,
            last: 0,
        }
    }

    fn account(&mut self, now: u64) {
        self.node_ticks += u64::from(self.allocated) * (now - self.last);
        self.last = now;
    }

    fn request(&mut self, now: u64) -> u32 {
        self.account(now);
        self.allocated += 1;
        self.spin_ups += 1;
        self.gone.pop().unwrap_or_else(|| {
            self.times_idle.push(0);
            u32::try_from(self.times_idle.len() - 1).expect("few nodes")
        })
    }

    fn run(mut self, runs: u32) -> Lean {
        let first = exponential(&mut self.random, self.mean_gap);
        let mut simulated = Simulation::new(self, 0);
        schedule(&mut simulated, Arrival, first);
        simulated.run().expect("no event fails");
        let state = simulated.state();
        Lean {
            wait_s: state.waits as f64 / 1e6 / f64::from(runs),
            node_hours: state.node_ticks as f64 / 3.6e9,
            spin_ups: state.spin_ups,
        }
    }
}

/// W1: `nodes` always on.
pub(crate) fn w1(runs: u32, nodes: u32, rate: f64, seed: u64) -> Lean {
    let mut cluster = Cluster::new(runs, nodes, rate, seed);
    (cluster.allocated, cluster.scales) = (nodes, false);
    cluster.idle = (0..nodes).collect();
    cluster.run(runs)
}

/// W2: `min_nodes` 0, boot 180 s, idle limit 120 s, most recently idle first, surplus nodes kept.
pub(crate) fn w2(runs: u32, max_nodes: u32, rate: f64, seed: u64) -> Lean {
    Cluster::new(runs, max_nodes, rate, seed).run(runs)
}
