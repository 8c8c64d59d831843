//! What figures of the whole study hide: workloads that miss a goal, and children that never come.

use std::collections::BTreeSet;

use crate::desk::{Desk, SMALL};

/// Many runs that never wait, and four that wait for half an hour each.
const POOLED: &str = r#"
replications = 3
horizon = "10h"
[cluster.ready]
min_nodes = 1
max_nodes = 1
price_per_hour = 1
boot = "0s"
[cluster.cold]
max_nodes = 1
price_per_hour = 1
boot = "30m"
idle_before_scale_down = "1m"
[workload.many]
target = "ready"
arrivals.deterministic.interval = "2m"
duration = "1m"
[workload.few]
target = "cold"
arrivals.deterministic.interval = "2h"
duration = "1m"
[goal]
wait_p95 = "<= 15m"
"#;

/// What is printed of [`POOLED`], without wrapping.
fn pooled(desk: &Desk, flags: &str) -> String {
    let command = format!("pooled.toml --force {flags}");
    let run = desk.simulate_in(&command, &[("COLUMNS", "900")]);
    run.succeeds().stdout
}

#[test]
fn a_workload_that_misses_the_goal_that_all_runs_together_meet_is_named() {
    let desk = Desk::new();
    desk.write("pooled.toml", POOLED);
    let said = |flags: &str| pooled(&desk, flags);
    let told = said("");
    let alone = "That is so of all runs together, but not of workload `few`, with a p95 wait of 30 min (± 0). A goal of its own is \
                 `[goal.workload.few]`.";
    assert!(
        told.starts_with("`base` meets the goal") && told.contains(alone),
        "{told}"
    );
    assert!(!said("--goal wait_p95<=31m").contains("all runs together"));
    // The goal has a limit of its own for it, which it meets.
    let told = said("--goal workload.few.wait_p95<=40m");
    assert!(
        told.starts_with("`base` meets the goal") && !told.contains("all runs together"),
        "{told}"
    );
    assert!(said("--goal wait_mean<=10m").contains("with a mean wait of 30 min"));
}

#[test]
fn a_goal_of_a_workload_is_about_its_runs_alone() {
    let desk = Desk::new();
    desk.write("pooled.toml", POOLED);
    let said = |flags: &str| pooled(&desk, flags);
    let told = said("--goal workload.few.wait_p95<=10m");
    let text = "`base` does not meet the goal (wait_p95 <= 15m, workload.few.wait_p95 <= 10m): p95 wait 0 s (± 0) and p95 wait \
                of workload few 30 min (± 0).";
    assert!(told.starts_with(text), "{told}");
    let rows = desk.rows("output/pooled/goals.csv");
    let told = rows.iter().map(|row| {
        ["target", "workload", "limit", "value", "verdict"].map(|key| row[key].as_str())
    });
    let worked = [
        ["(all)", "(all)", "900.000000", "0.000000", "meets"],
        ["(all)", "few", "600.000000", "1800.000000", "fails"],
    ];
    assert_eq!(told.collect::<Vec<_>>(), worked);
    let told = said("--goal workload.few.wait_mean<=31m --goal workload.many.completed>=99%");
    assert!(told.starts_with("`base` meets the goal"), "{told}");
}

#[test]
fn an_expectation_may_be_about_a_workload() {
    let desk = Desk::new();
    let with = |expect: &str| {
        desk.write("pooled.toml", format!("{POOLED}[[expect]]\n{expect}\n"));
        desk.simulate_in("pooled.toml --force", &[("COLUMNS", "900")])
    };
    let run = with("workload = \"few\"\nwait_p95 = \"<= 10m\"");
    assert_eq!(run.code, Some(3), "{}", run.stderr);
    let text = "✗ base: workload.few.wait_p95 <= 10m: 30 min (± 0)";
    assert!(run.stdout.contains(text), "{}", run.stdout);
    with("workload = \"many\"\nwait_max = \"<= 0s\"").succeeds();
    let text = "there is no cost by workload";
    with("workload = \"many\"\ncost = \"<= 9\"").fails(2, &[text, "`turnaround_mean`"]);
    with("workload = \"man\"\nwait_max = \"<= 1s\"")
        .fails(2, &["no variant has a workload `man`", "`many`"]);
    with("workload = \"many\"\ntarget = \"ready\"\nwait_max = \"<= 1s\"")
        .fails(2, &["`target`", "`workload`"]);
}

