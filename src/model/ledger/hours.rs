//! The accounts by hours of the clock.

use crate::results::{Checkpoints, HourGrid, HourlyTimes, Window};
use crate::units::{SimDuration, SimTime};

/// What time goes to.
#[derive(Clone, Copy, Debug)]
pub(super) enum What {
    /// The category at this position.
    Part(usize),
    /// A run that is Running and writes checkpoints.
    Running(Checkpoints),
}

/// The accounts by hours of the clock.
#[derive(Debug)]
pub(super) struct Hours {
    times: HourlyTimes,
    /// What is provisional: what it is, from when to when, and nodes.
    provisional: Vec<(What, [SimTime; 2], u32)>,
}

impl Hours {
    /// Of a clock of which `t = 0` is so far into an hour.
    pub(super) fn new(into_hour: SimDuration, window: Window) -> Self {
        Self {
            times: HourlyTimes::new(HourGrid { into_hour, window }),
            provisional: Vec::new(),
        }
    }

    /// Adds a time on a number of nodes. What of it is after the horizon stays provisional.
    pub(super) fn add(&mut self, what: What, [from, to]: [SimTime; 2], nodes: u32, window: Window) {
        let Window { warmup, horizon } = window;
        let from = from.max(warmup);
        self.put(what, [from, to.min(horizon)], nodes);
        if to > horizon {
            let after = (what, [from.max(horizon), to], nodes);
            self.provisional.push(after);
        }
    }

    fn put(&mut self, what: What, [from, to]: [SimTime; 2], nodes: u32) {
        match what {
            What::Part(part) => self.times.add(part, from, to, nodes),
            What::Running(checkpoints) => self.times.add_running(checkpoints, [from, to], nodes),
        }
    }

    /// What is provisional counts.
    pub(super) fn commit(&mut self) {
        for (what, span, nodes) in std::mem::take(&mut self.provisional) {
            self.put(what, span, nodes);
        }
    }

    /// What is provisional does not count.
    pub(super) fn drop_provisional(&mut self) {
        self.provisional.clear();
    }

    /// The times that count.
    pub(super) fn finish(self) -> HourlyTimes {
        self.times
    }
}
