//! What a command that succeeds writes.

use std::fs;

use sha2::{Digest as _, Sha256};

use crate::desk::{Bytes, Desk, FILES, shipped};

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
        assert!(outcome.stdout.starts_with("variant"), "{}", outcome.stdout);
        assert!(outcome.stdout.ends_with('\n'));
        let folder = format!("output/{name}");
        assert!(outcome.stderr.contains(&format!("13 files in {folder}")));
        assert_eq!(desk.names(&folder), FILES, "{name}");
    }
    for file in FILES {
        assert!(documented.contains(&format!("`{file}`")), "{file}");
    }
}

#[test]
fn one_run_of_all_is_the_runs_of_each() {
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
        assert!(outcome.stdout.contains(&format!("{name}\n\nvariant")));
    }
}

#[test]
fn records_come_and_go_with_the_flag() {
    let desk = Desk::new();
    desk.simulate("small.toml --runs").succeeds();
    let with = desk.results("output/small");
    assert_eq!(with.len(), FILES.len() + 1);
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
        assert_eq!(with.get(&name), Some(&bytes), "{name}");
    }
}

#[test]
fn the_bytes_do_not_depend_on_the_threads() {
    let desk = Desk::new();
    let results = |threads: u32| {
        let folder = format!("on-{threads}");
        desk.simulate(&format!(
            "scenarios/burst.toml --runs -r 5 -q --threads {threads} --output {folder}"
        ))
        .succeeds();
        desk.results(&folder)
    };
    let alone = results(1);
    assert_eq!(alone.len(), FILES.len() + 1);
    for threads in [2, 7] {
        for (name, bytes) in results(threads) {
            assert!(
                alone.get(&name) == Some(&bytes),
                "{name} on {threads} threads"
            );
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
    let sum = Sha256::digest(bytes);
    sum.iter().fold(String::new(), |digits, byte| {
        digits + &format!("{byte:02x}")
    })
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
    let keys = manifest.as_object().expect("an object").keys();
    let documented = include_str!("../../docs/outputs.md");
    for key in keys {
        assert!(documented.contains(&format!("`{key}`")), "{key}");
    }
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