#[test]
fn a_goal_of_a_workload_of_several_targets_is_about_all_its_runs() {
    let desk = Desk::new();
    let routed = POOLED
        .replace("target = \"cold\"", "targets = [\"ready\", \"cold\"]")
        .replace("interval = \"2h\"", "interval = \"7m\"");
    desk.write("routed.toml", routed);
    let flags = "--runs --goal workload.few.wait_mean<=10s --goal workload.few.wait_p95<=10s";
    desk.simulate(&format!("routed.toml {flags}")).succeeds();
    let runs = desk.rows("output/routed/runs.csv");
    let few = runs
        .iter()
        .filter(|row| row["workload"] == "few" && row["replication"] == "1");
    let targets: BTreeSet<&str> = few.clone().map(|row| row["target"].as_str()).collect();
    assert_eq!(targets.len(), 2, "both targets have some");
    let waits = few.map(|row| row["wait_s"].parse().expect("a number"));
    let mut waits: Vec<f64> = waits.collect();
    waits.sort_by(f64::total_cmp);
    let mean = waits.iter().sum::<f64>() / waits.len() as f64;
    let p95 = waits[(waits.len() * 95).div_ceil(100) - 1];
    assert!(p95 > 0.0);
    let goals = desk.rows("output/routed/goals.csv");
    let value = |figure: &str| {
        let row = goals
            .iter()
            .find(|row| row["workload"] == "few" && row["figure"] == figure);
        row.expect("a row")["value"]
            .parse::<f64>()
            .expect("a number")
    };
    assert!((value("wait_mean") / mean - 1.0).abs() < 1e-5, "{mean}");
    // A step of what is kept of the waits on several targets is 9 %.
    assert!((value("wait_p95") / p95 - 1.0).abs() < 0.1, "{p95}");
}

#[test]
fn goals_by_class_are_refused() {
    let desk = Desk::new();
    desk.write("pooled.toml", POOLED);
    let run = desk.simulate_in(
        "pooled.toml --goal class.gpu.wait_p95<=10m",
        &[("COLUMNS", "900")],
    );
    let said = run.fails(2, &["`workload.NAME.wait_p95`"]).stderr;
    assert!(!said.contains("first line in brackets"), "{said}");
    desk.write("small.toml", SMALL);
    let run = desk.simulate("small.toml --goal workload.training.cost<=9");
    let unknown = "`goal.workload.training.cost`: unknown key";
    let said = run.fails(2, &[unknown]).stderr;
    assert!(said.contains("1 problem in the flags"), "{said}");
}

#[test]
fn children_that_are_never_submitted_are_told() {
    let desk = Desk::new();
    let said = |horizon: &str, parents: &str| {
        desk.write(
            "sweep.toml",
            format!(
                "horizon = \"{horizon}\"\n[cluster.c]\nmax_nodes = 20\nprice_per_hour = 1\nboot = \"0s\"\n[workload.hpo]\n\
                 target = \"c\"\nduration = \"12m\"\narrivals.fan_out = {{ children = 200, at_once = 20, parents.{parents} }}\n"
            ),
        );
        let run = desk.simulate_in("sweep.toml --dry-run", &[("COLUMNS", "900")]);
        run.succeeds().stderr
    };
    // Ten rounds of 12 min: the last one begins after 1 h 48 min.
    let batch = "batch = { runs = 1, at = [\"0s\"] }";
    let told = said("1h", batch);
    let text = "the 200 runs of a parent, 20 at once, come over about 1h48m, and the horizon is 1h after the last parent";
    assert!(told.contains(text), "{told}");
    assert!(!told.contains("the rest is done after"), "{told}");
    assert!(!said("2h", batch).contains("never submitted"));
    let late = "batch = { runs = 1, at = [\"0s\", \"3h\"] }";
    assert!(said("4h", late).contains("the horizon is 1h after the last parent"));
    assert!(!said("5h", late).contains("never submitted"));
    let random = "poisson.rate = \"1/day\"";
    assert!(said("1h", random).contains("after the earliest parent"));
    assert!(!said("2h", random).contains("never submitted"));
}
