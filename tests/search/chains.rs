//! Searches of clusters of two to four nodes, everything exponential: their best points are known from their Markov chains.

use std::path::Path;

use autoscale_simulator::inputs::Memory;
use autoscale_simulator::report::search::{End, Found};
use autoscale_simulator::scenario::{Options, Scenario, load_from};
use autoscale_simulator::stats::{CONFIDENCE, estimate, mean};
use autoscale_simulator::study::{Growing, Keep, Threads, Unwatched};
use autoscale_simulator::units::SimDuration;

use crate::scaling_chain::Cluster;
use crate::{INDIFFERENCE, searched};

/// A cluster, everything exponential, of which the nodes that are kept and the mean time that others stay idle are searched.
const CHAIN: &str = r#"
horizon = "HORIZON"
warmup = "12h"

[cluster.gpu]
price_per_hour = 1.0
max_nodes = MOST
boot.exponential.mean = "20m"
idle_before_scale_down.exponential.mean = "5m"
surplus_provisioning = "keep"

[workload.runs]
target = "gpu"
arrivals.poisson = { rate = "ARRIVALS/h" }
duration.exponential.mean = "10m"

[goal]
wait_mean = "<= LIMIT"

[search]
first_replications = 5
cluster.gpu.min_nodes = { from = 0, to = KEPT, step = 1 }
cluster.gpu.idle_before_scale_down.exponential.mean = { from = "5m", to = "LONGEST", step = "5m" }
"#;

/// Such a cluster, which gets half of the work that all of its nodes could do.
#[derive(Clone, Copy)]
struct Chain {
    /// Nodes at most.
    most: u32,
    horizon: &'static str,
    /// Longest mean idle time of the grid.
    longest: &'static str,
    /// Longest mean wait that keeps the goal.
    limit: &'static str,
    /// The best point.
    best: &'static str,
    /// The fewest replications of each point with which brute force is right in 95 of 100 cases, by the rule that needs fewer.
    fewest: usize,
}

const CHAINS: [Chain; 3] = [
    Chain {
        most: 2,
        horizon: "132h",
        longest: "15h",
        limit: "541s",
        best: "min_nodes=1 mean=15m",
        fewest: 135,
    },
    Chain {
        most: 3,
        horizon: "90h",
        longest: "10h",
        limit: "287s",
        best: "min_nodes=2 mean=10m",
        fewest: 90,
    },
    Chain {
        most: 4,
        horizon: "66h",
        longest: "450m",
        limit: "260s",
        best: "min_nodes=2 mean=15m",
        fewest: 92,
    },
];

/// Replications that a search takes at most, as a share of those of brute force at all points.
const MOST_OF_BRUTE_FORCE: f64 = 0.2;

/// Replications with which brute force begins.
const FIRST: usize = 5;

/// A length in mean service times.
fn services(text: &str) -> f64 {
    SimDuration::parse(text).unwrap().as_secs_f64() / 600.0
}

/// What brute force chooses by.
#[derive(Clone, Copy)]
enum Rule {
    /// The cheapest of the points whose mean waits keep the limit.
    Means,
    /// The cheapest of those whose 95 % intervals do.
    Intervals,
}

impl Chain {
    /// Arrivals in a mean service time: half a node's work for each node.
    fn rate(self) -> f64 {
        f64::from(self.most) / 2.0
    }

    fn scenario(self, seed: u64) -> Scenario {
        let text = CHAIN
            .replace("HORIZON", self.horizon)
            .replace("MOST", &self.most.to_string())
            .replace("KEPT", &(self.most - 1).to_string())
            .replace("ARRIVALS", &(self.rate() * 6.0).to_string())
            .replace("LIMIT", self.limit)
            .replace("LONGEST", self.longest);
        let inputs = Memory::from_iter([("case.toml", text)]);
        let options = Options {
            seed: Some(seed),
            search: true,
            ..Options::default()
        };
        load_from(&inputs, Path::new("case.toml"), &options).unwrap()
    }

