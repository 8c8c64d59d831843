//! A search that is interrupted or killed, and goes on with `--resume`.
#![expect(
    clippy::disallowed_types,
    reason = "a test of what is killed in time reads the clock"
)]

use std::fs;
use std::io::Read as _;
use std::thread::sleep;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;

use crate::desk::{Desk, SMALL};
#[cfg(unix)]
use crate::desk::{Outcome, signal};
use crate::stored::{assert_same_study, killed_within, results_of};

/// A search of some rounds: the limit is close to the waits of some points.
const SEARCH: &str = r#"
[goal]
wait_mean = "<= 90s"

[search]
indifference = "0.2%"
first_replications = 20
max_replications = 400
"cluster.gpu.idle_before_scale_down" = { from = "0s", to = "60m", step = "3m" }
"#;

/// What a search keeps until it is done.
const KEPT: &str = "out/.unfinished/rows.part";

fn desk() -> Desk {
    let desk = Desk::new();
    let longer = SMALL.replace("\"2d\"", "\"8d\"");
    desk.write("small.toml", format!("{longer}{SEARCH}"));
    desk
}

const WHOLE: &str = "optimize small.toml --variant cluster --threads 2";

#[test]
fn slow_a_search_killed_at_many_moments_is_that_of_an_uninterrupted_one() {
    let desk = desk();
    let start = Instant::now();
    desk.simulate(&format!("{WHOLE} -q --output whole"))
        .succeeds();
    let whole = start.elapsed();
    let rounds = desk.rows("whole/search.csv");
    let counts = rounds.iter().map(|row| row["replications"].parse::<u32>());
    let most = counts.map(|count| count.expect("a number")).max();
    assert!(most > Some(60), "it takes several rounds: {most:?}");
    desk.simulate("optimize small.toml --variant cluster --seed 2 -q --output out")
        .succeeds();
    let results = |folder: &str| results_of(&desk, folder);
    let (earlier, new) = (results("out"), results("whole"));
    assert!(earlier != new, "seeds differ");
    // Moments that depend on nothing, spread over a part of the search: each goes on where the one before was killed.
    let mut dice = 0x2545_f491_4f6c_dd1d_u64;
    let (mut killed, mut kept, mut longest, mut rounds) = (0, 0, 0, 0);
    while killed < 12 || kept < 2 {
        rounds += 1;
        assert!(rounds < 200, "it is always done before, or never begun");
        let mut child = desk
            .prepare(&format!("{WHOLE} -q --output out --resume"))
            .spawn()
            .expect("the binary");
        if killed_within(&mut child, whole / 4, &mut dice) {
            assert_same_study(&desk, "done", "whole", "out");
            fs::remove_dir_all(desk.path("out")).expect("removed");
            longest = 0;
            continue;
        }
        killed += 1;
        if desk.path("out").exists() {
            let mut held = desk.files("out");
            if held.remove("manifest.json").is_some() {
                assert!(held == earlier || held == new, "a mix of both");
            }
        }
        let length = fs::metadata(desk.path(KEPT)).map_or(0, |rows| rows.len());
        // One that goes on takes away nothing but a torn row.
        kept += u32::from(longest > 0 && length > longest + 20_000);
        longest = longest.max(length);
    }
    desk.simulate(&format!("{WHOLE} -q --output out --resume"))
        .succeeds();
    assert_same_study(&desk, "resumed", "whole", "out");
    assert!(!desk.path("out/.unfinished").exists());
}

