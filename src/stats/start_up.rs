//! Exact mean wait of clusters that start and stop their nodes with the queue, where all times are exponential.
//!
//! Such a cluster is a Markov chain of (runs, ready nodes, starting nodes). Where there are as many runs as `most` or more, every
//! node is wanted: what is not ready is starting. These levels are all alike, and the chain is matrix-geometric above them
//! (M. F. Neuts, *Matrix-Geometric Solutions in Stochastic Models*, Johns Hopkins 1981). No ready node goes there, so the matrix
//! `R` is triangular and its entries follow one from another, without iteration. The levels up
//! to `most` are a finite chain. A. Gandhi, S. Doroudi, M. Harchol-Balter and A. Scheller-Wolf, *Queueing Systems* 77
//! (2014) 177-209, have the case that keeps no node and releases nodes at once: M/M/k/setup.

use std::collections::{BTreeMap, BTreeSet};

use super::chain::stationary;

/// Nodes at most of a cluster that is solved. States grow with the cube of their number, and the work with its seventh power: 16
/// nodes take half a second, which is too long for each variant of a sweep.
pub const MOST_NODES: u32 = 10;

/// A cluster between two numbers of nodes. A node takes one run at a time; runs come one by one, and each needs one node. Rates are
/// per any one unit of time, above zero.
#[derive(Clone, Copy, Debug)]
pub struct StartUp {
    /// Nodes kept.
    pub least: u32,
    /// Nodes at most, from 1 to [`MOST_NODES`]; not below `least`.
    pub most: u32,
    /// Rate at which runs come.
    pub arrivals: f64,
    /// Rate at which a node ends its run.
    pub service: f64,
    /// Rate at which a starting node becomes ready.
    pub ready: f64,
    /// Rate at which an idle node that is not needed goes; `None`: at once.
    pub off: Option<f64>,
    /// Whether starting nodes that are no longer needed are canceled.
    pub cancels: bool,
}

/// What a cluster is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct State {
    runs: u32,
    ready: u32,
    starting: u32,
}

impl StartUp {
    /// Mean wait of a run for its node, in the unit of the rates; `None` where more comes than is served, the cluster is too large, or
    /// the rates are too far apart for doubles.
    ///
    /// A node that is idle beyond its time and kept stays until it is surplus. More runs than nodes have to come first, and they
    /// take every idle node: so idle nodes need no memory.
    pub fn mean_wait(&self) -> Option<f64> {
        if self.most > MOST_NODES || self.arrivals >= f64::from(self.most) * self.service {
            return None;
        }
        let growth = self.growth();
        let shares = self.finite_shares(&growth);
        let (mut all, mut queued) = (0.0, 0.0);
        let mut top = vec![0.0; growth.len()];
        for (state, share) in shares {
            if state.runs == self.most {
                top[state.ready as usize] = share;
            } else {
                all += share;
                queued += share * f64::from(state.runs.saturating_sub(state.ready));
            }
        }
        // Of the levels from `most` on: sums of their shares, and of the shares times the number of levels below.
        let sums = over_levels(&growth, &top);
        let weighted = over_levels(&growth, &sums);
        for ((ready, sum), weighted) in (0..).zip(sums).zip(weighted) {
            all += sum;
            queued += weighted - sum + sum * f64::from(self.most - ready);
        }
        // Little's law.
        Some(queued / all / self.arrivals).filter(|wait| wait.is_finite())
    }

    /// The matrix `R` over numbers of ready nodes: the shares of a level, times it, are those of the next. With `j` ready nodes,
    /// `most - j` start; `A0 + R A1 + R² A2 = 0` gives each entry from those to its left and below.
    fn growth(&self) -> Vec<Vec<f64>> {
        let size = self.most as usize + 1;
        let served = |ready: usize| ready as f64 * self.service;
        let becoming = |ready: usize| (size - 1 - ready) as f64 * self.ready;
        let mut growth = vec![vec![0.0; size]; size];
        for (own, row) in growth.iter_mut().enumerate() {
            row[own] = least_root(self.arrivals, served(own), becoming(own));
        }
        for width in 1..size {
            for from in 0..size - width {
                let to = from + width;
                let between: f64 = (from + 1..to)
                    .map(|it| growth[from][it] * growth[it][to])
                    .sum();
                let comes = growth[from][to - 1] * becoming(to - 1) + served(to) * between;
                let leaves = self.arrivals + served(to) + becoming(to)
                    - served(to) * (growth[from][from] + growth[to][to]);
                growth[from][to] = comes / leaves;
            }
        }
        growth
    }

