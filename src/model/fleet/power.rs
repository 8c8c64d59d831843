//! Machines that can be switched off: a start takes its time, and without use they stop. Rules: docs/semantics.md section 4,
//! docs/targets.md 3.1.

use crate::engine::{EventQueue, Timer};
use crate::model::parts::{RANK_LAST, RANK_READY};
use crate::units::{SimDuration, SimTime};

/// Whether the machines are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::model) enum Power {
    Off,
    /// The first machines are on their way.
    Starting,
    On,
}

impl Power {
    /// Rank within an instant of what a switch waits for.
    pub(in crate::model) fn rank(self) -> u8 {
        if self == Self::Starting {
            RANK_READY
        } else {
            RANK_LAST
        }
    }
}

/// What switches machines on and off.
#[derive(Debug)]
pub(in crate::model) struct Switch {
    pub(in crate::model) power: Power,
    /// Stands for the end of a start, or for a stop.
    timer: Timer,
    /// Time without any assigned or queued run after which it switches off; never, if `None`.
    pub(in crate::model) stop_after: Option<SimDuration>,
    /// Whether its timer is set to a stop.
    is_to_stop: bool,
}

impl Switch {
    pub(in crate::model) fn new(stop_after: Option<SimDuration>, timer: Timer) -> Self {
        Self {
            power: Power::Off,
            timer,
            stop_after,
            is_to_stop: false,
        }
    }

    /// It begins to start, to be on at `on`.
    pub(in crate::model) fn start(&mut self, on: SimTime, queue: &mut EventQueue) {
        self.power = Power::Starting;
        queue.set(self.timer, on);
    }

    /// Sets the timer of the stop when it becomes unused, unless the target's end has passed. Returns whether it must stop immediately.
    pub(in crate::model) fn watch_use(
        &mut self,
        now: SimTime,
        (is_unused, is_over): (bool, bool),
        queue: &mut EventQueue,
    ) -> bool {
        let Some(limit) = self.stop_after else {
            return false;
        };
        if !is_unused {
            if std::mem::take(&mut self.is_to_stop) {
                queue.park(self.timer);
            }
        } else if !is_over && !self.is_to_stop {
            self.is_to_stop = true;
            queue.set(self.timer, now + limit);
            return limit.is_zero();
        }
        false
    }

    /// It is off immediately.
    pub(in crate::model) fn stop(&mut self, queue: &mut EventQueue) {
        self.power = Power::Off;
        self.is_to_stop = false;
        queue.park(self.timer);
    }
}
