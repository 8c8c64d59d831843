//! Speed from scenario file to summary: W1, W2, W2 on 4,096 nodes, W3, and the ratio to a lean loop in the same process.
//! W5, requests to a service, goes from settings to statistics.
//!
//! `cargo bench --bench throughput`: each workload and its lean loop run in turn, several times; medians are printed.
//! `cargo bench --bench throughput -- --quick` makes everything twenty times smaller. Nothing here asserts a time.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_types,
    reason = "a bench reads the clock and prints"
)]

mod lean;
mod services;

use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

use autoscale_simulator::engine::streams::Streams;
use autoscale_simulator::model::{Silent, simulate};
use autoscale_simulator::report::FILES;
use autoscale_simulator::scenario::{self, Options};
use autoscale_simulator::study::{self, Keep, Unwatched};

/// Counted rounds of each measurement.
const ROUNDS: usize = 7;

/// One workload: a scenario, its number of runs and the lean loop for it.
struct Workload {
    name: &'static str,
    toml: String,
    runs: u32,
    lean: fn(u32) -> lean::Lean,
    quoted: &'static str,
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
            lean: |runs| lean::w1(runs, 64, 0.096, 1),
            quoted: "wait 29.1247 s",
        },
        Workload {
            name: "W2",
            toml: cluster(0, 64, "180s", 0.053_333_333, runs),
            runs,
            lean: |runs| lean::w2(runs, 64, 0.053_333_333, 1),
            quoted: "a 200,000 runs: wait 20.8814 s, node-hours 37,343, spin-ups 39,437",
        },
        Workload {
            name: "W2, 4,096 nodes",
            toml: cluster(0, 4096, "180s", 0.053_333_333 * 64.0, runs),
            runs,
            lean: |runs| lean::w2(runs, 4096, 0.053_333_333 * 64.0, 1),
            quoted: "",
        },
    ]
}

/// W3: 200 variants of W2 by `max_nodes` and idle limit, the arrival rate half of what the nodes can do.
fn w3(scale: f64) -> String {
    let mut toml = cluster(0, 64, "180s", 0.05, 1000);
    for max_nodes in (4..=80).step_by(4) {
        for idle in [0, 30, 60, 120, 180, 300, 600, 900, 1200, 1800] {
            let rate = 0.5 * f64::from(max_nodes) / 600.0;
            writeln!(
                toml,
                "[variant.m{max_nodes}-i{idle}]\nhorizon = \"{:.0}s\"\ncluster.c.max_nodes = {max_nodes}\n\
                 cluster.c.idle_before_scale_down = \"{idle}s\"\nworkload.w.arrivals.poisson.rate = \"{}/h\"",
                10_000.0 * scale / rate,
                rate * 3600.0
            )
            .expect("a string takes every line");
        }
    }
    toml
}

/// From scenario file to the bytes of the summary; the wall time in seconds.
fn to_summary(path: &Path, threads: usize) -> f64 {
    let start = Instant::now();
    let scenario =
        scenario::load(path, &Options::default()).expect("the bench's scenarios are valid");
    let studies = study::run(&[scenario], Keep::default(), Some(threads), &Unwatched)
        .expect("nobody interrupts");
    let bytes = FILES[0].bytes(&studies[0]);
    assert!(!std::hint::black_box(bytes).is_empty());
    start.elapsed().as_secs_f64()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
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

fn measure(folder: &Path, workload: &Workload) {
    let path = folder.join("bench.toml");
    std::fs::write(&path, &workload.toml).expect("the temporary folder is writable");
    let runs = f64::from(workload.runs);
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let mut answer = lean::Lean::default();
    for _ in 0..ROUNDS {
        ours.push(to_summary(&path, 1));
        let start = Instant::now();
        answer = std::hint::black_box((workload.lean)(workload.runs));
        theirs.push(start.elapsed().as_secs_f64());
    }
    let ratios: Vec<f64> = ours
        .iter()
        .zip(&theirs)
        .map(|(ours, theirs)| ours / theirs)
        .collect();
    let (ours, theirs) = (median(ours), median(theirs));
    println!(
        "{:16} {:6.2} M runs/s  {:5.0} ns a run   lean {:6.2} M runs/s   ratio {:.2}",
        workload.name,
        runs / ours / 1e6,
        ours / runs * 1e9,
        runs / theirs / 1e6,
        median(ratios)
    );
    println!("{:16} {}", "", figures(&path));
    println!(
        "{:16} lean: wait {:.3} s, node-hours {:.0}, spin-ups {}",
        "", answer.wait_s, answer.node_hours, answer.spin_ups
    );
    if !workload.quoted.is_empty() {
        println!("{:16} theory: {}", "", workload.quoted);
    }
}

fn measure_scaling(folder: &Path, scale: f64) {
    let path = folder.join("w3.toml");
    std::fs::write(&path, w3(scale)).expect("the temporary folder is writable");
    let (mut one, mut two) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        one.push(to_summary(&path, 1));
        two.push(to_summary(&path, 2));
    }
    let ratios = one.iter().zip(&two).map(|(one, two)| one / two).collect();
    println!(
        "W3               {:.3} s on one thread, {:.3} s on two: {:.2}x",
        median(one),
        median(two),
        median(ratios)
    );
}

fn main() {
    let quick = std::env::args().any(|argument| argument == "--quick" || argument == "--test");
    let scale = if quick { 0.05 } else { 1.0 };
    let folder = tempfile::tempdir().expect("a temporary folder");
    for workload in workloads(if quick { 50_000 } else { 1_000_000 }) {
        measure(folder.path(), &workload);
    }
    measure_scaling(folder.path(), scale);
    services::measure(if quick { 250_000 } else { 5_000_000 });
}
