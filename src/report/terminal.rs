//! The text on the terminal: the answer, the table, below it what changes a decision, and notes last.

use super::answer::Answer;
use super::break_even_hint;
use super::commitments;
use super::hindrances::hindrances;
use super::main_table::{Shown as Variants, View, formatted, table};
use super::month::{all_without_months, without_months};
use super::numbers::Shown;
use super::row::{Row, has_other_bills};
use super::sentences::{basis, clock, sentences_of};
use super::statistic::Statistic;
use super::workloads::who_waits;
use super::wrapping::{columns, wrapped};
use super::{StudyResults, drained, goals_csv, lower_bound, single_months};

/// Sentences that a block has at most; the files have all.
const MOST: usize = 10;
/// What is above the limits on users and groups.
const USERS_AND_GROUPS: &str = "Users and groups with limits:\n";

/// The text for a terminal of `width` columns, as it is where nothing else is asked for.
pub fn terminal(study: &StudyResults, width: usize) -> String {
    terminal_as(study, width, &View::default())
}

/// The text for a terminal of `width` columns, or the table alone in another format.
pub fn terminal_as(study: &StudyResults, width: usize, view: &View) -> String {
    formatted(study, view).unwrap_or_else(|| {
        let blocks = blocks(study, width, view).into_iter();
        let told = blocks.filter(|block| !block.is_empty());
        told.collect::<Vec<String>>().join("\n")
    })
}

/// The blocks in their order, each of whole lines or empty.
fn blocks(study: &StudyResults, width: usize, view: &View) -> Vec<String> {
    let shown = Variants::of(study, view);
    let answer = Answer::of(study);
    let sentences = [
        headed(
            USERS_AND_GROUPS,
            answer.of_users_and_groups(),
            goals_csv::FILE.name,
        ),
        comparison(study, &shown),
        lines_of(lower_bound::sentences(study, answer.taken())),
        batch_inference(study, &shown),
        after_horizon(study, &shown),
        single_months_of(study),
        headed(
            "Commitments:\n",
            commitments::sentences(study),
            "commitments.csv",
        ),
        headed(
            "Break-even:\n",
            break_even_hint::sentences(study),
            "commitments.csv",
        ),
        notes(study),
    ];
    let tables = [
        answer.text(width),
        table(study, &shown, view, width),
        hindrances(study, &shown, width),
        who_waits(study, &shown, width),
    ];
    let sentences = sentences.iter().map(|text| wrapped(text, width));
    tables.into_iter().chain(sentences).collect()
}

/// Lines under a heading, and in which file more of them are; nothing of no lines.
fn headed(heading: &str, lines: Vec<String>, file: &str) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let lines = first(lines, file).into_iter();
    let lines = lines.map(|line| format!("  {line}\n"));
    std::iter::once(heading.to_owned()).chain(lines).collect()
}

/// The first of many lines, and in which file the others are.
fn first(mut lines: Vec<String>, file: &str) -> Vec<String> {
    let more = lines.len().saturating_sub(MOST);
    if more > 1 {
        lines.truncate(MOST);
        lines.push(format!("and {more} more in {file}"));
    }
    lines
}

/// Each variant that is shown against the baseline.
fn comparison(study: &StudyResults, shown: &Variants<'_>) -> String {
    let sentences = sentences_of(study, &shown.variants, |name| shown.name(name));
    lines_of(first(sentences, "comparison.csv"))
}

/// Each sentence in a line of its own.
fn lines_of(sentences: Vec<String>) -> String {
    sentences.into_iter().map(|line| line + "\n").collect()
}

/// What one month may cost, where the goal has a budget.
fn single_months_of(study: &StudyResults) -> String {
    if !single_months::has_budget(study) {
        return String::new();
    }
    let lines = single_months::sentences(study);
    headed(
        "A single month, from the 5th to the 95th percentile of the replications:\n",
        lines,
        "replications.csv",
    )
}

/// What the figures are of, and what their marks mean.
fn notes(study: &StudyResults) -> String {
    let mut notes = vec![bills(study), months(study)];
    notes.extend(without_months(study));
    let mark = if study.variants.len() > 1 {
        "* baseline; "
    } else {
        ""
    };
    notes.push(format!("{mark}{}", basis(study)));
    let told = notes.into_iter().filter(|note| !note.is_empty());
    told.map(|note| note + "\n").collect()
}

/// Where the costs per month are from.
fn months(study: &StudyResults) -> String {
    let same = study
        .variants
        .windows(2)
        .all(|pair| pair[0].window == pair[1].window);
    let Some(baseline) = study.baseline().filter(|_| !all_without_months(study)) else {
        return String::new();
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
    format!("Cost per month{whose} (730 h per month, extrapolated from {from})")
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
         others' bills."
            .to_owned()
    } else {
        String::new()
    }
}

/// What a thousand items cost, of the variants that score some by batch inference.
fn batch_inference(study: &StudyResults, shown: &Variants<'_>) -> String {
    let of_items = Statistic::Ratio(|of| {
        let cost = of.money(of.items_cost) * 1000.0;
        of.scores_items.then_some([cost, of.items_done as f64])
    });
    let lines = amounts(study, shown, of_items);
    if lines.is_empty() {
        return String::new();
    }
    format!("Cost per 1,000 batch-inference items (of the whole cluster):\n{lines}")
}

/// Cost after the horizon of the variants of which that is told.
fn after_horizon(study: &StudyResults, shown: &Variants<'_>) -> String {
    let lines = lines(shown, |row| {
        Some(Shown::of(drained::told(row)?).with_unit(study.currency().code()))
    });
    if lines.is_empty() {
        return String::new();
    }
    let whose = whose_bill(study);
    format!("Of the total cost{whose}, after the horizon (finishing queued work):\n{lines}")
}

/// A line for each variant with an amount of money.
fn amounts(study: &StudyResults, shown: &Variants<'_>, statistic: Statistic) -> String {
    let currency = study.currency();
    lines(shown, |row| {
        Some(Shown::of(row.figure(statistic)?).with_unit(currency.code()))
    })
}

/// A line for each variant that is shown and has something to say.
fn lines(shown: &Variants<'_>, text: impl Fn(&Row<'_>) -> Option<String>) -> String {
    let named = shown.variants.iter().zip(&shown.names);
    let told = named.filter_map(|(variant, name)| {
        let text = text(&Row::of_all(variant))?;
        Some((name.as_str(), text))
    });
    let told: Vec<(&str, String)> = told.collect();
    let width = told
        .iter()
        .map(|(name, _)| columns(name))
        .max()
        .unwrap_or(0);
    let lines = told.iter().map(|(name, text)| {
        let blanks = " ".repeat(width - columns(name));
        format!("  {name}{blanks}  {text}\n")
    });
    lines.collect()
}
