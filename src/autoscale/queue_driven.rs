//! Queue-driven scaling of managed clusters: docs/semantics.md 3.3, with nodes to spare: 3.11.

use super::{Decision, Scaler, View};
use crate::units::{SimDuration, SimTime};

/// As many nodes as the assigned and queued runs need, and some to spare while there are any, and for a while after. It is
/// asked at the end of each instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueueDriven {
    spare_nodes: u32,
    /// For how long after there was last a run.
    spare_for: SimDuration,
    /// Until when; for ever while there are runs.
    spare_until: SimTime,
    /// Nodes to spare now.
    spares: u32,
}

impl QueueDriven {
    /// The policy before the first run: how many nodes it keeps beyond demand, and for how long after the last run.
    pub fn new(spare_nodes: u32, spare_for: SimDuration) -> Self {
        Self {
            spare_nodes,
            spare_for,
            spare_until: SimTime::ZERO,
            spares: 0,
        }
    }

    /// Nodes that there are to be, between the limits, with what is to spare since it was last asked.
    #[inline(always)]
    pub fn nodes(&self, view: &View<'_>) -> u32 {
        let needed = demand(view).saturating_add(self.spares);
        // The least is never above the most, which `clamp` would check again.
        needed.max(view.min_nodes).min(view.max_nodes)
    }

    #[cold]
    fn see_spares(&mut self, view: &View<'_>) {
        if demand(view) > 0 {
            self.spare_until = SimTime::NEVER;
        } else if self.spare_until == SimTime::NEVER {
            self.spare_until = view.now + self.spare_for;
        }
        self.spares = if view.now < self.spare_until {
            self.spare_nodes
        } else {
            0
        };
    }
}

/// Nodes that runs hold and that those in the queue ask for.
#[inline(always)]
fn demand(view: &View<'_>) -> u32 {
    view.occupied.saturating_add(view.pending)
}

impl Scaler for QueueDriven {
    fn name(&self) -> String {
        "queue-driven".to_owned()
    }

    fn due(&self) -> SimTime {
        if self.spares > 0 {
            self.spare_until
        } else {
            SimTime::NEVER
        }
    }

    #[inline(always)]
    fn ask(&mut self, view: View<'_>) -> Decision {
        if self.spare_nodes > 0 {
            self.see_spares(&view);
        }
        view.to(self.nodes(&view))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(occupied: u32, pending: u32, [min_nodes, max_nodes]: [u32; 2]) -> View<'static> {
        View {
            occupied,
            pending,
            min_nodes,
            max_nodes,
            ..View::default()
        }
    }

    #[test]
    fn demand_is_met_between_the_limits() {
        let mut plain = QueueDriven::new(0, SimDuration::ZERO);
        assert_eq!(plain.ask(seen(3, 4, [2, 10])), Decision::Add(4));
        assert_eq!(plain.ask(seen(3, 4, [2, 5])), Decision::Add(2));
        assert_eq!(plain.ask(seen(0, 0, [2, 10])), Decision::Add(2));
        assert_eq!(plain.ask(seen(4, 0, [2, 10])), Decision::Keep);
        assert_eq!(plain.ask(seen(0, u32::MAX, [2, 10])), Decision::Add(10));
        let idle = View {
            idle: 7,
            ..seen(1, 0, [2, 10])
        };
        assert_eq!(plain.ask(idle), Decision::Remove(6));
        assert_eq!(plain.due(), SimTime::NEVER);
    }

    #[test]
    fn spares_stay_for_a_while_after_the_last_run() {
        let mut spared = QueueDriven::new(2, SimDuration(100));
        assert_eq!(spared.ask(seen(0, 0, [0, 10])), Decision::Keep);
        assert_eq!(spared.ask(seen(3, 4, [0, 10])), Decision::Add(6));
        assert_eq!(spared.due(), SimTime::NEVER);
        let later = |now| View {
            now: SimTime(now),
            idle: 9,
            ..seen(0, 0, [0, 10])
        };
        assert_eq!(spared.ask(later(50)), Decision::Remove(7));
        assert_eq!(spared.due(), SimTime(150));
        assert_eq!(spared.ask(later(149)), Decision::Remove(7));
        assert_eq!(spared.ask(later(150)), Decision::Remove(9));
        assert_eq!(spared.due(), SimTime::NEVER);
    }
}
