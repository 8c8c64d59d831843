//! What a command that succeeds writes.

use std::collections::BTreeMap;
use std::fs;

use sha2::{Digest as _, Sha256};

use crate::desk::{Bytes, Desk, FILES, PEAK_FILES, SERVICE_FILES, STUDY_FILES, shipped};

fn shipped_names() -> Vec<String> {
    let entries = fs::read_dir(shipped()).expect("the scenarios");
    let names = entries.map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<String> = names
        .filter_map(|name| Some(name.to_str()?.strip_suffix(".toml")?.to_owned()))
        .collect();
    names.sort_unstable();
    assert!(names.len() >= 4, "{names:?}");
    names
}

#[test]
fn every_shipped_scenario_runs_and_leaves_the_documented_files() {
    let documented = include_str!("../../docs/outputs.md");
    let desk = Desk::new();
    for name in shipped_names() {
        let outcome = desk
            .simulate(&format!("scenarios/{name}.toml --replications 2"))
            .succeeds();
        // A sweep of one key with a long name has it as its heading.
        let headings = ["variant", "idle_before_scale_down"];
        let is_heading = |line: &str| headings.iter().any(|heading| line.starts_with(heading));
        assert!(outcome.stdout.lines().any(is_heading), "{}", outcome.stdout);
        assert!(outcome.stdout.ends_with('\n'));
        let folder = format!("output/{name}");
        let mut names = desk.names(&folder);
        let told = format!("{} files in {folder}", names.len());
        assert!(outcome.stderr.contains(&told), "{}", outcome.stderr);
        names.retain(|file| !PEAK_FILES.contains(&file.as_str()));
        let is_extra = |file: &&str| {
            let tables = ["goals.csv", "hours.csv", "workloads.csv"];
            SERVICE_FILES.contains(file) || STUDY_FILES.contains(file) || tables.contains(file)
        };
        let (extra, of_runs): (Vec<&str>, Vec<&str>) =
            names.iter().map(String::as_str).partition(is_extra);
        // One variant is no trade-off; one of eleven has nobody to compare its waits and nodes with.
        let without: &[&str] = match name.as_str() {
            "quickstart" => &["tradeoff"],
            "where-to-serve" => &["nodes", "tradeoff", "wait", "waits-by-cause"],
            _ => &[],
        };
        let mut expected = FILES.to_vec();
        expected.retain(|file| {
            let stem = file.split('.').next();
            !without.iter().any(|chart| stem == Some(*chart))
        });
        assert_eq!(of_runs, expected, "{name}");
        let expected: &[&str] = match name.as_str() {
            "where-to-serve" => &SERVICE_FILES,
            // Two teams.
            "quota" => &[
                "hours.csv",
                "quota.png",
                "quota.svg",
                "sweep.png",
                "sweep.svg",
                "workloads.csv",
            ],
            "idle-timeout" => &STUDY_FILES[2..],
            "burst" | "how-sure" | "warm-nodes" => &["goals.csv", "hours.csv"],
            // Peaks by the week, or a log with dates, and no goal.
            "philly-week" | "reserve-or-not" | "where-to-train" => &["hours.csv"],
            _ => &[],
        };
        assert_eq!(extra, expected, "{name}");
    }
    let all = FILES.iter().chain(&PEAK_FILES).chain(&STUDY_FILES);
    for file in all.chain(&SERVICE_FILES) {
        assert!(documented.contains(&format!("`{file}`")), "{file}");
    }
}

#[test]
fn slow_one_run_of_all_is_the_runs_of_each() {
    let desk = Desk::new();
    let names = shipped_names();
    let files: Vec<String> = names
        .iter()
        .map(|name| format!("scenarios/{name}.toml"))
        .collect();
    let outcome = desk
        .simulate(&format!("{} -r 2 -q --output all", files.join(" ")))
        .succeeds();
    assert_eq!(desk.names("all"), names);
    for (name, file) in names.iter().zip(&files) {
        desk.simulate(&format!("{file} -r 2 -q --output each/{name}"))
            .succeeds();
        assert_eq!(
            desk.results(&format!("all/{name}")),
            desk.results(&format!("each/{name}")),
            "{name}"
        );
        // Its name is the heading of what follows.
        let headed = format!("\n{}", outcome.stdout);
        assert!(headed.contains(&format!("\n{name}\n\n")), "{name}");
    }
}

