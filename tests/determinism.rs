//! Results do not depend on threads, on the other variants or on when they were made: the same bytes, always.
//!
//! The golden files in `tests/golden` hold the results of one small scenario. After a change of results that is meant,
//! `cargo test --test determinism -- --ignored` rewrites them; the difference belongs into the commit that explains it.
#![expect(clippy::unwrap_used, reason = "a panic fails the test, as it should")]

use std::cell::Cell;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::{fs, io};

use autoscale_simulator::error::{Error, render};
use autoscale_simulator::inputs::{Disk, Entry, Inputs, Memory};
use autoscale_simulator::report::pictures::PICTURES;
use autoscale_simulator::report::{FILES, StudyResults, VariantResults};
use autoscale_simulator::scenario::{Options, Scenario, Template, load, load_from};
use autoscale_simulator::study::{self, Growing, Keep, Threads, Unwatched};

/// Everything random there is, on both kinds of target, in a few hundred runs.
const SCENARIO: &str = r#"
name = "mixed"
seed = 20240229
replications = 5
start = "2024-03-29T18:00:00"
time_zone = "Europe/Berlin" # the clocks change two days later
horizon = "3d"
warmup = "6h"
baseline = "idle-2m"

[environment.torch]
image_build.uniform = { min = "5m", max = "15m" }
image_pull.log_normal = { median = "40s", p95 = "90s" }

[cluster.gpu]
min_nodes = 0
max_nodes = 6
idle_before_scale_down = "120s"
allocation.exponential = { mean = "20s" }
boot.log_normal = { median = "4m", p95 = "9m" }
leaving = "30s"
price_per_hour = 3.06
billing_granularity = "60s"
billing_minimum = "2m"
fixed_charges = { load_balancer = "0.33 USD/day" }

[instance.box]
slots = 2
boot = "90s"
schedule = ["mon-fri 07:00-19:00", "sat-sun 10:00-16:00"]
on_stop = "cancel"
price_per_hour = 0.90
fixed_charges = { disk = "19.71 USD/month", public_ip = "0.005 USD/h" }

[workload.training]
target = "gpu"
arrivals.poisson = { rate = "3/h" }
duration.log_normal = { median = "10m", p95 = "40m" }
nodes.choice = { values = [1, 2, 4], weights = [8, 3, 1] }
environment = "torch"
setup.exponential = { mean = "10s" }
finalize.triangular = { min = "1s", mode = "5s", max = "20s" }

[workload.urgent]
target = "gpu"
arrivals.bursts = { quiet = "0.2/h", peak = "6/h", windows = ["daily 09:00-10:30"] }
duration.exponential = { mean = "5m" }
priority = 5
max_duration = "15m"

[workload.notebooks]
target = "box"
arrivals.poisson = { rate = "2/h" }
duration.gamma = { shape = 2, scale = "10m" }
finalize = "5s"

[variant.idle-2m]

[variant.idle-exponential]
cluster.gpu.idle_before_scale_down.exponential = { mean = "20m" }
cluster.gpu.surplus_provisioning = "cancel"

[variant.warm]
cluster.gpu.min_nodes = 2
cluster.gpu.idle_node_choice = "least_recently_idle"
"#;

const ALL: Keep = Keep {
    periods: None,
    records: true,
    timelines: true,
};

fn scenario(options: &Options) -> Scenario {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mixed.toml");
    fs::write(&path, SCENARIO).unwrap();
    match load(&path, options) {
        Ok(scenario) => scenario,
        Err(Error::Refused(problems)) => panic!("{}", render(&problems, false)),
        Err(error) => panic!("{error}"),
    }
}

fn run(options: &Options, keep: Keep, threads: usize) -> StudyResults {
    let scenarios = [scenario(options)];
    let mut studies = study::run(&scenarios, keep, Some(threads), &Unwatched).unwrap();
    studies.pop().unwrap()
}

/// Every file of the results by name, charts included.
fn files(study: &StudyResults) -> BTreeMap<String, Vec<u8>> {
    let mut files: BTreeMap<String, Vec<u8>> = FILES
        .iter()
        .map(|file| (file.name.to_owned(), file.bytes(study)))
        .collect();
    let threads = Threads::start(None).unwrap();
    let charts = threads.map(PICTURES, |picture| (picture.draw)(study));
    for chart in charts.into_iter().flatten() {
        files.insert(format!("{}.svg", chart.name), chart.svg.into_bytes());
        files.insert(format!("{}.png", chart.name), chart.png);
    }
    files
}

