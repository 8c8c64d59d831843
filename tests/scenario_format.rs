//! `docs/scenario-format.md` against the code: every key and kind is explained, no other is, and its examples load.
//!
//! Its tables of keys are written from the declarations: after a change of these,
//! `cargo test --test scenario_format -- --ignored rewrite` rewrites them.

use autoscale_simulator::error::{self, Error};
use autoscale_simulator::scenario::keys::{self, Key};
use autoscale_simulator::scenario::{Options, load};

const PAGE: &str = include_str!("../docs/scenario-format.md");

/// The head of a table of keys.
const HEAD: &str = "| key | meaning | unit | default | allowed | example |";

fn row(key: &Key) -> String {
    let condition = match key.used_if {
        "" => String::new(),
        condition => format!(". Used only if {condition}"),
    };
    format!(
        "| `{}` | {}{condition} | {} | {} | {} | `{}` |",
        key.name,
        key.meaning,
        key.unit(),
        key.default_in_words(),
        key.allowed(),
        key.example()
    )
}

/// The page with its tables of keys as declared; the rest stays.
fn rewritten() -> String {
    let sections = keys::sections();
    let mut lines = PAGE.lines();
    let mut page = String::new();
    let mut heading = "";
    while let Some(line) = lines.next() {
        heading = heading_of(line).unwrap_or(heading);
        page.push_str(line);
        page.push('\n');
        if line == HEAD {
            let (_, keys) = sections
                .iter()
                .find(|(known, _)| known == heading)
                .unwrap_or_else(|| panic!("`{heading}` has no keys"));
            page.push_str("|---|---|---|---|---|---|\n");
            for key in *keys {
                page.push_str(&row(key));
                page.push('\n');
            }
            lines.find(|line| line.is_empty());
            page.push('\n');
        }
    }
    page
}

fn heading_of(line: &str) -> Option<&str> {
    line.strip_prefix("## ").or(line.strip_prefix("### "))
}

#[test]
fn the_tables_are_the_declarations() {
    for (page, declared) in PAGE.lines().zip(rewritten().lines()) {
        assert_eq!(page, declared);
    }
    assert_eq!(PAGE, rewritten());
}

#[test]
#[ignore = "a command, not a check: it rewrites a file of the source tree"]
fn rewrite() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/scenario-format.md");
    std::fs::write(path, rewritten()).expect("the page");
}

/// The keys in the first column of the tables below each heading.
fn documented() -> Vec<(String, Vec<String>)> {
    let mut sections: Vec<(String, Vec<String>)> = Vec::new();
    for line in PAGE.lines() {
        if let Some(heading) = heading_of(line) {
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
        let names: Vec<&str> = keys.iter().map(|key| key.name).collect();
        assert_eq!(*rows, names, "keys under `{heading}`");
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
    assert_eq!(loaded, 16);
}
