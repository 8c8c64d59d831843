//! The library by itself, with files from memory and on the calling thread, does what it does with files from the disk.
//! `cargo test --no-default-features --test bare_library` tests it without a command line and without threads.
#![expect(clippy::unwrap_used, reason = "a panic fails the test, as it should")]

use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::thread::{self, ThreadId};

use autoscale_simulator::calendar::UtcPeriod;
use autoscale_simulator::error::{Error, render};
use autoscale_simulator::inputs::{Disk, Inputs, Memory};
use autoscale_simulator::report::{FILES, FOCUS};
use autoscale_simulator::scenario::{Options, Scenario, load, load_from};
use autoscale_simulator::study::{self, Keep, Watcher};

/// A scenario that names a trace, a loss log, a catalog and a price book, with the folder that they are in.
const FOLDER: &str = "tests/fuzz/corpus";
const SCENARIO: &str = "tests/fuzz/corpus/training.toml";

/// What lies in the folder, in memory under the same names.
fn memory() -> Memory {
    let entries = fs::read_dir(FOLDER).unwrap();
    let paths = entries.map(|entry| Path::new(FOLDER).join(entry.unwrap().file_name()));
    paths
        .map(|path| (path.clone(), fs::read(path).unwrap()))
        .collect()
}

/// Keeps on which threads replications end.
#[derive(Default)]
struct Seen(Mutex<Vec<ThreadId>>);

impl Watcher for Seen {
    fn replication_done(&self) {
        self.0.lock().unwrap().push(thread::current().id());
    }

    fn go_on(&self) -> bool {
        true
    }
}

/// Simulates a scenario and renders all its CSV files.
fn files(scenario: Scenario) -> Vec<(&'static str, Vec<u8>)> {
    let keep = Keep {
        records: true,
        timelines: true,
        periods: Some(UtcPeriod::Day),
    };
    let seen = Seen::default();
    let studies = study::run(&[scenario], keep, Some(1), &seen).unwrap();
    let threads = seen.0.into_inner().unwrap();
    assert_eq!(threads.len(), 4, "two replications of two variants");
    if cfg!(not(feature = "threads")) {
        let here = thread::current().id();
        assert!(threads.iter().all(|thread| *thread == here));
    }
    let all = FILES.iter().chain([FOCUS]);
    let written = all.filter(|file| file.is_written(&studies[0], true));
    written
        .map(|file| (file.name, file.bytes(&studies[0])))
        .collect()
}

#[test]
fn a_scenario_in_memory_gives_the_files_of_one_on_the_disk() {
    let options = Options::default();
    let from_disk = load(Path::new(SCENARIO), &options).unwrap();
    let from_memory = load_from(&memory(), Path::new(SCENARIO), &options).unwrap();
    let read = ["losses.csv", "prices.csv", "sizes.csv", "trace.csv"];
    assert_eq!(
        from_memory.data_files,
        read.map(|name| Path::new(FOLDER).join(name))
    );
    assert_eq!(format!("{from_memory:?}"), format!("{from_disk:?}"));
    let (from_memory, from_disk) = (files(from_memory), files(from_disk));
    for ((name, ours), (_, theirs)) in from_memory.iter().zip(&from_disk) {
        assert!(ours == theirs, "{name} differs");
        // After the header and its end.
        let is_empty = ours.split(|byte| *byte == b'\n').nth(2).is_none();
        assert_eq!(is_empty, *name == "commitments.csv", "{name}");
    }
}

#[test]
fn names_in_memory_need_no_folder() {
    let text = "start = 2024-03-25T00:00\nhorizon = \"1d\"\nregion = \"eastus\"\ncatalog = \"sizes.csv\"\n\
                price_book = \"./own/../own/prices.csv\"\n\
                [instance.a]\nvm_size = \"Our_size\"\n[workload.b]\ntarget = \"a\"\n\
                arrivals.trace = { file = \"trace.csv\", submitted = \"at\", duration = \"s\" }\n";
    let corpus = |name: &str| fs::read(Path::new(FOLDER).join(name)).unwrap();
    let memory: Memory = [
        ("week.toml", text.into()),
        ("trace.csv", b"at,s\n0,60\n90,60\n".to_vec()),
        ("sizes.csv", corpus("sizes.csv")),
        ("own/prices.csv", corpus("prices.csv")),
    ]
    .into_iter()
    .collect();
    let scenario = load_from(&memory, Path::new("week.toml"), &Options::default());
    let scenario = scenario.unwrap_or_else(|error| panic!("{}", said(error)));
    assert_eq!(scenario.name, "week");
    assert!(scenario.path == Path::new("week.toml"));
}

/// What a refusal says.
fn said(error: Error) -> String {
    match error {
        Error::Refused(problems) => render(&problems, false),
        other => format!("{other:?}"),
    }
}

/// What is said of a scenario at a path with these settings.
fn refusal(inputs: &dyn Inputs, path: &Path, set: &[&str]) -> String {
    let options = Options {
        set: set.iter().map(|text| (*text).to_owned()).collect(),
        ..Options::default()
    };
    match load_from(inputs, path, &options) {
        Ok(scenario) => format!("accepted: {}", scenario.name),
        Err(error) => said(error),
    }
}

#[test]
fn a_mistake_in_memory_is_told_as_one_on_the_disk() {
    let trace = "workload.logged.arrivals.trace.file";
    let cases = [
        (
            SCENARIO,
            format!("{trace}=trce.csv"),
            "did you mean `trace.csv`?",
        ),
        (SCENARIO, format!("{trace}=."), "is a folder"),
        (
            SCENARIO,
            format!("{trace}=none/such.csv"),
            "there is no file",
        ),
        (SCENARIO, format!("{trace}=losses.csv"), "losses.csv"),
        (
            SCENARIO,
            "price_book=pricess.csv".to_owned(),
            "did you mean `prices.csv`?",
        ),
        (
            "tests/fuzz/corpus/trainng.toml",
            String::new(),
            "did you mean `tests/fuzz/corpus/training.toml`?",
        ),
        (FOLDER, String::new(), "this is a folder"),
        ("tests/fuzz/corpus/trace.csv", String::new(), "trace.csv"),
    ];
    let memory = memory();
    for (path, set, expected) in cases {
        let set: Vec<&str> = Some(set.as_str())
            .filter(|set| !set.is_empty())
            .into_iter()
            .collect();
        let told =
            [&memory as &dyn Inputs, &Disk].map(|inputs| refusal(inputs, Path::new(path), &set));
        assert_eq!(told[0], told[1]);
        assert!(told[0].contains(expected), "{set:?}: {}", told[0]);
        assert!(!told[0].starts_with("accepted"), "{path} {set:?}");
    }
}
