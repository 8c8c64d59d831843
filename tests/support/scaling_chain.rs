//! Clusters that scale, everything exponential, as Markov chains.

use super::chain::{self, Moves, State};

/// Runs in the system beyond which chains are cut off: less than 1e-12 of all time is spent there in every case here.
pub(crate) const MOST_RUNS: u32 = 160;

/// What a cluster's runs wait and what its nodes do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Expected {
    /// Mean wait.
    pub(crate) wait: f64,
    /// Mean number of nodes starting.
    pub(crate) starting: f64,
    /// Mean number of nodes idle.
    pub(crate) idle: f64,
}

/// A cluster between `least` and `most` nodes with exponential arrivals, service (mean 1), starts and idle limits.
#[derive(Clone, Copy)]
pub(crate) struct Cluster {
    /// Nodes at least.
    pub(crate) least: u32,
    /// Nodes at most.
    pub(crate) most: u32,
    /// Arrivals per service time.
    pub(crate) rate: f64,
    /// Rate at which each starting node becomes ready.
    pub(crate) ready_rate: f64,
    /// Rate at which each idle node switches off; `None`: at once.
    pub(crate) off_rate: Option<f64>,
    /// Whether starting nodes that are no longer needed are canceled.
    pub(crate) cancel: bool,
}

impl Cluster {
    /// From the chain of (runs in the system, ready nodes, starting nodes); the wait by Little's law.
    ///
    /// Idle times have no memory, though a node that is idle past its limit stays while no node is surplus: for one to become
    /// surplus, more runs than nodes have to come first, and they take every idle node.
    pub(crate) fn expected(self) -> Expected {
        let shares = chain::stationary([0, self.least, 0], |state| self.moves(state));
        let queued = chain::mean(&shares, |[runs, ready, _]| runs.saturating_sub(ready));
        Expected {
            wait: queued / self.rate,
            starting: chain::mean(&shares, |[_, _, starting]| starting),
            idle: chain::mean(&shares, |[runs, ready, _]| ready.saturating_sub(runs)),
        }
    }

    fn moves(self, [runs, ready, starting]: State) -> Moves {
        let (busy, idle) = (runs.min(ready), ready.saturating_sub(runs));
        let mut moves = Vec::new();
        if runs < MOST_RUNS {
            moves.push((self.rate, self.decide([runs + 1, ready, starting])));
        }
        if busy > 0 {
            moves.push((f64::from(busy), self.decide([runs - 1, ready, starting])));
        }
        if starting > 0 {
            let rate = f64::from(starting) * self.ready_rate;
            moves.push((rate, self.decide([runs, ready + 1, starting - 1])));
        }
        let is_surplus = ready + starting > self.desired(runs);
        if let Some(off_rate) = self.off_rate.filter(|_| idle > 0 && is_surplus) {
            let rate = f64::from(idle) * off_rate;
            moves.push((rate, self.decide([runs, ready - 1, starting])));
        }
        moves
    }

    fn desired(self, runs: u32) -> u32 {
        runs.clamp(self.least, self.most)
    }

    /// Asks for nodes that are wanted, cancels and switches off those that are not.
    fn decide(self, [runs, mut ready, mut starting]: State) -> State {
        let desired = self.desired(runs);
        starting += desired.saturating_sub(ready + starting);
        if self.cancel {
            starting = starting.min(desired.saturating_sub(ready));
        }
        if self.off_rate.is_none() {
            let surplus = (ready + starting).saturating_sub(desired);
            ready -= surplus.min(ready.saturating_sub(runs));
        }
        [runs, ready, starting]
    }
}
