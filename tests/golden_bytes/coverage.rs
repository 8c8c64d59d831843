//! That the guard is not hollow: every kind of target works, every kind of arrivals comes, every column says something.

use std::collections::{BTreeMap, BTreeSet};

use autoscale_simulator::report::{FILES, FOCUS, ReportFile, Written};
use autoscale_simulator::scenario::keys::{
    ARRIVALS, DISTRIBUTIONS, EVICTIONS, FORMULAS, NODES, POOL_EVICTIONS, REQUEST_ARRIVALS,
    SERVICES, TARGETS, TOKEN_COUNTS,
};

use crate::condense::stands_for;
use crate::pack::{Files, kept};
use crate::studies::TEXT;

/// Columns that are empty or 0 in every file.
const IDLE: &[&str] = &[
    // The largest number of vCPUs in use hardly ever differs between two replications.
    "timeline.csv: replication",
    "timeline-fine.csv: replication",
    "focus.csv: x_Replication",
    // Always empty.
    "focus.csv: ChargeClass",
    "focus.csv: InvoiceId",
    // An exact value has no interval.
    "summary.csv: wait_mean_exact_s_ci95",
];

/// What prices are of.
const METERS: &[&str] = &[
    "disk",
    "execution_time",
    "executions",
    "given",
    "load_balancer",
    "low_priority",
    "pay_as_you_go",
    "public_ip",
    "replica_time",
    "reservation",
    "savings_plan",
    "service_fee",
    "spot",
];

/// A row: cells by column.
type Row = BTreeMap<String, String>;

/// The rows of every file of this name that are kept.
fn rows(files: &Files, name: &str) -> Vec<Row> {
    let mut rows = Vec::new();
    for (path, bytes) in files {
        if path.ends_with(&format!("/{name}")) {
            let text = String::from_utf8(bytes.clone()).expect("tables are text");
            let lines: String = (text.split_inclusive('\n'))
                .filter(|line| stands_for(line).is_none())
                .collect();
            let mut reader = csv::Reader::from_reader(lines.as_bytes());
            rows.extend(reader.deserialize::<Row>().map(|row| row.expect("a row")));
        }
    }
    rows
}

/// The texts of all random worlds.
fn scenarios(files: &Files) -> impl Iterator<Item = &str> {
    let texts = files.iter().filter(|(path, _)| path.ends_with(TEXT));
    texts.map(|(_, text)| std::str::from_utf8(text).expect("scenarios are text"))
}

/// Whether a cell says something other than nothing.
fn says(row: &Row, column: &str) -> bool {
    row.get(column)
        .is_some_and(|cell| !cell.is_empty() && cell.parse() != Ok(0.0))
}

#[test]
fn every_kind_of_target_has_work() {
    let summary = rows(&kept("worlds"), "summary.csv");
    for (kinds, done) in [(TARGETS, "runs_completed"), (SERVICES, "requests_served")] {
        for kind in kinds {
            let own = format!("{}-", kind.name);
            let works = |row: &&Row| row["target"].starts_with(&own) && says(row, done);
            let count = summary.iter().filter(works).count();
            assert!(
                count >= 7,
                "{count} targets of kind `{}` have work",
                kind.name
            );
        }
    }
}

#[test]
fn every_kind_of_arrivals_comes() {
    let worlds = kept("worlds");
    let runs = rows(&worlds, "runs.csv");
    for kind in ARRIVALS {
        let own = format!("{}-", kind.name);
        let ends = |row: &&Row| row["workload"].starts_with(&own) && row["status"] == "completed";
        let count = runs.iter().filter(ends).count();
        assert!(
            count >= 50,
            "{count} runs complete whose arrivals are `{}`",
            kind.name
        );
    }
    let mut asked: BTreeMap<String, usize> = BTreeMap::new();
    for text in scenarios(&worlds) {
        let scenario: toml::Table = text.parse().expect("a scenario");
        let requests = scenario.get("requests").and_then(toml::Value::as_table);
        for (_, requests) in requests.into_iter().flatten() {
            let kinds = requests["arrivals"].as_table().expect("a kind");
            for kind in kinds.keys() {
                *asked.entry(kind.clone()).or_default() += 1;
            }
        }
    }
    for kind in REQUEST_ARRIVALS {
        let count = asked.get(kind.name).copied().unwrap_or_default();
        assert!(
            count >= 5,
            "{count} workloads of requests come as `{}`",
            kind.name
        );
    }
}

/// What becomes of runs and leases, how usage is bought, and what it is spent on.
#[test]
fn every_outcome_is_there() {
    let worlds = kept("worlds");
    for (file, column, values) in [
        (
            "runs.csv",
            "status",
            &["completed", "failed", "canceled", "unfinished"][..],
        ),
        ("leases.csv", "ended_by", &["release", "loss"]),
        (
            "bill.csv",
            "tier",
            &["", "dedicated", "low_priority", "spot"],
        ),
        ("commitments.csv", "kind", &["reservation", "savings_plan"]),
        ("bill.csv", "meter", METERS),
    ] {
        let rows = rows(&worlds, file);
        let found: BTreeSet<&str> = rows.iter().map(|row| row[column].as_str()).collect();
        let expected: BTreeSet<&str> = values.iter().copied().collect();
        assert_eq!(found, expected, "{column} of {file}");
    }
}

