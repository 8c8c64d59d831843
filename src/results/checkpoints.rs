//! When a run that is Running writes checkpoints.

use crate::units::{SimDuration, SimTime};

/// Work and checkpoints in turn: from an instant on, a checkpoint follows each interval of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checkpoints {
    /// Begin of the first interval of work.
    pub from: SimTime,
    /// Length of an interval of work, above zero.
    pub interval: SimDuration,
    /// Time that a checkpoint takes.
    pub cost: SimDuration,
}

impl Checkpoints {
    fn cycle(self) -> u64 {
        self.interval.0 + self.cost.0
    }

    /// Time in checkpoints from the begin until an instant.
    fn until(self, at: SimTime) -> u64 {
        let elapsed = at.since(self.from).0;
        let rest = elapsed % self.cycle();
        elapsed / self.cycle() * self.cost.0 + rest.saturating_sub(self.interval.0)
    }

    /// Time in checkpoints in `[from, to)`, which does not begin before them.
    pub fn within(self, from: SimTime, to: SimTime) -> SimDuration {
        SimDuration(self.until(to) - self.until(from))
    }

    /// Whether a checkpoint is being written at an instant, and until when that holds.
    pub fn at(self, at: SimTime) -> (bool, SimTime) {
        let rest = at.since(self.from).0 % self.cycle();
        let is_written = rest >= self.interval.0;
        let end = if is_written {
            self.cycle()
        } else {
            self.interval.0
        };
        (is_written, SimTime(at.0.saturating_add(end - rest)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_in_checkpoints_is_that_of_each_instant() {
        let checkpoints = Checkpoints {
            from: SimTime(5),
            interval: SimDuration(4),
            cost: SimDuration(3),
        };
        // Work in [5, 9), a checkpoint in [9, 12), work in [12, 16), a checkpoint in [16, 19), and so on.
        let is_written = |at: u64| matches!(at, 9..12 | 16..19 | 23..26 | 30..33);
        for from in 5..33 {
            let mut sum = 0;
            for to in from..33 {
                let within = checkpoints.within(SimTime(from), SimTime(to));
                assert_eq!(within, SimDuration(sum), "{from}, {to}");
                sum += u64::from(is_written(to));
            }
            let (now, until) = checkpoints.at(SimTime(from));
            assert_eq!(now, is_written(from), "{from}");
            let mut after = from;
            while is_written(after) == now {
                after += 1;
            }
            assert_eq!(until, SimTime(after), "{from}");
        }
    }
}
