//! How many nodes a target requested, or how often an instance started.

use crate::results::Window;
use crate::units::SimTime;

/// Nodes requested (of an instance: starts) in `[warmup, the target's end)`.
#[derive(Debug, Default)]
pub(super) struct SpinUps {
    counted: u64,
    /// Those from the horizon on, which count once something later extends the end.
    provisional: u64,
    /// When the last of these were, and how many of them were then.
    last: (SimTime, u64),
}

impl SpinUps {
    /// Counts nodes that are requested at `now`.
    #[inline]
    pub(super) fn count(&mut self, now: SimTime, nodes: u32, window: Window) {
        let nodes = u64::from(nodes);
        if now >= window.horizon {
            let same = if self.last.0 == now { self.last.1 } else { 0 };
            self.last = (now, same + nodes);
            self.provisional += nodes;
        } else if now >= window.warmup {
            self.counted += nodes;
        }
    }

    /// How many there are, as known so far.
    pub(super) fn counted(&self) -> u64 {
        self.counted
    }

    /// What was before `now`, the new end, counts.
    pub(super) fn extend(&mut self, now: SimTime) {
        let (at, nodes) = self.last;
        let left = if at == now { nodes } else { 0 };
        self.counted += self.provisional - left;
        self.provisional = left;
    }
}
