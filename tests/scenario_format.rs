//! `docs/scenario-format.md` against the code: every key and kind is explained, no other is, and its examples load.

use autoscale_simulator::error::{self, Error};
use autoscale_simulator::scenario::{Options, keys, load};

const PAGE: &str = include_str!("../docs/scenario-format.md");

/// The keys in the first column of the tables below each heading.
fn documented() -> Vec<(String, Vec<String>)> {
    let mut sections: Vec<(String, Vec<String>)> = Vec::new();
    for line in PAGE.lines() {
        if let Some(heading) = line.strip_prefix("## ").or(line.strip_prefix("### ")) {
            sections.push((heading.to_owned(), Vec::new()));
        } else if let Some(row) = line.strip_prefix("| `") {
            let key = row.split('`').next().expect("a first part");
            let section = sections.last_mut().expect("a heading above the table");
            section.1.push(key.to_owned());
            let cells = row.split(" | ").filter(|cell| !cell.trim().is_empty());
            assert_eq!(cells.count(), 6, "six cells in the row of `{key}`");
        }
    }
    sections
}

#[test]
fn every_key_is_documented_under_its_heading_and_no_other() {
    let documented = documented();
    let sections = keys::sections();
    for (heading, keys) in &sections {
        let section = documented.iter().find(|(known, _)| known == heading);
        let (_, rows) = section.unwrap_or_else(|| panic!("no heading `{heading}`"));
        assert_eq!(rows, keys, "keys under `{heading}`");
    }
    for (heading, rows) in &documented {
        let known = sections.iter().any(|(known, _)| known == heading);
        assert!(known || rows.is_empty(), "`{heading}` has no such keys");
    }
}

#[test]
fn the_examples_of_the_rows_name_their_key() {
    for line in PAGE.lines().filter(|line| line.starts_with("| `")) {
        let key = line[3..].split('`').next().expect("a first part");
        let example = line.rsplit('`').nth(1).expect("an example at the end");
        assert!(example.contains(key), "{line}");
    }
}

#[test]
fn whole_scenarios_in_the_page_load() {
    let mut loaded = 0;
    let folder = tempfile::tempdir().expect("a folder");
    for block in PAGE.split("```toml\n").skip(1) {
        let text = block.split("```").next().expect("the end of a block");
        let path = folder.path().join("example.toml");
        std::fs::write(&path, text).expect("a file");
        match load(&path, &Options::default()) {
            Ok(scenario) => {
                assert!(
                    scenario.warnings.is_empty(),
                    "{:?}\n{text}",
                    scenario.warnings
                );
                loaded += 1;
            }
            Err(Error::Refused(problems)) => panic!("{}", error::render(&problems, false)),
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(loaded, 10);
}
