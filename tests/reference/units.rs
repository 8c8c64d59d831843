//! Analytics units (targets.md 2.2): they live for one run, all of them or none.

use super::Input;
use super::fleet::{Fleet, Node, NodeState};
use super::job::{Cause, Job, head};

/// An account of units on its way.
#[derive(Debug)]
pub struct UnitsState {
    max_units: u64,
    /// Runs that wait, in no particular order.
    pub queue: Vec<usize>,
    /// The units are nodes that go with their run.
    pub fleet: Fleet,
    ids: u64,
}

impl UnitsState {
    /// The account at 0.
    pub fn new(max_units: u64) -> Self {
        Self {
            max_units,
            queue: Vec::new(),
            fleet: Fleet::default(),
            ids: 0,
        }
    }

    /// The decision pass: while the head of the queue fits, it takes its units.
    pub fn decide(&mut self, now: u64, jobs: &mut [Job], input: &Input) {
        while let Some(at) = head(&self.queue, jobs)
            && self.taken() + jobs[self.queue[at]].spec.nodes <= self.max_units
        {
            let run = self.queue.remove(at);
            let ids = self.ids..self.ids + jobs[run].spec.nodes;
            self.ids = ids.end;
            for id in ids.clone() {
                let mut unit = Node::new(id, now, 0, 0);
                (unit.state, unit.marked) = (NodeState::Idle(now), true);
                self.fleet.nodes.push(unit);
            }
            self.fleet.occupy(run, ids.collect(), now, jobs, input);
        }
    }

    /// Units that runs have.
    pub fn taken(&self) -> u64 {
        self.fleet.nodes.len() as u64
    }

    /// Books the time from `from` to `to`.
    pub fn walk(&mut self, from: u64, to: u64, jobs: &mut [Job]) {
        for &run in &self.queue {
            jobs[run].wait(from, to, Cause::Capacity);
        }
        let counts = (self.taken(), 0, 0);
        self.fleet.walk((from, to), jobs, counts);
    }
}
