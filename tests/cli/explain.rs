//! `simulate explain`: the life of one run, worked by hand to the microsecond, and the same parts of waits in `runs.csv`.

use std::collections::BTreeMap;

use crate::desk::{Desk, shipped};

/// Four workloads on four clusters, each with one cause of waiting or two.
const CAUSES: &str = r#"
name = "causes"
start = 2024-01-01T00:00
horizon = "1d"
replications = 1
quota.shared = { vcpus = 1, targets = ["a", "b"] }
environment.torch = { image_build = "480.000007s", image_pull = "90s" }

[cluster.a]
vcpus = 1
price_per_hour = 1.0
max_nodes = 1
boot = "100.000001s"
idle_before_scale_down = "30s"

[cluster.b]
vcpus = 1
price_per_hour = 1.0
max_nodes = 1
boot = "100.000001s"

[cluster.c]
vcpus = 1
price_per_hour = 1.0
max_nodes = 1
boot = "60s"

[cluster.d]
vcpus = 1
price_per_hour = 1.0
min_nodes = 1
max_nodes = 1
boot = "0s"

[workload.holder]
target = "a"
arrivals.batch = { runs = 1, at = ["0s"] }
duration = "200s"

[workload.blocked]
target = "b"
arrivals.batch = { runs = 1, at = ["50.000003s"] }
duration = "1m"

[workload.pair]
target = "c"
arrivals.batch = { runs = 2, at = ["10s"] }
duration = "100.5s"

[workload.image]
target = "d"
environment = "torch"
arrivals.batch = { runs = 1, at = ["1000.5s"] }
setup = "30.25s"
duration = "1m"
"#;

/// Causes of a wait in the order of the text.
const ORDER: [&str; 6] = [
    "image build",
    "capacity",
    "quota",
    "provisioning",
    "node setup",
    "wait",
];

/// The seconds after each cause.
fn parts(text: &str) -> [String; 6] {
    ORDER.map(|cause| {
        let mut lines = text.lines();
        let found = lines.find_map(|line| line.strip_prefix("  ")?.strip_prefix(cause));
        let line = found.unwrap_or_else(|| panic!("{cause} in\n{text}"));
        line.split_whitespace().next().expect("seconds").to_owned()
    })
}

/// Millionths of what a cell says.
fn micros(cell: &str) -> u64 {
    let (whole, part) = cell.split_once('.').expect("a decimal point");
    assert_eq!(part.len(), 6, "{cell}");
    let number = |text: &str| text.parse::<u64>().expect("digits");
    number(whole) * 1_000_000 + number(part)
}

/// The parts of the wait in a row of `runs.csv`, in the order of the text.
fn of_row(row: &BTreeMap<String, String>) -> [String; 6] {
    [
        "image_s",
        "capacity_s",
        "quota_s",
        "provisioning_s",
        "setup_s",
        "s",
    ]
    .map(|part| row[&format!("wait_{part}")].clone())
}

