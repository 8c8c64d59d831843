//! The flags of the main table, and the width of all that shipped scenarios print.

use std::fs;
use std::path::PathBuf;

use autoscale_simulator::report::main_table::View;
use autoscale_simulator::report::terminal::terminal_as;
use autoscale_simulator::report::wrapping::columns;
use autoscale_simulator::scenario::{Options, load};
use autoscale_simulator::study::{Keep, Unwatched, run};

use crate::desk::Desk;

/// Every shipped scenario.
fn shipped() -> Vec<PathBuf> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let folders = ["scenarios", "scenarios/targets"];
    let files = folders.iter().flat_map(|folder| {
        let entries = fs::read_dir(root.join(folder)).expect("the scenarios");
        entries.map(|entry| entry.expect("an entry").path())
    });
    let mut paths: Vec<PathBuf> = files.collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "toml"));
    paths.sort_unstable();
    paths
}

#[test]
fn slow_every_shipped_scenario_fits_any_width() {
    let options = Options {
        replications: Some(2),
        ..Options::default()
    };
    for path in shipped() {
        let scenario = load(&path, &options).expect("a scenario");
        let studies = run(&[scenario], Keep::default(), Some(2), &Unwatched);
        let studies = studies.expect("nobody stops it");
        for width in [40, 60, 80, 120, 200] {
            let text = terminal_as(&studies[0], width, &View::default());
            for line in text.lines() {
                assert!(
                    columns(line) <= width,
                    "{}, {width}: {line}",
                    path.display()
                );
            }
        }
    }
}

#[test]
fn flags_of_the_table_change_what_is_printed_and_no_file() {
    let desk = Desk::new();
    let usual = desk.simulate("small.toml -r 3 -q").succeeds();
    let summary = desk.rows("output/small/summary.csv");
    let flags = "--sort=-wait_p95 --columns wait_p95,cost --format csv";
    let again = desk
        .simulate(&format!("small.toml -r 3 -q {flags}"))
        .succeeds();
    assert_eq!(summary, desk.rows("output/small/summary.csv"));
    assert!(
        again
            .stdout
            .starts_with("variant,target,wait_p95_s,wait_p95_s_ci95,cost_"),
        "{}",
        again.stdout
    );
    let drawn = desk
        .simulate(&format!("report output/small -q {flags}"))
        .succeeds();
    assert_eq!(drawn.stdout, again.stdout);
    let plain = desk.simulate("report output/small -q").succeeds();
    assert_eq!(plain.stdout, usual.stdout);
    let variables = [
        ("SIMULATE_SORT", "-wait_p95"),
        ("SIMULATE_COLUMNS", "wait_p95,cost"),
        ("SIMULATE_FORMAT", "csv"),
    ];
    let by_variable = desk.simulate_in("report output/small -q", &variables);
    assert_eq!(by_variable.stdout, again.stdout);
    let first = [("SIMULATE_TOP", "1"), ("SIMULATE_FORMAT", "md")];
    let first = desk.simulate_in("report output/small -q --sort scenario", &first);
    assert_eq!(first.stdout.lines().count(), 3, "{}", first.stdout);
}

#[test]
fn the_names_of_columns_are_listed() {
    let desk = Desk::new();
    let listed = desk.simulate("small.toml --columns help").succeeds().stdout;
    for name in [
        "cost [USD]: ",
        "wait_p95_s [s]: ",
        "within_slo_share [fraction",
    ] {
        assert!(listed.contains(name), "{name}\n{listed}");
    }
    assert!(listed.lines().all(|line| columns(line) <= 80), "{listed}");
    assert!(!desk.path("output").exists());
}

#[test]
fn counts_have_the_short_names_that_people_try() {
    let desk = Desk::new();
    let head = |flags: &str| {
        let run = desk.simulate(&format!("small.toml -q --format csv {flags}"));
        let out = run.succeeds().stdout;
        out.lines().next().expect("a header").to_owned()
    };
    let long = head("--sort=-runs_submitted --columns runs_submitted,runs_completed,runs_failed");
    for name in ["runs", "submitted", "submissions"] {
        let flags = format!("--sort=-{name} --columns {name},runs_done,failed");
        assert_eq!(head(&flags), long, "{name}");
    }
    let listed = desk.simulate("--columns help").succeeds().stdout;
    assert!(listed.contains("(or `runs`, `submitted`,"), "{listed}");
}

#[test]
fn mistakes_in_flags_of_the_table_are_explained() {
    let desk = Desk::new();
    for (flags, said) in [
        (
            "--sort wiat_p95",
            "there is no such figure; did you mean `wait_p95_s`?",
        ),
        ("--sort -scenari", "did you mean `scenario`?"),
        ("--columns cost,utilisation", "did you mean `utilization`?"),
        (
            "--columns xyzzy",
            "there is no such figure; `--columns help` lists them",
        ),
        ("--top 0", "write a whole number from 1, or `all`"),
        ("--format xml", "[possible values: table, csv, json, md]"),
    ] {
        let outcome = desk.simulate(&format!("small.toml {flags}"));
        outcome.fails(2, &[said]);
    }
    let several = desk.simulate("small.toml scenarios/burst.toml --format csv");
    several.fails(
        2,
        &["CSV and JSON hold the table of one scenario, and there are 2 files"],
    );
}
