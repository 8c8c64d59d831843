//! Runs of a log by user, group and class, worked out by hand; and more of a workload by a factor.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::desk::Desk;

type Cells = BTreeMap<String, String>;

fn rows(desk: &Desk, file: &str) -> Vec<Cells> {
    let text = std::fs::read_to_string(desk.path(file)).expect("a file of results");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows = reader.deserialize();
    rows.collect::<Result<_, _>>().expect("rows of cells")
}

/// Two nodes that are always on; what is measured begins after the first minute.
const LOG: &str = r#"
name = "log"
horizon = "1d"
warmup = "1m"
replications = 2

[cluster.gpu]
price_per_hour = 1.0
min_nodes = 2
max_nodes = 2
boot = "0s"

[workload.jobs]
target = "gpu"
arrivals.trace = { file = "log.csv", submitted = "at", duration = "for", nodes = "n", user = "who", class = "queue", origin = 0 }

[variant.two]

[variant.one]
cluster.gpu = { min_nodes = 1, max_nodes = 1 }
"#;

/// The run at 0 is before the warm-up. On two nodes starts are 0, 100, 100, 400, 700.
const ROWS: &str = "at,for,n,who,queue\n0,100,2,ann,a\n60,300,1,=cmd(),a\n60,200,1,ann,b\n100,300,2,ann,\n200,60,1,,b\n";

#[test]
fn runs_are_told_apart_by_whose_they_are() {
    let desk = Desk::new();
    desk.write("log.toml", LOG);
    desk.write("log.csv", ROWS);
    desk.simulate("log.toml --runs --quiet").succeeds();
    let groups = rows(&desk, "output/log/groups.csv");
    let cells = |row: &Cells| {
        [
            "variant",
            "by",
            "name",
            "runs_submitted",
            "runs_completed",
            "wait_mean_s",
            "wait_p95_s",
            "node_hours",
            "node_hours_share",
        ]
        .map(|column| row[column].clone())
        .join(" ")
    };
    let of = |variant: &str| {
        let own = groups.iter().filter(|row| row["variant"] == variant);
        own.map(cells).collect::<Vec<String>>()
    };
    // Waits of 40, 40, 300 and 500 s; 300 + 200 + 2 x 300 + 60 node-seconds.
    assert_eq!(
        of("two"),
        [
            "two workload jobs 4.000000 4.000000 220.000000 500.000000 0.322222 1.000000",
            "two user '=cmd() 1.000000 1.000000 40.000000 40.000000 0.083333 0.258621",
            "two user ann 2.000000 2.000000 170.000000 300.000000 0.222222 0.689655",
            "two class a 1.000000 1.000000 40.000000 40.000000 0.083333 0.258621",
            "two class b 2.000000 2.000000 270.000000 500.000000 0.072222 0.224138",
        ]
    );
    // Runs of two nodes are refused: ann has one left, after that of 300 s.
    assert_eq!(
        of("one"),
        [
            "one workload jobs 4.000000 3.000000 220.000000 360.000000 0.155556 1.000000",
            "one user '=cmd() 1.000000 1.000000 0.000000 0.000000 0.083333 0.535714",
            "one user ann 2.000000 1.000000 300.000000 300.000000 0.055556 0.357143",
            "one class a 1.000000 1.000000 0.000000 0.000000 0.083333 0.535714",
            "one class b 2.000000 2.000000 330.000000 360.000000 0.072222 0.464286",
        ]
    );
    assert!(
        groups
            .iter()
            .all(|row| row["wait_mean_s_ci95"] == "0.000000")
    );
    let runs = rows(&desk, "output/log/runs.csv");
    let whose = runs.iter().take(5);
    let whose: Vec<String> = whose
        .map(|row| format!("{}/{}/{}", row["user"], row["group"], row["class"]))
        .collect();
    assert_eq!(whose, ["ann//a", "'=cmd()//a", "ann//b", "ann//", "//b"]);
    // Without such columns there is no such file.
    desk.write(
        "log.toml",
        LOG.replace(", user = \"who\", class = \"queue\"", ""),
    );
    desk.simulate("log.toml --runs --quiet --force").succeeds();
    assert!(!desk.path("output/log/groups.csv").exists());
    assert_eq!(rows(&desk, "output/log/runs.csv")[0]["user"], "");
}

