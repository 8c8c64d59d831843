//! What figures of the whole study hide: workloads that miss a goal, and children that never come.

use crate::desk::Desk;

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

#[test]
fn a_workload_that_misses_the_goal_that_all_runs_together_meet_is_named() {
    let desk = Desk::new();
    desk.write("pooled.toml", POOLED);
    let said = |flags: &str| {
        let run = desk.simulate_in(
            &format!("pooled.toml --force {flags}"),
            &[("COLUMNS", "900")],
        );
        run.succeeds().stdout
    };
    let told = said("");
    let alone = "That is so of all runs together, but not of workload `few`, with a p95 wait of 30 min (± 0).";
    assert!(
        told.starts_with("`base` meets the goal") && told.contains(alone),
        "{told}"
    );
    assert!(!said("--goal wait_p95<=31m").contains("all runs together"));
    assert!(said("--goal wait_mean<=10m").contains("with a mean wait of 30 min"));
}

#[test]
fn a_goal_of_a_workload_is_answered() {
    let desk = Desk::new();
    desk.write("pooled.toml", POOLED);
    let run = desk.simulate_in(
        "pooled.toml --goal workload.few.wait_p95<=10m",
        &[("COLUMNS", "900")],
    );
    let said = run.fails(2, &["`target.NAME.wait_p95`"]).stderr;
    assert!(!said.contains("first line in brackets"), "{said}");
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
