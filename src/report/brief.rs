//! `report.md`: what a study says, short enough for a pull request.

use super::StudyResults;
use super::answer::Answer;
use super::commitments;
use super::main_table::{Format, Top, View, formatted, plain, prose};
use super::overhead;
use super::page::About;
use super::sentences::{basis, sentences};
use super::warnings::warnings;

/// Variants in the table, beside the baseline.
const MOST: usize = 20;

/// Variants of which more is told at most.
const TOLD: usize = 10;

/// Commitments that are told at most.
const COMMITMENTS: usize = 10;

/// The text of a study: the answer, thresholds, the table, comparisons, what evictions take, commitments, warnings and the command.
pub fn brief(study: &StudyResults, about: &About) -> String {
    let answer = Answer::of(study);
    let view = View {
        top: Top::First(MOST),
        format: Format::Md,
        ..View::default()
    };
    let table = formatted(study, &view).unwrap_or_default();
    let all = study.variants.len();
    let rest = if all > MOST {
        format!("The {MOST} cheapest of {all} variants, and the baseline.\n")
    } else {
        String::new()
    };
    let blocks = [
        format!("# {}\n", plain(&study.scenario)),
        paragraph(&about.description),
        paragraph(&answer.sentences().join(" ")),
        list(&answer.expectations()),
        table,
        rest,
        headed(
            "Users and groups with limits",
            &answer.of_users_and_groups(),
        ),
        headed("Compared with the baseline", &sentences(study)),
        headed(overhead::HEADING, &first(overhead::sentences(study))),
        headed("Commitments", &told_commitments(study)),
        headed("Warnings", &warnings(study)),
        paragraph(&format!("{}; version {}.", basis(study), about.version)),
        fenced(&about.command),
    ];
    let told = blocks.into_iter().filter(|block| !block.is_empty());
    told.collect::<Vec<String>>().join("\n")
}

/// The first lines of one for each variant.
fn first(mut lines: Vec<String>) -> Vec<String> {
    let more = lines.len().saturating_sub(TOLD);
    if more > 1 {
        lines.truncate(TOLD);
        lines.push(format!("{more} more in summary.csv"));
    }
    lines
}

/// What the first commitments did.
fn told_commitments(study: &StudyResults) -> Vec<String> {
    let mut lines = commitments::sentences(study);
    let more = lines.len().saturating_sub(COMMITMENTS);
    if more > 1 {
        lines.truncate(COMMITMENTS);
        lines.push(format!("{more} more in commitments.csv"));
    }
    lines
}

fn paragraph(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    prose(text) + "\n"
}

fn list(lines: &[String]) -> String {
    let lines = lines.iter().map(|line| format!("- {}\n", prose(line)));
    lines.collect()
}

fn headed(heading: &str, lines: &[String]) -> String {
    if lines.is_empty() {
        return String::new();
    }
    format!("## {heading}\n\n{}", list(lines))
}

/// A command, in a fence that is longer than any in it.
fn fenced(command: &str) -> String {
    let ticks = command.split(|c| c != '`').map(str::len).max();
    let fence = "`".repeat(ticks.unwrap_or(0).max(2) + 1);
    format!("{fence}sh\n{command}\n{fence}\n")
}