/// A search with a log of runs that takes long, interrupted after a part of its replications; what it said.
#[cfg(unix)]
fn interrupted(desk: &Desk) -> Outcome {
    let row = |hour: u32| {
        let (day, of_day, seconds) = (1 + hour / 24, hour % 24, 300 + hour);
        format!("2024-01-0{day}T{of_day:02}:10:00,{seconds}\n")
    };
    let log = (0..48).map(row).collect::<Vec<String>>().concat();
    desk.write("runs.csv", format!("at,seconds\n{log}"));
    let second = r#"
[workload.logged]
target = "gpu"
arrivals.trace = { file = "runs.csv", submitted = "at", duration = "seconds" }

[variant.cluster]"#;
    let text = fs::read_to_string(desk.path("small.toml")).expect("the scenario");
    // It goes on for long after the first are kept.
    let longer = text.replace("first_replications = 20", "first_replications = 200");
    desk.write("small.toml", longer.replace("[variant.cluster]", second));
    let mut child = desk
        .prepare("optimize small.toml --variant cluster --output out")
        .spawn()
        .expect("the binary");
    let start = Instant::now();
    let is_begun = || fs::metadata(desk.path(KEPT)).is_ok_and(|rows| rows.len() > 50_000);
    while !is_begun() && start.elapsed() < Duration::from_secs(60) {
        sleep(Duration::from_millis(5));
    }
    signal(&child, "-INT");
    let early = child.try_wait().expect("its state");
    assert!(early.is_none(), "it was done before");
    Outcome::from(child.wait_with_output().expect("its end"))
}

#[test]
#[cfg(unix)]
fn slow_an_interrupted_search_goes_on_by_the_command_that_it_tells() {
    let desk = desk();
    let outcome = interrupted(&desk).fails(130, &["interrupted: earlier results are as they were"]);
    let mut lines = outcome.stderr.lines().skip_while(|line| {
        !(line.starts_with("note: ")
            && line.ends_with(" are kept; this command goes on from there:"))
    });
    let note = lines.next().expect("a note");
    let command = lines.next().expect("a command").trim();
    assert_eq!(
        command,
        "simulate optimize small.toml --variant cluster --output out --resume"
    );
    assert_eq!(desk.names("out"), [".unfinished"]);
    assert_eq!(desk.names("out/.unfinished"), ["rows.part"]);
    desk.simulate("report out").fails(
        2,
        &[
            "error: the search in it is not finished",
            "`simulate optimize FILE --resume` goes on with it",
        ],
    );
    // It takes what was kept.
    let kept: u32 = note
        .split(' ')
        .nth(1)
        .and_then(|it| it.parse().ok())
        .expect("a number");
    let resumed = desk.simulate(&command["simulate ".len()..]).succeeds();
    let said = format!("note: {kept} replications are done already");
    assert!(
        kept > 20 && resumed.stderr.contains(&said),
        "{said}: {}",
        resumed.stderr
    );
    desk.simulate("optimize small.toml --variant cluster -q --output whole")
        .succeeds();
    assert_same_study(&desk, "resumed", "whole", "out");
    assert!(!desk.path("out/.unfinished").exists());
}

