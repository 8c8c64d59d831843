//! Speed of a sweep on one thread and on two (W3), from scenario file to summary, and of requests to a service (W5), from
//! settings to statistics. What one replication takes beside other engines is the bench `peers`.
//!
//! `cargo bench --bench throughput`: what is compared takes turns, several times; medians are printed.
//! `cargo bench --bench throughput -- --quick` makes everything twenty times smaller. Nothing here asserts a time.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_types,
    reason = "a bench reads the clock and prints"
)]

#[path = "../peers/draws.rs"]
mod draws;
mod services;

use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

use autoscale_simulator::report::FILES;
use autoscale_simulator::scenario::{self, Options};
use autoscale_simulator::study::{self, Keep, Unwatched};

/// Counted rounds of each measurement.
const ROUNDS: usize = 7;

/// What the variants have in common: a cluster that scales to zero, booting for three minutes.
const CLUSTER: &str = "replications = 1
seed = 1
horizon = \"20000s\"
[cluster.c]
min_nodes = 0
max_nodes = 64
boot = \"180s\"
idle_before_scale_down = \"120s\"
price_per_hour = 1.0
[workload.w]
target = \"c\"
arrivals.poisson.rate = \"180/h\"
duration.exponential.mean = \"600s\"
";

/// W3: 200 variants of W2 by `max_nodes` and idle limit, the arrival rate half of what the nodes can do.
fn w3(scale: f64) -> String {
    let mut toml = CLUSTER.to_owned();
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
    measure_scaling(folder.path(), scale);
    services::measure(if quick { 250_000 } else { 5_000_000 });
}
