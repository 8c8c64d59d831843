//! Answers compare like with like: the same work, the same time, the same hours. Values by hand.

use std::collections::BTreeMap;

use crate::desk::{Desk, squeezed};

type Cells = BTreeMap<String, String>;

/// A run each hour of 30 min for one person, and for three.
const PEOPLE: &str = r#"
replications = 2
horizon = "10d"
[instance.own]
price_per_hour = 1
[cluster.shared]
price_per_hour = 1
max_nodes = 3
boot = "0s"
idle_before_scale_down = "0s"
[workload.person]
target = "own"
arrivals.deterministic = { interval = "1h", first = "0s" }
duration = "30m"
[variant.own]
[variant.shared]
workload.person = { target = "shared", load_factor = 3 }
"#;

fn said(desk: &Desk, scenario: &str, flags: &str) -> (String, String) {
    desk.write("like.toml", scenario);
    let run = desk.simulate(&format!("like.toml --force -o out {flags}"));
    let run = run.succeeds();
    (squeezed(&run.stdout), squeezed(&run.stderr))
}

#[test]
fn variants_with_other_numbers_of_runs_are_compared_by_the_run() {
    let desk = Desk::new();
    let (text, warned) = said(&desk, PEOPLE, "");
    // 240 h for 240 runs are 1 USD a run; three times the runs are each billed for their 30 min.
    assert!(
        text.starts_with("The variants are submitted different numbers of runs, so costs are compared per completed run."),
        "{text}"
    );
    assert!(
        text.contains("shared: costs 50 % (± 0) less per completed run than own"),
        "{text}"
    );
    // Of the last run, 10 min are after the horizon: 359 5/6 USD in ten days against 240, and 730/240 of that a month.
    assert!(
        text.contains(
            "it is submitted 720 runs, own 240 and in all it costs 364 USD (± 0) or 49.9 % (± 0) more a month"
        ),
        "{text}"
    );
    assert!(!text.contains("own costs less"), "{text}");
    assert!(
        warned.contains("different numbers of runs: `own` 240 ± 0, `shared` 720 ± 0"),
        "{warned}"
    );
    let chart = std::fs::read_to_string(desk.path("out/tradeoff.svg")).expect("a chart");
    assert!(chart.contains("cost per completed run"), "{chart}");
    // The dearer one in all is the cheaper one per run.
    let (goal, _) = said(&desk, PEOPLE, "--goal wait_p95<=10m");
    assert!(
        goal.contains("`shared` meets the goal (wait_p95 <= 10m) at the smallest cost per completed run, 0.500 USD (± 0)"),
        "{goal}"
    );
}

#[test]
fn what_costs_the_same_is_told_apart_from_what_is_not_known() {
    let (_, others) = PEOPLE.split_once("[variant.own]").expect("variants");
    let (_, shared) = PEOPLE.split_once("[cluster.shared]").expect("a cluster");
    let (shared, _) = shared.split_once("[workload").expect("a workload");
    let shared = format!("[cluster.shared]{shared}");
    let twins = PEOPLE
        .replace(others, "\n[variant.twin]\n")
        .replace(&shared, "");
    let (text, _) = said(&Desk::new(), &twins, "--goal wait_p95<=10m");
    assert!(text.contains("The same cost as `twin`."), "{text}");
    assert!(!text.contains("No clear difference"), "{text}");
}

#[test]
fn equal_instances_have_work_of_their_own_and_cost_each() {
    let desk = Desk::new();
    let (text, warned) = said(&desk, PEOPLE, "--set instance.own.count=3");
    assert!(!text.contains("different numbers"), "{text}");
    assert!(!warned.contains("different numbers"), "{warned}");
    // 720 runs in both: 720 USD against 360.
    assert!(
        text.contains("shared: costs 50 % (± 0) less than own"),
        "{text}"
    );
    let rows: Vec<Cells> = desk.rows("out/summary.csv");
    let of = |target: &str| {
        let mut rows = rows.iter();
        let found = rows.find(|row| row["variant"] == "own" && row["target"] == target);
        let row = found.expect("a row");
        ["runs_submitted", "cost_usd", "cost_per_run_usd"].map(|name| {
            let value: f64 = row[name].parse().expect("a number");
            format!("{value:.2}")
        })
    };
    assert_eq!(of("(all)"), ["720.00", "720.00", "1.00"]);
    assert_eq!(of("own-2"), ["240.00", "240.00", "1.00"]);
    // Each waits for its own machine alone: Poisson arrivals of one differ from those of another.
    let random = PEOPLE.replace(
        "arrivals.deterministic = { interval = \"1h\", first = \"0s\" }",
        "arrivals.poisson = { rate = \"1/h\" }",
    );
    said(&desk, &random, "--set instance.own.count=3 --runs");
    let rows: Vec<Cells> = desk.rows("out/runs.csv");
    let first = |workload: &str| {
        let mut rows = rows.iter();
        let found = rows.find(|row| row["workload"] == workload);
        found.expect("a run")["submit_s"].clone()
    };
    assert_ne!(first("person-1"), first("person-2"));
}