fn assert_same(ours: &BTreeMap<String, Vec<u8>>, theirs: &BTreeMap<String, Vec<u8>>, why: &str) {
    assert!(ours.keys().eq(theirs.keys()), "{why}");
    for (name, bytes) in ours {
        assert!(*bytes == theirs[name], "{name} differs: {why}");
    }
}

/// Header and the rows of one variant.
fn rows_of(file: &[u8], variant: &str) -> Vec<String> {
    let text = String::from_utf8(file.to_vec()).unwrap();
    let own = format!("{variant},");
    let mut lines = text.lines();
    let header = lines.next().map(str::to_owned);
    let rows = lines.filter(|line| line.starts_with(&own));
    header.into_iter().chain(rows.map(str::to_owned)).collect()
}

#[test]
fn a_study_that_grew_is_one_of_its_size() {
    let whole = run(&Options::default(), ALL, 2);
    let threads = Threads::start(Some(2)).unwrap();
    let how = (ALL, &Unwatched as _);
    let mut grown = Growing::new(scenario(&Options::default()));
    grown.extend(1, 2, &threads, how).unwrap();
    grown.extend(0, 5, &threads, how).unwrap();
    grown.extend(1, 3, &threads, how).unwrap();
    // A rule that has enough with at least 4, looked at each second one; and one that never has, of which 5 are allowed.
    let enough = |so_far: &VariantResults| so_far.replications.len() >= 4;
    grown
        .extend_until((2, 2, 100), &enough, &threads, how)
        .unwrap();
    assert_eq!(grown.results().variants[2].replications.len(), 4);
    grown
        .extend_until((2, 2, 5), &|_| false, &threads, how)
        .unwrap();
    assert_same(&files(grown.results()), &files(&whole), "grown and whole");
}

/// Files in memory that can be read until they are taken away.
struct Fleeting(Memory, Cell<bool>);

impl Inputs for Fleeting {
    fn entry(&self, path: &Path) -> Option<Entry> {
        self.0.entry(path)
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        if self.1.get() {
            return Err(io::Error::other("it is taken away"));
        }
        self.0.read(path)
    }

    fn names(&self, folder: &Path) -> Vec<OsString> {
        self.0.names(folder)
    }
}

#[test]
fn a_variant_of_a_template_is_that_of_the_flag_and_needs_no_file_again() {
    let training = Path::new("tests/fuzz/corpus/training.toml");
    let entries = fs::read_dir(training.parent().unwrap()).unwrap();
    let paths = entries.map(|entry| training.with_file_name(entry.unwrap().file_name()));
    let memory: Memory = paths
        .map(|path| (path.clone(), Disk.read(&path).unwrap()))
        .collect();
    let fleeting = Fleeting(memory.clone(), Cell::default());
    let template = Template::open(&fleeting, training, Options::default()).unwrap();
    let before = template.scenario().unwrap();
    fleeting.1.set(true);
    let target = before.variants[before.baseline].settings.targets[0]
        .name
        .clone();
    let key = format!("cluster.{target}.max_nodes");
    for value in ["3", "7"] {
        let made = template.variant("made", &[(&key, value)]).unwrap();
        let options = Options {
            set: vec![format!("{key}={value}")],
            ..Options::default()
        };
        let of_flag = load_from(&memory, training, &options).unwrap();
        let of_flag = &of_flag.variants[of_flag.baseline];
        assert_eq!(
            format!("{:?}", made.settings),
            format!("{:?}", of_flag.settings)
        );
        assert_eq!(
            format!("{:?}", made.prices),
            format!("{:?}", of_flag.prices)
        );
        assert_eq!(made.name, "made");
    }
    let Err(Error::Refused(problems)) = template.variant("made", &[(&key, "many")]) else {
        panic!("nodes are a number");
    };
    assert!(render(&problems, false).contains("max_nodes"));
    let Err(Error::Refused(problems)) = template.variant("made", &[("seed", "9")]) else {
        panic!("a seed is of all variants");
    };
    assert!(render(&problems, false).contains("`seed` is of the whole study"));
}

