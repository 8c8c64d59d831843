//! Measures how well the nodes of a cluster follow what its runs need. Definitions: docs/outputs.md, "Elasticity".

use crate::results::{Elasticity, Window};
use crate::units::{SimDuration, SimTime};

/// Time between two looks at the levels.
const STEP: u64 = SimDuration::from_secs(60).0;

/// Nodes that are needed, and nodes that are there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Nodes {
    demand: u64,
    supply: u64,
}

/// Adds up the metrics while levels change.
#[derive(Debug)]
pub(super) struct Meter {
    horizon: SimTime,
    /// Up to here all is added up that is measured, from the warm-up to the horizon.
    since: SimTime,
    now: Nodes,
    /// The levels at the last look.
    seen: Option<Nodes>,
    /// The first whole minute that was not looked at.
    next_look: u64,
    sums: Elasticity,
}

impl Meter {
    pub(super) fn new(window: Window) -> Self {
        Self {
            horizon: window.horizon,
            since: window.warmup,
            now: Nodes::default(),
            seen: None,
            next_look: window.warmup.0.div_ceil(STEP) * STEP,
            sums: Elasticity::default(),
        }
    }

    /// The levels from `now` on.
    #[inline(always)]
    pub(super) fn hold(&mut self, now: SimTime, demand: u64, supply: u32) {
        let supply = u64::from(supply);
        let levels = Nodes { demand, supply };
        if levels != self.now {
            self.add_up(now);
            self.now = levels;
        }
    }

    /// Adds what held since the last change.
    #[inline]
    fn add_up(&mut self, now: SimTime) {
        let (from, to) = (self.since, now.min(self.horizon));
        if from >= to {
            return;
        }
        self.since = to;
        let Nodes { demand, supply } = self.now;
        let span = to.since(from);
        let share = |of: u64| share(span, of, demand.max(1));
        if demand > supply {
            self.sums.under.0 += share(demand - supply);
            self.sums.under_time.0 += span.0;
        } else if supply > demand {
            self.sums.over.0 += share(supply - demand);
            self.sums.over_time.0 += span.0;
        }
        if self.next_look < to.0 {
            self.look(to);
        }
    }

    /// Looks at the levels at each whole minute before `to` that was not looked at.
    #[inline(never)]
    fn look(&mut self, to: SimTime) {
        let looks = (to.0 - 1 - self.next_look) / STEP + 1;
        self.next_look += looks * STEP;
        self.sums.steps += looks;
        match self.seen.replace(self.now) {
            None => self.sums.steps -= 1,
            Some(before) => {
                let demand = self.now.demand.cmp(&before.demand);
                let supply = self.now.supply.cmp(&before.supply);
                self.sums.unstable_steps += u64::from(demand != supply);
            }
        }
    }

    /// The sums up to the horizon.
    pub(super) fn finish(mut self) -> Elasticity {
        self.add_up(self.horizon);
        self.sums
    }
}

/// The time of `of` nodes out of `all`, for each of `all`: `span * of / all`.
#[inline(always)]
fn share(span: SimDuration, of: u64, all: u64) -> u128 {
    match span.0.checked_mul(of) {
        Some(node_time) => u128::from(node_time / all),
        None => u128::from(span.0) * u128::from(of) / u128::from(all),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::NodeTime;

    fn minute(of: u64) -> SimTime {
        SimTime(of * STEP)
    }

    /// The metrics of levels of one minute each.
    fn of_minutes(demand: &[u64], supply: &[u32]) -> Elasticity {
        let mut meter = Meter::new(Window {
            warmup: SimTime::ZERO,
            horizon: minute(demand.len() as u64),
        });
        for ((at, demand), supply) in (0..).zip(demand).zip(supply) {
            meter.hold(minute(at), *demand, *supply);
        }
        meter.finish()
    }

    #[test]
    fn four_minutes_by_hand() {
        // Minute 1 has a node too many of 2, minute 3 lacks one of 3. From each minute to the next only one of the two moves.
        let found = of_minutes(&[2, 2, 3, 3], &[2, 3, 3, 2]);
        let expected = Elasticity {
            under: NodeTime(u128::from(STEP / 3)),
            over: NodeTime(u128::from(STEP / 2)),
            under_time: SimDuration(STEP),
            over_time: SimDuration(STEP),
            steps: 3,
            unstable_steps: 3,
        };
        assert_eq!(found, expected);
    }

    #[test]
    fn nodes_that_follow_at_once_are_perfect() {
        let found = of_minutes(&[0, 2, 5, 1, 0], &[0, 2, 5, 1, 0]);
        let expected = Elasticity {
            steps: 4,
            ..Elasticity::default()
        };
        assert_eq!(found, expected);
    }

    #[test]
    fn without_demand_idle_nodes_count_against_one() {
        let found = of_minutes(&[0, 0, 1, 1], &[3, 3, 3, 3]);
        // 3 + 3 + 2 + 2 minutes; demand moves once.
        assert_eq!(found.over, NodeTime(u128::from(10 * STEP)));
        assert_eq!(found.over_time, SimDuration(4 * STEP));
        assert_eq!((found.steps, found.unstable_steps), (3, 1));
    }

    #[test]
    fn only_the_measured_time_counts_and_looks_are_at_whole_minutes() {
        let mut meter = Meter::new(Window {
            warmup: SimTime(STEP / 2),
            horizon: SimTime(3 * STEP + STEP / 2),
        });
        meter.hold(SimTime::ZERO, 1, 0);
        // Between two looks both move and come back: no look sees it.
        meter.hold(SimTime(STEP + 10), 5, 0);
        meter.hold(SimTime(STEP + 20), 1, 0);
        meter.hold(SimTime(2 * STEP + 1), 1, 1);
        let found = meter.finish();
        // From the half of minute 0 on to just after minute 2; the ten ticks lack all of 5 nodes, which is all as well.
        assert_eq!(found.under, NodeTime(u128::from(3 * STEP / 2 + 1)));
        assert_eq!(found.under_time, SimDuration(3 * STEP / 2 + 1));
        assert_eq!(found.over, NodeTime(0));
        // Looks at minutes 1, 2 and 3: from 2 to 3 supply alone goes up.
        assert_eq!((found.steps, found.unstable_steps), (2, 1));
    }
}
