//! Whether time grows faster than work: processor time at a size, at twice and at four times that size, each with as much more
//! work. Twice the work is to take about twice the time; four times the time tells of a scan of everything for each event.
//!
//! `cargo bench --bench growth`: the best of three rounds, of the simulation alone and from scenario file to summary.
//! `cargo bench --bench growth -- --quick` makes everything eight times smaller. Nothing here asserts a time.

#![expect(clippy::print_stdout, reason = "a bench prints")]

mod scenarios;

use std::path::Path;

use autoscale_simulator::engine::streams::Streams;
use autoscale_simulator::model::{Silent, simulate};
use autoscale_simulator::report::FILES;
use autoscale_simulator::scenario::{self, Options};
use autoscale_simulator::study::{self, Keep, Unwatched};
use rustix::time::{ClockId, clock_gettime};

use scenarios::{ENTRIES, Entry};

/// Rounds of each measurement.
const ROUNDS: usize = 3;

/// Processor time of this process that `work` takes, in seconds.
fn timed(work: impl FnOnce()) -> f64 {
    let seconds = || {
        let time = clock_gettime(ClockId::ProcessCPUTime);
        time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
    };
    let start = seconds();
    work();
    seconds() - start
}

/// The least time of the simulation alone, and from scenario file to summary, in seconds.
fn measure(path: &Path) -> [f64; 2] {
    let load =
        || scenario::load(path, &Options::default()).expect("the bench's scenarios are valid");
    let mut least = [f64::INFINITY; 2];
    for _ in 0..ROUNDS {
        let scenario = load();
        let settings = &scenario.variants[0].settings;
        let alone = timed(|| {
            let outcome = simulate(settings, Streams::new(1, 0), Silent, &|| true);
            assert!(outcome.is_ok_and(|outcome| outcome.result.all_runs.submitted > 0));
        });
        let whole = timed(|| {
            let studies = study::run(&[load()], Keep::default(), Some(1), &Unwatched);
            let studies = studies.expect("nobody interrupts");
            assert!(!FILES[0].bytes(&studies[0]).is_empty());
        });
        least = [least[0].min(alone), least[1].min(whole)];
    }
    least
}

fn print(what: &str, times: [f64; 3]) {
    let [one, two, four] = times;
    println!(
        "    {what:16} {one:8.3} s {two:8.3} s {four:8.3} s   times {:.1}, {:.1}",
        two / one,
        four / two
    );
}

fn measure_growth(folder: &Path, entry: &Entry, size: u32) {
    let sizes = [size, 2 * size, 4 * size];
    println!("{} of {sizes:?} {}", entry.name, entry.what);
    let times = sizes.map(|size| measure(&(entry.write)(folder, size)));
    print("simulation", times.map(|[alone, _]| alone));
    print("file to summary", times.map(|[_, whole]| whole));
}

fn main() {
    let quick = std::env::args().any(|argument| argument == "--quick" || argument == "--test");
    let folder = tempfile::tempdir().expect("a temporary folder");
    for entry in &ENTRIES {
        let size = if quick { entry.size / 8 } else { entry.size };
        measure_growth(folder.path(), entry, size);
    }
}
