//! The main table as a Markdown table, as GitHub draws it.

use std::fmt::Write as _;

use super::columns::Column;
use super::rows::Shown;
use super::text::Lines;
use crate::report::StudyResults;

/// The table: names to the left, figures to the right.
pub(super) fn text(study: &StudyResults, shown: &Shown<'_>, columns: &[Column]) -> String {
    let lines = Lines::of(shown, study);
    let cells = lines.cells(columns);
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
    if let Some(said) = lines.undone(columns) {
        writeln!(text, "\n{}", prose(&said)).expect("memory takes every byte");
    }
    text
}

/// Text that Markdown reads as it stands.
pub(in crate::report) fn plain(cell: &str) -> String {
    escaped(cell.trim())
}

/// Sentences that Markdown reads as they stand; what they quote in backticks stays so.
pub(in crate::report) fn prose(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return escaped(text);
    }
    let parts = parts.into_iter().enumerate();
    let parts = parts.map(|(position, part)| {
        if position.is_multiple_of(2) {
            escaped(part)
        } else {
            part.to_owned()
        }
    });
    parts.collect::<Vec<String>>().join("`")
}

fn escaped(plain: &str) -> String {
    let mut text = String::new();
    for letter in plain.chars() {
        if "\\`*_{}[]<>#|~".contains(letter) {
            text.push('\\');
        }
        text.push(letter);
    }
    text
}