/// The kinds of what has several kinds, and what the file sets as a whole.
#[test]
fn every_kind_is_written() {
    let worlds = kept("worlds");
    let texts: Vec<&str> = scenarios(&worlds).collect();
    let kinds = [
        DISTRIBUTIONS,
        EVICTIONS,
        FORMULAS,
        NODES,
        POOL_EVICTIONS,
        TOKEN_COUNTS,
    ];
    let kinds = kinds.concat();
    let mut signs: Vec<String> = kinds
        .iter()
        .map(|kind| format!("{} = ", kind.name))
        .collect();
    let others = [
        "background = true",
        "batch_inference",
        "cloud = \"aws\"",
        "cloud = \"gcp\"",
        "currency = \"EUR\"",
        "end = \"cut\"",
        "environment = ",
        "speed = ",
        "tags.department = ",
        "tags.team = ",
        "warmup = ",
        "[quota.",
        "[reservation.",
        "[savings_plan.",
        "[sweep]",
        "[variant.",
    ];
    signs.extend(others.map(str::to_owned));
    for preset in ["azure-2021", "azure-2025-06", "aws", "gcp"] {
        signs.push(format!("billing_preset = \"{preset}\""));
    }
    for sign in signs {
        let count = texts.iter().filter(|text| text.contains(&sign)).count();
        assert!(count >= 3, "{count} worlds have `{sign}`");
    }
}

/// Columns of costs among them: each category is spent on.
#[test]
fn every_column_says_something() {
    let (worlds, shipped) = (kept("worlds"), kept("scenarios"));
    let mut found = BTreeSet::new();
    for file in FILES.iter().chain([FOCUS]) {
        let mut rows_of = rows(&worlds, file.name);
        rows_of.extend(rows(&shipped, file.name));
        let idle: BTreeSet<String> = (file.columns)()
            .into_iter()
            .map(|column| column.name)
            .filter(|column| !rows_of.iter().any(|row| says(row, column)))
            .collect();
        found.extend(
            idle.into_iter()
                .map(|column| format!("{}: {column}", file.name)),
        );
    }
    let expected: BTreeSet<String> = IDLE.iter().map(|&column| column.to_owned()).collect();
    assert_eq!(found, expected);
}

#[test]
fn nothing_is_missing() {
    for (name, studies) in [("worlds", crate::worlds::WORLDS), ("scenarios", 29)] {
        let files = kept(name);
        let studies_of: BTreeSet<&str> = files
            .keys()
            .filter_map(|path| Some(path.split_once('/')?.0))
            .collect();
        assert!(
            studies_of.len() as u64 >= studies,
            "{name}: {}",
            studies_of.len()
        );
        for study in studies_of {
            let all = FILES.iter().chain([FOCUS]);
            let is_of_all = |file: &&ReportFile| {
                !matches!(
                    file.written,
                    Written::WithLabels
                        | Written::WithGoals
                        | Written::WithWorkloads
                        | Written::WithWeeks
                )
            };
            for file in all.filter(is_of_all) {
                assert!(
                    files.contains_key(&format!("{study}/{}", file.name)),
                    "{study}, {}",
                    file.name
                );
            }
        }
    }
    let worlds = kept("worlds");
    let is_by_label = |name: &String| name.ends_with("/groups.csv");
    assert!(worlds.keys().any(is_by_label), "no log has labels");
    let is_of_goals = |name: &String| name.ends_with("/goals.csv");
    assert!(kept("scenarios").keys().any(is_of_goals), "no goal");
}

/// What the workloads of a variant pay is its bill, to the last digit that is printed: over targets of all kinds, with two tiers,
/// background work, commitments and services.
#[test]
fn what_workloads_pay_adds_up_to_the_bill() {
    let cost = |row: &Row| {
        // In whatever currency.
        let is_cost = |name: &&String| name.len() == "cost_usd".len() && name.starts_with("cost_");
        let column = row.keys().find(is_cost).expect("a cost");
        row[column]
            .replace('.', "")
            .parse::<i128>()
            .expect("six decimals")
    };
    let mut variants = 0;
    for name in ["worlds", "scenarios"] {
        let files = kept(name);
        for path in files.keys().filter(|path| path.ends_with("/workloads.csv")) {
            let (study, _) = path.split_once('/').expect("a study and a file");
            let own = files
                .iter()
                .filter(|(path, _)| path.starts_with(&format!("{study}/")));
            let own: Files = own.map(|(path, of)| (path.clone(), of.clone())).collect();
            let of = |file: &str| rows(&own, file);
            let mut paid: BTreeMap<String, i128> = BTreeMap::new();
            for row in of("workloads.csv") {
                *paid.entry(row["variant"].clone()).or_default() += cost(&row);
            }
            // The row of all targets comes after those of each.
            let bills = of("summary.csv").into_iter();
            let bills: BTreeMap<String, i128> = bills
                .map(|row| (row["variant"].clone(), cost(&row)))
                .collect();
            for (variant, paid) in paid {
                assert_eq!(paid, bills[&variant], "{path}: {variant}");
                variants += 1;
            }
        }
    }
    assert!(variants > 100, "{variants}");
}