#[test]
fn records_come_and_go_with_the_flag() {
    let desk = Desk::new();
    desk.simulate("small.toml --runs").succeeds();
    let with = desk.results("output/small");
    assert_eq!(with.len(), FILES.len() + 2);
    let runs = desk.rows("output/small/runs.csv");
    let submitted: f64 = desk
        .rows("output/small/replications.csv")
        .iter()
        .map(|row| row["runs_submitted"].parse::<f64>().expect("a number"))
        .sum();
    // There is no warm-up, so every run counts.
    assert!((runs.len() as f64 - submitted).abs() < 0.5);
    assert!(!desk.rows("output/small/leases.csv").is_empty());
    desk.simulate("small.toml").succeeds();
    assert_eq!(desk.names("output/small"), FILES);
    for (name, bytes) in desk.results("output/small") {
        // What is stored has the runs and leases too.
        let stays = name != "results.jsonl.gz";
        assert_eq!(with[&name] == bytes, stays, "{name}");
    }
    desk.simulate("small.toml --output fresh").succeeds();
    assert!(desk.results("output/small") == desk.results("fresh"));
}

#[test]
fn the_timeline_has_few_rows_and_the_same_node_hours_as_the_fine_one() {
    let desk = Desk::new();
    desk.simulate("scenarios/burst.toml --runs -r 1 -q")
        .succeeds();
    // Rows and occupied node-seconds by variant.
    let sums = |file: &str| {
        let mut sums: BTreeMap<String, (usize, f64)> = BTreeMap::new();
        for row in desk.rows(&format!("output/burst/{file}")) {
            let number = |column: &str| row[column].parse::<f64>().expect("a number");
            let (rows, sum) = sums.entry(row["variant"].clone()).or_default();
            *rows += 1;
            *sum += number("span_s") * number("nodes_busy");
        }
        sums
    };
    let (few, all) = (sums("timeline.csv"), sums("timeline-fine.csv"));
    assert_eq!(few.len(), 3);
    for (variant, (rows, sum)) in &few {
        let (all_rows, exact) = all[variant];
        // 35 days in hours, and what drains after them.
        assert!(
            (840..=1024).contains(rows) && all_rows > 3000,
            "{rows} {all_rows}"
        );
        // Means have six decimals.
        assert!((sum / exact - 1.0).abs() < 1e-5, "{sum} {exact}");
    }
}

#[test]
fn slow_the_bytes_do_not_depend_on_the_threads() {
    let desk = Desk::new();
    let results = |scenario: &str, threads: u32| {
        let folder = format!("{scenario}-on-{threads}");
        desk.simulate(&format!(
            "scenarios/{scenario}.toml --runs -r 3 -q --threads {threads} --output {folder}"
        ))
        .succeeds();
        desk.results(&folder)
    };
    for scenario in ["burst", "where-to-train", "where-to-serve"] {
        let alone = results(scenario, 1);
        assert!(alone.len() >= FILES.len() + PEAK_FILES.len() + 2);
        for threads in [2, 7] {
            for (name, bytes) in results(scenario, threads) {
                assert!(
                    alone.get(&name) == Some(&bytes),
                    "{name} of {scenario} on {threads} threads"
                );
            }
        }
    }
}