    /// The states of up to `most` runs with weights in proportion to their shares of time. What goes above returns: with `i` ready
    /// nodes at the rate `(R A2)ij`, having `j` then.
    fn finite_shares(&self, growth: &[Vec<f64>]) -> Vec<(State, f64)> {
        let moves = |state: State| {
            let mut moves = self.moves(state);
            if state.runs == self.most {
                moves.extend((0..=self.most).map(|ready| {
                    let back = growth[state.ready as usize][ready as usize];
                    let starting = self.most - ready;
                    let to = State {
                        ready,
                        starting,
                        ..state
                    };
                    (back * f64::from(ready) * self.service, to)
                }));
            }
            moves.retain(|(rate, to)| *rate > 0.0 && *to != state);
            moves
        };
        let start = State {
            runs: 0,
            ready: self.least,
            starting: 0,
        };
        let mut states = BTreeSet::from([start]);
        let mut unseen = vec![start];
        while let Some(state) = unseen.pop() {
            let new = moves(state)
                .into_iter()
                .filter(|(_, to)| states.insert(*to));
            unseen.extend(new.map(|(_, to)| to).collect::<Vec<State>>());
        }
        let places: BTreeMap<State, usize> = states.iter().copied().zip(0..).collect();
        let mut rates = vec![vec![0.0; states.len()]; states.len()];
        for (row, state) in rates.iter_mut().zip(&states) {
            for (rate, to) in moves(*state) {
                row[places[&to]] += rate;
            }
        }
        states.into_iter().zip(stationary(rates)).collect()
    }

    /// Where a state goes, and at what rates, but for arrivals beyond `most` runs.
    fn moves(&self, state: State) -> Vec<(f64, State)> {
        let State {
            runs,
            ready,
            starting,
        } = state;
        let busy = runs.min(ready);
        let mut moves = Vec::new();
        if runs < self.most {
            let runs = runs + 1;
            moves.push((self.arrivals, self.decided(State { runs, ..state })));
        }
        if busy > 0 {
            let runs = runs - 1;
            let rate = f64::from(busy) * self.service;
            moves.push((rate, self.decided(State { runs, ..state })));
        }
        if starting > 0 {
            let (ready, starting) = (ready + 1, starting - 1);
            let rate = f64::from(state.starting) * self.ready;
            moves.push((
                rate,
                self.decided(State {
                    runs,
                    ready,
                    starting,
                }),
            ));
        }
        if let Some(off) = self.off
            && ready > busy
            && ready + starting > self.desired(runs)
        {
            let rate = f64::from(ready - busy) * off;
            let ready = ready - 1;
            moves.push((rate, State { ready, ..state }));
        }
        moves
    }

    /// What a decision makes of a state: docs/semantics.md 3.3 to 3.5.
    fn decided(&self, state: State) -> State {
        let State {
            runs,
            mut ready,
            mut starting,
        } = state;
        let desired = self.desired(runs);
        starting += desired.saturating_sub(ready + starting);
        if self.cancels {
            starting = starting.min(desired.saturating_sub(ready));
        }
        if self.off.is_none() {
            let surplus = (ready + starting).saturating_sub(desired);
            ready -= surplus.min(ready.saturating_sub(runs));
        }
        State {
            runs,
            ready,
            starting,
        }
    }

    fn desired(&self, runs: u32) -> u32 {
        runs.clamp(self.least, self.most)
    }
}

/// The smaller root of `comes - (comes + served + becoming) r + served r²`, from the larger one: nothing cancels.
fn least_root(comes: f64, served: f64, becoming: f64) -> f64 {
    let sum = comes + served + becoming;
    // sum² - 4 comes served, as a sum.
    let spread = (comes - served).powi(2) + becoming * (sum + comes + served);
    2.0 * comes / (sum + spread.sqrt())
}

