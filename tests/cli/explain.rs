//! `simulate explain`: the life of one run, worked by hand to the microsecond, and the same parts of waits in `runs.csv`.

use std::collections::BTreeMap;
use std::slice;

use autoscale_simulator::report::FILES;
use autoscale_simulator::report::life::Life;
use autoscale_simulator::scenario::{Options, load};
use autoscale_simulator::study::{self, Keep, Place, Unwatched};
use rand::{RngExt as _, SeedableRng as _};
use rand_xoshiro::Xoshiro256PlusPlus;

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

/// Runs of each variant that are told.
const TOLD: usize = 125;

/// The parts of a wait that a text tells, which are those of the row and add up exactly; `None` where the run did not start.
fn told_as(row: &BTreeMap<String, String>, text: &str) -> Option<[u64; 5]> {
    if row["start_s"].is_empty() {
        assert!(!text.contains("\n  wait "), "{text}");
        return None;
    }
    let of_text = parts(text);
    assert_eq!(of_text, of_row(row), "{text}");
    let [image, capacity, quota, provisioning, setup, wait] = of_text.map(|cell| micros(&cell));
    let each = [image, capacity, quota, provisioning, setup];
    assert_eq!(each.iter().sum::<u64>(), wait, "{text}");
    assert_eq!(wait, micros(&row["start_s"]) - micros(&row["submit_s"]));
    Some(each)
}

/// A desk with a scenario of evictions in which an image is built for five days, as `scenarios/built.toml`.
fn with_image() -> Desk {
    let desk = Desk::new();
    let text = std::fs::read_to_string(shipped().join("low-priority.toml")).expect("a scenario");
    let image = "[environment.torch]\nimage_build = \"5d\"\nimage_pull = \"90s\"\n";
    let workload = "[workload.training]\n";
    let built = text.replace(
        workload,
        &format!("{image}\n{workload}environment = \"torch\"\n"),
    );
    desk.write("scenarios/built.toml", built);
    desk
}

/// Told by the library as the command does, with a replication by itself, against the table of a whole study.
#[test]
fn a_thousand_random_runs_are_told_as_the_table_has_them() {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(1);
    let keep = Keep {
        records: true,
        ..Keep::default()
    };
    let (mut told, mut with_cause) = (0, [0; 5]);
    let desk = with_image();
    for file in ["quota.toml", "built.toml"] {
        let options = Options {
            replications: Some(1),
            ..Options::default()
        };
        let path = desk.path("scenarios").join(file);
        let scenario = load(&path, &options).expect("a scenario");
        let scenarios = slice::from_ref(&scenario);
        let studies = study::run(scenarios, keep, Some(1), &Unwatched).expect("a study");
        let mut tables = FILES.iter().filter(|of| of.name == "runs.csv");
        let table = tables.next().expect("a table").bytes(&studies[0]);
        let mut reader = csv::Reader::from_reader(&table[..]);
        let rows: Vec<BTreeMap<String, String>> = reader
            .deserialize()
            .map(|row| row.expect("a row"))
            .collect();
        for (position, variant) in scenario.variants.iter().enumerate() {
            let place = Place {
                scenario: 0,
                variant: position,
                replication: 0,
            };
            let result = study::one(&scenario, place, (keep, 1), &Unwatched);
            let result = result.expect("a replication").result;
            let own = rows.iter().filter(|row| row["variant"] == variant.name);
            let own: Vec<_> = own.collect();
            assert_eq!(own.len(), result.runs.len());
            for _ in 0..TOLD {
                let row = own[random.random_range(0..own.len())];
                let is_meant = |workload: u32, position: u64| {
                    variant.settings.workloads[workload as usize].name == row["workload"]
                        && position.to_string() == row["position"]
                };
                let mut runs = result.runs.iter();
                let run = runs.find(|run| is_meant(run.workload, run.position));
                let life = Life {
                    run: run.expect("the run of the row"),
                    leases: &result.leases,
                    target: &row["target"],
                    wall_clock: &|_| String::new(),
                };
                let Some(each) = told_as(row, &life.text(80)) else {
                    continue;
                };
                told += 1;
                for (count, part) in with_cause.iter_mut().zip(each) {
                    *count += usize::from(part > 0);
                }
            }
        }
    }
    assert!(told >= 1000, "{told}");
    assert!(
        with_cause.iter().all(|count| *count >= 20),
        "{with_cause:?}"
    );
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

#[test]
fn nodes_of_one_origin_are_told_together_and_the_order_of_causes_only_where_there_are_two() {
    let desk = Desk::new();
    let told = |file: &str, run: &str| {
        let file = shipped().join(file);
        let command = format!("explain {} {run}", file.display());
        let text = desk.simulate(&command).succeeds().stdout;
        text.replace("\n  ", " ")
    };
    let gang = told("quota.toml", "--workload large --run 3");
    let nodes = "its nodes were assigned: nodes 12, 13, 14 and 15, requested Mon 2024-01-01 15:21:46 (t = 15h21m46.437449s) and \
                 allocated after 0s.";
    assert!(gang.contains(nodes), "{gang}");
    assert!(
        gang.contains("p provisioning, R from the first start to the end.\n"),
        "{gang}"
    );
    desk.write("causes.toml", CAUSES);
    let pair = desk.simulate("explain causes.toml --workload pair --run 1");
    let pair = pair.succeeds().stdout.replace("\n    ", " ");
    assert!(
        pair.contains("Times in the queue are drawn by cause, not in their order."),
        "{pair}"
    );
}
