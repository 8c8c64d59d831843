//! Intervals hold what they promise: how often they cover the truth where it is known, by simulation with fixed seeds.
//!
//! `cargo test --test coverage -- --nocapture` prints every share; docs/validation.md has them.

use autoscale_simulator::stats::{
    CONFIDENCE, Estimate, estimate, paired_difference, ratio_of_means, sequential, spread,
};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Exp1, LogNormal, StandardNormal};

/// Repetitions of each case: the standard error of a share near 0.95 is 0.0022.
const REPETITIONS: u32 = 10_000;

/// How many replications a study has.
const SIZES: [usize; 4] = [5, 10, 30, 100];

/// A cost of one replication, with mean 1.
type Cost = fn(&mut ChaCha8Rng) -> f64;

fn normal(rng: &mut ChaCha8Rng) -> f64 {
    let noise: f64 = StandardNormal.sample(rng);
    1.0 + 0.2 * noise
}

fn exponential(rng: &mut ChaCha8Rng) -> f64 {
    Exp1.sample(rng)
}

/// Five runs whose lengths are log-normal with a coefficient of variation of 3.
fn five_long_tails(rng: &mut ChaCha8Rng) -> f64 {
    let variance = 10.0_f64.ln();
    let length = LogNormal::new(-variance / 2.0, variance.sqrt()).expect("a deviation above 0");
    length.sample_iter(rng).take(5).sum::<f64>() / 5.0
}

/// Share of the repetitions in which something holds.
fn share(name: &str, mut holds: impl FnMut(&mut ChaCha8Rng) -> bool) -> f64 {
    let mut rng = ChaCha8Rng::seed_from_u64(20_240_101);
    let hits = (0..REPETITIONS).filter(|_| holds(&mut rng)).count();
    let share = hits as f64 / f64::from(REPETITIONS);
    show(&format!("{name}: {share:.3}"));
    share
}

fn covers(interval: Option<Estimate>, truth: f64) -> bool {
    let interval = interval.expect("there are replications");
    interval.covers(truth).expect("there are several")
}

fn sample(size: usize, rng: &mut ChaCha8Rng, cost: Cost) -> Vec<f64> {
    (0..size).map(|_| cost(rng)).collect()
}

/// Pairs of costs of which the second is for the same work, which costs 0.8 there, with a share of its own.
fn pairs(size: usize, rng: &mut ChaCha8Rng, cost: Cost) -> (Vec<f64>, Vec<f64>) {
    let pair = |_| {
        let shared = cost(rng);
        (shared, 0.4 * shared + 0.4 * cost(rng))
    };
    (0..size).map(pair).unzip()
}

/// How often the intervals of the mean, of the paired difference and of the ratio cover the truth.
fn shares(name: &str, size: usize, cost: Cost) -> [f64; 3] {
    let mean = share(&format!("{name}, {size}: mean"), |rng| {
        covers(estimate(&sample(size, rng, cost), CONFIDENCE), 1.0)
    });
    let difference = share(&format!("{name}, {size}: paired difference"), |rng| {
        let (x, y) = pairs(size, rng, cost);
        covers(paired_difference(&y, &x, CONFIDENCE), -0.2)
    });
    let ratio = share(&format!("{name}, {size}: ratio"), |rng| {
        let (x, y) = pairs(size, rng, cost);
        covers(ratio_of_means(&y, &x, CONFIDENCE), 0.8)
    });
    [mean, difference, ratio]
}

#[test]
fn ordinary_costs_are_covered() {
    for size in SIZES {
        for covered in shares("normal", size, normal) {
            assert!(
                (0.93..=0.97).contains(&covered),
                "normal, {size}: {covered}"
            );
        }
    }
    for size in [10, 30, 100] {
        for covered in shares("exponential", size, exponential) {
            assert!(
                (0.93..=0.97).contains(&covered),
                "exponential, {size}: {covered}"
            );
        }
    }
}

/// Few of the largest values are seen: Student's interval covers 0.82, 0.83, 0.87 and 0.90 of the time.
#[test]
fn long_tails_are_covered_nearly_as_often_as_promised() {
    for (size, least) in [(5, 0.86), (10, 0.875), (30, 0.91), (100, 0.93)] {
        for covered in shares("five long tails", size, five_long_tails) {
            assert!(covered >= least, "{size}: {covered}");
        }
    }
}

/// Variants with the same distribution and no random number in common: a clear difference would be false.
#[test]
fn equal_variants_seldom_differ() {
    for (name, cost) in [
        ("normal", normal as Cost),
        ("exponential", exponential),
        ("five long tails", five_long_tails),
    ] {
        for size in SIZES {
            let differs = share(&format!("{name}, {size}: false difference"), |rng| {
                let (x, y) = (sample(size, rng, cost), sample(size, rng, cost));
                !covers(paired_difference(&x, &y, CONFIDENCE), 0.0)
            });
            assert!(differs <= 0.05, "{name}, {size}: {differs}");
        }
    }
}

/// The interval of a mean of as many replications as it takes to be no longer than a share of it, and how many these are.
fn as_precise(share: f64, first: u32, rng: &mut ChaCha8Rng, cost: Cost) -> (Option<Estimate>, u32) {
    let mut values = sample(first as usize, rng, cost);
    loop {
        let interval = estimate(&values, CONFIDENCE);
        let count = u32::try_from(values.len()).expect("few");
        if interval.is_some_and(|interval| interval.is_within(share)) {
            return (interval, count);
        }
        let next = sequential::after_next_round(count, u32::MAX);
        values.extend(sample((next - count) as usize, rng, cost));
    }
}

/// Looking again after each round costs less than two points of coverage.
#[test]
fn sequential_intervals_are_covered_nearly_as_often() {
    for (name, cost, precisions) in [
        ("normal", normal as Cost, [0.05, 0.02]),
        ("exponential", exponential, [0.2, 0.1]),
    ] {
        for (wanted, first) in precisions.into_iter().zip([10, 30]) {
            let mut total = 0;
            let covered = share(&format!("{name}, ± {wanted}, first {first}"), |rng| {
                let (interval, count) = as_precise(wanted, first, rng, cost);
                total += u64::from(count);
                covers(interval, 1.0)
            });
            show(&format!(
                "mean replications: {}",
                total / u64::from(REPETITIONS)
            ));
            assert!(
                (0.93..=0.97).contains(&covered),
                "{name}, {wanted}: {covered}"
            );
        }
    }
}

/// What asks for more replications seldom does so of a normal cost, and mostly of long tails.
#[test]
fn a_caution_is_for_long_tails() {
    let cautioned = |name, cost: Cost| {
        share(name, |rng| {
            let values = sample(30, rng, cost);
            spread(&values).is_some_and(|spread| spread.wanted().is_some())
        })
    };
    assert!(cautioned("normal, 30: cautioned", normal) <= 0.01);
    assert!(cautioned("five long tails, 30: cautioned", five_long_tails) >= 0.5);
}

/// Prints a line for those who look.
#[expect(
    clippy::print_stdout,
    reason = "shown on request: `cargo test --test coverage -- --nocapture` prints every share"
)]
fn show(line: &str) {
    println!("{line}");
}
