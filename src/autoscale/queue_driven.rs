//! Queue-driven scaling of managed clusters: docs/semantics.md 3.3.

/// As many nodes as the assigned and queued runs need, and some to spare.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QueueDriven {
    /// Nodes that runs hold and that those in the queue ask for.
    pub demand: u64,
    /// Nodes wanted beyond these.
    pub spare_nodes: u32,
    /// Fewest nodes allowed.
    pub min_nodes: u32,
    /// Most nodes allowed.
    pub max_nodes: u32,
}

impl QueueDriven {
    /// Nodes that there are to be, between the limits.
    #[inline]
    pub fn nodes(self) -> u32 {
        let needed = self.demand.saturating_add(u64::from(self.spare_nodes));
        let needed = u32::try_from(needed).unwrap_or(u32::MAX);
        needed.clamp(self.min_nodes, self.max_nodes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn demand_is_met_between_the_limits() {
        let seven = QueueDriven {
            demand: 7,
            spare_nodes: 0,
            min_nodes: 2,
            max_nodes: 10,
        };
        assert_eq!(seven.nodes(), 7);
        let small = QueueDriven {
            max_nodes: 5,
            ..seven
        };
        assert_eq!(small.nodes(), 5);
        let idle = QueueDriven { demand: 0, ..seven };
        assert_eq!(idle.nodes(), 2);
        let spared = QueueDriven {
            spare_nodes: 2,
            ..seven
        };
        assert_eq!(spared.nodes(), 9);
        let endless = QueueDriven {
            demand: u64::MAX,
            ..spared
        };
        assert_eq!(endless.nodes(), 10);
    }
}