#[test]
fn bytes_are_the_same_for_any_number_of_threads_and_again() {
    let options = Options::default();
    let one = run(&options, ALL, 1);
    let reference = files(&one);
    // Charts of services come after those of runs, and there is no service, no quota and no sweep.
    let charts = PICTURES
        .iter()
        .take_while(|picture| picture.name != "outcomes")
        .filter(|picture| !["quota", "sweep"].contains(&picture.name));
    assert_eq!(reference.len(), FILES.len() + 2 * charts.count());
    for threads in [2, 7, 1] {
        let other = run(&options, ALL, threads);
        assert_eq!(one, other, "{threads} threads");
        assert_same(&reference, &files(&other), &format!("{threads} threads"));
    }
}

#[test]
fn a_variant_has_the_same_rows_alone_and_beside_others() {
    let together = run(&Options::default(), ALL, 2);
    let reference = files(&together);
    for (position, variant) in together.variants.iter().enumerate() {
        let options = Options {
            variants: vec![variant.name.clone()],
            ..Options::default()
        };
        let alone = run(&options, ALL, 2);
        assert_eq!(alone.variants, [together.variants[position].clone()]);
        let files = files(&alone);
        let written = FILES.iter().filter(|file| file.is_written(&together, true));
        for file in written.filter(|file| file.name != "comparison.csv") {
            let ours = rows_of(&files[file.name], &variant.name);
            let expected = rows_of(&reference[file.name], &variant.name);
            let has_rows = ours.len() > 1 || file.name == "commitments.csv";
            assert!(has_rows, "{} has rows of {}", file.name, variant.name);
            assert!(ours == expected, "{}: {}", file.name, variant.name);
        }
    }
}

#[test]
fn what_is_kept_does_not_change_the_results() {
    let options = Options::default();
    let (full, plain) = (run(&options, ALL, 2), run(&options, Keep::default(), 2));
    for name in ["summary.csv", "comparison.csv", "replications.csv"] {
        assert!(files(&full)[name] == files(&plain)[name], "{name}");
    }
}

/// More replications continue the series; the first ones stay as they were.
#[test]
fn replications_do_not_depend_on_how_many_there_are() {
    let with = |replications| Options {
        replications: Some(replications),
        ..Options::default()
    };
    let (few, many) = (run(&with(2), ALL, 2), run(&with(6), ALL, 2));
    for (few, many) in few.variants.iter().zip(&many.variants) {
        assert_eq!(few.replications, many.replications[..2]);
    }
}

#[test]
fn another_seed_gives_other_results_in_every_replication() {
    let with = |seed| Options {
        seed: Some(seed),
        ..Options::default()
    };
    let (one, other) = (run(&with(1), ALL, 2), run(&with(2), ALL, 2));
    for (one, other) in one.variants.iter().zip(&other.variants) {
        for (place, result) in one.replications.iter().enumerate() {
            assert!(!other.replications.contains(result), "{}", one.name);
            let later = &one.replications[place + 1..];
            assert!(!later.contains(result), "replications differ: {}", one.name);
        }
    }
}

/// Variants see the same submissions.
#[test]
fn variants_share_their_submissions() {
    let study = run(&Options::default(), ALL, 2);
    let submissions = |variant: usize, replication: usize| -> Vec<_> {
        let records = study.variants[variant].replications[replication].records();
        let runs = &records.expect("they were asked for").runs;
        let key = |run: &autoscale_simulator::results::RunRecord| {
            (run.workload, run.position, run.submitted, run.nodes)
        };
        runs.iter().map(key).collect()
    };
    for replication in 0..5 {
        let first = submissions(0, replication);
        assert!(first.len() > 300, "enough runs to mean something");
        for variant in 1..study.variants.len() {
            assert_eq!(first, submissions(variant, replication));
        }
    }
}

fn golden(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name)
}

const GOLDEN: [&str; 2] = ["summary.csv", "replications.csv"];

#[test]
fn results_are_as_the_golden_ones() {
    let files = files(&run(&Options::default(), Keep::default(), 2));
    for name in GOLDEN {
        let expected = fs::read_to_string(golden(name)).unwrap();
        let ours = String::from_utf8(files[name].clone()).unwrap();
        assert!(
            ours == expected,
            "{name} has changed; if that is meant, see the head of this file:\n{ours}"
        );
    }
}

#[test]
#[ignore = "a command, not a check: it rewrites the golden files in the source tree"]
fn rewrite_golden_files() {
    let files = files(&run(&Options::default(), Keep::default(), 2));
    fs::create_dir_all(golden("")).unwrap();
    for name in GOLDEN {
        fs::write(golden(name), &files[name]).unwrap();
    }
}
