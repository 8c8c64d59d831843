//! Counts that few services need: how long the requests took that have ended, and what happened up to the end.

use super::statistics::Served;
use crate::engine::Timer;
use crate::results::Window;
use crate::units::{SimDuration, SimTime};

/// Latencies of requests at their ends, for controllers that look at them.
#[derive(Debug, Default)]
pub(super) struct Watch {
    /// By the request's timer; `None` of one that will time out.
    latencies: Vec<Option<SimDuration>>,
    pub(super) served: u64,
    /// Sum of their latencies.
    pub(super) latency: u64,
}

impl Watch {
    pub(super) fn begin(&mut self, timer: Timer, served: Served, latency: SimDuration) {
        let place = timer.index();
        if place >= self.latencies.len() {
            self.latencies.resize(place + 1, None);
        }
        self.latencies[place] = (!served.timed_out).then_some(latency);
    }

    pub(super) fn end(&mut self, timer: Timer) {
        if let Some(latency) = self.latencies[timer.index()] {
            self.served += 1;
            self.latency = self.latency.wrapping_add(latency.0);
        }
    }
}

/// Counts what happens now and then after the warm-up.
#[derive(Debug)]
pub(super) struct Counter {
    window: Window,
    within: u64,
    all: u64,
    /// The part of `all` that happened at the last instant.
    last: (SimTime, u64),
}

impl Counter {
    pub(super) fn new(window: Window) -> Self {
        Self {
            window,
            within: 0,
            all: 0,
            last: (SimTime::ZERO, 0),
        }
    }

    pub(super) fn count(&mut self, now: SimTime) {
        let Window { warmup, horizon } = self.window;
        if now < warmup {
            return;
        }
        self.within += u64::from(now < horizon);
        self.all += 1;
        let (last, count) = self.last;
        self.last = (now, if last == now { count + 1 } else { 1 });
    }

    /// In `[warmup, horizon)`.
    pub(super) fn within(&self) -> u64 {
        self.within
    }

    /// In `[warmup, end)`, where nothing happened after `end`.
    pub(super) fn before(&self, end: SimTime) -> u64 {
        let (last, count) = self.last;
        self.all - if last == end { count } else { 0 }
    }
}
