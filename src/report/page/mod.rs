//! `report.html`: the answer, the evidence and the assumptions of a study as one page without a network, to be mailed or printed.
//!
//! What the page says is put together here and in `table.rs`, how it looks is in the folder `templates`. Every text is escaped by the templates.
//! What all pages have in common is in the module `frame` beside this one.

mod bill;
mod table;

use askama::Template;

use self::bill::Bill;
use super::answer::Answer;
use super::charts::Chart;
pub use super::frame::{About, DefaultValue, Price};
use super::frame::{Frame, Table, all_marked};
use super::sentences::{clock, sentences};
use super::workloads::WhoPays;
use super::{
    StudyResults, break_even_hint, commitments, drained, exact_queue, hours, lower_bound, month,
    overhead, single_months, summary_csv, warnings,
};
use crate::stats::CONFIDENCE;

/// Sentences under a heading.
struct Block {
    heading: &'static str,
    lines: Vec<String>,
}

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    frame: Frame<'a>,
    blocks: Vec<Block>,
    table: Table,
    who: WhoPays,
    bill: Bill,
}

/// The page of a study with its charts.
pub fn page(study: &StudyResults, charts: &[Chart], about: &About) -> String {
    let answer = Answer::of(study);
    let page = Page {
        frame: Frame {
            answer: all_marked(&answer.sentences()),
            misses_goal: answer.misses_goal(),
            expectations: all_marked(&answer.expectations()),
            basis: basis(study, about),
            warnings: all_marked(&[about.warnings.clone(), warnings::warnings(study)].concat()),
            subject: "cost and waiting time",
            first_file: summary_csv::FILE.name,
            ..Frame::new(&study.scenario, charts, about)
        },
        blocks: blocks(study, &answer),
        table: Table::of(study, &answer),
        who: WhoPays::of(study, answer.taken()),
        bill: Bill::of(study),
    };
    page.render().expect("a page takes every text")
}

/// What the figures are of.
fn basis(study: &StudyResults, about: &About) -> String {
    let mut parts = Vec::new();
    let variants = study.variants.len();
    if variants > 1 {
        parts.push(format!("{variants} variants"));
    }
    if let Some(baseline) = study.baseline() {
        let replications = baseline.replications.len();
        parts.push(match replications {
            1 => "1 replication, so no intervals".to_owned(),
            many => format!("means of {many} replications"),
        });
        parts.push(clock(baseline));
        if replications > 1 {
            parts.push(format!(
                "± is half of the {:.0} % confidence interval of a mean",
                CONFIDENCE * 100.0
            ));
        }
    }
    parts.extend(about.basis());
    parts.join(" · ")
}

/// What is said in sentences; blocks with nothing to say are left out.
fn blocks(study: &StudyResults, answer: &Answer<'_>) -> Vec<Block> {
    let blocks = [
        ("Users and groups with limits", answer.of_users_and_groups()),
        ("Against the baseline", sentences(study)),
        (
            "A single month, from the 5th to the 95th percentile of the replications",
            single_months::sentences(study),
        ),
        (
            "How good it could be",
            lower_bound::sentences(study, answer.taken()),
        ),
        (
            "Of the cost, after the horizon (finishing queued work)",
            drained::sentences(study),
        ),
        (overhead::HEADING, overhead::sentences(study)),
        ("Exact queues", exact_queue::sentences(study)),
        ("Hours of the week", hours::sentences(study)),
        ("Break-even", break_even_hint::sentences(study)),
        ("Commitments", commitments::sentences(study)),
        ("No cost per month", month::without_months(study)),
    ];
    blocks
        .into_iter()
        .map(|(heading, lines)| Block {
            heading,
            lines: all_marked(&lines),
        })
        .filter(|block| !block.lines.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_users_are_text_and_never_markup() {
        let study = StudyResults {
            scenario: "<script>alert(1)</script>".to_owned(),
            ..StudyResults::default()
        };
        let about = About {
            file: "\"><img src=x>".to_owned(),
            text: "</pre><script>".to_owned(),
            notes: vec!["<b>".to_owned()],
            set: vec!["key=<i>".to_owned(), "other=2".to_owned()],
            ..About::default()
        };
        let page = page(&study, &[], &about);
        for markup in ["<script>alert", "<img", "</pre><script>", "<b>", "<i>"] {
            assert!(!page.contains(markup), "{markup}");
        }
        assert!(page.contains(" and other=2 set in the scenario"), "{page}");
        assert_eq!(page.matches("<script>").count(), 1);
    }
}
