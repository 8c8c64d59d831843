//! The scenarios of `scenarios/targets`: one for each row of both tables; each loads without a warning, and runs.

use std::collections::BTreeSet;
use std::path::PathBuf;

use autoscale_simulator::catalog::{deployment_targets, training_targets};
use autoscale_simulator::error::{Error, render};
use autoscale_simulator::scenario::{Options, Scenario, load};
use autoscale_simulator::study::{Keep, Unwatched, run};

use super::repository;

/// The files, in alphabetical order.
fn files() -> Vec<PathBuf> {
    let folder = repository().join("scenarios/targets");
    let entries = std::fs::read_dir(folder).expect("the folder of examples");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut files: Vec<PathBuf> = paths
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .collect();
    files.sort();
    files
}

fn loaded(path: &std::path::Path, options: &Options) -> Scenario {
    match load(path, options) {
        Ok(scenario) => scenario,
        Err(Error::Refused(problems)) => panic!("{}", render(&problems, false)),
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn each_row_has_a_scenario_that_loads() {
    let mut shown = BTreeSet::new();
    for path in files() {
        let scenario = loaded(&path, &Options::default());
        let name = path.display();
        assert!(
            scenario.warnings.is_empty(),
            "{name}: {:?}",
            scenario.warnings
        );
        assert!(scenario.text.starts_with("# "), "{name} says what it shows");
        let text = &scenario.text;
        let rows = training_targets().rows.iter();
        for row in rows.chain(&deployment_targets().rows) {
            if text.contains(&format!("\n[{}.", row.target)) {
                shown.insert(row.target.clone());
            }
        }
        if text.contains("batch_inference") {
            shown.insert("batch inference".to_owned());
        }
    }
    let rows = training_targets().rows.iter();
    let mut all: BTreeSet<String> = rows
        .chain(&deployment_targets().rows)
        .map(|row| row.target.clone())
        .collect();
    all.insert("batch inference".to_owned());
    assert_eq!(shown, all);
}

#[test]
fn each_of_them_runs_and_nothing_is_lost() {
    let one = Options {
        replications: Some(1),
        ..Options::default()
    };
    for path in files() {
        let scenario = loaded(&path, &one);
        let name = path.display();
        let results = run(&[scenario], Keep::default(), Some(1), &Unwatched).expect("a study");
        for variant in &results[0].variants {
            let kept = variant.replications[0].statistics();
            for (target, kept) in variant.targets.iter().zip(&kept.targets) {
                let told = format!("{name}, {}, {target}", variant.name);
                if let Some(service) = &kept.service {
                    let all = &service.requests;
                    let ended = all.served + all.rejected + all.timed_out + all.unfinished;
                    assert_eq!(all.arrived, ended, "{told}");
                    assert!(all.served * 100 > all.arrived * 98, "{told}: {all:?}");
                } else {
                    let runs = &kept.runs;
                    assert!(runs.completed > 0, "{told}");
                    assert_eq!(runs.completed, runs.submitted, "{told}");
                }
            }
        }
    }
}
