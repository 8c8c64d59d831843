//! The main table as a Markdown table, as GitHub draws it.

use std::fmt::Write as _;

use super::columns::Column;
use super::rows::Shown;
use super::text::Lines;
use crate::report::StudyResults;

/// The table: names to the left, figures to the right.
pub(super) fn text(study: &StudyResults, shown: &Shown<'_>, columns: &[Column]) -> String {
    let cells = Lines::of(shown, study).cells(columns);
    let mut text = String::new();
    for (position, line) in cells.iter().enumerate() {
        let line: Vec<String> = line.iter().map(|cell| plain(cell)).collect();
        writeln!(text, "| {} |", line.join(" | ")).expect("memory takes every byte");
        if position == 0 {
            let rule = line.iter().skip(1).map(|_| " ---: |");
            let rule = rule.collect::<String>();
            writeln!(text, "| --- |{rule}").expect("memory takes every byte");
        }
    }
    text
}

/// Text that Markdown reads as it stands.
fn plain(cell: &str) -> String {
    let mut text = String::new();
    for letter in cell.trim().chars() {
        if "\\`*_{}[]<>#|~".contains(letter) {
            text.push('\\');
        }
        text.push(letter);
    }
    text
}
