//! A search against models whose best point is known exactly: one node that starts on demand and switches off after an idle limit,
//! which is M/G/1 with set-up (Welch, Operations Research 12, 1964, 736-752), and clusters of two to four nodes, everything
//! exponential, which are Markov chains.
//!
//! `cargo test --release --test search -- --ignored --nocapture` does the full counts.
#![expect(clippy::unwrap_used, reason = "a panic fails the test, as it should")]

#[path = "../support/chain.rs"]
mod chain;
mod chains;
#[path = "../support/scaling_chain.rs"]
mod scaling_chain;

use std::path::Path;

use autoscale_simulator::goal::Goal;
use autoscale_simulator::inputs::Memory;
use autoscale_simulator::report::search::{Course, End, Found};
use autoscale_simulator::scenario::{Options, Scenario, load_from};
use autoscale_simulator::study::{Growing, Keep, Threads, Unwatched};
use autoscale_simulator::study_results::StudyResults;
use autoscale_simulator::units::SimDuration;

/// Two clusters of one node each: a cheap one that starts in 20 minutes and a dear one that starts in 5.
const CASE: &str = r#"
horizon = "11d"
warmup = "1d"

[cluster.slow]
price_per_hour = 1.0
max_nodes = 1
boot = "20m"
idle_before_scale_down = "0s"

[cluster.quick]
price_per_hour = 1.4
max_nodes = 1
boot = "5m"
idle_before_scale_down = "0s"

[workload.runs]
target = "slow"
arrivals.poisson = { rate = "2.4/h" }
duration.exponential = { mean = "10m" }

[goal]
wait_mean = "<= 612s"

[variant.slow]

[variant.quick]
workload.runs.target = "quick"

[search]
cluster.slow.idle_before_scale_down = { from = "0s", to = "150m", step = "STEP" }
cluster.quick.idle_before_scale_down = { from = "0s", to = "150m", step = "STEP" }
"#;

/// The longest mean wait, in mean service times.
const LIMIT: f64 = 1.02;
/// Arrivals per mean service time.
const RATE: f64 = 0.4;
/// A difference that does not matter.
const INDIFFERENCE: f64 = 0.01;

/// Mean wait and mean cost per hour of a node that starts in `start` and switches off after `idle`, in mean service times.
///
/// With `p = exp(-l T)` the wait is `l E[S^2] / (2 (1 - r)) + p (2 D + l D^2) / (2 (1 + p l D))`. A cycle without a run on the node
/// lasts `1/l + p D`, of which `p D` are starting and `(1 - p) / l` idle; such cycles fill a share `1 - r` of all time.
fn exact(start: f64, idle: f64, price: f64) -> (f64, f64) {
    let off = (-RATE * idle).exp();
    let cycle = 1.0 + off * RATE * start;
    let wait = RATE / (1.0 - RATE) + off * (2.0 * start + RATE * start * start) / (2.0 * cycle);
    let (starting, resting) = (off * RATE * start / cycle, (1.0 - off) / cycle);
    (wait, price * (RATE + (1.0 - RATE) * (starting + resting)))
}

/// The exact wait and cost of each point of a scenario.
fn exact_of(scenario: &Scenario) -> Vec<(f64, f64)> {
    let of = |variant: &autoscale_simulator::scenario::Variant| {
        let value = |end: &str| {
            let mut all = variant.point.iter();
            all.find(|at| at.key.ends_with(end))
                .map(|at| at.value.clone())
        };
        let target = value("variant").unwrap();
        let minutes = value(&format!("{target}.idle_before_scale_down")).unwrap();
        let length = SimDuration::parse(&minutes).unwrap();
        let idle = length.as_secs_f64() / 600.0;
        match target.as_str() {
            "slow" => exact(2.0, idle, 1.0),
            _ => exact(0.5, idle, 1.4),
        }
    };
    scenario.variants.iter().map(of).collect()
}

/// Positions of the points that keep the limit and cost no more than the cheapest of them and what does not matter.
fn right(scenario: &Scenario) -> Vec<usize> {
    let exact = exact_of(scenario);
    let keeps = |(wait, _): &&(f64, f64)| *wait <= LIMIT;
    let costs = exact.iter().filter(keeps).map(|(_, cost)| *cost);
    let least = costs.fold(f64::INFINITY, f64::min);
    let all = exact.iter().enumerate();
    all.filter(|(_, (wait, cost))| *wait <= LIMIT && *cost <= least * (1.0 + INDIFFERENCE))
        .map(|(point, _)| point)
        .collect()
}

fn scenario(step: &str, seed: u64) -> Scenario {
    let inputs = Memory::from_iter([("case.toml", CASE.replace("STEP", step))]);
    let options = Options {
        seed: Some(seed),
        search: true,
        ..Options::default()
    };
    load_from(&inputs, Path::new("case.toml"), &options).unwrap()
}

/// A search to its end.
fn searched(scenario: &Scenario, threads: usize) -> (Course, StudyResults) {
    let threads = Threads::start(Some(threads)).unwrap();
    let goal: Goal = scenario.goals.goal.clone().unwrap();
    let mut course = Course::new(scenario.search.unwrap(), goal, scenario.variants.len());
    let mut growing = Growing::new(scenario.clone());
    while let Some(round) = course.next_round() {
        let how = (
            Keep::default(),
            &Unwatched as &dyn autoscale_simulator::study::Watcher,
        );
        growing
            .extend_to(&round.points, round.count, &threads, how)
            .unwrap();
        course.look(growing.results(), round);
    }
    (course, growing.into_results())
}