/// `row (I - R)⁻¹`: a row over all levels, each of which is the one before times `R`.
fn over_levels(growth: &[Vec<f64>], row: &[f64]) -> Vec<f64> {
    let mut sums: Vec<f64> = Vec::with_capacity(row.len());
    for (to, own) in row.iter().enumerate() {
        let passed = sums.iter().zip(growth);
        let passed: f64 = passed.map(|(sum, from)| sum * from[to]).sum();
        sums.push((own + passed) / (1.0 - growth[to][to]));
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::queues::{Moments, m_g_1, m_m_c};

    /// M/M/k/setup: nothing is kept, nodes go at once, and starts that are not needed are canceled.
    fn setup(most: u32, arrivals: f64, ready: f64) -> StartUp {
        StartUp {
            least: 0,
            most,
            arrivals,
            service: 1.0,
            ready,
            off: None,
            cancels: true,
        }
    }

    fn close(cluster: StartUp, expected: f64) {
        let found = cluster.mean_wait().unwrap();
        let off = (found / expected - 1.0).abs();
        assert!(off < 1e-9, "{cluster:?}: {found}, not {expected}");
    }

    #[test]
    fn two_nodes_worked_by_hand() {
        // Shares with n runs, in units of that of nothing at all. No node ready: 4/3 (1/2)^n; one: (10 + 8n)/9 (1/2)^n; two:
        // (n - 1)(2n + 13)/9 (1/2)^n, each for n from 1 on. Their sum is 68/9, and that of the queues times them 116/9.
        close(setup(2, 1.0, 0.5), 29.0 / 17.0);
    }

    #[test]
    fn one_node_waits_as_m_m_1_and_a_start() {
        // Welch 1964; with an idle time, only runs that find no node start one.
        close(setup(1, 0.5, 0.1), 1.0 + 10.0);
        let delayed = StartUp {
            off: Some(0.1),
            ..setup(1, 0.5, 0.1)
        };
        let exponential = |mean: f64| Moments {
            mean,
            square: 2.0 * mean * mean,
        };
        let start = exponential(10.0).with_chance(0.1 / 0.6);
        close(delayed, m_g_1(0.5, exponential(1.0), start).unwrap());
    }

    #[test]
    fn limits_are_m_m_c() {
        let exact = |nodes: u32, load: f64| m_m_c(nodes, load, 1.0).unwrap();
        let kept = StartUp {
            least: 4,
            ..setup(4, 3.0, 0.01)
        };
        close(kept, exact(4, 3.0));
        for (cancels, off) in [(true, None), (false, None), (false, Some(0.5))] {
            let quick = StartUp {
                off,
                cancels,
                ..setup(7, 5.0, 1e12)
            };
            close(quick, exact(7, 5.0));
        }
        let lasting = StartUp {
            off: Some(1e-15),
            ..setup(3, 2.0, 0.1)
        };
        close(lasting, exact(3, 2.0));
    }

    #[test]
    fn what_goes_above_returns() {
        let cluster = setup(5, 4.5, 0.3);
        let growth = cluster.growth();
        for (from, row) in growth.iter().enumerate() {
            let back: f64 = row
                .iter()
                .zip(0..)
                .map(|(it, ready)| it * f64::from(ready))
                .sum();
            assert!((back / 4.5 - 1.0).abs() < 1e-12, "from {from}: {back}");
        }
    }

    #[test]
    fn too_much_work_and_too_many_nodes_have_no_wait() {
        assert_eq!(setup(3, 3.0, 1.0).mean_wait(), None);
        assert!(setup(3, 2.99, 1.0).mean_wait().is_some());
        assert_eq!(setup(MOST_NODES + 1, 1.0, 1.0).mean_wait(), None);
    }

    #[test]
    fn more_help_never_waits_longer() {
        let wait = |cluster: StartUp| cluster.mean_wait().unwrap();
        let plain = setup(6, 4.0, 0.2);
        let (keeps, stays, starts) = (
            StartUp { least: 2, ..plain },
            StartUp {
                off: Some(0.1),
                ..plain
            },
            StartUp {
                cancels: false,
                ..plain
            },
        );
        for more in [keeps, stays, starts] {
            assert!(wait(more) < wait(plain), "{more:?}");
        }
    }
}
