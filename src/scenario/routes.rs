//! Where the runs of a workload with several targets go, in order and about: what a target has no room for goes on.

use super::load::Asks;
use crate::model::settings::WorldSettings;
use crate::workload::{NodeCount, WorkloadSettings};

/// The targets of a workload that has several.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    /// The workload's name.
    pub workload: String,
    /// The targets in order, each with the share of the runs that go to it, about; of batches and logs it is not known.
    pub targets: Vec<(String, Option<f64>)>,
}

/// The routes of all workloads with several targets.
pub(super) fn routes(
    settings: &WorldSettings,
    asks: &Asks,
    (room, most): (&[f64], &[u32]),
) -> Vec<Route> {
    // What comes to each target without a choice.
    let mut fixed = vec![0.0; room.len()];
    for (_, targets) in asks {
        if let [(at, asked)] = targets.as_slice() {
            fixed[*at] += asked.mean;
        }
    }
    let several = asks.iter().filter(|(_, targets)| targets.len() > 1);
    let mut routes: Vec<(usize, Route)> = several
        .map(|(workload, targets)| {
            let of = &settings.workloads[*workload];
            let places = targets.iter().map(|(at, asked)| Place {
                most: most[*at],
                own: asked.mean,
                others: fixed[*at],
            });
            let shares = of
                .arrivals
                .go_on()
                .then(|| shares(of, &places.collect::<Vec<_>>()));
            let name = |(place, (at, _)): (usize, &(usize, _))| {
                let share = shares.as_ref().map(|shares| shares[place]);
                (settings.targets[*at].name.clone(), share)
            };
            let route = Route {
                workload: of.name.clone(),
                targets: targets.iter().enumerate().map(name).collect(),
            };
            (*workload, route)
        })
        .collect();
    routes.sort_by_key(|(workload, _)| *workload);
    routes.into_iter().map(|(_, route)| route).collect()
}

/// A target as a route sees it.
struct Place {
    most: u32,
    /// Nodes that all runs of the workload would keep busy there.
    own: f64,
    /// The same of others.
    others: f64,
}

/// Shares of the runs by target: each but the last turns away what Erlang's loss formula says of its load, taken as
/// Poisson arrivals of runs of mean size (Erlang 1917; what overflows varies more, so that the shares are about).
fn shares(workload: &WorkloadSettings, places: &[Place]) -> Vec<f64> {
    let mut shares = vec![0.0; places.len()];
    for (nodes, weight) in sizes(&workload.nodes) {
        let able: Vec<usize> = (0..places.len())
            .filter(|at| nodes <= places[*at].most)
            .collect();
        let Some((&last, others)) = able.split_last() else {
            continue;
        };
        let mut left = weight;
        for &at in others {
            let place = &places[at];
            let size = f64::from(nodes);
            let load = (place.own * left / weight + place.others) / size;
            let turned_away = blocking(place.most / nodes.max(1), load);
            shares[at] += left * (1.0 - turned_away);
            left *= turned_away;
        }
        shares[last] += left;
    }
    shares
}

/// Sizes with their shares of the runs.
fn sizes(nodes: &NodeCount) -> Vec<(u32, f64)> {
    match nodes {
        NodeCount::Constant(nodes) => vec![(*nodes, 1.0)],
        NodeCount::Choice { values, weights } => {
            let total: f64 = weights.iter().sum();
            let weighted = values.iter().zip(weights);
            let some = weighted.filter(|(_, weight)| **weight > 0.0);
            some.map(|(nodes, weight)| (*nodes, weight / total))
                .collect()
        }
    }
}

/// Erlang's loss formula by its recursion: the share of arrivals that find so many servers busy.
fn blocking(servers: u32, load: f64) -> f64 {
    (1..=servers).fold(1.0, |blocked, server| {
        load * blocked / (f64::from(server) + load * blocked)
    })
}
