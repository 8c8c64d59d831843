//! Results that are stored: reported again, read by others, and gone on with where a study was interrupted.
#![expect(
    clippy::disallowed_types,
    reason = "a test of what is killed in time reads the clock"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Child, Command};
use std::thread::sleep;
use std::time::{Duration, Instant};

#[cfg(unix)]
use crate::desk::signal;
use crate::desk::{Bytes, Desk, Outcome, SMALL, shipped, skip};

const STORED: &str = "results.jsonl.gz";

/// The shipped scenarios, as paths below the desk.
fn all_shipped() -> Vec<String> {
    let mut files = Vec::new();
    for folder in ["scenarios", "scenarios/targets"] {
        let below = Path::new(folder)
            .strip_prefix("scenarios")
            .unwrap_or(Path::new(""));
        for entry in fs::read_dir(shipped().join(below)).expect("the scenarios") {
            let name = entry.expect("an entry").file_name();
            let name = name.to_str().expect("a name in UTF-8").to_owned();
            if Path::new(&name)
                .extension()
                .is_some_and(|end| end == "toml")
            {
                files.push(format!("{folder}/{name}"));
            }
        }
    }
    files.sort_unstable();
    assert!(files.len() > 20, "{files:?}");
    files
}

#[track_caller]
fn assert_same(name: &str, one: &Bytes, other: &Bytes) {
    let names = |bytes: &Bytes| bytes.keys().cloned().collect::<Vec<String>>();
    assert_eq!(names(one), names(other), "{name}");
    for (file, bytes) in one {
        assert!(bytes == &other[file], "{name}: {file} differs");
    }
}

#[test]
fn slow_reports_of_every_shipped_scenario_are_those_of_its_run() {
    let desk = Desk::new();
    for (number, file) in all_shipped().iter().enumerate() {
        let flags = ["", "--runs --focus=month", "--focus"][number % 3];
        let run = desk
            .simulate(&format!("{file} -r 2 -q {flags} --output run"))
            .succeeds();
        let report = desk.simulate("report run -q --output again").succeeds();
        assert_eq!(run.stdout, report.stdout, "{file}");
        // The manifest lists the same files with the same checksums, so it is the same.
        let bytes = desk.bytes("run");
        assert_same(file, &bytes, &desk.bytes("again"));
        for name in bytes.keys() {
            if name != STORED && name != "manifest.json" {
                fs::remove_file(desk.path("run").join(name)).expect("removed");
            }
        }
        desk.simulate("report run -q").succeeds();
        assert_same(file, &bytes, &desk.bytes("run"));
        for folder in ["run", "again"] {
            fs::remove_dir_all(desk.path(folder)).expect("removed");
        }
    }
}

#[test]
fn a_folder_that_cannot_be_reported_is_told_from_others() {
    let desk = Desk::new();
    let report = |folder: &str| desk.simulate(&format!("report {folder}"));
    let ends = "nothing was written";
    report("none").fails(2, &["error: there is no such folder", "at: none", ends]);
    report("small.toml").fails(2, &["error: this is a file, not a folder of results", ends]);
    report("scenarios").fails(2, &["there are no results of `simulate` in it", ends]);
    for folder in ["one", "two"] {
        let seed = folder.len() + usize::from(folder == "two");
        desk.simulate(&format!("small.toml -q --seed {seed} --output {folder}"))
            .succeeds();
    }
    let whole = fs::read(desk.path("one").join(STORED)).expect("a file");
    let put = |bytes: &[u8]| desk.write("one/results.jsonl.gz", bytes);
    // Of another study.
    put(&fs::read(desk.path("two").join(STORED)).expect("a file"));
    report("one").fails(
        2,
        &["is not the one of its `manifest.json`", "different studies"],
    );
    // Torn.
    put(&whole[..whole.len() - 5]);
    report("one").fails(
        2,
        &[
            "error: it is damaged, or ends too early, after byte",
            "at: one/results.jsonl.gz",
        ],
    );
    let mut damaged = whole.clone();
    damaged[whole.len() / 2] ^= 1;
    put(&damaged);
    report("one").fails(2, &["it is damaged"]);
    // Something else, and something newer.
    put(b"variant,target\n");
    report("one").fails(2, &["this is not a file of results"]);
    put(&gzip(
        b"{\"format\": \"autoscale-simulator results\", \"format_version\": 7}\n",
    ));
    report("one").fails(
        2,
        &["it has version 7 of the format, and this program reads version 5"],
    );
    // A study that was kept by such a version is not discarded.
    let newer = fs::read(desk.path("one").join(STORED)).expect("a file");
    fs::create_dir_all(desk.path("three/.unfinished")).expect("a folder");
    desk.write("three/.unfinished/rows.part", &newer);
    desk.simulate("small.toml --output three --resume").fails(
        2,
        &[
            "cannot be continued: it has version 7 of the format",
            "simulate again without `--resume`",
        ],
    );
    assert!(fs::read(desk.path("three/.unfinished/rows.part")).expect("a file") == newer);
    // A manifest that another program rewrote.
    put(&whole);
    report("one").succeeds();
    desk.write("one/manifest.json", desk.manifest("one").to_string());
    report("one").fails(2, &["its `manifest.json` is not as `simulate` wrote it"]);
    fs::remove_file(desk.path("one").join(STORED)).expect("removed");
    report("one").fails(2, &["there is no `results.jsonl.gz` in it"]);
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut out, bytes).expect("memory takes every byte");
    out.finish().expect("memory takes every byte")
}

