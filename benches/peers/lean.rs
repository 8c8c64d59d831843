//! W1 and W2 as loops that do nothing else: what the machine could do. The engine's speed is given as a ratio to these.
//!
//! No policies, stages, gangs, accounts, percentiles or choice of distributions: a FIFO queue, nodes, and sums.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::draws::exponential;

/// What a lean loop measured.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Lean {
    /// Mean wait in seconds.
    pub(crate) wait_s: f64,
    /// Billed node-hours (of the cluster that scales).
    pub(crate) node_hours: f64,
    /// Nodes requested.
    pub(crate) spin_ups: u64,
}

/// W1: `nodes` always on, FIFO; the earliest free node takes the next run.
pub(crate) fn w1(runs: u32, nodes: usize, rate: f64, seed: u64) -> Lean {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut free: BinaryHeap<Reverse<u64>> = (0..nodes).map(|_| Reverse(0)).collect();
    let (mut now, mut waits) = (0, 0);
    for _ in 0..runs {
        now += exponential(&mut random, 1.0 / rate);
        let duration = exponential(&mut random, 600.0);
        let mut first = free.peek_mut().expect("there are nodes");
        let start = first.0.max(now);
        waits += start - now;
        *first = Reverse(start + duration);
    }
    Lean {
        wait_s: waits as f64 / 1e6 / f64::from(runs),
        ..Lean::default()
    }
}

/// W2: `min_nodes` 0, boot 180 s, idle limit 120 s, most recently idle first, surplus nodes kept.
pub(crate) fn w2(runs: u32, max_nodes: usize, rate: f64, seed: u64) -> Lean {
    const BOOT: u64 = 180_000_000;
    const IDLE: u64 = 120_000_000;
    const NEVER: u64 = u64::MAX;
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut done: BinaryHeap<Reverse<u64>> = BinaryHeap::new();
    let mut ready: VecDeque<u64> = VecDeque::new();
    let mut idle: VecDeque<u64> = VecDeque::new();
    let mut queue: VecDeque<(u64, u64)> = VecDeque::new();
    let (mut waits, mut node_ticks, mut spin_ups, mut left) = (0_u64, 0_u64, 0_u64, runs);
    let mut arrival = exponential(&mut random, 1.0 / rate);
    let (mut last, mut allocated) = (0, 0);
    loop {
        let next_done = done.peek().map_or(NEVER, |at| at.0);
        let next_ready = ready.front().map_or(NEVER, |at| *at);
        let next_idle = idle.front().map_or(NEVER, |since| since + IDLE);
        let now = arrival.min(next_done).min(next_ready).min(next_idle);
        if now == NEVER {
            break;
        }
        node_ticks += allocated as u64 * (now - last);
        last = now;
        if now == arrival {
            let duration = exponential(&mut random, 600.0);
            left -= 1;
            arrival = if left > 0 {
                now + exponential(&mut random, 1.0 / rate)
            } else {
                NEVER
            };
            if idle.pop_back().is_some() {
                done.push(Reverse(now + duration));
            } else {
                queue.push_back((now, duration));
                if allocated < max_nodes && done.len() + queue.len() > allocated {
                    allocated += 1;
                    spin_ups += 1;
                    ready.push_back(now + BOOT);
                }
            }
        } else if now == next_done {
            if let Some((since, duration)) = queue.pop_front() {
                waits += now - since;
                *done.peek_mut().expect("it was peeked at") = Reverse(now + duration);
            } else {
                done.pop();
                idle.push_back(now);
            }
        } else if now == next_ready {
            ready.pop_front();
            if let Some((since, duration)) = queue.pop_front() {
                waits += now - since;
                done.push(Reverse(now + duration));
            } else {
                idle.push_back(now);
            }
        } else {
            idle.pop_front();
            allocated -= 1;
        }
    }
    Lean {
        wait_s: waits as f64 / 1e6 / f64::from(runs),
        node_hours: node_ticks as f64 / 3.6e9,
        spin_ups,
    }
}
