//! Large pages of memory. Linux takes memory back page by page when a process ends: that is a fifth of a second for each
//! GB in pages of 4 KB, and next to nothing in those of 2 MB, which are also had sooner.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use crate::scenario::{Scenario, Variant};
use crate::units::SimTime;

/// Where Linux says whether a process gets large pages: `madvise` where it has to ask for them.
const ENABLED: &str = "/sys/kernel/mm/transparent_hugepage/enabled";
/// What the C library reads at the start of a process, and how it is told to ask.
const TUNABLES: (&str, &str) = ("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1");
/// Tells a process that it was started again.
const AGAIN: &str = "SIMULATE_STARTED_AGAIN";
/// Arrivals in a replication that take tens of MB where a log lists them, or where they queue.
const MANY_ARRIVALS: f64 = 200_000.0;
/// Replications whose results take as much.
const MANY_REPLICATIONS: f64 = 100_000.0;
/// Arrivals for each row of a log from which on it is little to read the log again.
const FOR_A_ROW: f64 = 20.0;

/// Whether studies take so much memory that large pages are worth another start, at which their files are read again.
pub(super) fn are_worth_it(files: &[PathBuf], scenarios: &[Scenario]) -> bool {
    let (mut all, mut is_large) = (0.0, false);
    for scenario in scenarios {
        let arrivals = scenario.variants.iter().map(arrivals);
        let (sum, most) = arrivals.fold((0.0, 0.0_f64), |(sum, most), of| (sum + of, most.max(of)));
        let replications = f64::from(scenario.replications);
        all += sum * replications;
        is_large |= most >= MANY_ARRIVALS
            || replications * scenario.variants.len() as f64 >= MANY_REPLICATIONS;
    }
    let readings = scenarios.iter().flat_map(|scenario| &scenario.readings);
    let rows: u64 = readings.map(|reading| reading.rows).sum();
    // What comes from a pipe cannot be read again.
    is_large && all >= FOR_A_ROW * rows as f64 && files.iter().all(|file| file.is_file())
}

/// Arrivals in a replication of a variant, on average.
fn arrivals(variant: &Variant) -> f64 {
    let settings = &variant.settings;
    let runs = settings.workloads.iter().map(|own| &own.arrivals);
    let requests = settings.requests.iter().map(|own| &own.arrivals);
    let per_s: f64 = runs
        .chain(requests)
        .map(|of| of.per_s(settings.horizon))
        .sum();
    per_s * settings.horizon.since(SimTime::ZERO).as_secs_f64()
}

/// Starts this process again, with the same arguments and number, so that it gets large pages; comes back where that
/// cannot be, need not be, or has been.
pub(super) fn start_again(arguments: &[OsString]) {
    let is_set = |name: &str| env::var_os(name).is_some();
    let may_ask = std::fs::read_to_string(ENABLED).is_ok_and(|text| text.contains("[madvise]"));
    if may_ask && !is_set(TUNABLES.0) && !is_set(AGAIN) {
        replace(arguments);
    }
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn replace(arguments: &[OsString]) {
    use std::os::unix::process::CommandExt as _;
    use std::process::Command;

    if let (Ok(program), [name, others @ ..]) = (env::current_exe(), arguments) {
        let mut again = Command::new(program);
        again.arg0(name).args(others);
        // Only a failure comes back, and then all is as it was.
        let _ = again.env(TUNABLES.0, TUNABLES.1).env(AGAIN, "1").exec();
    }
}

/// Other C libraries have no such switch.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn replace(_: &[OsString]) {}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::scenario::{Options, load};

    #[test]
    fn only_large_studies_are_worth_another_start() {
        let file = Path::new(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/scenarios/quickstart.toml"
        ));
        let worth = |files: &[PathBuf], set: &[&str]| {
            let options = Options {
                set: set.iter().map(|&key| key.to_owned()).collect(),
                ..Options::default()
            };
            are_worth_it(files, &[load(file, &options).expect("a scenario")])
        };
        let files = [file.to_owned()];
        assert!(!worth(&files, &[]));
        assert!(worth(&files, &["replications=200000"]));
        // 2,000 runs an hour for two weeks are 672,000.
        let many = ["workload.training.arrivals.poisson.rate=2000/h"];
        assert!(worth(&files, &many));
        assert!(
            !worth(&[PathBuf::from("/dev/null")], &many),
            "no file that can be read again"
        );
    }
}