#[test]
fn python_reads_what_is_stored() {
    let desk = Desk::new();
    desk.simulate("small.toml -q --output out").succeeds();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/read_results.py");
    let lines = fs::read_to_string(&script)
        .expect("the script")
        .lines()
        .count();
    assert!(lines <= 50, "{lines} lines");
    let Ok(output) = Command::new("python3")
        .arg(&script)
        .arg(desk.path("out"))
        .output()
    else {
        return skip("a reader in Python: there is no python3");
    };
    let outcome = Outcome::from(output).succeeds();
    let mut read = csv::Reader::from_reader(outcome.stdout.as_bytes());
    let read: Vec<BTreeMap<String, String>> =
        read.deserialize().map(|row| row.expect("a row")).collect();
    let written = desk.rows("out/replications.csv");
    let written = written.iter().filter(|row| row["target"] != "(all)");
    let written: Vec<_> = written.collect();
    assert_eq!(read.len(), written.len());
    for (read, written) in read.iter().zip(written) {
        for column in [
            "variant",
            "target",
            "replication",
            "runs_started",
            "peak_nodes",
        ] {
            assert_eq!(read[column], written[column], "{column}");
        }
        let wait = |row: &BTreeMap<String, String>| row["wait_mean_s"].parse::<f64>().ok();
        let (one, other) = (wait(read), wait(written));
        let same = match (one, other) {
            (Some(one), Some(other)) => (one - other).abs() < 1e-5,
            (one, other) => one.is_none() && other.is_none(),
        };
        assert!(same, "{one:?} {other:?}");
    }
}

/// Reads runs and leases as `docs/results-format.md` tells, and prints what the CSV files say of them.
const READ_RECORDS: &str = r#"
import csv, gzip, json, sys
kind, out = sys.argv[2], csv.writer(sys.stdout)
def each(lists):
    count = lists.pop("count")
    lists = [(name, of if isinstance(of, list) else [of["all"]] * count) for name, of in lists.items()]
    assert all(len(of) == count for _, of in lists)
    return [{name: of[i] for name, of in lists} for i in range(count)]
def s(time):
    return "" if time is None else "%d.%06d" % divmod(time, 10**6)
def runs(lists):
    last, positions = 0, {}
    for run in each(lists):
        last = time = last + run["submitted"]
        times = [time]
        for name in ["queued", "assigned", "started", "ended"]:
            time = time if run[name] is None else time + run[name]
            times.append(None if run[name] is None else time)
        position = positions.get(run["workload"], 0) + run["position"]
        positions[run["workload"]] = position + 1
        yield [position, run["nodes"], *map(s, times), run["status"].lower(), *map(s, [run["lost"], run["deallocated"]]),
               " ".join(map(str, run["nodes_held"])), run["losses"], run["deallocations"]]
def leases(lists):
    node, requested = 0, 0
    for lease in each(lists):
        node, requested = node + lease["node"], requested + lease["requested"]
        begin = requested + lease["billed_from"]
        times = [requested, begin, begin + lease["released"]]
        states = [lease[name] for name in ["boot", "node_setup", "run", "lost", "finalize", "idle", "billed"]]
        yield [node, *map(s, times + states), "loss" if lease["ended_by_loss"] else "release"]
for line in map(json.loads, gzip.open(sys.argv[1], "rt", encoding="utf-8")):
    if kind in line:
        for row in (runs if kind == "runs" else leases)(line[kind]):
            out.writerow([line["variant"], line["replication"], *row])
