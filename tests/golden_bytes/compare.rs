//! What differs between two sets of kept files, cell by cell.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::condense::stands_for;
use crate::pack::Files;

/// Files of which a difference is shown.
const SHOWN: usize = 10;
/// Characters of a cell that are shown.
const WIDTH: usize = 200;

/// What differs, in words; `None` if nothing does.
pub(crate) fn differences(old: &Files, new: &Files) -> Option<String> {
    let paths: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let differing: Vec<&String> = (paths.iter().copied())
        .filter(|path| old.get(*path) != new.get(*path))
        .collect();
    if differing.is_empty() {
        return None;
    }
    let scenario = |path: &str| path.split('/').next().map(str::to_owned);
    let scenarios: BTreeSet<_> = differing.iter().map(|path| scenario(path)).collect();
    let mut text = format!(
        "{} of {} files differ, of {} scenarios:\n",
        differing.len(),
        paths.len(),
        scenarios.len()
    );
    // Two of each scenario, so that a few lines tell much.
    let shown = differing
        .iter()
        .enumerate()
        .filter(|(at, path)| *at < 2 || scenario(differing[at - 2]) != scenario(path));
    let shown: Vec<&String> = shown.map(|(_, path)| *path).take(SHOWN).collect();
    for path in &shown {
        let what = match (old.get(*path), new.get(*path)) {
            (Some(old), Some(new)) => difference(old, new),
            (Some(_), None) => "is no longer written".to_owned(),
            _ => "is new".to_owned(),
        };
        writeln!(text, "  {path}: {what}").expect("a text");
    }
    if differing.len() > shown.len() {
        writeln!(text, "  ... and {} more", differing.len() - shown.len()).expect("a text");
    }
    Some(text)
}

/// The first difference of two files, and how many of their kept lines differ.
fn difference(old: &[u8], new: &[u8]) -> String {
    let (old, new) = (String::from_utf8_lossy(old), String::from_utf8_lossy(new));
    let header = cells(old.lines().next().unwrap_or_default());
    let (old, new): (Vec<&str>, Vec<&str>) = (old.split('\n').collect(), new.split('\n').collect());
    let lines = old.len().max(new.len());
    let differing: Vec<usize> = (0..lines)
        .filter(|at| old.get(*at) != new.get(*at))
        .collect();
    let Some(&first) = differing.first() else {
        return "differs in bytes that are no text".to_owned();
    };
    let place = old[..first]
        .iter()
        .map(|line| stands_for(line).unwrap_or(1));
    let place = 1 + place.sum::<u64>();
    let line = |lines: &[&str]| lines.get(first).copied().unwrap_or_default().to_owned();
    let (before, after) = (line(&old), line(&new));
    let what = match stands_for(&before).or_else(|| stands_for(&after)) {
        Some(count) => format!(
            "a line from {place} to {} (of them only a checksum is kept: compare dumps)",
            place + count.max(1) - 1
        ),
        None => format!(
            "line {place}, {}",
            cell(&header, &cells(&before), &cells(&after))
        ),
    };
    format!("{what}; {} of {lines} kept lines differ", differing.len())
}

/// The first cell that differs.
fn cell(header: &[String], before: &[String], after: &[String]) -> String {
    let count = before.len().max(after.len());
    let differs = |at: &usize| before.get(*at) != after.get(*at);
    let Some(at) = (0..count).find(differs) else {
        return "quotes or the end of the line".to_owned();
    };
    let shown = |cell: Option<&String>| {
        cell.map_or("nothing".to_owned(), |cell| {
            format!("`{}`", cell.chars().take(WIDTH).collect::<String>())
        })
    };
    format!(
        "column {} (`{}`): was {}, is {}",
        at + 1,
        header.get(at).map_or("", String::as_str),
        shown(before.get(at)),
        shown(after.get(at))
    )
}

/// The cells of a line of a table.
fn cells(line: &str) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new();
    let reader = reader.has_headers(false).from_reader(line.as_bytes());
    let record = reader.into_byte_records().next();
    let record = record.map(|record| record.expect("memory can be read"));
    let cells = record.iter().flatten();
    cells
        .map(|cell| String::from_utf8_lossy(cell).into_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::condense::condensed;

    fn files(files: &[(&str, &str)]) -> Files {
        let owned = |(path, text): &(&str, &str)| ((*path).to_owned(), text.as_bytes().to_vec());
        files.iter().map(owned).collect()
    }

    const OLD: &[(&str, &str)] = &[
        (
            "a/bill.csv",
            "target,cost\n\"two, quoted\",1.00\nbox,2.50\nbox,3.00\n",
        ),
        ("b/bill.csv", "target,cost\n"),
    ];

    fn long() -> String {
        let rows: Vec<String> = (0..150)
            .map(|row| format!("{row},{}\n", row * row))
            .collect();
        rows.concat()
    }

    #[test]
    fn a_changed_cell_is_told_with_its_place() {
        let old = files(OLD);
        assert_eq!(differences(&old, &old.clone()), None);
        let mut new = old.clone();
        let text = OLD[0].1.replace("2.50", "2.51");
        new.insert("a/bill.csv".to_owned(), text.into_bytes());
        assert_eq!(
            differences(&old, &new).unwrap(),
            "1 of 2 files differ, of 1 scenarios:\n  a/bill.csv: line 3, column 2 (`cost`): was `2.50`, is `2.51`; \
             1 of 5 kept lines differ\n"
        );
    }

    #[test]
    fn every_changed_byte_is_found() {
        let long = long();
        let mut all = OLD.to_vec();
        all.push(("c/runs.csv", &long));
        let old = files(&all);
        let kept = condensed(&old);
        for (path, text) in &all {
            for place in 0..text.len() {
                let mut new = old.clone();
                new.get_mut(*path).unwrap()[place] ^= 1;
                let told = differences(&kept, &condensed(&new)).unwrap();
                assert!(
                    told.starts_with("1 of 3 files differ, of 1 scenarios:\n"),
                    "{told}"
                );
                assert!(told.contains(path), "{told}");
            }
        }
    }

    #[test]
    fn lines_with_a_checksum_are_told_as_such_and_others_have_their_number() {
        let old = condensed(&files(&[("a/runs.csv", &long())]));
        let told = |from: &str, to: &str| {
            let new = condensed(&files(&[("a/runs.csv", &long().replace(from, to))]));
            differences(&old, &new).unwrap()
        };
        // Line 90 begins the second block after the first 25 lines; the others of the block are lines 91 to 150.
        let text = told("\n89,7921\n", "\n89,7922\n");
        assert!(text.contains("line 90, column 2"), "{text}");
        let text = told("\n90,8100\n", "\n90,8101\n");
        assert!(text.contains("a line from 91 to 150 (of them"), "{text}");
    }

    #[test]
    fn lost_rows_lost_files_and_new_ones_are_told() {
        let old = files(OLD);
        let mut new = old.clone();
        let text = OLD[0].1.replace("box,3.00\n", "");
        new.insert("a/bill.csv".to_owned(), text.into_bytes());
        new.remove("b/bill.csv");
        new.insert("c/bill.csv".to_owned(), Vec::new());
        let told = differences(&old, &new).unwrap();
        assert!(
            told.starts_with("3 of 3 files differ, of 3 scenarios:\n"),
            "{told}"
        );
        assert!(
            told.contains("line 4, column 1 (`target`): was `box`, is nothing"),
            "{told}"
        );
        assert!(told.contains("b/bill.csv: is no longer written"), "{told}");
        assert!(told.contains("c/bill.csv: is new"), "{told}");
    }
}
