//! The best policy of small clusters by dynamic programming, and its cost against the simulation of that policy.
//!
//! Everything is exponential, and nodes are released at once, so that the only choice is how many nodes are kept, anew in
//! each state. Cost is node-time, and a price for each run that waits. Times are in mean service times.

use std::collections::BTreeMap;

use autoscale_simulator::model::settings::SurplusProvisioning::Keep;
use autoscale_simulator::results::TargetResult;
use autoscale_simulator::stats;

use crate::chain::State;
use crate::measure::{
    SERVICE_S, System, cluster, constant, exponential, mean_wait_s, replicate, show,
};

/// Runs in the system beyond which arrivals are turned away: less than 1e-9 of all time is spent there.
const MOST_RUNS: u32 = 60;

/// Nodes that may be kept, Poisson arrivals, starts of nodes, and what it costs for a run to wait: a node costs 1.
#[derive(Clone, Copy)]
struct Problem {
    most: u32,
    rate: f64,
    ready_rate: f64,
    delay: f64,
}

impl Problem {
    /// What a decision to keep so many nodes makes of runs, nodes that are ready and nodes that start: missing nodes are
    /// asked for, and surplus ones released as far as they are idle.
    fn keep(self, [runs, ready, starting]: State, kept: u32) -> State {
        let desired = runs.clamp(kept, self.most);
        let allocated = ready + starting;
        if desired > allocated {
            return [runs, ready, starting + desired - allocated];
        }
        let idle = ready - ready.min(runs);
        [runs, ready - idle.min(allocated - desired), starting]
    }

    fn cost(self, [runs, ready, starting]: State) -> f64 {
        f64::from(ready + starting) + self.delay * f64::from(runs - ready.min(runs))
    }

    /// Rates to the states after an event, before a decision.
    fn events(self, [runs, ready, starting]: State) -> Vec<(f64, State)> {
        let mut events = Vec::new();
        if runs < MOST_RUNS {
            events.push((self.rate, [runs + 1, ready, starting]));
        }
        let busy = runs.min(ready);
        if busy > 0 {
            events.push((f64::from(busy), [runs - 1, ready, starting]));
        }
        if starting > 0 {
            let rate = f64::from(starting) * self.ready_rate;
            events.push((rate, [runs, ready + 1, starting - 1]));
        }
        events
    }

    /// The least mean cost over time of all policies that keep one of these numbers of nodes in each state, by relative value
    /// iteration on the uniformized chain (M. Puterman, *Markov Decision Processes*, Wiley 1994, sections 8.5 and 11.5).
    fn best(self, kept: &[u32]) -> f64 {
        let total = self.rate + f64::from(self.most) * (1.0 + self.ready_rate);
        let (states, events) = self.explore(kept);
        let mut values = vec![0.0; states.len()];
        for _ in 0..1_000_000 {
            let step = |(state, events): (&State, &Vec<(f64, Vec<usize>)>), own: f64| {
                let mut value = self.cost(*state) / total;
                let mut stays = 1.0;
                for (rate, after) in events {
                    let least = after.iter().map(|place| values[*place]);
                    value += rate / total * least.fold(f64::INFINITY, f64::min);
                    stays -= rate / total;
                }
                value + stays * own
            };
            let each = states.iter().zip(&events).zip(&values);
            let next: Vec<f64> = each.map(|(of, own)| step(of, *own)).collect();
            let grown = next.iter().zip(&values).map(|(next, own)| next - own);
            let least = grown.clone().fold(f64::INFINITY, f64::min);
            let most = grown.fold(f64::NEG_INFINITY, f64::max);
            let first = next[0];
            values = next.into_iter().map(|value| value - first).collect();
            // The cost of the best policy lies between the two.
            if (most - least) * total < 1e-7 {
                return f64::midpoint(least, most) * total;
            }
        }
        panic!("the values do not settle");
    }

    /// The states that decisions lead to, and of each its events with the states that the decision after it may choose.
    #[expect(clippy::type_complexity, reason = "it is used once")]
    fn explore(self, kept: &[u32]) -> (Vec<State>, Vec<Vec<(f64, Vec<usize>)>>) {
        let start = self.keep([0, 0, 0], kept[0]);
        let mut states = vec![start];
        let mut places = BTreeMap::from([(start, 0)]);
        let mut all: Vec<Vec<(f64, Vec<usize>)>> = Vec::new();
        while let Some(&state) = states.get(all.len()) {
            let mut place_of = |state: State| {
                *places.entry(state).or_insert_with(|| {
                    states.push(state);
                    states.len() - 1
                })
            };
            let events = self.events(state).into_iter();
            let events = events.map(|(rate, before)| {
                let after = kept.iter().map(|kept| self.keep(before, *kept));
                (rate, after.map(&mut place_of).collect())
            });
            all.push(events.collect());
        }
        (states, all)
    }

    /// Mean cost over time of a replication.
    fn cost_of(self, target: &TargetResult, window_s: f64) -> f64 {
        let nodes = target.within.billed().as_hours() * 3600.0 / window_s;
        let waiting = self.rate * mean_wait_s(target) / SERVICE_S;
        nodes + self.delay * waiting
    }
}

/// Problems, and how many nodes the best policy keeps in all states.
const CASES: [(Problem, u32); 4] = [
    // A start takes ten services. Waiting is cheap: off whenever nothing is there to do.
    (
        Problem {
            most: 1,
            rate: 0.1,
            ready_rate: 0.1,
            delay: 0.05,
        },
        0,
    ),
    // Waiting costs as much as a node: always on.
    (
        Problem {
            most: 1,
            rate: 0.1,
            ready_rate: 0.1,
            delay: 1.0,
        },
        1,
    ),
    (
        Problem {
            most: 2,
            rate: 0.5,
            ready_rate: 1.0,
            delay: 20.0,
        },
        2,
    ),
    (
        Problem {
            most: 2,
            rate: 0.05,
            ready_rate: 1.0,
            delay: 0.1,
        },
        0,
    ),
];

/// The dynamic program chooses among all policies, one that a cluster can be told is as good, and it costs in the simulation
/// what the program says.
#[test]
fn slow_the_best_policy_costs_what_its_dynamic_program_says() {
    for (problem, kept) in CASES {
        let all: Vec<u32> = (0..=problem.most).collect();
        let best = problem.best(&all);
        let of_kept: Vec<f64> = all.iter().map(|kept| problem.best(&[*kept])).collect();
        let name = format!("{} nodes, delay {}", problem.most, problem.delay);
        show(&format!("{name}: best {best:.6} of {of_kept:?}"));
        let told = of_kept[kept as usize];
        assert!((told - best).abs() < 1e-6, "{name}: {told}, not {best}");
        assert!(of_kept.iter().all(|other| *other > best - 1e-6), "{name}");
        let boot = exponential(1.0 / problem.ready_rate);
        let kind = cluster((kept, problem.most), boot, constant(0.0), Keep);
        let world = System::new(kind, problem.rate).world(&name, 50_000.0);
        let window_s = world.horizon.since(world.warmup).as_secs_f64();
        let targets = replicate(&world, 30);
        let costs = targets
            .iter()
            .map(|target| problem.cost_of(target, window_s));
        let costs: Vec<f64> = costs.collect();
        let simulated = stats::mean(&costs).expect("there are replications");
        show(&format!("{name}: simulated {simulated:.6}"));
        assert!(
            (simulated / best - 1.0).abs() < 0.01,
            "{name}: {simulated}, not {best}"
        );
    }
}