#[test]
fn a_variant_has_the_same_rows_alone_and_beside_others() {
    let desk = Desk::new();
    desk.simulate("scenarios/burst.toml --runs -r 3 -q --output all")
        .succeeds();
    for variant in ["scale-to-zero", "one-warm-node", "always-on"] {
        desk.simulate(&format!(
            "scenarios/burst.toml --runs -r 3 -q --output alone/{variant} --variant {variant}"
        ))
        .succeeds();
        for file in [
            "summary.csv",
            "replications.csv",
            "timeline.csv",
            "timeline-fine.csv",
            "runs.csv",
            "leases.csv",
        ] {
            let own = |folder: &str| {
                let mut rows = desk.rows(&format!("{folder}/{file}"));
                rows.retain(|row| row["variant"] == variant);
                rows
            };
            let alone = own(&format!("alone/{variant}"));
            assert!(!alone.is_empty(), "{variant} in {file}");
            assert!(alone == own("all"), "{variant} in {file}");
        }
    }
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

/// Asserts that a list of the manifest holds the checksums of exactly these files.
fn assert_sums(listed: &serde_json::Value, files: &Bytes) {
    let listed = listed.as_array().expect("a list");
    assert_eq!(listed.len(), files.len());
    for file in listed {
        let name = file["name"].as_str().expect("a name");
        let bytes = files.get(name).expect(name);
        assert_eq!(
            file["sha256"].as_str(),
            Some(sha256(bytes).as_str()),
            "{name}"
        );
    }
}

#[test]
fn a_default_names_the_variants_in_which_it_acts_unless_they_are_all() {
    let desk = Desk::new();
    desk.simulate("scenarios/burst.toml -r 2 -q").succeeds();
    let manifest = desk.manifest("output/burst");
    let all = manifest["variants"].as_array().expect("a list");
    let defaults = manifest["defaults"].as_array().expect("a list");
    let named = |key: &str| {
        let default = defaults.iter().find(|default| default["key"] == key);
        default.expect("it acts")["variants"]
            .as_array()
            .expect("a list")
    };
    assert_eq!(named("cloud"), &[] as &[serde_json::Value]);
    let some = named("cluster.gpu.leaving");
    assert!(!some.is_empty() && some.len() < all.len(), "{some:?}");
    assert!(some.iter().all(|name| all.contains(name)));
}

#[test]
fn the_manifest_says_how_the_results_were_made() {
    let desk = Desk::new();
    desk.simulate("scenarios/philly-week.toml -r 2 --seed 5 --threads 2 --runs --variant idle-2m --set cluster.gpu.boot=3m")
        .succeeds();
    let manifest = desk.manifest("output/philly-week");
    assert_sums(&manifest["files"], &desk.results("output/philly-week"));
    let data = fs::read(shipped().join("philly-week.csv")).expect("the trace");
    let data = Bytes::from([("scenarios/philly-week.csv".to_owned(), data)]);
    assert_sums(&manifest["data_files"], &data);
    let scenario = fs::read_to_string(shipped().join("philly-week.toml")).expect("the scenario");
    assert_eq!(manifest["scenario_sha256"], sha256(scenario.as_bytes()));
    assert_eq!(manifest["scenario_text"], scenario);
    assert_eq!(manifest["scenario"], "philly-week");
    assert_eq!(manifest["tool_version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(manifest["arguments"][0], "scenarios/philly-week.toml");
    assert_eq!(manifest["overrides"][0], "cluster.gpu.boot=3m");
    assert_eq!(manifest["variants"], serde_json::json!(["idle-2m"]));
    assert_eq!(manifest["baseline"], "idle-2m");
    assert_eq!(manifest["seed"], 5);
    assert_eq!(manifest["replications"], 2);
    assert_eq!(manifest["threads"], 2);
    assert_eq!(manifest["currency"], "USD");
    let started = manifest["started_at"].as_str().expect("a time");
    assert!(started.ends_with('Z'), "{started}");
    let defaults = manifest["defaults"].as_array().expect("a list");
    let default = |key: &str| defaults.iter().find(|default| default["key"] == key);
    assert_eq!(
        default("cluster.gpu.leaving").expect("it acts"),
        &serde_json::json!({
            "of": "gpu", "key": "cluster.gpu.leaving", "value": "\"0s\"", "basis": "assumption",
            "source": "", "variants": [],
        })
    );
    let of_boot = default("cluster.gpu.bill_boot").expect("it acts");
    assert_eq!(
        (&of_boot["value"], &of_boot["basis"]),
        (&"true".into(), &"fact".into())
    );
    assert!(
        of_boot["source"]
            .as_str()
            .is_some_and(|source| source.contains("states-billing.md"))
    );
    for given in ["cluster.gpu.boot", "cluster.gpu.max_nodes", "replications"] {
        assert!(default(given).is_none(), "{given} is given");
    }
    let keys = manifest.as_object().expect("an object").keys();
    let documented = include_str!("../../docs/outputs.md");
    for key in keys {
        assert!(documented.contains(&format!("`{key}`")), "{key}");
    }
}

#[test]
fn results_of_more_replications_are_not_replaced_without_a_word() {
    let desk = Desk::new();
    let note = "`output/small` has results of 3 replications; results of 2 replications replace them when they are complete; to keep \
                both, choose another folder with `--output DIR`";
    let said = |flags: &str| {
        desk.simulate(&format!("small.toml {flags}"))
            .succeeds()
            .stderr
    };
    // The first, as many, and more replace less or nothing.
    for flags in ["-r 2", "-r 2", "-r 3", "-r 2 --output other"] {
        assert!(!said(flags).contains("has results of"), "{flags}");
    }
    assert!(said("-r 2").contains(note), "{}", said("-r 3"));
    assert_eq!(desk.manifest("output/small")["replications"], 2);
    said("-r 3");
    assert!(!said("-r 2 -q").contains("has results of"));
}

#[test]
fn results_of_another_file_with_the_same_name_are_not_replaced_without_a_word() {
    let desk = Desk::new();
    desk.simulate("small.toml").succeeds();
    let text = fs::read_to_string(desk.path("small.toml")).expect("a scenario");
    desk.write("may.toml", format!("name = \"small\"\n{text}"));
    let note = "`output/small` has results of `small.toml`; results of `may.toml`, which has the same name, replace them when they are \
                complete; to keep both, choose another folder with `--output DIR`";
    let run = desk.simulate("may.toml").succeeds();
    assert!(run.stderr.contains(note), "{}", run.stderr);
    // Its own results are no others'.
    let again = desk.simulate("may.toml").succeeds();
    assert!(!again.stderr.contains("replace"), "{}", again.stderr);
}

#[test]
fn the_same_command_again_gives_the_same_bytes() {
    let desk = Desk::new();
    desk.simulate("small.toml").succeeds();
    let first = desk.results("output/small");
    desk.simulate("small.toml").succeeds();
    assert!(first == desk.results("output/small"));
    desk.simulate("small.toml --seed 2").succeeds();
    assert!(first != desk.results("output/small"));
}
