//! Sizes that are estimated against those of the whole study. They depend on nothing but the study and the trial's number of
//! replications.

use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::trial::{self, Limits};
use super::whole::{Left, whole};
use crate::cli::flag_values::ChargePeriod;
use crate::cli::guard::Stop;
use crate::cli::manifest;
use crate::cli::study_args::StudyArgs;
use crate::inputs::Memory;
use crate::report::charts::Chart;
use crate::report::page::{About, page};
use crate::report::pictures::PICTURES;
use crate::report::{FILES, FOCUS, SUMMARY};
use crate::scenario::{self, Scenario};
use crate::stored::{self, Packer};
use crate::study::{self, Keep, Place, Threads, Watcher};
use crate::study_results::Replication;

/// Counts the bytes of rows.
struct Rows {
    bytes: AtomicUsize,
    /// Whether they have runs and leases.
    records: bool,
}

impl Watcher for Rows {
    fn left(&self, place: Place, replication: &Replication) {
        let mut packer = Packer::default();
        let row = packer.row(
            (place.variant, place.replication),
            replication,
            self.records,
        );
        self.bytes.fetch_add(row.len(), Ordering::Relaxed);
    }

    fn replication_done(&self) {}

    fn go_on(&self) -> bool {
        true
    }
}

/// Bytes of the stored results, of tables, and of charts with the page that shows them, of a study that is simulated whole.
fn real(scenario: &Scenario, flags: &StudyArgs, threads: &Threads) -> [f64; 3] {
    let rows = Rows {
        bytes: AtomicUsize::default(),
        records: flags.runs,
    };
    let all = std::slice::from_ref(scenario);
    let studies = threads.run(all, flags.keep(), &rows).expect("an end");
    let study = &studies[0];
    let inputs = manifest::inputs(scenario, flags.runs, flags.focus);
    let header = stored::header(&inputs, &study::described(scenario)).len();
    let files = FILES
        .iter()
        .filter(|file| file.is_written(study, flags.runs));
    let files = files.chain([SUMMARY]);
    let files = files.chain(flags.focus.is_some().then_some(FOCUS));
    let tables: usize = files.map(|file| file.bytes(study).len()).sum();
    let drawn = PICTURES.iter().filter_map(|picture| (picture.draw)(study));
    let drawn: Vec<Chart> = drawn.collect();
    let charts = drawn.iter().map(|chart| chart.svg.len() + chart.png.len());
    let charts = charts.sum::<usize>() + page(study, &drawn, &About::default()).len();
    [header + rows.bytes.into_inner(), tables, charts].map(|bytes| bytes as f64)
}

/// What a study leaves, estimated from this number of replications.
fn estimated(scenario: &Scenario, flags: &StudyArgs, tried: usize, threads: &Threads) -> Left {
    let limits = Limits {
        replications: tried,
        begins_for: f64::INFINITY,
        goes_on_for: f64::INFINITY,
    };
    let all = std::slice::from_ref(scenario);
    let trial = trial::run(
        all,
        (flags.keep(), limits),
        threads,
        &Arc::new(Stop::default()),
    );
    let trial = trial.expect("an end");
    assert_eq!(trial.measured.len(), tried);
    let arguments: [OsString; 0] = [];
    let whole = whole((0, scenario), &trial, (flags, &arguments), threads);
    whole.left.expect("a replication ended")
}

/// Holds that all sizes are within a factor of the real ones.
#[track_caller]
fn holds((scenario, flags): (&Scenario, &StudyArgs), tried: usize, factor: f64) {
    let threads = Threads::start(Some(2)).expect("threads");
    let left = estimated(scenario, flags, tried, &threads);
    let [results, tables, charts] = real(scenario, flags, &threads);
    for (what, estimated, real) in [
        ("results", left.results, results),
        ("tables", left.tables, tables),
        ("charts", left.charts, charts),
    ] {
        let ratio = estimated / real;
        assert!(
            ratio < factor && ratio > 1.0 / factor,
            "{}: {what} of {estimated} bytes, really {real}: {ratio}",
            scenario.name
        );
    }
}