#[test]
fn what_equal_instances_cannot_be_is_said_once() {
    let desk = Desk::new();
    let fails = |flags: &str, parts: &[&str]| {
        desk.write("like.toml", PEOPLE);
        let run = desk.simulate_in(
            &format!("like.toml --dry-run {flags}"),
            &[("COLUMNS", "900")],
        );
        let said = run.fails(2, parts).stderr;
        assert!(said.contains("1 problem"), "{said}");
    };
    fails(
        "--set instance.own.count=0",
        &["`instance.own.count`", "1 to 200"],
    );
    fails(
        "--set instance.own.count=3 --set instance.own.slots=0",
        &["`instance.own.slots`"],
    );
    let twice = PEOPLE.replace(
        "[variant.own]",
        "[workload.person-2]\ntarget = \"shared\"\narrivals.poisson.rate = \"1/h\"\nduration = \"1m\"\n[variant.own]\ninstance.own.count = 3",
    );
    desk.write("like.toml", twice);
    desk.simulate("like.toml --dry-run").fails(
        2,
        &[
            "`variant.own.instance.own.count`",
            "two `workload.person-2`",
        ],
    );
    let chooses = PEOPLE.replace("target = \"own\"", "targets = [\"own\", \"shared\"]");
    desk.write(
        "like.toml",
        chooses.replace("[variant.own]", "[variant.own]\ninstance.own.count = 3"),
    );
    desk.simulate("like.toml --dry-run")
        .fails(2, &["`workload.person.targets`", "chooses among targets"]);
    // A limit would be about none of the copies, and so would seem to be met.
    let counted = PEOPLE.replace("[variant.own]", "[variant.own]\ninstance.own.count = 3");
    let help = "about all runs of a variant, or name one of them, such as";
    for (limit, parts) in [
        (
            "workload.person.wait_p95<=4m",
            ["the workload `person` stands for 3", "`person-1`"],
        ),
        (
            "target.own.wait_p95<=4m",
            ["the target `own` stands for 3", "`own-1`"],
        ),
    ] {
        desk.write("like.toml", &counted);
        desk.simulate_in(
            &format!("like.toml --dry-run --goal {limit}"),
            &[("COLUMNS", "900")],
        )
        .fails(2, &[parts[0], parts[1], help]);
    }
    let expects = format!(
        "{counted}[[expect]]\nvariant = \"own\"\nworkload = \"person\"\nwait_p95 = \"<= 10m\"\n"
    );
    desk.write("like.toml", expects);
    desk.simulate("like.toml --dry-run")
        .fails(2, &["the workload `person` stands for 3"]);
    // What others call it.
    desk.write("like.toml", PEOPLE);
    desk.simulate("like.toml --dry-run --set instance.own.instances=3")
        .fails(2, &["did you mean `count`?"]);
}

/// 10 nodes are asked for: 5 of them do half of the work, and 9 do nine tenths.
const OVERLOADED: &str = r#"
replications = 5
horizon = "14d"
[cluster.gpu]
price_per_hour = 1
boot = "5m"
[workload.a]
target = "gpu"
arrivals.poisson = { rate = "20/h" }
duration = "30m"
[goal]
wait_p95 = "<= 10m"
[variant.n5]
cluster.gpu.max_nodes = 5
[variant.n9]
cluster.gpu.max_nodes = 9
"#;

#[test]
fn of_two_queues_that_grow_the_one_that_does_more_is_closest() {
    let desk = Desk::new();
    for flags in ["", "--set end=cut"] {
        let (text, _) = said(&desk, OVERLOADED, flags);
        assert!(text.contains("`n9` comes closest"), "{text}");
        let share = text
            .split_once("by the horizon it does ")
            .and_then(|(_, rest)| rest.split_once(" %"));
        let share: f64 = share.expect(&text).0.parse().expect("a number");
        // 6,720 runs: a deviation of 1.2 %, over 5 replications.
        assert!((88.0..=92.0).contains(&share), "{text}");
        // 9 nodes over 5, all of the time.
        assert!(
            text.contains("n9: costs 80.0 %") || text.contains("n9: costs 79.9"),
            "{text}"
        );
        assert!(text.contains("more a month than n5"), "{text}");
    }
}

