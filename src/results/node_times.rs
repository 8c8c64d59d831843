//! Node-time of one target by what it was spent on.

use std::ops::{AddAssign, Sub};

use super::PARTS;
use crate::units::NodeTime;

/// Node-time by category; every node-microsecond is in exactly one of the first ten.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NodeTimes {
    /// Second part of provisioning.
    pub boot: NodeTime,
    /// Image pull and setup of assigned runs.
    pub startup: NodeTime,
    /// Running, without what a lost node took.
    pub run: NodeTime,
    /// Running that was lost with a node: the work since the last completed checkpoint.
    pub lost: NodeTime,
    /// Finalizing.
    pub finalize: NodeTime,
    /// Idle, waiting with the blocked run at the head of the queue for the rest of its nodes.
    pub gang_wait: NodeTime,
    /// Idle, kept by `min_nodes` (of an instance: 0).
    pub idle_minimum: NodeTime,
    /// Idle otherwise: the tail before release, or the free slots of an instance.
    pub idle_tail: NodeTime,
    /// Nodes that belong to the target and never take runs: drivers, head nodes, system nodes.
    pub standing: NodeTime,
    /// Everything that runs of background workloads occupy.
    pub background: NodeTime,
    /// Billed beyond the leases by granularity and minimum: node-time, of an instance slot-time as well.
    pub rounding: NodeTime,
    /// Load-balancer time: `ceil(allocated / 50)` over time (not node-time; not part of the sums).
    pub load_balancers: NodeTime,
    /// Time with no load balancer needed by that rule, for `load_balancer_at_zero`.
    pub load_balancers_at_zero: NodeTime,
}

impl NodeTimes {
    /// Idle of all kinds.
    pub fn idle(&self) -> NodeTime {
        self.gang_wait + self.idle_minimum + self.idle_tail
    }

    /// The leases' time without rounding.
    pub fn leased(&self) -> NodeTime {
        let workspace = self.startup + self.run + self.lost + self.finalize;
        self.boot + workspace + self.idle() + self.standing + self.background
    }

    /// The leases' time by category: running, lost, startup, finalizing, boot, idle (waiting with a gang, kept by
    /// `min_nodes`, else), standing, background.
    pub fn parts(&self) -> [NodeTime; PARTS] {
        [
            self.run,
            self.lost,
            self.startup,
            self.finalize,
            self.boot,
            self.gang_wait,
            self.idle_minimum,
            self.idle_tail,
            self.standing,
            self.background,
        ]
    }

    /// What is billed.
    pub fn billed(&self) -> NodeTime {
        self.leased() + self.rounding
    }
}

impl AddAssign for NodeTimes {
    fn add_assign(&mut self, other: Self) {
        self.boot += other.boot;
        self.startup += other.startup;
        self.run += other.run;
        self.lost += other.lost;
        self.finalize += other.finalize;
        self.gang_wait += other.gang_wait;
        self.idle_minimum += other.idle_minimum;
        self.idle_tail += other.idle_tail;
        self.standing += other.standing;
        self.background += other.background;
        self.rounding += other.rounding;
        self.load_balancers += other.load_balancers;
        self.load_balancers_at_zero += other.load_balancers_at_zero;
    }
}

/// What is left where a part is taken away.
impl Sub for NodeTimes {
    type Output = Self;
    fn sub(self, part: Self) -> Self {
        let less = |whole: NodeTime, part: NodeTime| {
            let rest = whole.0.checked_sub(part.0);
            NodeTime(rest.expect("a part is no more than the whole"))
        };
        Self {
            boot: less(self.boot, part.boot),
            startup: less(self.startup, part.startup),
            run: less(self.run, part.run),
            lost: less(self.lost, part.lost),
            finalize: less(self.finalize, part.finalize),
            gang_wait: less(self.gang_wait, part.gang_wait),
            idle_minimum: less(self.idle_minimum, part.idle_minimum),
            idle_tail: less(self.idle_tail, part.idle_tail),
            standing: less(self.standing, part.standing),
            background: less(self.background, part.background),
            rounding: less(self.rounding, part.rounding),
            load_balancers: less(self.load_balancers, part.load_balancers),
            load_balancers_at_zero: less(self.load_balancers_at_zero, part.load_balancers_at_zero),
        }
    }
}