"#;

#[test]
fn python_reads_runs_and_leases() {
    const RUNS: &str = "position nodes submit_s queued_s assigned_s start_s end_s status lost_work_s deallocated_s nodes_held \
        interruptions deallocations";
    const LEASES: &str = "node requested_s billed_from_s released_s boot_s node_setup_s run_s lost_work_s finalize_s idle_s billed_s \
        ended_by";
    let desk = Desk::new();
    // With evictions, and two targets of a workload.
    let study = "scenarios/low-priority.toml -r 2 -q --runs --output out";
    desk.simulate(study).succeeds();
    for (kind, columns) in [("runs", RUNS), ("leases", LEASES)] {
        let stored = desk.path("out").join(STORED);
        let mut python = Command::new("python3");
        let python = python.args(["-c", READ_RECORDS]).arg(stored).arg(kind);
        let Ok(output) = python.output() else {
            return skip("a reader in Python: there is no python3");
        };
        let outcome = Outcome::from(output).succeeds();
        let mut read = csv::ReaderBuilder::new();
        let read = read
            .has_headers(false)
            .from_reader(outcome.stdout.as_bytes());
        let read: Vec<csv::StringRecord> =
            read.into_records().map(|row| row.expect("a row")).collect();
        let written = desk.rows(&format!("out/{kind}.csv"));
        assert_eq!(read.len(), written.len());
        assert!(read.len() > 1000, "{kind}: {} rows", read.len());
        for (read, written) in read.iter().zip(&written) {
            assert_eq!(read[1], written["replication"]);
            let cells = read.iter().skip(2);
            for (cell, column) in cells.zip(columns.split(' ')) {
                assert_eq!(cell, written[column], "{column} of {written:?}");
            }
        }
    }
}

/// A study of a second or two.
const LONGER: &str = "small.toml --replications 300 --threads 2 -q --output";

/// The manifest without what depends on the day and the machine.
fn lasting(desk: &Desk, folder: &str) -> serde_json::Value {
    let mut manifest = desk.manifest(folder);
    let fields = manifest.as_object_mut().expect("an object");
    for name in ["started_at", "wall_time_s", "threads", "arguments"] {
        fields.remove(name).expect("a field");
    }
    manifest
}

/// The files of a folder without its manifest, which tells when they were written.
#[track_caller]
pub(crate) fn results_of(desk: &Desk, folder: &str) -> Bytes {
    let mut files = desk.files(folder);
    files.remove("manifest.json").expect("a manifest");
    files
}

/// Kills a command at a moment within a time that depends on nothing but the state of the dice; whether it was done before.
pub(crate) fn killed_within(child: &mut Child, most: Duration, dice: &mut u64) -> bool {
    *dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
    sleep(most * u32::try_from(*dice >> 33).expect("31 bits") / (1 << 31));
    let is_done = child.try_wait().expect("its state").is_some();
    child.kill().expect("its end, or that it ended before");
    child.wait().expect("its end");
    is_done
}

#[track_caller]
pub(crate) fn assert_same_study(desk: &Desk, name: &str, one: &str, other: &str) {
    let [left, right] = [one, other].map(|folder| results_of(desk, folder));
    assert_same(name, &left, &right);
    assert_eq!(lasting(desk, one), lasting(desk, other), "{name}");
}

#[test]
fn slow_a_study_killed_at_twenty_moments_is_that_of_an_uninterrupted_one() {
    let desk = Desk::new();
    let start = Instant::now();
    desk.simulate(&format!("{LONGER} whole --runs")).succeeds();
    let whole = start.elapsed();
    desk.simulate("small.toml --seed 2 -q --output out")
        .succeeds();
    let results = |folder: &str| results_of(&desk, folder);
    let (mut earlier, new) = (results("out"), results("whole"));
    // Moments that depend on nothing, spread over a part of the study: each goes on where the one before was killed.
    let mut dice = 0x9e37_79b9_7f4a_7c15_u64;
    let mut killed = 0;
    let mut rounds = 0;
    while killed < 20 {
        rounds += 1;
        assert!(rounds < 200, "it is always done before");
        let mut child = desk
            .prepare(&format!("{LONGER} out --runs --resume"))
            .spawn()
            .expect("the binary");
        if killed_within(&mut child, whole / 2, &mut dice) {
            assert_same_study(&desk, "done", "whole", "out");
            fs::remove_dir_all(desk.path("out")).expect("removed");
            desk.simulate("small.toml --seed 2 -q --output out")
                .succeeds();
            earlier = results("out");
        } else {
            killed += 1;
            let mut held = desk.files("out");
            if held.remove("manifest.json").is_some() {
                assert!(held == earlier || held == new, "a mix of both");
            }
        }
    }
    let last = desk.simulate(&format!("{LONGER} out --runs --resume").replace(" -q", ""));
    let last = last.succeeds();
    assert!(
        last.stderr.contains("replications are done already"),
        "{}",
        last.stderr
    );
    assert_same_study(&desk, "resumed", "whole", "out");
    assert!(!desk.path("out/.unfinished").exists());
}