    /// The exact mean wait, in mean service times, and mean number of nodes of each point.
    fn exact(self) -> Vec<(f64, f64)> {
        let scenario = self.scenario(1);
        let of = |variant: &autoscale_simulator::scenario::Variant| {
            let value = |key: &str| {
                let at = variant.point.iter().find(|at| at.key.contains(key));
                at.unwrap().value.clone()
            };
            let cluster = Cluster {
                least: value("min_nodes").parse().unwrap(),
                most: self.most,
                rate: self.rate(),
                ready_rate: 0.5,
                off_rate: Some(1.0 / services(&value("idle_before_scale_down"))),
                cancel: false,
            };
            let expected = cluster.expected();
            (
                expected.wait,
                self.rate() + expected.starting + expected.idle,
            )
        };
        scenario.variants.iter().map(of).collect()
    }

    /// Whether each point keeps the limit and costs no more than the cheapest of them and what does not matter.
    fn right(self, exact: &[(f64, f64)]) -> Vec<bool> {
        let keeps = |wait: f64| wait <= services(self.limit);
        let kept = exact.iter().filter(|(wait, _)| keeps(*wait));
        let least = kept.map(|(_, cost)| *cost).fold(f64::INFINITY, f64::min);
        let is_right =
            |(wait, cost): &(f64, f64)| keeps(*wait) && *cost <= least * (1.0 + INDIFFERENCE);
        exact.iter().map(is_right).collect()
    }

    /// Replications as a share of those of brute force at this number of points.
    fn share(self, replications: usize, points: usize) -> f64 {
        replications as f64 / (points * self.fewest) as f64
    }

    /// Whether a search finds a right point, and the replications that it takes.
    fn found(self, seed: u64, right: &[bool]) -> (bool, usize) {
        let (course, study) = searched(&self.scenario(seed), 2);
        let found = Found::of(&course, &study);
        let is_right = matches!(found.end, End::Best(best) if right[best]);
        (is_right, found.replications)
    }

    /// Whether brute force is right with the first [`FIRST`] and more replications of each point, up to `most`, by the means and by the intervals.
    ///
    /// It is spared most of its mistakes: it chooses among the right points and those that are cheaper and miss the limit by less than
    /// a fifth, and knows that all others are wrong.
    fn brute(
        self,
        seed: u64,
        (exact, right): (&[(f64, f64)], &[bool]),
        most: u32,
    ) -> [Vec<bool>; 2] {
        let limit = services(self.limit);
        let dearest = exact.iter().zip(right).filter(|(_, is_right)| **is_right);
        let dearest = dearest.map(|((_, cost), _)| *cost).fold(0.0, f64::max);
        let points: Vec<usize> = (0..exact.len())
            .filter(|at| right[*at] || exact[*at].1 < dearest && exact[*at].0 < 1.2 * limit)
            .collect();
        let mut growing = Growing::new(self.scenario(seed));
        let threads = Threads::start(Some(2)).unwrap();
        growing
            .extend_to(&points, most, &threads, (Keep::default(), &Unwatched))
            .unwrap();
        let study = growing.into_results();
        let of = |point: &usize| {
            let replications = study.variants[*point].replications.iter();
            let targets = replications.map(|it| it.target(0).unwrap());
            let values = targets.map(|target| {
                let wait_s = target.runs.wait_sum as f64 / 1e6 / target.runs.started as f64;
                (wait_s / 600.0, target.within.billed().as_hours())
            });
            values.unzip::<f64, f64, Vec<f64>, Vec<f64>>()
        };
        let samples: Vec<(Vec<f64>, Vec<f64>)> = points.iter().map(of).collect();
        let keeps = |waits: &[f64], rule: Rule| {
            let wait = estimate(waits, CONFIDENCE).unwrap();
            let more = match rule {
                Rule::Means => 0.0,
                Rule::Intervals => wait.half_width.unwrap(),
            };
            wait.mean + more <= limit
        };
        let is_right = |count: usize, rule: Rule| {
            let all = points.iter().zip(&samples);
            let kept = all.filter(|(_, (waits, _))| keeps(&waits[..count], rule));
            let costs = kept.map(|(at, (_, costs))| (*at, mean(&costs[..count]).unwrap()));
            let chosen = costs.min_by(|(_, one), (_, other)| one.total_cmp(other));
            chosen.is_some_and(|(at, _)| right[at])
        };
        let counts = FIRST..=most as usize;
        [Rule::Means, Rule::Intervals]
            .map(|rule| counts.clone().map(|count| is_right(count, rule)).collect())
    }
}

/// Positions of what is right, by name.
fn named(scenario: &Scenario, right: &[bool]) -> Vec<String> {
    let all = scenario.variants.iter().zip(right);
    let right = all.filter(|(_, is_right)| **is_right);
    right.map(|(variant, _)| variant.name.clone()).collect()
}

