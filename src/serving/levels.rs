//! Numbers over time: exact integrals by part of the simulation, and running integrals for the windows of controllers.

use crate::results::Window;
use crate::units::{NodeTime, SimTime};

/// A number that changes now and then: its integral in `[warmup, horizon)` and after it, and its peaks.
#[derive(Debug)]
pub(super) struct Level {
    window: Window,
    pub(super) count: u32,
    since: SimTime,
    pub(super) within: NodeTime,
    pub(super) drain: NodeTime,
    /// The largest that held for any time in `[warmup, horizon)`.
    pub(super) peak_within: u32,
    /// The same after the warm-up.
    pub(super) peak: u32,
}

impl Level {
    pub(super) fn new(window: Window) -> Self {
        Self {
            window,
            count: 0,
            since: SimTime::ZERO,
            within: NodeTime(0),
            drain: NodeTime(0),
            peak_within: 0,
            peak: 0,
        }
    }

    /// One more from `now` on.
    pub(super) fn up(&mut self, now: SimTime) {
        self.account(now);
        self.count += 1;
    }

    /// One fewer from `now` on.
    pub(super) fn down(&mut self, now: SimTime) {
        self.account(now);
        self.count -= 1;
    }

    /// Accounts for what held up to `now`.
    pub(super) fn account(&mut self, now: SimTime) {
        let (from, count) = (self.since, self.count);
        if now == from {
            return;
        }
        self.since = now;
        let Window { warmup, horizon } = self.window;
        if now > warmup {
            self.peak = self.peak.max(count);
            if from < horizon {
                self.peak_within = self.peak_within.max(count);
            }
        }
        self.within += place_time(from.max(warmup), now.min(horizon), count);
        self.drain += place_time(from.max(horizon), now, count);
    }
}

/// So many from one time to another, if that is later.
pub(super) fn place_time(from: SimTime, to: SimTime, count: u32) -> NodeTime {
    let length = to.0.saturating_sub(from.0);
    NodeTime(u128::from(length) * u128::from(count))
}

/// A number and its integral since `t = 0`, modulo 2^64: differences over windows are far smaller.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Gauge {
    pub(super) count: u32,
    /// The integral less `count` times the present time.
    offset: u64,
}

impl Gauge {
    #[inline(always)]
    pub(super) fn up(&mut self, now: SimTime) {
        self.count += 1;
        self.offset = self.offset.wrapping_sub(now.0);
    }

    #[inline(always)]
    pub(super) fn down(&mut self, now: SimTime) {
        self.count -= 1;
        self.offset = self.offset.wrapping_add(now.0);
    }

    /// The integral from 0 to `now`.
    pub(super) fn integral(&self, now: SimTime) -> u64 {
        let held = u64::from(self.count).wrapping_mul(now.0);
        self.offset.wrapping_add(held)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_split_at_the_horizon_and_clipped_at_the_warmup() {
        let mut level = Level::new(Window {
            warmup: SimTime(10),
            horizon: SimTime(20),
        });
        level.up(SimTime(0));
        level.up(SimTime(5));
        level.up(SimTime(10));
        level.down(SimTime(12));
        level.up(SimTime(20));
        level.up(SimTime(20));
        level.account(SimTime(23));
        // 3 over [10, 12), 2 over [12, 20), 4 over [20, 23).
        assert_eq!((level.within, level.drain), (NodeTime(22), NodeTime(12)));
        assert_eq!((level.peak_within, level.peak), (3, 4));
    }

    #[test]
    fn a_gauge_integrates() {
        let mut gauge = Gauge::default();
        gauge.up(SimTime(3));
        gauge.up(SimTime(5));
        assert_eq!(gauge.integral(SimTime(10)), 12);
        gauge.down(SimTime(10));
        assert_eq!(gauge.integral(SimTime(11)), 13);
    }
}