/// Nodes are lost all the time: what runs had of them is what the bill says that runs took.
#[test]
fn node_hours_of_groups_are_those_of_the_bill() {
    let desk = Desk::new();
    let mut log = "at,for,n,who\n".to_owned();
    for row in 0..60 {
        let (at, time) = (row * 700, 900 + row * 40);
        writeln!(log, "{at},{time},{},u{}", row % 3 + 1, row % 7).expect("a text");
    }
    desk.write("lost.csv", log);
    desk.write(
        "lost.toml",
        r#"
name = "lost"
horizon = "1d"
replications = 3

[cluster.gpu]
price_per_hour = 1.0
max_nodes = 6
tier = "low_priority"
price_factor = 1.0
eviction.rate = "0.3/h"

[workload.jobs]
target = "gpu"
setup = "1m"
finalize = "30s"
on_interruption = "resume"
checkpoint_interval = "5m"
arrivals.trace = { file = "lost.csv", submitted = "at", duration = "for", nodes = "n", user = "who" }
"#,
    );
    desk.simulate("lost.toml --quiet").succeeds();
    let number = |row: &Cells, column: &str| row[column].parse::<f64>().expect("a number");
    let summary = &rows(&desk, "output/lost/summary.csv")[0];
    assert!(number(summary, "interruptions") > 5.0, "{summary:?}");
    let lines = [
        "run",
        "checkpoints",
        "lost_work",
        "node_setup",
        "restarts",
        "finalize",
    ];
    let billed: f64 = lines
        .map(|line| number(summary, &format!("cost_{line}_usd")))
        .iter()
        .sum();
    let groups = rows(&desk, "output/lost/groups.csv");
    let (all, users) = groups.split_first().expect("a row of all");
    assert!(
        (number(all, "node_hours") - billed).abs() < 1e-5,
        "{billed} in {all:?}"
    );
    assert_eq!(users.len(), 7);
    for column in [
        "node_hours",
        "node_hours_share",
        "runs_submitted",
        "runs_completed",
    ] {
        let sum: f64 = users.iter().map(|row| number(row, column)).sum();
        assert!((number(all, column) - sum).abs() < 1e-5, "{column}");
    }
    for (column, of_all) in [
        ("wait_mean_s", "wait_mean_s"),
        ("runs_completed", "runs_completed"),
    ] {
        assert!(
            (number(all, column) - number(summary, of_all)).abs() < 1e-5,
            "{column}"
        );
    }
}

/// Every kind that can be multiplied, and a service.
const MANY: &str = r#"
name = "many"
horizon = "3d"
replications = 2

[cluster.gpu]
price_per_hour = 1.0
max_nodes = 20

[online_endpoint.score]
price_per_hour = 1
vcpus = 4

[workload.poisson]
target = "gpu"
duration = "1m"
arrivals.poisson = { rate = "2/h" }
FACTOR

[workload.batch]
target = "gpu"
duration.exponential = { mean = "10m" }
arrivals.batch = { runs = 7, at = ["1h", "30h"] }
FACTOR

[workload.recurring]
target = "gpu"
duration = "1m"
arrivals.recurring = { at = ["mon-fri 08:00"], runs = 3 }
FACTOR

[workload.sweeps]
target = "gpu"
duration = "5m"
arrivals.fan_out = { parents.batch = { runs = 2, at = ["2h"] }, children = 6, at_once = 2 }
FACTOR

[workload.log]
target = "gpu"
arrivals.trace = { file = "log.csv", submitted = "at", duration = "for", user = "who", origin = 0 }
FACTOR

[requests.calls]
target = "score"
service_time.exponential = { mean = "80ms" }
arrivals.poisson = { rate = "200/h" }
FACTOR
"#;

fn of_factor(desk: &Desk, factor: &str) -> BTreeMap<String, Vec<u8>> {
    desk.write("many.toml", MANY.replace("FACTOR", factor));
    desk.write("log.csv", ROWS);
    desk.simulate("many.toml --runs --quiet --force").succeeds();
    let folder = std::fs::read_dir(desk.path("output/many")).expect("the results");
    let files = folder.map(|entry| entry.expect("a file").path());
    files
        .filter(|path| path.extension().is_some_and(|ending| ending == "csv"))
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy();
            (name.into_owned(), std::fs::read(&path).expect("a file"))
        })
        .collect()
}

#[test]
fn a_load_factor_of_1_changes_no_byte_and_2_doubles_lists() {
    let desk = Desk::new();
    let once = of_factor(&desk, "");
    assert!(once.len() > 10);
    assert_eq!(once, of_factor(&desk, "load_factor = 1"));
    let twice = of_factor(&desk, "load_factor = 2");
    let count = |files: &BTreeMap<String, Vec<u8>>, workload: &str| {
        let mut reader = csv::Reader::from_reader(&files["runs.csv"][..]);
        let rows = reader.deserialize::<Cells>().map(|row| row.expect("cells"));
        rows.filter(|row| row["workload"] == workload && row["replication"] == "0")
            .count()
    };
    // The start is a Monday.
    for (workload, runs) in [("batch", 14), ("recurring", 9), ("sweeps", 12), ("log", 5)] {
        assert_eq!(count(&once, workload), runs, "{workload}");
        assert_eq!(count(&twice, workload), 2 * runs, "{workload}");
    }
}

#[test]
fn closed_users_have_no_load_factor() {
    let desk = Desk::new();
    desk.write_small(
        "arrivals.poisson = { rate = \"2/h\" }",
        "arrivals.closed = { users = 3, think = \"10m\" }\nload_factor = 1.3",
    );
    let said = [
        "users who wait for the end of what they sent have no rate to multiply",
        "change `arrivals.closed.users`",
    ];
    desk.simulate("small.toml").fails(2, &said);
    desk.write(
        "load-test.toml",
        "horizon = \"1h\"\n[local_service.here]\n[requests.test]\ntarget = \"here\"\nservice_time = \"1s\"\n\
         arrivals.closed = { users = 3, think = \"10m\" }\nload_factor = 1.3\n",
    );
    desk.simulate("load-test.toml").fails(2, &said);
    for factor in ["0", "-1", "1001", "\"2\""] {
        desk.write_small("duration", &format!("load_factor = {factor}\nduration"));
        desk.simulate("small.toml")
            .fails(2, &["load_factor", "above 0 and up to 1000"]);
    }
}