#[test]
fn each_cause_has_its_hand_worked_part_of_the_wait() {
    let desk = Desk::new();
    desk.write("causes.toml", CAUSES);
    desk.simulate("causes.toml -q --runs").succeeds();
    let rows = desk.rows("output/causes/runs.csv");
    for (workload, run, worked) in [
        // Boots.
        (
            "holder",
            0,
            ["0", "0", "0", "100.000001", "0", "100.000001"],
        ),
        // The only vCPU is free when the node of the holder, busy until 300.000001, has been idle for 30 s.
        (
            "blocked",
            0,
            ["0", "0", "279.999998", "100.000001", "0", "379.999999"],
        ),
        // The second run stands behind the first while its node boots, then while it runs.
        ("pair", 0, ["0", "0", "0", "60", "0", "60"]),
        ("pair", 1, ["0", "100.5", "0", "60", "0", "160.5"]),
        // An idle node is there; it pulls the image, then the run is set up.
        (
            "image",
            0,
            ["480.000007", "0", "0", "0", "120.25", "600.250007"],
        ),
    ] {
        let command = format!("explain causes.toml --workload {workload} --run {run}");
        let text = desk.simulate(&command).succeeds().stdout;
        let worked = worked.map(|seconds| {
            let (whole, part) = seconds.split_once('.').unwrap_or((seconds, ""));
            format!("{whole}.{part:0<6}")
        });
        assert_eq!(parts(&text), worked, "{text}");
        let row = rows
            .iter()
            .find(|row| row["workload"] == workload && row["position"] == run.to_string());
        assert_eq!(of_row(row.expect("a row")), worked);
    }
    let text = desk
        .simulate("explain causes.toml --workload blocked --run 0")
        .succeeds()
        .stdout;
    for sentence in [
        "Run 0 of `blocked`, variant `base`, replication 0, seed ",
        "Mon 2024-01-01 00:00:50 (t = 50.000003s): submitted to `b`; it asks for 1 node.",
        "joined the queue at once.",
        "it began to run; its wait was 6m19.999999s.",
        "it completed, 1m after it began to run.",
    ] {
        let plain = text.replace("\n  ", " ");
        assert!(plain.contains(sentence), "`{sentence}` in\n{text}");
    }
}

#[test]
fn the_parts_of_every_wait_add_up_in_the_table_of_runs() {
    let desk = Desk::new();
    let quota = shipped().join("quota.toml");
    let quota = quota.display();
    let flags = "-q --runs --replications 1 --variant vcpus=28 --output out";
    desk.simulate(&format!("{quota} {flags}")).succeeds();
    let rows = desk.rows("out/runs.csv");
    let (mut started, mut by_quota) = (0, 0);
    for row in rows.iter().filter(|row| !row["start_s"].is_empty()) {
        let [parts @ .., wait] = of_row(row).map(|cell| micros(&cell));
        assert_eq!(parts.iter().sum::<u64>(), wait, "{row:?}");
        assert_eq!(wait, micros(&row["start_s"]) - micros(&row["submit_s"]));
        started += 1;
        by_quota += u64::from(parts[2] > 0);
    }
    assert!(started >= 1000 && by_quota >= 100, "{started} {by_quota}");
    // The last of them, told by itself.
    let row = rows
        .iter()
        .rfind(|row| row["workload"] == "small" && !row["start_s"].is_empty());
    let row = row.expect("a run");
    let flags = format!(
        "--variant vcpus=28 --workload small --run {}",
        row["position"]
    );
    let text = desk.simulate(&format!("explain {quota} {flags}"));
    assert_eq!(parts(&text.succeeds().stdout), of_row(row));
}

#[test]
fn the_chart_fits_the_terminal_and_a_run_that_is_not_there_is_refused() {
    let desk = Desk::new();
    desk.write("causes.toml", CAUSES);
    for width in ["40", "80"] {
        let explain = "explain causes.toml --workload pair --run 1";
        let run = desk.simulate_in(explain, &[("COLUMNS", width)]);
        let text = run.succeeds().stdout;
        let most: usize = width.parse().expect("a number");
        let bar = text.lines().find(|line| line.starts_with("  |"));
        let bar = bar.expect("a chart");
        assert_eq!(bar.len(), most, "{text}");
        // 100.5 s of capacity, 60 s of provisioning, and 100.5 s of the run.
        let count = |letter| bar.matches(letter).count();
        assert_eq!(count('c'), count('R'), "{bar}");
        assert!(count('p') * 3 / 2 < count('c'), "{bar}");
        assert!(
            text.lines().all(|line| line.chars().count() <= most),
            "{text}"
        );
    }
    for (arguments, said) in [
        ("--run 0", "there are several workloads"),
        ("--run 2 --workload pair", "write a position from 0 to 1"),
        ("--run 0 --workload pare", "did you mean `pair`?"),
    ] {
        let run = desk.simulate(&format!("explain causes.toml {arguments}"));
        run.fails(2, &[said, "nothing was explained"]);
    }
}
