//! Processor time from scenario file to summary, as a multiple of a general engine (the crate desque) and of a lean loop.
//!
//! `cargo bench --bench peers`: the three take turns in one process, several times; medians of the ratios are printed.
//! `cargo bench --bench peers -- --quick` makes everything twenty times smaller. Nothing here asserts a time.
//!
//! Ours keeps percentiles, accounts by category, cost and intervals; the other two keep sums. That is the comparison: what
//! an analyst gets for the time in which a general engine only counts.

#![expect(clippy::print_stdout, reason = "a bench prints")]

mod draws;
mod engine;
mod lean;

use std::path::Path;

use autoscale_simulator::engine::streams::Streams;
use autoscale_simulator::model::{Silent, simulate};
use autoscale_simulator::report::FILES;
use autoscale_simulator::scenario::{self, Options};
use autoscale_simulator::study::{self, Keep, Unwatched};
use rustix::time::{ClockId, clock_gettime};

use lean::Lean;

/// Counted rounds of each measurement.
const ROUNDS: usize = 9;

/// One workload: a scenario, its number of runs, and what others make of it.
struct Workload {
    name: &'static str,
    toml: String,
    runs: u32,
    engine: fn(u32) -> Lean,
    lean: fn(u32) -> Lean,
    theory: &'static str,
}

fn cluster(min: u32, max: u32, boot: &str, rate: f64, runs: u32) -> String {
    let horizon = f64::from(runs) / rate;
    format!(
        "replications = 1\nseed = 1\nhorizon = \"{horizon:.0}s\"\n[cluster.c]\nmin_nodes = {min}\nmax_nodes = {max}\n\
         boot = \"{boot}\"\nidle_before_scale_down = \"120s\"\nprice_per_hour = 1.0\n[workload.w]\ntarget = \"c\"\n\
         arrivals.poisson.rate = \"{}/h\"\nduration.exponential.mean = \"600s\"\n",
        rate * 3600.0
    )
}

fn workloads(runs: u32) -> Vec<Workload> {
    vec![
        Workload {
            name: "W1",
            toml: cluster(64, 64, "0s", 0.096, runs),
            runs,
            engine: |runs| engine::w1(runs, 64, 0.096, 1),
            lean: |runs| lean::w1(runs, 64, 0.096, 1),
            theory: "wait 29.1247 s",
        },
        Workload {
            name: "W2",
            toml: cluster(0, 64, "180s", 0.053_333_333, runs),
            runs,
            engine: |runs| engine::w2(runs, 64, 0.053_333_333, 1),
            lean: |runs| lean::w2(runs, 64, 0.053_333_333, 1),
            theory: "per 200,000 runs: wait 20.8814 s, node-hours 37,343, spin-ups 39,437",
        },
        Workload {
            name: "W2, 4,096 nodes",
            toml: cluster(0, 4096, "180s", 0.053_333_333 * 64.0, runs),
            runs,
            engine: |runs| engine::w2(runs, 4096, 0.053_333_333 * 64.0, 1),
            lean: |runs| lean::w2(runs, 4096, 0.053_333_333 * 64.0, 1),
            theory: "",
        },
    ]
}

/// From scenario file to the bytes of the summary, on one thread.
fn to_summary(path: &Path) {
    let scenario =
        scenario::load(path, &Options::default()).expect("the bench's scenarios are valid");
    let studies =
        study::run(&[scenario], Keep::default(), Some(1), &Unwatched).expect("nobody interrupts");
    let bytes = FILES[0].bytes(&studies[0]);
    assert!(!std::hint::black_box(bytes).is_empty());
}

/// Processor time of this process that `work` takes, in seconds, and what it gives.
fn timed<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let seconds = || {
        let time = clock_gettime(ClockId::ProcessCPUTime);
        time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
    };
    let start = seconds();
    let value = std::hint::black_box(work());
    (seconds() - start, value)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Medians of pairwise ratios.
fn ratio(ours: &[f64], theirs: &[f64]) -> f64 {
    let pairs = ours.iter().zip(theirs);
    median(pairs.map(|(ours, theirs)| ours / theirs).collect())
}

/// Wait, node-hours and spin-ups of one replication, for a look at whether the answer is right; queue operations a run.
fn figures(path: &Path) -> String {
    let scenario =
        scenario::load(path, &Options::default()).expect("the bench's scenarios are valid");
    let settings = &scenario.variants[0].settings;
    let outcome =
        simulate(settings, Streams::new(1, 0), Silent, &|| true).expect("nobody interrupts");
    let target = &outcome.result.targets[0];
    let runs = target.runs.submitted as f64;
    format!(
        "wait {:.3} s, node-hours {:.0}, spin-ups {}, queue operations a run {:.3}",
        target.runs.wait_sum as f64 / 1e6 / runs,
        (target.within.leased() + target.drain.leased()).as_hours(),
        target.spin_ups,
        outcome.queue_operations as f64 / runs
    )
}

fn print_answer(name: &str, answer: Lean) {
    println!(
        "{:16} {name}: wait {:.3} s, node-hours {:.0}, spin-ups {}",
        "", answer.wait_s, answer.node_hours, answer.spin_ups
    );
}

fn measure(folder: &Path, workload: &Workload) {
    let path = folder.join("bench.toml");
    std::fs::write(&path, &workload.toml).expect("the temporary folder is writable");
    let runs = workload.runs;
    let (mut ours, mut engine, mut lean) = (Vec::new(), Vec::new(), Vec::new());
    let mut answers = [Lean::default(); 2];
    for _ in 0..ROUNDS {
        ours.push(timed(|| to_summary(&path)).0);
        let (time, answer) = timed(|| (workload.engine)(runs));
        engine.push(time);
        answers[0] = answer;
        let (time, answer) = timed(|| (workload.lean)(runs));
        lean.push(time);
        answers[1] = answer;
    }
    let speed = |times: &[f64]| f64::from(runs) / median(times.to_vec()) / 1e6;
    println!(
        "{:16} {:6.2} M runs/s   desque {:6.2}, ours takes {:.2}x its time   lean loop {:6.2}, ours takes {:.2}x",
        workload.name,
        speed(&ours),
        speed(&engine),
        ratio(&ours, &engine),
        speed(&lean),
        ratio(&ours, &lean)
    );
    println!("{:16} ours: {}", "", figures(&path));
    print_answer("desque", answers[0]);
    print_answer("lean", answers[1]);
    if !workload.theory.is_empty() {
        println!("{:16} theory: {}", "", workload.theory);
    }
}

fn main() {
    let quick = std::env::args().any(|argument| argument == "--quick" || argument == "--test");
    let folder = tempfile::tempdir().expect("a temporary folder");
    for workload in workloads(if quick { 50_000 } else { 1_000_000 }) {
        measure(folder.path(), &workload);
    }
}
