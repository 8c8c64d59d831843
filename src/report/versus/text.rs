//! A comparison as text for a terminal.

use std::fmt::Write as _;

use super::{Judged, Pair, Versus};
use crate::currency::Currency;
use crate::report::plain_table::{PlainColumn, plain_table};
use crate::report::wrapping::{self, columns};

/// The whole text.
pub(super) fn text(versus: &Versus<'_>, judged: &[Judged<'_>], width: usize) -> String {
    let mut text = String::new();
    let mut line = |sentence: &str| {
        writeln!(text, "{}", wrapped(sentence, width)).expect("memory takes every byte");
    };
    for judged in judged {
        let sign = if judged.is_exceeded { '✗' } else { '✓' };
        line(&format!("{sign} {}", judged.sentence()));
    }
    if !judged.is_empty() {
        line("");
    }
    let (before, after) = (versus.before.place, versus.after.place);
    line(&format!(
        "From {before} to {after}. ± is the half-width of the 95 % confidence interval; changes are of pairs of replications."
    ));
    for note in versus.notes() {
        line(&note);
    }
    for pair in &versus.pairs {
        text.push('\n');
        text.push_str(&of_pair(pair, width));
    }
    text
}

fn of_pair(pair: &Pair<'_>, width: usize) -> String {
    let count = pair.replications;
    let pairs = if count == 1 { "pair" } else { "pairs" };
    let head = format!("{} ({count} {pairs} of replications)", pair.name());
    let mut text = wrapped(&head, width) + "\n";
    if pair.is_same() {
        text.push_str(&wrapped(
            "  no difference: each figure is the same in every pair of replications",
            width,
        ));
        text.push('\n');
    } else {
        text.push_str(&figures(pair, &pair.after.currency, width));
    }
    for caution in pair.cautions() {
        text.push_str(&wrapped(&format!("  {caution}"), width));
        text.push('\n');
    }
    text
}

/// A sentence within the width, in which no line begins with a percent sign.
fn wrapped(text: &str, width: usize) -> String {
    let fixed = text.replace(" %", "\u{a0}%");
    wrapping::wrapped(&fixed, width).replace('\u{a0}', " ")
}

/// The figures as a table, or a line for each where the table is too wide.
fn figures(pair: &Pair<'_>, currency: &Currency, width: usize) -> String {
    let table = plain_table(&table(pair, currency));
    if table.lines().all(|line| columns(line) <= width) {
        return table + &unclear(pair, currency, width);
    }
    let lines = pair.lines.iter();
    let lines = lines.map(|line| wrapped(&format!("  {}", line.sentence(currency)), width) + "\n");
    lines.collect()
}

/// What would have shown of the figures without a clear difference.
fn unclear(pair: &Pair<'_>, currency: &Currency, width: usize) -> String {
    let lines = pair.lines.iter().filter(|line| line.word() == "unclear");
    let lines = lines.map(|line| {
        let sentence = format!("  {}: {}", line.figure.words(), line.said(currency));
        wrapped(&sentence, width) + "\n"
    });
    lines.collect()
}

pub(super) fn table(pair: &Pair<'_>, currency: &Currency) -> Vec<PlainColumn> {
    let rows = pair.lines.iter().map(|line| {
        let said = match line.word() {
            "unclear" => "not clear".to_owned(),
            _ => line.said(currency),
        };
        [
            line.head(currency),
            line.value(0, currency),
            line.value(1, currency),
            line.difference(currency),
            line.percent(),
            said,
        ]
    });
    let heads = ["", "before", "after", "change", "%", ""].map(str::to_owned);
    let rows: Vec<[String; 6]> = std::iter::once(heads).chain(rows).collect();
    let columns = (0..6).map(|column| PlainColumn {
        cells: rows.iter().map(|row| row[column].clone()).collect(),
        right: (1..5).contains(&column),
    });
    columns.collect()
}