/// A run each 6 h takes a node for 13 h: 28 runs, of which 8 node-hours are after the horizon.
const COMMITTED: &str = r#"
replications = 2
horizon = "7d"
region = "eastus"
[cluster.gpu]
vm_size = "Standard_D4s_v3"
price_per_hour = 0.2
max_nodes = 10
boot = "0s"
idle_before_scale_down = "0s"
[reservation.r]
vm_size = "Standard_D4s_v3"
nodes = 4
price_per_hour = 0.05
[workload.training]
target = "gpu"
arrivals.deterministic = { interval = "6h", first = "0s" }
duration = "13h"
"#;

/// The number after some words.
fn number(text: &str, before: &str) -> f64 {
    let rest = text.split_once(before).expect(text).1;
    let number: String = rest
        .chars()
        .take_while(|letter| letter.is_ascii_digit() || ",.".contains(*letter))
        .filter(|letter| *letter != ',')
        .collect();
    number.trim_end_matches('.').parse().expect("a number")
}

#[test]
fn shares_and_amounts_of_a_commitment_are_of_the_same_time() {
    let desk = Desk::new();
    let (text, _) = said(&desk, COMMITTED, "");
    let near = |before: &str, expected: f64| {
        let told = number(&text, before);
        assert!(
            (told / expected - 1.0).abs() < 0.003,
            "{before}{told} {expected}: {text}"
        );
    };
    // 356 of 672 node-hours; with what follows the horizon it would be 364 of 700, 52 %.
    let used = 356.0 / 672.0;
    let paid = 4.0 * 0.05 * 730.0;
    let without = 356.0 / 168.0 * 0.2 * 730.0;
    near(", utilization ", 100.0 * used);
    near("simulated utilization ", 100.0 * used);
    near("; paid ", paid);
    near("a month, of which ", paid * (1.0 - used));
    near("the same usage without it: ", without);
    near(": it saves ", (without - paid) / 730.0 * 24.0);
}

/// What runs lose by evictions is in their turnaround, and not in their wait.
#[test]
fn a_goal_on_the_turnaround_prices_hours_of_turnaround() {
    let scenario = r#"
replications = 10
horizon = "28d"
[cluster.gpu]
price_per_hour = 1
boot = "5m"
max_nodes = 40
eviction.rate = "0.2/h"
[workload.training]
target = "gpu"
arrivals.poisson = { rate = "1/h" }
duration = "2h"
on_interruption = "requeue"
[goal]
turnaround_mean = "<= 8h"
[variant.dedicated]
[variant.low]
cluster.gpu = { tier = "low_priority", price_per_hour = 0.3 }
"#;
    let desk = Desk::new();
    let (text, _) = said(&desk, scenario, "");
    assert!(text.contains("`low` meets the goal"), "{text}");
    assert!(text.contains("USD per hour of turnaround saved"), "{text}");
    let rows: Vec<Cells> = desk.rows("out/summary.csv");
    let of = |variant: &str, name: &str| {
        let mut rows = rows.iter();
        let row = rows.find(|row| row["variant"] == variant).expect("a row");
        row[name].parse::<f64>().expect("a number")
    };
    let hours = |variant| of(variant, "turnaround_mean_s") * of(variant, "runs_completed") / 3600.0;
    let expected =
        (of("dedicated", "cost_usd") - of("low", "cost_usd")) / (hours("low") - hours("dedicated"));
    let (_, rest) = text
        .split_once("that of `dedicated`, ")
        .expect("a sentence");
    let told = number(rest, ": ");
    assert!(
        (told / expected - 1.0).abs() < 0.05,
        "{told} {expected}: {text}"
    );
}

#[test]
fn variants_that_serve_are_compared_where_another_takes_runs() {
    let desk = Desk::new();
    let run = desk.simulate("scenarios/where-to-serve.toml -r 2 -o out");
    let text = squeezed(&run.succeeds().stdout);
    // Devices that cost nothing, and what is cheapest of those that answer sooner.
    assert!(
        text.starts_with(
            "Pareto-optimal in cost per 1,000 requests and p95 latency, from the cheapest: `local`, `iot-edge`, `data-box` and \
             `functions`. `batch` takes runs, whose waits are no latencies, and is not compared with them."
        ),
        "{text}"
    );
}
