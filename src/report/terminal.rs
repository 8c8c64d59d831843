//! The text on the terminal: the answer, the tables, and below them what they mean.

use super::answer::Answer;
use super::break_even_text;
use super::commitments;
use super::figures;
use super::month::without_months;
use super::numbers::{Shown, TimeUnit};
use super::row::{Row, has_other_bills};
use super::sentences::{basis, clock, sentences};
use super::statistic::Statistic;
use super::terminal_tables::tables;
use super::{StudyResults, money};

/// The answer, the tables and the sentences, for a terminal of `width` columns.
pub fn terminal(study: &StudyResults, width: usize) -> String {
    let mut text = Answer::of(study).text(width);
    let below = [
        comparison(study),
        makespans(study),
        batch_inference(study),
        bills(study),
        monthly(study),
        drained(study),
        headed("Commitments:\n", commitments::sentences(study)),
        headed("Break-even:\n", break_even_text::sentences(study)),
    ];
    for block in tables(study, width).into_iter().chain(below) {
        if !block.is_empty() {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&block);
        }
    }
    text.push('\n');
    text.push_str(&basis(study));
    text.push('\n');
    text
}

/// Lines under a heading; nothing of no lines.
fn headed(heading: &str, lines: Vec<String>) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let lines = lines.into_iter().map(|line| format!("  {line}\n"));
    std::iter::once(heading.to_owned()).chain(lines).collect()
}

/// Each variant against the baseline.
fn comparison(study: &StudyResults) -> String {
    let lines = sentences(study).into_iter().map(|line| line + "\n");
    lines.collect()
}

/// Cost per month of each variant, and why some have none.
fn monthly(study: &StudyResults) -> String {
    let same = study
        .variants
        .windows(2)
        .all(|pair| pair[0].window == pair[1].window);
    let lines = amounts(study, Statistic::Mean(money::cost_per_month), |_| true);
    let without = without_months(study).into_iter().map(|line| line + "\n");
    let without: String = without.collect();
    let Some(baseline) = study.baseline().filter(|_| !lines.is_empty()) else {
        return without;
    };
    let from = if same {
        format!(
            "{} after the warm-up",
            baseline.window.length().to_friendly()
        )
    } else {
        let clocks = study
            .variants
            .iter()
            .map(|variant| format!("{}: {}", variant.name, clock(variant)));
        clocks.collect::<Vec<_>>().join("; ")
    };
    let whose = whose_bill(study);
    format!("Cost per month{whose} (730 h per month, extrapolated from {from}):\n{lines}{without}")
}

/// Whose bill a cost is on, where there are others.
fn whose_bill(study: &StudyResults) -> &'static str {
    if has_other_bills(study) {
        " on the workspace's own bill"
    } else {
        ""
    }
}

/// Says whose costs stand where, if some are not on the workspace's bill.
fn bills(study: &StudyResults) -> String {
    if has_other_bills(study) {
        "Costs and comparisons are of the workspace's own bill. The nodes of background work, and the service fee for them, are on \
         others' bills.\n"
            .to_owned()
    } else {
        String::new()
    }
}

/// How long it takes until all work is done, of the variants whose work ends by itself.
fn makespans(study: &StudyResults) -> String {
    let of = |row: &Row<'_>| row.figure(Statistic::Mean(figures::makespan));
    let rows: Vec<Row<'_>> = study.variants.iter().map(Row::of_all).collect();
    let all = rows.iter().filter_map(of);
    let unit = TimeUnit::suiting_all(all.map(|makespan| makespan.mean));
    let lines = lines(study, |row| {
        Some(Shown::of(unit.from_seconds(of(row)?)).with_unit(unit.name))
    });
    if lines.is_empty() {
        return String::new();
    }
    format!("Makespan, from the first submission to the last end of a run:\n{lines}")
}

/// What a thousand items cost, of the variants that score some by batch inference.
fn batch_inference(study: &StudyResults) -> String {
    let of_items = Statistic::Ratio(|of| {
        let cost = of.money(of.items_cost) * 1000.0;
        of.scores_items.then_some([cost, of.items_done as f64])
    });
    let lines = amounts(study, of_items, |_| true);
    if lines.is_empty() {
        return String::new();
    }
    format!(
        "Cost per 1,000 batch-inference items (the whole cluster cost is allocated to them):\n{lines}"
    )
}

/// Cost after the horizon of the variants that have some, from half a cent on: seconds of a service are not worth a line.
fn drained(study: &StudyResults) -> String {
    let of_drain = Statistic::Mean(money::own_cost_drain);
    let lines = amounts(study, of_drain, |mean| mean >= 0.005);
    if lines.is_empty() {
        return String::new();
    }
    let whose = whose_bill(study);
    format!("Of the cost above{whose}, after the horizon (finishing queued work):\n{lines}")
}

/// A line for each variant with an amount of money.
fn amounts(study: &StudyResults, statistic: Statistic, shown: impl Fn(f64) -> bool) -> String {
    let currency = study.currency();
    lines(study, |row| {
        let amount = row.figure(statistic)?;
        shown(amount.mean).then(|| Shown::of(amount).with_unit(currency.code()))
    })
}

/// A line for each variant that has something to say.
fn lines(study: &StudyResults, text: impl Fn(&Row<'_>) -> Option<String>) -> String {
    let names = study
        .variants
        .iter()
        .map(|variant| variant.name.chars().count());
    let width = names.max().unwrap_or(0);
    let lines = study.variants.iter().filter_map(|variant| {
        let text = text(&Row::of_all(variant))?;
        Some(format!("  {:width$}  {text}\n", variant.name))
    });
    lines.collect()
}
