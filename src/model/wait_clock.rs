//! What the runs of a queue wait for: clocks that go on while one cause holds. Rules: docs/semantics.md section 3.8.

use crate::units::SimTime;

/// Why the head of a queue is not on its nodes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Cause {
    /// Nobody waits, or for nodes (a slot) that others hold, or for the schedule.
    #[default]
    Capacity,
    /// The nodes it lacks are on their way.
    Provisioning,
    /// A quota withholds the nodes that it lacks.
    Quota,
}

/// Readings of the clocks in ticks: provisioning, quota. What remains of a queue's time is capacity.
pub(super) type Reading = [u64; 2];

/// The clocks of one queue.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct WaitClock {
    passed: Reading,
    cause: Cause,
    since: SimTime,
}

impl WaitClock {
    /// What the clocks read at `now`.
    #[inline(always)]
    pub(super) fn read(&self, now: SimTime) -> Reading {
        let [provisioning, quota] = self.passed;
        match self.cause {
            Cause::Capacity => self.passed,
            Cause::Provisioning => [provisioning + now.since(self.since).0, quota],
            Cause::Quota => [provisioning, quota + now.since(self.since).0],
        }
    }

    /// The cause that holds from `now` on.
    #[inline(always)]
    pub(super) fn turn(&mut self, now: SimTime, cause: Cause) {
        if cause != self.cause {
            self.passed = self.read(now);
            (self.cause, self.since) = (cause, now);
        }
    }
}

/// What passed from one reading to a later one; also undone: a reading that lies so far back.
#[inline(always)]
pub(super) fn between(earlier: Reading, later: Reading) -> Reading {
    [
        later[0].wrapping_sub(earlier[0]),
        later[1].wrapping_sub(earlier[1]),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_clock_goes_on_while_its_cause_holds() {
        let mut clock = WaitClock::default();
        clock.turn(SimTime(10), Cause::Provisioning);
        assert_eq!(clock.read(SimTime(15)), [5, 0]);
        clock.turn(SimTime(20), Cause::Quota);
        clock.turn(SimTime(30), Cause::Quota);
        clock.turn(SimTime(50), Cause::Capacity);
        assert_eq!(clock.read(SimTime(99)), [10, 30]);
        let entered = clock.read(SimTime(60));
        clock.turn(SimTime(70), Cause::Provisioning);
        let blocked = between(entered, clock.read(SimTime(78)));
        assert_eq!(blocked, [8, 0]);
        // Entering again with what was blocked before.
        let again = between(blocked, clock.read(SimTime(80)));
        assert_eq!(between(again, clock.read(SimTime(83))), [11, 0]);
    }
}
