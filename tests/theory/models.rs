//! What theory says of each model. Times are in mean service times, rates per service time.

use super::chain::{self, Moves, State};
use super::scaling_chain::{Expected, MOST_RUNS};

/// Mean wait of M/M/c under an offered load: Erlang C over the spare capacity (Erlang 1917; Gross et al., Fundamentals of
/// Queueing Theory, section 2.3). Erlang C comes from Erlang B, `B(c) = a B(c-1) / (c + a B(c-1))`.
pub(crate) fn m_m_c_wait(servers: u32, load: f64) -> f64 {
    let erlang_b = (1..=servers).fold(1.0, |blocked, servers| {
        load * blocked / (f64::from(servers) + load * blocked)
    });
    let spare = f64::from(servers) - load;
    let erlang_c = f64::from(servers) * erlang_b / (spare + load * erlang_b);
    erlang_c / spare
}

/// Throughput and mean response of M/M/c//N, the machine repair model: so many users think (with a mean) and then ask for
/// service, of which `servers` give one at a time each. Birth and death: with n users at the servers the next comes at
/// `(N - n) / Z`, and one leaves at `min(n, c)`. The response is Little's law over those who do not think.
pub(crate) fn machine_repair(users: u32, servers: u32, think: f64) -> (f64, f64) {
    let shares = finite_source(users, (servers, users), think);
    let present = shares
        .iter()
        .zip(0..)
        .map(|(share, n)| share * f64::from(n));
    let present: f64 = present.sum();
    let throughput = (f64::from(users) - present) / think;
    (throughput, present / throughput)
}

/// Share of users who find all servers taken where nobody waits and they then think again: Engset's call congestion, the
/// share of time in which all servers are taken among one user fewer.
pub(crate) fn engset(users: u32, servers: u32, think: f64) -> f64 {
    let shares = finite_source(users - 1, (servers, servers), think);
    shares[servers as usize]
}

/// Share of time with 0, 1, ... users at the servers, of whom at most `most` can be there.
fn finite_source(users: u32, (servers, most): (u32, u32), think: f64) -> Vec<f64> {
    let mut weights = vec![1.0];
    for present in 0..most.min(users) {
        let comes = f64::from(users - present) / think;
        let leaves = f64::from((present + 1).min(servers));
        weights.push(weights[present as usize] * comes / leaves);
    }
    let total: f64 = weights.iter().sum();
    weights.iter().map(|weight| weight / total).collect()
}

/// Mean wait of M/G/1 (Pollaczek 1930, Khinchine 1932): `l E[S^2] / (2 (1 - r))` with `E[S] = 1`, so that `r = l`.
pub(crate) fn m_g_1_wait(load: f64, variance: f64) -> f64 {
    load * (1.0 + variance) / (2.0 * (1.0 - load))
}

/// A single node that starts on demand and switches off after an idle time.
#[derive(Clone, Copy)]
pub(crate) struct OneNode {
    /// Arrivals per service time, below 1.
    pub(crate) rate: f64,
    /// Second moment of the service time, whose mean is 1.
    pub(crate) service_square: f64,
    /// Mean of the starting time.
    pub(crate) start: f64,
    /// Second moment of the starting time.
    pub(crate) start_square: f64,
    /// Probability that the node switches off before the next arrival: `E[exp(-l T)]` for an idle limit T.
    pub(crate) off: f64,
}

impl OneNode {
    /// M/G/1 with set-up (Welch, Operations Research 12, 1964) that is needed only where the idle limit T ran out first.
    ///
    /// With `p = E[exp(-l T)]`, `E[wait] = l E[S^2] / (2 (1 - r)) + p (2 E[D] + l E[D^2]) / (2 (1 + p l E[D]))`. A cycle
    /// without a run on the node lasts `1/l + p E[D]`, of which `p E[D]` are starting and `(1 - p) / l` idle; such cycles
    /// fill a share `1 - r` of all time.
    pub(crate) fn expected(self) -> Expected {
        let Self {
            rate, start, off, ..
        } = self;
        let cycle = 1.0 + off * rate * start;
        let set_up = off * (2.0 * start + rate * self.start_square) / (2.0 * cycle);
        Expected {
            wait: rate * self.service_square / (2.0 * (1.0 - rate)) + set_up,
            starting: (1.0 - rate) * off * rate * start / cycle,
            idle: (1.0 - rate) * (1.0 - off) / cycle,
        }
    }

    /// Share of runs that start the node: one in each cycle that sees it switched off.
    pub(crate) fn cold_starts(self) -> f64 {
        self.off * (1.0 - self.rate) / (1.0 + self.off * self.rate * self.start)
    }
}

/// What the two nodes of [`idle_gang_assembly`] do: nothing, one single run, two of them, one run on both.
const EMPTY: u32 = 0;
const SINGLE: u32 = 1;
const TWO_SINGLES: u32 = 2;
const GANG: u32 = 3;

/// Mean wait for two nodes that are always on, strictly first come first served, where a share of the runs needs both; service
/// is exponential with mean 1. From the chain of (what the nodes do, runs queued); a queued run shows what it needs
/// only when it comes to the head, and a gang there waits beside a single run: that is `SINGLE` with a queue.
pub(crate) fn idle_gang_assembly(rate: f64, gangs: f64) -> f64 {
    let shares = chain::stationary([EMPTY, 0, 0], |state| gang_moves(state, rate, gangs));
    chain::mean(&shares, |[_, queued, _]| queued) / rate
}

fn gang_moves([nodes, queued, _]: State, rate: f64, gangs: f64) -> Moves {
    let singles = 1.0 - gangs;
    let to = |nodes, queued| [nodes, queued, 0];
    let mut moves = match (nodes, queued) {
        (EMPTY, _) => vec![(rate * gangs, to(GANG, 0)), (rate * singles, to(SINGLE, 0))],
        (SINGLE, 0) => vec![
            (rate * gangs, to(SINGLE, 1)),
            (rate * singles, to(TWO_SINGLES, 0)),
        ],
        _ if queued < MOST_RUNS => vec![(rate, to(nodes, queued + 1))],
        _ => Vec::new(),
    };
    match (nodes, queued) {
        (EMPTY, _) => {}
        (SINGLE | GANG, 0) => moves.push((1.0, to(EMPTY, 0))),
        (TWO_SINGLES, 0) => moves.push((2.0, to(SINGLE, 0))),
        (SINGLE, _) => moves.push((1.0, to(GANG, queued - 1))),
        (TWO_SINGLES, _) => {
            moves.push((2.0 * gangs, to(SINGLE, queued)));
            moves.push((2.0 * singles, to(TWO_SINGLES, queued - 1)));
        }
        (_, 1) => {
            moves.push((gangs, to(GANG, 0)));
            moves.push((singles, to(SINGLE, 0)));
        }
        (_, _) => {
            moves.push((gangs, to(GANG, queued - 1)));
            moves.push((singles * gangs, to(SINGLE, queued - 1)));
            moves.push((singles * singles, to(TWO_SINGLES, queued - 2)));
        }
    }
    moves
}

/// Share of arrivals that find all servers busy and go (Erlang B): `B(0) = 1`, `B(c) = a B(c - 1) / (c + a B(c - 1))`.
pub(crate) fn erlang_b(servers: u32, offered: f64) -> f64 {
    (1..=servers).fold(1.0, |blocked, server| {
        offered * blocked / (f64::from(server) + offered * blocked)
    })
}