#[test]
fn chains_have_one_best_point_each() {
    for chain in CHAINS {
        let (scenario, exact) = (chain.scenario(1), chain.exact());
        assert_eq!(scenario.variants.len(), 360);
        let right = named(&scenario, &chain.right(&exact));
        assert_eq!(right, [chain.best], "{} nodes", chain.most);
    }
}

/// The whole grid of one chain, and shorter ones of the others, which leave out none of the points that are hard to tell apart.
#[test]
fn slow_a_search_finds_the_exact_best_of_chains() {
    for (chain, most) in CHAINS.into_iter().zip([0.5, 0.5, MOST_OF_BRUTE_FORCE]) {
        let longest = if most < 0.5 { chain.longest } else { "2h" };
        let chain = Chain { longest, ..chain };
        let right = chain.right(&chain.exact());
        let (is_right, replications) = chain.found(1, &right);
        assert!(is_right, "{} nodes", chain.most);
        let share = chain.share(replications, right.len());
        assert!(share <= most, "{} nodes: {share}", chain.most);
    }
}

/// The fewest replications of each point with which brute force is right in 95 of 100 cases, by the rule that needs fewer.
fn fewest_of_brute_force(chain: Chain, exact: &[(f64, f64)], right: &[bool]) -> usize {
    const MOST: u32 = 300;
    let mut counts = [(); 2].map(|()| vec![0; MOST as usize + 1 - FIRST]);
    for seed in 1..=100 {
        let of_rules = chain.brute(seed, (exact, right), MOST);
        for (counts, is_right) in counts.iter_mut().zip(of_rules) {
            for (count, is_right) in counts.iter_mut().zip(is_right) {
                *count += u32::from(is_right);
            }
        }
    }
    let firsts = counts.map(|counts| counts.iter().position(|count| *count >= 95));
    let first = firsts.into_iter().flatten().min();
    first.expect("enough replications are right") + FIRST
}

#[test]
#[ignore = "minutes: `cargo test --release --test search -- --ignored --nocapture`"]
#[expect(clippy::print_stdout, reason = "the counts are what it is run for")]
fn brute_force_takes_as_many_replications_of_chains_as_stated() {
    let all = CHAINS.map(|chain| {
        let exact = chain.exact();
        let fewest = fewest_of_brute_force(chain, &exact, &chain.right(&exact));
        println!("{} nodes: brute force takes {fewest} of each", chain.most);
        fewest
    });
    assert_eq!(all, CHAINS.map(|chain| chain.fewest));
}

/// Searches of 100 seeds: at least 95 are right, with a fifth of the replications of brute force on average.
#[expect(clippy::print_stdout, reason = "the counts are what it is run for")]
fn is_found_in_95_of_100_searches(chain: Chain) {
    let right = chain.right(&chain.exact());
    let (mut found, mut all, mut share) = (0, 0, 0.0);
    let nodes = chain.most;
    for seed in 1..=100_u32 {
        let (is_right, replications) = chain.found(u64::from(seed), &right);
        found += u32::from(is_right);
        all += replications;
        if seed % 10 == 0 {
            let mean = all as f64 / f64::from(seed);
            share = chain.share(all, right.len() * seed as usize);
            println!(
                "{nodes} nodes: {found} of {seed} are right, with {mean:.0} replications on average, {share:.3} of brute force"
            );
        }
    }
    assert!(found >= 95, "{nodes} nodes: {found}");
    assert!(share <= MOST_OF_BRUTE_FORCE, "{nodes} nodes: {share}");
}

#[test]
#[ignore = "minutes: `cargo test --release --test search -- --ignored --nocapture`"]
fn the_exact_best_of_two_nodes_is_found_in_95_of_100_searches() {
    is_found_in_95_of_100_searches(CHAINS[0]);
}

#[test]
#[ignore = "minutes: `cargo test --release --test search -- --ignored --nocapture`"]
fn the_exact_best_of_three_nodes_is_found_in_95_of_100_searches() {
    is_found_in_95_of_100_searches(CHAINS[1]);
}

#[test]
#[ignore = "minutes: `cargo test --release --test search -- --ignored --nocapture`"]
fn the_exact_best_of_four_nodes_is_found_in_95_of_100_searches() {
    is_found_in_95_of_100_searches(CHAINS[2]);
}
