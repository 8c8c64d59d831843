//! Fills targets with what is asked of them, the first with room before the next.

use super::demand::Asked;
use super::routes::{Order, shared};

/// Relative difference of demand and capacity below which they are equal.
pub(super) const EQUAL: f64 = 1e-9;

/// Targets that took what was asked of them.
pub(super) struct Filled {
    pub(super) demand: Vec<f64>,
    /// Part of it that waits there when there is no room.
    queues: Vec<f64>,
    /// Whether more would have come to each.
    pub(super) spills: Vec<bool>,
}

impl Filled {
    /// Whether a target of this capacity rejects what is too much for it: then its queue does not grow.
    pub(super) fn turns_away(&self, at: usize, capacity: f64) -> bool {
        self.queues[at] < self.demand[at] && self.queues[at] < capacity * (1.0 - EQUAL)
    }
}

/// Share of a target's work above which a spill to the next target is reported.
const MUCH: f64 = 0.005;

/// Gives each workload's demand to its targets. Of work that keeps arriving each target takes the share that it has room for, and the
/// last takes the rest; of batches and logs each takes as much as it has room for.
pub(super) fn fill(
    order: &Order<'_>,
    room: &[f64],
    of: impl Fn(usize, &Asked) -> f64 + Copy,
) -> Filled {
    let shared = shared(order, room, of);
    let mut filled = Filled {
        demand: shared.queues.clone(),
        spills: vec![false; room.len()],
        queues: shared.queues,
    };
    for (at, offered) in shared.offered.iter().enumerate() {
        let has_room = filled.queues[at] < room[at];
        let taken = shared.taken[at];
        filled.spills[at] = has_room && offered - taken > MUCH * offered;
        filled.demand[at] += taken;
        if has_room {
            filled.demand[at] = filled.demand[at].min(room[at]);
        }
    }
    for (workload, targets) in order.asks {
        if targets.len() > 1 && !order.goes_on(*workload) {
            let asked = targets
                .iter()
                .map(|(at, asked)| (*at, of(*workload, asked)));
            spread(&asked.collect::<Vec<_>>(), room, &mut filled);
        }
    }
    filled
}

fn spread(asked: &[(usize, f64)], room: &[f64], filled: &mut Filled) {
    // The last that can take such runs takes all that is left.
    let Some(last) = asked.iter().rposition(|(_, demand)| *demand > 0.0) else {
        return;
    };
    let mut left = 1.0;
    for (place, &(at, demand)) in asked.iter().enumerate().take(last + 1) {
        if demand <= 0.0 {
            continue;
        }
        let used = filled.demand[at];
        let taken = if place == last {
            left
        } else {
            f64::min(left, (room[at] - used).max(0.0) / demand)
        };
        filled.spills[at] |= place < last && taken < left && used < room[at];
        filled.demand[at] += taken * demand;
        left -= taken;
    }
}
