//! What was found of warm-ups, for a terminal.

use super::told::sentences;
use super::{Found, Measured, Verdict};
use crate::digits::{grouped, short};
use crate::report::growth::MARK;
use crate::report::numbers::TimeUnit;
use crate::report::plain_table::{PlainColumn, plain_table};
use crate::report::wrapping::{cut, wrapped};

/// Columns that a name takes at most in the table.
const WIDEST_NAME: usize = 26;
const WIDEST_TARGET: usize = 14;

/// Sentences, then a table with a line for each target that was measured. No line is longer than `width` columns, of at least 80.
pub fn text(found: &Found<'_>, width: usize) -> String {
    let mut text = String::new();
    for sentence in sentences(found) {
        text.push_str(&wrapped(&sentence, width));
        text.push('\n');
    }
    text.push('\n');
    text.push_str(&plain_table(&table(found, (WIDEST_NAME, WIDEST_TARGET))));
    text
}

/// The table. Names of variants and targets are cut to a number of columns.
pub(super) fn table(found: &Found<'_>, widest: (usize, usize)) -> Vec<PlainColumn> {
    let rows = || found.measured.iter();
    let waits = rows().flat_map(|of| match of.verdict {
        Verdict::Settled(settled) => vec![of.wait_s, settled.wait_s],
        _ => Vec::new(),
    });
    let unit = TimeUnit::suiting_all(waits);
    let wait = |seconds: f64| short(seconds / unit.seconds);
    let none = || "-".to_owned();
    let variant = |of: &Measured| found.study.variants[of.variant].name.as_str();
    let mut columns = vec![column(
        "variant",
        false,
        rows().map(|of| cut(variant(of), widest.0)),
    )];
    if found.names_targets() {
        let target = |of: &Measured| found.study.variants[of.variant].targets[of.target].as_str();
        let targets = rows().map(|of| cut(target(of), widest.1));
        columns.push(column("target", false, targets));
    }
    let runs = rows().map(|of| grouped(of.runs as f64, 0));
    columns.push(column("runs", true, runs));
    let settled = |of: &Measured, told: &dyn Fn(&super::Settled) -> String| match of.verdict {
        Verdict::Settled(settled) => told(&settled),
        _ => none(),
    };
    let left = rows().map(|of| settled(of, &|it| grouped(it.runs as f64, 0)));
    columns.push(column("left out", true, left));
    let warm_up = rows().map(|of| match of.verdict {
        Verdict::Settled(settled) => settled.warm_up.to_friendly(),
        Verdict::Changing => "changes".to_owned(),
        Verdict::TooShort => "too short".to_owned(),
        Verdict::Grows => MARK.to_owned(),
    });
    columns.push(column("warm-up", true, warm_up));
    let all = rows().map(|of| settled(of, &|_| wait(of.wait_s)));
    columns.push(column(
        &format!("mean wait\nof all\n{}", unit.name),
        true,
        all,
    ));
    let kept = rows().map(|of| settled(of, &|it| wait(it.wait_s)));
    columns.push(column(
        &format!("mean wait\nof the rest\n{}", unit.name),
        true,
        kept,
    ));
    columns
}

fn column(header: &str, right: bool, cells: impl Iterator<Item = String>) -> PlainColumn {
    PlainColumn {
        cells: std::iter::once(header.to_owned()).chain(cells).collect(),
        right,
    }
}