/// The rows of a search, as another version would have begun them.
#[cfg(unix)]
fn of_other_version(rows: &[u8]) -> Vec<u8> {
    let mut decoder = GzDecoder::new(rows);
    let mut header = String::new();
    decoder.read_to_string(&mut header).expect("a header");
    let rest = decoder.into_inner();
    let version = concat!(r#""tool_version":""#, env!("CARGO_PKG_VERSION"), '"');
    assert!(header.contains(version), "{header}");
    let header = header.replace(version, r#""tool_version":"0.0.9""#);
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    std::io::Write::write_all(&mut packed, header.as_bytes()).expect("memory takes every byte");
    [&packed.finish().expect("memory takes every byte"), rest].concat()
}

#[test]
#[cfg(unix)]
fn an_interrupted_search_goes_on_with_the_same_inputs_alone() {
    let desk = desk();
    interrupted(&desk);
    let rows = fs::read(desk.path(KEPT)).expect("rows");
    let refused = |arguments: &str, said: &str| {
        let all = [
            "the interrupted search in this folder has other inputs",
            said,
            "simulate again without `--resume`",
            "nothing was simulated",
        ];
        desk.simulate(&format!("{arguments} --output out --resume"))
            .fails(2, &all);
        assert!(
            fs::read(desk.path(KEPT)).expect("rows") == rows,
            "{arguments}"
        );
    };
    let only = "optimize small.toml --variant cluster";
    for (flags, said) in [
        ("--seed 2", "(seed: 1, now 2)"),
        (
            "--set cluster.gpu.max_nodes=2",
            "(`--set`: none, now `cluster.gpu.max_nodes=2`)",
        ),
        (
            "--goal wait_p95<=1h",
            "(limits of the goal: wait_mean <= 90s, now wait_mean <= 90s and wait_p95 <= 1h)",
        ),
    ] {
        refused(&format!("{only} {flags}"), said);
    }
    refused("optimize small.toml", "(variants)");
    refused("small.toml", "(a search, now a study)");
    let log = fs::read_to_string(desk.path("runs.csv")).expect("the log");
    desk.write("runs.csv", log.replace(",310", ",311"));
    refused(only, "(data files: `runs.csv`)");
    desk.write("runs.csv", &log);
    let text = fs::read_to_string(desk.path("small.toml")).expect("the scenario");
    desk.write("small.toml", text.replace("boot = \"4m\"", "boot = \"5m\""));
    refused(only, "(text of the scenario file)");
    desk.write("small.toml", &text);
    desk.write(KEPT, of_other_version(&rows));
    let version = format!(
        "version of the program: 0.0.9, now {}",
        env!("CARGO_PKG_VERSION")
    );
    desk.simulate(&format!("{only} --output out --resume"))
        .fails(2, &[&version]);
    desk.write(KEPT, &rows);
    // A new search without the flag takes its place.
    desk.write("small.toml", text.replace("= 400", "= 200"));
    desk.simulate(&format!("{only} -q --output out")).succeeds();
    assert!(!desk.path("out/.unfinished").exists());
}

#[test]
fn a_search_without_anything_kept_starts_from_the_beginning_and_says_so() {
    let desk = desk();
    let text = fs::read_to_string(desk.path("small.toml")).expect("the scenario");
    desk.write("small.toml", text.replace("= 400", "= 200"));
    let run = "optimize small.toml --variant cluster --output";
    let none = "note: there is nothing to resume: the search starts from the beginning";
    let first = desk.simulate(&format!("{run} out --resume")).succeeds();
    assert!(first.stderr.contains(none), "{}", first.stderr);
    let before = desk.results("out");
    // One that is done keeps nothing: what is written is enough.
    let again = desk.simulate(&format!("{run} out --resume")).succeeds();
    assert!(again.stderr.contains(none), "{}", again.stderr);
    assert_eq!(first.stdout, again.stdout);
    assert!(before == desk.results("out"));
    assert!(!desk.path("out/.unfinished").exists());
    let arguments = &desk.manifest("out")["arguments"];
    assert!(!arguments.to_string().contains("resume"), "{arguments}");
    // Complete results of a study are no replications of a search.
    desk.simulate("small.toml -q --output study").succeeds();
    let other = desk.simulate(&format!("{run} study --resume")).succeeds();
    assert!(other.stderr.contains(none), "{}", other.stderr);
}

#[test]
fn a_search_tells_what_it_takes_at_most_and_refuses_an_estimate() {
    let desk = desk();
    let run = desk
        .simulate("optimize small.toml --variant cluster --dry-run")
        .succeeds();
    for said in [
        "small: 21 points",
        "420 in all",
        "at most 8,400 replications in all",
    ] {
        assert!(run.stdout.contains(said), "{said}: {}", run.stdout);
    }
    desk.simulate("optimize small.toml --estimate").fails(
        2,
        &[
            "how long a search takes depends on what it finds",
            "`--dry-run` prints how many replications it simulates at most",
        ],
    );
    assert!(!desk.path("output").exists());
}
