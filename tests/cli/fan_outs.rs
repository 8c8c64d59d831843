//! How long whole fan-outs take, from the submission of a parent to the end of its last child.

use std::collections::BTreeMap;

use crate::desk::Desk;

type Cells = BTreeMap<String, String>;

/// Parents of three children of 10 min, two of them at once, on two nodes that are always there; and other work elsewhere.
///
/// * The parent of 0:10 comes before the warm-up ends, and counts nowhere.
/// * 1:00: two children until 1:10, the third until 1:20. 20 min.
/// * 2:00: two children until 2:10. The third is submitted then, but the children of the parent of 2:05 wait for both nodes. They
///   have them until 2:20, so the third ends at 2:30: 30 min.
/// * 2:05: two children until 2:20, the third until 2:30 on the other node. 25 min.
/// * 3:55: two children end at 4:05, after the horizon, so that the third is never submitted. It is unfinished.
const PARENTS: &str = r#"
name = "parents"
horizon = "4h"
warmup = "30m"
replications = 2

[cluster.gpu]
price_per_hour = 1.0
min_nodes = 2
max_nodes = 2
boot = "0s"

[cluster.other]
price_per_hour = 1.0
max_nodes = 1

[workload.trials]
target = "gpu"
arrivals.fan_out = { parents.batch = { runs = 1, at = ["10m", "60m", "120m", "125m", "235m"] }, children = 3, at_once = 2 }
duration = "10m"

[workload.rest]
target = "other"
arrivals.batch = { runs = 2, at = "1h" }
duration = "10m"
"#;

const FIGURES: [&str; 4] = [
    "fan_outs_submitted",
    "fan_outs_unfinished",
    "fan_out_mean_s",
    "fan_out_max_s",
];

/// The figures of the four parents; the median to within what its histogram hides.
#[track_caller]
fn are_of_the_parents(row: &Cells) {
    let expected = ["4.000000", "1.000000", "1500.000000", "1800.000000"];
    assert_eq!(FIGURES.map(|name| row[name].as_str()), expected);
    for (name, seconds) in [("fan_out_p50_s", 1500.0), ("fan_out_p95_s", 1800.0)] {
        let found: f64 = row[name].parse().expect("a time");
        assert!((found - seconds).abs() <= seconds * 0.01, "{name}: {found}");
    }
}

fn written() -> Desk {
    let desk = Desk::new();
    desk.write("parents.toml", PARENTS);
    desk.simulate("parents.toml --quiet").succeeds();
    desk
}

fn row<'a>(rows: &'a [Cells], column: &str, name: &str) -> &'a Cells {
    let found = rows.iter().find(|row| row[column] == name);
    found.expect("a row of that name")
}

#[test]
fn each_parent_ends_with_its_last_child() {
    let desk = written();
    let workloads = desk.rows("output/parents/workloads.csv");
    are_of_the_parents(row(&workloads, "workload", "trials"));
    let rest = row(&workloads, "workload", "rest");
    assert_eq!(FIGURES.map(|name| rest[name].as_str()), [""; 4]);
    // They are the variant's; those of one of several targets are not told.
    let summary = desk.rows("output/parents/summary.csv");
    are_of_the_parents(row(&summary, "target", "(all)"));
    assert_eq!(row(&summary, "target", "gpu")["fan_out_mean_s"], "");
    let json = std::fs::read(desk.path("output/parents/summary.json")).expect("a file");
    let json: serde_json::Value = serde_json::from_slice(&json).expect("a document");
    let rows = json["variants"][0]["rows"].as_array().expect("rows");
    let all = rows.last().expect("a row");
    assert_eq!(all["figures"]["fan_out_mean_s"]["mean"], 1500.0);
    // In the table by workload of the page, and on the terminal.
    let page = std::fs::read_to_string(desk.path("output/parents/report.html")).expect("a page");
    for heading in ["mean fan-out", "p95 fan-out"] {
        assert!(page.contains(heading), "{heading}");
    }
    let report = desk.simulate("report output/parents --columns fan_out_mean,fan_out_p95 -q");
    let report = report.succeeds().stdout;
    assert!(report.contains("25") && report.contains("30"), "{report}");
}

#[test]
fn results_of_fan_outs_are_reported_again_to_the_byte() {
    let desk = written();
    let again = desk.simulate("report output/parents -q --output again");
    again.succeeds();
    assert_eq!(desk.bytes("output/parents"), desk.bytes("again"));
}

/// One parent, whose children take random times: its time is that of all work.
#[test]
fn the_time_of_a_single_parent_is_the_makespan() {
    let desk = Desk::new();
    desk.write(
        "one.toml",
        r#"
name = "one"
horizon = "10d"
replications = 4

[cluster.gpu]
price_per_hour = 1.0
max_nodes = 3
boot = "3m"

[workload.trials]
target = "gpu"
arrivals.fan_out = { parents.batch = { runs = 1, at = "1h" }, children = 40, at_once = 5 }
duration.exponential = { mean = "20m" }
"#,
    );
    desk.simulate("one.toml --quiet").succeeds();
    let summary = &desk.rows("output/one/summary.csv")[0];
    let makespan: f64 = summary["makespan_s"].parse().expect("a time");
    // 40 children of 20 min on three nodes.
    assert!((10_000.0..40_000.0).contains(&makespan), "{makespan}");
    for name in ["fan_out_mean_s", "fan_out_max_s"] {
        assert_eq!(summary[name], summary["makespan_s"], "{name}");
    }
    assert_eq!(summary["fan_outs_unfinished"], "0.000000");
}

#[test]
fn limits_on_fan_outs_are_met_and_missed() {
    let desk = Desk::new();
    let simulate = |more: &str| {
        desk.write("parents.toml", format!("{PARENTS}{more}"));
        desk.simulate("parents.toml --quiet --force")
    };
    let expected = "[[expect]]\nworkload = \"trials\"\nfan_out_mean = \"<= 25m\"\n";
    simulate(expected).succeeds();
    let crossed = expected.replace("25m", "24m");
    assert_eq!(simulate(&crossed).code, Some(3));
    let goal = "[goal.workload.trials]\nfan_out_p95 = \"<= 31m\"\n";
    simulate(goal).succeeds();
    let verdicts = || {
        let goals = desk.rows("output/parents/goals.csv");
        let verdict = |row: &Cells| row["verdict"].clone();
        goals.iter().map(verdict).collect::<Vec<String>>()
    };
    assert_eq!(verdicts(), ["meets"]);
    simulate("[goal]\nfan_out_p95 = \"<= 29m\"\n");
    assert_eq!(verdicts(), ["fails"]);
    for (more, said) in [
        (
            "[goal.target.gpu]\nfan_out_p95 = \"<= 1h\"\n",
            "`fan_out_p95` is a key of `[goal]`",
        ),
        (
            "[goal.workload.rest]\nmakespan = \"<= 1h\"\n",
            "`makespan` is a key of `[goal]`",
        ),
    ] {
        simulate(more).fails(2, &[said]);
    }
    let without = PARENTS.replace(
        "arrivals.fan_out = { parents.batch = { runs = 1, at = [\"10m\", \"60m\", \"120m\", \"125m\", \"235m\"] }, children = 3, at_once = 2 }",
        "arrivals.batch = { runs = 1, at = \"1h\" }",
    );
    desk.write("none.toml", without + "[goal]\nfan_out_mean = \"<= 1h\"\n");
    let said = "no workload of the scenario has `arrivals.fan_out`";
    desk.simulate("none.toml").fails(2, &[said]);
}