fn flags(replications: u32) -> StudyArgs {
    StudyArgs {
        set: Vec::new(),
        goal: Vec::new(),
        variant: Vec::new(),
        replications: Some(replications),
        seed: None,
        runs: false,
        focus: None,
        xlsx: false,
    }
}

fn shipped(name: &str, flags: &StudyArgs) -> Scenario {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    scenario::load(&folder.join(name), &flags.options()).expect("it is shipped")
}

/// A sweep of two keys with 200 variants.
fn sweep(flags: &StudyArgs) -> Scenario {
    let keys = |each: &dyn Fn(usize) -> String, count: usize| {
        let values: Vec<String> = (0..count).map(each).collect();
        values.join(", ")
    };
    let text = format!(
        "horizon = \"3d\"\n\
         cluster.gpu = {{ price_per_hour = 1, boot = \"4m\" }}\n\
         workload.training = {{ target = \"gpu\", arrivals.poisson = {{ rate = \"3/h\" }}, duration.exponential = {{ mean = \"20m\" }} }}\n\
         [sweep]\n\
         \"cluster.gpu.idle_before_scale_down\" = [{}]\n\
         \"cluster.gpu.max_nodes\" = [{}]\n",
        keys(&|at| format!("\"{at}m\""), 20),
        keys(&|at| (at + 1).to_string(), 10),
    );
    let files = Memory::from_iter([("sweep.toml", text)]);
    scenario::load_from(&files, Path::new("sweep.toml"), &flags.options()).expect("a scenario")
}

#[test]
fn slow_sizes_of_studies_with_few_variants() {
    for (name, replications, tried) in [
        ("burst.toml", 24, 12),
        ("quota.toml", 12, 14),
        ("where-to-serve.toml", 12, 20),
        ("where-to-train.toml", 8, 24),
    ] {
        let flags = flags(replications);
        holds((&shipped(name, &flags), &flags), tried, 1.5);
    }
}

#[test]
fn slow_sizes_of_studies_with_runs_and_with_a_cost_export() {
    let with = StudyArgs {
        runs: true,
        focus: Some(ChargePeriod::Day),
        ..flags(8)
    };
    holds((&shipped("low-priority.toml", &with), &with), 8, 1.5);
}

#[test]
fn slow_sizes_of_a_sweep() {
    for (replications, tried) in [(4, 60), (1, 30)] {
        let flags = flags(replications);
        holds((&sweep(&flags), &flags), tried, 1.5);
    }
}

#[test]
fn what_was_simulated_whole_has_its_real_size() {
    let flags = flags(2);
    let scenario = shipped("burst.toml", &flags);
    holds((&scenario, &flags), 6, 1.000_001);
}

/// Of several replications that have no end, the one that begins first is told, as a study tells it; also where another
/// thread comes upon the second one sooner.
#[test]
fn of_several_errors_the_first_replication_has_its_own_told() {
    let text = "horizon = \"1h\"\nreplications = 2\n[instance_service.e]\nprice_per_hour = 1.0\n[requests.r]\ntarget = \"e\"\n\
                arrivals.poisson.rate = \"1/s\"\nservice_time.constant = \"1000d\"\n";
    let files = Memory::from_iter([("long.toml", text.to_owned())]);
    let loaded = scenario::load_from(&files, Path::new("long.toml"), &flags(2).options());
    let scenarios = [loaded.expect("a scenario")];
    let threads = Threads::start(Some(2)).expect("threads");
    for _ in 0..50 {
        let limits = Limits {
            begins_for: f64::INFINITY,
            goes_on_for: f64::INFINITY,
            replications: 2,
        };
        let stop = Arc::new(Stop::default());
        let tried = trial::run(&scenarios, (Keep::default(), limits), &threads, &stop);
        let told = tried.expect_err("it has no end").to_string();
        assert!(told.contains("replication 0"), "{told}");
    }
}
