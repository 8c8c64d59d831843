//! What happened over the last while, exactly: integrals and counts at the ends of the windows that controllers look at.

use std::collections::VecDeque;

use super::timers::{Clock, Owner, Timers};
use crate::autoscale::Totals;
use crate::engine::{EventQueue, Timer};
use crate::units::{SimDuration, SimTime};

/// After the instant at which a window begins, of which nothing is in it.
const TICK: SimDuration = SimDuration(1);

/// A window that ends at each evaluation, at multiples of an interval: `(t - length, t]`, or all since 0 where that is less.
/// Its length is above zero.
#[derive(Debug)]
pub(super) struct Windowed {
    length: SimDuration,
    interval: SimDuration,
    timer: Timer,
    /// Totals at the begins of windows that have not ended before the last of these began.
    past: VecDeque<Totals>,
}

impl Windowed {
    /// The window of this position among the windows.
    pub(super) fn new(
        position: u32,
        [length, interval]: [SimDuration; 2],
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
        let has_ended = |begin: &Totals| begin.time + self.length.0 < now.0;
        while self.past.front().is_some_and(has_ended) {
            self.past.pop_front();
        }
        self.past.push_back(totals);
        queue.set(self.timer, now + self.interval);
    }

    /// What happened in the window that ends now, with these totals.
    pub(super) fn end(&self, totals: Totals) -> Totals {
        let Some(begin) = totals.time.checked_sub(self.length.0) else {
            return totals;
        };
        let place = self.past.binary_search_by_key(&begin, |past| past.time);
        totals.since(self.past[place.expect("a sample was taken when the window began")])
    }
}
