//! The scenarios of `scenarios/targets`: one for each row of both tables, and each loads without a warning.

use std::collections::BTreeSet;

use autoscale_simulator::catalog::{deployment_targets, training_targets};
use autoscale_simulator::error::{Error, render};
use autoscale_simulator::scenario::{Options, load};

use super::repository;

#[test]
fn each_row_has_a_scenario_that_loads() {
    let mut shown = BTreeSet::new();
    let folder = repository().join("scenarios/targets");
    for entry in std::fs::read_dir(folder).expect("the folder of examples") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|ending| ending != "toml") {
            continue;
        }
        let scenario = match load(&path, &Options::default()) {
            Ok(scenario) => scenario,
            Err(Error::Refused(problems)) => panic!("{}", render(&problems, false)),
            Err(error) => panic!("{error}"),
        };
        assert!(
            scenario.warnings.is_empty(),
            "{path:?}: {:?}",
            scenario.warnings
        );
        assert!(
            scenario.text.starts_with("# "),
            "{path:?} says what it shows"
        );
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
