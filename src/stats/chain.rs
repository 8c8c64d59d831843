//! Shares of time of the states of a finite Markov chain, by state reduction without a subtraction (W. Grassmann, M. Taksar and
//! D. Heyman, *Operations Research* 33 (1985) 1107-1116).

/// Weights of the states of a chain in proportion to their shares of time, from the rates between them (those
/// from a state to itself do not count). Each state has to be reachable from each other one. States are taken out one by
/// one from the last on, and what went through them goes to where they lead.
pub fn stationary(mut rates: Vec<Vec<f64>>) -> Vec<f64> {
    for last in (1..rates.len()).rev() {
        let (earlier, rest) = rates.split_at_mut(last);
        let exits = rest[0][..last].iter().copied().enumerate();
        let exits: Vec<(usize, f64)> = exits.filter(|(_, rate)| *rate > 0.0).collect();
        let total: f64 = exits.iter().map(|(_, rate)| rate).sum();
        for row in earlier.iter_mut().filter(|row| row[last] > 0.0) {
            row[last] /= total;
            for &(to, rate) in &exits {
                row[to] += row[last] * rate;
            }
        }
    }
    let mut weights = vec![1.0];
    for state in 1..rates.len() {
        let inflow = weights.iter().zip(&rates);
        weights.push(inflow.map(|(weight, row)| weight * row[state]).sum());
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_much_flows_into_each_state_as_out_of_it() {
        // Rates of very different sizes; every state is reached.
        let size: usize = 12;
        let rate = |from: usize, to: usize| match (from * 7 + to * 5) % 4 {
            _ if from == to => 0.0,
            _ if to == (from + 1) % size => 1e-3,
            0 => 0.0,
            other => 10_f64.powi(i32::try_from(other).expect("small") * 2 - 3) * (1 + to) as f64,
        };
        let rates = (0..size).map(|from| (0..size).map(|to| rate(from, to)).collect());
        let weights = stationary(rates.collect());
        for state in 0..size {
            let others = || (0..size).filter(|other| *other != state);
            let flows_in: f64 = others().map(|from| weights[from] * rate(from, state)).sum();
            let flows_out: f64 = others().map(|to| weights[state] * rate(state, to)).sum();
            let error = (flows_in - flows_out).abs() / flows_out;
            assert!(error < 1e-12, "state {state}: {flows_in} and {flows_out}");
        }
    }
}
