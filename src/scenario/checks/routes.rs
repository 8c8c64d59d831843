//! Where the runs of a workload with several targets go, in order and about: what a target has no room for goes on.

use super::demand::{Asked, mean_nodes};
use crate::model::settings::{TargetKind, WorldSettings};
use crate::workload::{NodeCount, WorkloadSettings};

/// The targets of a workload that has several.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    /// The workload's name.
    pub workload: String,
    /// The targets in order, each with the share of the runs that go to it, about; of batches and logs it is not known.
    pub targets: Vec<(String, Option<f64>)>,
}

/// Whether nothing about the runs of a target is random, so that it keeps up with as much as it can do.
pub(super) fn is_fixed(settings: &WorldSettings, target: usize) -> bool {
    let workloads = settings.workloads.iter();
    let mut own = workloads.filter(|workload| workload.targets.contains(&target));
    own.all(WorkloadSettings::is_fixed)
}

/// What each workload asks of each of its targets, those that have no choice first.
pub(super) type Asks = Vec<(usize, Vec<(usize, Asked)>)>;

/// What workloads ask of their targets, and how many nodes these can have.
pub(super) struct Order<'a> {
    pub(super) settings: &'a WorldSettings,
    pub(super) asks: &'a Asks,
    pub(super) most: &'a [u32],
}

impl Order<'_> {
    /// Whether the runs of a workload go on coming, so that their shares are known.
    pub(super) fn goes_on(&self, workload: usize) -> bool {
        self.settings.workloads[workload].arrivals.go_on()
    }

    /// Runs of one node that a target can have at one time.
    fn servers(&self, at: usize) -> u32 {
        match &self.settings.targets[at].kind {
            TargetKind::Instance(instance) => instance.slots,
            TargetKind::Cluster(_) => self.most[at],
        }
    }
}

/// The routes of all workloads with several targets.
pub(super) fn routes(order: &Order<'_>, room: &[f64]) -> Vec<Route> {
    let shared = shared(order, room, |_, asked| asked.mean);
    let several = order.asks.iter().filter(|(_, targets)| targets.len() > 1);
    let mut routes: Vec<(usize, Route)> = several
        .map(|(workload, targets)| {
            let known = shared.flows.iter().find(|flow| flow.workload == *workload);
            let name = |(place, (at, _)): (usize, &(usize, _))| {
                let share = known.map(|flow| flow.shares[place]);
                (order.settings.targets[*at].name.clone(), share)
            };
            let route = Route {
                workload: order.settings.workloads[*workload].name.clone(),
                targets: targets.iter().enumerate().map(name).collect(),
            };
            (*workload, route)
        })
        .collect();
    routes.sort_by_key(|(workload, _)| *workload);
    routes.into_iter().map(|(_, route)| route).collect()
}

/// What comes to each target, in nodes kept busy, without batches and logs that have a choice.
pub(super) struct Shared {
    /// What waits for its room: of workloads without a choice, and of those that have it as their last.
    pub(super) queues: Vec<f64>,
    /// What would go on to another target, and how much of it finds room.
    pub(super) offered: Vec<f64>,
    pub(super) taken: Vec<f64>,
    flows: Vec<Flow>,
}

/// Where the runs of one workload go.
struct Flow {
    workload: usize,
    /// By place in its order: the share of the runs.
    shares: Vec<f64>,
    /// Nodes that they keep busy there and wait for.
    queues: Vec<f64>,
    offered: Vec<f64>,
    taken: Vec<f64>,
}

/// Rounds in which workloads that share targets come to terms.
const ROUNDS: usize = 20;

/// Where all goes. What is asked of each target is `of` a workload there.
pub(super) fn shared(
    order: &Order<'_>,
    room: &[f64],
    of: impl Fn(usize, &Asked) -> f64 + Copy,
) -> Shared {
    let none = vec![0.0; room.len()];
    let mut all = Shared {
        queues: none.clone(),
        offered: none.clone(),
        taken: none,
        flows: Vec::new(),
    };
    let mut several = Vec::new();
    for (workload, targets) in order.asks {
        if let [(at, asked)] = targets.as_slice() {
            all.queues[*at] += of(*workload, asked);
        } else if order.goes_on(*workload) {
            let asked = targets
                .iter()
                .map(|(at, asked)| (*at, of(*workload, asked)));
            several.push((*workload, asked.collect::<Vec<_>>()));
        }
    }
    let rounds = if several.len() > 1 { ROUNDS } else { 1 };
    for round in 0..rounds {
        for (index, (workload, asked)) in several.iter().enumerate() {
            if round > 0 {
                all.count(index, asked, -1.0);
            }
            let flow = all.flow(order, room, (*workload, asked));
            if round > 0 {
                all.flows[index] = flow;
            } else {
                all.flows.push(flow);
            }
            all.count(index, asked, 1.0);
        }
    }
    all
}

impl Shared {
    /// Adds a flow to what comes, or takes it away.
    fn count(&mut self, flow: usize, asked: &[(usize, f64)], sign: f64) {
        let flow = &self.flows[flow];
        let sums = [
            (&mut self.queues, &flow.queues),
            (&mut self.offered, &flow.offered),
            (&mut self.taken, &flow.taken),
        ];
        for (sum, parts) in sums {
            for ((at, _), part) in asked.iter().zip(parts) {
                sum[*at] = (sum[*at] + sign * part).max(0.0);
            }
        }
    }

    /// Runs of one workload beside what comes of others: each target but the last turns away what Erlang's loss formula
    /// says of its load, taken as Poisson arrivals of runs of mean size (Erlang 1917; what overflows varies more, so that
    /// the shares are about), and what it has no room for at all. Nothing is turned away by chance where none is.
    fn flow(
        &self,
        order: &Order<'_>,
        room: &[f64],
        (workload, asked): (usize, &[(usize, f64)]),
    ) -> Flow {
        let nodes = &order.settings.workloads[workload].nodes;
        let none = vec![0.0; asked.len()];
        let mut flow = Flow {
            workload,
            shares: none.clone(),
            queues: none.clone(),
            offered: none.clone(),
            taken: none,
        };
        for (size, weight) in sizes(nodes) {
            let able = asked.iter().enumerate();
            let able: Vec<_> = able
                .filter(|(_, (at, _))| size <= order.most[*at])
                .collect();
            let Some((&(last, &(last_at, of_last)), others)) = able.split_last() else {
                continue;
            };
            // Of all that is asked of a target, the part of this size.
            let part = |at: usize| f64::from(size) * weight / mean_nodes(nodes, order.most[at]);
            let mut left = 1.0;
            for &(place, &(at, own)) in others {
                let offered = self.offered[at] + own * left;
                let load = (self.queues[at] + offered) / f64::from(size);
                let turned_away = if is_fixed(order.settings, at) {
                    0.0
                } else {
                    blocking(order.servers(at) / size.max(1), load)
                };
                let free = (room[at] - self.queues[at]).max(0.0);
                let fits = if offered > free { free / offered } else { 1.0 };
                let taken = left * f64::min(1.0 - turned_away, fits);
                flow.shares[place] += weight * taken;
                flow.offered[place] += own * part(at) * left;
                flow.taken[place] += own * part(at) * taken;
                left -= taken;
            }
            flow.shares[last] += weight * left;
            flow.queues[last] += of_last * part(last_at) * left;
        }
        flow
    }
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
