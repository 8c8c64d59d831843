//! Replications in rounds, until intervals are as short as the scenario wants.

use std::fs;

use crate::desk::{Bytes, Desk, SMALL};

const STORED: &str = "results.jsonl.gz";

/// The small scenario with a first round of 10, and intervals that take more.
fn wants(precision: &str) -> String {
    let text = format!("replications = 10\nprecision = {{ {precision} }}\n");
    SMALL.replace("replications = 3\n", &text)
}

const WANTED: &str = r#"cost = "4%", wait_mean = "20%", max_replications = 300"#;

/// The replications of each variant, and the largest relative half-widths of cost and mean wait.
fn reached(desk: &Desk, folder: &str) -> (usize, [f64; 2]) {
    let rows = desk.rows(&format!("{folder}/summary.csv"));
    let number = |row: &std::collections::BTreeMap<String, String>, column: &str| {
        row[column].parse::<f64>().expect("a number")
    };
    let count = rows[0]["replications"].parse().expect("a count");
    for row in &rows {
        assert_eq!(
            row["replications"], rows[0]["replications"],
            "{}",
            row["variant"]
        );
    }
    let largest = |figure: &str| {
        let share = |row| number(row, &format!("{figure}_ci95")) / number(row, figure);
        rows.iter().map(share).fold(0.0, f64::max)
    };
    (count, [largest("cost_usd"), largest("wait_mean_s")])
}

fn without(mut bytes: Bytes, name: &str) -> Bytes {
    bytes.remove(name).expect("the file");
    bytes
}

#[test]
fn replications_are_added_until_every_interval_is_short() {
    let desk = Desk::new();
    desk.write("small.toml", wants(WANTED));
    let run = desk
        .simulate("small.toml --output out --threads 1")
        .succeeds();
    assert!(!run.stderr.contains("precision"), "{}", run.stderr);
    let (count, [cost, wait]) = reached(&desk, "out");
    assert!(cost <= 0.04 && wait <= 0.2, "{cost} {wait}");
    // Rounds that grow by half: the one before was too small.
    let rounds = [10, 15, 23, 35, 53, 80, 120, 180, 270, 300];
    let round = rounds.iter().position(|round| *round == count);
    let round = round.unwrap_or_else(|| panic!("{count} is no round"));
    assert!(round > 0, "more than the first round");
    let before = rounds[round - 1];
    desk.simulate(&format!("small.toml -q -r {before} --output before"))
        .succeeds();
    let (_, [cost, wait]) = reached(&desk, "before");
    assert!(cost > 0.04 || wait > 0.2, "{cost} {wait}");
    // Threads decide nothing, and the tables are those of so many replications.
    desk.simulate("small.toml -q --output three --threads 3")
        .succeeds();
    assert!(desk.results("three") == desk.results("out"));
    desk.simulate(&format!("small.toml -q -r {count} --output fixed"))
        .succeeds();
    assert!(without(desk.results("fixed"), STORED) == without(desk.results("out"), STORED));
    assert_eq!(desk.manifest("out")["replications"], count);
}

#[test]
fn what_is_stored_is_reported_and_gone_on_with() {
    let desk = Desk::new();
    desk.write("small.toml", wants(WANTED));
    desk.simulate("small.toml -q --output out").succeeds();
    let whole = desk.results("out");
    let report = desk.simulate("report out --output again").succeeds();
    assert!(desk.results("again") == whole);
    assert!(!report.stderr.contains("precision"), "{}", report.stderr);
    let resumed = desk.simulate("small.toml --output out --resume").succeeds();
    assert!(
        resumed.stderr.contains("are done already"),
        "{}",
        resumed.stderr
    );
    assert!(desk.results("out") == whole);
    // A half of the rows, as an interrupted study leaves them.
    let stored = &whole[STORED];
    fs::create_dir_all(desk.path("half/.unfinished")).expect("a folder");
    desk.write("half/.unfinished/rows.part", &stored[..stored.len() / 2]);
    desk.simulate("small.toml -q --output half --resume")
        .succeeds();
    assert!(desk.results("half") == whole);
    // A number that is fixed is another study.
    fs::create_dir_all(desk.path("other/.unfinished")).expect("a folder");
    desk.write("other/.unfinished/rows.part", &stored[..stored.len() / 2]);
    desk.simulate("small.toml -r 20 --output other --resume")
        .fails(2, &["replications: at most 300, now 20"]);
}

#[test]
fn what_is_not_reached_is_told() {
    let desk = Desk::new();
    desk.write(
        "small.toml",
        wants(r#"cost = "0.01%", max_replications = 12"#),
    );
    let told = "the precision was not reached with 12 replications, the most that `max_replications` allows: cost ± ";
    let run = desk.simulate("small.toml --output out").succeeds();
    assert!(run.stderr.contains(told), "{}", run.stderr);
    assert!(run.stderr.contains("(0.01 % wanted)"), "{}", run.stderr);
    let report = desk.simulate("report out --output again").succeeds();
    assert!(report.stderr.contains(told), "{}", report.stderr);
    let fixed = desk.simulate("small.toml -r 12 --output fixed").succeeds();
    assert!(!fixed.stderr.contains("precision"), "{}", fixed.stderr);
}

#[test]
fn the_number_is_not_known_ahead() {
    let desk = Desk::new();
    desk.write("small.toml", wants(WANTED));
    let estimate = desk.simulate("small.toml --estimate").succeeds();
    for said in [
        "x 300 replications",
        "not known ahead: from 10 of each variant",
        "to 300",
    ] {
        assert!(estimate.stdout.contains(said), "{}", estimate.stdout);
    }
    let dry = desk.simulate("small.toml --dry-run").succeeds();
    let said = "at most 300, until each has cost ± 4 % and mean wait ± 20 %";
    assert!(dry.stdout.contains(said), "{}", dry.stdout);
    desk.simulate("plan small.toml -o plan.json --shards 2")
        .fails(
            2,
            &[
                "a plan needs a fixed number of replications",
                "`--replications N`",
            ],
        );
    desk.simulate("plan small.toml -q -o plan.json --shards 2 -r 20")
        .succeeds();
}

#[test]
fn precisions_that_make_no_sense_are_refused() {
    let desk = Desk::new();
    for (precision, said) in [
        ("", "no figure is named"),
        (r#"cost = "5""#, "found the text `5`"),
        (
            "cost = 0.05",
            "write a percentage above 0 and up to 100 in quotes",
        ),
        (r#"cost = "0%""#, "found the text `0%`"),
        (r#"costs = "5%""#, "did you mean `cost`?"),
        (
            r#"cost = "5%", max_replications = 5"#,
            "write a whole number from 10 to 1000000",
        ),
    ] {
        desk.write("small.toml", wants(precision));
        desk.simulate("small.toml").fails(2, &[said]);
    }
    desk.write(
        "small.toml",
        wants(r#"cost = "5%""#).replace("replications = 10", "replications = 9"),
    );
    desk.simulate("small.toml")
        .fails(2, &["`precision` needs at least 10 replications"]);
    desk.write(
        "small.toml",
        wants(r#"cost = "5%""#).replace("replications = 10", "replications = 2000"),
    );
    desk.simulate("small.toml").fails(
        2,
        &["the first round alone has 2000 replications, which is more than 1000"],
    );
}