/// Whether a search of a seed finds a right point, and the share that it takes of the replications that as many of every point as of
/// the best would be.
fn found(seed: u64) -> (bool, f64) {
    let scenario = scenario("5m", seed);
    let (course, study) = searched(&scenario, 2);
    let found = Found::of(&course, &study);
    let all = study.variants.len() as f64 * f64::from(found.rounds.1);
    let is_right = match found.end {
        End::Best(best) => right(&scenario).contains(&best),
        End::Undecided(_) | End::Missed(_) => false,
    };
    (is_right, found.replications as f64 / all)
}

#[test]
fn the_exact_best_is_one_of_the_quick_cluster() {
    let scenario = scenario("5m", 1);
    assert_eq!(scenario.variants.len(), 62);
    let names = right(&scenario);
    let names: Vec<&str> = names
        .iter()
        .map(|at| scenario.variants[*at].name.as_str())
        .collect();
    assert_eq!(names, ["quick / quick.idle_before_scale_down=10m"]);
    // By hand: p = exp(-0.4), 2/3 + 0.67032 x 1.1 / (2 x 1.134064), and 1.4 (0.4 + 0.6 (0.134064 + 0.32968) / 1.134064).
    let (wait, cost) = exact(0.5, 1.0, 1.4);
    assert!((wait - 0.991_76).abs() < 1e-5, "{wait}");
    assert!((cost - 0.903_50).abs() < 1e-5, "{cost}");
}

#[test]
fn slow_a_search_finds_the_exact_best_with_a_fifth_of_the_replications() {
    for seed in 1..=2 {
        let (is_right, share) = found(seed);
        assert!(is_right, "seed {seed}");
        assert!(share <= 0.2, "seed {seed}: {share}");
    }
}

#[test]
#[ignore = "minutes: `cargo test --release --test search -- --ignored --nocapture`"]
#[expect(clippy::print_stdout, reason = "the counts are what it is run for")]
fn the_exact_best_is_found_in_95_of_100_searches() {
    let all: Vec<(bool, f64)> = (1..=100).map(found).collect();
    let right = all.iter().filter(|(is_right, _)| *is_right).count();
    let share = all.iter().map(|(_, share)| share).sum::<f64>() / 100.0;
    println!("{right} of 100 are right, with {share:.3} of the replications on average");
    assert!(right >= 95, "{right}");
    assert!(share <= 0.2, "{share}");
}

/// Equal replications of 302 points: what the search chooses is as good as the best of them.
#[test]
#[ignore = "minutes: `cargo test --release --test search -- --ignored --nocapture`"]
#[expect(clippy::print_stdout, reason = "the counts are what it is run for")]
fn brute_force_agrees_on_302_points() {
    let scenario = scenario("1m", 3);
    assert_eq!(scenario.variants.len(), 302);
    let (course, study) = searched(&scenario, 2);
    let End::Best(chosen) = Found::of(&course, &study).end else {
        panic!("a point is chosen");
    };
    let mut growing = Growing::new(scenario.clone());
    let threads = Threads::start(None).unwrap();
    let all: Vec<usize> = (0..scenario.variants.len()).collect();
    growing
        .extend_to(&all, 400, &threads, (Keep::default(), &Unwatched))
        .unwrap();
    let mut brute = Course::new(
        scenario.search.unwrap(),
        scenario.goals.goal.clone().unwrap(),
        302,
    );
    let round = brute.next_round().unwrap();
    let brute_study = growing.into_results();
    brute.look(&brute_study, round);
    let found = Found::of(&brute, &brute_study);
    let End::Best(best) = found.end else {
        panic!("brute force finds one");
    };
    let cost = |point: usize| found.values[point].unwrap().mean;
    println!(
        "search: {}, brute force: {}",
        scenario.variants[chosen].name, scenario.variants[best].name
    );
    assert!(cost(chosen) <= cost(best) * (1.0 + INDIFFERENCE));
    assert!(exact_of(&scenario)[chosen].0 <= LIMIT);
}

#[test]
fn slow_threads_decide_nothing() {
    let text = "first_replications = 5\nmax_replications = 20\n";
    let case = CASE
        .replace("STEP", "25m")
        .replace("[search]\n", &format!("[search]\n{text}"));
    let inputs = Memory::from_iter([("case.toml", case)]);
    let options = Options {
        search: true,
        ..Options::default()
    };
    let scenario = load_from(&inputs, Path::new("case.toml"), &options).unwrap();
    let points: Vec<_> = scenario
        .variants
        .iter()
        .map(|it| it.point.clone())
        .collect();
    let table = |threads| {
        let (course, study) = searched(&scenario, threads);
        let mut table = Vec::new();
        autoscale_simulator::report::search::write(
            &Found::of(&course, &study),
            &points,
            &mut table,
        )
        .unwrap();
        String::from_utf8(table).unwrap()
    };
    let one = table(1);
    assert_eq!(one, table(3));
    assert_eq!(one.lines().count(), 1 + 14);
}
