//! Stationary distributions of small Markov chains, exact but for rounding: the theory where no closed form exists.

use std::collections::BTreeMap;

use autoscale_simulator::stats::chain;

/// A state of a chain; what the numbers mean is the chain's.
pub(crate) type State = [u32; 3];

/// Where a chain goes from a state, and at what rate.
pub(crate) type Moves = Vec<(f64, State)>;

/// The states that can be reached from `start`, each with its stationary probability.
pub(crate) fn stationary(start: State, moves: impl Fn(State) -> Moves) -> Vec<(State, f64)> {
    let (states, rates) = explore(start, moves);
    let weights = chain::stationary(rates);
    let total: f64 = weights.iter().sum();
    let shares = weights.into_iter().map(|weight| weight / total);
    states.into_iter().zip(shares).collect()
}

/// The mean of `value` over a distribution.
pub(crate) fn mean(distribution: &[(State, f64)], value: impl Fn(State) -> u32) -> f64 {
    let parts = distribution
        .iter()
        .map(|&(state, share)| f64::from(value(state)) * share);
    parts.sum()
}

/// The states in the order in which they are found, and the rates between them.
fn explore(start: State, moves: impl Fn(State) -> Moves) -> (Vec<State>, Vec<Vec<f64>>) {
    let mut states = vec![start];
    let mut places = BTreeMap::from([(start, 0)]);
    let mut links = Vec::new();
    while let Some(&state) = states.get(links.len()) {
        let place_of = |(rate, to): (f64, State)| {
            let place = *places.entry(to).or_insert_with(|| {
                states.push(to);
                states.len() - 1
            });
            (rate, place)
        };
        links.push(
            moves(state)
                .into_iter()
                .map(place_of)
                .collect::<Vec<(f64, usize)>>(),
        );
    }
    let mut rates = vec![vec![0.0; states.len()]; states.len()];
    for (row, links) in rates.iter_mut().zip(links) {
        for (rate, to) in links {
            row[to] += rate;
        }
    }
    (states, rates)
}
