//! What happened over the last while, exactly: integrals and counts at the ends of the windows that controllers look at.

use std::collections::VecDeque;

use super::timers::{Clock, Owner, Timers};
use crate::engine::{EventQueue, Timer};
use crate::units::{SimDuration, SimTime};

/// Integrals and counts since `t = 0`, modulo 2^64.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Totals {
    /// Place-time taken.
    pub(super) busy: u64,
    /// The same on ready replicas only.
    pub(super) busy_ready: u64,
    /// Request-time in the queue.
    pub(super) waiting: u64,
    /// Time of ready replicas.
    pub(super) ready: u64,
    /// Requests that arrived.
    pub(super) arrived: u64,
    /// Requests served, and the sum of their latencies.
    pub(super) served: u64,
    pub(super) latency: u64,
}

impl Totals {
    fn since(self, past: Self) -> Self {
        Self {
            busy: self.busy.wrapping_sub(past.busy),
            busy_ready: self.busy_ready.wrapping_sub(past.busy_ready),
            waiting: self.waiting.wrapping_sub(past.waiting),
            ready: self.ready.wrapping_sub(past.ready),
            arrived: self.arrived.wrapping_sub(past.arrived),
            served: self.served.wrapping_sub(past.served),
            latency: self.latency.wrapping_sub(past.latency),
        }
    }
}

/// After the instant at which a window begins, of which nothing is in it.
const TICK: SimDuration = SimDuration(1);

/// A window that ends at each evaluation, at multiples of an interval: `(t - length, t]`, or all since 0 where that is less.
/// Its length is above zero.
#[derive(Debug)]
pub(super) struct Windowed {
    pub(super) length: SimDuration,
    interval: SimDuration,
    timer: Timer,
    /// Totals at the begins of windows that have not ended yet.
    past: VecDeque<Totals>,
}

impl Windowed {
    /// The window of this position among the windows.
    pub(super) fn new(
        position: u32,
        (length, interval): (SimDuration, SimDuration),
        timers: &mut Timers,
        queue: &mut EventQueue,
    ) -> Self {
        let timer = timers.take(Owner::Clock(Clock::Sample(position)), queue);
        let first_inside = length.0.div_ceil(interval.0) * interval.0;
        let begin = SimTime(first_inside - length.0);
        queue.set(timer, begin + TICK);
        Self {
            length,
            interval,
            timer,
            past: VecDeque::new(),
        }
    }

    /// A window began a tick before `now`, with these totals: nothing that happened then is in it.
    pub(super) fn sample(&mut self, now: SimTime, totals: Totals, queue: &mut EventQueue) {
        self.past.push_back(totals);
        queue.set(self.timer, now + self.interval);
    }

    /// A window ends: what happened in it, and its length. To be asked once at each evaluation.
    pub(super) fn end(&mut self, now: SimTime, totals: Totals) -> (Totals, SimDuration) {
        if now.since(SimTime::ZERO) < self.length {
            return (totals, now.since(SimTime::ZERO));
        }
        let past = self.past.pop_front();
        let past = past.expect("a sample was taken when the window began");
        (totals.since(past), self.length)
    }
}
