//! Numbers over time: exact integrals by part of the simulation, and running integrals for the windows of controllers.

use crate::results::Window;
use crate::spans::{Cuts, Spans};
use crate::units::{NodeTime, SimTime};

/// A number that changes now and then: its integral by span of time, and its peaks.
#[derive(Debug)]
pub(super) struct Level {
    window: Window,
    pub(super) count: u32,
    since: SimTime,
    spans: Spans<NodeTime>,
    /// The largest that held for any time in `[warmup, horizon)`.
    pub(super) peak_within: u32,
    /// The same after the warm-up.
    pub(super) peak: u32,
}

impl Level {
    pub(super) fn new(cuts: &Cuts) -> Self {
        Self {
            window: cuts.window,
            count: 0,
            since: SimTime::ZERO,
            spans: Spans::new(cuts.clone()),
            peak_within: 0,
            peak: 0,
        }
    }

    /// The integral, by span, of a constant level from `t = 0` to the end.
    pub(super) fn always(count: u32, cuts: &Cuts, end: SimTime) -> Vec<NodeTime> {
        let mut level = Self {
            count,
            ..Self::new(cuts)
        };
        level.account(end);
        level.finish(end)
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
        let add = |sum: &mut NodeTime, from, to| *sum += place_time(from, to, count);
        match self.spans.present(from, now) {
            Some(sum) => add(sum, from, now),
            None => (self.spans).each(from, now, |_, sum, [from, to]| add(sum, from, to)),
        }
    }

    /// The integral by span up to the end, up to which all was accounted for.
    pub(super) fn finish(&self, end: SimTime) -> Vec<NodeTime> {
        let spans = self.spans.clone().finish(end).into_iter();
        spans.map(|span| span.value).collect()
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
        let window = Window {
            warmup: SimTime(10),
            horizon: SimTime(20),
        };
        let mut level = Level::new(&Cuts {
            window,
            periods: None,
        });
        level.up(SimTime(0));
        level.up(SimTime(5));
        level.up(SimTime(10));
        level.down(SimTime(12));
        level.up(SimTime(20));
        level.up(SimTime(20));
        level.account(SimTime(23));
        assert_eq!((level.peak_within, level.peak), (3, 4));
        // 3 over [10, 12), 2 over [12, 20), 4 over [20, 23).
        assert_eq!(level.finish(SimTime(23)), [NodeTime(22), NodeTime(12)]);
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