/// A study that was interrupted in `out` after a part of its replications.
#[cfg(unix)]
fn interrupted(desk: &Desk) {
    let mut child = desk
        .prepare("small.toml --replications 100000 --output out")
        .spawn()
        .expect("the binary");
    let rows = desk.path("out/.unfinished/rows.part");
    let start = Instant::now();
    let is_begun = || fs::metadata(&rows).is_ok_and(|rows| rows.len() > 50_000);
    while !is_begun() && start.elapsed() < Duration::from_secs(60) {
        sleep(Duration::from_millis(5));
    }
    signal(&child, "-INT");
    let early = child.try_wait().expect("its state");
    assert!(early.is_none(), "it was done before");
    let outcome = Outcome::from(child.wait_with_output().expect("its end"));
    let outcome = outcome.fails(130, &["interrupted: earlier results are as they were"]);
    let kept =
        "of 200000 replications are kept: the same command with `--resume` goes on from there";
    assert!(outcome.stderr.contains(kept), "{}", outcome.stderr);
    assert_eq!(desk.names("out"), [".unfinished"]);
    assert_eq!(desk.names("out/.unfinished"), ["rows.part"]);
}

#[test]
#[cfg(unix)]
fn an_interrupted_study_goes_on_with_the_same_inputs_alone() {
    let desk = Desk::new();
    interrupted(&desk);
    desk.simulate("report out").fails(
        2,
        &[
            "error: the study in it is not finished",
            "`simulate FILE --resume` goes on with it",
        ],
    );
    let resume = |flags: &str| {
        desk.simulate(&format!(
            "small.toml --replications 100000 --output out --resume {flags}"
        ))
    };
    for (flags, said) in [
        ("--seed 2", "seed: 1, now 2"),
        ("--replications=7", "replications: 100000, now 7"),
        ("--runs", "`--runs`: off, now on"),
        ("--focus", "`--focus`: off, now day"),
        (
            "--set cluster.gpu.max_nodes=2",
            "`--set`: none, now `cluster.gpu.max_nodes=2`",
        ),
        ("--variant cluster", "variants"),
    ] {
        let flags = flags.to_owned();
        let arguments = if flags.contains("replications") {
            format!("small.toml --output out --resume {flags}")
        } else {
            format!("small.toml --replications 100000 --output out --resume {flags}")
        };
        desk.simulate(&arguments).fails(
            2,
            &[
                "the interrupted study in this folder has other inputs",
                said,
            ],
        );
    }
    desk.write("small.toml", SMALL.replace("10m", "11m"));
    resume("").fails(
        2,
        &[
            "(text of the scenario file)",
            "simulate again without `--resume`",
        ],
    );
    // A study that is simulated anew takes its place.
    desk.simulate("small.toml --output out").succeeds();
    assert!(!desk.path("out/.unfinished").exists());
}

#[test]
fn a_study_that_is_done_is_not_simulated_again() {
    let desk = Desk::new();
    let first = desk.simulate("small.toml --output out --resume").succeeds();
    let none = "there is nothing to resume: all replications are simulated";
    assert!(first.stderr.contains(none), "{}", first.stderr);
    let before = desk.results("out");
    let again = desk.simulate("small.toml --output out --resume").succeeds();
    let said = "6 of 6 replications are done already";
    assert!(again.stderr.contains(said), "{}", again.stderr);
    assert_eq!(first.stdout, again.stdout);
    assert_same("resumed", &before, &desk.results("out"));
    // Of other inputs nothing is known.
    let other = desk
        .simulate("small.toml --output out --seed 2 --resume")
        .succeeds();
    assert!(other.stderr.contains(none), "{}", other.stderr);
    let arguments = &desk.manifest("out")["arguments"];
    assert!(!arguments.to_string().contains("resume"), "{arguments}");
}
